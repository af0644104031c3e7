// @vitest-environment node
import { expect, test } from 'vitest';
import { calledOf, directOf, titleOf } from '../../src/sync/conversation';
import { channel, direct, MARA, ME, user } from './server';

const named = (...names: string[]) => directOf(direct('dm_1', { members: [user(ME, 'Me'), ...names.map((name, i) => user(`usr_${i}`, name))] }), ME);

test.each([
  [['Bob'], 'Bob'],
  [['Ann', 'Bob'], 'Ann and Bob'],
  [['Ann', 'Bob', 'Cem', 'Dora'], 'Ann, Bob, Cem and Dora'],
  [['Ann', 'Bob', 'Cem', 'Dora', 'Eve'], 'Ann, Bob, Cem and 2 more'],
  [[], 'Nobody else'],
])('a conversation with %j is called %j', (names, called) => {
  expect([titleOf(named(...names)), calledOf(named(...names))]).toEqual([called, called]);
});

test('a channel has its sign, a conversation has none', () => {
  expect([calledOf(channel('general')), calledOf(directOf(direct('dm_1', { members: [user(ME, 'Me'), user(MARA, 'Mara')] }), ME))]).toEqual(['#general', 'Mara']);
});
