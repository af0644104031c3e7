import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Message, MessagePage } from '../../src/api/types';
import { Timeline } from '../../src/sync/timeline.svelte';

const TOTAL = 250;
let total = TOTAL;

const message = (seq: number): Message => ({ id: `msg_${seq}`, workspace_id: 'w', author_id: 'u', thread_root_id: `msg_${seq}`, channel_seq: seq, body: `line ${seq}`, created_at: '2026-01-01T00:00:00Z' });

function page(query: URLSearchParams): MessagePage {
  const limit = Number(query.get('limit') ?? 100);
  const all = Array.from({ length: total }, (_, i) => i + 1);
  const before = query.get('before_seq');
  const after = query.get('after_seq');
  const picked = before ? all.filter((s) => s < +before).slice(-limit) : after ? all.filter((s) => s > +after).slice(0, limit) : all.slice(-limit);
  const [oldest = 0, newest = 0] = [picked[0], picked.at(-1)];
  return { messages: picked.map(message), oldest_seq: oldest, newest_seq: newest, has_older: oldest > 1, has_newer: newest > 0 && newest < total };
}

const asked = vi.fn((address: string) => {
  const url = new URL(address, 'http://localhost');
  return Promise.resolve(new Response(JSON.stringify(page(url.searchParams)), { status: 200 }));
});

beforeEach(() => {
  total = TOTAL;
  asked.mockClear();
  vi.stubGlobal('fetch', asked);
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('it opens at the newest hundred and pages back to the first', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  expect([timeline.oldest, timeline.newest]).toEqual([151, 250]);
  await timeline.older();
  await timeline.older();
  expect([timeline.oldest, timeline.hasOlder]).toEqual([1, false]);
  expect(timeline.messages).toHaveLength(TOTAL);
});

test('a burst of new messages is read with one question', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  asked.mockClear();
  for (let seq = 251; seq <= 280; seq++) {
    total = seq;
    timeline.arrived(seq);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(timeline.newest).toBe(280);
});

test.each([[400, 151], [5000, 4901]])('who has the newest gets them all after a pause, up to %i, and where far more came the last alone', async (newest, oldest) => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  total = newest;
  timeline.arrived(total);
  const seen = new Set<boolean>();
  for (let i = 0; i < 10; i++) {
    await vi.advanceTimersByTimeAsync(100);
    seen.add(timeline.hasNewer);
  }
  expect([timeline.oldest, timeline.newest, ...seen]).toEqual([oldest, newest, false]);
  expect(timeline.messages.map((m) => m.channel_seq)).toEqual(Array.from({ length: newest - oldest + 1 }, (_, i) => oldest + i));
});

test('changes outside of what is shown ask nothing', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  asked.mockClear();
  timeline.changed(10);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).not.toHaveBeenCalled();
});

test('my own next message is shown without another question', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  asked.mockClear();
  timeline.put(message(251));
  await vi.advanceTimersByTimeAsync(100);
  expect(timeline.newest).toBe(251);
  expect(asked).not.toHaveBeenCalled();
});

test('my own message after a gap is read together with the gap', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  total = 253;
  timeline.put(message(253));
  await vi.advanceTimersByTimeAsync(100);
  expect(timeline.messages.slice(-3).map((m) => m.channel_seq)).toEqual([251, 252, 253]);
});

test('a reply to a message of ours that comes before the answer to our post is read', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  asked.mockClear();
  timeline.threadChanged('msg_251');
  total = 251;
  timeline.put(message(251));
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(asked.mock.calls[0]?.[0]).toMatch(/limit=1&after_seq=250$/);
});

test('a change of a message that is being read is read after it', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  total = 251;
  timeline.arrived(251);
  timeline.changed(251);
  await vi.advanceTimersByTimeAsync(30);
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('changes of older messages that are being read are read after them', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  const reading = timeline.older();
  timeline.changed(120);
  timeline.threadChanged('msg_130');
  await reading;
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(asked.mock.calls[0]?.[0]).toMatch(/limit=11&after_seq=119$/);
});

test('a change that comes while the first page is being read is read after it', async () => {
  const timeline = new Timeline('chn_1');
  const opening = timeline.open();
  timeline.changed(200);
  await opening;
  asked.mockClear();
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('changes of what never comes are kept in mind up to a bound', async () => {
  const timeline = new Timeline('chn_1');
  await timeline.open();
  for (let seq = 251; seq <= 400; seq++) timeline.changed(seq);
  total = 252;
  asked.mockClear();
  timeline.put(message(251));
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).not.toHaveBeenCalled();
});
