/** Which unread messages name me, as far as this browser saw them come. Remembered, because events come once. */
import { SvelteMap } from 'svelte/reactivity';
import { forget, keep, recall } from './storage';

export class Mentions {
  readonly #seqs: SvelteMap<string, number[]>;

  constructor(private readonly key: string) {
    this.#seqs = new SvelteMap(JSON.parse(recall(key) ?? '[]') as [string, number[]][]);
  }

  /** How many wait in a channel. */
  in(channel: string): number {
    return this.#seqs.get(channel)?.length ?? 0;
  }

  /** The message `seq` names me. The same one may be told twice. */
  add(channel: string, seq: number): void {
    const known = this.#seqs.get(channel) ?? [];
    if (!known.includes(seq)) this.#put(channel, [...known, seq]);
  }

  /** Everything up to `seq` is read. */
  read(channel: string, seq: number): void {
    const known = this.#seqs.get(channel);
    const left = known?.filter((s) => s > seq);
    if (known && left && left.length < known.length) this.#put(channel, left);
  }

  #put(channel: string, seqs: number[]): void {
    if (seqs.length > 0) this.#seqs.set(channel, seqs);
    else this.#seqs.delete(channel);
    if (this.#seqs.size === 0) forget(this.key);
    else keep(this.key, JSON.stringify([...this.#seqs]));
  }
}
