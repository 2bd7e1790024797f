-- version 1.2
-- Upstreams of the second kind: a request, then exactly one advice that is repeated until it is
-- acknowledged. In a row of the first kind the new columns are null, so that its mark still holds.

ALTER TABLE redemption ADD COLUMN upstream_kind TEXT CHECK (upstream_kind = 'advised');
ALTER TABLE redemption ADD COLUMN has_confirmation INTEGER
  CHECK ((has_confirmation IS NULL) = (upstream_kind IS NULL) AND has_confirmation IN (0, 1));
ALTER TABLE redemption ADD COLUMN is_advice_effective INTEGER
  CHECK ((is_advice_effective IS NULL) = (upstream_kind IS NULL) AND is_advice_effective IN (0, 1));

CREATE TABLE advice (
  sequence INTEGER PRIMARY KEY,
  slip_number INTEGER NOT NULL UNIQUE REFERENCES redemption (slip_number),
  id TEXT NOT NULL UNIQUE,
  upstream TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('confirmation', 'reversal')),
  reason TEXT CHECK ((reason IS NOT NULL) = (kind = 'reversal')),
  body_sealed BLOB NOT NULL,
  created_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('owed', 'acknowledged', 'parked', 'disputed')),
  attempts INTEGER NOT NULL CHECK (attempts BETWEEN attempts_ended AND attempts_ended + 1),
  attempts_ended INTEGER NOT NULL CHECK (attempts_ended >= 0),
  last_ended_at TEXT,
  next_due_at TEXT,
  last_cause TEXT,
  acknowledged_at TEXT CHECK (acknowledged_at IS NOT NULL OR state <> 'acknowledged'),
  row_mac BLOB NOT NULL
) STRICT;

CREATE INDEX advice_to_be_sent ON advice (sequence)
  WHERE state IN ('owed', 'parked') OR (state = 'acknowledged' AND next_due_at IS NOT NULL);

-- Redemptions: the kind is fixed, and what owes an advice has one.

DROP TRIGGER redemption_moves_by_the_table;
CREATE TRIGGER redemption_moves_by_the_table BEFORE UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'prepared>inflight', 'prepared>abandoned',
    'inflight>approved', 'inflight>declined', 'inflight>reversing', 'inflight>attention',
    'approved>final', 'approved>reversing', 'approved>unclaimed',
    'final>reversing', 'final>attention',
    'reversing>reversed', 'reversing>reversed_unverified', 'reversing>attention',
    'unclaimed>resolved', 'attention>resolved'
  )
  BEGIN SELECT RAISE(ABORT, 'a redemption moves by the table of moves'); END;
CREATE TRIGGER redemption_kind_is_fixed BEFORE UPDATE ON redemption
  WHEN OLD.upstream_kind IS NOT NEW.upstream_kind
    OR OLD.has_confirmation IS NOT NEW.has_confirmation
    OR OLD.is_advice_effective IS NOT NEW.is_advice_effective
  BEGIN SELECT RAISE(ABORT, 'a redemption keeps the kind it was prepared with'); END;
CREATE TRIGGER redemption_owes_its_reversal BEFORE UPDATE OF state ON redemption
  WHEN NEW.state = 'reversing' AND NEW.upstream_kind = 'advised' AND NOT EXISTS (
    SELECT 1 FROM advice WHERE slip_number = NEW.slip_number AND kind = 'reversal')
  BEGIN SELECT RAISE(ABORT, 'what is reversed owes its reversal'); END;
CREATE TRIGGER redemption_owes_its_confirmation BEFORE UPDATE OF state ON redemption
  WHEN NEW.state = 'final' AND NEW.has_confirmation = 1 AND NOT EXISTS (
    SELECT 1 FROM advice WHERE slip_number = NEW.slip_number AND kind = 'confirmation')
  BEGIN SELECT RAISE(ABORT, 'what is final owes its confirmation'); END;
