/** What a form or a button asks of the server: one thing at a time, with the reason when it was refused. */
import { reason } from './call';

export class Submission {
  busy = $state(false);
  /** Fit to be shown; empty when nothing went wrong. */
  problem = $state('');

  /** What went wrong is told no more: somebody is mending it. */
  readonly forget = (): void => {
    this.problem = '';
  };

  /** Does the work unless something is under way already. `wording` says what an error means here. */
  async run(work: () => Promise<unknown>, wording: (error: unknown) => string = reason): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      await work();
    } catch (error) {
      this.problem = wording(error);
    } finally {
      this.busy = false;
    }
  }
}
