/** Brings the open workspace in line with the address. */
import { pathOf, router, type Route } from '../commands/router.svelte';
import type { Workspace } from '../api/types';
import { view } from '../commands/view.svelte';
import { session } from '../sync/session.svelte';
import { keep, recall } from '../sync/storage';

const LAST = 'clickclack:last-workspace';

export function chooseWorkspace(route: Route): void {
  const all = session.workspaces;
  if (route.page === 'sign-in' || route.page === 'invite' || route.page === 'missing') return;
  if (route.page === 'settings') keepTidy(route);
  if (all.length === 0) {
    const lost = (route.page === 'chat' && !route.embedded) || (route.page === 'settings' && route.workspace);
    if (lost) router.go({ page: 'home' }, { replace: true });
    return;
  }
  if (route.page === 'home') {
    const last = lastOf(all);
    if (last) router.go({ page: 'chat', workspace: last.route_id, target: null }, { replace: true });
    return;
  }
  const wanted = route.workspace ? all.find((w) => w.route_id === route.workspace || w.id === route.workspace) : (session.space?.info ?? lastOf(all));
  const embedded = route.page === 'chat' && route.embedded;
  if (!wanted) {
    if (embedded) return;
    view.toast('That workspace does not exist, or you are not in it.');
    router.go({ page: 'home' }, { replace: true });
    return;
  }
  if (route.workspace !== wanted.route_id) {
    router.go({ ...route, workspace: wanted.route_id }, { replace: true });
    return;
  }
  if (!embedded) keep(LAST, wanted.id);
  session.use(wanted);
}

const lastOf = (all: readonly Workspace[]): Workspace | undefined => all.find((w) => w.id === recall(LAST)) ?? all[0];

/** The address says what is shown: the first section beside the list, and no section that there is not. */
function keepTidy(route: Extract<Route, { page: 'settings' }>): void {
  const section = route.section ?? (matchMedia('(max-width: 760px)').matches ? null : 'profile');
  if (pathOf({ ...route, section }) !== location.pathname) router.go({ ...route, section }, { replace: true });
}
