/** Who may rule over whom, and in which words. */
import type { MemberRecord, Ruling } from '../api/moderation';
import type { Role } from '../api/types';
import { timeOf } from '../i18n/time';

const RANK: Record<Role, number> = { owner: 5, bot: 4, moderator: 3, member: 2, guest: 1 };
const ASSIGNABLE = ['moderator', 'member', 'guest'] as const;

export type Assignable = (typeof ASSIGNABLE)[number];

/** Rulings go down the ranks only; nobody rules over who stands as high. */
export function mayRule(mine: Role | undefined, other: Role): boolean {
  return (mine === 'owner' || mine === 'moderator') && RANK[other] < RANK[mine];
}

/** The roles that I may give: those below mine. Agents keep theirs. */
export function assignable(mine: Role | undefined, other: Role): Assignable[] {
  if (!mayRule(mine, other) || other === 'bot') return [];
  return ASSIGNABLE.filter((role) => RANK[role] < RANK[mine as Role]);
}

export const isTimedOut = (record: MemberRecord, now = Date.now()): boolean => Boolean(record.timeout_until) && Date.parse(record.timeout_until ?? '') > now;

/** What holds for somebody now, in a few words; "" when nothing does. */
export function standing(record: MemberRecord, now = Date.now()): string {
  if (record.blocked_at) return 'blocked';
  if (isTimedOut(record, now)) return `timed out until ${timeOf(record.timeout_until ?? '')}`;
  return record.role === 'guest' ? `${record.posts_remaining} of ${record.post_limit} posts left today` : '';
}

/** A guest who is let in also leaves behind what was ruled before. */
export const APPROVAL: Ruling = { role: 'member', clear_timeout: true, blocked: false };

export const MINUTES = 60;
