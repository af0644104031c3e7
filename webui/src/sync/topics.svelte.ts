/** The topics that I may use. No event tells of a new one: an id that nobody knows is the reason to read again. */
import { createTopic, getTopics, type Topic } from '../api/topics';

export class Topics {
  all = $state.raw<Topic[]>([]);
  #reading: Promise<void> | null = null;
  readonly #asked = new Set<string>();

  constructor(private readonly workspace: string) {}

  /** Those of a channel and those of the whole workspace, by name. */
  in(channel: string): Topic[] {
    return this.all.filter((t) => !t.channel_id || t.channel_id === channel);
  }

  /** The name of a topic; "" for one that is not in use any more. */
  nameOf(id: string): string {
    return this.all.find((t) => t.id === id)?.name ?? '';
  }

  /** A message has this topic: looked up once when nobody knows it. */
  meet(id: string): void {
    if (this.#asked.has(id) || this.all.some((t) => t.id === id)) return;
    this.#asked.add(id);
    this.read().catch(() => this.#asked.delete(id));
  }

  read(): Promise<void> {
    this.#reading ??= getTopics(this.workspace)
      .then((all) => void (this.all = all))
      .finally(() => (this.#reading = null));
    return this.#reading;
  }

  async create(name: string, channel: string): Promise<Topic> {
    const topic = await createTopic(this.workspace, name, channel);
    this.all = [...this.all.filter((t) => t.id !== topic.id), topic].sort((a, b) => a.name.localeCompare(b.name));
    return topic;
  }
}
