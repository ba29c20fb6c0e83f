-- The schema of SQLite's migrations up to 0042. Later migrations have the same numbers in both folders.

-- WORDS OF SQLITE that the statements of the store are written in.

-- JSON is kept as text, byte by byte as it was sealed, so PostgreSQL's own operators for json do not fit.

CREATE FUNCTION json_field(body text, name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN cast(body AS json) ->> name;

CREATE FUNCTION json_field(body text, place integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN cast(body AS json) ->> place;

CREATE FUNCTION json_part(body text, name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN cast(cast(body AS json) -> name AS text);

CREATE FUNCTION json_part(body text, place integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN cast(cast(body AS json) -> place AS text);

CREATE OPERATOR ->> (FUNCTION = json_field, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR ->> (FUNCTION = json_field, LEFTARG = text, RIGHTARG = integer);
CREATE OPERATOR -> (FUNCTION = json_part, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR -> (FUNCTION = json_part, LEFTARG = text, RIGHTARG = integer);

-- The elements of a list; an absent list has none.
CREATE FUNCTION json_each(list text) RETURNS TABLE (key bigint, value text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20
AS $$ SELECT place - 1, element FROM json_array_elements_text(cast(list AS json)) WITH ORDINALITY AS listed (element, place) $$;

CREATE FUNCTION instr(whole text, part text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN strpos(whole, part);

CREATE FUNCTION substr(whole text, first bigint, length bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.substr(whole, cast(first AS integer), cast(least(length, 2147483647) AS integer));

-- Whether a text is of this pattern, of which `*`, `?` and `[…]` are known.
CREATE FUNCTION glob(pattern text, whole text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN whole ~ ('^' || replace(replace(regexp_replace(pattern, '([.+(){}|$\\])', '\\\1', 'g'), '*', '.*'), '?', '.') || '$');

CREATE FUNCTION min(one bigint, other bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN one <= other THEN one WHEN other < one THEN other END;

CREATE FUNCTION max(one bigint, other bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN one >= other THEN one WHEN other > one THEN other END;

-- NUMBERS WITHOUT A GAP, as SQLite gives them: the verification misses a result whose number was lost in a rollback, which
-- numbers of a sequence are. Whoever writes holds the lock of the one writer.

CREATE FUNCTION next_result() RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT coalesce(max(id), 0) + 1 FROM results);
END
$$;

CREATE FUNCTION next_quiz_result() RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT coalesce(max(id), 0) + 1 FROM quiz_results);
END
$$;

-- WHAT TRIGGERS DO.

-- Refuses with the message of the trigger.
CREATE FUNCTION forbidden() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END
$$;

-- Refuses a row that is there already. Not put together as a text for each row, which takes five times as long.
CREATE FUNCTION never_replaced() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    is_there boolean;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'facts' THEN is_there := EXISTS (SELECT 1 FROM facts WHERE seq = NEW.seq);
        WHEN 'audit' THEN is_there := EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq);
        WHEN 'entries' THEN is_there := EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq);
        WHEN 'heads' THEN is_there := EXISTS (SELECT 1 FROM heads WHERE number = NEW.number);
        WHEN 'results' THEN is_there := EXISTS (SELECT 1 FROM results WHERE id = NEW.id);
        WHEN 'result_lines' THEN
            is_there := EXISTS (SELECT 1 FROM result_lines WHERE result = NEW.result AND person = NEW.person);
        WHEN 'completions' THEN
            is_there := EXISTS (SELECT 1 FROM completions WHERE lesson = NEW.lesson AND person = NEW.person);
        WHEN 'conclusions' THEN is_there := EXISTS (SELECT 1 FROM conclusions WHERE id = NEW.id);
        WHEN 'certificates' THEN
            is_there := EXISTS (SELECT 1 FROM certificates WHERE id = NEW.id OR number = NEW.number);
        WHEN 'reports' THEN is_there := EXISTS (SELECT 1 FROM reports WHERE id = NEW.id);
    END CASE;
    IF is_there THEN
        RAISE EXCEPTION '%', TG_ARGV[0];
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION steps_of_the_admitted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT approved_at_ms FROM registrations WHERE id = OLD.registration) IS NOT NULL THEN
        RAISE EXCEPTION '%', TG_ARGV[0];
    END IF;
    RETURN OLD;
END
$$;

CREATE FUNCTION answers_after_the_end() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM quiz_results WHERE paper = NEW.paper) THEN
        RAISE EXCEPTION '%', TG_ARGV[0];
    END IF;
    RETURN NEW;
END
$$;

-- TABLES.

CREATE TABLE programmes (
    id TEXT COLLATE "C" PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    -- A list of names, JSON.
    issuers TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE phases (
    -- {programme}-{number}.
    id TEXT COLLATE "C" PRIMARY KEY,
    programme TEXT COLLATE "C" NOT NULL REFERENCES programmes (id),
    number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 99),
    title TEXT COLLATE "C" NOT NULL,
    hours_ch BIGINT NOT NULL,
    plan_seats BIGINT NOT NULL CHECK (plan_seats >= 0),
    -- Days of Shanghai, both included.
    registration_first TEXT COLLATE "C" NOT NULL,
    registration_last TEXT COLLATE "C" NOT NULL,
    study_first TEXT COLLATE "C" NOT NULL,
    study_last TEXT COLLATE "C" NOT NULL,
    -- Lists of words, JSON.
    tracks TEXT COLLATE "C" NOT NULL,
    categories TEXT COLLATE "C" NOT NULL,
    choose_class BOOLEAN NOT NULL,
    -- Instant at which classes were formed: later approvals get a class at once. NULL = not yet.
    formed_at_ms BIGINT,
    per_school TEXT COLLATE "C",
    UNIQUE (programme, number)
);

CREATE TABLE classes (
    -- {phase}-{number}, three digits.
    id TEXT COLLATE "C" PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    number BIGINT NOT NULL,
    track TEXT COLLATE "C" NOT NULL,
    capacity BIGINT NOT NULL,
    host TEXT COLLATE "C" NOT NULL,
    host_kind TEXT COLLATE "C",
    UNIQUE (phase, number)
);

CREATE TABLE phase_courses (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    title TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('live', 'async')),
    nature TEXT COLLATE "C" NOT NULL CHECK (nature IN ('theory', 'practice')),
    cap_ch BIGINT,
    module TEXT COLLATE "C" NOT NULL
);
CREATE INDEX courses_of_phase ON phase_courses (phase);

CREATE TABLE lessons (
    id TEXT COLLATE "C" PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'live', 'paused', 'ended')),
    created_at_ms BIGINT NOT NULL,
    started_at_ms BIGINT,
    content TEXT COLLATE "C" NOT NULL DEFAULT '',
    credit_ch BIGINT NOT NULL DEFAULT 200,
    planned_start_ms BIGINT NOT NULL DEFAULT 0,
    planned_end_ms BIGINT NOT NULL DEFAULT 0,
    cancelled_at_ms BIGINT,
    class TEXT COLLATE "C" REFERENCES classes (id),
    course BIGINT REFERENCES phase_courses (id),
    kind TEXT COLLATE "C" NOT NULL DEFAULT 'live' CHECK (kind IN ('live', 'async')),
    source TEXT COLLATE "C" REFERENCES lessons (id),
    plan_mac TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX lessons_of_content ON lessons (content);
CREATE INDEX lessons_of_class ON lessons (class, planned_start_ms);
CREATE INDEX lessons_of_source ON lessons (source) WHERE source IS NOT NULL;

CREATE TABLE people (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('instructor', 'trainee', 'operator'))
);

CREATE TABLE facts (
    seq BIGINT PRIMARY KEY,
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    person TEXT COLLATE "C",
    at_ms BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (body ->> 'type') STORED,
    body TEXT COLLATE "C" NOT NULL
);
CREATE INDEX facts_of_lesson ON facts (lesson, type);
CREATE TRIGGER facts_are_not_changed BEFORE UPDATE ON facts FOR EACH ROW
    EXECUTE FUNCTION forbidden('facts are never changed');
CREATE TRIGGER facts_are_not_deleted BEFORE DELETE ON facts FOR EACH ROW
    EXECUTE FUNCTION forbidden('facts are never deleted');
CREATE TRIGGER facts_are_not_replaced BEFORE INSERT ON facts FOR EACH ROW
    EXECUTE FUNCTION never_replaced('facts are never replaced');
CREATE TRIGGER facts_are_not_emptied BEFORE TRUNCATE ON facts
    EXECUTE FUNCTION forbidden('facts are never deleted');

CREATE TABLE recordings (
    lesson TEXT COLLATE "C" PRIMARY KEY REFERENCES lessons (id),
    id TEXT COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE courses (
    lesson TEXT COLLATE "C" PRIMARY KEY REFERENCES recordings (lesson),
    title TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    from_ms BIGINT NOT NULL,
    to_ms BIGINT NOT NULL,
    audience TEXT COLLATE "C" NOT NULL CHECK (audience IN ('class', 'programme', 'everybody')),
    published_at_ms BIGINT NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    played TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    speaker TEXT COLLATE "C" NOT NULL DEFAULT '',
    tags TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    listed BOOLEAN NOT NULL DEFAULT false,
    CHECK (0 <= from_ms AND from_ms < to_ms)
);
CREATE INDEX courses_in_catalogue ON courses (published_at_ms DESC) WHERE listed AND audience = 'everybody';

CREATE TABLE enrolments (
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    approved_at_ms BIGINT NOT NULL,
    PRIMARY KEY (lesson, person)
);
CREATE INDEX enrolments_of_person ON enrolments (person);

CREATE TABLE results (
    id BIGINT DEFAULT next_result() PRIMARY KEY,
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    stage TEXT COLLATE "C" NOT NULL CHECK (stage IN ('provisional', 'final')),
    policy_version TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of the facts.
    input_digest TEXT COLLATE "C" NOT NULL,
    computed_at_ms BIGINT NOT NULL,
    taught_s BIGINT NOT NULL,
    -- Credit of the lesson as it was taught, ch.
    effective_ch BIGINT NOT NULL,
    -- As `live-classroom hours --explain` prints it.
    report TEXT COLLATE "C" NOT NULL,
    -- The facts: the audit file, compressed by gzip.
    events BYTEA NOT NULL,
    -- SHA-256 of all that stands above and of the lines.
    digest TEXT COLLATE "C" NOT NULL,
    facts_upto BIGINT NOT NULL DEFAULT 0,
    facts_digest TEXT COLLATE "C" NOT NULL DEFAULT '',
    rules_version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX results_of_lesson ON results (lesson, input_digest);
CREATE TRIGGER results_are_not_changed BEFORE UPDATE ON results FOR EACH ROW
    EXECUTE FUNCTION forbidden('results are never changed');
CREATE TRIGGER results_are_not_deleted BEFORE DELETE ON results FOR EACH ROW
    EXECUTE FUNCTION forbidden('results are never deleted');
CREATE TRIGGER results_are_not_replaced BEFORE INSERT ON results FOR EACH ROW
    EXECUTE FUNCTION never_replaced('results are never replaced');
CREATE TRIGGER results_are_not_emptied BEFORE TRUNCATE ON results
    EXECUTE FUNCTION forbidden('results are never deleted');

CREATE TABLE result_lines (
    result BIGINT NOT NULL REFERENCES results (id),
    person TEXT COLLATE "C" NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    live_ch BIGINT NOT NULL GENERATED ALWAYS AS (cast(line ->> 'live_ch' AS bigint)) STORED,
    credit_ch BIGINT NOT NULL GENERATED ALWAYS AS (cast(line ->> 'credit_ch' AS bigint)) STORED,
    PRIMARY KEY (result, person)
);
CREATE INDEX result_lines_of_person ON result_lines (person, result);
CREATE TRIGGER result_lines_are_not_changed BEFORE UPDATE ON result_lines FOR EACH ROW
    EXECUTE FUNCTION forbidden('results are never changed');
CREATE TRIGGER result_lines_are_not_deleted BEFORE DELETE ON result_lines FOR EACH ROW
    EXECUTE FUNCTION forbidden('results are never deleted');
CREATE TRIGGER result_lines_are_not_replaced BEFORE INSERT ON result_lines FOR EACH ROW
    EXECUTE FUNCTION never_replaced('results are never replaced');
CREATE TRIGGER result_lines_are_not_emptied BEFORE TRUNCATE ON result_lines
    EXECUTE FUNCTION forbidden('results are never deleted');

CREATE TABLE judged (
    lesson TEXT COLLATE "C" PRIMARY KEY REFERENCES lessons (id),
    -- The one that stands.
    result BIGINT NOT NULL REFERENCES results (id),
    -- The time for appeals runs from here.
    provisional_at_ms BIGINT NOT NULL,
    -- The class was ended when it was judged, not lost.
    ended BOOLEAN NOT NULL,
    -- When its facts were looked through last.
    looked_at_ms BIGINT NOT NULL,
    -- Another lesson's result may change this one's.
    due BOOLEAN NOT NULL
);
CREATE INDEX judged_by_result ON judged (result);

CREATE TABLE completions (
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    -- Fixed by the length of the course as it was published.
    credit_ch BIGINT NOT NULL,
    policy_version TEXT COLLATE "C" NOT NULL,
    -- Watched stretches of the recording, JSON as in `watched.covered`.
    covered TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of all of this; its entry in the ledger names it.
    digest TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (lesson, person)
);
CREATE INDEX completions_of_person ON completions (person);
CREATE TRIGGER completions_are_not_changed BEFORE UPDATE ON completions FOR EACH ROW
    EXECUTE FUNCTION forbidden('completions are never changed');
CREATE TRIGGER completions_are_not_deleted BEFORE DELETE ON completions FOR EACH ROW
    EXECUTE FUNCTION forbidden('completions are never deleted');
CREATE TRIGGER completions_are_not_replaced BEFORE INSERT ON completions FOR EACH ROW
    EXECUTE FUNCTION never_replaced('completions are never replaced');
CREATE TRIGGER completions_are_not_emptied BEFORE TRUNCATE ON completions
    EXECUTE FUNCTION forbidden('completions are never deleted');

CREATE TABLE entries (
    seq BIGINT PRIMARY KEY,
    person TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL,
    lesson TEXT COLLATE "C" CHECK (lesson <> ''),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('live', 'async', 'makeup', 'adjust', 'revoke', 'reverse')),
    delta_ch BIGINT NOT NULL,
    policy_version TEXT COLLATE "C" NOT NULL,
    input_digest TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    approver TEXT COLLATE "C" CHECK (approver <> ''),
    at_ms BIGINT NOT NULL,
    prev_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
CREATE INDEX entries_of_person ON entries (person, content);
CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries FOR EACH ROW
    EXECUTE FUNCTION forbidden('entries are never changed');
CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries FOR EACH ROW
    EXECUTE FUNCTION forbidden('entries are never deleted');
CREATE TRIGGER entries_are_not_replaced BEFORE INSERT ON entries FOR EACH ROW
    EXECUTE FUNCTION never_replaced('entries are never replaced');
CREATE TRIGGER entries_are_not_emptied BEFORE TRUNCATE ON entries
    EXECUTE FUNCTION forbidden('entries are never deleted');

CREATE TABLE day_heads (
    date TEXT COLLATE "C" PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL
);
CREATE TRIGGER day_heads_are_not_changed BEFORE UPDATE ON day_heads FOR EACH ROW
    EXECUTE FUNCTION forbidden('heads are never changed');
CREATE TRIGGER day_heads_are_not_deleted BEFORE DELETE ON day_heads FOR EACH ROW
    EXECUTE FUNCTION forbidden('heads are never deleted');
CREATE TRIGGER day_heads_are_not_emptied BEFORE TRUNCATE ON day_heads
    EXECUTE FUNCTION forbidden('heads are never deleted');

CREATE TABLE appeals (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    text TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'waits', 'granted', 'dismissed')),
    answer TEXT COLLATE "C",
    decided_by TEXT COLLATE "C" REFERENCES people (id),
    decided_at_ms BIGINT
);
CREATE UNIQUE INDEX appeals_one_at_a_time ON appeals (lesson, person) WHERE state IN ('open', 'waits');
CREATE INDEX appeals_of_person ON appeals (person);
CREATE TRIGGER appeals_are_not_deleted BEFORE DELETE ON appeals FOR EACH ROW
    EXECUTE FUNCTION forbidden('appeals are never deleted');
CREATE TRIGGER appeals_are_decided_once BEFORE UPDATE ON appeals FOR EACH ROW
    WHEN (OLD.state IN ('granted', 'dismissed')
    OR (OLD.lesson, OLD.person, OLD.text, OLD.at_ms) <> (NEW.lesson, NEW.person, NEW.text, NEW.at_ms))
    EXECUTE FUNCTION forbidden('appeals are decided once');
CREATE TRIGGER appeals_are_not_emptied BEFORE TRUNCATE ON appeals
    EXECUTE FUNCTION forbidden('appeals are never deleted');

CREATE TABLE corrections (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    act TEXT COLLATE "C" NOT NULL CHECK (act IN ('adjust', 'revoke', 'reverse')),
    appeal BIGINT REFERENCES appeals (id),
    delta_ch BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    seen_balance_ch BIGINT NOT NULL,
    asked_by TEXT COLLATE "C" REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'entered', 'refused')),
    decided_by TEXT COLLATE "C" REFERENCES people (id),
    decided_at_ms BIGINT,
    decision_text TEXT COLLATE "C",
    CHECK (act = 'reverse' OR asked_by IS NOT NULL)
);
CREATE INDEX corrections_waiting ON corrections (state, lesson);
CREATE TRIGGER corrections_are_not_deleted BEFORE DELETE ON corrections FOR EACH ROW
    EXECUTE FUNCTION forbidden('corrections are never deleted');
CREATE TRIGGER corrections_are_decided_once BEFORE UPDATE ON corrections FOR EACH ROW
    WHEN (OLD.state <> 'waits'
    OR (OLD.lesson, OLD.person, OLD.act, OLD.delta_ch, OLD.code, OLD.text, OLD.seen_balance_ch, OLD.at_ms)
        <> (NEW.lesson, NEW.person, NEW.act, NEW.delta_ch, NEW.code, NEW.text, NEW.seen_balance_ch, NEW.at_ms)
    OR OLD.asked_by <> NEW.asked_by)
    EXECUTE FUNCTION forbidden('corrections are decided once');
CREATE TRIGGER corrections_are_not_emptied BEFORE TRUNCATE ON corrections
    EXECUTE FUNCTION forbidden('corrections are never deleted');

CREATE TABLE accounts (
    person TEXT COLLATE "C" PRIMARY KEY REFERENCES people (id),
    login TEXT COLLATE "C" NOT NULL UNIQUE,
    -- Sealed by the vault, and its keyed hash to find it by.
    phone BYTEA,
    phone_print BYTEA UNIQUE,
    -- argon2id, as PHC writes it; none until the invitation was used.
    password TEXT COLLATE "C",
    password_at_ms BIGINT,
    -- Wrong tries of late, JSON.
    totp BYTEA,
    totp_next BYTEA,
    -- The last time step whose code was used: a code works once.
    totp_step BIGINT NOT NULL DEFAULT 0,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'frozen')),
    made_at_ms BIGINT NOT NULL,
    CHECK ((phone IS NULL) = (phone_print IS NULL)),
    CHECK ((password IS NULL) = (password_at_ms IS NULL))
);

