import { beforeEach, expect, test, vi } from 'vitest';
import { view } from '../../src/commands/view.svelte';
import { Attaching, lacking } from '../../src/uploads/attaching.svelte';

const MB = 1024 * 1024;
let room = { uploads: [], next_cursor: null, used_bytes: 0, allowed_bytes: 512 * MB, largest_bytes: 64 * MB };
const deleted: string[] = [];

class FakeRequest {
  static all: FakeRequest[] = [];
  upload: { onprogress?: (e: { lengthComputable: boolean; loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = '';
  url = '';
  parts: string[] = [];

  constructor() {
    FakeRequest.all.push(this);
  }
  open(_: string, url: string): void {
    this.url = url;
  }
  setRequestHeader(): void {}
  getResponseHeader(): null {
    return null;
  }
  send(form: FormData): void {
    this.parts = [...form.keys()];
  }
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, body: unknown): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

const nonce = (request: FakeRequest | undefined) => new URL(request?.url ?? '', 'http://localhost').searchParams.get('nonce');
const made = (id: string) => ({ upload: { id, filename: `${id}.txt`, content_type: 'text/plain', byte_size: 3, width: 0, height: 0, duration_ms: 0 } });
const file = (name = 'a.txt', size = 3) => new File(['x'.repeat(size)], name, { type: 'text/plain' });
const settle = () => new Promise((done) => setTimeout(done, 10));
const begin = async (...files: File[]) => {
  const attaching = new Attaching('wsp_1', 'attached');
  attaching.add(files);
  await settle();
  return attaching;
};

beforeEach(() => {
  localStorage.clear();
  FakeRequest.all = [];
  deleted.length = 0;
  room = { ...room, used_bytes: 0 };
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    if (init.method === 'DELETE') deleted.push(path);
    return Promise.resolve(new Response(init.method === 'DELETE' ? null : JSON.stringify(room), { status: init.method === 'DELETE' ? 204 : 200 }));
  });
});

test('the parts of the form have the order that the server asks for', async () => {
  await begin(file());
  expect(FakeRequest.all[0]?.parts).toEqual(['workspace_id', 'file', 'width', 'height', 'duration_ms']);
});

test('a message waits for its files and then goes once', async () => {
  const attaching = await begin(file());
  const send = vi.fn(() => attaching.take());
  expect(attaching.settled(send)).toBe(false);
  FakeRequest.all[0]?.answer(201, made('upl_1'));
  await settle();
  expect(send).toHaveBeenCalledOnce();
  expect(send.mock.results[0]?.value).toMatchObject([{ id: 'upl_1' }]);
  expect([attaching.items.length, localStorage.length]).toEqual([0, 0]);
});

test('a second try has the nonce of the first, so that nothing is there twice', async () => {
  const attaching = await begin(file());
  FakeRequest.all[0]?.onerror?.();
  await settle();
  expect(attaching.items[0]).toMatchObject({ state: 'failed', problem: 'The server cannot be reached.', passing: true });
  attaching.retryPassing();
  await settle();
  expect(nonce(FakeRequest.all[1])).toBe(nonce(FakeRequest.all[0]));
});

test('a message with a file that failed is not sent, and not later either', async () => {
  const attaching = await begin(file());
  const send = vi.fn();
  attaching.settled(send);
  FakeRequest.all[0]?.onerror?.();
  await settle();
  expect([attaching.settled(send), send.mock.calls.length, attaching.held]).toEqual([false, 0, null]);
  expect(view.toasts.at(-1)?.text).toContain('a.txt is not uploaded');
});

test('a file for which there is no room is not sent at all', async () => {
  room = { ...room, used_bytes: 512 * MB - 2 };
  const attaching = await begin(file());
  expect([FakeRequest.all.length, attaching.items[0]?.state]).toEqual([0, 'failed']);
  expect(attaching.items[0]?.problem).toContain('of your 512 MB only 2 B are free');
});

test('what lacks is told with its numbers', () => {
  expect(lacking(80 * MB, room)).toBe('A file may have 64 MB at most; this one has 80 MB.');
  expect(lacking(1, room)).toBe('');
});

test('a file taken off while it is on its way stops; one that has arrived is deleted', async () => {
  const attaching = await begin(file('a.txt'), file('b.txt'));
  const [a, b] = attaching.items;
  FakeRequest.all[0]?.answer(201, made('upl_1'));
  await settle();
  await attaching.remove(a?.key ?? '');
  await attaching.remove(b?.key ?? '');
  await settle();
  expect([deleted, attaching.items.length]).toEqual([['/api/uploads/upl_1'], 0]);
});

test('a file taken off after all of it went out is deleted when the answer comes', async () => {
  const attaching = await begin(file());
  FakeRequest.all[0]?.upload.onprogress?.({ lengthComputable: true, loaded: 3, total: 3 });
  await attaching.remove(attaching.items[0]?.key ?? '');
  FakeRequest.all[0]?.answer(201, made('upl_9'));
  await settle();
  expect(deleted).toEqual(['/api/uploads/upl_9']);
});

test('what was uploaded and not sent is there again after a reload', async () => {
  await begin(file()).then(() => FakeRequest.all[0]?.answer(201, made('upl_1')));
  await settle();
  const again = new Attaching('wsp_1', 'attached');
  expect(again.items).toMatchObject([{ name: 'upl_1.txt', state: 'sent' }]);
  expect(again.take()).toMatchObject([{ id: 'upl_1' }]);
});

test('two files go at a time', async () => {
  await begin(file('a'), file('b'), file('c'));
  expect(FakeRequest.all.length).toBe(2);
  FakeRequest.all[0]?.answer(201, made('upl_1'));
  await settle();
  expect(FakeRequest.all.length).toBe(3);
});
