-- Signing in through other people's servers, and invitations. Secrets are known by their SHA-256 alone, but for the
-- PKCE verifier, which the provider wants to see.

-- Sign-ins that went to a provider and have not come back yet, each bound to the browser that began it.
CREATE TABLE oauth_transactions (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  state_hash BLOB NOT NULL UNIQUE,
  binding_hash BLOB NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('browser', 'desktop')),
  verifier TEXT NOT NULL,
  desktop_challenge TEXT NOT NULL DEFAULT '',
  desktop_protocol INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX oauth_transactions_by_binding ON oauth_transactions (binding_hash);
CREATE INDEX oauth_transactions_by_end ON oauth_transactions (expires_at);

-- What a desktop program may exchange, once, for a session of the person who signed in in the browser.
CREATE TABLE desktop_grants (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  grant_hash BLOB NOT NULL UNIQUE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  desktop_challenge TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX desktop_grants_by_user ON desktop_grants (user_n);
CREATE INDEX desktop_grants_by_end ON desktop_grants (expires_at);

-- An invitation into a workspace, for one address or for whoever has its token; `mailed_hash` is of the token that the
-- last mail holds.
CREATE TABLE invitations (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  token_hash BLOB NOT NULL UNIQUE,
  mailed_hash BLOB UNIQUE,
  email TEXT NOT NULL DEFAULT '',
  role_n INTEGER NOT NULL REFERENCES roles (n),
  max_uses INTEGER NOT NULL,
  uses INTEGER NOT NULL DEFAULT 0,
  created_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX invitations_by_workspace ON invitations (workspace_n, n);
CREATE INDEX invitations_by_email ON invitations (email) WHERE email <> '';
CREATE INDEX invitations_by_creator ON invitations (created_by_n) WHERE created_by_n IS NOT NULL;
