/** The calls about uploaded files. */
import { address, answerOf, call, Unreachable } from './call';
import type { Upload } from './types';

const at = encodeURIComponent;

/** My files of a workspace, newest first, and how much room there is: all in bytes. */
export interface UploadPage {
  uploads: Upload[];
  next_cursor: string | null;
  used_bytes: number;
  allowed_bytes: number;
  /** What one upload may have at most, with the form around it. */
  largest_bytes: number;
}

export interface Measures {
  width: number;
  height: number;
  duration_ms: number;
}

/** A file on its way. */
export interface Sending {
  done: Promise<Upload>;
  stop(): void;
}

export const getUploads = (workspace: string, before?: string, limit = 50) => call<UploadPage>('GET', address('/api/uploads', { workspace_id: workspace, before, limit }));
export const deleteUpload = (id: string) => call<undefined>('DELETE', `/api/uploads/${at(id)}`);

/** Where a file lies; a thumbnail has at most 640 pixels each way, and the server has one of most images. */
export const fileAt = (id: string, thumbnail = false): string => `/api/uploads/${at(id)}${thumbnail ? '?thumbnail=1' : ''}`;

/** Sends a file; `told` hears how much has gone, from 0 to 1. The same nonce again answers with the upload it made. */
export function sendFile(workspace: string, file: File, measures: Measures, nonce: string, told: (part: number) => void): Sending {
  const form = new FormData();
  form.append('workspace_id', workspace);
  form.append('file', file, file.name);
  for (const name of ['width', 'height', 'duration_ms'] as const) form.append(name, String(measures[name]));
  const asking = new XMLHttpRequest();
  const done = new Promise<Upload>((resolve, reject) => {
    asking.upload.onprogress = (e) => e.lengthComputable && told(e.loaded / e.total);
    asking.onerror = asking.ontimeout = () => reject(new Unreachable('The server cannot be reached.'));
    asking.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
    asking.onload = () => {
      const answer = new Response(asking.responseText, { status: asking.status, headers: { 'X-Correlation-ID': asking.getResponseHeader('X-Correlation-ID') ?? '' } });
      answerOf<{ upload: Upload }>(answer).then((r) => resolve(r.upload), reject);
    };
  });
  asking.open('POST', address('/api/uploads', { workspace_id: workspace, nonce }));
  asking.setRequestHeader('X-ClickClack-CSRF', '1');
  asking.send(form);
  return { done, stop: () => asking.abort() };
}

/** Whether a file can still be had, by its first byte; an empty one has none. False as well when nobody answers. */
export const isThere = (id: string): Promise<boolean> => fetch(fileAt(id), { headers: { Range: 'bytes=0-0' } }).then((answer) => answer.ok || answer.status === 416, () => false);
