import { afterEach, expect, test } from 'vitest';
import type { MemberRecord } from '../../src/api/moderation';
import { view } from '../../src/commands/view.svelte';
import { clearTimeOut, timeOut } from '../../src/people/rule';
import { session } from '../../src/sync/session.svelte';
import { serve, user } from '../sync/server';

const record = (id: string): MemberRecord => ({ workspace_id: 'w', user: user(id, id), role: 'member', posts_remaining: 0, post_limit: 0 });
const said = () => view.toasts.map((toast) => [toast.text, toast.action?.label]);

afterEach(() => {
  for (const { id } of view.toasts) view.dropToast(id);
});

test('a later note about the same thing withdraws the Undo of the one before, and none about others', () => {
  const action = { label: 'Undo', run: () => undefined };
  view.toast('Bob is blocked.', action, 'usr_bob');
  view.toast('Eve is blocked.', action, 'usr_eve');
  view.toast('Bob can write again.', action, 'usr_bob');
  expect(said()).toEqual([['Eve is blocked.', 'Undo'], ['Bob can write again.', 'Undo']]);
});

test('who is freed from a time-out cannot be freed again', async () => {
  serve({
    '/api/config': () => ({ config: { setup_required: false, sign_in: { password: true } } }),
    '/api/me': () => ({ user: user('usr_me', 'Me') }),
    '/api/workspaces': () => ({ workspaces: [] }),
    '/api/workspaces/w/moderation/members': () => ({ member: record('usr_bob') }),
  });
  await session.start();
  session.use({ id: 'w', route_id: 'T1', name: 'W', slug: 'w', icon_url: '', created_at: '', role: 'owner' });
  await timeOut(record('usr_bob'));
  expect(said()).toEqual([['usr_bob cannot write for 60 minutes.', 'Undo']]);
  await clearTimeOut(record('usr_bob'));
  expect(said()).toEqual([['usr_bob can write again.', undefined]]);
  session.lost();
});
