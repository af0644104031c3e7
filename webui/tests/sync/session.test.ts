import { beforeEach, expect, test } from 'vitest';
import type { Workspace } from '../../src/api/types';
import { session } from '../../src/sync/session.svelte';
import { serve } from './server';

let me = 'usr_mara';
let role: Workspace['role'] = 'owner';

const workspace = (): Workspace => ({ id: 'w', route_id: 'T1', name: 'W', slug: 'w', icon_url: '', created_at: '', role });

beforeEach(() => {
  localStorage.clear();
  serve({
    '/api/config': () => ({ config: { version: '1', dev_bootstrap: false, setup_required: false, setup_code_required: false, sign_in: { password: true, magic_link: true } } }),
    '/api/me': () => (me ? { user: { id: me, kind: 'human', display_name: me, handle: '', avatar_url: '', created_at: '' } } : undefined),
    '/api/workspaces': () => ({ workspaces: [workspace()] }),
    '/api/auth/logout': () => ({ ok: true }),
    '/api/realtime/events': () => ({ events: [], tail_cursor: '' }),
  });
});

test('who signs in after another gets a workspace with their own name and role', async () => {
  await session.start();
  session.use(session.workspaces[0] as Workspace);
  [me, role] = ['usr_priya', 'member'];
  const going = session.enter();
  while (session.space) await Promise.resolve();
  const space = session.use(session.workspaces[0] as Workspace);
  expect([space.me, space.info.role]).toEqual(['usr_priya', 'member']);
  await going;
  session.lost();
});

test('the same person coming in again keeps what is open', async () => {
  await session.start();
  const space = session.use(session.workspaces[0] as Workspace);
  await session.enter();
  expect(session.space).toBe(space);
  session.lost();
});

test('a session that ended leads to the sign-in page and leaves nothing behind', async () => {
  await session.start();
  session.use(session.workspaces[0] as Workspace);
  session.lost();
  expect([session.phase, session.user, session.space, session.workspaces]).toEqual(['sign-in', null, null, []]);
});

test('a session that ended is told, one that was left is not', async () => {
  await session.start();
  session.lost();
  expect(session.parting).toBe('ended');
  await session.start();
  expect(session.parting).toBeNull();
  await session.leave();
  expect([session.phase, session.parting]).toEqual(['sign-in', null]);
});

test('a socket that ends while one leaves is no end of its own', async () => {
  await session.start();
  const left = session.leave();
  session.lost();
  await left;
  expect(session.parting).toBeNull();
});
