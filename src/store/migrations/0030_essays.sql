-- What a phase asks for before somebody has completed it; the last row of a phase holds.
CREATE TABLE requirements (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    -- Versioned JSON (src/programme/requirement.rs).
    body TEXT NOT NULL,
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX requirements_of_phase ON requirements (phase);

CREATE TRIGGER requirements_are_not_changed BEFORE UPDATE ON requirements
BEGIN
    SELECT RAISE (ABORT, 'requirements are never changed');
END;

CREATE TRIGGER requirements_are_not_deleted BEFORE DELETE ON requirements
BEGIN
    SELECT RAISE (ABORT, 'requirements are never deleted');
END;

-- The essay of a trainee in a phase, as its author last saved it.
CREATE TABLE essays (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    person TEXT NOT NULL REFERENCES people (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'accepted')),
    -- Grows with each save: whoever saves says which one was changed.
    revision INTEGER NOT NULL,
    text TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    -- The file that was uploaded last.
    file INTEGER REFERENCES essay_files (id),
    UNIQUE (phase, person)
) STRICT;

-- Uploads as they came. Of those to which no version refers only the last one of an essay is kept.
CREATE TABLE essay_files (
    id INTEGER PRIMARY KEY,
    essay INTEGER NOT NULL REFERENCES essays (id),
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX files_of_essay ON essay_files (essay);

-- Each text that was handed in.
CREATE TABLE essay_versions (
    id INTEGER PRIMARY KEY,
    essay INTEGER NOT NULL REFERENCES essays (id),
    -- From 1.
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    -- By E-1.
    count INTEGER NOT NULL,
    -- To find others alike: 4 bytes each, the lowest first, in rising order (src/essay/prints.rs).
    prints BLOB NOT NULL,
    file INTEGER REFERENCES essay_files (id),
    at_ms INTEGER NOT NULL,
    UNIQUE (essay, number)
) STRICT;

CREATE INDEX versions_with_file ON essay_versions (file) WHERE file IS NOT NULL;

CREATE TRIGGER essay_versions_are_not_changed BEFORE UPDATE ON essay_versions
BEGIN
    SELECT RAISE (ABORT, 'texts that were handed in are never changed');
END;

-- Who reviews the essays of a phase.
CREATE TABLE essay_reviewers (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    person TEXT NOT NULL REFERENCES people (id),
    -- Codes of the units whose essays this person does not review: JSON.
    units TEXT NOT NULL,
    UNIQUE (phase, person)
) STRICT;

-- Which reviewer was given which text.
CREATE TABLE essay_shares (
    id INTEGER PRIMARY KEY,
    essay INTEGER NOT NULL REFERENCES essays (id),
    version INTEGER NOT NULL,
    reviewer TEXT NOT NULL REFERENCES people (id),
    -- passed_on: somebody else is asked for a second opinion.
    state TEXT NOT NULL CHECK (state IN ('open', 'reviewed', 'passed_on')),
    -- Of whoever asks for a second opinion: what to look at. Stands in the share of the one who is asked.
    question TEXT,
    at_ms INTEGER NOT NULL,
    UNIQUE (essay, version, reviewer)
) STRICT;

-- One reviewer at a time.
CREATE UNIQUE INDEX essay_shares_open ON essay_shares (essay, version) WHERE state = 'open';
CREATE INDEX essay_shares_of_reviewer ON essay_shares (reviewer, state);

CREATE TABLE essay_reviews (
    id INTEGER PRIMARY KEY,
    essay INTEGER NOT NULL REFERENCES essays (id),
    version INTEGER NOT NULL,
    reviewer TEXT NOT NULL REFERENCES people (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'return')),
    -- 主题鲜明, 条理清晰, 结构完整, 逻辑严谨.
    theme INTEGER NOT NULL CHECK (theme BETWEEN 1 AND 5),
    ordering INTEGER NOT NULL CHECK (ordering BETWEEN 1 AND 5),
    structure INTEGER NOT NULL CHECK (structure BETWEEN 1 AND 5),
    logic INTEGER NOT NULL CHECK (logic BETWEEN 1 AND 5),
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (essay, version)
) STRICT;

CREATE TRIGGER essay_reviews_are_not_changed BEFORE UPDATE ON essay_reviews
BEGIN
    SELECT RAISE (ABORT, 'reviews are never changed');
END;

CREATE TRIGGER essay_reviews_are_not_deleted BEFORE DELETE ON essay_reviews
BEGIN
    SELECT RAISE (ABORT, 'reviews are never deleted');
END;
