/** The timelines that were looked at last, by the id of their conversation. */
import { Timeline } from './timeline.svelte';

const KEPT = 12;

export class Timelines extends Map<string, Timeline> {
  /** The one of a conversation, new or not; the one that was not used for the longest time goes. */
  use(conversation: string): Timeline {
    const kept = this.get(conversation) ?? new Timeline(conversation);
    this.delete(conversation);
    this.set(conversation, kept);
    for (const [oldest, timeline] of this) {
      if (this.size <= KEPT) break;
      timeline.close();
      this.delete(oldest);
    }
    return kept;
  }

  close(): void {
    for (const timeline of this.values()) timeline.close();
  }
}
