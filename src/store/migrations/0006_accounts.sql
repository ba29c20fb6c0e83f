-- Accounts. A person who signs in with a password; what is typed to sign in is kept in small letters.
CREATE TABLE accounts (
    person TEXT PRIMARY KEY REFERENCES people (id),
    login TEXT NOT NULL UNIQUE,
    -- Sealed by the vault, and its keyed hash to find it by.
    phone BLOB,
    phone_print BLOB UNIQUE,
    -- argon2id, as PHC writes it; none until the invitation was used.
    password TEXT,
    password_at_ms INTEGER,
    -- Wrong tries of late, JSON.
    failures TEXT NOT NULL DEFAULT '',
    -- Secret of the authenticator, sealed; the one that is being enrolled.
    totp BLOB,
    totp_next BLOB,
    -- The last time step whose code was used: a code works once.
    totp_step INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'frozen')),
    made_at_ms INTEGER NOT NULL,
    CHECK ((phone IS NULL) = (phone_print IS NULL)),
    CHECK ((password IS NULL) = (password_at_ms IS NULL))
) STRICT;

-- None of the last five is taken again.
CREATE TABLE old_passwords (
    person TEXT NOT NULL REFERENCES accounts (person),
    at_ms INTEGER NOT NULL,
    password TEXT NOT NULL,
    PRIMARY KEY (person, at_ms)
) STRICT;

CREATE TABLE recovery_codes (
    person TEXT NOT NULL REFERENCES accounts (person),
    hash BLOB NOT NULL,
    PRIMARY KEY (person, hash)
) STRICT;

-- Roles, each over everything that it reaches, one unit or one class; '' where it has none.
CREATE TABLE account_roles (
    person TEXT NOT NULL REFERENCES accounts (person),
    role TEXT NOT NULL CHECK (role IN ('trainee', 'instructor', 'class_admin', 'unit_admin', 'training_admin',
        'operator', 'auditor', 'system_admin', 'security_admin', 'audit_admin')),
    unit TEXT NOT NULL DEFAULT '',
    class TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person, role, unit, class)
) STRICT;

CREATE INDEX account_roles_of_unit ON account_roles (unit, role);

-- The same as before, with invitations, and with sessions of accounts: these have no role of their own,
-- what they may do is asked anew every time.
CREATE TABLE new_secrets (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('link', 'session', 'token', 'invitation')),
    -- The public name of a session.
    seat TEXT UNIQUE,
    person TEXT REFERENCES people (id),
    role TEXT CHECK (role IN ('instructor', 'trainee', 'operator')),
    lesson TEXT REFERENCES lessons (id),
    expires_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER,
    -- Of an invitation: the authenticator is forgotten when it is used.
    forget_totp INTEGER NOT NULL DEFAULT 0,
    CHECK ((kind = 'session') = (seat IS NOT NULL)),
    CHECK (kind = 'token' OR person IS NOT NULL),
    CHECK (kind IN ('session', 'invitation') OR role IS NOT NULL)
) STRICT;

INSERT INTO new_secrets (hash, kind, seat, person, role, lesson, expires_at_ms, used_at_ms)
SELECT hash, kind, seat, person, role, lesson, expires_at_ms, used_at_ms FROM secrets;

DROP TABLE secrets;
ALTER TABLE new_secrets RENAME TO secrets;
CREATE INDEX secrets_of_person ON secrets (person, kind);

-- Whether `vault.key` is the key of this database.
CREATE TABLE vault (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    proof BLOB NOT NULL
) STRICT;

-- The audit log: one event for each privileged write, in the same transaction. No references: an event
-- stands for itself.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    done INTEGER NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_actor ON audit (actor, seq);
CREATE INDEX audit_by_target ON audit (target, seq);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE (ABORT, 'the audit log is never changed');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE (ABORT, 'the audit log is never deleted');
END;

CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE (ABORT, 'the audit log is never replaced');
END;

-- The timetable. (`lessons.class` comes with the classes.)
ALTER TABLE lessons ADD COLUMN cancelled_at_ms INTEGER;

CREATE TABLE lesson_instructors (
    lesson TEXT NOT NULL REFERENCES lessons (id),
    person TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (lesson, person)
) STRICT;

CREATE INDEX lesson_instructors_by_person ON lesson_instructors (person);

-- Secret addresses of calendars: only hashes.
CREATE TABLE calendars (
    person TEXT PRIMARY KEY REFERENCES people (id),
    hash BLOB NOT NULL UNIQUE
) STRICT;

-- To a phase or to a class; those taken back stay.
CREATE TABLE announcements (
    id INTEGER PRIMARY KEY,
    phase TEXT,
    class TEXT,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    by TEXT NOT NULL REFERENCES people (id),
    at_ms INTEGER NOT NULL,
    taken_back_at_ms INTEGER,
    CHECK ((phase IS NULL) <> (class IS NULL))
) STRICT;

CREATE INDEX announcements_of_class ON announcements (class);
CREATE INDEX announcements_of_phase ON announcements (phase);
