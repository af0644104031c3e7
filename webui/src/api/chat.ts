/** The calls of the chat surface by name. */
import { address, call } from './call';
import type * as t from './types';

const at = encodeURIComponent;

export const getConfig = () => call<{ config: t.Config }>('GET', '/api/config').then((r) => r.config);
export const getMe = () => call<{ user: t.Me }>('GET', '/api/me').then((r) => r.user);
export const patchMe = (body: { display_name?: string; handle?: string; avatar_url?: string; appearance_preferences?: t.AppearancePatch; notification_settings?: t.NotificationSettings }) =>
  call<{ user: t.Me }>('PATCH', '/api/me', body).then((r) => r.user);
export const putPassword = (body: { current_password?: string; new_password: string }) => call<{ ok: true }>('PUT', '/api/me/password', body);
export const getSessions = () => call<{ sessions: t.SessionListed[] }>('GET', '/api/me/sessions').then((r) => r.sessions);
export const endSession = (id: string) => call<undefined>('DELETE', `/api/me/sessions/${at(id)}`);
export const endOtherSessions = () => call<{ revoked: number }>('DELETE', '/api/me/sessions').then((r) => r.revoked);

export const signIn = (email: string, password: string) => call<{ user: t.User }>('POST', '/api/auth/password/login', { email, password });
export const consumeLink = (token: string) => call<{ user: t.User }>('POST', '/api/auth/magic/consume', { token });
export const signOut = () => call<{ ok: true }>('POST', '/api/auth/logout', {});
export const setUp = (body: { display_name: string; email: string; password: string; workspace_name?: string; setup_code?: string }) =>
  call<{ user: t.User; workspace: t.Workspace }>('POST', '/api/setup', body);

export const getWorkspaces = () => call<{ workspaces: t.Workspace[] }>('GET', '/api/workspaces').then((r) => r.workspaces);
export const getWorkspace = (id: string) => call<{ workspace: t.Workspace }>('GET', `/api/workspaces/${at(id)}`).then((r) => r.workspace);
export const createWorkspace = (name: string) => call<{ workspace: t.Workspace }>('POST', '/api/workspaces', { name }).then((r) => r.workspace);
export const patchWorkspace = (id: string, body: { name?: string; slug?: string; icon_url?: string }) =>
  call<{ workspace: t.Workspace }>('PATCH', `/api/workspaces/${at(id)}`, body).then((r) => r.workspace);
const getMembers = (id: string, cursor?: string) =>
  call<t.MemberPage>('GET', address(`/api/workspaces/${at(id)}/members`, { limit: 200, cursor }));

/** All members, at most about 2000. */
export async function getAllMembers(id: string): Promise<t.Member[]> {
  const members: t.Member[] = [];
  let cursor: string | undefined;
  do {
    const page = await getMembers(id, cursor);
    members.push(...page.members);
    cursor = page.has_more ? page.next_cursor : undefined;
  } while (cursor && members.length < 2000);
  return members;
}

export const getChannels = (workspace: string) =>
  call<{ channels: t.Channel[] }>('GET', `/api/workspaces/${at(workspace)}/channels`).then((r) => r.channels);
export const createChannel = (workspace: string, body: { name: string; kind?: string; display_title?: string; sidebar_section?: string }) =>
  call<{ channel: t.Channel }>('POST', `/api/workspaces/${at(workspace)}/channels`, body).then((r) => r.channel);
export const patchChannel = (id: string, body: { name?: string; kind?: string; display_title?: string; sidebar_section?: string; archived?: boolean }) =>
  call<{ channel: t.Channel }>('PATCH', `/api/channels/${at(id)}`, body).then((r) => r.channel);

/** Where a channel or a direct conversation lies: its id tells which it is. */
const placeAt = (id: string) => `/api/${isDirectId(id) ? 'dms' : 'channels'}/${at(id)}`;

export const isDirectId = (id: string): boolean => id.startsWith('dm_');
export const markRead = (place: string, seq: number) => call<unknown>('POST', `${placeAt(place)}/read`, { seq });

export interface PageQuery {
  limit?: number;
  before_seq?: number;
  after_seq?: number;
  around_seq?: number;
  topic_id?: string | undefined;
}

export interface Draft {
  body: string;
  nonce: string;
  quoted_message_id?: string;
  topic_id?: string;
  upload_ids?: string[];
}

export const getMessages = (place: string, query: PageQuery = {}) =>
  call<t.MessagePage>('GET', address(`${placeAt(place)}/messages`, { limit: 100, ...query }));
export const getMessage = (id: string) => call<{ message: t.Message }>('GET', `/api/messages/${at(id)}`).then((r) => r.message);
export const postMessage = (place: string, draft: Draft) =>
  call<{ message: t.Message }>('POST', `${placeAt(place)}/messages`, draft).then((r) => r.message);
export const postReply = (root: string, draft: Draft) =>
  call<{ message: t.Message }>('POST', `/api/messages/${at(root)}/thread/replies`, draft).then((r) => r.message);
export const patchMessage = (id: string, body: string) => call<{ message: t.Message }>('PATCH', `/api/messages/${at(id)}`, { body }).then((r) => r.message);
export const deleteMessage = (id: string) => call<{ message: t.Message }>('DELETE', `/api/messages/${at(id)}`).then((r) => r.message);
export const routeMessage = (id: string) => call<{ message: t.Message }>('POST', `/api/messages/${at(id)}/route`, {}).then((r) => r.message);
export const getThread = (root: string) => call<t.ThreadPage>('GET', address(`/api/messages/${at(root)}/thread`, { limit: 200, latest: true }));
export const addReaction = (id: string, emoji: string) =>
  call<{ reactions: t.Reaction[] }>('POST', `/api/messages/${at(id)}/reactions`, { emoji }).then((r) => r.reactions);
export const removeReaction = (id: string, emoji: string) =>
  call<{ reactions: t.Reaction[] }>('DELETE', `/api/messages/${at(id)}/reactions/${at(emoji)}`).then((r) => r.reactions);

export const getTail = (workspace: string, signal: AbortSignal) =>
  call<{ tail_cursor: string }>('GET', address('/api/realtime/events', { workspace_id: workspace, limit: 1, include_tail: true }), undefined, { signal }).then((r) => r.tail_cursor);
export const getEvents = (workspace: string, after: string | null, limit: number) =>
  call<{ events: t.LiveEvent[] | null }>('GET', address('/api/realtime/events', { workspace_id: workspace, after_cursor: after || undefined, limit })).then((r) => r.events ?? []);
export const signal = (workspace: string, type: string, place: string, payload: Record<string, unknown> = {}) =>
  call<unknown>('POST', '/api/realtime/ephemeral', { workspace_id: workspace, type, [isDirectId(place) ? 'direct_conversation_id' : 'channel_id']: place, payload });
export const tellPresence = (workspace: string, state: 'here' | 'away' | 'gone', keepalive = false) =>
  call<unknown>('POST', '/api/realtime/ephemeral', { workspace_id: workspace, type: 'presence.changed', payload: { state } }, { keepalive });
export const resolveRoute = (workspace: string, target: string) =>
  call<{ route: t.RouteTarget }>('GET', `/api/routes/${at(workspace)}/${at(target)}`).then((r) => r.route);
