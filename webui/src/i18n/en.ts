/** Every sentence of the program that more than one place says, and the words that change with a number. */

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const t = {
  app: 'ClickClack',
  chat: 'Chat',
  settings: 'Settings',
  notSent: 'not sent yet',
  keptHere: 'Kept on this device, sent when the connection is back',
  replies: (count: number) => plural(count, 'reply', 'replies'),
  steps: (count: number) => plural(count, 'step', 'steps'),
  attempts: (count: number) => plural(count, 'attempt', 'attempts'),
  givenUp: (count: number) => `${count >= 50 ? 'At least ' : ''}${plural(count, 'delivery was', 'deliveries were')} given up after many tries.`,
  sentAgain: (count: number) => (count === 1 ? 'It is sent again.' : `${count} are sent again.`),
  members: (count: number) => plural(count, 'member', 'members'),
  newSince: (count: number, time: string) => `${count} new since ${time}`,
  messageIn: (called: string) => `Message ${called}`,
  newReplies: (count: number) => plural(count, 'new reply', 'new replies'),
  results: (count: number, more: boolean) => `${count}${more ? '+' : ''} ${count === 1 && !more ? 'result' : 'results'}`,
  unread: (count: number) => `${plural(count, 'unread message', 'unread messages')}`,
  mentions: (count: number) => plural(count, 'mention of you', 'mentions of you'),
  deleted: 'This message was deleted.',
  filesDeleted: 'The files of this message were deleted.',
  sections: { profile: 'Profile', appearance: 'Appearance', notifications: 'Notifications', password: 'Password', sessions: 'Sessions', files: 'My files', bots: 'Agents and bots', workspace: 'Workspace', members: 'Members', invitations: 'Invitations', integrations: 'Integrations', audit: 'Audit log' },
  roles: { owner: 'Owner', moderator: 'Moderator', member: 'Member', guest: 'Guest', bot: 'Agent' },
  pin: 'Pin',
  unpin: 'Unpin',
  preferences: { all: 'All messages', mentions: 'Mentions only', muted: 'Muted' },
  presence: (state: 'here' | 'away' | null) => (state === 'here' ? ', here' : state === 'away' ? ', away' : ''),
  verbs: {
    react: 'Add reaction',
    thread: 'Reply in thread',
    quote: 'Quote',
    link: 'Copy link',
    copy: 'Copy text',
    edit: 'Edit',
    delete: 'Delete',
    pin: 'Pin or unpin',
  },
  typing: (names: string[]) => {
    const [first, second] = names;
    if (names.length === 1) return [first ?? '', ' is typing'];
    if (names.length === 2) return [`${first} and ${second}`, ' are typing'];
    return [`${names.length} people`, ' are typing'];
  },
} as const;
