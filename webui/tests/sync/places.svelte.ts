import { flushSync } from 'svelte';
import type { Channel } from '../../src/api/types';
import { Places, type Place } from '../../src/sync/places.svelte';

/** A list of channels that can be set, and what was seen at one address each time that it changed. */
export function watched(address: string) {
  let channels = $state([{ id: 'chn_1', route_id: 'C1', name: 'general', unread_count: 0 } as Channel]);
  const seen: (Place | undefined)[] = [];
  const close = $effect.root(() => {
    const places = new Places(() => channels);
    $effect(() => {
      seen.push(places.at(address));
    });
  });
  flushSync();
  return { list: { get: () => channels, set: (to: Channel[]) => (channels = to) }, seen, close };
}
