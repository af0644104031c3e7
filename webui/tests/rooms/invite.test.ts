import { mount, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { router } from '../../src/commands/router.svelte';
import Invite from '../../src/rooms/entry/Invite.svelte';
import { session } from '../../src/sync/session.svelte';
import { serve, user } from '../sync/server';

let shown: object;
const at = (name: string) => document.querySelector<HTMLElement>(`[data-testid="${name}"]`);

async function open(to: string): Promise<void> {
  serve({
    '/api/config': () => ({ config: { setup_required: false, sign_in: { password: true } } }),
    '/api/me': () => ({ user: user('usr_me', 'Me') }),
    '/api/workspaces': () => ({ workspaces: [{ id: 'w', route_id: 'T1', name: 'W', slug: 'w', icon_url: '', created_at: '', role: 'owner' }] }),
    '/api/invitations/preview': () => ({ invitation: { workspace: { id: to, name: 'W', icon_url: '' }, inviter: { display_name: 'Mara' }, role: 'member', for_address: false, expires_at: '2026-01-01T00:00:00Z' } }),
  });
  await session.start();
  shown = mount(Invite, { target: document.body, props: { token: 'tok' } });
  await vi.waitFor(() => expect(at('invite-preview')).not.toBeNull());
}

afterEach(async () => {
  await unmount(shown);
  session.lost();
});

test('who is in the workspace already is told so, and goes there', async () => {
  await open('w');
  expect(at('invite-preview')?.textContent).toBe('You are in already, as Me.');
  expect(at('invite-accept')).toBeNull();
  at('invite-open')?.click();
  expect(router.route).toEqual({ page: 'chat', workspace: 'T1', target: null });
});

test('who is in another one of the same name may join', async () => {
  await open('w2');
  expect(at('invite-open')).toBeNull();
  expect(at('invite-accept')?.textContent).toContain('Join as Me');
});
