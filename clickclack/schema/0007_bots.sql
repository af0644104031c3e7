-- Bots: what is left of deleted ones, where each has been, how they are set up, and their menus.

-- A deleted bot gives its handle up; what it wrote goes on telling who it was.
ALTER TABLE users ADD COLUMN former_handle TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN deleted_at INTEGER;
ALTER TABLE users ADD COLUMN deleted_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL;

-- Every workspace that a bot has ever been a member of; without that it can have nothing there.
CREATE TABLE bot_workspaces (
  bot_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  PRIMARY KEY (bot_n, workspace_n)
) STRICT, WITHOUT ROWID;
CREATE INDEX bot_workspaces_by_workspace ON bot_workspaces (workspace_n);
INSERT INTO bot_workspaces (bot_n, workspace_n)
  SELECT u.n, m.workspace_n FROM users u JOIN memberships m ON m.user_n = u.n WHERE u.kind = 'bot'
  UNION SELECT u.n, c.workspace_n FROM users u JOIN credentials c ON c.user_n = u.n
    WHERE u.kind = 'bot' AND c.workspace_n IS NOT NULL
  UNION SELECT u.n, c.workspace_n FROM messages m JOIN users u ON u.n = m.author_n JOIN channels c ON c.n = m.channel_n
    WHERE u.kind = 'bot';

-- What was asked under a setup nonce, and what came of it, so that asking again gives the same. `credential_n` is left
-- empty when no token was asked for, and when the token is gone.
CREATE TABLE bot_setup_requests (
  creator_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  nonce TEXT NOT NULL,
  request TEXT NOT NULL,
  bot_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  credential_n INTEGER REFERENCES credentials (n) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (creator_n, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX bot_setup_requests_by_bot ON bot_setup_requests (bot_n);
CREATE INDEX bot_setup_requests_by_workspace ON bot_setup_requests (workspace_n);
CREATE INDEX bot_setup_requests_by_credential ON bot_setup_requests (credential_n) WHERE credential_n IS NOT NULL;

-- Codes that a bot's own program exchanges, once, for a token; a used one is gone.
CREATE TABLE bot_setup_codes (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  code_hash BLOB NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  bot_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  token_name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  defaults TEXT NOT NULL,
  created_by_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (bot_n, workspace_n, token_name)
) STRICT;
CREATE INDEX bot_setup_codes_by_workspace ON bot_setup_codes (workspace_n);
CREATE INDEX bot_setup_codes_by_end ON bot_setup_codes (expires_at);

-- The menu of a bot in one workspace: what it answers to.
CREATE TABLE bot_commands (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  bot_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  command TEXT NOT NULL,
  description TEXT NOT NULL,
  args_hint TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (bot_n, workspace_n, command)
) STRICT;
CREATE INDEX bot_commands_by_workspace ON bot_commands (workspace_n);
