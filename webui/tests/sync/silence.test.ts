import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Unreachable } from '../../src/api/call';
import { LiveSocket } from '../../src/sync/socket';
import { FakeSocket, serve } from './server';

const calls: string[] = [];
let live: LiveSocket;
let answer: (() => void) | null = null;
let asked = 0;

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((wait) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), wait);
    return abort.signal;
  });
  calls.length = asked = 0;
  serve({});
  vi.stubGlobal('fetch', (_path: string, { signal }: RequestInit) => new Promise((done, fail) => {
    asked++;
    answer = () => done(new Response('{"tail_cursor":"cur_tail"}'));
    signal?.addEventListener('abort', () => fail(signal.reason as Error));
  }));
  live = new LiveSocket('w', { event: () => undefined, online: () => calls.push('online'), offline: () => calls.push('offline'), resync: () => Promise.resolve(), refused: () => calls.push('refused') });
});
afterEach(() => {
  live.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('a question for the tail that no answer comes to is given up', async () => {
  const prepared = expect(live.prepare()).rejects.toBeInstanceOf(Unreachable);
  await vi.advanceTimersByTimeAsync(10_000);
  await prepared;
});

test('a try that hangs before its handshake is given up, and the next one comes in its time', async () => {
  live.connect();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([calls, asked]).toEqual([['offline'], 1]);
  await vi.advanceTimersByTimeAsync(1300);
  expect(asked).toBe(2);
  answer?.();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.all.at(-1)?.open();
  expect([calls, FakeSocket.all.length]).toEqual([['offline', 'online'], 1]);
});

test('the question for the tail and the handshake have one bound together', async () => {
  live.connect();
  await vi.advanceTimersByTimeAsync(9000);
  answer?.();
  await vi.advanceTimersByTimeAsync(1100);
  expect([calls, FakeSocket.all.map((s) => s.readyState)]).toEqual([['offline'], [3]]);
});

test('a try that is under way is not hastened', async () => {
  live.connect();
  await vi.advanceTimersByTimeAsync(5000);
  live.hasten();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toBe(1);
});
