/** The arrow keys go from message to message, also to those that are not drawn yet. */
import { tick } from 'svelte';
import type { VirtualizerHandle } from 'virtua/svelte';
import type { Row } from './rows';

export async function moveFocus(event: KeyboardEvent, rows: readonly Row[], list: VirtualizerHandle | undefined): Promise<void> {
  const article = event.target instanceof HTMLElement ? event.target : null;
  if (article?.tagName !== 'ARTICLE') return;
  const here = rows.findIndex((r) => r.key === article.closest<HTMLElement>('[data-key]')?.dataset.key);
  const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || event.altKey || here < 0) return;
  event.preventDefault();
  const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
  if (!row) return;
  const find = () => document.querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"] article`);
  if (!find()) {
    list?.scrollToIndex(rows.indexOf(row), { align: 'nearest' });
    await tick();
    await new Promise(requestAnimationFrame);
  }
  find()?.focus();
}
