-- What was computed about a lesson. Other facts, another policy or another stage make another row.
CREATE TABLE results (
    id INTEGER PRIMARY KEY,
    lesson TEXT NOT NULL REFERENCES lessons (id),
    stage TEXT NOT NULL CHECK (stage IN ('provisional', 'final')),
    policy_version TEXT NOT NULL,
    -- SHA-256 of the facts.
    input_digest TEXT NOT NULL,
    computed_at_ms INTEGER NOT NULL,
    taught_s INTEGER NOT NULL,
    -- What the lesson is worth as it was taught.
    effective_ch INTEGER NOT NULL,
    -- As `live-classroom hours --explain` prints it.
    report TEXT NOT NULL,
    -- The facts: the audit file, compressed by gzip.
    events BLOB NOT NULL,
    -- SHA-256 of all that stands above and of the lines.
    digest TEXT NOT NULL
) STRICT;

CREATE TRIGGER results_are_not_changed BEFORE UPDATE ON results
BEGIN
    SELECT RAISE (ABORT, 'results are never changed');
END;

CREATE TRIGGER results_are_not_deleted BEFORE DELETE ON results
BEGIN
    SELECT RAISE (ABORT, 'results are never deleted');
END;

CREATE TRIGGER results_are_not_replaced BEFORE INSERT ON results
WHEN EXISTS (SELECT 1 FROM results WHERE id = NEW.id)
BEGIN
    SELECT RAISE (ABORT, 'results are never replaced');
END;

-- The same by person.
CREATE TABLE result_lines (
    result INTEGER NOT NULL REFERENCES results (id),
    person TEXT NOT NULL,
    line TEXT NOT NULL,
    live_ch INTEGER NOT NULL GENERATED ALWAYS AS (line ->> '$.live_ch') STORED,
    credit_ch INTEGER NOT NULL GENERATED ALWAYS AS (line ->> '$.credit_ch') STORED,
    PRIMARY KEY (result, person)
) STRICT;

CREATE INDEX result_lines_of_person ON result_lines (person, result);

CREATE TRIGGER result_lines_are_not_changed BEFORE UPDATE ON result_lines
BEGIN
    SELECT RAISE (ABORT, 'results are never changed');
END;

CREATE TRIGGER result_lines_are_not_deleted BEFORE DELETE ON result_lines
BEGIN
    SELECT RAISE (ABORT, 'results are never deleted');
END;

CREATE TRIGGER result_lines_are_not_replaced BEFORE INSERT ON result_lines
WHEN EXISTS (SELECT 1 FROM result_lines WHERE result = NEW.result AND person = NEW.person)
BEGIN
    SELECT RAISE (ABORT, 'results are never replaced');
END;

-- How far a lesson has come, so that work is not done again.
CREATE TABLE judged (
    lesson TEXT PRIMARY KEY REFERENCES lessons (id),
    -- The one that stands.
    result INTEGER NOT NULL REFERENCES results (id),
    -- The time for appeals runs from here.
    provisional_at_ms INTEGER NOT NULL,
    -- The class was ended when it was judged, not lost.
    ended INTEGER NOT NULL,
    -- When its facts were looked through last.
    looked_at_ms INTEGER NOT NULL,
    -- Another lesson's result may change this one's.
    due INTEGER NOT NULL
) STRICT;

CREATE INDEX judged_by_result ON judged (result);

-- Somebody outside of the class watched all of a published course (CR-11).
CREATE TABLE completions (
    lesson TEXT NOT NULL REFERENCES lessons (id),
    person TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    -- Fixed by the length of the course as it was published.
    credit_ch INTEGER NOT NULL,
    policy_version TEXT NOT NULL,
    -- What was watched, as in `watched`.
    covered TEXT NOT NULL,
    -- SHA-256 of all of this; its entry in the ledger names it.
    digest TEXT NOT NULL,
    PRIMARY KEY (lesson, person)
) STRICT;

CREATE INDEX completions_of_person ON completions (person);

CREATE TRIGGER completions_are_not_changed BEFORE UPDATE ON completions
BEGIN
    SELECT RAISE (ABORT, 'completions are never changed');
END;

CREATE TRIGGER completions_are_not_deleted BEFORE DELETE ON completions
BEGIN
    SELECT RAISE (ABORT, 'completions are never deleted');
END;

