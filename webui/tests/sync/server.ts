/** A server of the size a test needs: answers to calls, and sockets that can be spoken through and closed. */
import { vi } from 'vitest';
import type { Channel, DirectConversation, LiveEvent, Message, User } from '../../src/api/types';

export const ME = 'usr_me';
export const MARA = 'usr_mara';

export const channel = (id: string, change: Partial<Channel> = {}): Channel => ({
  id, route_id: `C${id}`, workspace_id: 'w', name: id, kind: 'public', created_at: '2026-01-01T00:00:00Z', external_managed: false, last_seq: 0, last_read_seq: 0, unread_count: 0, ...change,
});

export const user = (id: string, name: string, change: Partial<User> = {}): User => ({ id, kind: 'human', display_name: name, handle: name.toLowerCase(), avatar_url: '', created_at: '', ...change });

export const direct = (id: string, change: Partial<DirectConversation> = {}): DirectConversation => ({
  id, route_id: `D${id}`, workspace_id: 'w', created_at: '', members: [user(MARA, 'Mara'), user(ME, 'Me')], last_seq: 0, last_read_seq: 0, unread_count: 0, can_send: true, ...change,
});

export const message = (seq: number, change: Partial<Message> = {}): Message => ({
  id: `msg_${seq}`, workspace_id: 'w', author_id: MARA, thread_root_id: `msg_${seq}`, channel_seq: seq, body: `line ${seq}`, created_at: '2026-01-01T00:00:00Z', ...change,
});

let made = 0;
export const event = (type: string, change: Partial<LiveEvent> = {}): LiveEvent => ({
  id: `evt_${++made}`, cursor: `cur_${made}`, type, workspace_id: 'w', created_at: '2026-01-01T00:00:00Z', payload: {}, ...change,
});

export class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((frame: { data: string }) => void) | null = null;
  onclose: ((closing: { code: number }) => void) | null = null;

  constructor(readonly url: URL) {
    FakeSocket.all.push(this);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(...events: LiveEvent[]): void {
    for (const e of events) this.onmessage?.({ data: JSON.stringify(e) });
  }

  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  close(): void {
    this.readyState = 3;
  }
}

/** Answers calls by the start of their path, with JSON or a whole Response; what no answer is given for is 404. Returns what was asked. */
export function serve(answers: Record<string, (url: URL) => unknown>): string[] {
  const asked: string[] = [];
  FakeSocket.all = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('fetch', (path: string) => {
    const url = new URL(path, 'http://localhost');
    asked.push(path);
    const key = Object.keys(answers).filter((k) => url.pathname.startsWith(k)).sort((a, b) => b.length - a.length)[0];
    const answer = key ? answers[key]?.(url) : undefined;
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer instanceof Response) return Promise.resolve(answer.clone());
    return Promise.resolve(new Response(JSON.stringify(answer ?? { error: 'not found' }), { status: answer ? 200 : 404 }));
  });
  return asked;
}
