-- Every lesson has a name for its recording from the moment its room first opens; the folder of that
-- name appears with the first packet.
CREATE TABLE recordings (
    lesson TEXT PRIMARY KEY REFERENCES lessons (id),
    id TEXT NOT NULL UNIQUE
) STRICT;

-- A recording that was published as a course. Times are milliseconds of the recording.
CREATE TABLE courses (
    lesson TEXT PRIMARY KEY REFERENCES recordings (lesson),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('class', 'programme', 'everybody')),
    published_at_ms INTEGER NOT NULL,
    published_by TEXT NOT NULL,
    CHECK (0 <= from_ms AND from_ms < to_ms)
) STRICT;

-- What one person has watched of a recording, by the server's reckoning (CR-11).
CREATE TABLE watched (
    lesson TEXT NOT NULL REFERENCES recordings (lesson),
    person TEXT NOT NULL REFERENCES people (id),
    -- Sorted, disjoint [from, to] pairs as JSON.
    covered TEXT NOT NULL,
    position_ms INTEGER NOT NULL,
    -- Server time of the last heartbeat.
    heard_at_ms INTEGER,
    -- Newly covered since the last answered check.
    unchecked_ms INTEGER NOT NULL,
    PRIMARY KEY (lesson, person)
) STRICT;
