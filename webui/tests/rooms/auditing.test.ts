import { expect, test } from 'vitest';
import { deedOf, factsOf } from '../../src/rooms/settings/auditing';

const called = (user: string): string => (user === 'usr_2' ? 'Bob' : 'Somebody who left');

test('what was done is said in words, and an action without words as it stands', () => {
  expect(deedOf({ action: 'invitation.created' })).toBe('made an invitation');
  expect(deedOf({ action: 'board.created' })).toBe('board.created');
});

test('facts leave out what is empty and who did it, and name people', () => {
  expect(factsOf({ actor_user_id: 'usr_1', metadata: { role: 'guest', email: '' } }, called)).toBe('role guest');
  expect(factsOf({ actor_user_id: 'usr_1', metadata: { user_id: 'usr_1' } }, called)).toBe('');
  expect(factsOf({ actor_user_id: 'usr_1', metadata: { new_owner_user_id: 'usr_2', bot_token_id: 'bt_3' } }, called)).toBe('new owner Bob, bot token bt_3');
});
