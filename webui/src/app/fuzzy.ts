/** How well a text answers a query: letters in order, better at the start of words and in a row. */

export interface Match {
  score: number;
  /** The places of the matched letters. */
  at: number[];
}

export function fuzzy(query: string, text: string): Match | null {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  if (!wanted) return { score: 0, at: [] };
  const lower = text.toLowerCase();
  const whole = lower.indexOf(query.toLowerCase().trim());
  if (whole >= 0) {
    const starts = whole === 0 || /[^a-z0-9]/.test(lower[whole - 1] ?? '');
    return { score: 1000 + (starts ? 500 : 0) - whole - text.length, at: range(whole, query.trim().length) };
  }
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of wanted) {
    const found = lower.indexOf(letter, from);
    if (found < 0) return null;
    if (found === from && at.length > 0) score += 15;
    if (found === 0 || /[^a-z0-9]/.test(lower[found - 1] ?? '')) score += 30;
    score -= found - from;
    at.push(found);
    from = found + 1;
  }
  return { score: score - text.length, at };
}

function range(start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => start + i);
}

/** The text cut into pieces, with the matched ones marked. */
export function pieces(text: string, at: readonly number[]): { text: string; hit: boolean }[] {
  const hits = new Set(at);
  const out: { text: string; hit: boolean }[] = [];
  [...text].forEach((char, i) => {
    const last = out.at(-1);
    if (last?.hit === hits.has(i)) last.text += char;
    else out.push({ text: char, hit: hits.has(i) });
  });
  return out;
}
