// @vitest-environment node
import { expect, test } from 'vitest';
import { sentence } from '../../src/api/wording';
import { momentOf } from '../../src/i18n/time';

test.each([
  ['callback_url must be an http or https URL', 'Address must be an http or https URL.'],
  ['bot_user_id must refer to a bot in the workspace', 'Bot must refer to a bot in the workspace.'],
  ['moderation_note is too long', 'Note is too long.'],
  ['http: request body too large', 'This is more than the server takes at once.'],
  ['moderation restriction: member is blocked', 'You are blocked.'],
  ['channel name must be unique in its workspace: my_room is taken', 'Channel name must be unique in its workspace: my_room is taken.'],
  ['Not now!', 'Not now!'],
])('%j is said as %j', (said, words) => expect(sentence(said)).toBe(words));

test('the end of a time-out is told in the time of the reader', () => {
  const end = '2026-03-31T12:00:00.000000Z';
  expect(sentence(`moderation restriction: member is timed out until ${end}`)).toBe(`You are timed out until ${momentOf(end)}.`);
});
