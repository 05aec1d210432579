-- Mails. Labels that are corrected later make these the only counters that may fall.
ALTER TABLE single ADD COLUMN opens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE single ADD COLUMN clicks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE single ADD COLUMN unique_opens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE single ADD COLUMN unique_clicks INTEGER NOT NULL DEFAULT 0;

-- A value that a rollup does not have is that of the empty string.
CREATE TABLE mail (
  site INTEGER NOT NULL,
  rollup INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  v1 INTEGER NOT NULL,
  v2 INTEGER NOT NULL,
  v3 INTEGER NOT NULL,
  opens INTEGER NOT NULL DEFAULT 0,
  clicks INTEGER NOT NULL DEFAULT 0,
  unique_opens INTEGER NOT NULL DEFAULT 0,
  unique_clicks INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, rollup, bucket, v1, v2, v3)
) STRICT, WITHOUT ROWID;

-- Keys that mail links are signed with. The highest signs, all verify; ids are never used twice.
CREATE TABLE mail_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  secret BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- What a sender said of a mail, and when last: its template as prepared last, how many were delivered, when it was sent.
CREATE TABLE campaign (
  site INTEGER NOT NULL REFERENCES site (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  template TEXT,
  unsubscribe_url TEXT,
  prepared_at INTEGER,
  delivered INTEGER,
  sent_at INTEGER,
  said_at INTEGER NOT NULL,
  PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;
