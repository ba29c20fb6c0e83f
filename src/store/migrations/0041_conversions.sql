-- How many hours make a credit in a programme; the last row holds.
CREATE TABLE conversions (
    id INTEGER PRIMARY KEY,
    programme TEXT NOT NULL REFERENCES programmes (id),
    -- JSON (src/attendance/conversion.rs).
    body TEXT NOT NULL,
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX conversions_of_programme ON conversions (programme);

CREATE TRIGGER conversions_are_not_changed BEFORE UPDATE ON conversions
BEGIN
    SELECT RAISE (ABORT, 'conversions are never changed');
END;

CREATE TRIGGER conversions_are_not_deleted BEFORE DELETE ON conversions
BEGIN
    SELECT RAISE (ABORT, 'conversions are never deleted');
END;
