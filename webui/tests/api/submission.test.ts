import { expect, test } from 'vitest';
import { Submission } from '../../src/api/submission.svelte';
import { Refusal } from '../../src/api/call';

test('while something is under way nothing else begins', async () => {
  const submission = new Submission();
  let finish = (): void => undefined;
  let begun = 0;
  const work = (): Promise<void> => new Promise((done) => { begun++; finish = done; });
  const first = submission.run(work);
  await submission.run(work);
  expect([begun, submission.busy]).toEqual([1, true]);
  finish();
  await first;
  expect(submission.busy).toBe(false);
});

test('what the server refused is told, until the next submission', async () => {
  const submission = new Submission();
  await submission.run(() => Promise.reject(new Refusal(409, 'The name is taken.')));
  expect([submission.problem, submission.busy]).toEqual(['The name is taken.', false]);
  await submission.run(() => Promise.reject(new Refusal(404, 'no such link')), () => 'The link is too old.');
  expect(submission.problem).toBe('The link is too old.');
  await submission.run(() => Promise.resolve());
  expect(submission.problem).toBe('');
});