CREATE TABLE old_passwords (
    person TEXT COLLATE "C" NOT NULL REFERENCES accounts (person),
    at_ms BIGINT NOT NULL,
    password TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, at_ms)
);

CREATE TABLE recovery_codes (
    person TEXT COLLATE "C" NOT NULL REFERENCES accounts (person),
    hash BYTEA NOT NULL,
    PRIMARY KEY (person, hash)
);

CREATE TABLE account_roles (
    person TEXT COLLATE "C" NOT NULL REFERENCES accounts (person),
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('trainee', 'instructor', 'class_admin', 'unit_admin', 'training_admin', 'operator', 'auditor', 'system_admin', 'security_admin', 'audit_admin')),
    unit TEXT COLLATE "C" NOT NULL DEFAULT '',
    class TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (person, role, unit, class)
);
CREATE INDEX account_roles_of_unit ON account_roles (unit, role);

CREATE TABLE secrets (
    hash BYTEA PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('link', 'session', 'token', 'invitation')),
    -- The public name of a session.
    seat TEXT COLLATE "C" UNIQUE,
    person TEXT COLLATE "C" REFERENCES people (id),
    role TEXT COLLATE "C" CHECK (role IN ('instructor', 'trainee', 'operator')),
    lesson TEXT COLLATE "C" REFERENCES lessons (id),
    expires_at_ms BIGINT NOT NULL,
    used_at_ms BIGINT,
    -- Whether using this invitation forgets the authenticator of its owner.
    forget_totp BOOLEAN NOT NULL DEFAULT false,
    CHECK ((kind = 'session') = (seat IS NOT NULL)),
    CHECK (kind = 'token' OR person IS NOT NULL),
    CHECK (kind IN ('session', 'invitation') OR role IS NOT NULL)
);
CREATE INDEX secrets_of_person ON secrets (person, kind);

