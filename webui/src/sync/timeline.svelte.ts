/** A window onto the messages of one channel: always a gapless run of sequence numbers. */
import { passing, reason } from '../api/call';
import { getMessages, type PageQuery } from '../api/chat';
import type { Message, MessagePage } from '../api/types';
import { blankThread, mergeRun, seqOf, spansOf } from './runs';

const FOLLOW_DELAY = 30;
/** How many changes of messages that are not here yet are kept in mind. */
const EARLY = 100;
/** Until a read that failed is tried again. */
const RETRY_DELAY = 3000;
/** After so many pages in a row the rest is skipped. */
const CATCH_UP = 4;

export class Timeline {
  messages = $state.raw<Message[]>([]);
  loaded = $state(false);
  hasOlder = $state(false);
  hasNewer = $state(false);
  busy = $state<'first' | 'older' | 'newer' | null>(null);
  error = $state<string | null>(null);
  #newerWanted = false;
  /** How many pages in a row came after the newest messages that were shown. */
  #behind = 0;
  /** Whether the last page failed for a reason that passes. */
  #again = false;
  #stale = new Set<number>();
  /** Messages that changed before they came, by number or id: what then comes may be older than its change. */
  #early = new Set<number | string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Where the first read that failed was to begin. */
  #first: number | undefined;
  #closed = false;

  /** `topic` keeps to the messages of one topic; then the run has gaps where others are. */
  constructor(
    readonly channel: string,
    readonly topic = '',
  ) {}

  get newest(): number {
    return seqOf(this.messages.at(-1));
  }

  get oldest(): number {
    return seqOf(this.messages[0]);
  }

