import { beforeEach, expect, test, vi } from 'vitest';
import { Preferences } from '../../src/sync/preferences.svelte';
import { serve } from './server';

let broken = false;
let asked: string[] = [];
let preferences: Preferences;
beforeEach(() => {
  localStorage.clear();
  broken = false;
  asked = serve({ '/api/channels': (url) => (broken ? new TypeError('network') : { preference: url.pathname.includes('chn_2') ? 'muted' : 'all' }) });
  preferences = new Preferences('key');
});

test('each channel is asked for once, and what was told is remembered', async () => {
  await preferences.readNew(['chn_1', 'chn_2']);
  expect([preferences.isMuted('chn_1'), preferences.isMuted('chn_2')]).toEqual([false, true]);
  const next = new Preferences('key');
  await next.readNew(['chn_1', 'chn_2']);
  expect([next.of('chn_2'), asked.length]).toEqual(['muted', 2]);
});

test('a choice shows at once and is taken back when the server does not take it', async () => {
  broken = true;
  const choosing = preferences.choose('chn_1', 'muted');
  expect(preferences.isMuted('chn_1')).toBe(true);
  await expect(choosing).rejects.toThrow();
  expect(preferences.of('chn_1')).toBe('all');
  vi.unstubAllGlobals();
});
