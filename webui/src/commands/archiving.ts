/** Archived channels can be read and not written in. */
import { reason } from '../api/call';
import { patchChannel } from '../api/chat';
import type { Channel } from '../api/types';
import { calledOf } from '../sync/conversation';
import { session } from '../sync/session.svelte';
import { view } from './view.svelte';

/** Puts a channel among the archived ones, after asking, or brings it back. */
export function archive(channel: Channel): void {
  const archived = !channel.archived_at;
  const called = calledOf(channel);
  const set = async (on: boolean) => session.space?.putChannel(await patchChannel(channel.id, { archived: on }));
  const undo = () => void set(!archived).catch((error: unknown) => view.toast(reason(error)));
  const done = () => view.toast(archived ? `${called} is archived.` : `${called} is back.`, { label: 'Undo', run: undo }, channel.id);
  if (!archived) {
    set(false).then(done, (error: unknown) => view.toast(reason(error)));
    return;
  }
  view.dialog = {
    kind: 'confirm',
    title: `Archive ${called}?`,
    text: 'It moves to Archived in the list, and nobody writes in it until it is brought back. Everything said stays and can be read.',
    verb: 'Archive',
    mild: true,
    run: () => set(true).then(done),
  };
}
