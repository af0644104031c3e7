/** To a message wherever it is, and back from the pages that one comes from. */
import { tick } from 'svelte';
import type { Message } from '../api/types';
import type { Conversation } from '../sync/conversation';
import { session } from '../sync/session.svelte';
import type { WorkspaceState } from '../sync/workspace.svelte';
import { currentConversation, openConversation } from './moves';
import { place } from './place.svelte';
import { router, type Route } from './router.svelte';
import { view } from './view.svelte';

export interface Spot {
  id: string;
  /** The id of its channel or direct conversation. */
  place: string;
  /** Its number there, for a message that is no reply. */
  seq?: number | undefined;
  /** The root of the thread that it is a reply in. */
  root?: string | undefined;
}

/** The conversation of this id; of one that is not to be seen that is said. */
function seen(id: string): Conversation | undefined {
  const conversation = session.space?.conversation(id);
  if (!conversation) view.toast('You cannot see this conversation any more.');
  return conversation;
}

/** Opens the conversation, and for a reply the thread, at the message and marks it. */
export async function jumpTo(spot: Spot): Promise<void> {
  const space = session.space;
  const conversation = seen(spot.place);
  if (!space || !conversation) return;
  place.topic = '';
  if (!spot.root && spot.seq !== undefined) place.highlight = { id: spot.id, seq: spot.seq };
  openConversation(conversation);
  if (!spot.root) return;
  place.reply = spot.id;
  await beside(space, spot.root);
}

/** Opens a thread beside the conversation that it is in. */
export async function openThread(root: Message): Promise<void> {
  const space = session.space;
  const conversation = seen(root.channel_id ?? root.direct_conversation_id ?? '');
  if (!space || !conversation) return;
  openConversation(conversation);
  await beside(space, root.id);
}

/** The way to a conversation closes the thread of the one before: this waits for that. */
async function beside(space: WorkspaceState, root: string): Promise<void> {
  await tick();
  const thread = space.openThread(root);
  await thread.loaded();
  const target = thread.root?.route_id;
  if (target && space.thread === thread) router.go({ page: 'chat', workspace: space.info.route_id, target }, { replace: true });
}

/** Where one was before a page of its own, like search, was opened. */
let before: Route | null = null;

export function openSearch(here: boolean): void {
  const space = session.space;
  if (!space) return;
  if (router.route.page === 'search') {
    document.querySelector<HTMLInputElement>('[data-testid="search-input"]')?.select();
    return;
  }
  before = router.route;
  const within = here && router.route.page === 'chat' ? (currentConversation()?.route_id ?? '') : '';
  router.go({ page: 'search', workspace: space.info.route_id, q: '', within, sort: 'relevance' });
}

export function openThreads(): void {
  const space = session.space;
  if (!space || router.route.page === 'threads') return;
  before = router.route;
  router.go({ page: 'threads', workspace: space.info.route_id });
}

/** Back to where one came from; to the last conversation when that is not known. */
export function leavePage(): void {
  const back = before;
  before = null;
  if (back) router.go(back);
  else openConversation(currentConversation() ?? null);
}

/** Whether a page other than a conversation is on the stage. */
export const onPage = (): boolean => router.route.page === 'search' || router.route.page === 'threads';
