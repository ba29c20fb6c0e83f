-- The number of a programme in the numbers of its certificates.
CREATE TABLE certificate_programmes (
    programme TEXT PRIMARY KEY REFERENCES programmes (id),
    number INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 999)
) STRICT;

-- Lists of people who have completed a phase, released by somebody with that right.
CREATE TABLE certificate_batches (
    id INTEGER PRIMARY KEY,
    phase TEXT NOT NULL REFERENCES phases (id),
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    -- The day that is printed, of Shanghai.
    issued_on TEXT NOT NULL
) STRICT;

CREATE INDEX certificate_batches_of_phase ON certificate_batches (phase);

-- Whose certificates are to be issued, in this order.
CREATE TABLE certificate_orders (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL REFERENCES certificate_batches (id),
    registration INTEGER NOT NULL REFERENCES registrations (id),
    state TEXT NOT NULL CHECK (state IN ('waits', 'issued', 'left_out')),
    -- Why somebody was left out; else empty.
    reason TEXT NOT NULL,
    UNIQUE (batch, registration)
) STRICT;

CREATE UNIQUE INDEX certificate_orders_waiting ON certificate_orders (registration) WHERE state = 'waits';

CREATE TABLE certificates (
    -- From 1, without a gap.
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    registration INTEGER NOT NULL REFERENCES registrations (id),
    -- By which the phase was completed.
    conclusion INTEGER NOT NULL REFERENCES conclusions (id),
    -- NULL: issued alone, in place of one that it supersedes.
    batch INTEGER REFERENCES certificate_batches (id),
    -- Programme, phase and unit, in which serial numbers have no gap.
    series TEXT NOT NULL,
    serial INTEGER NOT NULL,
    -- What is printed, as JSON (src/certificate/content.rs); frozen.
    content TEXT NOT NULL,
    -- SHA-256 of the file.
    pdf TEXT NOT NULL,
    -- The list of withdrawn badges and the place in it.
    list INTEGER NOT NULL,
    bit INTEGER NOT NULL,
    -- Of the hash of the name in the badge.
    salt TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('valid', 'superseded', 'revoked')),
    -- The number of the one that supersedes it.
    replaced_by TEXT,
    ended_at_ms INTEGER,
    -- Keyed hash of all of this.
    mac TEXT NOT NULL,
    UNIQUE (series, serial),
    UNIQUE (list, bit),
    CHECK ((state = 'valid') = (ended_at_ms IS NULL))
) STRICT;

-- At most one valid one for somebody in a phase.
CREATE UNIQUE INDEX certificates_valid ON certificates (registration) WHERE state = 'valid';
CREATE INDEX certificates_of_registration ON certificates (registration);

CREATE TRIGGER certificates_are_not_deleted BEFORE DELETE ON certificates
BEGIN
    SELECT RAISE (ABORT, 'certificates are never deleted');
END;

CREATE TRIGGER certificates_end_once BEFORE UPDATE ON certificates
WHEN OLD.state <> 'valid'
    OR (OLD.id, OLD.number, OLD.registration, OLD.conclusion, OLD.series, OLD.serial, OLD.content, OLD.pdf, OLD.list,
        OLD.bit, OLD.salt, OLD.at_ms)
        <> (NEW.id, NEW.number, NEW.registration, NEW.conclusion, NEW.series, NEW.serial, NEW.content, NEW.pdf, NEW.list,
            NEW.bit, NEW.salt, NEW.at_ms)
BEGIN
    SELECT RAISE (ABORT, 'certificates are frozen');
END;

CREATE TRIGGER certificates_are_not_replaced BEFORE INSERT ON certificates
WHEN EXISTS (SELECT 1 FROM certificates WHERE id = NEW.id OR number = NEW.number)
BEGIN
    SELECT RAISE (ABORT, 'certificates are never replaced');
END;

-- Revocations, each by two people.
CREATE TABLE certificate_revocations (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL REFERENCES certificates (number),
    reason TEXT NOT NULL,
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waits', 'done', 'refused')),
    decided_by TEXT REFERENCES people (id),
    decided_at_ms INTEGER
) STRICT;

CREATE UNIQUE INDEX certificate_revocations_waiting ON certificate_revocations (number) WHERE state = 'waits';
