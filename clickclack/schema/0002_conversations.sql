-- Conversations: private channels, direct messages, topics, pins, followed threads, edits, and who is held back.

-- Topics are what messages carry now; where in its stream an event happened is its place.
ALTER TABLE events RENAME COLUMN topic TO place;

-- A deleted workspace is out of reach at once; its rows go piece by piece.
ALTER TABLE workspaces ADD COLUMN deleted_at INTEGER;

-- What a manager has ruled about a member. A time-out ends by itself.
CREATE TABLE moderations (
  membership_n INTEGER PRIMARY KEY REFERENCES memberships (n) ON DELETE CASCADE,
  timeout_until INTEGER,
  blocked_at INTEGER,
  note TEXT NOT NULL DEFAULT '',
  moderated_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  moderated_at INTEGER NOT NULL
) STRICT;

-- Who is in a channel of kind `private` or `direct`. The first kind is left with the workspace (`membership_n`), the
-- second is for ever. `hidden_at` is when the member put a direct conversation out of the list.
CREATE TABLE channel_members (
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  membership_n INTEGER REFERENCES memberships (n) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  hidden_at INTEGER,
  PRIMARY KEY (channel_n, user_n)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_members_by_user ON channel_members (user_n, channel_n);
CREATE INDEX channel_members_by_membership ON channel_members (membership_n) WHERE membership_n IS NOT NULL;
CREATE INDEX channels_by_kind ON channels (workspace_n, kind);

-- The one conversation of two people: the hash of both ids.
ALTER TABLE channels ADD COLUMN member_set_key TEXT;
CREATE UNIQUE INDEX channels_by_member_set ON channels (workspace_n, member_set_key) WHERE member_set_key IS NOT NULL;

-- A topic belongs to one channel, or to all of the workspace when it has none.
CREATE TABLE topics (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  channel_n INTEGER REFERENCES channels (n) ON DELETE CASCADE,
  name TEXT NOT NULL,
  created_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER,
  UNIQUE (workspace_n, channel_n, name)
) STRICT;
CREATE INDEX topics_by_channel ON topics (channel_n) WHERE channel_n IS NOT NULL;
ALTER TABLE messages ADD COLUMN topic_n INTEGER REFERENCES topics (n) ON DELETE SET NULL;
CREATE INDEX messages_by_topic ON messages (topic_n, channel_n, channel_seq) WHERE topic_n IS NOT NULL;

CREATE TABLE pins (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  message_n INTEGER NOT NULL UNIQUE REFERENCES messages (n) ON DELETE CASCADE,
  pinned_by_n INTEGER NOT NULL REFERENCES users (n),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pins_by_channel ON pins (channel_n, n);

CREATE TABLE notification_preferences (
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  preference TEXT NOT NULL CHECK (preference IN ('all', 'mentions', 'muted')),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (channel_n, user_n)
) STRICT, WITHOUT ROWID;

-- Where a reader stands in a thread. Who writes in a thread follows it until `unfollowed_at`.
CREATE TABLE thread_reads (
  root_n INTEGER NOT NULL REFERENCES messages (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  last_read_seq INTEGER NOT NULL DEFAULT 0,
  last_read_at INTEGER,
  followed_at INTEGER NOT NULL,
  unfollowed_at INTEGER,
  PRIMARY KEY (root_n, user_n)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_reads_by_user ON thread_reads (user_n, root_n);

-- What a message said before each edit.
CREATE TABLE message_edits (
  message_n INTEGER NOT NULL REFERENCES messages (n) ON DELETE CASCADE,
  edited_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (message_n, edited_at)
) STRICT, WITHOUT ROWID;

-- Who wrote in the waiting room when; kept for the budget of a day.
CREATE TABLE guest_posts (
  n INTEGER PRIMARY KEY,
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX guest_posts_by_user ON guest_posts (user_n, channel_n, created_at);
CREATE INDEX guest_posts_by_channel ON guest_posts (channel_n);
CREATE INDEX guest_posts_by_age ON guest_posts (created_at);

-- Only an owner stands above bots (contract chat 3.5).
UPDATE roles SET rank = 55 WHERE n = 6;
