/** People and channels by what they are called in a text. */
import type { User } from '../../api/types';
import { openConversation } from '../../commands/moves';
import { pathOf, router } from '../../commands/router.svelte';
import type { Known } from '../../content/markdown';
import { plainSlugOf } from '../../sync/channelname';
import type { WorkspaceState } from '../../sync/workspace.svelte';

export function nameOf(user: User | undefined): string {
  return user?.display_name || user?.handle || 'Somebody who left';
}

/** Handles of the members, one of them may be mine, and channels by their address, which is the same for everybody. */
export function knownIn(space: WorkspaceState): Known {
  const { handles, me } = space;
  return {
    person(handle) {
      const user = handles.get(handle);
      return user ? { id: user.id, name: user.display_name, me: user.id === me } : null;
    },
    channel(word) {
      const found = space.places.at(plainSlugOf(word));
      if (!found) return null;
      const route = { page: 'chat', workspace: space.info.route_id, target: found.route_id } as const;
      const follow = (event: MouseEvent): void => {
        event.stopPropagation(); // the row around it may be gone before the click gets there
        router.follow(event, route);
        const channel = event.defaultPrevented ? space.channel(found.id) : undefined;
        if (channel) openConversation(channel);
      };
      return { name: found.name, href: pathOf(route), follow };
    },
  };
}
