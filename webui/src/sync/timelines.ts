/** The timelines that were looked at last, by the id of their conversation. */
import { Timeline } from './timeline.svelte';

const KEPT = 12;

export class Timelines extends Map<string, Timeline> {
  /** The one of a conversation or of a topic in it, new or not; the one that was not used for the longest time goes. */
  use(conversation: string, topic = ''): Timeline {
    const key = topic ? `${conversation} ${topic}` : conversation;
    const kept = this.get(key) ?? new Timeline(conversation, topic);
    this.delete(key);
    this.set(key, kept);
    for (const [oldest, timeline] of this) {
      if (this.size <= KEPT) break;
      timeline.close();
      this.delete(oldest);
    }
    return kept;
  }

  /** All that show messages of a conversation. */
  of(conversation: string): Timeline[] {
    return [...this.values()].filter((t) => t.channel === conversation);
  }

  /** Forgets a conversation that I see no more: what happens in it is told to others. */
  forget(conversation: string): void {
    for (const [key, timeline] of this) {
      if (timeline.channel !== conversation) continue;
      timeline.close();
      this.delete(key);
    }
  }

  close(): void {
    for (const timeline of this.values()) timeline.close();
  }
}
