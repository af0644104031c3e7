/** What one may do with a message, the same for menus, keys and palette. */
import { reason } from '../../api/call';
import { addReaction, deleteMessage, removeReaction, routeMessage } from '../../api/chat';
import type { Message, Reaction } from '../../api/types';
import { pathOf } from '../../commands/router.svelte';
import { pin, unpin } from '../../api/channels';
import { view, type MessageTarget, type MessageVerb } from '../../commands/view.svelte';
import type { WorkspaceState } from '../../sync/workspace.svelte';
import { copied } from '../../ui/copying';
import { showThread } from './follow';

export interface Surroundings {
  space: WorkspaceState;
  inThread: boolean;
  quote(message: Message): void;
  edit(message: Message | null): void;
  /** Opens the picker at the row. */
  pick(): void;
}

const complain = (error: unknown) => view.toast(reason(error));

export function targetOf(message: Message, around: Surroundings): MessageTarget {
  const { space } = around;
  const mine = message.author_id === space.me;
  const root = message.parent_message_id === undefined;
  const channel = message.channel_id ? space.channel(message.channel_id) : undefined;
  const open = !channel?.archived_at;
  const able: Record<MessageVerb, boolean> = {
    react: open,
    thread: root && !around.inThread,
    quote: open,
    link: root && channel !== undefined,
    copy: true,
    edit: mine && open,
    delete: mine || (channel !== undefined && space.info.role === 'owner'),
    pin: channel !== undefined && open && message.kind !== 'agent_commentary' && message.kind !== 'agent_tool',
  };
  const runs: Record<MessageVerb, () => void> = {
    react: around.pick,
    thread: () => void showThread(space, message, true),
    quote: () => around.quote(message),
    link: () => void copyLink(space, message),
    copy: () => copy(message.body, 'Text copied.'),
    edit: () => around.edit(message),
    delete: () => askToDelete(space, message),
    pin: () => void togglePin(space, message),
  };
  return {
    message,
    can: (verb) => able[verb] && !message.deleted_at,
    run: (verb) => runs[verb](),
  };
}

function copy(text: string, done: string): void {
  void copied(text).then((well) => view.toast(well ? done : `The browser does not let this page copy. ${text}`));
}

async function copyLink(space: WorkspaceState, message: Message): Promise<void> {
  try {
    const target = message.route_id ?? (await routeMessage(message.id)).route_id;
    if (target) copy(new URL(pathOf({ page: 'chat', workspace: space.info.route_id, target }), location.origin).href, 'Link copied.');
  } catch (error) {
    complain(error);
  }
}

export function askToDelete(space: WorkspaceState, message: Message): void {
  view.dialog = {
    kind: 'confirm',
    title: 'Delete this message?',
    text: 'Its text goes away for everybody and cannot be brought back. Replies stay.',
    verb: 'Delete',
    run: async () => change(space, message.id, { ...message, ...(await deleteMessage(message.id)) }),
  };
}

/** Puts the newer truth about a message wherever it is shown. */
export function change(space: WorkspaceState, id: string, fresh: Partial<Message>): void {
  for (const timeline of space.timelines.values()) timeline.update(id, (m) => ({ ...m, ...fresh }));
  if (space.thread?.has(id)) space.thread.update(id, (m) => ({ ...m, ...fresh }));
}

/** Adds or takes back my reaction; shown at once, put right by the answer. */
export async function toggleReaction(space: WorkspaceState, message: Message, emoji: string): Promise<void> {
  const before = message.reactions ?? [];
  const mine = before.find((r) => r.emoji === emoji)?.reacted_by_me ?? false;
  change(space, message.id, { reactions: toggled(before, emoji, !mine) });
  try {
    change(space, message.id, { reactions: await (mine ? removeReaction(message.id, emoji) : addReaction(message.id, emoji)) });
  } catch (error) {
    change(space, message.id, { reactions: before });
    complain(error);
  }
}

/** Pins a message or takes the pin away; shown at once, put right by the server. */
export async function togglePin(space: WorkspaceState, message: Message): Promise<void> {
  const channel = message.channel_id ?? '';
  const on = !space.pins.has(message);
  space.pins.put(message, on);
  try {
    await (on ? pin(channel, message.id) : unpin(channel, message.id));
    view.toast(on ? 'Pinned.' : 'Unpinned.', { label: 'Undo', run: () => void togglePin(space, message) }, message.id);
  } catch (error) {
    space.pins.put(message, !on);
    complain(error);
  }
}

export function toggled(before: readonly Reaction[], emoji: string, on: boolean): Reaction[] {
  const known = before.find((r) => r.emoji === emoji);
  if (!known) return on ? [...before, { emoji, count: 1, reacted_by_me: true }] : [...before];
  const fresh = { emoji, count: known.count + (on ? 1 : -1), reacted_by_me: on };
  return before.map((r) => (r.emoji === emoji ? fresh : r)).filter((r) => r.count > 0);
}
