/** Every action of the program, once: menus, keys, palette and help sheet read this table. */
import { patchMe } from '../api/chat';
import type { Preference } from '../api/channels';
import type { AppearancePatch } from '../api/types';
import { reason } from '../api/call';
import { t } from '../i18n/en';
import { session } from '../sync/session.svelte';
import type { IconName } from '../ui/icons';
import { archive } from './archiving';
import { place } from './place.svelte';
import { isManaged, isShared, router } from './router.svelte';
import { isDirect, type Direct } from '../sync/conversation';
import { openSearch, openThreads } from './jumping';
import { hide } from './messaging';
import { currentChannel, currentConversation, mayEditChannel, mayManage, openConversation, stepChannel, toggleScheme } from './moves';
import { view, type MessageVerb } from './view.svelte';

export type Scope = 'app' | 'channel' | 'message' | 'composer';

export interface Command {
  id: string;
  title: string;
  scope: Scope;
  icon: IconName;
  /** As `keys.ts` writes them. */
  keys?: string;
  /** Shown in the palette and run by key only when true. */
  when?(): boolean;
  run(): void;
}

const signedIn = () => session.phase === 'in';
const inside = () => signedIn() && session.space !== null;

const verb = (name: MessageVerb, icon: IconName, keys: string): Command => ({
  id: `message.${name}`,
  title: t.verbs[name],
  scope: 'message',
  icon,
  keys,
  when: () => view.target?.can(name) ?? false,
  run: () => view.target?.run(name),
});

const format = (mark: 'bold' | 'italic' | 'code' | 'link', title: string, keys: string): Command => ({
  id: `format.${mark}`,
  title,
  scope: 'composer',
  icon: mark,
  keys,
  when: () => view.composer !== null,
  run: () => view.composer?.format(mark),
});

const look = (id: string, title: string, icon: IconName, patch: AppearancePatch): Command => ({
  id,
  title,
  scope: 'app',
  icon,
  when: signedIn,
  run: () => {
    patchMe({ appearance_preferences: patch }).then((me) => session.takeMe(me), (error: unknown) => view.toast(reason(error)));
  },
});

const settings = (section: keyof typeof t.sections, icon: IconName): Command => ({
  id: `settings.${section}`,
  title: `Settings: ${t.sections[section]}`,
  scope: 'app',
  icon,
  when: isManaged(section) ? mayManage : isShared(section) ? inside : signedIn,
  run: () => router.go({ page: 'settings', workspace: session.space?.info.route_id ?? '', section }),
});

const prefer = (preference: Preference, icon: IconName): Command => ({
  id: `preference.${preference}`,
  title: `Notifications here: ${t.preferences[preference]}`,
  scope: 'channel',
  icon,
  when: () => currentChannel() !== undefined,
  run: () => {
    session.space?.preferences.choose(currentChannel()?.id ?? '', preference).catch((error: unknown) => view.toast(reason(error)));
  },
});

