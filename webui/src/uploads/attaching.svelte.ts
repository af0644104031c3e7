/** The files of a message that is being written, by place: they go on being uploaded while another place is looked at. */
import { passing, reason, Refusal } from '../api/call';
import type { Upload } from '../api/types';
import { deleteUpload, fileAt, getUploads, sendFile, type Sending, type UploadPage } from '../api/uploads';
import { view } from '../commands/view.svelte';
import { forget, keep, recall } from '../sync/storage';
import { iconOf, kindOf, sizeOf } from './kinds';
import { measure } from './measure';
import type { IconName } from '../ui/icons';

/** Files of one message (contract chat 3.7). */
export const MOST_FILES = 100;
/** Uploads at the same time; the browser has six connections for everything. */
const AT_ONCE = 2;
/** What the form puts around a file, in bytes, generously. */
const FORM = 4096;

export interface Item {
  /** Sent along as the nonce: the file is there once, however often it is tried. */
  key: string;
  name: string;
  size: number;
  icon: IconName;
  /** The address of a small picture, "" where there is none. */
  preview: string;
  state: 'waiting' | 'sending' | 'sent' | 'failed';
  /** From 0 to 1. */
  progress: number;
  problem: string;
  /** Whether trying again may help without anything being changed. */
  passing: boolean;
  upload: Upload | null;
}

type Room = Pick<UploadPage, 'used_bytes' | 'allowed_bytes' | 'largest_bytes'>;

/** Why a file cannot be kept, with the numbers; "" when it can. */
export function lacking(size: number, room: Room): string {
  if (size + FORM > room.largest_bytes) return `A file may have ${sizeOf(room.largest_bytes)} at most; this one has ${sizeOf(size)}.`;
  const free = Math.max(0, room.allowed_bytes - room.used_bytes);
  if (size > free) return `It has ${sizeOf(size)}, and of your ${sizeOf(room.allowed_bytes)} only ${sizeOf(free)} are free. My files in the settings shows what can go.`;
  return '';
}

export class Attaching {
  items = $state<Item[]>([]);
  /** Sends the message as soon as the last file is there. */
  held = $state.raw<(() => void) | null>(null);
  /** Opens the choice of files; the page puts it here. */
  choose: () => void = () => undefined;
  readonly #files = new Map<string, File>();
  readonly #sendings = new Map<string, Sending>();

  constructor(
    private readonly workspace: string,
    private readonly key: string,
  ) {
    this.items = (JSON.parse(recall(key) ?? '[]') as Upload[]).map(itemOf);
  }

  // No deriveds: these outlive the page that made them.
  get busy(): boolean {
    return this.items.some((i) => i.state === 'waiting' || i.state === 'sending');
  }

  get failed(): Item[] {
    return this.items.filter((i) => i.state === 'failed');
  }

  /** Takes files up to the most that a message carries; returns how many were left out. */
  add(files: readonly File[]): number {
    const taken = files.slice(0, Math.max(0, MOST_FILES - this.items.length));
    for (const file of taken) {
      const key = crypto.randomUUID();
      this.#files.set(key, file);
      const preview = kindOf(file.type) === 'image' ? URL.createObjectURL(file) : '';
      this.items.push({ key, name: file.name, size: file.size, icon: iconOf(file.name, file.type), preview, state: 'waiting', progress: 0, problem: '', passing: false, upload: null });
    }
    void this.#pump();
    return files.length - taken.length;
  }

  retry(key: string): void {
    const item = this.items.find((i) => i.key === key && i.state === 'failed');
    if (!item) return;
    Object.assign(item, { state: 'waiting', progress: 0, problem: '' });
    void this.#pump();
  }

  /** The server is there again. */
  retryPassing(): void {
    for (const item of this.failed) if (item.passing) this.retry(item.key);
  }

  /** Takes a file off: one that is on its way stops, one that has arrived is deleted. */
  async remove(key: string): Promise<void> {
    const item = this.items.find((i) => i.key === key);
    if (!item) return;
    this.#drop(item);
    // All is out already: then it is deleted when the answer is there.
    if (item.progress < 1) this.#sendings.get(key)?.stop();
    if (this.items.length === 0) this.held = null;
    this.#next();
    // It stays under "My files" when this fails.
    if (item.upload) await deleteUpload(item.upload.id).catch(() => undefined);
  }

