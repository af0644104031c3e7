import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCursor, writeCursor } from '../../src/sync/cursor';
import { LiveSocket, waitBefore } from '../../src/sync/socket';
import type { LiveEvent } from '../../src/api/types';
import { event, FakeSocket, serve } from './server';

let events: LiveEvent[] = [];
let tail = 'cur_tail';
let asked: string[] = [];
let reading = Promise.resolve();
let live: LiveSocket;
const seen: string[] = [];
const calls: string[] = [];

const make = () => {
  live = new LiveSocket('w', {
    event: (e) => seen.push(e.id),
    online: () => calls.push('online'),
    offline: () => calls.push('offline'),
    resync: () => (calls.push('resync'), reading),
    refused: (status) => calls.push(`refused ${status}`),
  });
  live.connect();
  return vi.advanceTimersByTimeAsync(0);
};
const last = () => FakeSocket.all.at(-1) as FakeSocket;

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  events = [];
  tail = 'cur_tail';
  reading = Promise.resolve();
  seen.length = calls.length = 0;
  asked = serve({ '/api/realtime/events': () => ({ events, tail_cursor: tail }) });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

test('the first try comes after about 1.2 seconds and later ones grow to half a minute', async () => {
  await make();
  expect(waitBefore(0, 0)).toBe(1200);
  expect(waitBefore(1, 0)).toBe(2400);
  expect(waitBefore(50, 0)).toBe(30_000);
});

test('chance spreads the tries so that not all come at once', async () => {
  await make();
  expect(waitBefore(0, 1)).toBeLessThan(waitBefore(0, 0));
});

test('a stored cursor is followed without asking for the tail', async () => {
  writeCursor('w', 'cur_7');
  await make();
  expect(asked).toEqual([]);
  expect(last().url.searchParams.get('after_cursor')).toBe('cur_7');
});

test('an empty log is followed from its start', async () => {
  tail = '';
  await make();
  expect(last().url.searchParams.has('after_cursor')).toBe(false);
});

test('after a break it goes on from the last event it handled', async () => {
  await make();
  last().open();
  const one = event('channel.created');
  last().say(one);
  last().end(1006);
  expect(calls).toEqual(['online', 'offline']);
  await vi.advanceTimersByTimeAsync(1300);
  expect(FakeSocket.all).toHaveLength(2);
  expect(last().url.searchParams.get('after_cursor')).toBe(one.cursor);
  expect(readCursor('w')).toBe(one.cursor);
});

test('a fleeting event moves no cursor', async () => {
  await make();
  last().open();
  last().say(event('typing.started', { cursor: '' }));
  expect([seen.length, readCursor('w')]).toEqual([1, 'cur_tail']);
});

test('when events were lost it takes a new tail and has everything read again', async () => {
  writeCursor('w', 'cur_old');
  await make();
  last().open();
  last().end(4001);
  await vi.advanceTimersByTimeAsync(1300);
  expect(calls).toContain('resync');
  expect(last().url.searchParams.get('after_cursor')).toBe('cur_tail');
});

test('a handshake that fails while the server answers is tried again', async () => {
  await make();
  last().end(1006);
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toEqual(['offline']);
});

test('a handshake that fails because the session is over is not taken for a lost connection', async () => {
  writeCursor('w', 'cur_7');
  serve({ '/api/realtime/events': () => new Response('{"error":"unauthorized"}', { status: 401 }) });
  await make();
  last().end(1006);
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toEqual(['offline', 'refused 401']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});

test('while a silent server is asked why a handshake failed, the next try comes in its time', async () => {
  writeCursor('w', 'cur_7');
  serve({});
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
  await make();
  last().end(1006);
  expect(calls).toEqual(['offline']);
  await vi.advanceTimersByTimeAsync(1300);
  expect(FakeSocket.all).toHaveLength(2);
});

test('a handshake that is broken off by leaving asks nothing', async () => {
  writeCursor('w', 'cur_7');
  await make();
  live.close();
  last().end(1006);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([asked, calls]).toEqual([[], []]);
});

test('a server that has no room for a while is tried again', async () => {
  writeCursor('w', 'cur_7');
  serve({ '/api/realtime/events': () => new Response('{"error":"too many requests"}', { status: 429 }) });
  await make();
  last().end(1006);
  await vi.advanceTimersByTimeAsync(0);
  expect(calls).toEqual(['offline']);
});

test('a connection that brought nothing of what happened is given up', async () => {
  await make();
  last().open();
  events = [event('channel.created')];
  dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(3100);
  expect(calls.at(-1)).toBe('offline');
  await vi.advanceTimersByTimeAsync(1300);
  expect(FakeSocket.all).toHaveLength(2);
});

test('a connection that missed nothing is kept', async () => {
  await make();
  last().open();
  dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(5000);
  expect(FakeSocket.all).toHaveLength(1);
});

test('a handshake that hangs is given up and tried again', async () => {
  await make();
  await vi.advanceTimersByTimeAsync(11_500);
  expect(calls).toEqual(['offline']);
  expect(FakeSocket.all.map((s) => s.readyState)).toEqual([3, 0]);
  last().open();
  expect(calls).toEqual(['offline', 'online']);
});

test('who does not want to wait for a handshake begins another', async () => {
  await make();
  live.connect();
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.all.map((s) => s.readyState)).toEqual([3, 0]);
});

test('two tries at once make one connection', async () => {
  await make();
  FakeSocket.all = [];
  live.close();
  localStorage.clear();
  const again = make();
  live.connect();
  await again;
  expect(FakeSocket.all).toHaveLength(1);
});

test('a connection that came while lost events were read anew is not called lost', async () => {
  reading = new Promise((done) => setTimeout(done, 5000));
  await make();
  last().open();
  last().end(4001);
  await vi.advanceTimersByTimeAsync(0);
  dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(0);
  last().open();
  await vi.advanceTimersByTimeAsync(40_000);
  expect(calls.at(-1)).toBe('online');
  expect(FakeSocket.all).toHaveLength(2);
});
