import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Command } from '../../src/commands/table';

let commands: readonly Command[] = [];
beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
  ({ COMMANDS: commands } = await import('../../src/commands/table'));
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => /\.(svelte|ts)$/.test(f)).map((f) => readFileSync(join(folder, f), 'utf8'));
}

test('ids are unique and titles are there', () => {
  expect(new Set(commands.map((c) => c.id)).size).toBe(commands.length);
  for (const command of commands) expect(command.title).not.toBe('');
});

test('no key means two things at one place', () => {
  const keys = commands.flatMap((c) => (c.keys ? [c.keys] : []));
  expect(new Set(keys).size).toBe(keys.length);
});

test('letters alone are keys of messages only, all others are typed', () => {
  for (const { keys, scope } of commands) if (keys && /^[a-z0-9]$/.test(keys)) expect(scope).toBe('message');
});

test('every key shown beside a button is that of a command', () => {
  const known = new Set(commands.map((c) => c.id));
  for (const text of sources('src')) {
    for (const [, id] of text.matchAll(/(?<![.\w])(?:keysOf|run)\('([\w.-]+)'\)/g)) expect(known).toContain(id);
  }
});
