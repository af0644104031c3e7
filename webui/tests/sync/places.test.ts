import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { watched } from './places.svelte';

test('a place is found by its address, and is the same one until a channel is called differently', () => {
  const { list, seen, close } = watched('general');
  expect(seen.map((p) => p?.name)).toEqual(['general']);
  list.set([...list.get()]);
  list.set(list.get().map((c) => ({ ...c, unread_count: 7 })));
  flushSync();
  expect(seen).toHaveLength(1);
  list.set(list.get().map((c) => ({ ...c, display_title: 'General' })));
  flushSync();
  expect(seen.map((p) => p?.name)).toEqual(['general', 'General']);
  list.set([]);
  flushSync();
  expect(seen.at(-1)).toBeUndefined();
  close();
});
