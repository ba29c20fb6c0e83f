-- The plan of a lesson. What is taught has a name of its own: it is earned once, however often it is given.
ALTER TABLE lessons ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE lessons ADD COLUMN credit_ch INTEGER NOT NULL DEFAULT 200;
ALTER TABLE lessons ADD COLUMN planned_start_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lessons ADD COLUMN planned_end_ms INTEGER NOT NULL DEFAULT 0;

UPDATE lessons SET content = id, planned_start_ms = created_at_ms, planned_end_ms = created_at_ms + 5400000;

-- Who belongs to a lesson, and since when: without it no presence counts (CR-1).
CREATE TABLE enrolments (
    lesson TEXT NOT NULL REFERENCES lessons (id),
    person TEXT NOT NULL REFERENCES people (id),
    approved_at_ms INTEGER NOT NULL,
    PRIMARY KEY (lesson, person)
) STRICT;

INSERT INTO enrolments (lesson, person, approved_at_ms)
SELECT DISTINCT lesson, person, 0 FROM secrets
WHERE person IS NOT NULL AND lesson IS NOT NULL AND role = 'trainee';
