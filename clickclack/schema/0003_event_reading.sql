-- Who reads a stream goes through what is for all of it and through what is for the reader, which
-- event_recipients is keyed by; never through what is for others alone.
CREATE INDEX events_for_all ON events (stream, n) WHERE private = 0;

-- What has ended is found by when it did.
CREATE INDEX magic_links_by_end ON magic_links (expires_at);
CREATE INDEX credentials_by_end ON credentials (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX credentials_by_revocation ON credentials (revoked_at) WHERE revoked_at IS NOT NULL;
