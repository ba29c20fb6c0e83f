-- What was sent to whom has a keyed hash, as what was watched has. The program seals the rows that are here when it
-- first opens the database.
ALTER TABLE served ADD COLUMN mac TEXT NOT NULL DEFAULT '';
