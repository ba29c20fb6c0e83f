-- Reports that are kept as files. Those that wait are made by the server one after the other; one that was made never changes,
-- whatever later ones say.
CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    kind TEXT NOT NULL CHECK (kind IN ('completion', 'summary', 'sheets', 'pack')),
    -- Code of the unit; NULL: of all.
    unit TEXT,
    format TEXT NOT NULL CHECK (format IN ('xlsx', 'csv', 'gb18030', 'zip')),
    -- Who asked for it, and when.
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waits', 'made', 'failed')),
    -- Up to where the ledger was read: number and time of its last entry.
    source_seq INTEGER,
    source_ms INTEGER,
    bytes INTEGER,
    -- Of the file.
    sha256 TEXT,
    ended_at_ms INTEGER,
    -- Keyed hash of all of this.
    mac TEXT,
    CHECK ((state = 'made') = (sha256 IS NOT NULL)),
    CHECK ((state = 'waits') = (ended_at_ms IS NULL))
) STRICT;

CREATE INDEX reports_of_phase ON reports (phase, id);
-- The same thing waits once.
CREATE UNIQUE INDEX reports_waiting ON reports (phase, kind, format, coalesce(unit, '')) WHERE state = 'waits';

CREATE TRIGGER reports_are_not_deleted BEFORE DELETE ON reports
BEGIN
    SELECT RAISE (ABORT, 'reports are never deleted');
END;

CREATE TRIGGER reports_end_once BEFORE UPDATE ON reports
WHEN OLD.state <> 'waits'
    OR (OLD.id, OLD.phase, OLD.kind, OLD.format, OLD.by, OLD.at_ms)
        <> (NEW.id, NEW.phase, NEW.kind, NEW.format, NEW.by, NEW.at_ms)
    OR OLD.unit IS NOT NEW.unit
BEGIN
    SELECT RAISE (ABORT, 'reports that were made are never changed');
END;

CREATE TRIGGER reports_are_not_replaced BEFORE INSERT ON reports
WHEN EXISTS (SELECT 1 FROM reports WHERE id = NEW.id)
BEGIN
    SELECT RAISE (ABORT, 'reports are never replaced');
END;
