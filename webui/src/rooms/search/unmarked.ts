/** Where the marks of Markdown stand in a piece of text that is shown without them. */

/** Half-open, in units of the string. */
export type Range = readonly [start: number, end: number];

const FENCE = /^[ \t]*(?:```|~~~)[^\n]*\n?/gm;
const CODE = /(`+)(?!`)([^\n]*?[^`\n])\1(?!`)/g;
const LINK = /(!?\[)([^\]\n]*)(\]\([^)\n]*\))/g;
const HEAD = /^[ \t]*(?:#{1,6}[ \t]+|(?:>[ \t]?)+)/gm;
/** Their partner may have been cut off with the rest of the message. */
const STRONG = /(?<![\p{L}\p{N}\\])(?:\*{2,3}|_{2,3}|~~)+(?=\S)|(?<=\S)(?:\*{2,3}|_{2,3}|~~)+(?![\p{L}\p{N}])/gu;
const SLANTED = /(?<![\p{L}\p{N}*_\\])([*_])(?=[^\s*_])([^*_\n]*[^\s*_])\1(?![\p{L}\p{N}*_])/gu;

/** What of a text is marks and not words; in code all counts as words. A link stays whole whose address holds one of `kept`. */
export function marksIn(text: string, kept: readonly Range[]): Range[] {
  const marks: Range[] = [];
  const held: Range[] = [];
  const free = (from: number, to: number, among: readonly Range[]): boolean => !among.some(([start, end]) => start < to && from < end);
  const drop = (from: number, length: number): void => void (length > 0 && free(from, from + length, marks) && marks.push([from, from + length]));

  for (const { 0: whole, index } of text.matchAll(FENCE)) drop(index, whole.length);
  for (const { 0: whole, 1: ticks = '', index } of text.matchAll(CODE)) {
    if (!free(index, index + whole.length, marks)) continue;
    drop(index, ticks.length);
    drop(index + whole.length - ticks.length, ticks.length);
    held.push([index, index + whole.length]);
  }
  for (const { 0: whole, 1: open = '', 3: close = '', index } of text.matchAll(LINK)) {
    const end = index + whole.length;
    if (!free(index, end, held)) continue;
    held.push([end - close.length, end]);
    if (!free(end - close.length, end, kept)) continue;
    drop(index, open.length);
    drop(end - close.length, close.length);
  }
  for (const { 0: whole, index } of text.matchAll(HEAD)) if (free(index, index + whole.length, held)) drop(index, whole.length);
  for (const { 0: whole, index } of text.matchAll(STRONG)) if (free(index, index + whole.length, held)) drop(index, whole.length);
  for (const { 0: whole, index } of text.matchAll(SLANTED)) {
    const end = index + whole.length - 1;
    if (free(index, index + 1, held) && free(end, end + 1, held)) for (const at of [index, end]) drop(at, 1);
  }
  return marks.filter(([from, to]) => free(from, to, kept));
}
