-- How the papers of a phase's self-test are made; the last row of a phase holds.
CREATE TABLE quiz_rules (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    -- Versioned JSON (src/programme/quiz.rs).
    body TEXT NOT NULL,
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX quiz_rules_of_phase ON quiz_rules (phase);

CREATE TRIGGER quiz_rules_are_not_changed BEFORE UPDATE ON quiz_rules
BEGIN
    SELECT RAISE (ABORT, 'rules of self-tests are never changed');
END;

CREATE TRIGGER quiz_rules_are_not_deleted BEFORE DELETE ON quiz_rules
BEGIN
    SELECT RAISE (ABORT, 'rules of self-tests are never deleted');
END;

-- The bank of a phase. A question that is changed is another one, so that papers keep theirs.
CREATE TABLE quiz_questions (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    -- JSON (src/programme/quiz.rs), with what is right.
    body TEXT NOT NULL,
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    -- From then on it is in no new paper.
    removed_at_ms INTEGER
) STRICT;

CREATE INDEX quiz_questions_of_phase ON quiz_questions (phase) WHERE removed_at_ms IS NULL;

CREATE TRIGGER quiz_questions_are_not_changed BEFORE UPDATE OF id, phase, body, by, at_ms ON quiz_questions
BEGIN
    SELECT RAISE (ABORT, 'questions of self-tests are never changed');
END;

CREATE TRIGGER quiz_questions_are_not_deleted BEFORE DELETE ON quiz_questions
BEGIN
    SELECT RAISE (ABORT, 'questions of self-tests are never deleted');
END;

-- A try of somebody: what was asked.
CREATE TABLE quiz_papers (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    person TEXT NOT NULL REFERENCES people (id),
    -- From 1.
    number INTEGER NOT NULL,
    -- The body of the rule that held.
    rule TEXT NOT NULL,
    -- By which the questions were drawn: hexadecimal.
    seed TEXT NOT NULL,
    -- JSON (src/programme/quiz/paper.rs): the questions, and the order of their options.
    questions TEXT NOT NULL,
    begun_at_ms INTEGER NOT NULL,
    -- When it ends by itself.
    closes_ms INTEGER NOT NULL,
    UNIQUE (phase, person, number)
) STRICT;

CREATE TRIGGER quiz_papers_are_not_changed BEFORE UPDATE ON quiz_papers
BEGIN
    SELECT RAISE (ABORT, 'papers are never changed');
END;

CREATE TRIGGER quiz_papers_are_not_deleted BEFORE DELETE ON quiz_papers
BEGIN
    SELECT RAISE (ABORT, 'papers are never deleted');
END;

-- Each answer as it was given; the last one of a place counts.
CREATE TABLE quiz_answers (
    id INTEGER PRIMARY KEY,
    paper INTEGER NOT NULL REFERENCES quiz_papers (id),
    -- In the paper, from 0.
    place INTEGER NOT NULL,
    -- JSON (src/programme/quiz/paper.rs).
    body TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX quiz_answers_of_paper ON quiz_answers (paper, place);

CREATE TRIGGER quiz_answers_are_not_changed BEFORE UPDATE ON quiz_answers
BEGIN
    SELECT RAISE (ABORT, 'answers are never changed');
END;

CREATE TRIGGER quiz_answers_are_not_deleted BEFORE DELETE ON quiz_answers
BEGIN
    SELECT RAISE (ABORT, 'answers are never deleted');
END;

CREATE TRIGGER quiz_answers_come_before_the_end BEFORE INSERT ON quiz_answers
WHEN EXISTS (SELECT 1 FROM quiz_results WHERE paper = NEW.paper)
BEGIN
    SELECT RAISE (ABORT, 'a paper that has ended takes no answers');
END;

-- What papers came to, once they had ended. Numbers are without a gap.
CREATE TABLE quiz_results (
    id INTEGER PRIMARY KEY,
    paper INTEGER NOT NULL UNIQUE REFERENCES quiz_papers (id),
    points INTEGER NOT NULL,
    -- Points of the whole paper.
    of INTEGER NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
    -- 1 or 0 for each question of the paper.
    rights TEXT NOT NULL,
    -- 1: its time was over; 0: it was handed in.
    by_time INTEGER NOT NULL CHECK (by_time IN (0, 1)),
    at_ms INTEGER NOT NULL,
    -- A keyed hash over paper, answers and result.
    mac TEXT NOT NULL
) STRICT;

CREATE TRIGGER quiz_results_are_not_changed BEFORE UPDATE ON quiz_results
BEGIN
    SELECT RAISE (ABORT, 'results are never changed');
END;

CREATE TRIGGER quiz_results_are_not_deleted BEFORE DELETE ON quiz_results
BEGIN
    SELECT RAISE (ABORT, 'results are never deleted');
END;

-- Up to where results had come at the last look.
ALTER TABLE conclusion_looks ADD COLUMN quiz_upto INTEGER NOT NULL DEFAULT 0;
