/** The calls about threads that I follow, and about what a message said before. */
import { call } from './call';
import type { Message, ThreadState } from './types';

const at = encodeURIComponent;

export interface ThreadRead {
  root_message_id: string;
  following: boolean;
  last_read_seq: number;
  unread_count: number;
}

export interface FollowedThread {
  root: Message;
  thread_state: ThreadState;
  read: ThreadRead;
}

/** What a message said until `edited_at`. */
export interface Edit {
  body: string;
  edited_at: string;
}

const told = (answer: { read: ThreadRead }) => answer.read;

/** Those with the newest reply first, at most 100. */
export const getFollowed = (workspace: string) => call<{ threads: FollowedThread[] }>('GET', `/api/workspaces/${at(workspace)}/threads`).then((r) => r.threads);
export const followThread = (root: string) => call<{ read: ThreadRead }>('POST', `/api/messages/${at(root)}/thread/follow`, {}).then(told);
export const unfollowThread = (root: string) => call<{ read: ThreadRead }>('DELETE', `/api/messages/${at(root)}/thread/follow`).then(told);
export const markThreadRead = (root: string, seq: number) => call<{ read: ThreadRead }>('POST', `/api/messages/${at(root)}/thread/read`, { seq }).then(told);
/** Oldest first. */
export const getEdits = (message: string) => call<{ edits: Edit[] }>('GET', `/api/messages/${at(message)}/edits`).then((r) => r.edits);
