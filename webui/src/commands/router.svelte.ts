/** The address bar as a typed value: `/app`, `/app/{T…}/search?q=…`, `/app/sign-in`, `/app/invite`, `/app/{T…}/{C…|D…|M…}`, `/app/{T…}/settings/{section}`,
 * `/app/settings/{section}` for who is in no workspace, and in the frames of other pages `/embed/channel/{T…}/{C…}` and `/embed/thread/{T…}/{M…}`. */

export const SECTIONS = ['profile', 'appearance', 'notifications', 'password', 'sessions', 'files', 'bots', 'workspace', 'members', 'invitations', 'integrations', 'audit'] as const;
/** Those that are about the workspace. */
const SHARED = ['bots', 'workspace', 'members', 'invitations', 'integrations', 'audit'] as const;
/** Those for who manages it. */
const MANAGED = ['workspace', 'members', 'invitations', 'audit'] as const;
export type Section = (typeof SECTIONS)[number];
export const isShared = (section: Section): boolean => (SHARED as readonly Section[]).includes(section);
export const isManaged = (section: Section): boolean => (MANAGED as readonly Section[]).includes(section);

export type Route =
  | { page: 'home' }
  | { page: 'sign-in' }
  | { page: 'invite' }
  /** An address that nothing lies at. */
  | { page: 'missing'; path: string }
  /** `embedded` in the frame of another page. */
  | { page: 'chat'; workspace: string; target: string | null; embedded?: true }
  | { page: 'threads'; workspace: string }
  /** `within` is the address of a channel or a direct conversation, "" for all channels. */
  | { page: 'search'; workspace: string; q: string; within: string; sort: 'relevance' | 'newest' }
  /** `workspace` is "" for who is in none. */
  | { page: 'settings'; workspace: string; section: Section | null };

export function parseRoute(path: string, query = ''): Route {
  const [root, first, second, third, ...more] = partsOf(path);
  if (root === undefined || (root === 'app' && !first)) return { page: 'home' };
  if (root === 'embed') return embedOf(path);
  if (root !== 'app' || !first || more.length > 0) return { page: 'missing', path };
  if ((first === 'sign-in' || first === 'invite') && !second) return { page: first };
  if (first === 'settings') return { page: 'settings', workspace: '', section: sectionOf(second) };
  if (second === 'settings') return { page: 'settings', workspace: first, section: sectionOf(third) };
  if (second === 'threads' && !third) return { page: 'threads', workspace: first };
  if (second === 'search' && !third) return searchOf(first, new URLSearchParams(query));
  return third ? { page: 'missing', path } : { page: 'chat', workspace: first, target: second ?? null };
}

const searchOf = (workspace: string, asked: URLSearchParams): Route => ({ page: 'search', workspace, q: asked.get('q') ?? '', within: asked.get('in') ?? '', sort: asked.get('sort') === 'newest' ? 'newest' : 'relevance' });

function embedOf(path: string): Route {
  const [, kind, workspace = '', target = '', ...more] = partsOf(path);
  const sort = KIND_OF_EMBED[target.charAt(0)];
  return workspace && sort !== undefined && sort === kind && more.length === 0 ? { page: 'chat', workspace, target, embedded: true } : { page: 'missing', path };
}

const KIND_OF_EMBED: Record<string, 'channel' | 'thread' | undefined> = { C: 'channel', M: 'thread' };

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
      if (route.embedded && route.target) return `/embed/${KIND_OF_EMBED[route.target.charAt(0)] ?? 'channel'}/${at(route.workspace)}/${at(route.target)}`;
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

  /** Whether the page lies in the frame of another one. */
  get embedded(): boolean {
    return this.route.page === 'chat' && this.route.embedded === true;
  }

  /** A page in a frame shows channels and threads; the rest opens in a window of its own. */
  go(route: Route, how: { replace?: boolean } = {}): void {
    if (this.embedded) this.#goInFrame(route, how);
    else this.#show(route, how);
  }

  #goInFrame(route: Route, how: { replace?: boolean }): void {
    if (route.page === 'chat' && KIND_OF_EMBED[route.target?.charAt(0) ?? '']) this.#show({ ...route, embedded: true }, how);
    else window.open(pathOf(route), '_blank', 'noopener');
  }

  #show(route: Route, how: { replace?: boolean }): void {
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
