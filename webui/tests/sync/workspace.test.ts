import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Channel, Message, Workspace } from '../../src/api/types';
import { WorkspaceState } from '../../src/sync/workspace.svelte';
import { channel, event, FakeSocket, MARA, ME, message, serve } from './server';

const info: Workspace = { id: 'w', route_id: 'T1', name: 'W', slug: 'w', icon_url: '', created_at: '', role: 'owner' };
let channels: Channel[] = [];
let messages: Message[] = [];
let broken = false;
let asked: string[] = [];
let state: WorkspaceState;

const page = (url: URL) => {
  if (broken) return new TypeError('network');
  const after = Number(url.searchParams.get('after_seq') ?? 0);
  const limit = Number(url.searchParams.get('limit'));
  const picked = messages.filter((m) => (m.channel_seq ?? 0) > after).slice(0, limit);
  return { messages: picked, oldest_seq: 0, newest_seq: 0, has_older: false, has_newer: false };
};

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
  broken = false;
  channels = [channel('chn_1', { last_seq: 3, last_read_seq: 3 }), channel('chn_2')];
  messages = [1, 2, 3].map((seq) => message(seq));
  asked = serve({
    '/api/workspaces/w': () => ({ workspace: info }),
    '/api/workspaces/w/channels': () => (broken ? new TypeError('network') : { channels: structuredClone(channels) }),
    '/api/workspaces/w/members': () => ({ members: [], has_more: false }),
    '/api/dms': () => ({ conversations: [] }),
    '/api/realtime/events': () => ({ events: [], tail_cursor: 'cur_tail' }),
    '/api/realtime/ephemeral': () => ({ event: {} }),
    '/api/channels/chn_1/messages': page,
    '/api/channels/chn_2/messages': page,
    '/api/channels/chn_1/read': () => ({ receipt: {} }),
  });
});
afterEach(() => {
  state.close();
  vi.useRealTimers();
});

const posted = (seq: number, author = MARA, more: Record<string, unknown> = {}) => event('message.created', { channel_id: 'chn_1', seq, payload: { message_id: `msg_${seq}`, author_id: author, ...more } });
const unread = (id = 'chn_1') => state.channel(id)?.unread_count;

test('the tail is taken before the snapshot, and the socket follows from it', async () => {
  const socket = await open();
  const order = asked.filter((path) => !path.includes('ephemeral'));
  expect(order[0]).toContain('include_tail=true');
  expect(order[1]).toContain('/channels');
  expect(socket.url.searchParams.get('after_cursor')).toBe('cur_tail');
});

test('messages of others count as unread, mine and the work of agents do not', async () => {
  const socket = await open();
  socket.say(posted(4), posted(5, ME), posted(6, MARA, { kind: 'agent_tool' }), posted(7));
  expect(unread()).toBe(2);
  expect(state.channel('chn_1')?.last_seq).toBe(7);
});

test('an event that the snapshot holds already counts nothing', async () => {
  const socket = await open();
  socket.say(posted(3), posted(2));
  expect(unread()).toBe(0);
});

test('reading to the end takes all unread away, reading a part asks the server for the rest', async () => {
  const socket = await open();
  socket.say(posted(4), posted(5));
  socket.say(event('channel.read', { channel_id: 'chn_1', seq: 5, payload: { user_id: ME } }));
  expect(unread()).toBe(0);
  socket.say(posted(6), posted(7));
  channels = [channel('chn_1', { last_seq: 7, last_read_seq: 6, unread_count: 1 }), channel('chn_2')];
  socket.say(event('channel.read', { channel_id: 'chn_1', seq: 6, payload: { user_id: ME } }));
  await vi.advanceTimersByTimeAsync(100);
  expect(unread()).toBe(1);
});

test('a mention is counted once until it is read, also after a reload', async () => {
  const socket = await open();
  const named = { ...posted(4), mentioned_user_ids: [ME] };
  socket.say(named, named, { ...posted(5, ME), mentioned_user_ids: [ME] });
  expect(state.mentions.in('chn_1')).toBe(1);
  state.close();
  channels = [channel('chn_1', { last_seq: 5, last_read_seq: 3, unread_count: 1 }), channel('chn_2')];
  const again = await open();
  expect(state.mentions.in('chn_1')).toBe(1);
  again.say(event('channel.read', { channel_id: 'chn_1', seq: 5, payload: { user_id: ME } }));
  expect(state.mentions.in('chn_1')).toBe(0);
});

