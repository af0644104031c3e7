/** The live connection of one workspace: resumes after the last handled event, tries again with growing waits. */
import { address, passing, Refusal } from '../api/call';
import { getEvents, getTail } from '../api/chat';
import type { LiveEvent } from '../api/types';
import { readCursor, writeCursor } from './cursor';

const FIRST_WAIT = 1200;
const LONGEST_WAIT = 30_000;
/** How long a try may take: on a network that swallows it, browsers would wait for minutes. */
const LONGEST_TRY = 10_000;
const RESYNC = 4001;
/** How long a missed event may still be on its way. */
const PATIENCE = 3000;
const CHECK_EVERY = 20_000;

export interface SocketHandlers {
  event(event: LiveEvent): void;
  /** The socket is open; everything after the snapshot will come. */
  online(): void;
  /** The socket is closed; the next try is at `retryAt`, in milliseconds of Date.now(). */
  offline(retryAt: number): void;
  /** Events were lost: read everything again. */
  resync(): Promise<void>;
  /** The session ended or the workspace is gone. */
  refused(status: number): void;
}

/** Milliseconds to wait before try number `tries` (from 0): 1.2 s doubling to 30 s, up to 30 % less by chance. */
export function waitBefore(tries: number, chance = Math.random()): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 6)) * (1 - 0.3 * chance);
}

export class LiveSocket {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #closed = false;
  /** Counts the tries, so that one overtaken by the next makes no second socket. */
  #attempt = 0;
  /** A try is under way. */
  #trying = false;
  #cursor: string | null;
  #checked = 0;
  readonly #woke = () => {
    if (document.visibilityState === 'visible') void this.#check();
  };

  constructor(
    private readonly workspace: string,
    private readonly handlers: SocketHandlers,
  ) {
    this.#cursor = readCursor(workspace);
    addEventListener('online', this.#woke);
    document.addEventListener('visibilitychange', this.#woke);
  }

  /** Fixes where to follow from. Call it before the snapshot is read, so that nothing falls between the two. */
  async prepare(): Promise<void> {
    if (this.#cursor === null) this.#remember(await this.#tail());
  }

  /** Connects now, also when a later try is planned or one hangs. */
  connect(): void {
    if (this.#closed || this.#socket?.readyState === WebSocket.OPEN) return;
    clearTimeout(this.#timer);
    this.#drop();
    this.#trying = true;
    void this.#open(++this.#attempt);
  }

  /** Connects now, unless a try is under way. */
  hasten(): void {
    if (!this.#trying) this.connect();
  }

  close(): void {
    this.#closed = true;
    removeEventListener('online', this.#woke);
    document.removeEventListener('visibilitychange', this.#woke);
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Gives up the socket there is, which says no more. */
  #drop(): void {
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#socket = null;
  }

  async #open(attempt: number): Promise<void> {
    this.#timer = setTimeout(() => this.#overdue(), LONGEST_TRY);
    try {
      await this.prepare();
      if (this.#closed || attempt !== this.#attempt) return;
      const path = address('/api/realtime/ws', { workspace_id: this.workspace, after_cursor: this.#cursor || undefined });
      const socket = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')));
      this.#socket = socket;
      let opened = false;
      socket.onopen = () => {
        clearTimeout(this.#timer);
        opened = true;
        this.#trying = false;
        this.#tries = 0;
        this.handlers.online();
      };
      socket.onmessage = (frame) => this.#take(frame.data);
      socket.onclose = (closing) => void (opened ? this.#ended(closing.code) : this.#unopened());
    } catch (error) {
      if (attempt === this.#attempt && !this.#isRefused(error)) this.#again();
    }
  }

  #overdue(): void {
    this.#attempt++;
    this.#drop();
    this.#again();
  }

  /** Why a handshake failed is not told to pages: asks as any other call, while the next try is waited for. */
  async #unopened(): Promise<void> {
    this.#socket = null;
    this.#again();
    await this.#tail().catch((error: unknown) => this.#isRefused(error));
  }

  #tail(): Promise<string> {
    return getTail(this.workspace, AbortSignal.timeout(LONGEST_TRY));
  }

  /** Whether the server will not have this page: then nothing more is tried. */
  #isRefused(error: unknown): boolean {
    if (!(error instanceof Refusal) || passing(error)) return false;
    if (!this.#closed) {
      clearTimeout(this.#timer);
      this.handlers.refused(error.status);
    }
    return true;
  }

  #take(data: unknown): void {
    const event = JSON.parse(String(data)) as LiveEvent;
    this.handlers.event(event);
    if (event.cursor) this.#remember(event.cursor);
  }

  /** Other windows store theirs too; this one goes on from its own. */
  #remember(cursor: string): void {
    this.#cursor = cursor;
    writeCursor(this.workspace, cursor);
  }

  async #ended(code: number): Promise<void> {
    this.#socket = null;
    if (code === RESYNC) {
      this.#cursor = null;
      writeCursor(this.workspace, null);
      try {
        await this.prepare();
        await this.handlers.resync();
      } catch {
        this.#again();
        return;
      }
    }
    this.#again();
  }

  /** A machine that slept may keep a connection that is none: asks what it should have brought, and gives it up if it did not. */
  async #check(): Promise<void> {
    const socket = this.#socket;
    if (!socket) {
      this.connect();
      return;
    }
    if (socket.readyState !== WebSocket.OPEN || Date.now() - this.#checked < CHECK_EVERY) return;
    this.#checked = Date.now();
    const cursor = this.#cursor;
    try {
      if ((await getEvents(this.workspace, cursor, 1)).length === 0) return;
      await new Promise((done) => setTimeout(done, PATIENCE));
    } catch (error) {
      if (!passing(error)) return;
    }
    if (this.#socket !== socket || this.#cursor !== cursor) return;
    this.#drop();
    this.#again();
  }

  /** Plans the next try, unless one is there already. */
  #again(): void {
    if (this.#closed || this.#socket) return;
    this.#trying = false;
    const wait = waitBefore(this.#tries++);
    this.handlers.offline(Date.now() + wait);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), wait);
  }
}
