/** Who uses this browser, and where the program stands between start and chat. */
import { reason, Refusal, whenSignedOut } from '../api/call';
import { getConfig, getMe, getWorkspaces, signOut } from '../api/chat';
import type { Config, Me, User, Workspace } from '../api/types';
import { applyAppearance } from './appearance';
import type { Heard } from './presence.svelte';
import { WorkspaceState } from './workspace.svelte';

/** Why one stands before the door again: the browser kept no session that was just begun, or the server ended it. */
export type Parting = 'unkept' | 'ended';

export type Phase = 'starting' | 'setup' | 'sign-in' | 'in' | 'failed';

class Session {
  phase = $state<Phase>('starting');
  config = $state.raw<Config | null>(null);
  user = $state.raw<Me | null>(null);
  workspaces = $state.raw<Workspace[]>([]);
  /** The open workspace. */
  space = $state.raw<WorkspaceState | null>(null);
  error = $state<string | null>(null);
  /** Told on the sign-in page until somebody tries again. */
  parting = $state<Parting | null>(null);
  /** The end of the session is what was asked for. */
  #leaving = false;
  /** Who was here in each workspace that was open. */
  readonly #heard = new Map<string, Heard>();

  constructor() {
    whenSignedOut(() => this.lost());
  }

  /** `fresh` when a session was just begun, here and below. */
  async start(how: { fresh?: boolean } = {}): Promise<void> {
    this.phase = 'starting';
    try {
      this.config = await getConfig();
      if (this.config.setup_required) this.phase = 'setup';
      else await this.enter(how);
    } catch (error) {
      this.error = reason(error);
      this.phase = 'failed';
    }
  }

  /** Goes in with the session there is; to the sign-in page when there is none. */
  async enter({ fresh = false }: { fresh?: boolean } = {}): Promise<void> {
    const user = await this.#whoAmI();
    if (!user) {
      this.phase = 'sign-in';
      if (fresh) this.parting = 'unkept';
      return;
    }
    const workspaces = await getWorkspaces();
    // From here on without a pause: nobody may open a workspace as one person with the role of another.
    if (this.user && this.user.id !== user.id) this.#closeSpace();
    this.workspaces = workspaces;
    this.takeMe(user);
    this.parting = null;
    this.phase = 'in';
  }

  /** Opens a workspace; the one before is closed. */
  use(workspace: Workspace): WorkspaceState {
    if (this.space?.info.id !== workspace.id) {
      this.space?.close();
      const heard: Heard = this.#heard.get(workspace.id) ?? new Map();
      this.#heard.set(workspace.id, heard);
      this.space = new WorkspaceState(workspace, this.user?.id ?? '', () => this.lost(), heard);
      void this.space.open();
    }
    return this.space as WorkspaceState;
  }

  takeMe(user: Me): void {
    this.user = user;
    applyAppearance(user.appearance_preferences ?? {});
    this.space?.users.set(user.id, user as User);
  }

  async refreshWorkspaces(): Promise<void> {
    this.workspaces = await getWorkspaces();
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    try {
      await signOut();
      this.lost();
    } finally {
      this.#leaving = false;
    }
  }

  /** The session is over. */
  lost(): void {
    if (this.phase !== 'in') return;
    this.parting = this.#leaving ? null : 'ended';
    this.#closeSpace();
    this.#heard.clear();
    this.user = null;
    this.workspaces = [];
    this.phase = 'sign-in';
    void this.#readConfig();
  }

  /** The server may have been started anew with other ways to sign in. What was known stays while it does not answer. */
  async #readConfig(): Promise<void> {
    this.config = await getConfig().catch(() => this.config);
  }

  #closeSpace(): void {
    this.space?.close();
    this.space = null;
  }

  async #whoAmI(): Promise<Me | null> {
    try {
      return await getMe();
    } catch (error) {
      if (!unauthorised(error)) throw error;
    }
    if (!this.config?.dev_bootstrap) return null;
    // A cookie that no longer counts hides the development user.
    await signOut().catch(() => undefined);
    return getMe().catch((error: unknown) => {
      if (unauthorised(error)) return null;
      throw error;
    });
  }
}

function unauthorised(error: unknown): boolean {
  return error instanceof Refusal && (error.status === 401 || error.status === 403);
}

export const session = new Session();