CREATE TABLE vault (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    proof BYTEA NOT NULL
);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    act TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    done BOOLEAN NOT NULL,
    prev_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_by_actor ON audit (actor, seq);
CREATE INDEX audit_by_target ON audit (target, seq);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit FOR EACH ROW
    EXECUTE FUNCTION forbidden('the audit log is never changed');
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit FOR EACH ROW
    EXECUTE FUNCTION forbidden('the audit log is never deleted');
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit FOR EACH ROW
    EXECUTE FUNCTION never_replaced('the audit log is never replaced');
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    EXECUTE FUNCTION forbidden('the audit log is never deleted');

CREATE TABLE lesson_instructors (
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    PRIMARY KEY (lesson, person)
);
CREATE INDEX lesson_instructors_by_person ON lesson_instructors (person);

CREATE TABLE calendars (
    person TEXT COLLATE "C" PRIMARY KEY REFERENCES people (id),
    hash BYTEA NOT NULL UNIQUE
);

CREATE TABLE announcements (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C",
    class TEXT COLLATE "C",
    title TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    taken_back_at_ms BIGINT,
    CHECK ((phase IS NULL) <> (class IS NULL))
);
CREATE INDEX announcements_of_class ON announcements (class);
CREATE INDEX announcements_of_phase ON announcements (phase);

