-- Nobody watches two recordings at once.
CREATE INDEX watched_by_person ON watched (person, heard_at_ms);

-- The facts of the lesson that were known when it was judged: up to this number, and their SHA-256.
-- Results of earlier versions have none.
ALTER TABLE results ADD COLUMN facts_upto INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN facts_digest TEXT NOT NULL DEFAULT '';
CREATE INDEX results_of_lesson ON results (lesson, input_digest);

-- With what the ledger says about the content, so that whoever decides sees it.
DROP VIEW shown_appeals;
CREATE VIEW shown_appeals AS
SELECT appeals.id, lesson, title, person, name, text, at_ms, appeals.state, answer,
    (SELECT coalesce(sum(delta_ch), 0) FROM entries
     WHERE entries.person = appeals.person AND entries.content = lessons.content) AS balance_ch
FROM appeals JOIN lessons ON lessons.id = lesson JOIN people ON people.id = person;

-- The same as before, with the balance that was seen, with what the server asks for itself (nobody has
-- asked then: the first operator who agrees takes it over), and with the words of whoever decided.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    lesson TEXT NOT NULL REFERENCES lessons (id),
    person TEXT NOT NULL REFERENCES people (id),
    act TEXT NOT NULL CHECK (act IN ('adjust', 'revoke', 'reverse')),
    appeal INTEGER REFERENCES appeals (id),
    delta_ch INTEGER NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    seen_balance_ch INTEGER NOT NULL,
    asked_by TEXT REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'entered', 'refused')),
    decided_by TEXT REFERENCES people (id),
    decided_at_ms INTEGER,
    decision_text TEXT,
    CHECK (act = 'reverse' OR asked_by IS NOT NULL)
) STRICT;

INSERT INTO decisions
SELECT corrections.id, lesson, corrections.person, act, appeal, delta_ch, code, text,
    (SELECT coalesce(sum(entries.delta_ch), 0) FROM entries
     WHERE entries.person = corrections.person AND entries.content = lessons.content),
    asked_by, at_ms, corrections.state, decided_by, decided_at_ms, NULL
FROM corrections JOIN lessons ON lessons.id = lesson;

DROP TABLE corrections;
ALTER TABLE decisions RENAME TO corrections;

CREATE INDEX corrections_waiting ON corrections (state, lesson);

CREATE TRIGGER corrections_are_not_deleted BEFORE DELETE ON corrections
BEGIN
    SELECT RAISE (ABORT, 'corrections are never deleted');
END;

CREATE TRIGGER corrections_are_decided_once BEFORE UPDATE ON corrections
WHEN OLD.state <> 'waits'
    OR (OLD.lesson, OLD.person, OLD.act, OLD.delta_ch, OLD.code, OLD.text, OLD.seen_balance_ch, OLD.at_ms)
        <> (NEW.lesson, NEW.person, NEW.act, NEW.delta_ch, NEW.code, NEW.text, NEW.seen_balance_ch, NEW.at_ms)
    OR OLD.asked_by <> NEW.asked_by
BEGIN
    SELECT RAISE (ABORT, 'corrections are decided once');
END;
