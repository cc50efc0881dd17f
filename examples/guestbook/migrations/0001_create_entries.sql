-- Entries, newest last.
CREATE TABLE entries (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  message TEXT NOT NULL,
  signed_at INTEGER NOT NULL
);
CREATE INDEX entries_by_time ON entries (signed_at);