CREATE TABLE policies (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    programme TEXT COLLATE "C" NOT NULL REFERENCES programmes (id),
    version TEXT COLLATE "C" NOT NULL,
    toml TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    UNIQUE (programme, version)
);
CREATE TRIGGER policies_are_not_changed BEFORE UPDATE ON policies FOR EACH ROW
    EXECUTE FUNCTION forbidden('policies are never changed');
CREATE TRIGGER policies_are_not_deleted BEFORE DELETE ON policies FOR EACH ROW
    EXECUTE FUNCTION forbidden('policies are never deleted');
CREATE TRIGGER policies_are_not_emptied BEFORE TRUNCATE ON policies
    EXECUTE FUNCTION forbidden('policies are never deleted');

CREATE TABLE direct_units (
    programme TEXT COLLATE "C" NOT NULL REFERENCES programmes (id),
    code TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (programme, code),
    UNIQUE (programme, name)
);

CREATE TABLE unit_contacts (
    programme TEXT COLLATE "C" NOT NULL REFERENCES programmes (id),
    unit TEXT COLLATE "C" NOT NULL,
    -- JSON, encrypted.
    lead BYTEA NOT NULL,
    contact BYTEA NOT NULL,
    PRIMARY KEY (programme, unit)
);

CREATE TABLE quotas (
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    unit TEXT COLLATE "C" NOT NULL,
    seats BIGINT NOT NULL CHECK (seats >= 0),
    PRIMARY KEY (phase, unit)
);

CREATE TABLE nominations (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    unit TEXT COLLATE "C" NOT NULL,
    -- Keyed hash of kind and number of the document.
    document BYTEA NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    sex TEXT COLLATE "C" NOT NULL,
    document_kind TEXT COLLATE "C" NOT NULL,
    -- Number, mobile, e-mail: JSON, encrypted.
    private BYTEA NOT NULL,
    -- The other columns, JSON.
    rest TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    UNIQUE (phase, document)
);
CREATE INDEX nominations_of_unit ON nominations (phase, unit, id);
CREATE INDEX nominations_in_order ON nominations (phase, id);

CREATE TABLE registrations (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'waitlisted', 'rejected', 'approved', 'placed', 'active', 'completed', 'failed', 'withdrawn')),
    unit TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    sex TEXT COLLATE "C",
    document_kind TEXT COLLATE "C",
    -- Keyed hashes, to find and to compare; none in a draft that has no number yet.
    document BYTEA,
    mobile BYTEA,
    -- Number, mobile, e-mail: JSON, encrypted.
    private BYTEA NOT NULL,
    school TEXT COLLATE "C" NOT NULL,
    school_kind TEXT COLLATE "C",
    track TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    -- Fields of the form that no rule reads, JSON.
    rest TEXT COLLATE "C" NOT NULL,
    -- The order of submission, in which lists show and the waiting list moves up.
    submission BIGINT,
    submitted_at_ms BIGINT,
    recommended_at_ms BIGINT,
    -- The order of approval, in which classes are filled.
    approval BIGINT,
    approved_at_ms BIGINT,
    reason TEXT COLLATE "C" NOT NULL,
    class TEXT COLLATE "C" REFERENCES classes (id),
    attestation TEXT COLLATE "C" NOT NULL DEFAULT '',
    school_key TEXT COLLATE "C" NOT NULL DEFAULT '',
    school_code TEXT COLLATE "C" NOT NULL DEFAULT '',
    UNIQUE (phase, person),
    CHECK (state = 'draft' OR (submission IS NOT NULL AND document IS NOT NULL)),
    CHECK ((state IN ('placed', 'active', 'completed', 'failed')) <= (class IS NOT NULL))
);
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
CREATE INDEX registrations_of_school ON registrations (phase, school_key, state);
CREATE INDEX registrations_of_school_code ON registrations (phase, school_code, state) WHERE school_code <> '';

