/** The direct conversations that I have not hidden, by name. */
import { getDirects } from '../api/directs';
import type { DirectConversation } from '../api/types';
import { directOf, titleOf, type Direct } from './conversation';

export class Directs {
  all = $state<Direct[]>([]);

  constructor(
    private readonly workspace: string,
    private readonly me: string,
  ) {}

  async read(): Promise<void> {
    this.all = (await getDirects(this.workspace)).map((found) => directOf(found, this.me)).sort(byTitle);
  }

  find(id: string): Direct | undefined {
    return this.all.find((d) => d.id === id);
  }

  put(found: DirectConversation): Direct {
    const direct = directOf(found, this.me);
    this.all = [...this.all.filter((d) => d.id !== direct.id), direct].sort(byTitle);
    return direct;
  }

  drop(id: string): void {
    this.all = this.all.filter((d) => d.id !== id);
  }
}

function byTitle(a: Direct, b: Direct): number {
  return titleOf(a).localeCompare(titleOf(b));
}