test('a burst of messages of an open channel is read with one question', async () => {
  const socket = await open();
  await state.timeline('chn_1').open();
  asked.length = 0;
  for (let seq = 4; seq <= 9; seq++) {
    messages = [...messages, message(seq)];
    socket.say(posted(seq));
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(asked.filter((path) => path.includes('/messages'))).toHaveLength(1);
  expect(state.timeline('chn_1').newest).toBe(9);
});

test('a change is read again by its number, and once more when the first try brought no answer', async () => {
  const socket = await open();
  const timeline = state.timeline('chn_1');
  await timeline.open();
  messages = messages.map((m) => (m.channel_seq === 2 ? { ...m, body: 'edited' } : m));
  broken = true;
  socket.say(event('message.updated', { channel_id: 'chn_1', seq: 2, payload: { message_id: 'msg_2', root_message_id: 'msg_2' } }));
  await vi.advanceTimersByTimeAsync(100);
  expect(timeline.find('msg_2')?.body).toBe('line 2');
  broken = false;
  await vi.advanceTimersByTimeAsync(4000);
  expect(timeline.find('msg_2')?.body).toBe('edited');
});

test('a new message whose text could not be read comes when the server is back', async () => {
  const socket = await open();
  const timeline = state.timeline('chn_1');
  await timeline.open();
  messages = [...messages, message(4)];
  broken = true;
  socket.say(posted(4));
  await vi.advanceTimersByTimeAsync(100);
  broken = false;
  await vi.advanceTimersByTimeAsync(4000);
  expect(timeline.newest).toBe(4);
});

test('a new channel shows, and counts with what the server says', async () => {
  const socket = await open();
  channels = [...channels, channel('chn_3', { last_seq: 1, unread_count: 1 })];
  socket.say(event('channel.created', { channel_id: 'chn_3' }));
  await vi.advanceTimersByTimeAsync(100);
  expect(unread('chn_3')).toBe(1);
});

test('someone who writes shows until the message comes', async () => {
  const socket = await open();
  socket.say(event('typing.started', { cursor: '', payload: { channel_id: 'chn_1', user_id: MARA } }));
  expect(state.typing.in('chn_1')).toEqual([MARA]);
  socket.say(posted(4));
  expect(state.typing.in('chn_1')).toEqual([]);
});

test('an agent shows its work until it answers', async () => {
  const socket = await open();
  socket.say(event('agent.progress', { cursor: '', payload: { channel_id: 'chn_1', user_id: MARA, turn_id: 't', op: 'append', line: { id: '1', kind: 'tool', tool_name: 'pytest' } } }));
  expect(state.progress.in('chn_1').map((w) => w.doing)).toEqual(['pytest']);
  socket.say(posted(4, MARA, { kind: 'agent_tool' }));
  expect(state.progress.in('chn_1')).toHaveLength(1);
  socket.say(posted(5));
  expect(state.progress.in('chn_1')).toHaveLength(0);
});

test('people who say they are here are, for a while', async () => {
  const socket = await open();
  socket.say(event('presence.changed', { cursor: '', payload: { user_id: MARA, state: 'here' } }));
  expect(state.presence.of(MARA)).toBe('here');
  await vi.advanceTimersByTimeAsync(301_000);
  expect(state.presence.of(MARA)).toBeNull();
});

test('a stranger who writes or shows up is looked up once', async () => {
  const socket = await open();
  asked.length = 0;
  const lookups = () => asked.filter((path) => path.includes('/members')).length;
  const sign = event('typing.started', { cursor: '', payload: { channel_id: 'chn_1', user_id: MARA } });
  socket.say(sign, sign, event('presence.changed', { cursor: '', payload: { user_id: MARA, state: 'here' } }));
  await vi.advanceTimersByTimeAsync(100);
  expect(lookups()).toBe(1);
  socket.say(sign);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lookups()).toBe(1);
});

test('a channel that did not load comes by itself when the connection is back', async () => {
  const socket = await open();
  const timeline = state.timeline('chn_1');
  broken = true;
  await timeline.open();
  expect(timeline.error).not.toBeNull();
  socket.end(1006);
  broken = false;
  await vi.advanceTimersByTimeAsync(1300);
  FakeSocket.all.at(-1)?.open();
  await vi.advanceTimersByTimeAsync(0);
  expect(timeline.loaded).toBe(true);
  expect(timeline.error).toBeNull();
});

test('a channel that did not load is tried again without a lost connection, and not after the workspace was left', async () => {
  await open();
  const timeline = state.timeline('chn_1');
  broken = true;
  await timeline.open();
  await vi.advanceTimersByTimeAsync(3100);
  expect(timeline.error).not.toBeNull();
  broken = false;
  await vi.advanceTimersByTimeAsync(3100);
  expect(timeline.loaded).toBe(true);

  const other = state.timeline('chn_2');
  broken = true;
  await other.open();
  state.close();
  asked.length = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.filter((path) => path.includes('chn_2'))).toEqual([]);
});

test('who comes back to a workspace knows who was here; who lost the connection is not shown as here', async () => {
  const heard = new Map();
  state = new WorkspaceState(info, ME, () => undefined, heard);
  await state.open();
  await vi.advanceTimersByTimeAsync(0);
  const socket = FakeSocket.all.at(-1) as FakeSocket;
  socket.open();
  for (const user of [MARA, ME]) socket.say(event('presence.changed', { cursor: '', payload: { user_id: user, state: 'here' } }));
  socket.end(1006);
  expect([state.presence.of(ME), state.presence.of(MARA)]).toEqual([null, 'here']);
  state.close();
  await vi.advanceTimersByTimeAsync(60_000);
  state = new WorkspaceState(info, ME, () => undefined, heard);
  expect(state.presence.of(MARA)).toBe('here');
  await vi.advanceTimersByTimeAsync(241_000);
  expect(state.presence.of(MARA)).toBeNull();
});
