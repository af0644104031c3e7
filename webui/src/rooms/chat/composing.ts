/** Plain functions of the composer: what is being looked for, and how Markdown marks are put around text. */
import type { Channel, Member, User } from '../../api/types';
import { nameOfChannel } from '../../sync/channelname';
import type { SlashCommand } from '../../sync/commands.svelte';
import type { Emoji } from '../../ui/findemoji';

export type Mark = 'bold' | 'italic' | 'code' | 'link';

export interface Edit {
  from: number;
  to: number;
  text: string;
  select: [number, number];
}

/** What can stand in the place of the word being typed. */
export interface Suggestion {
  key: string;
  /** Put in place of the word. */
  text: string;
  title: string;
  hint: string;
  user?: User;
  emoji?: string;
  /** Stands in front where there is no face: a program that answers, a channel. */
  icon?: 'terminal' | 'hash' | 'lock';
}

/** The word being typed before the caret, without its sign, and where the sign stands. */
export interface Wanted {
  sign: '@' | '#' | ':' | '/';
  start: number;
  query: string;
}

const MOST = 6;

/** A handle after `@`, a channel after `#`, a command after `/` at the very start, or the name of an emoji after `:` (two letters at least); null when there is none. */
export function wantedAt(text: string, caret: number): Wanted | null {
  const found = /^(\/)([\w-]*)$/.exec(text.slice(0, caret)) ?? /(?:^|[^\w@-])(@)([\w-]*)$/.exec(text.slice(0, caret)) ?? /(?:^|[^\p{L}\p{M}\p{N}_@#&/-])(#)([\p{L}\p{M}\p{N}_-]*)$/u.exec(text.slice(0, caret)) ?? /(?:^|\s)(:)([a-z][\w+-]+|[+-]1)$/i.exec(text.slice(0, caret));
  const [, sign, word = ''] = found ?? [];
  return sign ? { sign: sign as Wanted['sign'], start: caret - word.length - 1, query: word.toLowerCase() } : null;
}

export const ofEmoji = (found: readonly Emoji[]): Suggestion[] => found.slice(0, MOST).map((e) => ({ key: e.emoji, text: `${e.emoji} `, title: e.name, hint: '', emoji: e.emoji }));

export const ofCommands = (all: readonly SlashCommand[], query: string): Suggestion[] =>
  all
    .filter((c) => c.command.startsWith(`/${query}`))
    .slice(0, MOST)
    .map((c) => ({ key: `${c.command} ${c.bot?.id ?? ''}`, text: `${c.command} `, title: c.hint ? `${c.command} ${c.hint}` : c.command, hint: c.description, ...(c.bot ? { user: { ...c.bot, kind: 'bot' as const, handle: '', created_at: '' } } : { icon: 'terminal' as const }) }));

export const ofMembers = (found: readonly Member[]): Suggestion[] =>
  found.map(({ user }) => ({ key: user.id, text: `@${user.handle} `, title: user.display_name, hint: `@${user.handle}`, user }));

/** What its title does not tell: the address when that is another, and that it is private. */
const hintOf = (channel: Channel): string => [...(nameOfChannel(channel) === channel.name ? [] : [`#${channel.name}`]), ...(channel.kind === 'private' ? ['private'] : [])].join(', ');

/** Channels whose address or title has a word that begins so, those that begin so themselves first. */
export function ofChannels(all: readonly Channel[], query: string): Suggestion[] {
  const rank = (channel: Channel): number => {
    const names = [channel.name, nameOfChannel(channel).toLowerCase()];
    if (names.some((name) => name.startsWith(query))) return 0;
    return names.some((name) => name.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => word.startsWith(query))) ? 1 : 2;
  };
  return all
    .filter((channel) => !channel.archived_at && rank(channel) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST)
    .map((channel) => ({ key: channel.id, text: `#${channel.name} `, title: nameOfChannel(channel), hint: hintOf(channel), icon: channel.kind === 'private' ? 'lock' : 'hash' }));
}

export function candidates(members: readonly Member[], query: string): Member[] {
  const rank = (m: Member) => {
    const handle = m.user.handle.toLowerCase();
    const name = m.user.display_name.toLowerCase();
    if (handle.startsWith(query)) return 0;
    if (name.startsWith(query)) return 1;
    return handle.includes(query) || name.includes(query) ? 2 : 3;
  };
  return members
    .filter((m) => m.user.handle && rank(m) < 3)
    .sort((a, b) => rank(a) - rank(b) || a.user.display_name.localeCompare(b.user.display_name))
    .slice(0, MOST);
}

export function markEdit(mark: Mark, text: string, from: number, to: number): Edit {
  const picked = text.slice(from, to);
  if (mark === 'link') {
    const label = picked || 'text';
    const made = `[${label}](https://)`;
    return { from, to, text: made, select: [from + made.length - 1, from + made.length - 1] };
  }
  if (mark === 'code' && picked.includes('\n')) {
    const made = `\`\`\`\n${picked}\n\`\`\``;
    return { from, to, text: made, select: [from + 3, from + 3] };
  }
  const sign = { bold: '**', italic: '_', code: '`' }[mark];
  const wrapped = text.slice(from - sign.length, from) === sign && text.slice(to, to + sign.length) === sign;
  if (wrapped) return { from: from - sign.length, to: to + sign.length, text: picked, select: [from - sign.length, to - sign.length] };
  return { from, to, text: sign + picked + sign, select: [from + sign.length, to + sign.length] };
}

const CODE = /(?<![\w:]):([a-z][\w+-]*|[+-]1):(?![\w:])/gi;
const QUOTED = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;

/** Whether there may be a short name of an emoji between colons. */
export const hasCode = (text: string): boolean => text.search(CODE) >= 0;

/** The text with `:tada:` and its like turned into what they stand for, but for code; what `find` does not know stays. */
export function withEmoji(text: string, find: (code: string) => string | undefined): string {
  const turn = (piece: string) => piece.replace(CODE, (whole, code: string) => find(code.toLowerCase()) ?? whole);
  return text.split(QUOTED).map((piece, i) => (i % 2 === 0 ? turn(piece) : piece)).join('');
}
