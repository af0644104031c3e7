import { expect, test } from 'vitest';
import { parseRoute, pathOf } from '../../src/commands/router.svelte';

test.each([
  ['/app', { page: 'home' }],
  ['/app/sign-in', { page: 'sign-in' }],
  ['/app/invite', { page: 'invite' }],
  ['/app/T1', { page: 'chat', workspace: 'T1', target: null }],
  ['/app/T1/C2', { page: 'chat', workspace: 'T1', target: 'C2' }],
  ['/app/T1/settings', { page: 'settings', workspace: 'T1', section: null }],
  ['/app/settings/profile', { page: 'settings', workspace: '', section: 'profile' }],
  ['/app/T1/settings/profile', { page: 'settings', workspace: 'T1', section: 'profile' }],
  ['/app/T1/threads', { page: 'threads', workspace: 'T1' }],
  ['/app/T1/search', { page: 'search', workspace: 'T1', q: '', within: '', sort: 'relevance' }],
  ['/app/T1/search?q=vat+%22one+cent%22&in=C2&sort=newest', { page: 'search', workspace: 'T1', q: 'vat "one cent"', within: 'C2', sort: 'newest' }],
  ['/embed/channel/T1/C2', { page: 'chat', workspace: 'T1', target: 'C2', embedded: true }],
  ['/embed/thread/T1/M2', { page: 'chat', workspace: 'T1', target: 'M2', embedded: true }],
] as const)('%s is read and written back', (path, route) => {
  const [at = '', query] = path.split('?');
  expect(parseRoute(at, query)).toEqual(route);
  expect(pathOf(route)).toBe(path);
});

test('an address that nothing lies at is told apart from home; an unknown section leads to the list', () => {
  expect(parseRoute('/')).toEqual({ page: 'home' });
  for (const path of ['/elsewhere', '/embed/channel/T1/M2', '/embed/thread/T1/C2', '/embed/channel/T1', '/embed/T1/C2/M3', '/app/T1/C2/more', '/app/T1/settings/profile/more', '/100%']) expect(parseRoute(path)).toEqual({ page: 'missing', path });
  expect(parseRoute('/app/T1/settings/nothing')).toEqual({ page: 'settings', workspace: 'T1', section: null });
});
