/** The widths of list and detail, remembered; the tokens decide until somebody drags. */
import { keep, recall } from '../sync/storage';

export interface Pane {
  readonly min: number;
  readonly max: number;
  readonly width: number;
  set(width: number): void;
  reset(): void;
}

function pane(key: string, usual: number, min: number, max: number) {
  const stored = Number(recall(`clickclack:${key}`));
  let chosen = $state<number | null>(stored >= min && stored <= max ? stored : null);
  return {
    min,
    max,
    get width() {
      return chosen ?? usual;
    },
    get css() {
      return chosen === null ? undefined : `${chosen}px`;
    },
    set(width: number) {
      chosen = Math.round(Math.min(max, Math.max(min, width)));
      keep(`clickclack:${key}`, String(chosen));
    },
    reset() {
      chosen = null;
      keep(`clickclack:${key}`, '');
    },
  };
}

export class Panes {
  readonly listPane = pane('list-width', 248, 200, 380);
  readonly detailPane = pane('detail-width', 392, 320, 640);

  get list(): string | undefined {
    return this.listPane.css;
  }

  get detail(): string | undefined {
    return this.detailPane.css;
  }
}
