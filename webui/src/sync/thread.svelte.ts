/** One thread: its root and its newest replies. */
import { reason, Refusal } from '../api/call';
import { getThread } from '../api/chat';
import type { Message } from '../api/types';

const FOLLOW_DELAY = 40;

export class Thread {
  root = $state.raw<Message | null>(null);
  replies = $state.raw<Message[]>([]);
  total = $state(0);
  error = $state<string | null>(null);
  missing = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #again = false;

  constructor(readonly rootId: string) {}

  async load(): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      const page = await getThread(this.rootId);
      this.root = page.root;
      this.replies = page.replies;
      this.total = page.thread_state.reply_count;
      this.error = null;
    } catch (error) {
      this.missing = error instanceof Refusal && error.status === 404;
      this.error = reason(error);
    } finally {
      this.#busy = false;
    }
    if (this.#again) {
      this.#again = false;
      await this.load();
    }
  }

  /** Something in the thread changed: reads it again, once for a burst. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), FOLLOW_DELAY);
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
