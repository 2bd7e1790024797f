-- version 4.8
-- How many papers of a Z were counted of which nothing reached the printer: they are no papers, so
-- the next one is not a copy of them. Null is none, as in every row of before.

ALTER TABLE shift ADD COLUMN unsent INTEGER
  CHECK (unsent IS NULL OR (unsent > 0 AND unsent <= printed));

CREATE TRIGGER shift_unsent_never_goes_back BEFORE UPDATE ON shift
  WHEN coalesce(OLD.unsent, 0) > coalesce(NEW.unsent, 0)
  BEGIN SELECT RAISE(ABORT, 'papers that are none are counted up'); END;

PRAGMA user_version = 262152;
