// @vitest-environment node
import { expect, test } from 'vitest';
import type { Member } from '../../src/api/types';
import { matching } from '../../src/people/matching';
import { user } from '../sync/server';

const members = ['Zoe Bobson', 'Bob', 'Ann'].map((name): Member => ({ workspace_id: 'w', user: user(`usr_${name}`, name, { handle: name.toLowerCase().replace(' ', '.') }), role: 'member', joined_at: '' }));
const found = (query: string, chosen = 0) => matching(members, query, members.slice(1, 1 + chosen).map((m) => m.user)).map((m) => m.user.display_name);

test('names and handles are found by any word, with or without the sign', () => {
  expect(found('bobs')).toEqual(['Zoe Bobson']);
  expect(found('@zoe.b')).toEqual(['Zoe Bobson']);
  expect(found('bob')).toEqual(['Bob', 'Zoe Bobson']);
});

test('who is chosen is not offered again', () => {
  expect(found('', 1)).toEqual(['Ann', 'Zoe Bobson']);
});
