-- What a lesson is worth, when it is and whose it is, with a keyed hash: before a lesson is judged, nothing else binds its
-- plan. The program writes it with each plan, and for older ones when it first opens the database.
ALTER TABLE lessons ADD COLUMN plan_mac TEXT NOT NULL DEFAULT '';

-- The number of the last event of the audit log, as `facts_end` is for facts.
CREATE TABLE audit_end (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    mac TEXT NOT NULL
) STRICT;
