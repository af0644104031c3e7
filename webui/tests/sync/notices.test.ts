import { beforeEach, expect, test, vi } from 'vitest';
import { choose, notice, standingOf, whenNoticeClicked, type Noticed } from '../../src/sync/notices';
import type { Preference } from '../../src/api/channels';
import { channel, direct, MARA, ME, user } from './server';

class FakeNotification {
  static permission = 'default';
  static answer = 'granted';
  static all: FakeNotification[] = [];
  static requestPermission = () => Promise.resolve((FakeNotification.permission = FakeNotification.answer));
  onclick: (() => void) | null = null;
  close = vi.fn();

  constructor(readonly title: string, readonly options: NotificationOptions) {
    FakeNotification.all.push(this);
  }
}

let preference: Preference = 'all';
const about = {
  me: ME,
  users: new Map([[MARA, user(MARA, 'Mara')]]),
  preferences: { of: () => preference },
  conversation: (id: string) => ({ chn_1: channel('chn_1', { name: 'till' }), dm_1: { ...direct('dm_1'), others: [user(MARA, 'Mara')] } })[id],
} as unknown as Noticed;
const said = () => FakeNotification.all.map((n) => [n.title, n.options.body]);

beforeEach(() => {
  localStorage.clear();
  preference = 'all';
  Object.assign(FakeNotification, { permission: 'default', answer: 'granted', all: [] });
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
});

test('nothing is told before it was chosen, nor after the browser was told not to', async () => {
  notice(about, 'chn_1', MARA, false);
  FakeNotification.answer = 'denied';
  expect([await choose(ME, true), said()]).toEqual(['denied', []]);
});

test('who chose notices is told who wrote where, while the page has no focus', async () => {
  expect(await choose(ME, true)).toBe('on');
  notice(about, 'chn_1', MARA, false);
  notice(about, 'dm_1', MARA, true);
  notice(about, 'chn_1', ME, false);
  notice(about, 'chn_2', MARA, false);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  notice(about, 'chn_1', MARA, false);
  expect(said()).toEqual([['Mara in #till', 'Wrote a message.'], ['Mara', 'Mentions you.']]);
  expect([await choose(ME, false), standingOf(ME)]).toEqual(['off', 'off']);
});

test('a channel tells what its bell says', async () => {
  await choose(ME, true);
  preference = 'mentions';
  notice(about, 'chn_1', MARA, false);
  notice(about, 'chn_1', MARA, true);
  preference = 'muted';
  notice(about, 'chn_1', MARA, true);
  expect(said()).toEqual([['Mara in #till', 'Mentions you.']]);
});

test('a click leads to the conversation', async () => {
  await choose(ME, true);
  vi.spyOn(window, 'focus').mockImplementation(() => undefined);
  const opened: string[] = [];
  whenNoticeClicked((conversation) => opened.push(conversation.id));
  notice(about, 'chn_1', MARA, false);
  FakeNotification.all[0]?.onclick?.();
  expect(opened).toEqual(['chn_1']);
});
