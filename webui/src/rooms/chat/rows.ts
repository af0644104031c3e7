/** The timeline as rows: what stands above each message, and which messages belong to one group. */
import type { Message } from '../../api/types';
import { sameDay } from '../../i18n/time';
import type { Pending } from '../../sync/outbox.svelte';

const GROUP_MINUTES = 5;

export interface Row {
  key: string;
  message: Message | null;
  pending: Pending | null;
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

/** `lastRead` is the sequence number up to which I had read when the channel was opened; null draws no divider. */
export function rowsOf(messages: readonly Message[], pending: readonly Pending[], me: string, lastRead: number | null, firstDay: boolean): Row[] {
  const rows: Row[] = [];
  let before: Line | null = null;
  let marked = false;
  const known = new Set<string>();
  const push = (line: Line, row: Pick<Row, 'key' | 'message' | 'pending'>, fresh: boolean, alone = false) => {
    const day: string | null = (before ? !sameDay(before.at, line.at) : firstDay) ? line.at : null;
    const above = rows.at(-1);
    rows.push({ ...row, tail: true, head: fresh || alone || starts(line, before), day, fresh });
    const added = rows.at(-1);
    if (above && added) above.tail = added.head || added.day !== null;
    before = line;
  };
  for (const message of messages) {
    const seq = message.channel_seq ?? 0;
    const fresh: boolean = !marked && lastRead !== null && seq > lastRead && message.author_id !== me;
    marked ||= fresh;
    if (message.nonce && message.author_id === me) known.add(message.nonce);
    push({ author: message.author_id, at: message.created_at, quoted: Boolean(message.quoted_message_id), topic: message.topic_id ?? '' }, { key: keyOf(message, me), message, pending: null }, fresh);
  }
  for (const p of pending) {
    if (known.has(p.nonce)) continue;
    push({ author: me, at: p.createdAt, quoted: Boolean(p.quoted), topic: p.topic ?? '' }, { key: p.nonce, message: null, pending: p }, false, p.state !== 'sending');
  }
  return rows;
}

/** One's own message keeps the key it had on its way, so that it stays the same row. */
function keyOf(message: Message, me: string): string {
  return message.nonce && message.author_id === me ? message.nonce : message.id;
}
