/** The address bar as a typed value: `/app`, `/app/{T…}/search?q=…`, `/app/sign-in`, `/app/invite`, `/app/{T…}/{C…|D…|M…}`, `/app/{T…}/settings/{section}`,
 * and `/app/settings/{section}` for who is in no workspace. */

export const SECTIONS = ['profile', 'appearance', 'password', 'sessions', 'files', 'workspace', 'members', 'invitations'] as const;
/** Those that are about the workspace, for who manages it. */
export const MANAGED = ['workspace', 'members', 'invitations'] as const;
export type Section = (typeof SECTIONS)[number];

export type Route =
  | { page: 'home' }
  | { page: 'sign-in' }
  | { page: 'invite' }
  /** An address that nothing lies at. */
  | { page: 'missing'; path: string }
  | { page: 'chat'; workspace: string; target: string | null }
  | { page: 'threads'; workspace: string }
  /** `within` is the address of a channel or a direct conversation, "" for all channels. */
  | { page: 'search'; workspace: string; q: string; within: string; sort: 'relevance' | 'newest' }
  /** `workspace` is "" for who is in none. */
  | { page: 'settings'; workspace: string; section: Section | null };

export function parseRoute(path: string, query = ''): Route {
  const [root, first, second, third, ...more] = partsOf(path);
  if (root === undefined || (root === 'app' && !first)) return { page: 'home' };
  if (root !== 'app' || !first || more.length > 0) return { page: 'missing', path };
  if ((first === 'sign-in' || first === 'invite') && !second) return { page: first };
  if (first === 'settings') return { page: 'settings', workspace: '', section: sectionOf(second) };
  if (second === 'settings') return { page: 'settings', workspace: first, section: sectionOf(third) };
  if (second === 'threads' && !third) return { page: 'threads', workspace: first };
  if (second === 'search' && !third) return searchOf(first, new URLSearchParams(query));
  return third ? { page: 'missing', path } : { page: 'chat', workspace: first, target: second ?? null };
}

const searchOf = (workspace: string, asked: URLSearchParams): Route => ({ page: 'search', workspace, q: asked.get('q') ?? '', within: asked.get('in') ?? '', sort: asked.get('sort') === 'newest' ? 'newest' : 'relevance' });

const sectionOf = (word: string | undefined): Section | null => SECTIONS.find((s) => s === word) ?? null;

/** The parts of a path; one that is no escaped text is taken as it stands. */
function partsOf(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return parts;
  }
}

export function pathOf(route: Route): string {
  const at = encodeURIComponent;
  switch (route.page) {
    case 'home':
      return '/app';
    case 'sign-in':
    case 'invite':
      return `/app/${route.page}`;
    case 'missing':
      return route.path;
    case 'chat':
      return `/app/${at(route.workspace)}${route.target ? `/${at(route.target)}` : ''}`;
    case 'threads':
      return `/app/${at(route.workspace)}/threads`;
    case 'search': {
      const asked = new URLSearchParams({ ...(route.q && { q: route.q }), ...(route.within && { in: route.within }), ...(route.sort === 'newest' && { sort: 'newest' }) }).toString();
      return `/app/${at(route.workspace)}/search${asked ? `?${asked}` : ''}`;
    }
    case 'settings':
      return `/app${route.workspace ? `/${at(route.workspace)}` : ''}/settings${route.section ? `/${route.section}` : ''}`;
  }
}

class Router {
  route = $state.raw<Route>(parseRoute(location.pathname, location.search));

  constructor() {
    addEventListener('popstate', () => (this.route = parseRoute(location.pathname, location.search)));
  }

  go(route: Route, how: { replace?: boolean } = {}): void {
    const path = pathOf(route);
    if (path !== location.pathname + location.search || location.hash) history[how.replace ? 'replaceState' : 'pushState'](null, '', path);
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