  /** Shows the newest messages, or those around `seq`. */
  async open(seq?: number): Promise<void> {
    if (this.busy === 'first') return;
    this.busy = 'first';
    clearTimeout(this.#retry);
    const version = ++this.#version;
    try {
      const page = await this.#get(seq === undefined ? {} : { around_seq: seq });
      if (version !== this.#version) return;
      this.messages = page.messages;
      this.#came(page.messages);
      this.hasOlder = page.has_older;
      this.hasNewer = page.has_newer;
      this.loaded = true;
      this.error = null;
    } catch (error) {
      this.error = reason(error);
      this.#first = seq;
      if (passing(error) && !this.#closed) this.#retry = setTimeout(() => void this.open(seq), RETRY_DELAY);
    } finally {
      this.busy = null;
    }
  }

  /** The server is there again: a first read that failed is done now. */
  async back(): Promise<void> {
    if (!this.loaded && this.error !== null) await this.open(this.#first);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#timer);
  }

  async older(): Promise<void> {
    if (this.busy || !this.hasOlder) return;
    const page = await this.#page('older', { before_seq: this.oldest });
    if (!page) return;
    this.messages = mergeRun(this.messages, page.messages);
    this.#came(page.messages);
    this.hasOlder = page.has_older;
  }

  async newer(): Promise<void> {
    if (this.busy || !this.loaded) return;
    this.#newerWanted = false;
    const page = await this.#page('newer', { after_seq: this.newest });
    if (!page) {
      this.#newerWanted = this.#again;
      if (this.#again) this.#schedule(RETRY_DELAY);
      return;
    }
    this.messages = mergeRun(this.messages, page.messages);
    this.#came(page.messages);
    const more = page.messages.length > 0 && page.has_newer;
    if (this.hasNewer || !more) this.#behind = 0;
    else if (++this.#behind < CATCH_UP) this.#newerWanted = true;
    else {
      // Far more came than one reads.
      this.#behind = 0;
      return this.open();
    }
    this.hasNewer &&= more;
    if (this.#newerWanted) this.#schedule();
  }

  /** The channel has a message `seq`: reads it when the newest ones are shown, remembers that there is more otherwise. */
  arrived(seq: number): void {
    if (!this.loaded || seq <= this.newest) return;
    if (this.hasNewer) return;
    this.#newerWanted = true;
    this.#schedule();
  }

  /** The message `seq` changed. */
  changed(seq: number): void {
    if (seq < this.oldest || seq > this.newest) {
      if (seq > this.newest || this.busy) this.#expect(seq);
      return;
    }
    this.#stale.add(seq);
    this.#schedule();
  }

  /** The thread under the message `id` changed. */
  threadChanged(id: string): void {
    const root = this.find(id);
    if (root) this.changed(seqOf(root));
    else this.#expect(id);
  }

  #expect(which: number | string): void {
    if (this.hasNewer && !this.busy) return;
    this.#early.add(which);
    for (const first of this.#early) if (this.#early.size > EARLY) this.#early.delete(first);
  }

  #came(messages: readonly Message[]): void {
    for (const message of messages) {
      const byId = this.#early.delete(message.id);
      if (this.#early.delete(seqOf(message)) || byId) this.changed(seqOf(message));
    }
  }

  /** Reads again all that is shown, after events were lost. */
  async reload(): Promise<void> {
    if (!this.loaded) return;
    await this.open(this.hasNewer ? this.newest : undefined);
  }

  /** Takes over what the server answered to a change. Keeps what such an answer leaves out. */
  put(message: Message): void {
    if (this.topic && message.topic_id !== this.topic) return;
    const seq = seqOf(message);
    const old = this.messages.find((m) => m.id === message.id);
    if (old) {
      const kept = { ...message, thread_state: message.thread_state ?? old.thread_state, reactions: message.reactions ?? old.reactions, attachments: message.attachments ?? old.attachments } as Message;
      this.messages = this.messages.map((m) => (m.id === message.id ? kept : m));
    } else if (this.loaded && !this.hasNewer && seq === this.newest + 1) {
      this.messages = [...this.messages, { ...message, thread_state: message.thread_state ?? blankThread(message.id) }];
      this.#came([message]);
    } else this.arrived(seq);
  }

  update(id: string, change: (message: Message) => Message): void {
    this.messages = this.messages.map((m) => (m.id === id ? change(m) : m));
  }

  find(id: string): Message | undefined {
    return this.messages.find((m) => m.id === id);
  }

  #schedule(delay = FOLLOW_DELAY): void {
    this.#timer ??= setTimeout(() => void this.#catchUp(), delay);
  }

  async #catchUp(): Promise<void> {
    this.#timer = undefined;
    const stale = spansOf(this.#stale);
    this.#stale.clear();
    const fresh = await Promise.allSettled(stale.map(([from, count]) => this.#get({ after_seq: from - 1, limit: count })));
    const pages = fresh.flatMap((f) => (f.status === 'fulfilled' ? f.value.messages : []));
    stale.forEach(([from, count], i) => {
      const answer = fresh[i];
      if (answer?.status === 'rejected' && passing(answer.reason)) for (let seq = from; seq < from + count; seq++) this.#stale.add(seq);
    });
    if (this.#stale.size > 0) this.#schedule(RETRY_DELAY);
    if (pages.length > 0) {
      const byId = new Map(pages.map((m) => [m.id, m]));
      this.messages = this.messages.map((m) => byId.get(m.id) ?? m);
    }
    if (this.#newerWanted) {
      if (this.busy) this.#schedule();
      else await this.newer();
    }
  }

  #get(query: PageQuery): Promise<MessagePage> {
    return getMessages(this.channel, { ...query, topic_id: this.topic || undefined });
  }

  async #page(what: 'older' | 'newer', query: PageQuery): Promise<MessagePage | null> {
    this.busy = what;
    this.#again = false;
    const version = this.#version;
    try {
      const page = await this.#get(query);
      this.error = null;
      return version === this.#version ? page : null;
    } catch (error) {
      this.error = reason(error);
      this.#again = passing(error);
      return null;
    } finally {
      this.busy = null;
    }
  }
}
