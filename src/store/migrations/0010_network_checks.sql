-- The last network check of a person on each kind of device; older than a week they are deleted.
CREATE TABLE network_checks (
    person TEXT NOT NULL REFERENCES people (id),
    device TEXT NOT NULL CHECK (device IN ('phone', 'tablet', 'computer', 'other')),
    at_ms INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('good', 'slow', 'no_udp')),
    -- Seen by the server.
    connect_ms INTEGER,
    up_loss_permille INTEGER,
    -- What the browser says that it measured.
    rtt_ms INTEGER,
    http_rtt_ms INTEGER,
    down_kbps INTEGER,
    up_kbps INTEGER,
    PRIMARY KEY (person, device),
    CHECK ((connect_ms IS NULL) = (verdict = 'no_udp'))
) STRICT, WITHOUT ROWID;

CREATE INDEX network_checks_by_age ON network_checks (at_ms);
