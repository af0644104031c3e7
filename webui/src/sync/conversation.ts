/** What messages are in: a channel, or a direct conversation. */
import type { Channel, DirectConversation, User } from '../api/types';
import { nameOfChannel, type Named } from './channelname';

export interface Direct extends DirectConversation {
  /** Everybody in it but me, by name. */
  others: User[];
}

export type Conversation = Channel | Direct;

/** Named one by one up to here; of more people the rest is counted. */
const NAMED = 3;

export function isDirect(conversation: Conversation | Named): conversation is Direct {
  return 'others' in conversation;
}

export function directOf(found: DirectConversation, me: string): Direct {
  return { ...found, others: (found.members ?? []).filter((u) => u.id !== me) };
}

/** The people of a conversation in one line: `Bob`, `Bob and Mara`, `Ann, Bob, Mara and 2 more`. */
export function listed(people: readonly User[]): string {
  const names = people.map((u) => u.display_name || u.handle || 'Somebody who left');
  if (names.length === 0) return 'Nobody else';
  if (names.length > NAMED + 1) return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
  return names.length === 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The name that people read, without a sign before it. */
export const titleOf = (conversation: Conversation): string => (isDirect(conversation) ? listed(conversation.others) : nameOfChannel(conversation));

/** The name as people say it: `#design`, `Bob`. */
export const calledOf = (conversation: Direct | Named): string => (isDirect(conversation) ? listed(conversation.others) : `#${nameOfChannel(conversation)}`);

export const isArchived = (conversation: Conversation): boolean => !isDirect(conversation) && Boolean(conversation.archived_at);

export const byName = (a: Channel, b: Channel): number => a.name.localeCompare(b.name);
