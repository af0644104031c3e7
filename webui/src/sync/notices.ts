/** Notices of the browser about what comes while nobody looks at the page. Each device chooses for itself. */
import type { User } from '../api/types';
import { calledOf, isDirect, type Conversation } from './conversation';
import type { Preferences } from './preferences.svelte';
import { forget, keep, recall } from './storage';

/** What a notice is about. */
export interface Noticed {
  readonly me: string;
  readonly users: ReadonlyMap<string, User>;
  readonly preferences: Preferences;
  conversation(id: string): Conversation | undefined;
}

export type Standing = 'unsupported' | 'denied' | 'off' | 'on';

const keyOf = (me: string): string => `clickclack:browser-notifications-enabled:v1:${me}`;

let open: (conversation: Conversation) => void = () => undefined;

/** Who opens the conversation of a notice that is clicked. */
export function whenNoticeClicked(opener: (conversation: Conversation) => void): void {
  open = opener;
}

export function standingOf(me: string): Standing {
  if (typeof Notification === 'undefined') return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && recall(keyOf(me)) === 'true' ? 'on' : 'off';
}

/** Asks the browser where that is needed. */
export async function choose(me: string, on: boolean): Promise<Standing> {
  if (!on) forget(keyOf(me));
  else if ((await Notification.requestPermission()) === 'granted') keep(keyOf(me), 'true');
  return standingOf(me);
}

/** Tells of a message of somebody else, as its conversation wishes, unless the page has the focus. */
export function notice(about: Noticed, place: string, author: string, mentioned: boolean): void {
  if (author === about.me || document.hasFocus() || standingOf(about.me) !== 'on') return;
  const conversation = about.conversation(place);
  const preference = about.preferences.of(place);
  if (!conversation || preference === 'muted' || (preference === 'mentions' && !mentioned)) return;
  const name = about.users.get(author)?.display_name ?? 'Somebody';
  show(isDirect(conversation) ? name : `${name} in ${calledOf(conversation)}`, mentioned ? 'Mentions you.' : 'Wrote a message.', conversation);
}

function show(title: string, body: string, conversation: Conversation): void {
  try {
    // One notice a conversation: the next takes its place.
    const shown = new Notification(title, { body, tag: conversation.id, icon: '/mark-app.svg' });
    shown.onclick = () => {
      window.focus();
      open(conversation);
      shown.close();
    };
  } catch {
    // Some browsers of phones allow none from a page.
  }
}
