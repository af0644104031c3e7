import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from '../../src/sync/outbox.svelte';

let answers: (() => Promise<Response>)[] = [];
const bodies: { body: string; nonce: string }[] = [];
const sent: string[] = [];

const ok = () => Promise.resolve(new Response(JSON.stringify({ message: { id: 'msg_1' } }), { status: 201 }));
const gone = () => Promise.reject(new TypeError('network'));
const no = () => Promise.resolve(new Response(JSON.stringify({ error: 'message body is required' }), { status: 400 }));

beforeEach(() => {
  localStorage.clear();
  bodies.length = sent.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    bodies.push(JSON.parse(String(init.body)) as (typeof bodies)[0]);
    return (answers.shift() ?? ok)();
  });
});
afterEach(() => vi.useRealTimers());

const make = () => new Outbox('outbox', (_, pending) => sent.push(pending.body));
const settle = () => vi.advanceTimersByTimeAsync(10);

test('a message goes out once and leaves the box', async () => {
  answers = [ok];
  const box = make();
  box.add({ channel: 'c', body: 'hello' });
  expect(box.items[0]?.state).toBe('sending');
  await settle();
  expect([box.items.length, sent]).toEqual([0, ['hello']]);
});

test('without a server it waits, in order, and is tried again with the same nonce', async () => {
  answers = [gone];
  const box = make();
  box.add({ channel: 'c', body: 'one' });
  await settle();
  expect(box.items[0]?.state).toBe('waiting');
  box.add({ channel: 'c', body: 'two' });
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent).toEqual(['one', 'two']);
  expect(bodies[0]?.nonce).toBe(bodies[1]?.nonce);
});

test('a refused message stays with its reason and holds up no other', async () => {
  answers = [no, ok];
  const box = make();
  box.add({ channel: 'c', body: 'bad' });
  box.add({ channel: 'c', body: 'good' });
  await settle();
  expect(sent).toEqual(['good']);
  expect(box.items[0]).toMatchObject({ state: 'refused', error: 'Message body is required.' });
});

test('what waits is there again after a reload', async () => {
  answers = [gone];
  make().add({ channel: 'c', body: 'kept' });
  await settle();
  expect(make().items.map((p) => p.body)).toEqual(['kept']);
});
