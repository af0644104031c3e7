import { expect, test } from 'vitest';
import { momentOf } from '../../src/i18n/time';
import { deedOf, factsOf } from '../../src/rooms/settings/auditing';

const called = (user: string): string => (user === 'usr_2' ? 'Bob' : 'Somebody who left');

test('what was done is said in words, and an action without words as it stands', () => {
  const target = { target_type: 'thing', target_id: 'thg_1' };
  expect(deedOf({ action: 'invitation.created', ...target }, called)).toBe('made an invitation');
  expect(deedOf({ action: 'board.created', ...target }, called)).toBe('board.created');
});

test('a ruling says about whom, and until when in the time of the reader', () => {
  const ruled = { actor_user_id: 'usr_1', action: 'member.moderated', target_type: 'user', target_id: 'usr_2' };
  expect(deedOf(ruled, called)).toBe('ruled about Bob');
  const end = '2026-03-31T12:00:00.000000Z';
  expect(factsOf({ ...ruled, metadata: { blocked: 'false', timeout_until: end } }, called)).toBe(`not blocked, timeout until ${momentOf(end)}`);
});

test('facts leave out what is empty and who did it, and name people', () => {
  expect(factsOf({ actor_user_id: 'usr_1', metadata: { role: 'guest', email: '' } }, called)).toBe('role guest');
  expect(factsOf({ actor_user_id: 'usr_1', metadata: { user_id: 'usr_1' } }, called)).toBe('');
  expect(factsOf({ actor_user_id: 'usr_1', metadata: { new_owner_user_id: 'usr_2', bot_token_id: 'bt_3' } }, called)).toBe('new owner Bob, bot token bt_3');
});
