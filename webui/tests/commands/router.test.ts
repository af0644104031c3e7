import { expect, test } from 'vitest';
import { parseRoute, pathOf } from '../../src/commands/router.svelte';

test.each([
  ['/app', { page: 'home' }],
  ['/app/sign-in', { page: 'sign-in' }],
  ['/app/T1', { page: 'chat', workspace: 'T1', target: null }],
  ['/app/T1/C2', { page: 'chat', workspace: 'T1', target: 'C2' }],
  ['/app/T1/settings', { page: 'settings', workspace: 'T1', section: null }],
  ['/app/T1/settings/profile', { page: 'settings', workspace: 'T1', section: 'profile' }],
] as const)('%s is read and written back', (path, route) => {
  expect(parseRoute(path)).toEqual(route);
  expect(pathOf(route)).toBe(path);
});

test('an unknown page leads home, an unknown section to the list', () => {
  expect(parseRoute('/elsewhere')).toEqual({ page: 'home' });
  expect(parseRoute('/app/T1/settings/nothing')).toEqual({ page: 'settings', workspace: 'T1', section: null });
});
