/** Who is writing where. A sign of writing fades after a few seconds without another one. */
import { signal } from '../api/chat';

const FADES = 6000;
const EVERY = 3000;

interface Sign {
  channel: string;
  user: string;
  thread: string;
}

export class Typing {
  signs = $state<Sign[]>([]);
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #lastSaid = new Map<string, number>();

  /** `heed` hears what became of each sign. */
  constructor(
    private readonly workspace: string,
    private readonly heed: (sign: Promise<unknown>) => void,
  ) {}

  /** The users writing in a channel (thread "") or in a thread of it. */
  in(channel: string, thread = ''): string[] {
    return this.signs.filter((s) => s.channel === channel && s.thread === thread).map((s) => s.user);
  }

  start(channel: string, user: string, thread: string): void {
    const key = `${channel} ${user}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.stop(channel, user), FADES));
    const others = this.signs.filter((s) => s.channel !== channel || s.user !== user);
    this.signs = [...others, { channel, user, thread }];
  }

  stop(channel: string, user: string): void {
    const key = `${channel} ${user}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (this.signs.some((s) => s.channel === channel && s.user === user)) {
      this.signs = this.signs.filter((s) => s.channel !== channel || s.user !== user);
    }
  }

  /** Tells the others that I write, at most once in three seconds a channel. */
  say(channel: string, thread = ''): void {
    const now = Date.now();
    if (now - (this.#lastSaid.get(channel) ?? 0) < EVERY) return;
    this.#lastSaid.set(channel, now);
    this.heed(signal(this.workspace, 'typing.started', channel, thread ? { thread_root_id: thread } : {}));
  }

  /** Tells the others that I gave up writing. */
  sayStopped(channel: string): void {
    if (!this.#lastSaid.delete(channel)) return;
    this.heed(signal(this.workspace, 'typing.stopped', channel));
  }

  /** A message went out: the next letter is worth a sign again, and the message itself ends this one. */
  sent(channel: string): void {
    this.#lastSaid.delete(channel);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.signs = [];
  }
}
