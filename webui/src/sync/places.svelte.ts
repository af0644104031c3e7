/** Channels by their address. They change only when one is called differently, so that texts that name them stay as they are. */
import type { Channel } from '../api/types';
import { nameOfChannel } from './channelname';

export interface Place {
  id: string;
  route_id: string;
  /** As people read it. */
  name: string;
}

export class Places {
  readonly #called = $derived.by(() => JSON.stringify(this.channels().map((c) => [c.name, { id: c.id, route_id: c.route_id, name: nameOfChannel(c) } satisfies Place])));
  readonly #byAddress = $derived(new Map(JSON.parse(this.#called) as [string, Place][]));

  constructor(private readonly channels: () => readonly Channel[]) {}

  at(address: string): Place | undefined {
    return this.#byAddress.get(address);
  }
}
