/** The one place that asks the server. */
import { sentence } from './wording';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** An answer that is not a success; `said` is what the server says, `text` the same fit to be shown. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
    readonly trace = '',
    readonly said = text,
  ) {
    super(text);
    this.name = 'Refusal';
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

let onSignedOut: (() => void) | null = null;

/** Who is told when the server no longer knows the session. */
export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

type Values = Record<string, string | number | boolean | undefined>;

/** A path with its parameters filled in and escaped. */
export function address(path: string, query: Values = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

async function wordsOf(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    if (body && typeof body === 'object' && 'error' in body && typeof body.error === 'string') return body.error;
  } catch {
    // No JSON: the status has to do.
  }
  return `the server answered ${response.status}`;
}

/** Calls the API with JSON, or with a form for URLSearchParams; `keepalive` lets the call outlive the page, `signal` gives it up. Throws Refusal when the server says no, Unreachable when it says nothing. */
export async function call<T>(method: Method, path: string, body?: unknown, how: Pick<RequestInit, 'keepalive' | 'signal'> = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (method !== 'GET') headers['X-ClickClack-CSRF'] = '1';
  const form = body instanceof URLSearchParams;
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      body: form ? body : body === undefined ? null : JSON.stringify(body),
      ...how,
    });
  } catch (cause) {
    throw new Unreachable('The server cannot be reached.', { cause });
  }
  return answerOf<T>(response);
}

/** What an answer holds; throws Refusal when it is not a success. */
export async function answerOf<T>(response: Response): Promise<T> {
  if (response.status === 401) onSignedOut?.();
  if (!response.ok) {
    const said = await wordsOf(response);
    throw new Refusal(response.status, sentence(said), response.headers.get('X-Correlation-ID') ?? '', said);
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** Whether a failure is the kind that passes: no answer, or a server in trouble. */
export function passing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refusal && (error.status >= 500 || error.status === 429));
}

/** What to tell a person about a failure. */
export function reason(error: unknown): string {
  if (error instanceof Refusal) return error.status === 500 && error.trace ? `The server answered 500. Its log has the line under ${error.trace}.` : error.text;
  if (error instanceof Unreachable) return 'The server cannot be reached.';
  return error instanceof Error ? error.message : String(error);
}
