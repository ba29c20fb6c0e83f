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
