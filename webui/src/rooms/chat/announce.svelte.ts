/** Reads new messages of others out politely, at most one sentence in two seconds. */
import { untrack } from 'svelte';
import { view } from '../../commands/view.svelte';
import { plain } from '../../content/markdown';
import type { Timeline } from '../../sync/timeline.svelte';
import type { WorkspaceState } from '../../sync/workspace.svelte';
import { namesOf } from '../../uploads/kinds';
import { nameOf } from './names';

const PAUSE = 2000;

export class Announcer {
  #from: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly space: WorkspaceState,
    private readonly timeline: Timeline,
  ) {
    this.#from = timeline.newest;
    $effect(() => {
      const newest = timeline.newest;
      untrack(() => {
        if (newest > this.#from) this.#timer ??= setTimeout(() => this.#say(), PAUSE / 4);
      });
    });
    $effect(() => () => clearTimeout(this.#timer));
  }

  #say(): void {
    this.#timer = undefined;
    const fresh = this.timeline.messages.filter((m) => (m.channel_seq ?? 0) > this.#from && m.author_id !== this.space.me);
    this.#from = this.timeline.newest;
    const last = fresh.at(-1);
    if (!last) return;
    view.announce(fresh.length === 1 ? `${nameOf(last.author)}: ${plain(last.body) || namesOf(last.attachments)}` : `${fresh.length} new messages, the last from ${nameOf(last.author)}`);
  }
}
