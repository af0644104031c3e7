/** What the palette can find: commands of what is focused first, then places, people and all other commands. */
import type { Channel } from '../api/types';
import { openConversation } from '../commands/moves';
import { router } from '../commands/router.svelte';
import { COMMANDS, type Command, type Scope } from '../commands/table';
import { t } from '../i18n/en';
import { messagePerson } from '../commands/messaging';
import { nameOfChannel, topicOf } from '../sync/channelname';
import { titleOf } from '../sync/conversation';
import { session } from '../sync/session.svelte';
import type { IconName } from '../ui/icons';
import { fuzzy } from './fuzzy';

export interface Entry {
  id: string;
  group: string;
  title: string;
  sub: string;
  icon: IconName;
  keys?: string | undefined;
  run(): void;
}

export interface Found extends Entry {
  at: number[];
}

const GROUPS: Record<Scope, string> = { message: 'This message', channel: 'This channel', composer: 'Write', app: 'Commands' };
const MOST = 50;

const ofCommand = (command: Command): Entry => ({ id: command.id, group: GROUPS[command.scope], title: command.title, sub: '', icon: command.icon, keys: command.keys, run: () => command.run() });

/** What a channel is for, else its address when that is not its name. */
const subOf = (channel: Channel): string => topicOf(channel) || (nameOfChannel(channel) === channel.name ? '' : `#${channel.name}`);

export function entries(): Entry[] {
  const space = session.space;
  const able = COMMANDS.filter((c) => c.id !== 'palette' && (c.when?.() ?? true));
  const channels = (space?.channels ?? []).map((c): Entry => ({ id: c.id, group: 'Channels', title: nameOfChannel(c), sub: c.archived_at ? 'archived' : subOf(c), icon: c.archived_at ? 'archive' : c.kind === 'private' ? 'lock' : 'hash', run: () => openConversation(c) }));
  const people = (space?.members ?? []).map((m): Entry => ({ id: m.user.id, group: 'People', title: m.user.display_name, sub: m.user.handle ? `@${m.user.handle}` : t.roles[m.role], icon: 'user', run: () => (m.user.id === space?.me ? router.go({ page: 'settings', workspace: space.info.route_id, section: 'profile' }) : messagePerson(m.user.id)) }));
  const directs = (space?.directs.all ?? []).map((d): Entry => ({ id: d.id, group: 'Direct messages', title: titleOf(d), sub: d.others.length > 1 ? `${d.others.length + 1} people` : '', icon: d.others.length > 1 ? 'users' : 'user', run: () => openConversation(d) }));
  const workspaces = session.workspaces
    .filter((w) => w.id !== space?.info.id)
    .map((w): Entry => ({ id: w.id, group: 'Workspaces', title: w.name, sub: t.roles[w.role], icon: 'server', run: () => router.go({ page: 'chat', workspace: w.route_id, target: null }) }));
  const message = able.filter((c) => c.scope === 'message').map(ofCommand);
  const rest = able.filter((c) => c.scope !== 'message').map(ofCommand);
  return [...message, ...channels, ...directs, ...rest, ...people, ...workspaces];
}

export function find(all: readonly Entry[], query: string): Found[] {
  const groups = [...new Set(all.map((e) => e.group))];
  const scored = all.flatMap((entry) => {
    const match = fuzzy(query, entry.title);
    return match ? [{ ...entry, at: match.at, score: match.score }] : [];
  });
  if (!query.trim()) return scored.slice(0, MOST);
  const best = new Map<string, number>();
  for (const s of scored) best.set(s.group, Math.max(best.get(s.group) ?? -Infinity, s.score));
  const order = (group: string) => best.get(group) ?? 0;
  return scored.sort((a, b) => order(b.group) - order(a.group) || groups.indexOf(a.group) - groups.indexOf(b.group) || b.score - a.score).slice(0, MOST);
}
