/** Plain functions over ordered runs of messages. */
import type { Message, ThreadState } from '../api/types';

const LONGEST_SPAN = 200;

export function seqOf(message: Message | undefined): number {
  return message?.channel_seq ?? 0;
}

export function blankThread(root: string): ThreadState {
  return { root_message_id: root, reply_count: 0, last_reply_author_ids: [] };
}

/** Both runs as one, ordered, each message once; the second run has the newer truth. */
export function mergeRun(old: readonly Message[], fresh: readonly Message[]): Message[] {
  if (fresh.length === 0) return [...old];
  const bySeq = new Map(old.map((m) => [seqOf(m), m]));
  for (const message of fresh) bySeq.set(seqOf(message), message);
  return [...bySeq.values()].sort((a, b) => seqOf(a) - seqOf(b));
}

/** Pairs [first, count] that cover the numbers with as few reads as a page of 200 allows. */
export function spansOf(numbers: Iterable<number>): [number, number][] {
  const spans: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && number - last[0] < LONGEST_SPAN) last[1] = number - last[0] + 1;
    else spans.push([number, 1]);
  }
  return spans;
}
