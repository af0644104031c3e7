/** What a channel is called: its address is plain letters, its title may be written as people write (contract chat 1.3). */
import type { Channel } from '../api/types';

/** Characters of a title that are kept. */
export const LONGEST_TITLE = 200;

const MADE_UP = /^channel-[a-z]{6}$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** What the server makes of a name: lower case, every run of other characters than a-z and 0-9 as one dash, none at the ends; may be empty. */
export function slugOf(text: string): string {
  return text.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** The same of the plain letters beneath accents: what this page asks for. */
export const plainSlugOf = (text: string): string => slugOf(text.normalize('NFKD').replace(/\p{M}+/gu, ''));

export function madeUpName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `channel-${[...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join('')}`;
}

export interface Naming {
  /** The address. */
  name: string;
  /** The name as it was typed, when that is not the address; else "". */
  title: string;
}

/** The address for a name as it was typed, without the sign of channels; `spare` stands in when none of its letters can be part of one. */
export function namingOf(typed: string, spare: string): Naming {
  const wanted = typed.trim().replace(/^#+\s*/, ''); // the sign is shown anyhow
  const name = plainSlugOf(wanted) || (wanted ? spare : '');
  return { name, title: wanted === name ? '' : wanted };
}

export type Named = Pick<Channel, 'name' | 'display_title'>;

/** Whether the title is the name as people write it, and not a line about the channel. */
function spelt(channel: Named): boolean {
  const title = channel.display_title ?? '';
  return Boolean(title) && (slugOf(title) === channel.name || plainSlugOf(title) === channel.name || MADE_UP.test(channel.name));
}

/** The name that people read, without a sign before it. */
export const nameOfChannel = (channel: Named): string => (spelt(channel) ? (channel.display_title ?? '') : channel.name);

/** What the channel is for; "" when its title is its name. */
export const topicOf = (channel: Named): string => (spelt(channel) ? '' : (channel.display_title ?? ''));

/** Code points, as the server counts them. */
export const lengthOf = (text: string): number => [...text].length;
