/** The signs of emphasis in a snippet: those that have a partner in their paragraph, and those whose partner may have been cut off. */
import { isFree, type Range } from './ranges';

const RUN = /(?<![\\*])\*{1,3}(?!\*)|(?<![\\_])_{1,3}(?!_)|(?<![\\~])~~(?!~)|\n[ \t]*\n/g;
/** What tells in snake_case, arithmetic and patterns of paths that no emphasis begins. */
const HINDERS = /[\p{L}\p{N}/]$/u;
const WORD = /^[\p{L}\p{N}]/u;
const WORD_ENDED = /[\p{L}\p{N}.,!?]$/u;
const GAP = /^(?:[\s.,;:!?]|$)/;

/** Nothing of what is `held` is a sign. */
export function emphasisIn(snippet: string, held: readonly Range[]): Range[] {
  const marks: Range[] = [];
  const open = new Map<string, number>();
  let cutBefore = snippet.startsWith('…');
  for (const { 0: run, index } of snippet.matchAll(RUN)) {
    const end = index + run.length;
    if (!isFree(index, end, held)) continue;
    if (run.startsWith('\n')) {
      open.clear();
      cutBefore = false;
      continue;
    }
    const before = snippet.slice(Math.max(0, index - 2), index);
    const after = snippet.slice(end, end + 2);
    const partner = open.get(run);
    const closes = /[^\s/]$/.test(before) && !WORD.test(after);
    if (closes && partner !== undefined) {
      marks.push([partner, partner + run.length], [index, end]);
      for (const [sign, at] of open) if (at >= partner) open.delete(sign);
    } else if (/^\S/.test(after) && !HINDERS.test(before)) open.set(run, index);
    else if (closes && cutBefore && run.length > 1 && WORD_ENDED.test(before) && GAP.test(after)) marks.push([index, end]);
  }
  if (snippet.endsWith('…')) {
    for (const [run, at] of open) {
      const end = at + run.length;
      if (run.length > 1 && !/\S/.test(snippet.charAt(at - 1)) && WORD.test(snippet.slice(end, end + 2))) marks.push([at, end]);
    }
  }
  return marks;
}
