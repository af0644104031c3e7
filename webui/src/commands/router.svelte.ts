/** The address bar as a typed value: `/app`, `/app/sign-in`, `/app/{T…}/{C…|M…}`, `/app/{T…}/settings/{section}`. */

export const SECTIONS = ['profile', 'appearance', 'password', 'sessions', 'workspace'] as const;
export type Section = (typeof SECTIONS)[number];

export type Route =
  | { page: 'home' }
  | { page: 'sign-in' }
  | { page: 'chat'; workspace: string; target: string | null }
  | { page: 'settings'; workspace: string; section: Section | null };

export function parseRoute(path: string): Route {
  const [root, first, second, third] = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (root !== 'app' || !first) return { page: 'home' };
  if (first === 'sign-in') return { page: 'sign-in' };
  if (second === 'settings') return { page: 'settings', workspace: first, section: SECTIONS.find((s) => s === third) ?? null };
  return { page: 'chat', workspace: first, target: second ?? null };
}

export function pathOf(route: Route): string {
  const at = encodeURIComponent;
  switch (route.page) {
    case 'home':
      return '/app';
    case 'sign-in':
      return '/app/sign-in';
    case 'chat':
      return `/app/${at(route.workspace)}${route.target ? `/${at(route.target)}` : ''}`;
    case 'settings':
      return `/app/${at(route.workspace)}/settings${route.section ? `/${route.section}` : ''}`;
  }
}

class Router {
  route = $state.raw<Route>(parseRoute(location.pathname));

  constructor() {
    addEventListener('popstate', () => (this.route = parseRoute(location.pathname)));
  }

  go(route: Route, how: { replace?: boolean } = {}): void {
    const path = pathOf(route);
    if (path !== location.pathname || location.hash) history[how.replace ? 'replaceState' : 'pushState'](null, '', path);
    this.route = route;
  }

  /** For links: plain clicks stay in the page, all others are the browser's. */
  follow = (event: MouseEvent, route: Route): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.go(route);
  };
}

export const router = new Router();
