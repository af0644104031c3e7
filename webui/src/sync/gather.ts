/** Reads once for a burst of reasons to read, and again later when that fails for a reason that passes. */
import { passing } from '../api/call';

const BURST = 60;
/** Until a read that failed is tried again. */
export const RETRY_DELAY = 3000;

export class Gather {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  ask(what: string, read: () => Promise<void>, delay = BURST): void {
    if (this.#timers.has(what)) return;
    const run = () => {
      this.#timers.delete(what);
      read().catch((error: unknown) => {
        if (passing(error)) this.ask(what, read, RETRY_DELAY);
      });
    };
    this.#timers.set(what, setTimeout(run, delay));
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
