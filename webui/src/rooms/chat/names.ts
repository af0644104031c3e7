/** People and channels by what they are called in a text. */
import type { User } from '../../api/types';
import { openConversation } from '../../commands/moves';
import { pathOf, router } from '../../commands/router.svelte';
import type { Known } from '../../content/markdown';
import { nameOfChannel } from '../../sync/channelname';
import type { WorkspaceState } from '../../sync/workspace.svelte';

export function nameOf(user: User | undefined): string {
  return user?.display_name || user?.handle || 'Somebody who left';
}

/** Handles of the members, one of them may be mine, and the channels of the workspace, by address or title. */
export function knownIn(space: WorkspaceState): Known {
  const { handles, me } = space;
  return {
    person(handle) {
      const user = handles.get(handle);
      return user ? { id: user.id, name: user.display_name, me: user.id === me } : null;
    },
    channel(name) {
      const channel = space.channels.find((c) => c.name === name) ?? space.channels.find((c) => nameOfChannel(c).toLowerCase() === name);
      if (!channel) return null;
      const route = { page: 'chat', workspace: space.info.route_id, target: channel.route_id } as const;
      const follow = (event: MouseEvent): void => {
        event.stopPropagation(); // the row around it may be gone before the click gets there
        router.follow(event, route);
        if (event.defaultPrevented) openConversation(channel);
      };
      return { name: nameOfChannel(channel), href: pathOf(route), follow };
    },
  };
}
