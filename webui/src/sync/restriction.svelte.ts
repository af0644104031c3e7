/** Whether I am kept from writing in a workspace. Members are told by a refusal alone: that of a sign comes before that of a message. */
import { Refusal } from '../api/call';

const REASON = /member is (?:blocked|timed out until (\S+))$/;

export class Restriction {
  /** When it ends, in milliseconds of Date.now(): never for a block; null when there is none. */
  until = $state<number | null>(null);

  /** Hears what became of a sign of mine, which is lost without a word. */
  readonly heed = (sign: Promise<unknown>): void => {
    sign.then(() => (this.until = null), (error: unknown) => this.#refused(error));
  };

  #refused(error: unknown): void {
    const [found, end] = (error instanceof Refusal && REASON.exec(error.said)) || [];
    if (found) this.until = end ? Date.parse(end) : Infinity;
  }
}
