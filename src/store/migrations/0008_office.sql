-- What somebody has agreed to at a registration (个人信息保护法 7, 14, 17): which notice, and when.
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    phase TEXT NOT NULL REFERENCES phases (id),
    version TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (person, phase, version)
) STRICT;

CREATE TRIGGER consents_are_not_changed BEFORE UPDATE ON consents
BEGIN
    SELECT RAISE (ABORT, 'consents are never changed');
END;

CREATE TRIGGER consents_are_not_deleted BEFORE DELETE ON consents
BEGIN
    SELECT RAISE (ABORT, 'consents are never deleted');
END;

-- How many a school may send to a phase (S0-02): JSON; none where there is no bound.
ALTER TABLE phases ADD COLUMN per_school TEXT;

-- Why the unit speaks for somebody (S0-03).
ALTER TABLE registrations ADD COLUMN attestation TEXT NOT NULL DEFAULT '';
-- The name of the school without blanks, in the one form that is compared; and its code.
ALTER TABLE registrations ADD COLUMN school_key TEXT NOT NULL DEFAULT '';
ALTER TABLE registrations ADD COLUMN school_code TEXT NOT NULL DEFAULT '';

UPDATE registrations SET
    school_key = lower(replace(replace(replace(replace(school, ' ', ''), '　', ''), '（', '('), '）', ')')),
    school_code = coalesce(json_extract(rest, '$.school_code'), '');

CREATE INDEX registrations_of_school ON registrations (phase, school_key, state);
CREATE INDEX registrations_of_school_code ON registrations (phase, school_code, state) WHERE school_code <> '';
