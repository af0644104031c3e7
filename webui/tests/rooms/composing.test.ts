import { expect, test } from 'vitest';
import type { Member } from '../../src/api/types';
import { candidates, markEdit, mentionAt } from '../../src/rooms/chat/composing';

const member = (name: string, handle: string): Member => ({ workspace_id: 'w', role: 'member', joined_at: '', user: { id: handle, kind: 'human', display_name: name, handle, avatar_url: '', created_at: '' } });

test('a handle is completed while the caret is in it', () => {
  expect(mentionAt('hi @ma', 6)).toEqual({ start: 3, query: 'ma' });
  expect(mentionAt('@', 1)).toEqual({ start: 0, query: '' });
  expect(mentionAt('mail a@b', 8)).toBeNull();
  expect(mentionAt('hi @ma there', 12)).toBeNull();
});

test('people are found by handle and name, those that begin so first', () => {
  const all = [member('Tomas Okafor', 'tomas'), member('Mara Lind', 'mara'), member('No Handle', '')];
  expect(candidates(all, 'ma').map((m) => m.user.handle)).toEqual(['mara', 'tomas']);
});

test('marks go around what is selected, and off again', () => {
  expect(markEdit('bold', 'a word', 2, 6)).toEqual({ from: 2, to: 6, text: '**word**', select: [4, 8] });
  expect(markEdit('bold', 'a **word**', 4, 8)).toEqual({ from: 2, to: 10, text: 'word', select: [2, 6] });
  expect(markEdit('code', 'x\ny', 0, 3).text).toBe('```\nx\ny\n```');
});
