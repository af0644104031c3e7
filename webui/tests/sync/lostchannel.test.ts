import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Channel, Message, Workspace } from '../../src/api/types';
import { WorkspaceState } from '../../src/sync/workspace.svelte';
import { channel, event, FakeSocket, ME, message, serve } from './server';

const info: Workspace = { id: 'w', route_id: 'T1', name: 'W', slug: 'w', icon_url: '', created_at: '', role: 'member' };
const changed = event('channel.updated', { channel_id: 'chn_1', payload: { channel_id: 'chn_1' } });
let channels: Channel[];
let messages: Message[];
let asked: string[];
let state: WorkspaceState;

beforeEach(() => {
  vi.useFakeTimers();
  channels = [channel('chn_1', { last_seq: 1, last_read_seq: 1 })];
  messages = [message(1)];
  asked = serve({
    '/api/workspaces/w': () => ({ workspace: info }),
    '/api/workspaces/w/channels': () => ({ channels: structuredClone(channels) }),
    '/api/workspaces/w/members': () => ({ members: [], has_more: false }),
    '/api/workspaces/w/threads': () => ({ threads: [] }),
    '/api/dms': () => ({ conversations: [] }),
    '/api/realtime/events': () => ({ events: [], tail_cursor: 'cur_tail' }),
    '/api/realtime/ephemeral': () => ({ event: {} }),
    '/api/channels/chn_1/messages': () => ({ messages, oldest_seq: 1, newest_seq: 1, has_older: false, has_newer: false }),
    '/api/channels/chn_1/pins': () => ({ pins: [] }),
  });
});
afterEach(() => {
  state.close();
  vi.useRealTimers();
});

test('what was kept of a channel that I see no more is read anew when it comes back', async () => {
  state = new WorkspaceState(info, ME, () => undefined);
  await state.open();
  await vi.advanceTimersByTimeAsync(100);
  const socket = FakeSocket.all.at(-1) as FakeSocket;
  socket.open();
  await state.timeline('chn_1').open();
  await state.pins.read('chn_1');

  const both = channels;
  channels = [];
  socket.say(changed);
  await vi.advanceTimersByTimeAsync(1000);
  expect([state.conversation('chn_1'), state.pins.of('chn_1')]).toEqual([undefined, undefined]);

  messages = [{ ...message(1), body: 'edited meanwhile' }];
  channels = both;
  asked.length = 0;
  socket.say(changed);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.some((path) => path.includes('/threads'))).toBe(true);
  const timeline = state.timeline('chn_1');
  await timeline.open();
  expect(timeline.find('msg_1')?.body).toBe('edited meanwhile');
});
