-- Who may see some places alone reads each of them; who may see very many passes the others within the index.
DROP INDEX events_for_all;
DROP INDEX events_by_stream;
CREATE INDEX events_by_stream ON events (stream, private, n, place);
CREATE INDEX events_by_place ON events (stream, place, n) WHERE private = 0;
