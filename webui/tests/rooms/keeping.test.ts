import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import Invite from '../../src/rooms/entry/Invite.svelte';
import Setup from '../../src/rooms/entry/Setup.svelte';
import SignIn from '../../src/rooms/entry/SignIn.svelte';
import { session } from '../../src/sync/session.svelte';
import { serve } from '../sync/server';

let shown: object;
let asked: string[];
const page = (name: string) => document.querySelector(`[data-testid="${name}"]`)?.textContent ?? '';

beforeEach(() => {
  const preview = { workspace: { id: 'w', name: 'W', icon_url: '' }, inviter: { display_name: 'Mara' }, role: 'member', for_address: false, expires_at: '2026-01-01T00:00:00Z' };
  asked = serve({
    '/api/me': () => new Response('{"error":"unauthorized"}', { status: 401 }),
    '/api/auth': () => ({ token: 't' }),
    '/api/invitations/preview': () => ({ invitation: preview }),
  });
  session.parting = null;
});

afterEach(() => unmount(shown));

test.each([
  ['set-up', () => mount(Setup, { target: document.body })],
  ['sign-in', () => mount(SignIn, { target: document.body, props: {} })],
  ['invitation', () => mount(Invite, { target: document.body, props: { token: 'tok' } })],
])('the page of %s says where a browser would not keep the sign-in, and nothing elsewhere', async (_, open) => {
  vi.stubGlobal('isSecureContext', false);
  shown = open();
  await vi.waitFor(() => expect(page('insecure')).toContain('only over https'));
  await unmount(shown);
  vi.stubGlobal('isSecureContext', true);
  shown = open();
  await new Promise((done) => setTimeout(done));
  flushSync();
  expect(page('insecure')).toBe('');
});

test('a link is not used up before one was told', async () => {
  vi.stubGlobal('isSecureContext', false);
  shown = mount(SignIn, { target: document.body, props: { token: 'once' } });
  flushSync();
  expect(asked).toEqual([]);
  expect(document.querySelector<HTMLInputElement>('[data-testid="signin-link"]')?.value).toBe('once');
});

test('a sign-in that the browser did not keep is told', async () => {
  vi.stubGlobal('isSecureContext', true);
  shown = mount(SignIn, { target: document.body, props: { token: 'once' } });
  await vi.waitFor(() => expect(page('unkept')).toContain('did not keep the sign-in'));
  expect(asked).toContain('/api/me');
});

test('who was thrown out is told so', () => {
  session.parting = 'ended';
  shown = mount(SignIn, { target: document.body, props: {} });
  flushSync();
  expect(page('ended')).toBe('You were signed out: your session ended.');
});
