import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SetupCode } from '../../src/api/bots';
import { fateOf, type Claims } from '../../src/rooms/settings/claims';
import { ClaimWatch } from '../../src/rooms/settings/claimwatch.svelte';
import { serve } from '../sync/server';

const END = Date.parse('2026-01-01T00:10:00Z');
const code: SetupCode = { id: 'bsc_1', token_name: 'laptop', scopes: [], expires_at: new Date(END).toISOString() };
const claims = (asOf: number, ...codes: string[]): Claims => ({ asOf, codes: new Set(codes), tokens: new Map() });
let hidden = false;
let broken = false;
let asked: string[] = [];
let stop = (): void => undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: END - 60_000 });
  hidden = broken = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  asked = serve({ '/api/workspaces/w/audit-log': () => (broken ? new TypeError('network') : { audit_log_entries: [{ action: 'bot_setup_code.claimed', target_id: 'bsc_1', metadata: { bot_token_id: 'bot_1' }, created_at: '' }] }) });
});
afterEach(() => {
  stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('that a code ended unused is said once somebody has looked after its end', () => {
  expect(fateOf(code, claims(0), END - 1)).toBe('open');
  expect(fateOf(code, claims(END - 1), END)).toBe('unknown');
  expect(fateOf(code, claims(END), END + 5)).toBe('unused');
  expect(fateOf(code, claims(END - 1, 'bsc_1'), END + 5)).toBe('used');
});

test('a look that fails tells nothing', async () => {
  const watch = new ClaimWatch('w');
  broken = true;
  await vi.advanceTimersByTimeAsync(60_000);
  await watch.look();
  expect(fateOf(code, watch.claims, Date.now())).toBe('unknown');
  broken = false;
  await watch.look();
  expect(fateOf(code, watch.claims, Date.now())).toBe('used');
});

test('nobody looks while the page is not seen, and at once when it is', async () => {
  hidden = true;
  stop = new ClaimWatch('w').start();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toHaveLength(0);
  hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked).toHaveLength(2);
  stop();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toHaveLength(2);
});

test('looks do not overlap', async () => {
  let calls = 0;
  vi.stubGlobal('fetch', () => (calls++, new Promise(() => undefined)));
  stop = new ClaimWatch('w').start();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(calls).toBe(1);
});
