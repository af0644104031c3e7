/** One thread: its root and its newest replies. */
import { passing, reason, Refusal } from '../api/call';
import { getThread } from '../api/chat';
import type { Message } from '../api/types';

const FOLLOW_DELAY = 40;
/** Until a read that failed is tried again. */
const RETRY_DELAY = 3000;

export class Thread {
  root = $state.raw<Message | null>(null);
  replies = $state.raw<Message[]>([]);
  total = $state(0);
  error = $state<string | null>(null);
  missing = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(readonly rootId: string) {}

  /** Reads the thread; a call during a read waits for one more, which all late callers share. */
  load(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#read().finally(() => (this.#running = null));
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.load();
    });
    return this.#next;
  }

  /** Waits until the root is there or the read has failed. */
  async loaded(): Promise<void> {
    await (this.root ? undefined : (this.#running ?? this.load()));
  }

  async #read(): Promise<void> {
    try {
      const page = await getThread(this.rootId);
      this.root = page.root;
      this.replies = page.replies;
      this.total = page.thread_state.reply_count;
      this.error = null;
    } catch (error) {
      this.missing = error instanceof Refusal && error.status === 404;
      this.error = reason(error);
      if (this.root && passing(error)) this.changed(RETRY_DELAY);
    }
  }

  /** Something in the thread changed: reads it again, once for a burst. */
  changed(delay = FOLLOW_DELAY): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), delay);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  has(id: string): boolean {
    return id === this.rootId || this.replies.some((m) => m.id === id);
  }

  find(id: string): Message | undefined {
    return id === this.rootId ? (this.root ?? undefined) : this.replies.find((m) => m.id === id);
  }

  update(id: string, change: (message: Message) => Message): void {
    if (this.root && id === this.rootId) this.root = change(this.root);
    else this.replies = this.replies.map((m) => (m.id === id ? change(m) : m));
  }

  /** Adds a reply of one's own, which the answer to sending it brought. */
  put(reply: Message): void {
    if (this.has(reply.id)) this.update(reply.id, (m) => ({ ...m, ...reply }));
    else this.replies = [...this.replies, reply].sort((a, b) => (a.thread_seq ?? 0) - (b.thread_seq ?? 0));
  }
}
