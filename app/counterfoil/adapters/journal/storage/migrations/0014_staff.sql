-- version 4.1
-- The people who work at the till. Nobody is ever deleted or renamed: events and slips name them.

CREATE TABLE staff (
  number TEXT PRIMARY KEY NOT NULL,
  person_name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  role TEXT NOT NULL,
  added_at ANY NOT NULL,
  pin ANY NOT NULL,
  badge ANY UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('active', 'locked', 'spent')),
  failures INTEGER NOT NULL CHECK (failures >= 0),
  failed ANY CHECK ((failed IS NULL) = (failures = 0)),
  row_mac ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER staff_is_fixed BEFORE UPDATE ON staff
  WHEN OLD.number IS NOT NEW.number
    OR OLD.person_name IS NOT NEW.person_name
    OR OLD.added_at IS NOT NEW.added_at
  BEGIN SELECT RAISE(ABORT, 'a person keeps their number and their name'); END;
CREATE TRIGGER staff_is_kept BEFORE DELETE ON staff
  BEGIN SELECT RAISE(ABORT, 'a person is never deleted'); END;

PRAGMA user_version = 262145;
