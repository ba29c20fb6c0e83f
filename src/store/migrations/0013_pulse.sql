-- What the server writes to prove that it can write. `filler` is as large as a batch of facts when the proof
-- comes after a failure, so that a few free bytes are not taken for a disk with space.
CREATE TABLE pulse (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at_ms INTEGER NOT NULL,
    filler BLOB
) STRICT;
INSERT INTO pulse (id, at_ms) VALUES (1, 0);
