/** Looks which setup codes were used: no event tells. */
import { NO_CLAIMS, readClaims } from './claims';

const LOOK_EVERY = 3000;

export class ClaimWatch {
  claims = $state.raw(NO_CLAIMS);
  #looking = false;

  constructor(private readonly workspace: string) {}

  /** One look at a time; one that fails tells nothing. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.claims = await readClaims(this.workspace).catch(() => this.claims);
    this.#looking = false;
  }

  /** Looks now and then again, while the page is seen, until the returned function is called. */
  start(): () => void {
    const look = (): void => void (document.hidden || this.look());
    look();
    const timer = setInterval(look, LOOK_EVERY);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }
}
