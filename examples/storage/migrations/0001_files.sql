CREATE TABLE owners (
  name TEXT PRIMARY KEY
);
CREATE TABLE files (
  key TEXT PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES owners (name),
  size INTEGER NOT NULL CHECK (size <= 1000)
);