CREATE TABLE registration_steps (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    registration BIGINT NOT NULL REFERENCES registrations (id),
    step TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX registration_steps_of ON registration_steps (registration);
CREATE TRIGGER registration_steps_are_not_changed BEFORE UPDATE ON registration_steps FOR EACH ROW
    EXECUTE FUNCTION forbidden('steps are never changed');
CREATE TRIGGER registration_steps_are_not_deleted BEFORE DELETE ON registration_steps FOR EACH ROW
    EXECUTE FUNCTION steps_of_the_admitted('steps of those who were admitted are never deleted');
CREATE TRIGGER registration_steps_are_not_emptied BEFORE TRUNCATE ON registration_steps
    EXECUTE FUNCTION forbidden('steps of those who were admitted are never deleted');

CREATE TABLE consents (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    version TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    UNIQUE (person, phase, version)
);
CREATE TRIGGER consents_are_not_changed BEFORE UPDATE ON consents FOR EACH ROW
    EXECUTE FUNCTION forbidden('consents are never changed');
CREATE TRIGGER consents_are_not_deleted BEFORE DELETE ON consents FOR EACH ROW
    EXECUTE FUNCTION forbidden('consents are never deleted');
CREATE TRIGGER consents_are_not_emptied BEFORE TRUNCATE ON consents
    EXECUTE FUNCTION forbidden('consents are never deleted');

CREATE TABLE watched (
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    -- Sorted, disjoint [from, to] pairs as JSON.
    covered TEXT COLLATE "C" NOT NULL,
    position_ms BIGINT NOT NULL,
    -- Server time of the last heartbeat.
    heard_at_ms BIGINT,
    -- Newly covered since the last answered check.
    unchecked_ms BIGINT NOT NULL,
    mac TEXT COLLATE "C" NOT NULL DEFAULT '',
    credit_ms BIGINT NOT NULL DEFAULT 0,
    check_nonce TEXT COLLATE "C",
    PRIMARY KEY (lesson, person)
);
CREATE INDEX watched_lately ON watched (lesson, heard_at_ms);
CREATE INDEX watched_by ON watched (person, heard_at_ms);

CREATE TABLE network_checks (
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    device TEXT COLLATE "C" NOT NULL CHECK (device IN ('phone', 'tablet', 'computer', 'other')),
    at_ms BIGINT NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('good', 'slow', 'no_udp')),
    -- Seen by the server.
    connect_ms BIGINT,
    up_loss_permille BIGINT,
    -- Round trips as measured by the browser.
    rtt_ms BIGINT,
    http_rtt_ms BIGINT,
    down_kbps BIGINT,
    up_kbps BIGINT,
    PRIMARY KEY (person, device),
    CHECK ((connect_ms IS NULL) = (verdict = 'no_udp'))
);
CREATE INDEX network_checks_by_age ON network_checks (at_ms);

CREATE TABLE pulse (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    at_ms BIGINT NOT NULL,
    filler BYTEA
);

CREATE TABLE server_keys (
    file TEXT COLLATE "C" PRIMARY KEY,
    proof BYTEA NOT NULL
);

CREATE TABLE heads (
    -- From 1, without a gap.
    number BIGINT PRIMARY KEY,
    date TEXT COLLATE "C" NOT NULL,
    -- The last entry; 0 and zeros before the first.
    seq BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    -- Digest of the result or of the completed course; '' with a decision of people.
    ground TEXT COLLATE "C" NOT NULL,
    -- The last event of the audit log; 0 and '' before the first.
    audit_seq BIGINT NOT NULL,
    audit_hash TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL
);
CREATE INDEX heads_by_ground ON heads (ground);
CREATE TRIGGER heads_are_not_changed BEFORE UPDATE ON heads FOR EACH ROW
    EXECUTE FUNCTION forbidden('heads are never changed');
CREATE TRIGGER heads_are_not_deleted BEFORE DELETE ON heads FOR EACH ROW
    EXECUTE FUNCTION forbidden('heads are never deleted');
CREATE TRIGGER heads_are_not_replaced BEFORE INSERT ON heads FOR EACH ROW
    EXECUTE FUNCTION never_replaced('heads are never replaced');
CREATE TRIGGER heads_are_not_emptied BEFORE TRUNCATE ON heads
    EXECUTE FUNCTION forbidden('heads are never deleted');

CREATE TABLE fact_chains (
    lesson TEXT COLLATE "C" PRIMARY KEY REFERENCES lessons (id),
    hash TEXT COLLATE "C" NOT NULL
);

CREATE TABLE sealing (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    facts_upto BIGINT NOT NULL,
    entries_upto BIGINT NOT NULL,
    mac TEXT COLLATE "C" NOT NULL
);
CREATE TRIGGER sealing_is_done_once BEFORE UPDATE ON sealing FOR EACH ROW
    WHEN (OLD.mac <> '' OR (OLD.facts_upto, OLD.entries_upto) <> (NEW.facts_upto, NEW.entries_upto))
    EXECUTE FUNCTION forbidden('the books are sealed once');
CREATE TRIGGER sealing_is_not_deleted BEFORE DELETE ON sealing FOR EACH ROW
    EXECUTE FUNCTION forbidden('the books are sealed once');
CREATE TRIGGER sealing_is_not_emptied BEFORE TRUNCATE ON sealing
    EXECUTE FUNCTION forbidden('the books are sealed once');

CREATE TABLE declarations (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    lesson TEXT COLLATE "C" NOT NULL REFERENCES lessons (id),
    -- Instants at which something of the instructor arrived.
    from_ms BIGINT NOT NULL,
    to_ms BIGINT NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    asked_by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'entered', 'refused')),
    decided_by TEXT COLLATE "C" REFERENCES people (id),
    decided_at_ms BIGINT,
    CHECK (from_ms < to_ms),
    CHECK ((state = 'waits') = (decided_by IS NULL)),
    CHECK (state <> 'entered' OR decided_by <> asked_by)
);
CREATE UNIQUE INDEX declarations_waiting ON declarations (lesson) WHERE state = 'waits';
CREATE INDEX declarations_of_lesson ON declarations (lesson);
CREATE TRIGGER declarations_are_not_deleted BEFORE DELETE ON declarations FOR EACH ROW
    EXECUTE FUNCTION forbidden('declarations are never deleted');
CREATE TRIGGER declarations_are_decided_once BEFORE UPDATE ON declarations FOR EACH ROW
    WHEN (OLD.state <> 'waits'
    OR (OLD.lesson, OLD.from_ms, OLD.to_ms, OLD.text, OLD.asked_by, OLD.at_ms)
        <> (NEW.lesson, NEW.from_ms, NEW.to_ms, NEW.text, NEW.asked_by, NEW.at_ms))
    EXECUTE FUNCTION forbidden('declarations are decided once');
CREATE TRIGGER declarations_are_not_emptied BEFORE TRUNCATE ON declarations
    EXECUTE FUNCTION forbidden('declarations are never deleted');

CREATE TABLE served (
    recording TEXT COLLATE "C" NOT NULL REFERENCES recordings (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    -- Sorted, disjoint [from, to] pairs as JSON.
    stretches TEXT COLLATE "C" NOT NULL,
    mac TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (recording, person)
);

CREATE TABLE sign_in_failures (
    -- The person; or '?' and a fingerprint of a log-in name that nobody has.
    subject TEXT COLLATE "C" NOT NULL,
    -- A network or a device; '' for all together that the account never signed in from.
    place TEXT COLLATE "C" NOT NULL,
    -- Instants of the latest failures, JSON.
    at_ms TEXT COLLATE "C" NOT NULL,
    locked_until_ms BIGINT NOT NULL,
    -- Those that the owner has not been told of.
    untold BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    PRIMARY KEY (subject, place)
);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_ms);

