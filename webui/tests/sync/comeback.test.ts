import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Workspace } from '../../src/api/types';
import { WorkspaceState } from '../../src/sync/workspace.svelte';
import { channel, FakeSocket, ME, message, serve } from './server';

const info: Workspace = { id: 'w', route_id: 'T1', name: 'W', slug: 'w', icon_url: '', created_at: '', role: 'owner' };
let state: WorkspaceState;

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  serve({
    '/api/workspaces/w/channels': () => ({ channels: [channel('chn_1')] }),
    '/api/workspaces/w/members': () => ({ members: [], has_more: false }),
    '/api/dms': () => ({ conversations: [] }),
    '/api/realtime': () => ({ events: [], tail_cursor: 'cur_tail' }),
    '/api/channels/chn_1/messages': () => ({ message: message(1) }),
  });
});
afterEach(() => {
  state.close();
  vi.useRealTimers();
});

async function lost(): Promise<void> {
  state = new WorkspaceState(info, ME, () => undefined);
  await state.open();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.all.at(-1)?.open();
  FakeSocket.all.at(-1)?.end(1006);
}

async function write(): Promise<void> {
  state.outbox.add({ channel: 'chn_1', body: 'hello' });
  await vi.advanceTimersByTimeAsync(10);
}

test('a message that got through shows that the server is there: the connection is tried at once', async () => {
  await lost();
  expect(state.offline).not.toBeNull();
  await write();
  FakeSocket.all.at(-1)?.open();
  expect([FakeSocket.all.length, state.offline]).toEqual([2, null]);
});

test('who goes on writing keeps the handshake that is under way; who presses the button begins another', async () => {
  await lost();
  await write();
  await write();
  expect(FakeSocket.all.map((s) => s.readyState)).toEqual([3, 0]);
  state.reconnect();
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.all.map((s) => s.readyState)).toEqual([3, 3, 0]);
  FakeSocket.all.at(-1)?.open();
  expect(state.offline).toBeNull();
});
