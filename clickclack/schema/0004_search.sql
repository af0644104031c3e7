-- The full-text index of ordinary messages that are not deleted: their words without case and accents, the stems of
-- these, and in `scope` words that narrow a search without reading a message: w<workspace> c<channel>
-- d<direct conversation> u<author>, and what a message has.
-- It is filled after the commit: `search_progress` says how far, `search_changes` which older messages are out of date.
CREATE VIRTUAL TABLE messages_fts USING fts5 (body, stems, scope, tokenize = 'unicode61 remove_diacritics 0');

CREATE TABLE search_progress (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  indexed_n INTEGER NOT NULL
) STRICT;
INSERT INTO search_progress (only_row, indexed_n) VALUES (1, 0);

-- Messages that changed since, in the order in which they did.
CREATE TABLE search_changes (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  message_n INTEGER NOT NULL REFERENCES messages (n) ON DELETE CASCADE
) STRICT;
CREATE INDEX search_changes_by_message ON search_changes (message_n);
