-- Returning browsers, by day and by week: never joined with anything.
ALTER TABLE single ADD COLUMN browsers INTEGER NOT NULL DEFAULT 0;

-- How far a job has come at a site: all buckets before `until` (a local day or the first day of a month) are done.
CREATE TABLE job_mark (
  site INTEGER NOT NULL,
  job TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (site, job)
) STRICT, WITHOUT ROWID;

-- How much of a bucket was folded: visitors in all, and those who no longer stand under their own values.
CREATE TABLE fold (
  site INTEGER NOT NULL,
  rollup INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  total INTEGER NOT NULL,
  folded INTEGER NOT NULL,
  PRIMARY KEY (site, rollup, bucket)
) STRICT, WITHOUT ROWID;

-- What differentially private releases have spent. Days are local, `until` is the one after the last.
CREATE TABLE release (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  site INTEGER NOT NULL,
  kind TEXT NOT NULL,
  first_day INTEGER NOT NULL,
  until_day INTEGER NOT NULL,
  epsilon TEXT NOT NULL,
  delta TEXT NOT NULL,
  rows INTEGER NOT NULL
) STRICT;

-- Privacy requests, under a random reference that only the requester has been given with a name.
CREATE TABLE request (
  reference TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('access', 'correct', 'erase', 'limit', 'object')),
  agent INTEGER NOT NULL CHECK (agent IN (0, 1)),
  received_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT, WITHOUT ROWID;

-- Published versions of the privacy notice.
CREATE TABLE notice (
  version TEXT PRIMARY KEY,
  effective TEXT NOT NULL,
  published_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Mail recipients who objected, as hashes under a key of this instance: the one lasting thing about recipients.
CREATE TABLE secret (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE suppression (
  hash BLOB PRIMARY KEY,
  added_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
