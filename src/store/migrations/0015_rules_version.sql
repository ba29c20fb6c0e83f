-- By which version of the rules a result was computed (src/attendance/mod.rs, RULES_VERSION). Those that are here
-- already were computed by the first.
ALTER TABLE results ADD COLUMN rules_version INTEGER NOT NULL DEFAULT 1;
