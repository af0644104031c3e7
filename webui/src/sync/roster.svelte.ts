/** What was ruled about each member. Only managers may read it, so it is read when a manager looks. */
import { SvelteMap } from 'svelte/reactivity';
import { getRecords, rule, type MemberRecord, type Ruling } from '../api/moderation';

export class Roster {
  readonly #records = new SvelteMap<string, MemberRecord>();
  loaded = $state(false);

  constructor(private readonly workspace: string) {}

  get all(): MemberRecord[] {
    return [...this.#records.values()];
  }

  of(user: string): MemberRecord | undefined {
    return this.#records.get(user);
  }

  async read(): Promise<void> {
    const records = await getRecords(this.workspace);
    this.#records.clear();
    for (const record of records) this.#records.set(record.user.id, record);
    this.loaded = true;
  }

  async rule(user: string, ruling: Ruling): Promise<MemberRecord> {
    const record = await rule(this.workspace, user, ruling);
    this.#records.set(user, record);
    return record;
  }
}
