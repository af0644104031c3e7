/** What a form or a button asks of the server: one thing at a time, with the reason when it was refused. */
import { reason } from './call';

export class Attempt {
  busy = $state(false);
  /** Fit to be shown; empty when nothing went wrong. */
  problem = $state('');

  /** Does the work unless it is under way already. */
  async make(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      await work();
    } catch (error) {
      this.problem = reason(error);
    } finally {
      this.busy = false;
    }
  }
}
