/** The calls about bots, their tokens and setup codes (contract chat 3.8, 4.13). */
import { call } from './call';
import type { User } from './types';

export interface BotToken {
  id: string;
  bot_user_id: string;
  workspace_id: string;
  name: string;
  scopes: string[];
  created_at: string;
  last_used_at?: string;
  revoked_at?: string;
  /** Only in the answer that made it. */
  token?: string;
}

export interface WorkspaceBot {
  bot: User;
  tokens: BotToken[];
}

export interface SetupCode {
  id: string;
  token_name: string;
  scopes: string[];
  expires_at: string;
  /** Only in the answer that made it. */
  code?: string;
  /** Where it is claimed; absent when the server does not know its own address. */
  claim_url?: string;
}

export interface NewBot {
  display_name: string;
  handle?: string;
  /** Whose it is; absent for one of the workspace. */
  owner_user_id?: string;
  scopes?: string[];
  initial_token?: boolean;
}

export interface NewToken {
  name: string;
  scopes: string[];
}

const at = encodeURIComponent;
const of = (workspace: string, bot?: string) => `/api/workspaces/${at(workspace)}/bots${bot ? `/${at(bot)}` : ''}`;

export const getBots = (workspace: string) => call<{ bots: WorkspaceBot[] }>('GET', of(workspace)).then((r) => r.bots);
export const createBot = (workspace: string, wanted: NewBot) => call<{ bot: User; bot_token?: BotToken }>('POST', of(workspace), wanted);
export const createToken = (workspace: string, bot: string, wanted: NewToken) => call<{ bot_token: BotToken }>('POST', `${of(workspace, bot)}/tokens`, wanted).then((r) => r.bot_token);
/** A code that a program trades for a token, once, within minutes. */
export const createSetupCode = (workspace: string, bot: string, wanted: NewToken) => call<{ setup_code: SetupCode }>('POST', `${of(workspace, bot)}/setup-codes`, wanted).then((r) => r.setup_code);
export const revokeToken = (token: string) => call<{ bot_token: BotToken }>('POST', `/api/bot-tokens/${at(token)}/revoke`).then((r) => r.bot_token);
/** Its tokens here end; it stays where else it is. */
export const removeBot = (workspace: string, bot: string) => call<undefined>('DELETE', `${of(workspace, bot)}/membership`);
export const deleteBot = (bot: string) => call<unknown>('DELETE', `/api/bots/${at(bot)}`);
