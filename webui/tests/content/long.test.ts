import { expect, test } from 'vitest';
import { beginningOf } from '../../src/content/long';

test('a text of usual length is shown whole', () => {
  expect(beginningOf('a line\n'.repeat(39))).toBeNull();
  expect(beginningOf('x'.repeat(8000))).toBeNull();
});

test('many lines are cut after the fortieth, long ones at a space', () => {
  expect(beginningOf('line\n'.repeat(300))?.split('\n')).toHaveLength(40);
  const head = beginningOf('word '.repeat(24_000)) ?? '';
  expect(head.length).toBeLessThanOrEqual(8000);
  expect(head.endsWith('word')).toBe(true);
});

test('a text without a space is cut between two characters', () => {
  const head = beginningOf(`a${'😀'.repeat(9000)}`) ?? '';
  expect([...head].every((c) => c === 'a' || c === '😀')).toBe(true);
});
