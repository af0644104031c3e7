// @vitest-environment node
import { expect, test } from 'vitest';
import type { MemberRecord } from '../../src/api/moderation';
import { assignable, isTimedOut, mayRule, standing } from '../../src/people/ruling';
import { MARA, user } from '../sync/server';

const record = (change: Partial<MemberRecord>): MemberRecord => ({ workspace_id: 'w', user: user(MARA, 'Mara'), role: 'member', posts_remaining: 0, post_limit: 0, ...change });

test('rulings go down the ranks, and members rule nobody', () => {
  expect(['owner', 'bot', 'moderator', 'member', 'guest'].map((other) => mayRule('owner', other as 'owner'))).toEqual([false, true, true, true, true]);
  expect(['owner', 'bot', 'moderator', 'member', 'guest'].map((other) => mayRule('moderator', other as 'owner'))).toEqual([false, false, false, true, true]);
  expect([mayRule('member', 'guest'), mayRule('bot', 'guest'), mayRule(undefined, 'guest')]).toEqual([false, false, false]);
});

test('a moderator makes no moderators, and agents keep their role', () => {
  expect(assignable('owner', 'guest')).toEqual(['moderator', 'member', 'guest']);
  expect(assignable('moderator', 'guest')).toEqual(['member', 'guest']);
  expect(assignable('owner', 'bot')).toEqual([]);
});

test('what holds is said in a few words, a time-out only while it lasts', () => {
  const until = '2026-03-01T10:00:00Z';
  const before = Date.parse(until) - 1;
  expect(standing(record({ timeout_until: until }), before)).toContain('timed out until');
  expect([isTimedOut(record({ timeout_until: until }), before + 2), standing(record({ timeout_until: until }), before + 2)]).toEqual([false, '']);
  expect(standing(record({ role: 'guest', posts_remaining: 2, post_limit: 3 }))).toBe('2 of 3 posts left today');
  expect(standing(record({ role: 'guest', blocked_at: until }))).toBe('blocked');
});