CREATE TRIGGER redemption_is_reversed_by_its_advice BEFORE UPDATE OF state ON redemption
  WHEN NEW.state IN ('reversed', 'reversed_unverified') AND NEW.upstream_kind = 'advised'
    AND NOT EXISTS (
      SELECT 1 FROM advice WHERE slip_number = NEW.slip_number
        AND kind = 'reversal' AND state = 'acknowledged')
  BEGIN SELECT RAISE(ABORT, 'a reversal is over when it is acknowledged'); END;

-- Advices: one for each request and never before it has ended; kind and bytes for ever.

CREATE TRIGGER advice_is_born_owed BEFORE INSERT ON advice
  WHEN NEW.state <> 'owed' OR NEW.attempts <> 0
  BEGIN SELECT RAISE(ABORT, 'an advice is born owed'); END;
CREATE TRIGGER advice_is_the_next BEFORE INSERT ON advice
  WHEN NEW.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM advice)
  BEGIN SELECT RAISE(ABORT, 'an advice is the next one'); END;
CREATE TRIGGER advice_is_for_its_kind BEFORE INSERT ON advice
  WHEN (SELECT upstream_kind FROM redemption WHERE slip_number = NEW.slip_number) IS NULL
  BEGIN SELECT RAISE(ABORT, 'an upstream with a key is told nothing'); END;
CREATE TRIGGER advice_follows_its_request BEFORE INSERT ON advice
  WHEN EXISTS (SELECT 1 FROM attempt WHERE slip_number = NEW.slip_number AND ended_at IS NULL)
  BEGIN SELECT RAISE(ABORT, 'an advice never overtakes its request'); END;
CREATE TRIGGER advice_moves_by_the_table BEFORE UPDATE ON advice
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'owed>acknowledged', 'owed>parked', 'owed>disputed',
    'parked>acknowledged', 'parked>disputed', 'acknowledged>disputed'
  )
  BEGIN SELECT RAISE(ABORT, 'an advice moves by the table of moves'); END;
CREATE TRIGGER advice_is_over BEFORE UPDATE ON advice
  WHEN OLD.state = 'disputed' OR (OLD.state = 'acknowledged' AND OLD.next_due_at IS NULL)
  BEGIN SELECT RAISE(ABORT, 'an advice that is over never changes'); END;
CREATE TRIGGER advice_is_fixed BEFORE UPDATE ON advice
  WHEN OLD.sequence IS NOT NEW.sequence OR OLD.slip_number IS NOT NEW.slip_number
    OR OLD.id IS NOT NEW.id OR OLD.upstream IS NOT NEW.upstream
    OR OLD.fingerprint IS NOT NEW.fingerprint OR OLD.created_at IS NOT NEW.created_at
  BEGIN SELECT RAISE(ABORT, 'an advice keeps what it was written with'); END;
CREATE TRIGGER advice_is_turned_unsent BEFORE UPDATE ON advice
  WHEN (OLD.kind IS NOT NEW.kind OR OLD.reason IS NOT NEW.reason
      OR OLD.body_sealed IS NOT NEW.body_sealed)
    AND NOT (OLD.kind = 'confirmation' AND NEW.kind = 'reversal'
      AND OLD.attempts = 0 AND NEW.attempts = 0)
  BEGIN SELECT RAISE(ABORT, 'an advice keeps its kind and bytes'); END;
CREATE TRIGGER advice_counts_up BEFORE UPDATE ON advice
  WHEN OLD.attempts > NEW.attempts OR OLD.attempts_ended > NEW.attempts_ended
    OR (OLD.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS NOT NEW.acknowledged_at)
  BEGIN SELECT RAISE(ABORT, 'attempts of an advice never go back'); END;
CREATE TRIGGER advice_is_kept BEFORE DELETE ON advice
  BEGIN SELECT RAISE(ABORT, 'an advice is never deleted'); END;

PRAGMA user_version = 65538;
