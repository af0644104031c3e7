/** Which agents work right now, and on what, as they tell it. Nothing of it is stored. */

const FADES = 60_000;

export interface Work {
  user: string;
  turn: string;
  channel: string;
  since: number;
  /** What the agent does at this moment; "" when it does not say. */
  doing: string;
}

export class Progress {
  works = $state.raw<Work[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  in(channel: string): Work[] {
    return this.works.filter((w) => w.channel === channel);
  }

  of(user: string): Work | undefined {
    return this.works.find((w) => w.user === user);
  }

  /** One sign of an agent: `line` is what it says of the step (contract 5.5), read as far as it has the known members. */
  heard(user: string, turn: string, channel: string, op: string, line: unknown): void {
    if (op === 'finalize' || op === 'clear') {
      this.#drop(user, turn);
      return;
    }
    const known = this.works.find((w) => w.user === user && w.turn === turn);
    const work = { user, turn, channel, since: known?.since ?? Date.now(), doing: wordsOf(line) || (known?.doing ?? '') };
    this.works = [...this.works.filter((w) => w !== known), work];
    const key = `${user} ${turn}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.#drop(user, turn), FADES));
  }

  /** An answer came: what led to it is over. */
  answered(user: string, channel: string): void {
    for (const work of this.works) if (work.user === user && work.channel === channel) this.#drop(user, work.turn);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #drop(user: string, turn: string): void {
    const key = `${user} ${turn}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (this.works.some((w) => w.user === user && w.turn === turn)) this.works = this.works.filter((w) => w.user !== user || w.turn !== turn);
  }
}

function wordsOf(line: unknown): string {
  if (!line || typeof line !== 'object') return '';
  const { title, tool_name, text } = line as Record<string, unknown>;
  return [title, tool_name, text].find((word): word is string => typeof word === 'string' && word.trim() !== '')?.trim() ?? '';
}
