-- version 1.4
-- The count of openings is marked like any other row, and says by its mark that the journal has an
-- anchor outside. What a supervisor accepted of a journal that was not as it had been left is kept.

ALTER TABLE keeper ADD COLUMN row_mac BLOB;

CREATE TABLE acceptance (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  accepted_at TEXT NOT NULL,
  accepted_by TEXT NOT NULL CHECK (accepted_by <> ''),
  reason TEXT NOT NULL CHECK (reason <> ''),
  found TEXT NOT NULL CHECK (found <> ''),
  row_mac BLOB NOT NULL
) STRICT;

CREATE TRIGGER acceptance_is_the_next BEFORE INSERT ON acceptance
  WHEN NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM acceptance)
  BEGIN SELECT RAISE(ABORT, 'an acceptance is the next one'); END;
CREATE TRIGGER acceptance_is_unchanged BEFORE UPDATE ON acceptance
  BEGIN SELECT RAISE(ABORT, 'an acceptance is never changed'); END;
CREATE TRIGGER acceptance_is_kept BEFORE DELETE ON acceptance
  BEGIN SELECT RAISE(ABORT, 'an acceptance is never deleted'); END;

PRAGMA user_version = 65540;
