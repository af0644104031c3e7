/** Snippets with their matches, and what the search field understands. */
import type { SearchHit } from '../../api/types';

export interface Piece {
  text: string;
  hit: boolean;
}

/** The snippet cut at the ends of its highlights, which count code points and not the units of a string. */
export function piecesOf({ snippet, highlights }: Pick<SearchHit, 'snippet' | 'highlights'>): Piece[] {
  const points = [...snippet];
  const pieces: Piece[] = [];
  let from = 0;
  const cut = (to: number, hit: boolean) => {
    if (to > from) pieces.push({ text: points.slice(from, to).join(''), hit });
    from = Math.max(from, to);
  };
  for (const { start, end } of highlights) {
    cut(start, false);
    cut(end, true);
  }
  cut(points.length, false);
  return pieces;
}

/** What can be written beside plain words; the first part is put into the field. */
export const OPERATORS: readonly (readonly [insert: string, example: string, meaning: string])[] = [
  ['from:', 'from:mara', 'written by one person, by handle'],
  ['in:', 'in:general', 'in one channel'],
  ['after:', 'after:2026-03-01', 'later than that day'],
  ['before:', 'before:2026-03-31', 'earlier than that day'],
  ['has:', 'has:link', 'with a link, code, a file or an image'],
  ['"', '"one cent off"', 'these words in a row'],
  ['', 'round*', 'all words that begin like this'],
];
