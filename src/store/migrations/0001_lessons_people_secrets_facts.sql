CREATE TABLE lessons (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'live', 'paused', 'ended')),
    created_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER
) STRICT;

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('instructor', 'trainee', 'operator'))
) STRICT;

-- Only hashes: who reads the file cannot sign in with it.
CREATE TABLE secrets (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('link', 'session', 'token')),
    -- The public name of a session.
    seat TEXT UNIQUE,
    person TEXT REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('instructor', 'trainee', 'operator')),
    lesson TEXT REFERENCES lessons (id),
    expires_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER,
    CHECK ((kind = 'session') = (seat IS NOT NULL)),
    CHECK (kind = 'token' OR person IS NOT NULL)
) STRICT;

-- The ledger. `person` is no reference: a guest of a token is nobody's row.
CREATE TABLE facts (
    seq INTEGER PRIMARY KEY,
    lesson TEXT NOT NULL REFERENCES lessons (id),
    person TEXT,
    at_ms INTEGER NOT NULL,
    type TEXT NOT NULL GENERATED ALWAYS AS (body ->> '$.type') STORED,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX facts_of_lesson ON facts (lesson, type);

CREATE TRIGGER facts_are_not_changed BEFORE UPDATE ON facts
BEGIN
    SELECT RAISE (ABORT, 'facts are never changed');
END;

CREATE TRIGGER facts_are_not_deleted BEFORE DELETE ON facts
BEGIN
    SELECT RAISE (ABORT, 'facts are never deleted');
END;

-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER facts_are_not_replaced BEFORE INSERT ON facts
WHEN EXISTS (SELECT 1 FROM facts WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE (ABORT, 'facts are never replaced');
END;
