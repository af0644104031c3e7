import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import ChannelForm from '../../src/rooms/chat/ChannelForm.svelte';

let shown: object;
afterEach(() => unmount(shown));

test.each([
  ['N & Code', /^Its address is #n-code\. It is shown as N & Code\.$/],
  ['general', /^Its address is #general\.$/],
  ['日本', /^None of it can stand in an address, so one is made up: #channel-[a-z]{6}\. It is shown as 日本\.$/],
])('the address that is made of %j is shown while one types', (typed, told) => {
  shown = mount(ChannelForm, { target: document.body, props: { channel: null, onclose: () => undefined } });
  const field = document.querySelector<HTMLInputElement>('[data-testid="create-channel-name"]');
  if (field) field.value = typed;
  field?.dispatchEvent(new InputEvent('input', { bubbles: true }));
  flushSync();
  expect(document.getElementById(field?.getAttribute('aria-describedby') ?? '')?.textContent).toMatch(told);
});
