CREATE TABLE programmes (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    -- A list of names, JSON.
    issuers TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;

-- Figures by which lessons of a programme are judged; the last one is in force.
CREATE TABLE policies (
    seq INTEGER PRIMARY KEY,
    programme TEXT NOT NULL REFERENCES programmes (id),
    version TEXT NOT NULL,
    toml TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (programme, version)
) STRICT;

CREATE TRIGGER policies_are_not_changed BEFORE UPDATE ON policies
BEGIN
    SELECT RAISE (ABORT, 'policies are never changed');
END;

CREATE TRIGGER policies_are_not_deleted BEFORE DELETE ON policies
BEGIN
    SELECT RAISE (ABORT, 'policies are never deleted');
END;

CREATE TABLE phases (
    -- {programme}-{number}.
    id TEXT PRIMARY KEY,
    programme TEXT NOT NULL REFERENCES programmes (id),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99),
    title TEXT NOT NULL,
    hours_ch INTEGER NOT NULL,
    plan_seats INTEGER NOT NULL CHECK (plan_seats >= 0),
    -- Days of Shanghai, both included.
    registration_first TEXT NOT NULL,
    registration_last TEXT NOT NULL,
    study_first TEXT NOT NULL,
    study_last TEXT NOT NULL,
    -- Lists of words, JSON.
    tracks TEXT NOT NULL,
    categories TEXT NOT NULL,
    choose_class INTEGER NOT NULL,
    -- Since then whoever is approved gets a class at once.
    formed_at_ms INTEGER,
    UNIQUE (programme, number)
) STRICT;

-- Beside the 37 units of the program, src/course/unit.rs.
CREATE TABLE direct_units (
    programme TEXT NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (programme, code),
    UNIQUE (programme, name)
) STRICT;

-- Exactly one lead and one contact for each unit (S1-26).
CREATE TABLE unit_contacts (
    programme TEXT NOT NULL REFERENCES programmes (id),
    unit TEXT NOT NULL,
    -- JSON, encrypted.
    lead BLOB NOT NULL,
    contact BLOB NOT NULL,
    PRIMARY KEY (programme, unit)
) STRICT;

CREATE TABLE quotas (
    phase TEXT NOT NULL REFERENCES phases (id),
    unit TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats >= 0),
    PRIMARY KEY (phase, unit)
) STRICT;

CREATE TABLE nominations (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    unit TEXT NOT NULL,
    -- Keyed hash of kind and number of the document.
    document BLOB NOT NULL,
    name TEXT NOT NULL,
    sex TEXT NOT NULL,
    document_kind TEXT NOT NULL,
    -- Number, mobile, e-mail: JSON, encrypted.
    private BLOB NOT NULL,
    -- The other columns, JSON.
    rest TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (phase, document)
) STRICT;

CREATE INDEX nominations_of_unit ON nominations (phase, unit, id);

CREATE TABLE classes (
    -- {phase}-{number}, three digits.
    id TEXT PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    number INTEGER NOT NULL,
    track TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    host TEXT NOT NULL,
    host_kind TEXT,
    UNIQUE (phase, number)
) STRICT;

CREATE TABLE registrations (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    person TEXT NOT NULL REFERENCES people (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'waitlisted', 'rejected', 'approved',
        'placed', 'active', 'completed', 'failed', 'withdrawn')),
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    sex TEXT,
    document_kind TEXT,
    -- Keyed hashes, to find and to compare; none in a draft that has no number yet.
    document BLOB,
    mobile BLOB,
    -- Number, mobile, e-mail: JSON, encrypted.
    private BLOB NOT NULL,
    school TEXT NOT NULL,
    school_kind TEXT,
    track TEXT NOT NULL,
    category TEXT NOT NULL,
    -- What is only kept, JSON.
    rest TEXT NOT NULL,
    -- The order of submission, in which lists show and the waiting list moves up.
    submission INTEGER,
    submitted_at_ms INTEGER,
    recommended_at_ms INTEGER,
    -- The order of approval, in which classes are filled.
    approval INTEGER,
    approved_at_ms INTEGER,
    reason TEXT NOT NULL,
    class TEXT REFERENCES classes (id),
    UNIQUE (phase, person),
    CHECK (state = 'draft' OR (submission IS NOT NULL AND document IS NOT NULL)),
    CHECK ((state IN ('placed', 'active', 'completed', 'failed')) <= (class IS NOT NULL))
) STRICT;

-- One person once in a phase, whatever the spelling.
CREATE UNIQUE INDEX registrations_once ON registrations (phase, document)
WHERE state NOT IN ('draft', 'rejected');
CREATE UNIQUE INDEX registrations_in_order ON registrations (phase, submission) WHERE submission IS NOT NULL;
CREATE UNIQUE INDEX registrations_by_approval ON registrations (phase, approval) WHERE approval IS NOT NULL;
CREATE INDEX registrations_of_unit ON registrations (phase, unit, state, submission);
CREATE INDEX registrations_by_state ON registrations (phase, state, submission);
CREATE INDEX registrations_to_place ON registrations (phase, approval) WHERE state = 'approved';
CREATE INDEX registrations_of_class ON registrations (class) WHERE class IS NOT NULL;
CREATE INDEX registrations_of_person ON registrations (person);
CREATE INDEX registrations_of_document ON registrations (document);
CREATE INDEX registrations_of_mobile ON registrations (phase, mobile);

-- The way of each registration. `by` is nobody when the server did it.
CREATE TABLE registration_steps (
    id INTEGER PRIMARY KEY,
    registration INTEGER NOT NULL REFERENCES registrations (id),
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    by TEXT,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX registration_steps_of ON registration_steps (registration);

CREATE TRIGGER registration_steps_are_not_changed BEFORE UPDATE ON registration_steps
BEGIN
    SELECT RAISE (ABORT, 'steps are never changed');
END;

CREATE TRIGGER registration_steps_are_not_deleted BEFORE DELETE ON registration_steps
BEGIN
    SELECT RAISE (ABORT, 'steps are never deleted');
END;

CREATE TABLE phase_courses (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('live', 'async')),
    nature TEXT NOT NULL CHECK (nature IN ('theory', 'practice')),
    cap_ch INTEGER,
    module TEXT NOT NULL
) STRICT;

CREATE INDEX courses_of_phase ON phase_courses (phase);

-- A lesson belongs to one class; those of the demo and the command line to none.
ALTER TABLE lessons ADD COLUMN class TEXT REFERENCES classes (id);
ALTER TABLE lessons ADD COLUMN course INTEGER REFERENCES phase_courses (id);
ALTER TABLE lessons ADD COLUMN kind TEXT NOT NULL DEFAULT 'live' CHECK (kind IN ('live', 'async'));
-- Asynchronous: the lesson whose recording is watched.
ALTER TABLE lessons ADD COLUMN source TEXT REFERENCES lessons (id);
CREATE INDEX lessons_of_class ON lessons (class, planned_start_ms);
