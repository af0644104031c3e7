/** The state of the open workspace: a snapshot, kept true by events. */
import { SvelteMap } from 'svelte/reactivity';
import { passing, reason, Refusal } from '../api/call';
import { getChannels, getMembers, getWorkspace, markRead } from '../api/chat';
import type { Channel, LiveEvent, Member, User, Workspace } from '../api/types';
import { Mentions } from './mentions.svelte';
import { Outbox } from './outbox.svelte';
import { Presence, type Heard } from './presence.svelte';
import { Progress } from './progress.svelte';
import { reduce } from './reducer';
import { LiveSocket } from './socket';
import { Thread } from './thread.svelte';
import { Timeline } from './timeline.svelte';
import { Typing } from './typing.svelte';

const GATHER = 60;
/** Until a read that failed is tried again. */
const RETRY_DELAY = 3000;
const KEPT_TIMELINES = 12;

export class WorkspaceState {
  info = $state.raw<Workspace>() as Workspace;
  channels = $state<Channel[]>([]);
  members = $state.raw<Member[]>([]);
  users = new SvelteMap<string, User>();
  /** People by handle, in lower case. */
  readonly handles = $derived(new Map([...this.users.values()].filter((u) => u.handle).map((u) => [u.handle.toLowerCase(), u])));
  ready = $state(false);
  error = $state<string | null>(null);
  gone = $state(false);
  /** When the connection was lost, and when the next try is; null while connected. */
  offline = $state<{ since: number; retryAt: number } | null>(null);
  thread = $state.raw<Thread | null>(null);
  readonly timelines = new Map<string, Timeline>();
  readonly typing: Typing;
  readonly presence: Presence;
  readonly progress = new Progress();
  readonly mentions: Mentions;
  readonly outbox: Outbox;
  readonly #socket: LiveSocket;
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #wasOnline = false;
  #closed = false;
  /** Strangers that the list of members was already read for. */
  readonly #asked = new Set<string>();

