/** How the program looks: on the page, and remembered for the paint before the next start. */
import type { Appearance } from '../api/types';
import { forget, keep } from './storage';

const PLACES = [
  ['color_mode', 'scheme', 'color-mode'],
  ['board_theme', 'board', 'board-theme'],
  ['message_layout', 'layout', 'message-layout'],
  ['density', 'density', 'density'],
] as const;

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
}