  /** Whether the message may go now. While files are on their way it is held, and sent by `send` when they are there. */
  settled(send: () => void): boolean {
    const [failed] = this.failed;
    if (failed) view.toast(`Not sent: ${failed.name} is not uploaded. Try again, or remove it.`);
    else if (this.busy) this.held = send;
    return !this.busy && this.failed.length === 0;
  }

  /** The files of the message that goes now. */
  take(): Upload[] {
    const uploads = this.items.flatMap((i) => i.upload ?? []);
    for (const item of [...this.items]) this.#drop(item);
    this.held = null;
    return uploads;
  }

  #drop(item: Item): void {
    if (item.preview.startsWith('blob:')) URL.revokeObjectURL(item.preview);
    this.items = this.items.filter((i) => i.key !== item.key);
    this.#files.delete(item.key);
    this.#save();
  }

  async #pump(): Promise<void> {
    const waiting = this.items.filter((i) => i.state === 'waiting');
    const running = this.items.filter((i) => i.state === 'sending').length;
    const next = waiting.slice(0, Math.max(0, AT_ONCE - running));
    for (const item of next) item.state = 'sending';
    if (next.length === 0) return;
    // When it cannot be asked, the upload itself will tell.
    const room = await getUploads(this.workspace, undefined, 1).catch(() => null);
    await Promise.all(next.map((item) => this.#send(item, room)));
  }

  async #send(item: Item, room: Room | null): Promise<void> {
    const file = this.#files.get(item.key);
    const lack = room && file ? lacking(file.size, room) : '';
    if (!file || lack) {
      this.#fail(item, lack);
      return;
    }
    try {
      const measures = await measure(file);
      if (!this.#has(item)) return;
      const sending = sendFile(this.workspace, file, measures, item.key, (part) => (item.progress = part));
      this.#sendings.set(item.key, sending);
      const upload = await sending.done;
      if (this.#has(item)) Object.assign(item, { state: 'sent', progress: 1, upload });
      else await deleteUpload(upload.id).catch(() => undefined);
      this.#save();
    } catch (error) {
      if (!this.#has(item)) return;
      item.passing = passing(error);
      this.#fail(item, await this.#why(error, file));
    } finally {
      this.#sendings.delete(item.key);
      this.#next();
    }
  }

  #has(item: Item): boolean {
    return this.items.some((i) => i.key === item.key);
  }

  #fail(item: Item, problem: string): void {
    item.problem = problem;
    item.state = 'failed';
    this.held = null;
    this.#next();
  }

  /** A refusal for its size is told with the numbers. */
  async #why(error: unknown, file: File): Promise<string> {
    if (!(error instanceof Refusal) || error.status !== 413) return reason(error);
    const room = await getUploads(this.workspace, undefined, 1).catch(() => null);
    return (room && lacking(file.size, room)) || reason(error);
  }

  #next(): void {
    if (this.items.some((i) => i.state === 'waiting')) void this.#pump();
    else if (!this.busy && this.failed.length === 0) this.held?.();
  }

  #save(): void {
    const uploads = this.items.flatMap((i) => i.upload ?? []);
    if (uploads.length === 0) forget(this.key);
    else keep(this.key, JSON.stringify(uploads));
  }
}

function itemOf(upload: Upload): Item {
  const { id, filename, byte_size, content_type } = upload;
  const preview = kindOf(content_type) === 'image' ? fileAt(id, true) : '';
  return { key: id, name: filename, size: byte_size, icon: iconOf(filename, content_type), preview, state: 'sent', progress: 1, problem: '', passing: false, upload };
}

const places = new Map<string, Attaching>();

/** The files of what somebody writes at a place; the same ones as long as the page lives. */
export function attachingAt(workspace: string, me: string, place: string): Attaching {
  const key = `clickclack:attached:${me}:${place}`;
  const known = places.get(key) ?? new Attaching(workspace, key);
  places.set(key, known);
  return known;
}
