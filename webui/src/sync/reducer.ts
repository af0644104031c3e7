/** What each kind of live event does to the state. Events carry ids only: the state reads again what changed. */
import type { LiveEvent } from '../api/types';
import type { Commands } from './commands.svelte';
import { notice, type Noticed } from './notices';
import type { Presence } from './presence.svelte';
import type { Progress } from './progress.svelte';
import { countNew, named, readUpTo, type Read } from './reading';
import type { Thread } from './thread.svelte';
import type { Timelines } from './timelines';
import type { Typing } from './typing.svelte';

/** The state that events change. */
export interface Live extends Read, Noticed {
  readonly thread: Thread | null;
  readonly timelines: Timelines;
  readonly typing: Typing;
  readonly presence: Presence;
  readonly progress: Progress;
  readonly commands: Commands;
  meet(user: string): void;
  pinsChanged(channel: string): void;
  refreshChannels(): void;
  refreshDirects(): void;
  refreshFollowed(): void;
  refreshInfo(): Promise<void>;
  refreshMembers(): void;
}

const text = (event: LiveEvent, member: string): string => {
  const value = event.payload?.[member];
  return typeof value === 'string' ? value : '';
};

/** The channel or the direct conversation that an event tells of; "" when it tells of none. */
const placeOf = (event: LiveEvent): string => event.channel_id || text(event, 'channel_id') || text(event, 'direct_conversation_id');

type Handler = (state: Live, event: LiveEvent) => void;

function messageChanged(state: Live, event: LiveEvent): void {
  const id = text(event, 'message_id');
  const root = text(event, 'root_message_id');
  if (event.seq) for (const timeline of state.timelines.of(placeOf(event))) timeline.changed(event.seq);
  const thread = state.thread;
  if (thread && (thread.has(id) || thread.rootId === root)) thread.changed();
}

function read(state: Live, event: LiveEvent): void {
  if (event.seq !== undefined) readUpTo(state, placeOf(event), event.seq);
}

const HANDLERS: Record<string, Handler> = {
  'message.created': (state, event) => {
    const place = placeOf(event);
    if (!place || !event.seq) return;
    const author = text(event, 'author_id');
    countNew(state, place, event.seq, author !== state.me && text(event, 'kind') === '');
    state.typing.stop(place, author);
    if (text(event, 'kind') === '') state.progress.answered(author, place);
    const mentioned = event.mentioned_user_ids?.includes(state.me) ?? false;
    if (author !== state.me && mentioned) named(state, place, event.seq);
    if (text(event, 'kind') === '') notice(state, place, author, mentioned);
    for (const timeline of state.timelines.of(place)) timeline.arrived(event.seq);
    state.meet(author);
  },
  'message.updated': messageChanged,
  'message.deleted': messageChanged,
  'reaction.added': messageChanged,
  'reaction.removed': messageChanged,
  'thread.reply_created': (state, event) => {
    state.refreshFollowed();
    const thread = state.thread;
    if (thread?.rootId !== text(event, 'root_message_id')) return;
    void thread.load().then(() => state.typing.stop(placeOf(event), thread.replies.at(-1)?.author_id ?? ''));
  },
  'thread.state_updated': (state, event) => {
    for (const timeline of state.timelines.of(placeOf(event))) timeline.threadChanged(text(event, 'root_message_id'));
  },
  'pin.added': (state, event) => state.pinsChanged(placeOf(event)),
  'pin.removed': (state, event) => state.pinsChanged(placeOf(event)),
  'channel.created': (state) => state.refreshChannels(),
  'channel.updated': (state) => state.refreshChannels(),
  'channel.read': read,
  'dm.read': read,
  'workspace.updated': (state) => void state.refreshInfo(),
  'workspace.ownership_transferred': (state) => {
    void state.refreshInfo();
    state.refreshMembers();
  },
  'member.moderation_updated': (state, event) => {
    // What was ruled is not told: the next sign is refused, or it is not.
    if (text(event, 'user_id') === state.me) state.presence.tell();
    void state.refreshInfo();
    state.refreshMembers();
    state.refreshChannels();
    state.refreshDirects();
  },
  'typing.started': (state, event) => {
    const user = text(event, 'user_id');
    const channel = placeOf(event);
    if (user === state.me) return;
    state.meet(user);
    state.typing.start(channel, user, text(event, 'thread_root_id'));
  },
  'agent.progress': (state, event) => {
    state.meet(text(event, 'user_id'));
    state.progress.heard(text(event, 'user_id'), text(event, 'turn_id'), placeOf(event), text(event, 'op'), event.payload?.line);
  },
  'bot_command.updated': (state) => state.commands.changed(),
  'bot.membership_removed': (state) => state.refreshMembers(),
  'bot.deleted': (state) => state.refreshMembers(),
  'presence.changed': (state, event) => {
    const user = text(event, 'user_id');
    state.meet(user);
    state.presence.heard(user, text(event, 'state'));
  },
  'typing.stopped': (state, event) => state.typing.stop(placeOf(event), text(event, 'user_id')),
};

export function reduce(state: Live, event: LiveEvent): void {
  HANDLERS[event.type]?.(state, event);
}
