/** Choosing of which messages of a channel to be told. */
import { reason } from '../../api/call';
import type { Preference } from '../../api/channels';
import { view } from '../../commands/view.svelte';
import type { WorkspaceState } from '../../sync/workspace.svelte';

export const PREFERENCES: readonly Preference[] = ['all', 'mentions', 'muted'];

export function choosePreference(space: WorkspaceState, channel: string, preference: Preference): void {
  space.preferences.choose(channel, preference).catch((error: unknown) => view.toast(reason(error)));
}
