/** Plain functions of the composer: what is being mentioned, and how Markdown marks are put around text. */
import type { Member } from '../../api/types';

export type Mark = 'bold' | 'italic' | 'code' | 'link';

export interface Edit {
  from: number;
  to: number;
  text: string;
  select: [number, number];
}

const MOST = 6;

/** The handle being typed before the caret, with where its `@` stands; null when there is none. */
export function mentionAt(text: string, caret: number): { start: number; query: string } | null {
  const found = /(?:^|[^\w@-])@([\w-]*)$/.exec(text.slice(0, caret));
  return found ? { start: caret - (found[1]?.length ?? 0) - 1, query: (found[1] ?? '').toLowerCase() } : null;
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
