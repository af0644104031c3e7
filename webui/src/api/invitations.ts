/** The calls about invitations, and about links to sign in by mail. */
import { call } from './call';
import type { Workspace } from './types';

export type InvitedRole = 'guest' | 'member' | 'moderator';

export interface Invitation {
  id: string;
  workspace_id: string;
  role: InvitedRole;
  /** The one address that it is for; absent when it is for whoever has the link. */
  email?: string;
  state: 'open' | 'used' | 'expired' | 'revoked';
  max_uses: number;
  uses: number;
  created_at: string;
  expires_at: string;
}

/** The token is shown this once; `path` is the page that takes it. */
export interface Made {
  invitation: Invitation;
  token: string;
  path: string;
  mailed: boolean;
}

export interface Preview {
  workspace: { id: string; name: string; icon_url: string };
  inviter: { display_name: string };
  role: InvitedRole;
  for_address: boolean;
  expires_at: string;
}

export interface Wanted {
  role: InvitedRole;
  email?: string;
  expires_in_days: number;
  max_uses: number;
}

export interface Newcomer {
  display_name: string;
  email: string;
  password: string;
}

const of = (workspace: string) => `/api/workspaces/${encodeURIComponent(workspace)}/invitations`;

/** Newest first, whatever became of them. */
export const getInvitations = (workspace: string) => call<{ invitations: Invitation[] }>('GET', of(workspace)).then((r) => r.invitations);
export const invite = (workspace: string, wanted: Wanted) => call<Made>('POST', of(workspace), wanted);
export const revokeInvitation = (id: string) => call<undefined>('DELETE', `/api/invitations/${encodeURIComponent(id)}`);
export const previewInvitation = (token: string) => call<{ invitation: Preview }>('POST', '/api/invitations/preview', { token }).then((r) => r.invitation);
/** With who is signed in, or with a new account, which is then signed in. */
export const acceptInvitation = (token: string, newcomer?: Newcomer) => call<{ workspace: Workspace }>('POST', '/api/invitations/accept', { token, ...newcomer }).then((r) => r.workspace);
/** The answer is the same whether the address is known or not. */
export const mailLink = (email: string) => call<unknown>('POST', '/api/auth/magic/request', { email });
