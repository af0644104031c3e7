/** How a page in the frame of another one takes that page's look (contract chat 6.17). */
import { imposeScheme } from '../sync/appearance';

/** The longest text of tokens that is read, in UTF-16 units. */
const LONGEST = 16 * 1024;
const MESSAGE = 'openclaw:widget-theme';

/** Takes `theme` and `themeTokens` from the address, and later ones from messages of `hostOrigin`. Returns how to stop. */
export function takeHostTheme(asked: URLSearchParams): () => void {
  const host = originOf(asked.get('hostOrigin'));
  take(asked.get('theme'), asked.get('themeTokens'));
  if (!host) return () => undefined;
  const hear = (event: MessageEvent<unknown>): void => {
    if (event.origin !== host || event.source !== parent || !isRecord(event.data) || event.data.type !== MESSAGE) return;
    take(event.data.theme, event.data.themeTokens);
  };
  addEventListener('message', hear);
  return () => removeEventListener('message', hear);
}

function take(theme: unknown, tokens: unknown): void {
  if (theme === 'light' || theme === 'dark') imposeScheme(theme);
  for (const [name, colour] of coloursOf(tokens)) document.documentElement.style.setProperty(name, colour);
}

/** The tokens of ours that are given a colour; everything else is passed over. */
export function coloursOf(tokens: unknown): [string, string][] {
  const given = typeof tokens === 'string' ? parsed(tokens) : tokens;
  if (!isRecord(given) || JSON.stringify(given).length > LONGEST) return [];
  const own = getComputedStyle(document.documentElement);
  return Object.entries(given).flatMap(([name, value]): [string, string][] => {
    const token = name.startsWith('--') ? name : `--${name}`;
    return typeof value === 'string' && own.getPropertyValue(token) !== '' && isColour(value) ? [[token, value]] : [];
  });
}

/** A plain colour: nothing that names another token or an address. */
const isColour = (value: string): boolean => CSS.supports('color', value) && !/var\s*\(|url\s*\(/i.test(value);

function parsed(text: string): unknown {
  if (text.length > LONGEST) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** The value if it is an origin and nothing more. */
export function originOf(value: string | null): string | null {
  return value !== null && URL.canParse(value) && new URL(value).origin === value ? value : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
