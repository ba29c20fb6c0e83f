-- Wrong passwords and codes, by whom they were tried on and from where.
CREATE TABLE sign_in_failures (
    -- The person; or '?' and a fingerprint of a log-in name that nobody has.
    subject TEXT NOT NULL,
    -- A network or a device; '' for all together that the account never signed in from.
    place TEXT NOT NULL,
    -- Of late, JSON.
    at_ms TEXT NOT NULL,
    locked_until_ms INTEGER NOT NULL,
    -- Those that the owner has not been told of.
    untold INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (subject, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_ms);

-- Networks and devices from which somebody has signed in: a stranger elsewhere does not lock these out.
CREATE TABLE familiar_places (
    person TEXT NOT NULL REFERENCES accounts (person),
    place TEXT NOT NULL,
    seen_ms INTEGER NOT NULL,
    PRIMARY KEY (person, place)
) STRICT, WITHOUT ROWID;

ALTER TABLE accounts DROP COLUMN failures;
