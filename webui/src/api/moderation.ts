/** The calls with which managers rule what members may do. */
import { call } from './call';
import type { Role, User } from './types';

export interface MemberRecord {
  workspace_id: string;
  user: User;
  role: Role;
  /** Of `post_limit` in 24 hours, for guests; both are 0 for everybody else. */
  posts_remaining: number;
  post_limit: number;
  timeout_until?: string;
  blocked_at?: string;
  moderation_note?: string;
  moderation_by?: string;
  moderation_at?: string;
}

/** What is to change; what is absent stays. */
export interface Ruling {
  role?: 'moderator' | 'member' | 'guest';
  timeout_minutes?: number;
  clear_timeout?: boolean;
  blocked?: boolean;
  moderation_note?: string;
}

const at = (workspace: string) => `/api/workspaces/${encodeURIComponent(workspace)}/moderation/members`;

export const getRecords = (workspace: string) => call<{ members: MemberRecord[] }>('GET', at(workspace)).then((r) => r.members);
export const rule = (workspace: string, user: string, ruling: Ruling) =>
  call<{ member: MemberRecord }>('PATCH', `${at(workspace)}/${encodeURIComponent(user)}`, ruling).then((r) => r.member);
