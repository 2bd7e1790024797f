-- version 4.2
-- What people settle: by hand, with the provider's word for it, or by a void outside the voucher. A
-- redemption is over by it, and so is the advice that was left to a person. A paper may be the slip
-- of a void. What was done with the staff's entries is found among the events by an index.

CREATE TABLE settlement (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  settled_as TEXT NOT NULL CHECK (settled_as IN ('by_hand', 'outside')),
  got TEXT NOT NULL CHECK (got IN ('nothing', 'goods', 'cash', 'credit', 'other')),
  settled_at ANY NOT NULL,
  settled_by TEXT NOT NULL,
  approved_by TEXT,
  evidence TEXT
    CHECK (evidence IN ('taken', 'not_taken') AND settled_as = 'by_hand'
      OR evidence IS NULL AND settled_as = 'outside'),
  said_by TEXT NOT NULL,
  provider_reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  row_mac ANY NOT NULL,
  PRIMARY KEY (slip_number, settled_as)
) STRICT, WITHOUT ROWID;

ALTER TABLE redemption ADD COLUMN settled_as TEXT CHECK (settled_as IN ('by_hand', 'outside'));

DROP TRIGGER redemption_owes_its_reversal;
DROP TRIGGER redemption_owes_its_confirmation;
DROP TRIGGER redemption_is_reversed_by_its_advice;
DROP TRIGGER refund_waits_for_the_confirmation;

CREATE TABLE new_advice (
  sequence INTEGER PRIMARY KEY,
  slip_number INTEGER NOT NULL UNIQUE REFERENCES redemption (slip_number),
  id ANY NOT NULL UNIQUE,
  upstream TEXT NOT NULL,
  fingerprint ANY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('confirmation', 'reversal')),
  reason TEXT CHECK ((reason IS NOT NULL) = (kind = 'reversal')),
  body_sealed BLOB NOT NULL,
  created_at ANY NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('owed', 'acknowledged', 'parked', 'disputed', 'settled')),
  attempts INTEGER NOT NULL CHECK (attempts BETWEEN attempts_ended AND attempts_ended + 1),
  attempts_ended INTEGER NOT NULL CHECK (attempts_ended >= 0),
  last_ended_at ANY,
  next_due_at ANY,
  last_cause TEXT,
  acknowledged_at ANY CHECK (acknowledged_at IS NOT NULL OR state <> 'acknowledged'),
  may_have_arrived INTEGER CHECK (may_have_arrived IN (0, 1)),
  row_mac BLOB NOT NULL
) STRICT;
INSERT INTO new_advice (
  sequence, slip_number, id, upstream, fingerprint, kind, reason, body_sealed, created_at, state,
  attempts, attempts_ended, last_ended_at, next_due_at, last_cause, acknowledged_at,
  may_have_arrived, row_mac
)
SELECT
  sequence, slip_number, id, upstream, fingerprint, kind, reason, body_sealed, created_at, state,
  attempts, attempts_ended, last_ended_at, next_due_at, last_cause, acknowledged_at,
  may_have_arrived, row_mac
FROM advice;
DROP TABLE advice;
ALTER TABLE new_advice RENAME TO advice;

CREATE TABLE new_print_job (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('original', 'copy', 'pending', 'void')),
  copy_number INTEGER NOT NULL CHECK (copy_number >= 0),
  state TEXT NOT NULL CHECK (state IN (
    'queued', 'sent', 'not_sent', 'uncertain', 'confirmed', 'not_complete'
  )),
  queued_at ANY NOT NULL,
  queued_by TEXT NOT NULL,
  row_mac BLOB NOT NULL,
  PRIMARY KEY (slip_number, number)
) STRICT, WITHOUT ROWID;
INSERT INTO new_print_job (
  slip_number, number, kind, copy_number, state, queued_at, queued_by, row_mac
)
SELECT slip_number, number, kind, copy_number, state, queued_at, queued_by, row_mac FROM print_job;
DROP TABLE print_job;
ALTER TABLE new_print_job RENAME TO print_job;

CREATE UNIQUE INDEX print_job_one_original ON print_job (slip_number)
  WHERE kind = 'original' AND state <> 'not_sent';
CREATE INDEX advice_to_be_sent ON advice (sequence)
  WHERE state IN ('owed', 'parked') OR (state = 'acknowledged' AND next_due_at IS NOT NULL);

CREATE INDEX event_of_staff ON event (sequence) WHERE kind = 18;

