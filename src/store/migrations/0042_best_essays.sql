-- Accepted essays that were marked as the best, and whether their authors let everybody read them.
CREATE TABLE best_essays (
    essay INTEGER PRIMARY KEY REFERENCES essays (id),
    -- Who marked it.
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    -- 0 or 1; NULL = the author has not answered.
    public INTEGER CHECK (public IN (0, 1)),
    answered_at_ms INTEGER
) STRICT;

-- The public list, the newest first.
CREATE INDEX best_essays_public ON best_essays (answered_at_ms) WHERE public;
