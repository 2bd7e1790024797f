-- version 4.4
-- The shifts of the till: from the float to the Z, whose books are kept as they were printed. What
-- is put into the drawer or taken out of it, and how the rest of a sale is paid, are events alone.

CREATE TABLE shift (
  number INTEGER PRIMARY KEY,
  opened_at ANY NOT NULL,
  opened_by TEXT NOT NULL,
  currency TEXT NOT NULL,
  float_cents INTEGER NOT NULL CHECK (float_cents >= 0),
  begins_after INTEGER NOT NULL CHECK (begins_after >= 0),
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  closed_at ANY CHECK ((closed_at IS NOT NULL) = (state = 'closed')),
  closed_by TEXT CHECK ((closed_by IS NOT NULL) = (state = 'closed')),
  explanation TEXT CHECK (explanation IS NULL OR state = 'closed'),
  books TEXT CHECK ((books IS NOT NULL) = (state = 'closed')),
  printed INTEGER NOT NULL CHECK (printed = 0 OR (printed > 0 AND state = 'closed')),
  row_mac ANY NOT NULL
) STRICT;

CREATE TRIGGER shift_is_born_open BEFORE INSERT ON shift
  WHEN NEW.state <> 'open'
  BEGIN SELECT RAISE(ABORT, 'a shift is born open'); END;
CREATE TRIGGER shift_is_the_next BEFORE INSERT ON shift
  WHEN NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM shift)
    OR EXISTS (SELECT 1 FROM shift WHERE state = 'open')
  BEGIN SELECT RAISE(ABORT, 'one shift is open at a time'); END;
CREATE TRIGGER shift_is_fixed BEFORE UPDATE ON shift
  WHEN OLD.number IS NOT NEW.number
    OR OLD.opened_at IS NOT NEW.opened_at
    OR OLD.opened_by IS NOT NEW.opened_by
    OR OLD.currency IS NOT NEW.currency
    OR OLD.float_cents IS NOT NEW.float_cents
    OR OLD.begins_after IS NOT NEW.begins_after
  BEGIN SELECT RAISE(ABORT, 'a shift keeps what it was opened with'); END;
CREATE TRIGGER shift_is_closed_once BEFORE UPDATE ON shift
  WHEN OLD.state = 'closed' AND (
    NEW.state <> 'closed'
    OR OLD.closed_at IS NOT NEW.closed_at
    OR OLD.closed_by IS NOT NEW.closed_by
    OR OLD.explanation IS NOT NEW.explanation
    OR OLD.books IS NOT NEW.books)
  BEGIN SELECT RAISE(ABORT, 'what a Z says never changes'); END;
CREATE TRIGGER shift_print_never_goes_back BEFORE UPDATE ON shift
  WHEN OLD.printed > NEW.printed
  BEGIN SELECT RAISE(ABORT, 'papers of a Z are counted up'); END;
CREATE TRIGGER shift_is_kept BEFORE DELETE ON shift
  BEGIN SELECT RAISE(ABORT, 'a shift is never deleted'); END;

PRAGMA user_version = 262148;
