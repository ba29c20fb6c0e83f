-- Two people declare when a class was held that nobody started, or that was ended by mistake: one asks, another
-- one confirms. What was confirmed is a fact of the lesson, too.
CREATE TABLE declarations (
    id INTEGER PRIMARY KEY,
    lesson TEXT NOT NULL REFERENCES lessons (id),
    -- Instants at which something of the instructor arrived.
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    text TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'entered', 'refused')),
    decided_by TEXT REFERENCES people (id),
    decided_at_ms INTEGER,
    CHECK (from_ms < to_ms),
    CHECK ((state = 'waits') = (decided_by IS NULL)),
    CHECK (state <> 'entered' OR decided_by <> asked_by)
) STRICT;

-- One at a time.
CREATE UNIQUE INDEX declarations_waiting ON declarations (lesson) WHERE state = 'waits';
CREATE INDEX declarations_of_lesson ON declarations (lesson);

CREATE TRIGGER declarations_are_not_deleted BEFORE DELETE ON declarations
BEGIN
    SELECT RAISE (ABORT, 'declarations are never deleted');
END;

CREATE TRIGGER declarations_are_decided_once BEFORE UPDATE ON declarations
WHEN OLD.state <> 'waits'
    OR (OLD.lesson, OLD.from_ms, OLD.to_ms, OLD.text, OLD.asked_by, OLD.at_ms)
        <> (NEW.lesson, NEW.from_ms, NEW.to_ms, NEW.text, NEW.asked_by, NEW.at_ms)
BEGIN
    SELECT RAISE (ABORT, 'declarations are decided once');
END;
