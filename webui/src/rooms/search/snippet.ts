/** Snippets with their matches, and what the search field understands. */
import type { SearchHit } from '../../api/types';
import type { Range } from '../../content/ranges';
import { marksIn } from '../../content/unmarked';

export interface Piece {
  text: string;
  hit: boolean;
}

/** The snippet without its marks, cut at the ends of its highlights, which count code points and not the units of a string. */
export function piecesOf({ snippet, highlights }: Pick<SearchHit, 'snippet' | 'highlights'>): Piece[] {
  const points = [...snippet];
  const unitsTo = (point: number): number => points.slice(0, point).join('').length;
  const found = highlights.map(({ start, end }): Range => [unitsTo(start), unitsTo(end)]);
  const marks = marksIn(snippet, found);
  const ends = [...new Set([0, snippet.length, ...found.flat(), ...marks.flat()])].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  for (const [i, end] of ends.slice(1).entries()) {
    const start = ends[i] ?? 0;
    const within = ([from, to]: Range): boolean => from <= start && end <= to;
    if (marks.some(within)) continue;
    const text = snippet.slice(start, end);
    const hit = found.some(within);
    const last = pieces.at(-1);
    if (last?.hit === hit) last.text += text;
    else pieces.push({ text, hit });
  }
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
