/** Direct conversations are begun, hidden and shown again. */
import { reason } from '../api/call';
import { hideDirect, openDirect, startDirect } from '../api/directs';
import { calledOf, type Direct } from '../sync/conversation';
import { session } from '../sync/session.svelte';
import { openConversation } from './moves';
import { place } from './place.svelte';
import { view } from './view.svelte';

/** Opens the conversation with these people, new or not; its composer takes the focus. */
export async function writeTo(people: string[]): Promise<void> {
  const space = session.space;
  if (!space) return;
  const direct = space.directs.put(await startDirect(space.info.id, people));
  view.writeNext = direct.id;
  openConversation(direct);
}

/** The same for one person, from a place that has no room to say what went wrong. */
export function messagePerson(user: string): void {
  writeTo([user]).catch((error: unknown) => view.toast(reason(error)));
}

/** Takes a conversation from the list until somebody writes in it; it can be taken back. */
export async function hide(direct: Direct): Promise<void> {
  const space = session.space;
  if (!space) return;
  const open = place.channel === direct.id;
  space.directs.drop(direct.id);
  if (open) openConversation(null);
  try {
    await hideDirect(direct.id);
    view.toast(`${calledOf(direct)} is hidden until the next message.`, { label: 'Undo', run: () => void unhide(direct, open) }, direct.id);
  } catch (error) {
    space.directs.put(direct);
    view.toast(reason(error));
  }
}

async function unhide(direct: Direct, open: boolean): Promise<void> {
  try {
    const back = session.space?.directs.put(await openDirect(direct.id));
    if (back && open) openConversation(back);
  } catch (error) {
    view.toast(reason(error));
  }
}
