/** What was looked for and what was found. Stays while one looks at a hit, so that the way back leads to the same list. */
import { reason, Refusal } from '../api/call';
import { search, type Sort } from '../api/search';
import type { SearchHit } from '../api/types';

export interface Question {
  q: string;
  /** The id of a channel or a direct conversation, or "" for all channels. */
  within: string;
  sort: Sort;
}

const TYPING = 220;

export class Search {
  hits = $state.raw<SearchHit[]>([]);
  /** What `hits` answer; null before the first answer. */
  answered = $state.raw<Question | null>(null);
  busy = $state<'first' | 'more' | null>(null);
  error = $state<string | null>(null);
  next = $state<string | null>(null);
  /** The newest messages and changes may be missing from the hits. */
  incomplete = $state(false);
  /** Which hit the keys point at. */
  chosen = $state(0);
  /** The hits belong to an older question than the one being asked. */
  readonly stale = $derived(this.busy === 'first' && this.hits.length > 0);
  #asked: Question = { q: '', within: '', sort: 'relevance' };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;

  constructor(private readonly workspace: string) {}

  /** Asks once nothing more is typed for a moment; the same question again only when it failed. */
  ask(question: Question, delay = TYPING): void {
    if (same(question, this.#asked) && this.error === null && (this.busy === 'first' || this.answered !== null)) return;
    this.#asked = question;
    clearTimeout(this.#timer);
    const version = ++this.#version;
    if (!question.q.trim()) {
      this.#settle(question, [], null, false);
      this.answered = null;
      return;
    }
    this.busy = 'first';
    this.#timer = setTimeout(() => void this.#read(question, version), delay);
  }

  again(): void {
    const question = this.#asked;
    this.#asked = { ...question, q: '' };
    this.ask(question, 0);
  }

  async more(): Promise<void> {
    if (this.busy || !this.next) return;
    this.busy = 'more';
    const version = this.#version;
    const { q, within, sort } = this.#asked;
    try {
      const page = await search(this.workspace, q, within, sort, this.next);
      if (version === this.#version) this.#settle(this.#asked, [...this.hits, ...page.results], page.next_cursor, this.incomplete || page.incomplete === true);
    } catch (error) {
      if (version !== this.#version) return;
      this.busy = null;
      // A place in the list that the server no longer knows: the list is asked for anew.
      if (error instanceof Refusal && error.status === 400) this.again();
      else this.error = reason(error);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#version++;
  }

  async #read(question: Question, version: number): Promise<void> {
    try {
      const page = await search(this.workspace, question.q, question.within, question.sort);
      if (version !== this.#version) return;
      this.chosen = 0;
      this.#settle(question, page.results, page.next_cursor, page.incomplete === true);
    } catch (error) {
      if (version !== this.#version) return;
      this.busy = null;
      this.error = reason(error);
    }
  }

  #settle(question: Question, hits: SearchHit[], next: string | null, incomplete: boolean): void {
    this.hits = hits;
    this.next = next;
    this.incomplete = incomplete;
    this.answered = question;
    this.busy = null;
    this.error = null;
  }
}

const same = (a: Question, b: Question): boolean => a.q === b.q && a.within === b.within && a.sort === b.sort;
