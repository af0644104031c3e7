/** How to get around, for commands and for rooms. */
import { reason } from '../api/call';
import { patchMe } from '../api/chat';
import type { Channel } from '../api/types';
import { session } from '../sync/session.svelte';
import { keep } from '../sync/storage';
import { router } from './router.svelte';
import { place } from './place.svelte';
import { view } from './view.svelte';

export const lastChannelKey = (workspace: string) => `clickclack:last-channel:v1:${workspace}`;

export function currentChannel(): Channel | undefined {
  return place.channel ? session.space?.channel(place.channel) : undefined;
}

/** Opens a channel; with null the list on a phone, the last channel elsewhere. */
export function openChannel(channel: Channel | null): void {
  const space = session.space;
  if (!space) {
    router.go({ page: 'home' });
    return;
  }
  if (channel) keep(lastChannelKey(space.info.id), channel.id);
  router.go({ page: 'chat', workspace: space.info.route_id, target: channel?.route_id ?? null });
}

/** The channels in the order of the list, without the archived ones. */
export function openChannels(): Channel[] {
  return session.space?.channels.filter((c) => !c.archived_at) ?? [];
}

export function stepChannel(step: 1 | -1, unreadOnly: boolean): void {
  const all = openChannels();
  const here = all.findIndex((c) => c.id === place.channel);
  for (let i = 1; i <= all.length; i++) {
    const next = all[(here + step * i + all.length * 2) % all.length];
    if (next && (!unreadOnly || next.unread_count > 0)) {
      if (next.id !== place.channel) openChannel(next);
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
