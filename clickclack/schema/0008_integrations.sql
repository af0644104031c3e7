-- Calls to other people's servers: who is called, with what, how each try went; and the integrations that ask for them.
-- Secrets that sign such calls are sealed with the key that lies beside the database.

-- `kind` says how requests are signed, `scope` whose allow-list holds. `failures` counts those in a row since the last
-- success, `failed_at` is the last of them; before `open_until` nothing is sent. `pending` counts waiting deliveries.
CREATE TABLE delivery_endpoints (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL,
  secret BLOB NOT NULL,
  pending INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  failed_at INTEGER NOT NULL DEFAULT 0,
  open_until INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE INDEX delivery_endpoints_waiting ON delivery_endpoints (n) WHERE pending > 0 AND closed_at IS NULL;

-- What is told, at least once. `subject` is the id of what it tells of and `topic` its kind; `attempts` numbers all
-- tries, `tries` those since it was queued last, at `queued_at`.
CREATE TABLE deliveries (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  endpoint_n INTEGER NOT NULL REFERENCES delivery_endpoints (n) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  topic TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  queued_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  last_error TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX deliveries_due ON deliveries (endpoint_n, next_at, n) WHERE state = 'pending';
CREATE INDEX deliveries_waiting ON deliveries (queued_at) WHERE state = 'pending';
CREATE INDEX deliveries_dead ON deliveries (endpoint_n, n) WHERE state = 'dead';
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_n, n);
CREATE INDEX deliveries_by_end ON deliveries (state, finished_at) WHERE finished_at IS NOT NULL;

-- One try: `status` is 0 when there was no answer.
CREATE TABLE delivery_attempts (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  delivery_n INTEGER NOT NULL REFERENCES deliveries (n) ON DELETE CASCADE,
  endpoint_n INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  status INTEGER NOT NULL,
  response TEXT NOT NULL,
  error TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  completed_at INTEGER NOT NULL,
  UNIQUE (delivery_n, attempt)
) STRICT;
CREATE INDEX delivery_attempts_by_endpoint ON delivery_attempts (endpoint_n, n);

-- Where calls of a scope may go, and nowhere else: host names, networks. A scope without entries is not narrowed.
CREATE TABLE outbound_allowances (
  scope TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (scope, entry)
) STRICT, WITHOUT ROWID;

-- How far durable readers of the event log have come.
CREATE TABLE event_readers (
  name TEXT PRIMARY KEY,
  event_n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO event_readers (name, event_n) SELECT 'event subscriptions', COALESCE(MAX(n), 0) FROM events;

CREATE TABLE app_installations (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  app_slug TEXT NOT NULL,
  display_name TEXT NOT NULL,
  bot_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  config TEXT NOT NULL,
  created_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  setup_nonce TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX app_installations_by_workspace ON app_installations (workspace_n, n);
CREATE INDEX app_installations_by_bot ON app_installations (bot_n);
CREATE INDEX app_installations_by_creator ON app_installations (created_by_n) WHERE created_by_n IS NOT NULL;
CREATE UNIQUE INDEX app_installations_by_nonce ON app_installations (created_by_n, setup_nonce) WHERE setup_nonce <> '';

CREATE TABLE slash_commands (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  installation_n INTEGER REFERENCES app_installations (n) ON DELETE CASCADE,
  command TEXT NOT NULL,
  description TEXT NOT NULL,
  callback_url TEXT NOT NULL,
  secret BLOB NOT NULL,
  bot_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  created_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX slash_commands_active ON slash_commands (workspace_n, command) WHERE revoked_at IS NULL;
CREATE INDEX slash_commands_by_workspace ON slash_commands (workspace_n);
CREATE INDEX slash_commands_by_installation ON slash_commands (installation_n) WHERE installation_n IS NOT NULL;
CREATE INDEX slash_commands_by_bot ON slash_commands (bot_n);
CREATE INDEX slash_commands_by_creator ON slash_commands (created_by_n) WHERE created_by_n IS NOT NULL;

-- One use of a command: what was sent, and what came back; `response_status` is 0 until then, or when nothing did.
CREATE TABLE slash_invocations (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  command_n INTEGER NOT NULL REFERENCES slash_commands (n) ON DELETE CASCADE,
  channel_n INTEGER NOT NULL REFERENCES channels (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  text TEXT NOT NULL,
  payload TEXT NOT NULL,
  response_status INTEGER NOT NULL DEFAULT 0,
  response_body TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  completed_at INTEGER
) STRICT;
CREATE INDEX slash_invocations_by_command ON slash_invocations (command_n);
CREATE INDEX slash_invocations_by_channel ON slash_invocations (channel_n);
CREATE INDEX slash_invocations_by_user ON slash_invocations (user_n);
CREATE INDEX slash_invocations_by_age ON slash_invocations (created_at);

-- `event_types` is a JSON list, `since_n` the last event before it: what was earlier is not told.
CREATE TABLE event_subscriptions (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  installation_n INTEGER REFERENCES app_installations (n) ON DELETE CASCADE,
  event_types TEXT NOT NULL,
  endpoint_n INTEGER NOT NULL UNIQUE REFERENCES delivery_endpoints (n) ON DELETE CASCADE,
  since_n INTEGER NOT NULL,
  created_by_n INTEGER REFERENCES users (n) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX event_subscriptions_active ON event_subscriptions (workspace_n, n) WHERE revoked_at IS NULL;
CREATE INDEX event_subscriptions_by_workspace ON event_subscriptions (workspace_n);
CREATE INDEX event_subscriptions_by_installation ON event_subscriptions (installation_n) WHERE installation_n IS NOT NULL;
CREATE INDEX event_subscriptions_by_creator ON event_subscriptions (created_by_n) WHERE created_by_n IS NOT NULL;

-- Who somebody is at another service, as an app knows them.
CREATE TABLE connected_accounts (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workspace_n INTEGER NOT NULL REFERENCES workspaces (n) ON DELETE CASCADE,
  user_n INTEGER NOT NULL REFERENCES users (n) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  provider_account_id TEXT NOT NULL,
  display_name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  UNIQUE (workspace_n, provider, provider_account_id)
) STRICT;
CREATE INDEX connected_accounts_by_user ON connected_accounts (user_n);
