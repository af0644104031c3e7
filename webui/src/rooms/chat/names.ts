/** People by name and handle. */
import type { User } from '../../api/types';
import type { Lookup } from '../../content/markdown';
import type { WorkspaceState } from '../../sync/workspace.svelte';

export function nameOf(user: User | undefined): string {
  return user?.display_name || user?.handle || 'Somebody who left';
}

/** Handles of the members; one of them may be mine. */
export function lookupIn(space: WorkspaceState): Lookup {
  const { handles, me } = space;
  return (handle) => {
    const user = handles.get(handle);
    return user ? { id: user.id, name: user.display_name, me: user.id === me } : null;
  };
}
