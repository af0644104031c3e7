// @vitest-environment node
import { expect, test } from 'vitest';
import type { Message } from '../../src/api/types';
import { mergeRun, spansOf } from '../../src/sync/runs';

const message = (seq: number, body = ''): Message => ({ id: `msg_${seq}`, workspace_id: 'w', author_id: 'u', thread_root_id: `msg_${seq}`, channel_seq: seq, body, created_at: '2026-01-01T00:00:00Z' });

test('a page put in front keeps the order and repeats nothing', () => {
  const run = mergeRun([message(3), message(4)], [message(1), message(2), message(3)]);
  expect(run.map((m) => m.channel_seq)).toEqual([1, 2, 3, 4]);
});

test('the newer truth about a message wins', () => {
  expect(mergeRun([message(1, 'old')], [message(1, 'new')])[0]?.body).toBe('new');
});

test('numbers close together are read in one go, far ones apart', () => {
  expect(spansOf([7, 5, 6])).toEqual([[5, 3]]);
  expect(spansOf([1, 500])).toEqual([[1, 1], [500, 1]]);
  expect(spansOf([])).toEqual([]);
});

test('no span is longer than a page of 200', () => {
  for (const [, count] of spansOf(Array.from({ length: 900 }, (_, i) => i + 1))) expect(count).toBeLessThanOrEqual(200);
});