CREATE TRIGGER settlement_is_due BEFORE INSERT ON settlement
  WHEN NOT EXISTS (
    SELECT 1 FROM redemption AS settled WHERE settled.slip_number = NEW.slip_number AND (
      (NEW.settled_as = 'by_hand' AND (
        settled.state IN ('unclaimed', 'attention') OR EXISTS (
          SELECT 1 FROM advice WHERE advice.slip_number = NEW.slip_number AND (
            advice.state IN ('owed', 'parked')
            OR (advice.state = 'acknowledged' AND advice.next_due_at IS NOT NULL)))))
      OR (NEW.settled_as = 'outside' AND settled.state = 'final' AND settled.refund_of IS NULL
        AND NOT EXISTS (
          SELECT 1 FROM redemption AS refund WHERE refund.refund_of = settled.id
            AND refund.state NOT IN ('declined', 'abandoned', 'reversed')))))
  BEGIN SELECT RAISE(ABORT, 'only what is open to it is settled so'); END;
CREATE TRIGGER settlement_is_fixed BEFORE UPDATE ON settlement
  BEGIN SELECT RAISE(ABORT, 'a settlement never changes'); END;
CREATE TRIGGER settlement_is_kept BEFORE DELETE ON settlement
  BEGIN SELECT RAISE(ABORT, 'a settlement is never deleted'); END;

CREATE TRIGGER redemption_is_resolved_by_a_settlement BEFORE UPDATE ON redemption
  WHEN (NEW.state = 'resolved') <> (NEW.settled_as IS NOT NULL)
    OR (NEW.settled_as IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM settlement WHERE slip_number = NEW.slip_number AND settled_as = NEW.settled_as))
  BEGIN SELECT RAISE(ABORT, 'what is resolved has a settlement'); END;
DROP TRIGGER redemption_learns_once;
CREATE TRIGGER redemption_learns_once BEFORE UPDATE ON redemption
  WHEN (OLD.first_sent IS NOT NULL AND OLD.first_sent IS NOT NEW.first_sent)
    OR (OLD.redeemed_cents IS NOT NULL AND OLD.redeemed_cents IS NOT NEW.redeemed_cents)
    OR (OLD.change_cents IS NOT NULL AND OLD.change_cents IS NOT NEW.change_cents)
    OR (OLD.change_shape IS NOT NULL AND OLD.change_shape IS NOT NEW.change_shape)
    OR (OLD.change_sealed IS NOT NULL AND OLD.change_sealed IS NOT NEW.change_sealed)
    OR (OLD.settled_as IS NOT NULL AND OLD.settled_as IS NOT NEW.settled_as)
  BEGIN SELECT RAISE(ABORT, 'what was taken, given and settled is written once'); END;
DROP TRIGGER redemption_moves_by_the_table;
CREATE TRIGGER redemption_moves_by_the_table BEFORE UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'prepared>inflight', 'prepared>abandoned',
    'inflight>approved', 'inflight>declined', 'inflight>reversing', 'inflight>attention',
    'approved>final', 'approved>reversing', 'approved>unclaimed',
    'final>reversing', 'final>attention', 'final>resolved',
    'reversing>reversed', 'reversing>reversed_unverified', 'reversing>attention',
    'reversing>resolved',
    'unclaimed>final', 'unclaimed>resolved', 'attention>resolved'
  )
  BEGIN SELECT RAISE(ABORT, 'a redemption moves by the table of moves'); END;
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
CREATE TRIGGER refund_waits_for_the_confirmation BEFORE INSERT ON redemption
  WHEN NEW.refund_of IS NOT NULL AND EXISTS (
    SELECT 1 FROM advice JOIN redemption AS taken USING (slip_number)
    WHERE taken.id = NEW.refund_of AND advice.state <> 'acknowledged')
  BEGIN SELECT RAISE(ABORT, 'what is refunded is confirmed before'); END;

CREATE TRIGGER print_job_is_born_queued BEFORE INSERT ON print_job
  WHEN NEW.state <> 'queued'
  BEGIN SELECT RAISE(ABORT, 'a paper is born queued'); END;
CREATE TRIGGER print_job_is_the_next BEFORE INSERT ON print_job
  WHEN NEW.number <> 1 + (
    SELECT coalesce(max(number), 0) FROM print_job WHERE slip_number = NEW.slip_number)
  BEGIN SELECT RAISE(ABORT, 'another paper was counted'); END;
