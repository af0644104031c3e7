/** How to get around, for commands and for rooms. */
import { reason } from '../api/call';
import { patchMe } from '../api/chat';
import type { Channel } from '../api/types';
import { isArchived, type Conversation } from '../sync/conversation';
import { session } from '../sync/session.svelte';
import { keep } from '../sync/storage';
import { router } from './router.svelte';
import { place } from './place.svelte';
import { view } from './view.svelte';

export const lastChannelKey = (workspace: string) => `clickclack:last-channel:v1:${workspace}`;

export function currentChannel(): Channel | undefined {
  return place.channel ? session.space?.channel(place.channel) : undefined;
}

/** What is on the stage, a channel or a direct conversation. */
export function currentConversation(): Conversation | undefined {
  return place.channel ? session.space?.conversation(place.channel) : undefined;
}

/** Opens a channel or a direct conversation; with null the list on a phone, the last one elsewhere. */
export function openConversation(conversation: Conversation | null): void {
  const space = session.space;
  if (!space) {
    router.go({ page: 'home' });
    return;
  }
  if (conversation) keep(lastChannelKey(space.info.id), conversation.id);
  router.go({ page: 'chat', workspace: space.info.route_id, target: conversation?.route_id ?? null });
}

/** The channels that are not archived and the direct conversations, in the order of the list. */
export function openConversations(): Conversation[] {
  const space = session.space;
  return space ? [...space.channels, ...space.directs.all].filter((c) => !isArchived(c)) : [];
}

export function stepChannel(step: 1 | -1, unreadOnly: boolean): void {
  const all = openConversations();
  const here = all.findIndex((c) => c.id === place.channel);
  for (let i = 1; i <= all.length; i++) {
    const next = all[(here + step * i + all.length * 2) % all.length];
    if (next && (!unreadOnly || (next.unread_count > 0 && !session.space?.preferences.isMuted(next.id)))) {
      if (next.id !== place.channel) openConversation(next);
      return;
    }
  }
}

export function mayManage(): boolean {
  const role = session.space?.info.role;
  return role === 'owner' || role === 'moderator';
}

export function mayEditChannel(): boolean {
  return mayManage() && currentChannel() !== undefined;
}

export function isDark(): boolean {
  const chosen = document.documentElement.dataset.scheme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export function toggleScheme(): void {
  patchMe({ appearance_preferences: { color_mode: isDark() ? 'light' : 'dark' } }).then(
    (me) => session.takeMe(me),
    (error: unknown) => view.toast(reason(error)),
  );
}
