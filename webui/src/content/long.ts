/** Very long texts are shown by their beginning. */

const MOST_LETTERS = 8000;
const MOST_LINES = 40;

/** The beginning of a text that is too long to be shown whole, up to a line's end; null when it is not. */
export function beginningOf(body: string): string | null {
  const lines = body.split('\n', MOST_LINES + 1);
  if (body.length <= MOST_LETTERS && lines.length <= MOST_LINES) return null;
  const head = lines.slice(0, MOST_LINES).join('\n');
  if (head.length <= MOST_LETTERS) return head;
  const cut = head.slice(0, MOST_LETTERS);
  const end = Math.max(cut.lastIndexOf('\n'), cut.lastIndexOf(' '));
  return end > MOST_LETTERS / 2 ? cut.slice(0, end) : cut.replace(/[\ud800-\udbff]$/, '');
}
