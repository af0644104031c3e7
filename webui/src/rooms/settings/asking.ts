/** Questions before something ends, and what is said after. */
import { view } from '../../commands/view.svelte';

interface Question {
  title: string;
  text: string;
  verb: string;
  said: string;
  work: () => Promise<unknown>;
}

/** Asks, does the work, says that it is done, then runs `after`. */
export function ask({ title, text, verb, said, work }: Question, after: () => Promise<void>): void {
  view.dialog = {
    kind: 'confirm',
    title,
    text,
    verb,
    run: async () => {
      await work();
      view.toast(said);
      await after();
    },
  };
}
