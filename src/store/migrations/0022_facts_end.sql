-- The number of the last fact that was appended, with a keyed hash: numbers are not given twice, and facts that were taken
-- away at the end are missed. The program writes it when it first opens the database.
CREATE TABLE facts_end (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    mac TEXT NOT NULL
) STRICT;
