-- A signed head with each judgement, each completed course and each decision of people, instead of one a day. It
-- names the last entry and its hash, what was entered with it, and how far the audit log had come.
DROP TRIGGER heads_are_not_changed;
DROP TRIGGER heads_are_not_deleted;
DROP TRIGGER heads_are_not_replaced;

-- Those of earlier versions stay: one a day, of the days before this.
ALTER TABLE heads RENAME TO day_heads;

CREATE TRIGGER day_heads_are_not_changed BEFORE UPDATE ON day_heads
BEGIN
    SELECT RAISE (ABORT, 'heads are never changed');
END;

CREATE TRIGGER day_heads_are_not_deleted BEFORE DELETE ON day_heads
BEGIN
    SELECT RAISE (ABORT, 'heads are never deleted');
END;

CREATE TABLE heads (
    -- From 1, without a gap.
    number INTEGER PRIMARY KEY,
    date TEXT NOT NULL,
    -- The last entry; 0 and zeros before the first.
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    -- Digest of the result or of the completed course; '' with a decision of people.
    ground TEXT NOT NULL,
    -- The last event of the audit log; 0 and '' before the first.
    audit_seq INTEGER NOT NULL,
    audit_hash TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;

CREATE INDEX heads_by_ground ON heads (ground);

CREATE TRIGGER heads_are_not_changed BEFORE UPDATE ON heads
BEGIN
    SELECT RAISE (ABORT, 'heads are never changed');
END;

CREATE TRIGGER heads_are_not_deleted BEFORE DELETE ON heads
BEGIN
    SELECT RAISE (ABORT, 'heads are never deleted');
END;

CREATE TRIGGER heads_are_not_replaced BEFORE INSERT ON heads
WHEN EXISTS (SELECT 1 FROM heads WHERE number = NEW.number)
BEGIN
    SELECT RAISE (ABORT, 'heads are never replaced');
END;

-- The facts of each lesson as a chain of keyed hashes (HMAC-SHA256, hex): how far it has come.
CREATE TABLE fact_chains (
    lesson TEXT PRIMARY KEY REFERENCES lessons (id),
    hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was watched is changed with each heartbeat, so each row has a keyed hash of its own.
ALTER TABLE watched ADD COLUMN mac TEXT NOT NULL DEFAULT '';

-- Up to where facts and entries are of versions that kept neither chains nor heads with each entry. The program seals
-- this, and what was watched until then, when it first opens the database.
CREATE TABLE sealing (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    facts_upto INTEGER NOT NULL,
    entries_upto INTEGER NOT NULL,
    mac TEXT NOT NULL
) STRICT;

INSERT INTO sealing (id, facts_upto, entries_upto, mac)
SELECT 1, (SELECT coalesce(max(seq), 0) FROM facts), (SELECT coalesce(max(seq), 0) FROM entries), '';

CREATE TRIGGER sealing_is_done_once BEFORE UPDATE ON sealing
WHEN OLD.mac <> '' OR (OLD.facts_upto, OLD.entries_upto) <> (NEW.facts_upto, NEW.entries_upto)
BEGIN
    SELECT RAISE (ABORT, 'the books are sealed once');
END;

CREATE TRIGGER sealing_is_not_deleted BEFORE DELETE ON sealing
BEGIN
    SELECT RAISE (ABORT, 'the books are sealed once');
END;
