/** Brings the stage in line with the address: which channel, which thread. */
import { tick } from 'svelte';
import { Refusal, reason } from '../../api/call';
import { resolveRoute } from '../../api/chat';
import type { Message } from '../../api/types';
import { lastChannelKey, openChannel, openChannels } from '../../commands/moves';
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
  const channel = space.channels.find((c) => c.route_id === target || c.id === target);
  place.channel = channel?.id ?? null;
  return channel ? null : 'This channel does not exist, or you cannot see it.';
}

function home(space: WorkspaceState): null {
  space.closeThread();
  if (matchMedia(PHONE).matches) {
    place.channel = null;
    return null;
  }
  const all = openChannels();
  const last = all.find((c) => c.id === recall(lastChannelKey(space.info.id))) ?? all.find((c) => c.name === 'general') ?? all[0];
  if (last) router.go({ page: 'chat', workspace: space.info.route_id, target: last.route_id }, { replace: true });
  else place.channel = null;
  return null;
}

async function followThread(space: WorkspaceState, target: string): Promise<string | null> {
  if (space.thread?.root?.route_id === target) return null;
  try {
    const route = await resolveRoute(space.info.route_id, target);
    if (router.route.page !== 'chat' || router.route.target !== target) return null;
    place.channel = route.parent_id ?? null;
    const thread = space.openThread(route.target_id);
    await thread.loaded();
    if (thread.root?.channel_seq) place.highlight = { id: thread.root.id, seq: thread.root.channel_seq };
    return null;
  } catch (error) {
    return error instanceof Refusal && error.status === 404 ? 'This thread does not exist, or you cannot see it.' : reason(error);
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
  const channel = place.channel ? space.channel(place.channel) : undefined;
  space.closeThread();
  openChannel(channel ?? null);
}
