/** What lies over the page and what the keyboard points at. */
import type { MemberRecord } from '../api/moderation';
import type { Channel, Message, Upload, User } from '../api/types';

export type MessageVerb = 'react' | 'thread' | 'quote' | 'link' | 'copy' | 'edit' | 'delete' | 'pin';

/** The message under the pointer or the focus, and what one may do with it. */
export interface MessageTarget {
  message: Message;
  can(verb: MessageVerb): boolean;
  run(verb: MessageVerb): void;
}

/** Where typed letters go. */
export interface ComposerTarget {
  place: string;
  /** Whether it answers in a thread. */
  thread: boolean;
  focus(): void;
  insert(text: string): void;
  format(mark: 'bold' | 'italic' | 'code' | 'link'): void;
  /** The message that the next one answers to. */
  quoting(): boolean;
  dropQuote(): void;
  /** Opens the choice of files. */
  attach(): void;
  /** Whether something is written that was not sent. */
  writing(): boolean;
}

export type DialogSpec =
  | { kind: 'create-channel' }
  | { kind: 'channel'; channel: Channel }
  | { kind: 'channel-members'; channel: Channel }
  | { kind: 'edits'; message: Message }
  | { kind: 'note'; record: MemberRecord }
  | { kind: 'create-workspace' }
  | { kind: 'people' }
  | { kind: 'new-message' }
  | { kind: 'confirm'; title: string; text: string; verb: string; /** It can be taken back. */ mild?: boolean; run: () => Promise<void> };

/** A small card about a person, beside what was clicked. */
export interface Card {
  user: User;
  anchor: HTMLElement;
}

export interface Toast {
  id: number;
  text: string;
  /** Milliseconds of Date.now(). */
  at: number;
  action?: { label: string; run: () => void };
  /** The id of what was changed, when that may be changed again. */
  about?: string | undefined;
}

/** A note this young belongs to the page that opens, in milliseconds. */
const JUST_NOW = 700;

class View {
  palette = $state(false);
  help = $state(false);
  dialog = $state.raw<DialogSpec | null>(null);
  card = $state.raw<Card | null>(null);
  /** Pictures over the whole page, and which of them is shown first. */
  lightbox = $state.raw<{ images: Upload[]; at: number } | null>(null);
  target = $state.raw<MessageTarget | null>(null);
  /** The message under the pointer; its bar is shown rather than that of the focused one. */
  pointed = $state<string | null>(null);
  toasts = $state.raw<Toast[]>([]);
  /** Said once by screen readers, politely. */
  announcement = $state('');
  /** The channel whose composer takes the focus when it appears: it was just made. */
  writeNext: string | null = null;
  composers: ComposerTarget[] = [];
  /** Scrolls the timeline to its end; false when it is there already. */
  jumpToLatest: () => boolean = () => false;
  #nextToast = 1;

  /** Shows a note for a while; the same one again takes the place of the first, and so does a later one `about` the same thing: there is one way back at most. */
  toast(text: string, action?: Toast['action'], about?: string): void {
    const toast: Toast = { id: this.#nextToast++, text, at: Date.now(), about, ...(action ? { action } : {}) };
    this.toasts = [...this.toasts.filter((t) => t.text !== text && (!about || t.about !== about)).slice(-2), toast];
  }

  /** Another page: what was said on the one before is no longer of interest. */
  turnPage(): void {
    const since = Date.now() - JUST_NOW;
    if (this.toasts.some((t) => t.at < since)) this.toasts = this.toasts.filter((t) => t.at >= since);
  }

  dropToast(id: number): void {
    this.toasts = this.toasts.filter((t) => t.id !== id);
  }

  announce(text: string): void {
    this.announcement = text;
  }

  /** The composer that is used last, else the first one there is. */
  get composer(): ComposerTarget | null {
    return this.composers.at(-1) ?? null;
  }

  /** The composer of the pane that has the focus, for letters typed there; outside of both the one that is used last. */
  composerNear(focused: Element | null): ComposerTarget | null {
    const pane = focused?.closest<HTMLElement>('[data-pane]')?.dataset.pane;
    const thread = pane === 'detail';
    if (thread || pane === 'stage') return this.composers.findLast((c) => c.thread === thread) ?? null;
    return this.composer;
  }

  addComposer(composer: ComposerTarget): () => void {
    this.composers = [composer, ...this.composers];
    return () => (this.composers = this.composers.filter((c) => c !== composer));
  }

  /** Puts the composer first in line for typed letters. */
  useComposer(composer: ComposerTarget): void {
    if (this.composer !== composer) this.composers = [...this.composers.filter((c) => c !== composer), composer];
  }

  get covered(): boolean {
    return this.palette || this.help || this.dialog !== null || this.lightbox !== null;
  }
}

export const view = new View();
