/** What is read and what is new in a channel or a direct conversation. */
import { markRead } from '../api/chat';
import type { Conversation } from './conversation';
import type { Mentions } from './mentions.svelte';

/** What reading is about: the conversations of a workspace. */
export interface Read {
  readonly mentions: Mentions;
  conversation(id: string): Conversation | undefined;
  /** Reads the list again that this place is in, or should be in. */
  refreshList(place: string): void;
}

/** A new message; one's own and the work of agents do not count as unread. */
export function countNew(state: Read, channel: string, seq: number, counts: boolean): void {
  const known = state.conversation(channel);
  if (!known) state.refreshList(channel);
  else if (seq > known.last_seq) {
    known.last_seq = seq;
    if (counts) known.unread_count += 1;
  }
}

/** A message names me. */
export function named(state: Read, channel: string, seq: number): void {
  if (seq > (state.conversation(channel)?.last_read_seq ?? 0)) state.mentions.add(channel, seq);
}

/** My read pointer moved, here or in another window. */
export function readUpTo(state: Read, channel: string, seq: number): void {
  const known = state.conversation(channel);
  if (!known || seq <= known.last_read_seq) return;
  known.last_read_seq = seq;
  state.mentions.read(channel, seq);
  if (seq >= known.last_seq) known.unread_count = 0;
  else state.refreshList(channel);
}

/** I have seen everything up to `seq`. */
export async function see(state: Read, channel: string, seq: number): Promise<void> {
  const known = state.conversation(channel);
  if (!known || seq <= known.last_read_seq) return;
  readUpTo(state, channel, seq);
  await markRead(channel, seq).catch(() => undefined);
}
