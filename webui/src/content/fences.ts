/** The fenced blocks of code in a snippet. */
import type { Range } from './ranges';

/** What stands behind an opening holds no backtick: else it is code within a line. */
const FENCE = /^[ \t]*(`{3,}|~{3,})(?:([^`\n]*)\n|[ \t]*$)/gm;

/** Whether a block was begun before the end of what is being written. */
export const isInFence = (written: string): boolean => fencesIn(written).lines.length % 2 === 1;

/** The blocks with their fences, and the lines of the fences. */
export function fencesIn(snippet: string): { blocks: Range[]; lines: Range[] } {
  const found = [...snippet.matchAll(FENCE)].map(({ 0: whole, 1: fence = '', 2: info = '', index }) => ({ fence, bare: !info.trim(), start: index, end: index + whole.length }));
  // Of an odd number the first one ends a block that began before the snippet, or the last one begins a block that goes on behind it.
  const begun = snippet.startsWith('…') && found.length % 2 === 1 && found[0]?.bare;
  if (begun && snippet.endsWith('…')) return { blocks: [[0, snippet.length]], lines: found.map(({ start, end }) => [start, end]) };
  const blocks: Range[] = [];
  const lines: Range[] = [];
  let open = begun ? { fence: found[0]?.fence ?? '', start: 0 } : null;
  for (const { fence, bare, start, end } of found) {
    if (open && !(bare && fence.startsWith(open.fence))) continue;
    lines.push([start, end]);
    if (open) blocks.push([open.start, end]);
    open = open ? null : { fence, start };
  }
  if (open) blocks.push([open.start, snippet.length]);
  return { blocks, lines };
}
