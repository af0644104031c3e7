-- Uploaded files and what they are attached to. The content lies outside, under `blob_key`.

-- `byte_size` and `sha256` are of what was received; `width` and `height` are what the sender said until the image was
-- inspected, and `inspection` is how that ended: empty for not yet. A deleted upload is out of reach at once and counts
-- no more; a job takes the row and the content away.
CREATE TABLE uploads (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  owner_n INTEGER NOT NULL REFERENCES users (n),
  nonce TEXT NOT NULL DEFAULT '',
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  byte_size INTEGER NOT NULL,
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  blob_key TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL,
  thumbnail_key TEXT,
  thumbnail_type TEXT NOT NULL DEFAULT '',
  thumbnail_size INTEGER NOT NULL DEFAULT 0,
  inspection TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE INDEX uploads_by_owner ON uploads (owner_n, workspace_n, n) WHERE deleted_at IS NULL;
CREATE INDEX uploads_by_size ON uploads (owner_n, workspace_n, byte_size) WHERE deleted_at IS NULL;
CREATE INDEX uploads_by_workspace ON uploads (workspace_n);
CREATE UNIQUE INDEX uploads_by_nonce ON uploads (owner_n, nonce) WHERE nonce <> '' AND deleted_at IS NULL;
CREATE UNIQUE INDEX uploads_by_thumbnail ON uploads (thumbnail_key) WHERE thumbnail_key IS NOT NULL;

-- In the order of `n`. `position` counts the uploads that were committed together with the message; one that was
-- attached later has none. `channel_n` is the message's: who may see an upload is asked by channel.
CREATE TABLE attachments (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  message_n INTEGER NOT NULL REFERENCES messages (n) ON DELETE CASCADE,
  upload_n INTEGER NOT NULL REFERENCES uploads (n) ON DELETE CASCADE,
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  position INTEGER,
  created_at INTEGER NOT NULL,
  UNIQUE (message_n, upload_n)
) STRICT;
CREATE INDEX attachments_by_upload ON attachments (upload_n, channel_n);
CREATE INDEX attachments_by_channel ON attachments (channel_n);
