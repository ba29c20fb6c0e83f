-- What of a recording was sent to whom, milliseconds of the recording: only that can have been watched (CR-11).
-- Kept, since browsers keep what they were sent and do not ask for it again after a restart of the server.
CREATE TABLE served (
    recording TEXT NOT NULL REFERENCES recordings (id),
    person TEXT NOT NULL REFERENCES people (id),
    -- Sorted, disjoint [from, to] pairs as JSON.
    stretches TEXT NOT NULL,
    PRIMARY KEY (recording, person)
) STRICT;

-- How much more may be believed than the time that has passed: the slack, once, and what jitter took before.
ALTER TABLE watched ADD COLUMN credit_ms INTEGER NOT NULL DEFAULT 0;
-- Must come back with the answer to the check that is due; none: no check is due.
ALTER TABLE watched ADD COLUMN check_nonce TEXT;