CREATE TABLE familiar_places (
    person TEXT COLLATE "C" NOT NULL REFERENCES accounts (person),
    place TEXT COLLATE "C" NOT NULL,
    seen_ms BIGINT NOT NULL,
    PRIMARY KEY (person, place)
);

CREATE TABLE facts_end (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    mac TEXT COLLATE "C" NOT NULL
);

CREATE TABLE audit_end (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    mac TEXT COLLATE "C" NOT NULL
);

CREATE TABLE surveys (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES phases (id),
    -- Versioned JSON (src/programme/survey.rs).
    body TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL
);

CREATE TABLE survey_takers (
    survey BIGINT NOT NULL REFERENCES surveys (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    PRIMARY KEY (survey, person)
);

CREATE TABLE survey_answers (
    -- Random: the order of the rows says nothing about who answered first.
    id BIGINT PRIMARY KEY,
    survey BIGINT NOT NULL REFERENCES surveys (id),
    -- NULL: the survey is anonymous.
    person TEXT COLLATE "C" REFERENCES people (id),
    -- JSON (src/programme/survey.rs), an answer for each question.
    body TEXT COLLATE "C" NOT NULL
);
CREATE INDEX survey_answers_of_survey ON survey_answers (survey);
CREATE TRIGGER survey_answers_are_not_changed BEFORE UPDATE ON survey_answers FOR EACH ROW
    EXECUTE FUNCTION forbidden('answers are never changed');

CREATE TABLE requirements (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    -- Versioned JSON (src/programme/requirement.rs).
    body TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL
);
CREATE INDEX requirements_of_phase ON requirements (phase);
CREATE TRIGGER requirements_are_not_changed BEFORE UPDATE ON requirements FOR EACH ROW
    EXECUTE FUNCTION forbidden('requirements are never changed');
CREATE TRIGGER requirements_are_not_deleted BEFORE DELETE ON requirements FOR EACH ROW
    EXECUTE FUNCTION forbidden('requirements are never deleted');
CREATE TRIGGER requirements_are_not_emptied BEFORE TRUNCATE ON requirements
    EXECUTE FUNCTION forbidden('requirements are never deleted');

CREATE TABLE essays (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'accepted')),
    -- Number of saves. A save names the revision that it changes, and is refused if there is a newer one.
    revision BIGINT NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    saved_at_ms BIGINT NOT NULL,
    -- The file that was uploaded last.
    file BIGINT,
    UNIQUE (phase, person)
);

CREATE TABLE essay_files (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    essay BIGINT NOT NULL REFERENCES essays (id),
    name TEXT COLLATE "C" NOT NULL,
    bytes BYTEA NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX files_of_essay ON essay_files (essay);

CREATE TABLE essay_versions (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    essay BIGINT NOT NULL REFERENCES essays (id),
    -- From 1.
    number BIGINT NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    -- By E-1.
    count BIGINT NOT NULL,
    -- To find others alike: 4 bytes each, the lowest first, in rising order (src/essay/prints.rs).
    prints BYTEA NOT NULL,
    file BIGINT REFERENCES essay_files (id),
    at_ms BIGINT NOT NULL,
    UNIQUE (essay, number)
);
CREATE INDEX versions_with_file ON essay_versions (file) WHERE file IS NOT NULL;
CREATE TRIGGER essay_versions_are_not_changed BEFORE UPDATE ON essay_versions FOR EACH ROW
    EXECUTE FUNCTION forbidden('texts that were handed in are never changed');

CREATE TABLE essay_reviewers (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    -- Codes of the units whose essays this person does not review: JSON.
    units TEXT COLLATE "C" NOT NULL,
    UNIQUE (phase, person)
);

CREATE TABLE essay_shares (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    essay BIGINT NOT NULL REFERENCES essays (id),
    version BIGINT NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    -- passed_on: somebody else is asked for a second opinion.
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'reviewed', 'passed_on')),
    -- Of whoever asks for a second opinion: what to look at. Stands in the share of the one who is asked.
    question TEXT COLLATE "C",
    at_ms BIGINT NOT NULL,
    UNIQUE (essay, version, reviewer)
);
CREATE UNIQUE INDEX essay_shares_open ON essay_shares (essay, version) WHERE state = 'open';
CREATE INDEX essay_shares_of_reviewer ON essay_shares (reviewer, state);

CREATE TABLE essay_reviews (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    essay BIGINT NOT NULL REFERENCES essays (id),
    version BIGINT NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('accept', 'return')),
    -- 主题鲜明, 条理清晰, 结构完整, 逻辑严谨.
    theme BIGINT NOT NULL CHECK (theme BETWEEN 1 AND 5),
    ordering BIGINT NOT NULL CHECK (ordering BETWEEN 1 AND 5),
    structure BIGINT NOT NULL CHECK (structure BETWEEN 1 AND 5),
    logic BIGINT NOT NULL CHECK (logic BETWEEN 1 AND 5),
    words TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    UNIQUE (essay, version)
);
CREATE TRIGGER essay_reviews_are_not_changed BEFORE UPDATE ON essay_reviews FOR EACH ROW
    EXECUTE FUNCTION forbidden('reviews are never changed');
CREATE TRIGGER essay_reviews_are_not_deleted BEFORE DELETE ON essay_reviews FOR EACH ROW
    EXECUTE FUNCTION forbidden('reviews are never deleted');
CREATE TRIGGER essay_reviews_are_not_emptied BEFORE TRUNCATE ON essay_reviews
    EXECUTE FUNCTION forbidden('reviews are never deleted');

CREATE TABLE conclusions (
    -- From 1, without a gap.
    id BIGINT PRIMARY KEY,
    registration BIGINT NOT NULL REFERENCES registrations (id),
    -- Versioned JSON (src/programme/conclusion.rs).
    body TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    mac TEXT COLLATE "C" NOT NULL
);
CREATE INDEX conclusions_of_registration ON conclusions (registration, id);
CREATE TRIGGER conclusions_are_not_changed BEFORE UPDATE ON conclusions FOR EACH ROW
    EXECUTE FUNCTION forbidden('conclusions are never changed');
CREATE TRIGGER conclusions_are_not_deleted BEFORE DELETE ON conclusions FOR EACH ROW
    EXECUTE FUNCTION forbidden('conclusions are never deleted');
CREATE TRIGGER conclusions_are_not_replaced BEFORE INSERT ON conclusions FOR EACH ROW
    EXECUTE FUNCTION never_replaced('conclusions are never replaced');
CREATE TRIGGER conclusions_are_not_emptied BEFORE TRUNCATE ON conclusions
    EXECUTE FUNCTION forbidden('conclusions are never deleted');

