import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Search, type Question } from '../../src/sync/search.svelte';
import { MARA, serve, user } from './server';

const hit = (id: string) => ({ id, workspace_id: 'w', thread_root_id: id, created_at: '', snippet: id, highlights: [], author: user(MARA, 'Mara'), channel_id: 'chn_1', channel_seq: 1, reply_count: 0 });
const asks = (q: string, more: Partial<Question> = {}): Question => ({ q, within: '', sort: 'relevance', ...more });
let asked: string[] = [];
let broken = false;
let behind = false;
let search: Search;

beforeEach(() => {
  vi.useFakeTimers();
  broken = behind = false;
  search = new Search('w');
  asked = serve({ '/api/search': (url) => (broken ? new TypeError('network') : { results: [hit(`${url.searchParams.get('q')}${url.searchParams.get('cursor') ?? ''}`)], next_cursor: url.searchParams.get('cursor') ? null : '+', ...(behind ? { incomplete: true } : {}) }) });
});
afterEach(() => {
  search.close();
  vi.useRealTimers();
});
const ids = () => search.hits.map((h) => h.id);
const wait = () => vi.advanceTimersByTimeAsync(300);

test('what is typed in one go is asked once, and the hits of before are stale meanwhile', async () => {
  search.ask(asks('v'));
  search.ask(asks('va'));
  search.ask(asks('vat'));
  await wait();
  expect([asked.length, ids()]).toEqual([1, ['vat']]);
  search.ask(asks('till'));
  expect([search.stale, ids()]).toEqual([true, ['vat']]);
  await wait();
  expect([search.stale, ids()]).toEqual([false, ['till']]);
});

test('the same question is not asked twice, but again after it failed', async () => {
  broken = true;
  search.ask(asks('vat'));
  await wait();
  expect(search.error).not.toBeNull();
  broken = false;
  search.again();
  await wait();
  search.ask(asks('vat'));
  await wait();
  expect([asked.length, search.error, ids()]).toEqual([2, null, ['vat']]);
});

test('more is put behind what is there', async () => {
  search.ask(asks('vat'));
  await wait();
  await search.more();
  expect([ids(), search.next]).toEqual([['vat', 'vat+'], null]);
});

test('a direct conversation and a channel are asked for by their own names', async () => {
  search.ask(asks('vat', { within: 'dm_1' }));
  await wait();
  search.ask(asks('vat', { within: 'chn_1', sort: 'newest' }));
  await wait();
  expect(asked.map((path) => /direct_conversation_id=dm_1|channel_id=chn_1/.exec(path)?.[0])).toEqual(['direct_conversation_id=dm_1', 'channel_id=chn_1']);
});

test('an empty field forgets what was found', async () => {
  search.ask(asks('vat'));
  await wait();
  search.ask(asks(' '));
  expect([ids(), search.answered]).toEqual([[], null]);
});

test('that the newest may be missing is known until the same question has a whole answer', async () => {
  behind = true;
  search.ask(asks('vat'));
  await wait();
  expect(search.incomplete).toBe(true);
  behind = false;
  await search.more();
  expect(search.incomplete).toBe(true);
  search.again();
  await wait();
  expect([search.incomplete, asked.length]).toEqual([false, 3]);
});
