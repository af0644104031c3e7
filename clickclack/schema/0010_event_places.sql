-- Who may see few places reads each of them; who may see many passes the others within the index.
DROP INDEX events_for_all;
DROP INDEX events_by_stream;
CREATE INDEX events_by_stream ON events (stream, private, n, place);
CREATE INDEX events_by_place ON events (place, n) WHERE private = 0 AND place IS NOT NULL;
CREATE INDEX events_of_no_place ON events (stream, n) WHERE private = 0 AND place IS NULL;
