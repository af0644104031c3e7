/** How the program looks: on the page, and remembered for the paint before the next start. */
import type { Appearance } from '../api/types';
import { forget, keep } from './storage';

const PLACES = [
  ['color_mode', 'scheme', 'color-mode'],
  ['board_theme', 'board', 'board-theme'],
  ['message_layout', 'layout', 'message-layout'],
  ['density', 'density', 'density'],
] as const;

/** The scheme that the page around this one asks for. */
let hosted: 'light' | 'dark' | null = null;

/** Shows this scheme while the page is open, whatever its reader has chosen; nothing is remembered. */
export function imposeScheme(scheme: 'light' | 'dark', root: HTMLElement = document.documentElement): void {
  hosted = scheme;
  root.dataset.scheme = scheme;
}

export function applyAppearance(chosen: Appearance, root: HTMLElement = document.documentElement): void {
  for (const [member, attribute, key] of PLACES) {
    const value = chosen[member];
    if (value) {
      root.dataset[attribute] = value;
      keep(`clickclack:${key}:v1`, value);
    } else {
      Reflect.deleteProperty(root.dataset, attribute);
      forget(`clickclack:${key}:v1`);
    }
  }
  if (hosted) root.dataset.scheme = hosted;
}
