/** What each kind of live event does to the state. Events carry ids only: the state reads again what changed. */
import type { LiveEvent } from '../api/types';
import type { WorkspaceState } from './workspace.svelte';

const text = (event: LiveEvent, member: string): string => {
  const value = event.payload?.[member];
  return typeof value === 'string' ? value : '';
};

type Handler = (state: WorkspaceState, event: LiveEvent) => void;

function messageChanged(state: WorkspaceState, event: LiveEvent): void {
  const id = text(event, 'message_id');
  const root = text(event, 'root_message_id');
  if (event.channel_id && event.seq) state.timelines.get(event.channel_id)?.changed(event.seq);
  const thread = state.thread;
  if (thread && (thread.has(id) || thread.rootId === root)) thread.changed();
}

const HANDLERS: Record<string, Handler> = {
  'message.created': (state, event) => {
    if (!event.channel_id || !event.seq) return;
    const author = text(event, 'author_id');
    state.countNew(event.channel_id, event.seq, author !== state.me && text(event, 'kind') === '');
    state.typing.stop(event.channel_id, author);
    if (text(event, 'kind') === '') state.progress.answered(author, event.channel_id);
    if (author !== state.me && event.mentioned_user_ids?.includes(state.me)) state.named(event.channel_id, event.seq);
    state.timelines.get(event.channel_id)?.arrived(event.seq);
    state.meet(author);
  },
  'message.updated': messageChanged,
  'message.deleted': messageChanged,
  'reaction.added': messageChanged,
  'reaction.removed': messageChanged,
  'thread.reply_created': (state, event) => {
    const thread = state.thread;
    if (thread?.rootId !== text(event, 'root_message_id')) return;
    void thread.load().then(() => state.typing.stop(event.channel_id ?? '', thread.replies.at(-1)?.author_id ?? ''));
  },
  'thread.state_updated': (state, event) => {
    const timeline = event.channel_id ? state.timelines.get(event.channel_id) : undefined;
    const root = timeline?.find(text(event, 'root_message_id'));
    if (root?.channel_seq) timeline?.changed(root.channel_seq);
  },
  'channel.created': (state) => state.refreshChannels(),
  'channel.updated': (state) => state.refreshChannels(),
  'channel.read': (state, event) => {
    if (event.channel_id && event.seq !== undefined) state.readUpTo(event.channel_id, event.seq);
  },
  'workspace.updated': (state) => void state.refreshInfo(),
  'workspace.ownership_transferred': (state) => {
    void state.refreshInfo();
    state.refreshMembers();
  },
  'member.moderation_updated': (state) => {
    void state.refreshInfo();
    state.refreshMembers();
    state.refreshChannels();
  },
  'typing.started': (state, event) => {
    const user = text(event, 'user_id');
    const channel = text(event, 'channel_id');
    if (user === state.me) return;
    state.meet(user);
    state.typing.start(channel, user, text(event, 'thread_root_id'));
  },
  'agent.progress': (state, event) => {
    state.meet(text(event, 'user_id'));
    state.progress.heard(text(event, 'user_id'), text(event, 'turn_id'), text(event, 'channel_id'), text(event, 'op'), event.payload?.line);
  },
  'presence.changed': (state, event) => {
    const user = text(event, 'user_id');
    state.meet(user);
    state.presence.heard(user, text(event, 'state'));
  },
  'typing.stopped': (state, event) => state.typing.stop(text(event, 'channel_id'), text(event, 'user_id')),
};

export function reduce(state: WorkspaceState, event: LiveEvent): void {
  HANDLERS[event.type]?.(state, event);
}
