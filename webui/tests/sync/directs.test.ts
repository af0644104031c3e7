import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DirectConversation, Workspace } from '../../src/api/types';
import { see } from '../../src/sync/reading';
import { WorkspaceState } from '../../src/sync/workspace.svelte';
import { direct, event, FakeSocket, MARA, ME, serve } from './server';

const info: Workspace = { id: 'w', route_id: 'T1', name: 'W', slug: 'w', icon_url: '', created_at: '', role: 'owner' };
const page = () => ({ messages: [], oldest_seq: 0, newest_seq: 0, has_older: false, has_newer: false });
let directs: DirectConversation[] = [];
let asked: string[] = [];
let state: WorkspaceState;

async function open(): Promise<FakeSocket> {
  state = new WorkspaceState(info, ME, () => undefined);
  await state.open();
  await vi.advanceTimersByTimeAsync(0);
  const socket = FakeSocket.all.at(-1) as FakeSocket;
  socket.open();
  return socket;
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  directs = [direct('dm_1', { last_seq: 3, last_read_seq: 3 })];
  asked = serve({
    '/api/workspaces/w': () => ({ workspace: info }),
    '/api/workspaces/w/channels': () => ({ channels: [] }),
    '/api/workspaces/w/members': () => ({ members: [], has_more: false }),
    '/api/dms': () => ({ conversations: structuredClone(directs) }),
    '/api/dms/dm_1/messages': page,
    '/api/dms/dm_1/read': () => ({ receipt: {} }),
    '/api/realtime/events': () => ({ events: [], tail_cursor: 'cur_tail' }),
    '/api/realtime/ephemeral': () => ({ event: {} }),
  });
});
afterEach(() => {
  state.close();
  vi.useRealTimers();
});

const whispered = (seq: number, id = 'dm_1', author = MARA) => event('message.created', { seq, payload: { message_id: `msg_${seq}`, author_id: author, direct_conversation_id: id } });

test('a message in a direct conversation counts there, and is read by the event of another window', async () => {
  const socket = await open();
  socket.say(whispered(4), whispered(5, 'dm_1', ME));
  expect([state.conversation('dm_1')?.unread_count, state.unread]).toEqual([1, 1]);
  socket.say(event('dm.read', { seq: 5, payload: { direct_conversation_id: 'dm_1', user_id: ME } }));
  expect(state.unread).toBe(0);
});

test('a conversation that nobody knew of shows with its first message', async () => {
  const socket = await open();
  directs.push(direct('dm_2', { unread_count: 1, last_seq: 1 }));
  socket.say(whispered(1, 'dm_2'));
  await vi.advanceTimersByTimeAsync(100);
  expect(state.directs.all.map((d) => d.id)).toContain('dm_2');
});

test('messages of a direct conversation are read and written at its own address', async () => {
  await open();
  await state.timeline('dm_1').open();
  await see(state, 'dm_1', 4);
  expect(asked.filter((path) => path.startsWith('/api/dms/dm_1/')).map((path) => path.split('?')[0])).toEqual(['/api/dms/dm_1/messages', '/api/dms/dm_1/read']);
});

test('a sign of writing in a direct conversation shows there', async () => {
  const socket = await open();
  socket.say(event('typing.started', { id: 'eph_1', cursor: '', payload: { user_id: MARA, direct_conversation_id: 'dm_1' } }));
  expect(state.typing.in('dm_1')).toEqual([MARA]);
});
