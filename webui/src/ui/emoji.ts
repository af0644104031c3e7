/** The emoji that can be picked, read from this server when somebody first asks. */
import dataUrl from 'emoji-picker-element-data/en/emojibase/data.json?url';
import type { Emoji } from './findemoji';

interface Entry {
  emoji: string;
  annotation: string;
  group: number;
  order: number;
  tags?: string[];
  shortcodes?: string[];
  version: number;
}

export const GROUPS = ['Smileys', 'People', '', 'Nature', 'Food', 'Travel', 'Activities', 'Objects', 'Symbols', 'Flags'];
export const QUICK = ['👍', '🎉', '👀', '❤️', '😄', '✅'];
const NEWEST = 15;

let all: Promise<Emoji[]> | null = null;

export function loadEmoji(): Promise<Emoji[]> {
  all ??= read().catch((error: unknown) => {
    all = null;
    throw error;
  });
  return all;
}

async function read(): Promise<Emoji[]> {
  const response = await fetch(dataUrl);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const entries = (await response.json()) as Entry[];
  return entries
    .filter((e) => e.version <= NEWEST && GROUPS[e.group])
    .sort((a, b) => a.group - b.group || a.order - b.order)
    .map((e) => ({ emoji: e.emoji, name: e.annotation, group: e.group, codes: e.shortcodes ?? [], words: [e.annotation, ...(e.tags ?? []), ...(e.shortcodes ?? [])].join(' ').toLowerCase() }));
}
