-- What one person has watched under a lesson's address, by the server's reckoning (CR-11): of its own recording or,
-- when it is studied alone, of its source's. A lesson that is studied alone has no recording, so the table
-- refers to lessons from here on.
CREATE TABLE watched_of_lessons (
    lesson TEXT NOT NULL REFERENCES lessons (id),
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

INSERT INTO watched_of_lessons SELECT * FROM watched;

DROP TABLE watched;

ALTER TABLE watched_of_lessons RENAME TO watched;

CREATE INDEX watched_lately ON watched (lesson, heard_at_ms);
CREATE INDEX watched_by ON watched (person, heard_at_ms);

-- Where a course had something to show when it was published, as in `watched`: breaks and holes cannot be watched.
-- Empty: all of it.
ALTER TABLE courses ADD COLUMN played TEXT NOT NULL DEFAULT '[]';

CREATE INDEX lessons_of_source ON lessons (source) WHERE source IS NOT NULL;