CREATE TRIGGER completions_are_not_replaced BEFORE INSERT ON completions
WHEN EXISTS (SELECT 1 FROM completions WHERE lesson = NEW.lesson AND person = NEW.person)
BEGIN
    SELECT RAISE (ABORT, 'completions are never replaced');
END;

-- The credit ledger (CR-19). No references: an entry stands for itself.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    content TEXT NOT NULL,
    lesson TEXT CHECK (lesson <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('live', 'async', 'makeup', 'adjust', 'revoke', 'reverse')),
    delta_ch INTEGER NOT NULL,
    policy_version TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    approver TEXT CHECK (approver <> ''),
    at_ms INTEGER NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX entries_of_person ON entries (person, content);

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE (ABORT, 'entries are never changed');
END;

CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
BEGIN
    SELECT RAISE (ABORT, 'entries are never deleted');
END;

CREATE TRIGGER entries_are_not_replaced BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE (ABORT, 'entries are never replaced');
END;

-- How far the ledger had come at the end of a local day, signed.
CREATE TABLE heads (
    date TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;

CREATE TRIGGER heads_are_not_changed BEFORE UPDATE ON heads
BEGIN
    SELECT RAISE (ABORT, 'heads are never changed');
END;

CREATE TRIGGER heads_are_not_deleted BEFORE DELETE ON heads
BEGIN
    SELECT RAISE (ABORT, 'heads are never deleted');
END;

CREATE TRIGGER heads_are_not_replaced BEFORE INSERT ON heads
WHEN EXISTS (SELECT 1 FROM heads WHERE date = NEW.date)
BEGIN
    SELECT RAISE (ABORT, 'heads are never replaced');
END;

CREATE TABLE appeals (
    id INTEGER PRIMARY KEY,
    lesson TEXT NOT NULL REFERENCES lessons (id),
    person TEXT NOT NULL REFERENCES people (id),
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'waits', 'granted', 'dismissed')),
    answer TEXT,
    decided_by TEXT REFERENCES people (id),
    decided_at_ms INTEGER
) STRICT;

CREATE UNIQUE INDEX appeals_one_at_a_time ON appeals (lesson, person) WHERE state IN ('open', 'waits');
CREATE INDEX appeals_of_person ON appeals (person);

CREATE TRIGGER appeals_are_not_deleted BEFORE DELETE ON appeals
BEGIN
    SELECT RAISE (ABORT, 'appeals are never deleted');
END;

CREATE TRIGGER appeals_are_decided_once BEFORE UPDATE ON appeals
WHEN OLD.state IN ('granted', 'dismissed')
    OR (OLD.lesson, OLD.person, OLD.text, OLD.at_ms) <> (NEW.lesson, NEW.person, NEW.text, NEW.at_ms)
BEGIN
    SELECT RAISE (ABORT, 'appeals are decided once');
END;

-- Corrections that a second person must approve (CR-20, CR-21).
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,
    lesson TEXT NOT NULL REFERENCES lessons (id),
    person TEXT NOT NULL REFERENCES people (id),
    act TEXT NOT NULL CHECK (act IN ('adjust', 'revoke')),
    appeal INTEGER REFERENCES appeals (id),
    delta_ch INTEGER NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'entered', 'refused')),
    decided_by TEXT REFERENCES people (id),
    decided_at_ms INTEGER
) STRICT;

CREATE INDEX corrections_waiting ON corrections (state, lesson);

CREATE TRIGGER corrections_are_not_deleted BEFORE DELETE ON corrections
BEGIN
    SELECT RAISE (ABORT, 'corrections are never deleted');
END;

CREATE TRIGGER corrections_are_decided_once BEFORE UPDATE ON corrections
WHEN OLD.state <> 'waits'
    OR (OLD.lesson, OLD.person, OLD.act, OLD.delta_ch, OLD.code, OLD.text, OLD.asked_by, OLD.at_ms)
        <> (NEW.lesson, NEW.person, NEW.act, NEW.delta_ch, NEW.code, NEW.text, NEW.asked_by, NEW.at_ms)
BEGIN
    SELECT RAISE (ABORT, 'corrections are decided once');
END;

CREATE INDEX lessons_of_content ON lessons (content);
CREATE INDEX enrolments_of_person ON enrolments (person);
CREATE INDEX watched_lately ON watched (lesson, heard_at_ms);

CREATE VIEW shown_appeals AS
SELECT appeals.id, lesson, title, person, name, text, at_ms, appeals.state, answer
FROM appeals JOIN lessons ON lessons.id = lesson JOIN people ON people.id = person;
