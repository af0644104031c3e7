import { beforeEach, expect, test } from 'vitest';
import { draftsOf, placeOf } from '../../src/sync/drafts.svelte';

beforeEach(() => localStorage.clear());

test('what was begun is there until it is sent or taken away', () => {
  const drafts = draftsOf('usr_1');
  drafts.write('chn_1', 'half a thought');
  expect([drafts.has('chn_1'), drafts.read('chn_1'), drafts.has('chn_2'), drafts.read('chn_2')]).toEqual([true, 'half a thought', false, '']);
  drafts.write('chn_1', ' ');
  expect([drafts.has('chn_1'), drafts.read('chn_1')]).toEqual([false, '']);
});

test('a thread has a draft of its own', () => {
  const drafts = draftsOf('usr_2');
  drafts.write(placeOf('chn_1', 'msg_1'), 'a reply');
  expect([drafts.has(placeOf('chn_1')), drafts.has(placeOf('chn_1', 'msg_1'))]).toEqual([false, true]);
});

test('nobody else who uses this browser sees them', () => {
  draftsOf('usr_3').write('chn_1', 'mine');
  expect([draftsOf('usr_4').has('chn_1'), draftsOf('usr_4').read('chn_1')]).toEqual([false, '']);
});

test('what was begun before, or in another page, is known', () => {
  localStorage.setItem('clickclack:usr_5:draft:chn_1', 'before');
  const drafts = draftsOf('usr_5');
  expect(drafts.has('chn_1')).toBe(true);
  dispatchEvent(new StorageEvent('storage', { key: 'clickclack:usr_5:draft:chn_1', newValue: null }));
  dispatchEvent(new StorageEvent('storage', { key: 'clickclack:usr_5:draft:chn_2', newValue: 'there' }));
  dispatchEvent(new StorageEvent('storage', { key: 'clickclack:usr_6:draft:chn_3', newValue: 'theirs' }));
  expect([drafts.has('chn_1'), drafts.has('chn_2'), drafts.has('chn_3')]).toEqual([false, true, false]);
  dispatchEvent(new StorageEvent('storage', { key: null }));
  expect(drafts.has('chn_2')).toBe(false);
});
