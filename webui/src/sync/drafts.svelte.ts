/** What one typed and did not send, by place. Each person of this browser has their own. */
import { SvelteSet } from 'svelte/reactivity';
import { forget, keep, recall, recalled } from './storage';

/** A conversation, or the thread that begins with a message of it. */
export const placeOf = (conversation: string, root?: string): string => (root ? `${conversation}:${root}` : conversation);

class Drafts {
  readonly #begun: SvelteSet<string>;

  /** `key` begins those of all drafts. */
  constructor(private readonly key: string) {
    this.#begun = new SvelteSet(recalled(key).map((one) => one.slice(key.length)));
    addEventListener('storage', this.#elsewhere);
  }

  /** Whether something was begun there. */
  has(place: string): boolean {
    return this.#begun.has(place);
  }

  read(place: string): string {
    return recall(this.key + place) ?? '';
  }

  write(place: string, text: string): void {
    if (text.trim()) keep(this.key + place, text);
    else forget(this.key + place);
    this.#note(place, text);
  }

  #note(place: string, text: string): void {
    if (text.trim()) this.#begun.add(place);
    else this.#begun.delete(place);
  }

  /** Another page of this browser; with no key it took everything away. */
  #elsewhere = ({ key, newValue }: StorageEvent): void => {
    if (key === null) this.#begun.clear();
    else if (key.startsWith(this.key)) this.#note(key.slice(this.key.length), newValue ?? '');
  };
}

const all = new Map<string, Drafts>();

/** Those of one person. */
export function draftsOf(me: string): Drafts {
  const drafts = all.get(me) ?? new Drafts(`clickclack:${me}:draft:`);
  all.set(me, drafts);
  return drafts;
}
