/** The timeline as rows: what stands above each message, and which messages belong to one group. */
import type { Message } from '../../api/types';
import { sameDay } from '../../i18n/time';
import type { Pending } from '../../sync/outbox.svelte';

const GROUP_MINUTES = 5;

export interface Row {
  key: string;
  message: Message | null;
  pending: Pending | null;
  /** What an agent did in one turn, in place of a message. */
  steps: Message[] | null;
  /** When the turn of the steps was answered; null before, and for all other rows. */
  answered: string | null;
  /** A message that answers the steps right above it. */
  answer: boolean;
  /** First of its author's group: shows avatar and name. */
  head: boolean;
  /** Last of its author's group. */
  tail: boolean;
  /** A new day begins here. */
  day: string | null;
  /** The first one I have not read. */
  fresh: boolean;
}

interface Line {
  author: string;
  at: string;
  quoted: boolean;
  topic: string;
}

function starts(line: Line, before: Line | null): boolean {
  if (!before || before.author !== line.author || before.topic !== line.topic || line.quoted || !sameDay(before.at, line.at)) return true;
  return Date.parse(line.at) - Date.parse(before.at) > GROUP_MINUTES * 60_000;
}

/** The rows so far, and what the next one is joined to. */
class Rows {
  readonly all: Row[] = [];
  readonly #turns = new Map<string, Row & { steps: Message[] }>();
  #before: Line | null = null;

  constructor(private readonly firstDay: boolean) {}

  add(line: Line, row: Pick<Row, 'key'> & Partial<Row>, fresh: boolean, alone = false): Row {
    const day = (this.#before ? !sameDay(this.#before.at, line.at) : this.firstDay) ? line.at : null;
    const above = this.all.at(-1);
    const added: Row = { message: null, pending: null, steps: null, answered: null, answer: false, ...row, tail: true, head: fresh || alone || starts(line, this.#before), day, fresh };
    if (above) above.tail = added.head || day !== null;
    this.#before = line;
    this.all.push(added);
    return added;
  }

  /** The steps of one turn are one row, where its first one was. */
  addStep(message: Message, fresh: boolean): void {
    const key = `${message.author_id} ${message.turn_id || message.id}`;
    const turn = this.#turns.get(key);
    if (turn) turn.steps.push(message);
    else {
      const steps = [message];
      this.#turns.set(key, Object.assign(this.add(lineOf(message), { key, steps }, fresh, true), { steps }));
    }
  }

  addMessage(message: Message, key: string, fresh: boolean): void {
    const above = this.all.at(-1);
    const answer = above?.steps?.[0]?.author_id === message.author_id;
    if (answer) above.answered = message.created_at;
    this.add(lineOf(message), { key, message, answer }, fresh);
  }
}

const lineOf = (message: Message): Line => ({ author: message.author_id, at: message.created_at, quoted: Boolean(message.quoted_message_id), topic: message.topic_id ?? '' });

/** `lastRead` is the sequence number up to which I had read when the channel was opened; null draws no divider. */
export function rowsOf(messages: readonly Message[], pending: readonly Pending[], me: string, lastRead: number | null, firstDay: boolean): Row[] {
  const rows = new Rows(firstDay);
  let marked = false;
  const known = new Set<string>();
  for (const message of messages) {
    const fresh: boolean = !marked && lastRead !== null && (message.channel_seq ?? 0) > lastRead && message.author_id !== me;
    marked ||= fresh;
    if (message.nonce && message.author_id === me) known.add(message.nonce);
    if (isStep(message)) rows.addStep(message, fresh);
    else rows.addMessage(message, keyOf(message, me), fresh);
  }
  for (const p of pending) {
    if (!known.has(p.nonce)) rows.add({ author: me, at: p.createdAt, quoted: Boolean(p.quoted), topic: p.topic ?? '' }, { key: p.nonce, pending: p }, false, p.state !== 'sending');
  }
  return rows.all;
}

/** Whether a message tells what an agent does on the way to its answer; a deleted one tells nothing. */
export const isStep = (message: Message): boolean => (message.kind === 'agent_commentary' || message.kind === 'agent_tool') && !message.deleted_at;

/** Whether a row shows this message, by itself or among the steps of a turn. */
export const shows = (row: Row, id: string): boolean => row.message?.id === id || (row.steps?.some((m) => m.id === id) ?? false);

/** One's own message keeps the key it had on its way, so that it stays the same row. */
function keyOf(message: Message, me: string): string {
  return message.nonce && message.author_id === me ? message.nonce : message.id;
}
