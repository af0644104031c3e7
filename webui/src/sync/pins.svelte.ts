/** What is pinned in the channels that were looked at, newest pin first. */
import { SvelteMap } from 'svelte/reactivity';
import { getPins } from '../api/channels';
import type { Message } from '../api/types';

/** So many fit in a channel. */
export const MOST_PINS = 100;

export class Pins {
  readonly #lists = new SvelteMap<string, Message[]>();

  /** Undefined until it was read. */
  of(channel: string): Message[] | undefined {
    return this.#lists.get(channel);
  }

  has(message: Message): boolean {
    return this.#lists.get(message.channel_id ?? '')?.some((m) => m.id === message.id) ?? false;
  }

  async read(channel: string): Promise<void> {
    this.#lists.set(channel, await getPins(channel));
  }

  forget(channel: string): void {
    this.#lists.delete(channel);
  }

  /** Shows a pin, or that there is none, before the server has answered. */
  put(message: Message, pinned: boolean): void {
    const channel = message.channel_id ?? '';
    const others = (this.#lists.get(channel) ?? []).filter((m) => m.id !== message.id);
    this.#lists.set(channel, pinned ? [message, ...others] : others);
  }
}
