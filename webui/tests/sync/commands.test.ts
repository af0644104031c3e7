import { beforeEach, expect, test } from 'vitest';
import { Commands } from '../../src/sync/commands.svelte';
import { serve } from './server';

let answer: unknown;
let asked: string[] = [];
let commands: Commands;
let taken = 0;
const take = (text: string) => commands.take('chn_1', text, () => taken++);

beforeEach(() => {
  answer = { response_type: 'ephemeral', text: 'blue is live' };
  taken = 0;
  asked = serve({
    '/api/workspaces/w/slash-commands': () => ({ slash_commands: [{ id: '1', command: '/deploy', description: 'Ships it' }] }),
    '/api/workspaces/w/bot-commands': () => ({ bot_commands: [{ id: '2', command: '/ask', description: '', args_hint: 'question', bot: { id: 'b', handle: 'fig', display_name: 'Fig', avatar_url: '' } }, { id: '3', command: '/deploy', description: '', args_hint: '', bot: { id: 'b' } }] }),
    '/api/hooks/slash/chn_1': () => answer,
  });
  commands = new Commands('w');
});

test('a registered command stands before the menu of a bot with the same name', async () => {
  await commands.read();
  expect(commands.all.map((c) => [c.command, c.registered, c.hint])).toEqual([['/deploy', true, ''], ['/ask', false, 'question']]);
});

test('what a program answers to me alone is a notice of the channel, until it is dismissed', async () => {
  expect(await take('/Deploy blue')).toBe('done');
  expect([taken, commands.noticesIn('chn_1').map((n) => [n.command, n.text, n.failed]), commands.noticesIn('chn_2')]).toEqual([1, [['/deploy', 'blue is live', false]], []]);
  commands.dismiss(commands.notices[0]?.id ?? 0);
  expect(commands.notices).toEqual([]);
});

test('what nobody registered is a message, also the command of a bot', async () => {
  expect([await take('/ask why'), await take('/nothing'), await take('/'), taken]).toEqual(['unknown', 'unknown', 'unknown', 0]);
});

test('one program is asked at a time in a channel, and a failure says why', async () => {
  answer = undefined;
  const first = take('/deploy');
  expect(await take('/deploy')).toBe('busy');
  expect(await first).toBe('failed');
  expect(commands.notices.map((n) => [n.text, n.failed])).toEqual([['Not found.', true]]);
});

test('the commands are read once, and again after a bot changed its menu', async () => {
  await commands.read();
  await commands.read();
  expect(asked.length).toBe(2);
  commands.changed();
  await commands.read();
  expect(asked.length).toBe(4);
});
