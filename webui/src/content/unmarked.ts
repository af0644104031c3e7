/** Where the marks of Markdown stand in a text that is shown without them: a snippet, cut at its ends where it has `…` there, or the whole. */
import { emphasisIn } from './emphasis';
import { fencesIn } from './fences';
import { isFree, type Range } from './ranges';

const CODE = /(`+)(?!`)([^\n]*?[^`\n])\1(?!`)/g;
const LINK = /(!?\[)([^[\]\n]*)(\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))/g;
const HEAD = /^[ \t]*(?:#{1,6}[ \t]+|(?:>[ \t]?)+)/gm;

/** What of a snippet is marks and not words; in code all counts as words. A link stays whole whose address holds one of `kept`. */
export function marksIn(snippet: string, kept: readonly Range[]): Range[] {
  const { blocks: held, lines: marks } = fencesIn(snippet);

  for (const { 0: whole, 1: ticks = '', index } of snippet.matchAll(CODE)) {
    const end = index + whole.length;
    if (!isFree(index, end, held)) continue;
    marks.push([index, index + ticks.length], [end - ticks.length, end]);
    held.push([index, end]);
  }
  for (const { 0: whole, 1: open = '', 3: close = '', index } of snippet.matchAll(LINK)) {
    const end = index + whole.length;
    if (!isFree(index, end, held)) continue;
    held.push([end - close.length, end]);
    if (isFree(end - close.length, end, kept)) marks.push([index, index + open.length], [end - close.length, end]);
  }
  for (const { 0: whole, index } of snippet.matchAll(HEAD)) if (isFree(index, index + whole.length, held)) marks.push([index, index + whole.length]);
  return [...marks, ...emphasisIn(snippet, held)].filter(([from, to]) => isFree(from, to, kept));
}
