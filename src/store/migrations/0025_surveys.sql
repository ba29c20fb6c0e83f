-- What a phase asks its trainees in the end. Changed until somebody has answered it.
CREATE TABLE surveys (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL UNIQUE REFERENCES phases (id),
    -- Versioned JSON (src/programme/survey.rs).
    body TEXT NOT NULL,
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL
) STRICT;

-- Who has answered. It does not say when: with times, an anonymous answer would have a name again.
CREATE TABLE survey_takers (
    survey INTEGER NOT NULL REFERENCES surveys (id),
    person TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (survey, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE survey_answers (
    -- Random: the order of the rows says nothing about who answered first.
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES surveys (id),
    -- NULL: the survey is anonymous.
    person TEXT REFERENCES people (id),
    -- JSON (src/programme/survey.rs), an answer for each question.
    body TEXT NOT NULL
) STRICT;

CREATE INDEX survey_answers_of_survey ON survey_answers (survey);

CREATE TRIGGER survey_answers_are_not_changed BEFORE UPDATE ON survey_answers
BEGIN
    SELECT RAISE (ABORT, 'answers are never changed');
END;
