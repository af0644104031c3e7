/** The calls about who is in a private channel, what is pinned in a channel, and of what I want to be told there. */
import { call } from './call';
import type { Message, User } from './types';

const at = (channel: string, rest: string) => `/api/channels/${encodeURIComponent(channel)}/${rest}`;

export type Preference = 'all' | 'mentions' | 'muted';

export const getChannelMembers = (channel: string) => call<{ members: User[] }>('GET', at(channel, 'members')).then((r) => r.members);
export const addChannelMember = (channel: string, user: string) => call<unknown>('POST', at(channel, 'members'), { user_id: user });
/** Takes somebody out; I leave when it is me. */
export const removeChannelMember = (channel: string, user: string) => call<unknown>('DELETE', at(channel, `members/${encodeURIComponent(user)}`));

/** Newest pin first. */
export const getPins = (channel: string) => call<{ messages: Message[] }>('GET', at(channel, 'pins')).then((r) => r.messages);
export const pin = (channel: string, message: string) => call<unknown>('POST', at(channel, 'pins'), { message_id: message });
export const unpin = (channel: string, message: string) => call<unknown>('DELETE', at(channel, `pins/${encodeURIComponent(message)}`));

const told = (answer: { preference: Preference }) => answer.preference;
export const getPreference = (channel: string) => call<{ preference: Preference }>('GET', at(channel, 'notification-settings')).then(told);
export const setPreference = (channel: string, preference: Preference) => call<{ preference: Preference }>('PATCH', at(channel, 'notification-settings'), { preference }).then(told);