export const COMMANDS: readonly Command[] = [
  { id: 'palette', title: 'Jump or run a command', scope: 'app', icon: 'search', keys: 'mod+k', when: signedIn, run: () => (view.palette = !view.palette) },
  { id: 'help', title: 'Keyboard shortcuts', scope: 'app', icon: 'help', keys: '?', run: () => (view.help = true) },
  { id: 'search', title: 'Search messages', scope: 'app', icon: 'search', keys: 'mod+f', when: inside, run: () => openSearch(true) },
  { id: 'search.everywhere', title: 'Search the whole workspace', scope: 'app', icon: 'search', keys: 'mod+shift+f', when: inside, run: () => openSearch(false) },
  { id: 'threads', title: 'Threads that you follow', scope: 'app', icon: 'thread', keys: 'alt+t', when: inside, run: () => openThreads() },
  { id: 'thread.follow', title: 'Follow this thread, or follow it no more', scope: 'channel', icon: 'bell', when: () => Boolean(session.space?.thread), run: () => toggleFollow() },
  { id: 'chat', title: 'Go to chat', scope: 'app', icon: 'messages', keys: 'alt+c', when: signedIn, run: () => openConversation(null) },
  { id: 'settings', title: 'Open settings', scope: 'app', icon: 'settings', keys: 'mod+,', when: signedIn, run: () => openSettings() },
  { id: 'channel.create', title: 'Create a channel', scope: 'app', icon: 'plus', keys: 'alt+n', when: mayCreateChannel, run: () => (view.dialog = { kind: 'create-channel' }) },
  { id: 'workspace.create', title: 'Create a workspace', scope: 'app', icon: 'plus', keys: 'alt+shift+n', when: signedIn, run: () => (view.dialog = { kind: 'create-workspace' }) },
  { id: 'message.new', title: 'New message', scope: 'app', icon: 'pencil', keys: 'alt+shift+m', when: mayMessage, run: () => (view.dialog = { kind: 'new-message' }) },
  { id: 'people', title: 'People in this workspace', scope: 'app', icon: 'users', keys: 'alt+p', when: inside, run: () => (view.dialog = { kind: 'people' }) },
  { id: 'channel.next', title: 'Next channel', scope: 'app', icon: 'arrow-down', keys: 'alt+ArrowDown', when: inside, run: () => stepChannel(1, false) },
  { id: 'channel.previous', title: 'Previous channel', scope: 'app', icon: 'arrow-up', keys: 'alt+ArrowUp', when: inside, run: () => stepChannel(-1, false) },
  { id: 'channel.next-unread', title: 'Next unread channel', scope: 'app', icon: 'arrow-down', keys: 'alt+shift+ArrowDown', when: inside, run: () => stepChannel(1, true) },
  { id: 'channel.previous-unread', title: 'Previous unread channel', scope: 'app', icon: 'arrow-up', keys: 'alt+shift+ArrowUp', when: inside, run: () => stepChannel(-1, true) },
  { id: 'theme.toggle', title: 'Switch between light and dark', scope: 'app', icon: 'moon', keys: 'alt+l', when: signedIn, run: () => toggleScheme() },
  look('theme.system', 'Follow the system for light and dark', 'monitor', { color_mode: '' }),
  look('density.compact', 'Compact density', 'list', { density: 'compact' }),
  look('density.comfortable', 'Comfortable density', 'list', { density: '' }),
  look('board.signal', 'Colour theme: Signal', 'palette', { board_theme: '' }),
  look('board.ember', 'Colour theme: Ember', 'palette', { board_theme: 'ember' }),
  look('board.moss', 'Colour theme: Moss', 'palette', { board_theme: 'moss' }),
  look('board.iris', 'Colour theme: Iris', 'palette', { board_theme: 'iris' }),
  settings('profile', 'user'),
  settings('appearance', 'palette'),
  settings('notifications', 'bell'),
  settings('password', 'key'),
  settings('sessions', 'monitor'),
  settings('files', 'paperclip'),
  settings('bots', 'plug'),
  settings('invitations', 'mail'),
  settings('integrations', 'webhook'),
  settings('audit', 'shield'),
  settings('workspace', 'settings'),
  settings('members', 'users'),
  { id: 'sign-out', title: 'Sign out', scope: 'app', icon: 'log-out', when: signedIn, run: () => signOut() },
  { id: 'channel.settings', title: 'Channel settings', scope: 'channel', icon: 'settings', keys: 'alt+s', when: mayEditChannel, run: () => channelSettings() },
  { id: 'channel.members', title: 'Members of this channel', scope: 'channel', icon: 'users', when: () => currentChannel()?.kind === 'private', run: () => channelMembers() },
  { id: 'channel.archive', title: 'Archive the channel, or bring it back', scope: 'channel', icon: 'archive', when: mayEditChannel, run: () => archiveHere() },
  { id: 'direct.hide', title: 'Hide this conversation', scope: 'channel', icon: 'x', when: () => currentDirect() !== undefined, run: () => hideHere() },
  { id: 'channel.latest', title: 'Jump to latest', scope: 'channel', icon: 'arrow-down', keys: 'alt+End', when: () => currentConversation() !== undefined, run: () => void view.jumpToLatest() },
  { id: 'pins', title: 'Pinned messages', scope: 'channel', icon: 'pin', keys: 'alt+i', when: () => currentChannel() !== undefined, run: () => togglePins() },
  prefer('all', 'bell'),
  prefer('mentions', 'at-sign'),
  prefer('muted', 'bell-off'),
  { id: 'composer.focus', title: 'Write a message', scope: 'channel', icon: 'pencil', keys: 'alt+m', when: () => view.composer !== null, run: () => view.composer?.focus() },
  { id: 'thread.close', title: 'Close the thread', scope: 'channel', icon: 'x', keys: 'alt+x', when: () => Boolean(session.space?.thread), run: () => closeThread() },
  { id: 'attach', title: 'Attach files', scope: 'composer', icon: 'paperclip', keys: 'alt+a', when: () => view.composer !== null, run: () => view.composer?.attach() },
  format('bold', 'Bold', 'mod+b'),
  format('italic', 'Italic', 'mod+i'),
  format('code', 'Code', 'mod+e'),
  format('link', 'Link', 'mod+shift+u'),
  verb('react', 'smile-plus', 'r'),
  verb('thread', 'thread', 't'),
  verb('quote', 'reply', 'q'),
  verb('link', 'link', 'l'),
  verb('copy', 'copy', 'c'),
  verb('pin', 'pin', 'p'),
  verb('edit', 'pencil', 'e'),
  verb('delete', 'trash', 'Delete'),
];

export function run(id: string): void {
  COMMANDS.find((c) => c.id === id)?.run();
}

export function keysOf(id: string): string | undefined {
  return COMMANDS.find((c) => c.id === id)?.keys;
}

function mayCreateChannel(): boolean {
  return inside() && session.space?.info.role !== 'guest';
}

function openSettings(): void {
  router.go({ page: 'settings', workspace: session.space?.info.route_id ?? '', section: matchMedia('(max-width: 760px)').matches ? null : 'profile' });
}

function channelSettings(): void {
  const channel = currentChannel();
  if (channel) view.dialog = { kind: 'channel', channel };
}

/** Pins and a thread share one place: what was opened last is shown. */
function togglePins(): void {
  const show = place.panel !== 'pins' || Boolean(session.space?.thread);
  if (session.space?.thread) closeThread();
  place.panel = show ? 'pins' : null;
}

function toggleFollow(): void {
  const followed = session.space?.followed;
  const root = session.space?.thread?.rootId;
  if (root) followed?.choose(root, !followed.isFollowed(root)).catch((error: unknown) => view.toast(reason(error)));
}

function channelMembers(): void {
  const channel = currentChannel();
  if (channel) view.dialog = { kind: 'channel-members', channel };
}

function archiveHere(): void {
  const channel = currentChannel();
  if (channel) archive(channel);
}

/** Guests write in the waiting room only. */
export function mayMessage(): boolean {
  return mayCreateChannel();
}

function currentDirect(): Direct | undefined {
  const here = currentConversation();
  return here && isDirect(here) ? here : undefined;
}

function hideHere(): void {
  const direct = currentDirect();
  if (direct) void hide(direct);
}

export function closeThread(): void {
  const channel = currentConversation();
  session.space?.closeThread();
  if (channel) openConversation(channel);
}

function signOut(): void {
  session.leave().then(() => router.go({ page: 'sign-in' }), (error: unknown) => view.toast(reason(error)));
}
