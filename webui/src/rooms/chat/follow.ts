/** Brings the stage in line with the address: which channel, which thread. */
import { tick } from 'svelte';
import { Refusal, reason } from '../../api/call';
import { openDirect } from '../../api/directs';
import { resolveRoute } from '../../api/chat';
import type { Message } from '../../api/types';
import { lastChannelKey, openConversation, openConversations } from '../../commands/moves';
import { place } from '../../commands/place.svelte';
import { router } from '../../commands/router.svelte';
import { view } from '../../commands/view.svelte';
import { recall } from '../../sync/storage';
import type { WorkspaceState } from '../../sync/workspace.svelte';

export const PHONE = '(max-width: 760px)';

/** Why nothing can be shown, or null. */
export async function follow(space: WorkspaceState, target: string | null): Promise<string | null> {
  if (target === null) return home(space);
  if (/^(M|msg_)/.test(target)) return followThread(space, target);
  space.closeThread();
  const found = [...space.channels, ...space.directs.all].find((c) => c.route_id === target || c.id === target);
  place.channel = found?.id ?? null;
  if (found) return null;
  return /^(D|dm_)/.test(target) ? showHidden(space, target) : 'This channel does not exist, or you cannot see it.';
}

/** A conversation that is not in the list: it was hidden, and shows again for who follows its address. */
async function showHidden(space: WorkspaceState, target: string): Promise<string | null> {
  try {
    const route = await resolveRoute(space.info.route_id, target);
    const direct = space.directs.put(await openDirect(route.target_id));
    if (router.route.page === 'chat' && router.route.target === target) place.channel = direct.id;
    return null;
  } catch (error) {
    return absent(error) ? 'This conversation does not exist, or you are not in it.' : reason(error);
  }
}

const absent = (error: unknown): boolean => error instanceof Refusal && (error.status === 404 || error.status === 403);

function home(space: WorkspaceState): null {
  space.closeThread();
  if (matchMedia(PHONE).matches) {
    place.channel = null;
    return null;
  }
  const all = openConversations();
  const last = all.find((c) => c.id === recall(lastChannelKey(space.info.id))) ?? space.channels.find((c) => c.name === 'general' && !c.archived_at) ?? all[0];
  if (last) router.go({ page: 'chat', workspace: space.info.route_id, target: last.route_id }, { replace: true });
  else place.channel = null;
  return null;
}

async function followThread(space: WorkspaceState, target: string): Promise<string | null> {
  if (space.thread?.root?.route_id === target) return null;
  try {
    const route = await resolveRoute(space.info.route_id, target);
    if (router.route.page !== 'chat' || router.route.target !== target) return null;
    if (route.parent_id?.startsWith('dm_') && !space.directs.find(route.parent_id)) space.directs.put(await openDirect(route.parent_id));
    place.channel = route.parent_id ?? null;
    const thread = space.openThread(route.target_id);
    await thread.loaded();
    if (thread.root?.channel_seq) place.highlight = { id: thread.root.id, seq: thread.root.channel_seq };
    return null;
  } catch (error) {
    return absent(error) ? 'This thread does not exist, or you cannot see it.' : reason(error);
  }
}

/** Shows the thread of a root message beside the channel; with `reply` its composer has the focus at once. */
export async function showThread(space: WorkspaceState, root: Message, reply = false): Promise<void> {
  const thread = space.openThread(root.id);
  if (reply) {
    await tick();
    view.composers.find((c) => c.thread)?.focus();
  }
  await thread.loaded();
  const target = thread.root?.route_id;
  if (target && space.thread === thread) router.go({ page: 'chat', workspace: space.info.route_id, target });
}

export function hideThread(space: WorkspaceState): void {
  const conversation = place.channel ? space.conversation(place.channel) : undefined;
  space.closeThread();
  openConversation(conversation ?? null);
}
