/** Keys as text: `mod+k`, `alt+ArrowUp`, `?`. `mod` is Command on a Mac and Ctrl elsewhere. */

const MAC = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform);

export interface KeyPress {
  key: string;
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export function matches(keys: string, press: KeyPress, mac = MAC): boolean {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  const wants = (name: string) => parts.includes(name);
  const ctrl = wants('mod') ? !mac : wants('ctrl');
  const meta = wants('mod') ? mac : false;
  if (press.ctrlKey !== ctrl || press.metaKey !== meta || press.altKey !== wants('alt')) return false;
  const letter = /^[a-z]$/.test(key);
  if (letter || key.length > 1) {
    if (press.shiftKey !== wants('shift')) return false;
  }
  if (letter && press.altKey) return press.code === `Key${key.toUpperCase()}`;
  return press.key.toLowerCase() === key.toLowerCase();
}

const NAMES: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', Delete: 'Del' };

/** The keys as a person reads them. */
export function shown(keys: string, mac = MAC): string[] {
  return keys.split('+').map((part) => {
    if (part === 'mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'alt') return mac ? '⌥' : 'Alt';
    if (part === 'shift') return mac ? '⇧' : 'Shift';
    return NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** Whether typed letters belong to what has the focus. */
export function takesText(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable) return true;
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || (element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type));
}
