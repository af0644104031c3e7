/** The shapes of the server's answers (contract chat, section 4). Optional members are absent when empty. */

export type Role = 'owner' | 'moderator' | 'member' | 'guest' | 'bot';

export interface User {
  id: string;
  kind: 'human' | 'bot';
  display_name: string;
  handle: string;
  avatar_url: string;
  created_at: string;
  owner_user_id?: string;
}

export interface Appearance {
  color_mode?: 'light' | 'dark';
  board_theme?: 'ember' | 'moss' | 'iris';
  message_layout?: 'outlined';
  density?: 'compact';
}

/** What PATCH takes: the empty text takes a choice back. */
export type AppearancePatch = { [K in keyof Appearance]?: NonNullable<Appearance[K]> | '' };

export interface NotificationSettings {
  pushover_enabled: boolean;
  pushover_user_key: string;
}

export interface Me extends User {
  appearance_preferences?: Appearance;
  notification_settings?: NotificationSettings;
}

export interface Config {
  version: string;
  dev_bootstrap: boolean;
  setup_required: boolean;
  setup_code_required: boolean;
  /** What an older server does not tell of is not there. */
  sign_in: { password: boolean; magic_link: boolean; registration_open?: boolean; github?: boolean; oidc?: { name: string } | null };
}

export interface Workspace {
  id: string;
  route_id: string;
  name: string;
  slug: string;
  icon_url: string;
  created_at: string;
  role: Role;
}

export interface Member {
  workspace_id: string;
  user: User;
  role: Role;
  joined_at: string;
}

export interface MemberPage {
  members: Member[];
  next_cursor?: string;
  has_more: boolean;
  total_count?: number;
}

export interface Channel {
  id: string;
  route_id: string;
  workspace_id: string;
  name: string;
  kind: string;
  created_at: string;
  display_title?: string;
  archived_at?: string;
  external_managed: boolean;
  sidebar_section?: string;
  last_seq: number;
  last_read_seq: number;
  unread_count: number;
}

/** A conversation of 2 to 32 people that nobody else sees; `members` holds the caller too. */
export interface DirectConversation {
  id: string;
  route_id: string;
  workspace_id: string;
  created_at: string;
  members: User[] | null;
  last_seq: number;
  last_read_seq: number;
  unread_count: number;
  /** Whether anybody is left who would read a message. */
  can_send: boolean;
}

export interface ThreadState {
  root_message_id: string;
  reply_count: number;
  last_reply_at?: string;
  last_reply_author_ids: string[];
}

export interface Reaction {
  emoji: string;
  count: number;
  reacted_by_me: boolean;
}

/** A file that somebody uploaded; width, height and duration are 0 when they are not known. */
export interface Upload {
  id: string;
  workspace_id: string;
  owner_id: string;
  filename: string;
  content_type: string;
  byte_size: number;
  width: number;
  height: number;
  duration_ms: number;
  created_at: string;
}

export interface Message {
  id: string;
  workspace_id: string;
  /** Either this or `direct_conversation_id`. */
  channel_id?: string;
  direct_conversation_id?: string;
  topic_id?: string;
  author_id: string;
  thread_root_id: string;
  parent_message_id?: string;
  route_id?: string;
  channel_seq?: number;
  thread_seq?: number;
  body: string;
  created_at: string;
  edited_at?: string;
  deleted_at?: string;
  kind?: 'message' | 'agent_commentary' | 'agent_tool';
  /** The turn that a step of an agent belongs to. */
  turn_id?: string;
  author?: User;
  quoted_message_id?: string;
  quoted_body_snapshot?: string;
  quoted_author?: User;
  nonce?: string;
  attachments?: Upload[];
  reactions?: Reaction[];
  thread_state?: ThreadState;
}

export interface MessagePage {
  messages: Message[];
  oldest_seq: number;
  newest_seq: number;
  has_older: boolean;
  has_newer: boolean;
}

export interface ThreadPage {
  root: Message;
  replies: Message[];
  thread_state: ThreadState;
}

export interface LiveEvent {
  id: string;
  cursor: string;
  type: string;
  workspace_id: string;
  created_at: string;
  channel_id?: string;
  seq?: number;
  payload: Record<string, unknown> | null;
  mentioned_user_ids?: string[];
}

export interface RouteTarget {
  workspace_id: string;
  workspace_route_id: string;
  target_type: 'channel' | 'direct' | 'thread';
  target_id: string;
  target_route_id: string;
  parent_id?: string;
  parent_route_id?: string;
}

export interface SearchHit {
  id: string;
  workspace_id: string;
  thread_root_id: string;
  created_at: string;
  snippet: string;
  /** Half-open ranges of the snippet, in code points. */
  highlights: { start: number; end: number }[];
  author: User;
  channel_id?: string;
  channel_name?: string;
  direct_conversation_id?: string;
  parent_message_id?: string;
  channel_seq?: number;
  thread_seq?: number;
  reply_count: number;
}

export interface SearchPage {
  results: SearchHit[];
  next_cursor: string | null;
  /** The index is behind: the newest messages and changes may be missing. */
  incomplete?: boolean;
}

export interface SessionListed {
  id: string;
  device: string;
  created_at: string;
  last_used_at?: string;
  expires_at: string;
  current: boolean;
}
