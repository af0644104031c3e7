/** What was typed and not sent, by place: a channel or a thread. */
import { forget, keep, recall } from './storage';

const keyOf = (place: string) => `clickclack:draft:${place}`;

export const readDraft = (place: string): string => recall(keyOf(place)) ?? '';

export function writeDraft(place: string, text: string): void {
  if (text.trim()) keep(keyOf(place), text);
  else forget(keyOf(place));
}
