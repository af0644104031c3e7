/** Of which messages of each channel I want to be told. Remembered here, because the server tells it channel by channel. */
import { SvelteMap } from 'svelte/reactivity';
import { getPreference, setPreference, type Preference } from '../api/channels';
import { keep, recall } from './storage';

export class Preferences {
  readonly #known: SvelteMap<string, Preference>;
  #closed = false;

  constructor(private readonly key: string) {
    this.#known = new SvelteMap(JSON.parse(recall(key) ?? '[]') as [string, Preference][]);
  }

  of(channel: string): Preference {
    return this.#known.get(channel) ?? 'all';
  }

  isMuted(channel: string): boolean {
    return this.of(channel) === 'muted';
  }

  /** Asks for those that were never asked for, one after the other. */
  async readNew(channels: readonly string[]): Promise<void> {
    for (const channel of channels) {
      if (this.#closed) return;
      if (!this.#known.has(channel)) await this.read(channel).catch(() => undefined);
    }
  }

  /** Another window or device may have chosen anew. */
  async read(channel: string): Promise<void> {
    this.#put(channel, await getPreference(channel));
  }

  /** Shown at once, put back when the server says no. */
  async choose(channel: string, preference: Preference): Promise<void> {
    const before = this.of(channel);
    this.#put(channel, preference);
    try {
      await setPreference(channel, preference);
    } catch (error) {
      this.#put(channel, before);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
  }

  #put(channel: string, preference: Preference): void {
    this.#known.set(channel, preference);
    keep(this.key, JSON.stringify([...this.#known]));
  }
}
