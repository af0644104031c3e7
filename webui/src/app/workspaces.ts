/** Brings the open workspace in line with the address. */
import { router, type Route } from '../commands/router.svelte';
import { view } from '../commands/view.svelte';
import { session } from '../sync/session.svelte';
import { keep, recall } from '../sync/storage';

const LAST = 'clickclack:last-workspace';

export function chooseWorkspace(route: Route): void {
  const all = session.workspaces;
  if (all.length === 0) return;
  if (route.page === 'home') {
    const last = all.find((w) => w.id === recall(LAST)) ?? all[0];
    if (last) router.go({ page: 'chat', workspace: last.route_id, target: null }, { replace: true });
    return;
  }
  if (route.page === 'sign-in') return;
  const wanted = all.find((w) => w.route_id === route.workspace || w.id === route.workspace);
  if (!wanted) {
    view.toast('That workspace is not here, or not for you.');
    router.go({ page: 'home' }, { replace: true });
    return;
  }
  if (route.workspace !== wanted.route_id) {
    router.go({ ...route, workspace: wanted.route_id }, { replace: true });
    return;
  }
  keep(LAST, wanted.id);
  session.use(wanted);
}
