-- What the open catalogue (公开课) shows of a publication, and whether it shows it at all. Publications of earlier
-- versions for everybody were for those who had the address; they stay out of the catalogue until somebody lists them.
ALTER TABLE courses ADD COLUMN speaker TEXT NOT NULL DEFAULT '';
ALTER TABLE courses ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE courses ADD COLUMN listed INTEGER NOT NULL DEFAULT 0 CHECK (listed IN (0, 1));

CREATE INDEX courses_in_catalogue ON courses (published_at_ms DESC) WHERE listed = 1 AND audience = 'everybody';
