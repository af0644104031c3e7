import { expect, test } from 'vitest';
import { initialsOf, ownImage, plateOf } from '../../src/ui/avatar';

test('pictures of other servers are never asked for', () => {
  expect(ownImage('https://gravatar.com/avatar/1', 'http://here')).toBeNull();
  expect(ownImage('/api/uploads/upl_1', 'http://here')).toBe('/api/uploads/upl_1?thumbnail=1');
  expect(ownImage('http://here/x.png', 'http://here')).toBe('http://here/x.png');
  expect(ownImage('', 'http://here')).toBeNull();
  expect(ownImage('data:image/png;base64,x', 'http://here')).toBeNull();
});

test('initials are those of the first and the last word', () => {
  expect(initialsOf('Mara Anna Lind')).toBe('ML');
  expect(initialsOf('Fig')).toBe('F');
  expect(initialsOf('Mara Lind', 1)).toBe('M');
  expect(initialsOf('  ')).toBe('?');
});

test('a plate is one of eight and always the same', () => {
  for (const id of ['usr_1', 'usr_2', '']) {
    expect(plateOf(id)).toBe(plateOf(id));
    expect(plateOf(id)).toBeGreaterThanOrEqual(1);
    expect(plateOf(id)).toBeLessThanOrEqual(8);
  }
});
