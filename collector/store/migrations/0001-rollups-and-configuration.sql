-- Strings stand once; rows hold their ids. 0 and 1 are constants of the code (collector/store/dictionary.ts).
CREATE TABLE string (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  value TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO string (id, value) VALUES (0, ''), (1, '(other)');

-- Names of rollups, so that rows hold one byte and the order in schema/ may change.
CREATE TABLE rollup (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Whole numbers with a name: `watermark` (batches up to it are in the rollups), `config_version`.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('watermark', 0), ('config_version', 0);

-- Batches of facts that are not in the rollups yet: seconds old.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  facts TEXT NOT NULL
) STRICT;

-- Buckets are site-local hours or days since 1970. The sums of each table are checked against schema/ by a test.
CREATE TABLE trend (
  site INTEGER NOT NULL,
  rollup INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  visitors INTEGER NOT NULL DEFAULT 0,
  visits INTEGER NOT NULL DEFAULT 0,
  pageviews INTEGER NOT NULL DEFAULT 0,
  custom INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0,
  bounces INTEGER NOT NULL DEFAULT 0,
  duration INTEGER NOT NULL DEFAULT 0,
  views INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  hour_first INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, rollup, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE single (
  site INTEGER NOT NULL,
  rollup INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  v1 INTEGER NOT NULL,
  visitors INTEGER NOT NULL DEFAULT 0,
  visits INTEGER NOT NULL DEFAULT 0,
  pageviews INTEGER NOT NULL DEFAULT 0,
  custom INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0,
  bounces INTEGER NOT NULL DEFAULT 0,
  duration INTEGER NOT NULL DEFAULT 0,
  views INTEGER NOT NULL DEFAULT 0,
  engaged INTEGER NOT NULL DEFAULT 0,
  scroll INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  revenue INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, rollup, bucket, v1)
) STRICT, WITHOUT ROWID;

CREATE TABLE pair (
  site INTEGER NOT NULL,
  rollup INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  v1 INTEGER NOT NULL,
  v2 INTEGER NOT NULL,
  visitors INTEGER NOT NULL DEFAULT 0,
  visits INTEGER NOT NULL DEFAULT 0,
  pageviews INTEGER NOT NULL DEFAULT 0,
  custom INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0,
  bounces INTEGER NOT NULL DEFAULT 0,
  duration INTEGER NOT NULL DEFAULT 0,
  views INTEGER NOT NULL DEFAULT 0,
  engaged INTEGER NOT NULL DEFAULT 0,
  scroll INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  revenue INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, rollup, bucket, v1, v2)
) STRICT, WITHOUT ROWID;

-- v1 to v7 are the core dimensions in the order of schema/dimensions.ts.
CREATE TABLE detail (
  site INTEGER NOT NULL,
  rollup INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  v1 INTEGER NOT NULL,
  v2 INTEGER NOT NULL,
  v3 INTEGER NOT NULL,
  v4 INTEGER NOT NULL,
  v5 INTEGER NOT NULL,
  v6 INTEGER NOT NULL,
  v7 INTEGER NOT NULL,
  day_first INTEGER NOT NULL DEFAULT 0,
  acquisition_first INTEGER NOT NULL DEFAULT 0,
  path_first INTEGER NOT NULL DEFAULT 0,
  event_first INTEGER NOT NULL DEFAULT 0,
  starts INTEGER NOT NULL DEFAULT 0,
  page_visits INTEGER NOT NULL DEFAULT 0,
  event_visits INTEGER NOT NULL DEFAULT 0,
  pageviews INTEGER NOT NULL DEFAULT 0,
  custom INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0,
  bounces INTEGER NOT NULL DEFAULT 0,
  duration INTEGER NOT NULL DEFAULT 0,
  views INTEGER NOT NULL DEFAULT 0,
  engaged INTEGER NOT NULL DEFAULT 0,
  scroll INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, rollup, bucket, v1, v2, v3, v4, v5, v6, v7)
) STRICT, WITHOUT ROWID;

-- Ids of sites, users and keys are never used twice (AUTOINCREMENT).
CREATE TABLE site (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  domain TEXT NOT NULL UNIQUE,
  timezone TEXT NOT NULL,
  next_timezone TEXT,
  next_timezone_from INTEGER,
  created_at INTEGER NOT NULL,
  settings TEXT NOT NULL
) STRICT;

CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'viewer')),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE user_site (
  user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  site INTEGER NOT NULL REFERENCES site (id) ON DELETE CASCADE,
  PRIMARY KEY (user, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  hash TEXT PRIMARY KEY,
  user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);

CREATE TABLE key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
