/** Whom a text mentions, by the rules and within the bounds of the server. */

/** Only so many characters are read. */
const SCANNED = 16_384;
const TOKEN = /(?:[a-z][a-z0-9+.-]{0,31}:\/\/|www\.)[^ \t\r\n]*|\[|(?<![\w@-])@([\w-]+)/gi;

/** The handles in lower case, each once; none from addresses and links. */
export function mentionedIn(text: string): string[] {
  // A character has one unit or two.
  const scanned = [...text.slice(0, 2 * SCANNED)].slice(0, SCANNED).join('');
  if (!scanned.includes('@')) return [];
  const handles = new Set<string>();
  const token = new RegExp(TOKEN);
  let close = 0;
  let match: RegExpExecArray | null;
  while ((match = token.exec(scanned))) {
    const [whole, handle] = match;
    if (handle) handles.add(handle.toLowerCase());
    if (whole !== '[') continue;
    if (close !== -1 && close < token.lastIndex) close = scanned.indexOf(']', token.lastIndex);
    if (close === -1 || scanned[close + 1] !== '(') continue;
    const end = scanned.indexOf(')', close + 2);
    if (end !== -1) token.lastIndex = end + 1;
  }
  return [...handles];
}
