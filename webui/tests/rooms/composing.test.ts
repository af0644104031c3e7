// @vitest-environment node
import { expect, test } from 'vitest';
import type { Channel, Member } from '../../src/api/types';
import { candidates, hasCode, markEdit, ofChannels, ofCommands, wantedAt, withEmoji } from '../../src/rooms/chat/composing';

const member = (name: string, handle: string): Member => ({ workspace_id: 'w', role: 'member', joined_at: '', user: { id: handle, kind: 'human', display_name: name, handle, avatar_url: '', created_at: '' } });

test('a handle is completed while the caret is in it', () => {
  expect(wantedAt('hi @ma', 6)).toEqual({ sign: '@', start: 3, query: 'ma' });
  expect(wantedAt('@', 1)).toEqual({ sign: '@', start: 0, query: '' });
  expect(wantedAt('mail a@b', 8)).toBeNull();
  expect(wantedAt('hi @ma there', 12)).toBeNull();
});

test('people are found by handle and name, those that begin so first', () => {
  const all = [member('Tomas Okafor', 'tomas'), member('Mara Lind', 'mara'), member('No Handle', '')];
  expect(candidates(all, 'ma').map((m) => m.user.handle)).toEqual(['mara', 'tomas']);
});

test('a channel is looked for after its sign, not within words, addresses and headings', () => {
  expect(wantedAt('see #de', 7)).toEqual({ sign: '#', start: 4, query: 'de' });
  expect(wantedAt('(#Café', 6)).toEqual({ sign: '#', start: 1, query: 'café' });
  expect(wantedAt('#', 1)).toEqual({ sign: '#', start: 0, query: '' });
  for (const none of ['a#b', '##', '# ', 'https://a.example/#b', '&#3']) expect(wantedAt(none, none.length)).toBeNull();
});

test('channels are found by address and title, those that begin so first; none that is archived', () => {
  const channel = (name: string, more: Partial<Channel> = {}) => ({ id: name, name, kind: 'public', display_title: '', archived_at: null, ...more }) as Channel;
  const all = [channel('dev-ops'), channel('q1'), channel('ops', { kind: 'private' }), channel('opera', { archived_at: '2026-01-01T00:00:00Z' }), channel('channel-abcdef', { display_title: 'Öl & Gas' })];
  expect(ofChannels(all, 'op').map((s) => [s.text, s.title, s.icon])).toEqual([['#ops ', 'ops', 'lock'], ['#dev-ops ', 'dev-ops', 'hash']]);
  expect(ofChannels(all, 'öl').map((s) => [s.text, s.title])).toEqual([['#channel-abcdef ', 'Öl & Gas']]);
  expect(ofChannels(all, '1')).toEqual([]);
  expect(ofChannels(all, '').map((s) => s.key)).toEqual(['dev-ops', 'q1', 'ops', 'channel-abcdef']);
});

test('marks go around what is selected, and off again', () => {
  expect(markEdit('bold', 'a word', 2, 6)).toEqual({ from: 2, to: 6, text: '**word**', select: [4, 8] });
  expect(markEdit('bold', 'a **word**', 4, 8)).toEqual({ from: 2, to: 10, text: 'word', select: [2, 6] });
  expect(markEdit('code', 'x\ny', 0, 3).text).toBe('```\nx\ny\n```');
});

test('the name of an emoji is found after a colon, times and addresses are left alone', () => {
  expect(wantedAt('done :tad', 9)).toEqual({ sign: ':', start: 5, query: 'tad' });
  expect(wantedAt(':+1', 3)).toEqual({ sign: ':', start: 0, query: '+1' });
  expect(wantedAt(':-)', 3)).toBeNull();
  expect(wantedAt(':-D', 3)).toBeNull();
  expect(wantedAt('at 10:30', 8)).toBeNull();
  expect(wantedAt('https://x', 9)).toBeNull();
  expect(wantedAt(':t', 2)).toBeNull();
});

test('short names between colons become emoji, but not in code, times or addresses', () => {
  const find = (code: string) => ({ tada: 'T', '+1': 'U' })[code];
  expect(withEmoji(':tada: and :+1:, :nobody:', find)).toBe('T and U, :nobody:');
  expect(withEmoji('`:tada:` 10:tada:30 a::tada::b', find)).toBe('`:tada:` 10:tada:30 a::tada::b');
  expect(withEmoji('```\n:tada:\n``` :TADA:', find)).toBe('```\n:tada:\n``` T');
  expect(hasCode('at 10:30:45')).toBe(false);
  expect(hasCode('so :tada:')).toBe(true);
});

test('a command is looked for at the start of a message alone', () => {
  expect(wantedAt('/dep', 4)).toEqual({ sign: '/', start: 0, query: 'dep' });
  expect(wantedAt('see /dep', 8)).toBeNull();
  expect(wantedAt('/deploy now', 11)).toBeNull();
  const all = [{ command: '/deploy', description: 'Ships it', hint: '', bot: null, registered: true }, { command: '/ask', description: '', hint: 'question', bot: { id: 'b', display_name: 'Fig', avatar_url: '' }, registered: false }];
  expect(ofCommands(all, 'dep').map((s) => [s.text, s.icon])).toEqual([['/deploy ', 'terminal']]);
  expect(ofCommands(all, '').map((s) => s.title)).toEqual(['/deploy', '/ask question']);
});
