import { expect, test } from 'vitest';
import { madeUpName, nameOfChannel, namingOf, slugOf, topicOf } from '../../src/sync/channelname';
import { calledOf } from '../../src/sync/conversation';

test.each([
  ['  Dev & Ops!! ', 'dev-ops'],
  ['Ärger', 'rger'],
  ['--A__b--', 'a-b'],
  ['日本語', ''],
] as const)('the address of %s is the one that the server makes', (typed, slug) => {
  expect(slugOf(typed)).toBe(slug);
});

test('a name that is its address needs no title, any other keeps what was typed', () => {
  expect(namingOf(' on-call ', 'x')).toEqual({ name: 'on-call', title: '' });
  expect(namingOf('Déjà vu', 'x')).toEqual({ name: 'deja-vu', title: 'Déjà vu' });
  expect(namingOf('# general', 'x')).toEqual({ name: 'general', title: '' });
  expect(namingOf('#', 'x')).toEqual({ name: '', title: '' });
  expect(namingOf('   ', 'x')).toEqual({ name: '', title: '' });
});

test('a name without a letter for the address gets a made-up one, and is shown as typed', () => {
  const spare = madeUpName();
  expect(spare).toMatch(/^channel-[a-z]{6}$/);
  const { name, title } = namingOf('日本語', spare);
  expect(name).toBe(spare);
  expect(calledOf({ name, display_title: title })).toBe('#日本語');
});

test('a title that is not the name is a line about the channel', () => {
  const till = { name: 'till', display_title: 'What the till does' };
  expect(nameOfChannel(till)).toBe('till');
  expect(topicOf(till)).toBe('What the till does');
  for (const name of ['d-j-vu', 'deja-vu']) expect(topicOf({ name, display_title: 'Déjà vu' })).toBe('');
});
