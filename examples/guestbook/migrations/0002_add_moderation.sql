-- A hidden entry stays in the table; a note says why; both in one migration.
ALTER TABLE entries ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
CREATE TABLE notes (
  entry_id TEXT NOT NULL REFERENCES entries (id),
  note TEXT NOT NULL CHECK (note <> ';')
);