CREATE TABLE conclusion_looks (
    phase TEXT COLLATE "C" PRIMARY KEY REFERENCES phases (id),
    entries_upto BIGINT NOT NULL,
    results_upto BIGINT NOT NULL,
    reviews_upto BIGINT NOT NULL,
    -- What the phase asked for then.
    asked TEXT COLLATE "C" NOT NULL,
    -- When everybody was looked at last.
    all_at_ms BIGINT NOT NULL,
    quiz_upto BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE certificate_programmes (
    programme TEXT COLLATE "C" PRIMARY KEY REFERENCES programmes (id),
    number BIGINT NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 999)
);

CREATE TABLE certificate_batches (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    -- The day that is printed, of Shanghai.
    issued_on TEXT COLLATE "C" NOT NULL
);
CREATE INDEX certificate_batches_of_phase ON certificate_batches (phase);

CREATE TABLE certificate_orders (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    batch BIGINT NOT NULL REFERENCES certificate_batches (id),
    registration BIGINT NOT NULL REFERENCES registrations (id),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waits', 'issued', 'left_out')),
    -- Why somebody was left out; else empty.
    reason TEXT COLLATE "C" NOT NULL,
    UNIQUE (batch, registration)
);
CREATE UNIQUE INDEX certificate_orders_waiting ON certificate_orders (registration) WHERE state = 'waits';

CREATE TABLE certificates (
    -- From 1, without a gap.
    id BIGINT PRIMARY KEY,
    number TEXT COLLATE "C" NOT NULL UNIQUE,
    registration BIGINT NOT NULL REFERENCES registrations (id),
    -- By which the phase was completed.
    conclusion BIGINT NOT NULL REFERENCES conclusions (id),
    -- NULL: issued alone, in place of one that it supersedes.
    batch BIGINT REFERENCES certificate_batches (id),
    -- Programme, phase and unit, in which serial numbers have no gap.
    series TEXT COLLATE "C" NOT NULL,
    serial BIGINT NOT NULL,
    -- What is printed, as JSON (src/certificate/content.rs); frozen.
    content TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of the file.
    pdf TEXT COLLATE "C" NOT NULL,
    -- The list of withdrawn badges and the place in it.
    list BIGINT NOT NULL,
    bit BIGINT NOT NULL,
    -- Of the hash of the name in the badge.
    salt TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('valid', 'superseded', 'revoked')),
    -- The number of the one that supersedes it.
    replaced_by TEXT COLLATE "C",
    ended_at_ms BIGINT,
    -- Keyed hash of all of this.
    mac TEXT COLLATE "C" NOT NULL,
    UNIQUE (series, serial),
    UNIQUE (list, bit),
    CHECK ((state = 'valid') = (ended_at_ms IS NULL))
);
CREATE UNIQUE INDEX certificates_valid ON certificates (registration) WHERE state = 'valid';
CREATE INDEX certificates_of_registration ON certificates (registration);
CREATE TRIGGER certificates_are_not_deleted BEFORE DELETE ON certificates FOR EACH ROW
    EXECUTE FUNCTION forbidden('certificates are never deleted');
CREATE TRIGGER certificates_end_once BEFORE UPDATE ON certificates FOR EACH ROW
    WHEN (OLD.state <> 'valid'
    OR (OLD.id, OLD.number, OLD.registration, OLD.conclusion, OLD.series, OLD.serial, OLD.content, OLD.pdf, OLD.list,
        OLD.bit, OLD.salt, OLD.at_ms)
        <> (NEW.id, NEW.number, NEW.registration, NEW.conclusion, NEW.series, NEW.serial, NEW.content, NEW.pdf, NEW.list,
            NEW.bit, NEW.salt, NEW.at_ms))
    EXECUTE FUNCTION forbidden('certificates are frozen');
CREATE TRIGGER certificates_are_not_replaced BEFORE INSERT ON certificates FOR EACH ROW
    EXECUTE FUNCTION never_replaced('certificates are never replaced');
CREATE TRIGGER certificates_are_not_emptied BEFORE TRUNCATE ON certificates
    EXECUTE FUNCTION forbidden('certificates are never deleted');

CREATE TABLE certificate_revocations (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    number TEXT COLLATE "C" NOT NULL REFERENCES certificates (number),
    reason TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waits', 'done', 'refused')),
    decided_by TEXT COLLATE "C" REFERENCES people (id),
    decided_at_ms BIGINT
);
CREATE UNIQUE INDEX certificate_revocations_waiting ON certificate_revocations (number) WHERE state = 'waits';

CREATE TABLE quiz_rules (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    -- Versioned JSON (src/programme/quiz.rs).
    body TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL
);
CREATE INDEX quiz_rules_of_phase ON quiz_rules (phase);
CREATE TRIGGER quiz_rules_are_not_changed BEFORE UPDATE ON quiz_rules FOR EACH ROW
    EXECUTE FUNCTION forbidden('rules of self-tests are never changed');
CREATE TRIGGER quiz_rules_are_not_deleted BEFORE DELETE ON quiz_rules FOR EACH ROW
    EXECUTE FUNCTION forbidden('rules of self-tests are never deleted');
CREATE TRIGGER quiz_rules_are_not_emptied BEFORE TRUNCATE ON quiz_rules
    EXECUTE FUNCTION forbidden('rules of self-tests are never deleted');

CREATE TABLE quiz_questions (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    -- JSON (src/programme/quiz.rs), with what is right.
    body TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    -- From then on it is in no new paper.
    removed_at_ms BIGINT
);
CREATE INDEX quiz_questions_of_phase ON quiz_questions (phase) WHERE removed_at_ms IS NULL;
CREATE TRIGGER quiz_questions_are_not_changed BEFORE UPDATE OF id, phase, body, by, at_ms ON quiz_questions FOR EACH ROW
    EXECUTE FUNCTION forbidden('questions of self-tests are never changed');
CREATE TRIGGER quiz_questions_are_not_deleted BEFORE DELETE ON quiz_questions FOR EACH ROW
    EXECUTE FUNCTION forbidden('questions of self-tests are never deleted');
CREATE TRIGGER quiz_questions_are_not_emptied BEFORE TRUNCATE ON quiz_questions
    EXECUTE FUNCTION forbidden('questions of self-tests are never deleted');

CREATE TABLE quiz_papers (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    -- From 1.
    number BIGINT NOT NULL,
    -- The body of the rule that held.
    rule TEXT COLLATE "C" NOT NULL,
    -- By which the questions were drawn: hexadecimal.
    seed TEXT COLLATE "C" NOT NULL,
    -- JSON (src/programme/quiz/paper.rs): the questions, and the order of their options.
    questions TEXT COLLATE "C" NOT NULL,
    begun_at_ms BIGINT NOT NULL,
    -- When it ends by itself.
    closes_ms BIGINT NOT NULL,
    UNIQUE (phase, person, number)
);
CREATE TRIGGER quiz_papers_are_not_changed BEFORE UPDATE ON quiz_papers FOR EACH ROW
    EXECUTE FUNCTION forbidden('papers are never changed');
