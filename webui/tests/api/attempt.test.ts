import { expect, test } from 'vitest';
import { Attempt } from '../../src/api/attempt.svelte';
import { Refusal } from '../../src/api/call';

test('while something is under way nothing else begins', async () => {
  const attempt = new Attempt();
  let finish = (): void => undefined;
  let begun = 0;
  const work = (): Promise<void> => new Promise((done) => { begun++; finish = done; });
  const first = attempt.make(work);
  await attempt.make(work);
  expect([begun, attempt.busy]).toEqual([1, true]);
  finish();
  await first;
  expect(attempt.busy).toBe(false);
});

test('what the server refused is told, until the next attempt', async () => {
  const attempt = new Attempt();
  await attempt.make(() => Promise.reject(new Refusal(409, 'The name is taken.')));
  expect([attempt.problem, attempt.busy]).toEqual(['The name is taken.', false]);
  await attempt.make(() => Promise.resolve());
  expect(attempt.problem).toBe('');
});
