/** The state of the open workspace: a snapshot, kept true by events. */
import { SvelteMap } from 'svelte/reactivity';
import { passing, reason, Refusal } from '../api/call';
import { getAllMembers, getChannels, getWorkspace, isDirectId } from '../api/chat';
import type { Channel, LiveEvent, Member, User, Workspace } from '../api/types';
import { Commands } from './commands.svelte';
import { byName, isArchived, type Conversation } from './conversation';
import { Directs } from './directs.svelte';
import { Followed } from './followed.svelte';
import { Gather, RETRY_DELAY } from './gather';
import { Mentions } from './mentions.svelte';
import { Outbox } from './outbox.svelte';
import { Pins } from './pins.svelte';
import { Places } from './places.svelte';
import { Preferences } from './preferences.svelte';
import { Presence, type Heard } from './presence.svelte';
import { Progress } from './progress.svelte';
import { reduce } from './reducer';
import { Restriction } from './restriction.svelte';
import { Roster } from './roster.svelte';
import { Search } from './search.svelte';
import { LiveSocket } from './socket';
import { Thread } from './thread.svelte';
import type { Timeline } from './timeline.svelte';
import { Timelines } from './timelines';
import { Topics } from './topics.svelte';
import { Typing } from './typing.svelte';

export class WorkspaceState {
  info = $state.raw<Workspace>() as Workspace;
  channels = $state<Channel[]>([]);
  members = $state.raw<Member[]>([]);
  users = new SvelteMap<string, User>();
  /** People by handle, in lower case. */
  readonly handles = $derived(new Map([...this.users.values()].filter((u) => u.handle).map((u) => [u.handle.toLowerCase(), u])));
  /** Messages that wait, in channels and direct conversations. */
  readonly unread = $derived.by(() => [...this.channels, ...this.directs.all].reduce((sum, c) => sum + (isArchived(c) || this.preferences.isMuted(c.id) ? 0 : c.unread_count), 0));
  ready = $state(false);
  error = $state<string | null>(null);
  gone = $state(false);
  /** When the connection was lost, and when the next try is; null while connected. */
  offline = $state<{ since: number; retryAt: number } | null>(null);
  thread = $state.raw<Thread | null>(null);
  readonly directs: Directs;
  readonly search: Search;
  readonly followed: Followed;
  readonly topics: Topics;
  readonly commands: Commands;
  readonly roster: Roster;
  readonly restriction = new Restriction();
  readonly pins = new Pins();
  readonly places = new Places(() => this.channels);
  readonly preferences: Preferences;
  readonly timelines = new Timelines();
  readonly typing: Typing;
  readonly presence: Presence;
  readonly progress = new Progress();
  readonly mentions: Mentions;
  readonly outbox: Outbox;
  readonly #socket: LiveSocket;
  readonly #gather = new Gather();
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
    this.directs = new Directs(info.id, me);
    this.search = new Search(info.id);
    this.roster = new Roster(info.id);
    this.topics = new Topics(info.id);
    this.commands = new Commands(info.id);
    this.followed = new Followed(info.id);
    this.preferences = new Preferences(`clickclack:channel-notification:v1:${info.id}:${me}`);
    this.typing = new Typing(info.id, this.restriction.heed);
    this.presence = new Presence(info.id, me, () => this.members.length, this.restriction.heed, heard);
    this.mentions = new Mentions(`clickclack:${info.id}:${me}:mentions`);
    this.outbox = new Outbox(`clickclack:${info.id}:${me}:outbox`, (message, pending) => {
      if (pending.root && this.thread?.rootId === pending.root) this.thread.put(message);
      else if (!pending.root) for (const timeline of this.timelines.of(pending.channel)) timeline.put(message);
      this.typing.sent(pending.channel);
      // The server is there again before the next try was planned.
      if (this.offline) this.#socket.hasten();
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
      await Promise.all([this.#readChannels(), this.#readMembers(), this.directs.read()]);
      if (this.#closed) return;
      this.ready = true;
      this.error = null;
      this.#socket.connect();
      this.outbox.flush();
      this.refreshFollowed(0);
      this.preferences.readNew(this.channels.map((c) => c.id)).catch(() => undefined);
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) this.ended();
      else if (error instanceof Refusal && (error.status === 404 || error.status === 403)) this.gone = true;
      else {
        this.error = reason(error);
        if (passing(error) && !this.#closed) this.#gather.ask('open', () => this.open(), RETRY_DELAY);
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#socket.close();
    this.outbox.close();
    this.typing.close();
    this.search.close();
    this.preferences.close();
    this.presence.close();
    this.progress.close();
    this.closeThread();
    this.timelines.close();
    this.#gather.close();
  }

  /** Tries to connect now. */
  reconnect(): void {
    this.#socket.connect();
  }

  channel = (id: string): Channel | undefined => this.channels.find((c) => c.id === id);

  /** A channel or a direct conversation by its id. */
  conversation(id: string): Conversation | undefined {
    return isDirectId(id) ? this.directs.find(id) : this.channel(id);
  }

  timeline(channel: string, topic = ''): Timeline {
    return this.timelines.use(channel, topic);
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

  putChannel(channel: Channel): void {
    const known = this.channel(channel.id);
    const { last_seq, last_read_seq, unread_count } = known ?? channel;
    const kept = { ...channel, last_seq, last_read_seq, unread_count };
    this.channels = [...this.channels.filter((c) => c.id !== channel.id), kept].sort(byName);
  }

  refreshChannels(): void {
    this.#gather.ask('channels', () => this.#readChannels());
  }

  refreshDirects(): void {
    this.#gather.ask('directs', () => this.directs.read());
  }

  /** Reads the list again that this one is in, or should be in. */
  refreshList(place: string): void {
    if (isDirectId(place)) this.refreshDirects();
    else this.refreshChannels();
  }

  refreshMembers(): void {
    this.#gather.ask('members', () => this.#readMembers());
  }

  /** Somebody shows up; whom nobody knows yet is looked up once. */
  meet(user: string): void {
    if (!user || this.users.has(user) || this.#asked.has(user)) return;
    this.#asked.add(user);
    this.refreshMembers();
  }

  /** A reply may have come in a thread that I follow: which ones those are only the server knows. */
  refreshFollowed(delay = 700): void {
    this.#gather.ask('followed', () => this.followed.read(), delay);
  }

  /** Somebody pinned or unpinned: read again where it was read. */
  pinsChanged(channel: string): void {
    if (this.pins.of(channel)) this.#gather.ask(`pins ${channel}`, () => this.pins.read(channel));
  }

  async refreshInfo(): Promise<void> {
    this.info = await getWorkspace(this.info.id).catch(() => this.info);
  }

  async #readChannels(): Promise<void> {
    const before = this.channels;
    this.channels = (await getChannels(this.info.id)).sort(byName);
    for (const { id } of before) if (!this.channel(id)) this.#forget(id);
    // Threads of a channel come and go with it.
    if (this.ready && this.channels.some(({ id }) => !before.some((c) => c.id === id))) this.refreshFollowed();
    for (const channel of this.channels) this.mentions.read(channel.id, channel.last_read_seq);
  }

  #forget(channel: string): void {
    this.timelines.forget(channel);
    this.pins.forget(channel);
    this.refreshFollowed();
  }

  async #readMembers(): Promise<void> {
    this.members = await getAllMembers(this.info.id);
    for (const { user } of this.members) this.users.set(user.id, user);
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
    await Promise.all([this.#readChannels(), this.#readMembers(), this.directs.read(), this.refreshInfo()]);
    await Promise.all([...this.timelines.values()].map((t) => t.reload()));
    this.refreshFollowed(0);
    await this.thread?.load();
  }
}