CREATE TRIGGER quiz_papers_are_not_deleted BEFORE DELETE ON quiz_papers FOR EACH ROW
    EXECUTE FUNCTION forbidden('papers are never deleted');
CREATE TRIGGER quiz_papers_are_not_emptied BEFORE TRUNCATE ON quiz_papers
    EXECUTE FUNCTION forbidden('papers are never deleted');

CREATE TABLE quiz_answers (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    paper BIGINT NOT NULL REFERENCES quiz_papers (id),
    -- In the paper, from 0.
    place BIGINT NOT NULL,
    -- JSON (src/programme/quiz/paper.rs).
    body TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX quiz_answers_of_paper ON quiz_answers (paper, place);
CREATE TRIGGER quiz_answers_are_not_changed BEFORE UPDATE ON quiz_answers FOR EACH ROW
    EXECUTE FUNCTION forbidden('answers are never changed');
CREATE TRIGGER quiz_answers_are_not_deleted BEFORE DELETE ON quiz_answers FOR EACH ROW
    EXECUTE FUNCTION forbidden('answers are never deleted');
CREATE TRIGGER quiz_answers_come_before_the_end BEFORE INSERT ON quiz_answers FOR EACH ROW
    EXECUTE FUNCTION answers_after_the_end('a paper that has ended takes no answers');
CREATE TRIGGER quiz_answers_are_not_emptied BEFORE TRUNCATE ON quiz_answers
    EXECUTE FUNCTION forbidden('answers are never deleted');

CREATE TABLE quiz_results (
    id BIGINT DEFAULT next_quiz_result() PRIMARY KEY,
    paper BIGINT NOT NULL UNIQUE REFERENCES quiz_papers (id),
    points BIGINT NOT NULL,
    -- Points of the whole paper.
    of BIGINT NOT NULL,
    passed BOOLEAN NOT NULL,
    -- 1 or 0 for each question of the paper.
    rights TEXT COLLATE "C" NOT NULL,
    -- 1: its time was over; 0: it was handed in.
    by_time BOOLEAN NOT NULL,
    at_ms BIGINT NOT NULL,
    -- A keyed hash over paper, answers and result.
    mac TEXT COLLATE "C" NOT NULL
);
CREATE TRIGGER quiz_results_are_not_changed BEFORE UPDATE ON quiz_results FOR EACH ROW
    EXECUTE FUNCTION forbidden('results are never changed');
CREATE TRIGGER quiz_results_are_not_deleted BEFORE DELETE ON quiz_results FOR EACH ROW
    EXECUTE FUNCTION forbidden('results are never deleted');
CREATE TRIGGER quiz_results_are_not_emptied BEFORE TRUNCATE ON quiz_results
    EXECUTE FUNCTION forbidden('results are never deleted');

CREATE TABLE reports (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    phase TEXT COLLATE "C" NOT NULL REFERENCES phases (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('completion', 'summary', 'sheets', 'pack')),
    -- Code of the unit; NULL: of all.
    unit TEXT COLLATE "C",
    format TEXT COLLATE "C" NOT NULL CHECK (format IN ('xlsx', 'csv', 'gb18030', 'zip')),
    -- Who asked for it, and when.
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waits', 'made', 'failed')),
    -- Up to where the ledger was read: number and time of its last entry.
    source_seq BIGINT,
    source_ms BIGINT,
    bytes BIGINT,
    -- Of the file.
    sha256 TEXT COLLATE "C",
    ended_at_ms BIGINT,
    -- Keyed hash of all of this.
    mac TEXT COLLATE "C",
    CHECK ((state = 'made') = (sha256 IS NOT NULL)),
    CHECK ((state = 'waits') = (ended_at_ms IS NULL))
);
CREATE INDEX reports_of_phase ON reports (phase, id);
CREATE UNIQUE INDEX reports_waiting ON reports (phase, kind, format, coalesce(unit, '')) WHERE state = 'waits';
CREATE TRIGGER reports_are_not_deleted BEFORE DELETE ON reports FOR EACH ROW
    EXECUTE FUNCTION forbidden('reports are never deleted');
CREATE TRIGGER reports_end_once BEFORE UPDATE ON reports FOR EACH ROW
    WHEN (OLD.state <> 'waits'
    OR (OLD.id, OLD.phase, OLD.kind, OLD.format, OLD.by, OLD.at_ms)
        <> (NEW.id, NEW.phase, NEW.kind, NEW.format, NEW.by, NEW.at_ms)
    OR OLD.unit IS DISTINCT FROM NEW.unit)
    EXECUTE FUNCTION forbidden('reports that were made are never changed');
CREATE TRIGGER reports_are_not_replaced BEFORE INSERT ON reports FOR EACH ROW
    EXECUTE FUNCTION never_replaced('reports are never replaced');
CREATE TRIGGER reports_are_not_emptied BEFORE TRUNCATE ON reports
    EXECUTE FUNCTION forbidden('reports are never deleted');

CREATE TABLE conversions (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    programme TEXT COLLATE "C" NOT NULL REFERENCES programmes (id),
    -- JSON (src/attendance/conversion.rs).
    body TEXT COLLATE "C" NOT NULL,
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL
);
CREATE INDEX conversions_of_programme ON conversions (programme);
CREATE TRIGGER conversions_are_not_changed BEFORE UPDATE ON conversions FOR EACH ROW
    EXECUTE FUNCTION forbidden('conversions are never changed');
CREATE TRIGGER conversions_are_not_deleted BEFORE DELETE ON conversions FOR EACH ROW
    EXECUTE FUNCTION forbidden('conversions are never deleted');
CREATE TRIGGER conversions_are_not_emptied BEFORE TRUNCATE ON conversions
    EXECUTE FUNCTION forbidden('conversions are never deleted');

CREATE TABLE best_essays (
    essay BIGINT PRIMARY KEY REFERENCES essays (id),
    -- Who marked it.
    by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    at_ms BIGINT NOT NULL,
    -- 0 or 1; NULL = the author has not answered.
    public BOOLEAN,
    answered_at_ms BIGINT
);
CREATE INDEX best_essays_public ON best_essays (answered_at_ms) WHERE public;

-- Essays and their files name each other.
ALTER TABLE essays ADD FOREIGN KEY (file) REFERENCES essay_files (id);

CREATE VIEW shown_appeals AS
SELECT appeals.id, lesson, title, person, name, text, at_ms, appeals.state, answer,
    (SELECT cast(coalesce(sum(delta_ch), 0) AS bigint) FROM entries
     WHERE entries.person = appeals.person AND entries.content = lessons.content) AS balance_ch
FROM appeals JOIN lessons ON lessons.id = lesson JOIN people ON people.id = person;

INSERT INTO pulse (id, at_ms) VALUES (1, 0);
INSERT INTO sealing (id, facts_upto, entries_upto, mac) VALUES (1, 0, 0, '');