  constructor(
    info: Workspace,
    readonly me: string,
    private readonly ended: () => void,
    heard?: Heard,
  ) {
    this.info = info;
    this.typing = new Typing(info.id);
    this.presence = new Presence(info.id, me, () => this.members.length, heard);
    this.mentions = new Mentions(`clickclack:${info.id}:${me}:mentions`);
    this.outbox = new Outbox(`clickclack:${info.id}:${me}:outbox`, (message, pending) => {
      if (pending.root && this.thread?.rootId === pending.root) this.thread.put(message);
      else if (!pending.root) this.timelines.get(pending.channel)?.put(message);
      this.typing.sent(pending.channel);
    });
    this.#socket = new LiveSocket(info.id, {
      event: (event: LiveEvent) => reduce(this, event),
      online: () => this.#online(),
      offline: (retryAt) => {
        this.offline = { since: this.offline?.since ?? Date.now(), retryAt };
        this.presence.cutOff();
      },
      resync: () => this.#reload(),
      refused: (status) => (status === 401 ? this.ended() : (this.gone = true)),
    });
  }

  async open(): Promise<void> {
    try {
      await this.#socket.prepare();
      await Promise.all([this.#readChannels(), this.#readMembers()]);
      if (this.#closed) return;
      this.ready = true;
      this.error = null;
      this.#socket.connect();
      this.outbox.flush();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) this.ended();
      else if (error instanceof Refusal && (error.status === 404 || error.status === 403)) this.gone = true;
      else {
        this.error = reason(error);
        if (passing(error) && !this.#closed) this.#gather('open', () => this.open(), RETRY_DELAY);
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#socket.close();
    this.outbox.close();
    this.typing.close();
    this.presence.close();
    this.progress.close();
    this.closeThread();
    for (const timeline of this.timelines.values()) timeline.close();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Tries to connect now. */
  reconnect(): void {
    this.#socket.connect();
  }

  channel(id: string): Channel | undefined {
    return this.channels.find((c) => c.id === id);
  }

  timeline(channel: string): Timeline {
    const kept = this.timelines.get(channel) ?? new Timeline(channel);
    this.timelines.delete(channel);
    this.timelines.set(channel, kept);
    for (const [oldest, timeline] of this.timelines) {
      if (this.timelines.size <= KEPT_TIMELINES) break;
      timeline.close();
      this.timelines.delete(oldest);
    }
    return kept;
  }

  openThread(root: string): Thread {
    if (this.thread?.rootId !== root) {
      this.thread?.close();
      this.thread = new Thread(root);
      void this.thread.load();
    }
    return this.thread;
  }

  closeThread(): void {
    this.thread?.close();
    this.thread = null;
  }

  /** A new message; `mine` and the work of agents do not count as unread. */
  countNew(channel: string, seq: number, counts: boolean): void {
    const known = this.channel(channel);
    if (!known) this.refreshChannels();
    else if (seq > known.last_seq) {
      known.last_seq = seq;
      if (counts) known.unread_count += 1;
    }
  }

  /** A message names me. */
  named(channel: string, seq: number): void {
    if (seq > (this.channel(channel)?.last_read_seq ?? 0)) this.mentions.add(channel, seq);
  }

  /** My read pointer moved, here or in another window. */
  readUpTo(channel: string, seq: number): void {
    const known = this.channel(channel);
    if (!known || seq <= known.last_read_seq) return;
    known.last_read_seq = seq;
    this.mentions.read(channel, seq);
    if (seq >= known.last_seq) known.unread_count = 0;
    else this.refreshChannels();
  }

  /** I have seen everything up to `seq`. */
  async see(channel: string, seq: number): Promise<void> {
    const known = this.channel(channel);
    if (!known || seq <= known.last_read_seq) return;
    this.readUpTo(channel, seq);
    await markRead(channel, seq).catch(() => undefined);
  }

  putChannel(channel: Channel): void {
    const known = this.channel(channel.id);
    const { last_seq, last_read_seq, unread_count } = known ?? channel;
    const kept = { ...channel, last_seq, last_read_seq, unread_count };
    this.channels = [...this.channels.filter((c) => c.id !== channel.id), kept].sort(byName);
  }

  refreshChannels(): void {
    this.#gather('channels', () => this.#readChannels());
  }

  refreshMembers(): void {
    this.#gather('members', () => this.#readMembers());
  }

  /** Somebody shows up; whom nobody knows yet is looked up once. */
  meet(user: string): void {
    if (!user || this.users.has(user) || this.#asked.has(user)) return;
    this.#asked.add(user);
    this.refreshMembers();
  }

  async refreshInfo(): Promise<void> {
    this.info = await getWorkspace(this.info.id).catch(() => this.info);
  }

  /** Reads once for a burst of reasons to. */
  #gather(what: string, read: () => Promise<void>, delay = GATHER): void {
    if (this.#timers.has(what)) return;
    const run = () => {
      this.#timers.delete(what);
      read().catch((error: unknown) => {
        if (passing(error)) this.#gather(what, read, RETRY_DELAY);
      });
    };
    this.#timers.set(what, setTimeout(run, delay));
  }

  async #readChannels(): Promise<void> {
    this.channels = (await getChannels(this.info.id)).sort(byName);
    for (const channel of this.channels) this.mentions.read(channel.id, channel.last_read_seq);
  }

  async #readMembers(): Promise<void> {
    const members: Member[] = [];
    let cursor: string | undefined;
    do {
      const page = await getMembers(this.info.id, cursor);
      members.push(...page.members);
      cursor = page.has_more ? page.next_cursor : undefined;
    } while (cursor && members.length < 2000);
    this.members = members;
    for (const { user } of members) this.users.set(user.id, user);
  }

  #online(): void {
    this.offline = null;
    this.presence.start();
    if (this.#wasOnline) this.outbox.flush();
    this.#wasOnline = true;
    for (const timeline of this.timelines.values()) void timeline.back();
    if (this.thread?.error) void this.thread.load();
  }

  async #reload(): Promise<void> {
    this.#asked.clear();
    await Promise.all([this.#readChannels(), this.#readMembers(), this.refreshInfo()]);
    await Promise.all([...this.timelines.values()].map((t) => t.reload()));
    await this.thread?.load();
  }
}

function byName(a: Channel, b: Channel): number {
  return a.name.localeCompare(b.name);
}
