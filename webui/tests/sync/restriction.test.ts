// @vitest-environment node
import { expect, test } from 'vitest';
import { Refusal, Unreachable } from '../../src/api/call';
import { Restriction } from '../../src/sync/restriction.svelte';

const refused = (said: string) => new Refusal(403, 'As it is shown.', '', said);

async function after(restriction: Restriction, outcome: unknown): Promise<number | null> {
  restriction.heed(outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve());
  await new Promise((done) => setTimeout(done));
  return restriction.until;
}

test('the refusal of a sign tells of a time-out or a block, and its success of the end', async () => {
  const restriction = new Restriction();
  expect(await after(restriction, refused('moderation restriction: member is timed out until 2026-03-31T12:00:00.000000Z'))).toBe(Date.UTC(2026, 2, 31, 12));
  expect(await after(restriction, refused('moderation restriction: member is blocked'))).toBe(Infinity);
  expect(await after(restriction, undefined)).toBeNull();
});

test('other failures tell nothing', async () => {
  const restriction = new Restriction();
  expect(await after(restriction, refused('moderation restriction'))).toBeNull();
  expect(await after(restriction, new Unreachable())).toBeNull();
});
