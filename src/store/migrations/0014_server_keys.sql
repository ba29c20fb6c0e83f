-- What shows that a key in the data folder is the one that was used: the public key of ledger.key, a keyed hash of
-- checks.key. Without it, a lost file would be made anew, and nobody would know.
CREATE TABLE server_keys (
    file TEXT PRIMARY KEY,
    proof BLOB NOT NULL
) STRICT;
