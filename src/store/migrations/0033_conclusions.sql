-- How a phase ended for somebody; the last row of a registration holds. Rows with a number form one chain of keyed hashes.
CREATE TABLE conclusions (
    -- From 1, without a gap.
    id INTEGER PRIMARY KEY,
    registration INTEGER NOT NULL REFERENCES registrations (id),
    -- Versioned JSON (src/programme/conclusion.rs).
    body TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    mac TEXT NOT NULL
) STRICT;

CREATE INDEX conclusions_of_registration ON conclusions (registration, id);

CREATE TRIGGER conclusions_are_not_changed BEFORE UPDATE ON conclusions
BEGIN
    SELECT RAISE (ABORT, 'conclusions are never changed');
END;

CREATE TRIGGER conclusions_are_not_deleted BEFORE DELETE ON conclusions
BEGIN
    SELECT RAISE (ABORT, 'conclusions are never deleted');
END;

CREATE TRIGGER conclusions_are_not_replaced BEFORE INSERT ON conclusions
WHEN EXISTS (SELECT 1 FROM conclusions WHERE id = NEW.id)
BEGIN
    SELECT RAISE (ABORT, 'conclusions are never replaced');
END;

-- Up to where the people of a phase were looked at, so that work is not done again. May be deleted: then everybody is
-- looked at.
CREATE TABLE conclusion_looks (
    phase TEXT PRIMARY KEY REFERENCES phases (id),
    entries_upto INTEGER NOT NULL,
    results_upto INTEGER NOT NULL,
    reviews_upto INTEGER NOT NULL,
    -- What the phase asked for then.
    asked TEXT NOT NULL,
    -- When everybody was looked at last.
    all_at_ms INTEGER NOT NULL
) STRICT;
