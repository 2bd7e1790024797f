-- version 4.6
-- Providers' statements that were compared with the journal, and in what they differed. A run and
-- its differences are written at once and never change; a difference is resolved once, by a person
-- and with a reason.

CREATE TABLE reconciliation (
  number INTEGER PRIMARY KEY,
  upstream TEXT NOT NULL,
  reconciled_at ANY NOT NULL,
  reconciled_by TEXT NOT NULL,
  approved_by TEXT,
  file_name TEXT NOT NULL,
  file_hash ANY NOT NULL,
  columns_read TEXT NOT NULL,
  covers_since ANY,
  covers_until ANY CHECK ((covers_since IS NULL) = (covers_until IS NULL)),
  lines INTEGER NOT NULL CHECK (lines > 0),
  matched INTEGER NOT NULL CHECK (matched >= 0),
  undecided INTEGER NOT NULL CHECK (undecided >= 0),
  without_effect INTEGER NOT NULL CHECK (without_effect >= 0),
  beyond INTEGER NOT NULL CHECK (beyond >= 0),
  of_other_tills INTEGER NOT NULL CHECK (of_other_tills >= 0),
  differences INTEGER NOT NULL CHECK (differences >= 0),
  row_mac ANY NOT NULL
) STRICT;
CREATE INDEX reconciliation_of_file ON reconciliation (upstream, file_hash);

CREATE TABLE difference (
  number INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES reconciliation (number),
  kind TEXT NOT NULL
    CHECK (kind IN ('missing_here', 'missing_there', 'differing', 'doubled')),
  reference TEXT NOT NULL,
  their_reference TEXT NOT NULL,
  redemption_id ANY CHECK ((redemption_id IS NULL) = (kind = 'missing_here')),
  state TEXT CHECK ((state IS NULL) = (redemption_id IS NULL)),
  here_cents INTEGER,
  there_cents INTEGER NOT NULL,
  currency TEXT NOT NULL,
  there_currency TEXT NOT NULL,
  happened_at ANY,
  line INTEGER CHECK ((line IS NULL) = (lines = 0)),
  lines INTEGER NOT NULL CHECK (lines >= 0),
  resolved_at ANY,
  resolved_by TEXT CHECK ((resolved_by IS NULL) = (resolved_at IS NULL)),
  approved_by TEXT CHECK (approved_by IS NULL OR resolved_by IS NOT NULL),
  reason TEXT CHECK ((reason IS NULL) = (resolved_by IS NULL) AND reason <> ''),
  row_mac ANY NOT NULL
) STRICT;
CREATE INDEX difference_of_run ON difference (run);
CREATE INDEX difference_open ON difference (number) WHERE resolved_at IS NULL;

CREATE TRIGGER reconciliation_is_the_next BEFORE INSERT ON reconciliation
  WHEN NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM reconciliation)
  BEGIN SELECT RAISE(ABORT, 'a reconciliation is the next one'); END;
CREATE TRIGGER reconciliation_is_fixed BEFORE UPDATE ON reconciliation
  WHEN OLD.number IS NOT NEW.number
    OR OLD.upstream IS NOT NEW.upstream
    OR OLD.reconciled_at IS NOT NEW.reconciled_at
    OR OLD.reconciled_by IS NOT NEW.reconciled_by
    OR OLD.approved_by IS NOT NEW.approved_by
    OR OLD.file_name IS NOT NEW.file_name
    OR OLD.file_hash IS NOT NEW.file_hash
    OR OLD.columns_read IS NOT NEW.columns_read
    OR OLD.covers_since IS NOT NEW.covers_since
    OR OLD.covers_until IS NOT NEW.covers_until
    OR OLD.lines IS NOT NEW.lines
    OR OLD.matched IS NOT NEW.matched
    OR OLD.undecided IS NOT NEW.undecided
    OR OLD.without_effect IS NOT NEW.without_effect
    OR OLD.beyond IS NOT NEW.beyond
    OR OLD.of_other_tills IS NOT NEW.of_other_tills
    OR OLD.differences IS NOT NEW.differences
  BEGIN SELECT RAISE(ABORT, 'a reconciliation never changes'); END;
CREATE TRIGGER reconciliation_is_kept BEFORE DELETE ON reconciliation
  BEGIN SELECT RAISE(ABORT, 'a reconciliation is never deleted'); END;

CREATE TRIGGER difference_is_the_next BEFORE INSERT ON difference
  WHEN NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM difference)
  BEGIN SELECT RAISE(ABORT, 'a difference is the next one'); END;
CREATE TRIGGER difference_is_born_open BEFORE INSERT ON difference
  WHEN NEW.resolved_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a difference is born open'); END;
CREATE TRIGGER difference_is_of_the_last_run BEFORE INSERT ON difference
  WHEN NEW.run <> (SELECT max(number) FROM reconciliation)
    OR (SELECT count(*) FROM difference WHERE run = NEW.run)
      >= (SELECT differences FROM reconciliation WHERE number = NEW.run)
  BEGIN SELECT RAISE(ABORT, 'a difference is written with its run'); END;
CREATE TRIGGER difference_is_fixed BEFORE UPDATE ON difference
  WHEN OLD.number IS NOT NEW.number
    OR OLD.run IS NOT NEW.run
    OR OLD.kind IS NOT NEW.kind
    OR OLD.reference IS NOT NEW.reference
    OR OLD.their_reference IS NOT NEW.their_reference
    OR OLD.redemption_id IS NOT NEW.redemption_id
    OR OLD.state IS NOT NEW.state
    OR OLD.here_cents IS NOT NEW.here_cents
    OR OLD.there_cents IS NOT NEW.there_cents
    OR OLD.currency IS NOT NEW.currency
    OR OLD.there_currency IS NOT NEW.there_currency
    OR OLD.happened_at IS NOT NEW.happened_at
    OR OLD.line IS NOT NEW.line
    OR OLD.lines IS NOT NEW.lines
  BEGIN SELECT RAISE(ABORT, 'a difference keeps what was found'); END;
CREATE TRIGGER difference_learns_once BEFORE UPDATE ON difference
  WHEN (OLD.resolved_at IS NOT NULL AND OLD.resolved_at IS NOT NEW.resolved_at)
    OR (OLD.resolved_by IS NOT NULL AND OLD.resolved_by IS NOT NEW.resolved_by)
    OR (OLD.approved_by IS NOT NULL AND OLD.approved_by IS NOT NEW.approved_by)
    OR (OLD.reason IS NOT NULL AND OLD.reason IS NOT NEW.reason)
  BEGIN SELECT RAISE(ABORT, 'a difference is resolved once'); END;
CREATE TRIGGER difference_stays_resolved BEFORE UPDATE ON difference
  WHEN OLD.resolved_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a difference that is resolved never changes'); END;
CREATE TRIGGER difference_is_kept BEFORE DELETE ON difference
  BEGIN SELECT RAISE(ABORT, 'a difference is never deleted'); END;

PRAGMA user_version = 262150;