CREATE TRIGGER print_job_moves_by_the_table BEFORE UPDATE ON print_job
  WHEN OLD.state || '>' || NEW.state NOT IN (
    'queued>sent', 'queued>not_sent', 'queued>uncertain',
    'sent>confirmed', 'sent>not_complete',
    'uncertain>confirmed', 'uncertain>not_complete'
  )
  BEGIN SELECT RAISE(ABORT, 'a paper moves by the table of moves'); END;
CREATE TRIGGER print_job_is_fixed BEFORE UPDATE ON print_job
  WHEN OLD.slip_number IS NOT NEW.slip_number
    OR OLD.number IS NOT NEW.number
    OR OLD.kind IS NOT NEW.kind
    OR OLD.copy_number IS NOT NEW.copy_number
    OR OLD.queued_at IS NOT NEW.queued_at
    OR OLD.queued_by IS NOT NEW.queued_by
  BEGIN SELECT RAISE(ABORT, 'a paper keeps what it was queued with'); END;
CREATE TRIGGER print_job_is_kept BEFORE DELETE ON print_job
  BEGIN SELECT RAISE(ABORT, 'a paper is never deleted'); END;
CREATE TRIGGER print_job_finishes_its_redemption AFTER UPDATE OF state ON print_job
  WHEN NEW.state = 'confirmed' AND NEW.kind IN ('original', 'copy')
  BEGIN
    UPDATE redemption SET is_slip_finished = 1 WHERE slip_number = NEW.slip_number;
  END;
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
    'owed>acknowledged', 'owed>parked', 'owed>disputed', 'owed>settled',
    'parked>acknowledged', 'parked>disputed', 'parked>settled',
    'disputed>settled', 'acknowledged>disputed', 'acknowledged>settled'
  )
  BEGIN SELECT RAISE(ABORT, 'an advice moves by the table of moves'); END;
CREATE TRIGGER advice_is_over BEFORE UPDATE ON advice
  WHEN OLD.state = 'settled' OR (OLD.state = 'disputed' AND NEW.state <> 'settled')
    OR (OLD.state = 'acknowledged' AND OLD.next_due_at IS NULL)
  BEGIN SELECT RAISE(ABORT, 'an advice that is over never changes'); END;
CREATE TRIGGER advice_is_fixed BEFORE UPDATE ON advice
  WHEN OLD.sequence IS NOT NEW.sequence
    OR OLD.slip_number IS NOT NEW.slip_number
    OR OLD.id IS NOT NEW.id
    OR OLD.upstream IS NOT NEW.upstream
    OR OLD.fingerprint IS NOT NEW.fingerprint
    OR OLD.created_at IS NOT NEW.created_at
  BEGIN SELECT RAISE(ABORT, 'an advice keeps what it was written with'); END;
CREATE TRIGGER advice_is_turned_unsent BEFORE UPDATE ON advice
  WHEN (OLD.kind IS NOT NEW.kind OR OLD.reason IS NOT NEW.reason
      OR OLD.body_sealed IS NOT NEW.body_sealed)
    AND NOT (OLD.kind = 'confirmation' AND NEW.kind = 'reversal'
      AND OLD.attempts = 0 AND NEW.attempts = 0)
  BEGIN SELECT RAISE(ABORT, 'an advice keeps its kind and bytes'); END;
CREATE TRIGGER advice_is_kept BEFORE DELETE ON advice
  BEGIN SELECT RAISE(ABORT, 'an advice is never deleted'); END;
CREATE TRIGGER advice_learns_once BEFORE UPDATE ON advice
  WHEN (OLD.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS NOT NEW.acknowledged_at)
  BEGIN SELECT RAISE(ABORT, 'an advice is acknowledged once'); END;
CREATE TRIGGER advice_never_goes_back BEFORE UPDATE ON advice
  WHEN OLD.attempts > NEW.attempts
    OR OLD.attempts_ended > NEW.attempts_ended
  BEGIN SELECT RAISE(ABORT, 'attempts of an advice never go back'); END;
CREATE TRIGGER advice_ends_by_a_settlement BEFORE UPDATE OF state ON advice
  WHEN OLD.state <> 'settled' AND NEW.state = 'settled' AND NOT EXISTS (
    SELECT 1 FROM settlement WHERE slip_number = NEW.slip_number AND settled_as = 'by_hand')
  BEGIN SELECT RAISE(ABORT, 'an advice is settled with its redemption'); END;

PRAGMA user_version = 262146;
