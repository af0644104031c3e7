/** Who else has this workspace open. Told by each page itself, believed for a while, never stored. */
import { SvelteMap } from 'svelte/reactivity';
import { tellPresence } from '../api/chat';

export type Here = 'here' | 'away';

/** What was heard of each person, and when in milliseconds of Date.now(). */
export type Heard = Map<string, { state: Here; at: number }>;

const EVERY = 120_000;
const FADES = 300_000;
const ANSWER_WITHIN = 2000;
/** Above this many members nobody tells: every sign goes to everybody. */
const MOST = 100;

export class Presence {
  readonly #states = new SvelteMap<string, Here>();
  readonly #fading = new Map<string, ReturnType<typeof setTimeout>>();
  #answer: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #gone = false;
  readonly #looked = () => this.tell();
  readonly #left = () => {
    this.#gone = true;
    void tellPresence(this.workspace, 'gone', true).catch(() => undefined);
  };
  /** The browser kept the page and shows it again. */
  readonly #back = () => {
    this.#gone = false;
    this.tell();
  };

  constructor(
    private readonly workspace: string,
    private readonly me: string,
    private readonly members: () => number,
    /** Hears what became of each sign. */
    private readonly heed: (sign: Promise<unknown>) => void,
    /** Outlives this: who comes back to a workspace believes what was heard there before. */
    private readonly last: Heard = new Map(),
  ) {
    for (const [user, { state, at }] of last) if (user !== me && at + FADES > Date.now()) this.#believe(user, state, at);
  }

  of(user: string): Here | null {
    return this.#states.get(user) ?? null;
  }

  /** The connection is there: tells the others, now and from time to time. */
  start(): void {
    if (!this.#beat) {
      this.#beat = setInterval(() => this.tell(), EVERY);
      document.addEventListener('visibilitychange', this.#looked);
      addEventListener('pagehide', this.#left);
      addEventListener('pageshow', this.#back);
    }
    this.tell();
  }

  /** Somebody told where they are; a newcomer is answered, once for all who come within two seconds. */
  heard(user: string, state: unknown): void {
    if (state !== 'here' && state !== 'away') {
      this.#forget(user);
      // Another window of mine went; this one is still here.
      if (user === this.me) this.tell();
      return;
    }
    const fresh = !this.#states.has(user);
    this.#believe(user, state, Date.now());
    if (fresh && user !== this.me) this.#answer ??= setTimeout(() => this.tell(), ANSWER_WITHIN * Math.random());
  }

  /** The connection is lost: nobody sees me. */
  cutOff(): void {
    this.#forget(this.me);
  }

  close(): void {
    if (this.#beat) this.#left();
    clearInterval(this.#beat);
    clearTimeout(this.#answer);
    document.removeEventListener('visibilitychange', this.#looked);
    removeEventListener('pagehide', this.#left);
    removeEventListener('pageshow', this.#back);
    for (const timer of this.#fading.values()) clearTimeout(timer);
  }

  #believe(user: string, state: Here, at: number): void {
    this.#states.set(user, state);
    this.last.set(user, { state, at });
    clearTimeout(this.#fading.get(user));
    this.#fading.set(user, setTimeout(() => this.#forget(user), at + FADES - Date.now()));
  }

  #forget(user: string): void {
    clearTimeout(this.#fading.get(user));
    this.#fading.delete(user);
    this.#states.delete(user);
    this.last.delete(user);
  }

  /** Tells the others, at once. */
  tell(): void {
    clearTimeout(this.#answer);
    this.#answer = undefined;
    if (this.#gone || this.members() > MOST) return;
    this.heed(tellPresence(this.workspace, document.visibilityState === 'visible' ? 'here' : 'away'));
  }
}
