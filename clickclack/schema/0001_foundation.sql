-- The first data model: the event log, identity, chat and durable work.
-- Every table with a public id has `n`, the integer that other rows refer to, and `id`, the text that leaves the server.
-- Times are integer microseconds UTC. Truth values are 0 or 1. Hashes are BLOBs of 32 bytes.

-- The event log. `stream` is the tenant an event belongs to, `topic` the narrower object inside it.
-- A private event is seen by its recipients alone; one without recipients is for the server itself.
CREATE TABLE events (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  stream INTEGER NOT NULL,
  topic INTEGER,
  private INTEGER NOT NULL DEFAULT 0,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_stream ON events (stream, n);

CREATE TABLE event_recipients (
  user_n INTEGER NOT NULL,
  event_n INTEGER NOT NULL REFERENCES events (n) ON DELETE CASCADE,
  PRIMARY KEY (user_n, event_n)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_recipients_by_event ON event_recipients (event_n);

-- Durable work: at least once, retried until it is done or dead.
CREATE TABLE jobs (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  key TEXT UNIQUE,
  lane TEXT NOT NULL DEFAULT '',
  data TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  run_at INTEGER NOT NULL,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX jobs_due ON jobs (state, run_at);

CREATE TABLE timers (
  name TEXT PRIMARY KEY,
  last_run_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Identity.
CREATE TABLE users (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('human', 'bot')),
  owner_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  display_name TEXT NOT NULL,
  handle TEXT NOT NULL DEFAULT '',
  avatar_url TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_by_handle ON users (handle) WHERE handle <> '';
CREATE INDEX users_by_owner ON users (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE identities (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  email TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  UNIQUE (provider, subject)
) STRICT;
CREATE INDEX identities_by_user ON identities (user_n);
CREATE INDEX identities_by_email ON identities (email) WHERE email <> '';

CREATE TABLE passwords (
  user_n INTEGER PRIMARY KEY REFERENCES users (n) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE notification_settings (
  user_n INTEGER PRIMARY KEY REFERENCES users (n) ON DELETE CASCADE,
  pushover_enabled INTEGER NOT NULL DEFAULT 0,
  pushover_user_key TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE appearance_preferences (
  user_n INTEGER PRIMARY KEY REFERENCES users (n) ON DELETE CASCADE,
  color_mode TEXT NOT NULL DEFAULT '',
  board_theme TEXT NOT NULL DEFAULT '',
  message_layout TEXT NOT NULL DEFAULT '',
  density TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE workspaces (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  route_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  icon_url TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) STRICT;

-- Built-in roles belong to no workspace and take their permissions from the code; custom roles list theirs.
CREATE TABLE roles (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_n INTEGER REFERENCES workspaces (n) ON DELETE CASCADE,
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  rank INTEGER NOT NULL,
  UNIQUE (workspace_n, key)
) STRICT;
INSERT INTO roles (n, workspace_n, key, title, rank) VALUES
  (1, NULL, 'owner', 'Owner', 60),
  (2, NULL, 'admin', 'Admin', 50),
  (3, NULL, 'moderator', 'Moderator', 40),
  (4, NULL, 'member', 'Member', 20),
  (5, NULL, 'guest', 'Guest', 10),
  (6, NULL, 'bot', 'Bot', 30);

CREATE TABLE role_permissions (
  role_n INTEGER NOT NULL REFERENCES roles (n) ON DELETE CASCADE,
  permission TEXT NOT NULL,
  PRIMARY KEY (role_n, permission)
) STRICT, WITHOUT ROWID;

-- `directory_rank`, `sort_name` and `sort_handle` order the member directory (contract chat 4.5).
CREATE TABLE memberships (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  role_n INTEGER NOT NULL REFERENCES roles (n),
  directory_rank INTEGER NOT NULL,
  sort_name TEXT NOT NULL,
  sort_handle TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (workspace_n, user_n)
) STRICT;
CREATE INDEX memberships_by_user ON memberships (user_n, workspace_n);
CREATE INDEX memberships_directory ON memberships (workspace_n, directory_rank, sort_name, sort_handle, user_n);

-- Every kind of bearer: sessions and bot tokens now, API keys and OAuth tokens later. The secret is known by its SHA-256 alone.
CREATE TABLE credentials (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  workspace_n INTEGER REFERENCES workspaces (n) ON DELETE CASCADE,
  name TEXT NOT NULL DEFAULT '',
  scopes TEXT,
  created_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX credentials_by_user ON credentials (user_n, kind);
CREATE INDEX credentials_by_workspace ON credentials (workspace_n) WHERE workspace_n IS NOT NULL;

CREATE TABLE magic_links (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  token_hash BLOB NOT NULL UNIQUE,
  email TEXT NOT NULL,
  display_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE audit_entries (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  actor_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  action TEXT NOT NULL,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_entries_by_workspace ON audit_entries (workspace_n, n);

-- Chat. `last_seq` is the last root message of a channel, `message_count` how many of its roots are ordinary messages.
CREATE TABLE channels (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  route_id TEXT NOT NULL,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  display_title TEXT,
  external_managed INTEGER NOT NULL DEFAULT 0,
  external_ref TEXT,
  external_url TEXT,
  sidebar_section TEXT,
  last_seq INTEGER NOT NULL DEFAULT 0,
  message_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  UNIQUE (workspace_n, name),
  UNIQUE (workspace_n, route_id)
) STRICT;

-- A root message has a `channel_seq`; a reply has a `root_n` and a `thread_seq`. The index by channel holds both: what
-- goes with a channel is found without a scan.
-- `channel_ordinal` and `author_ordinal` number a channel's ordinary roots, and those of one author in it:
-- unread counts are differences of them. The thread of a root is kept in `reply_count`, `last_reply_at` and
-- `last_reply_authors` (users.id, newest first, at most three).
CREATE TABLE messages (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  route_id TEXT,
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  author_n INTEGER NOT NULL REFERENCES users (n),
  kind TEXT NOT NULL DEFAULT 'message' CHECK (kind IN ('message', 'agent_commentary', 'agent_tool')),
  turn_id TEXT,
  root_n INTEGER REFERENCES messages (n) ON DELETE CASCADE,
  channel_seq INTEGER,
  thread_seq INTEGER,
  channel_ordinal INTEGER NOT NULL DEFAULT 0,
  author_ordinal INTEGER NOT NULL DEFAULT 0,
  body TEXT NOT NULL,
  nonce TEXT NOT NULL DEFAULT '',
  quoted_message_id TEXT,
  quoted_author_n INTEGER REFERENCES users (n),
  quoted_body TEXT,
  reply_count INTEGER NOT NULL DEFAULT 0,
  last_reply_at INTEGER,
  last_reply_authors TEXT NOT NULL DEFAULT '[]',
  created_at INTEGER NOT NULL,
  edited_at INTEGER,
  deleted_at INTEGER,
  CHECK ((root_n IS NULL) = (channel_seq IS NOT NULL)),
  CHECK ((root_n IS NULL) = (thread_seq IS NULL))
) STRICT;
CREATE UNIQUE INDEX messages_by_channel ON messages (channel_n, channel_seq);
CREATE UNIQUE INDEX messages_by_thread ON messages (root_n, thread_seq) WHERE root_n IS NOT NULL;
CREATE UNIQUE INDEX messages_by_nonce ON messages (author_n, nonce) WHERE nonce <> '';
CREATE UNIQUE INDEX messages_by_route ON messages (route_id) WHERE route_id IS NOT NULL;
CREATE INDEX messages_by_author ON messages (channel_n, author_n, channel_seq) WHERE author_ordinal > 0;

CREATE TABLE reactions (
  message_n INTEGER NOT NULL REFERENCES messages (n) ON DELETE CASCADE,
  emoji TEXT NOT NULL,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (message_n, emoji, user_n)
) STRICT, WITHOUT ROWID;

-- Where one reader stands in one channel. `read_ordinal` and `own_ordinal` are the ordinals at `last_read_seq`,
-- `posted` is how many ordinary roots the reader has posted; unread = (message_count - read_ordinal) - (posted - own_ordinal).
CREATE TABLE channel_reads (
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  last_read_seq INTEGER NOT NULL DEFAULT 0,
  read_ordinal INTEGER NOT NULL DEFAULT 0,
  own_ordinal INTEGER NOT NULL DEFAULT 0,
  posted INTEGER NOT NULL DEFAULT 0,
  last_read_at INTEGER,
  PRIMARY KEY (channel_n, user_n)
) STRICT, WITHOUT ROWID;
