/** Finding emoji by their names. */

export interface Emoji {
  emoji: string;
  name: string;
  words: string;
  /** Its short names, as between colons. */
  codes: readonly string[];
  group: number;
}

/** Those that all words of the query fit, the one of exactly this short name or name first. */
export function findEmoji(emoji: readonly Emoji[], query: string): Emoji[] {
  const words = query.toLowerCase().split(/[\s_]+/).filter(Boolean);
  const name = words.join(' ');
  const code = words.join('_');
  const rank = (e: Emoji) => {
    if (e.codes.includes(code)) return 0;
    if (e.name === name) return 1;
    return e.name.startsWith(name) || e.codes.some((c) => c.startsWith(code)) ? 2 : 3;
  };
  return emoji.filter((e) => words.every((word) => e.words.includes(word))).sort((a, b) => rank(a) - rank(b));
}

/** The emoji by all their short names. */
export const byCode = (emoji: readonly Emoji[]): Map<string, string> => new Map(emoji.flatMap((e) => e.codes.map((code) => [code, e.emoji] as const)));
