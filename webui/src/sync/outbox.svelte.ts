/** Messages on their way: shown at once, sent in order, tried again until the server has them. */
import { reason, Refusal } from '../api/call';
import { postMessage, postReply } from '../api/chat';
import type { Message, Upload } from '../api/types';
import { forget, keep, recall } from './storage';

export interface Pending {
  nonce: string;
  channel: string;
  /** The root of the thread for a reply. */
  root?: string;
  /** What it is about, in a channel. */
  topic?: string;
  body: string;
  quoted?: { id: string; author: string; body: string };
  uploads?: Upload[];
  createdAt: string;
  state: 'sending' | 'waiting' | 'refused';
  error?: string;
}

const LONGEST_RETRY = 30_000;

export class Outbox {
  items = $state<Pending[]>([]);
  #running = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;

  constructor(
    private readonly key: string,
    private readonly sent: (message: Message, pending: Pending) => void,
  ) {
    this.items = (JSON.parse(recall(key) ?? '[]') as Pending[]).map((p) => (p.state === 'sending' ? { ...p, state: 'waiting' } : p));
  }

  add(draft: Omit<Pending, 'nonce' | 'createdAt' | 'state'>): void {
    const pending: Pending = { ...draft, nonce: crypto.randomUUID(), createdAt: new Date().toISOString(), state: 'sending' };
    this.items.push(pending);
    this.#save();
    void this.#run(scopeOf(pending));
  }

  /** Sends all that waits: the server is there again. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#tries = 0;
    for (const scope of new Set(this.items.filter((p) => p.state !== 'refused').map(scopeOf))) void this.#run(scope);
  }

  retry(nonce: string): void {
    const pending = this.items.find((p) => p.nonce === nonce);
    if (!pending) return;
    pending.state = 'sending';
    void this.#run(scopeOf(pending));
  }

  discard(nonce: string): void {
    this.items = this.items.filter((p) => p.nonce !== nonce);
    this.#save();
  }

  of(channel: string, root?: string): Pending[] {
    return this.items.filter((p) => p.channel === channel && p.root === root);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #run(scope: string): Promise<void> {
    if (this.#running.has(scope)) return;
    this.#running.add(scope);
    let next: Pending | undefined;
    while ((next = this.items.find((p) => scopeOf(p) === scope && p.state !== 'refused'))) {
      if (!(await this.#send(next))) break;
    }
    this.#running.delete(scope);
  }

  /** Whether to go on with the next one. */
  async #send(pending: Pending): Promise<boolean> {
    pending.state = 'sending';
    const draft = { body: pending.body, nonce: pending.nonce, ...(pending.quoted ? { quoted_message_id: pending.quoted.id } : {}), ...(pending.uploads ? { upload_ids: pending.uploads.map((u) => u.id) } : {}), ...(pending.topic ? { topic_id: pending.topic } : {}) };
    try {
      const message = pending.root ? await postReply(pending.root, draft) : await postMessage(pending.channel, draft);
      this.#tries = 0;
      this.sent(message, pending);
      this.discard(pending.nonce);
      return true;
    } catch (error) {
      const refused = error instanceof Refusal && error.status < 500 && error.status !== 401;
      pending.state = refused ? 'refused' : 'waiting';
      pending.error = reason(error);
      this.#save();
      if (!refused) this.#later();
      return refused;
    }
  }

  #later(): void {
    clearTimeout(this.#timer);
    const wait = Math.min(LONGEST_RETRY, 2000 * 2 ** this.#tries++);
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  #save(): void {
    if (this.items.length === 0) forget(this.key);
    else keep(this.key, JSON.stringify(this.items));
  }
}

function scopeOf(pending: Pending): string {
  return pending.root ?? pending.channel;
}
