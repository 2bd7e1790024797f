-- version 4.5
-- What is kept of persons is shredded on schedule: the key of a redemption's sealed texts is
-- dropped. It is the one change that a finished row allows. Half of a new key is hidden under a pad
-- in a table of its own, whose rows never grow, so that there are no copies of it to be left behind.

CREATE TABLE key_pad (
  slip_number INTEGER PRIMARY KEY REFERENCES redemption (slip_number),
  pad BLOB NOT NULL CHECK (length(pad) = 32)
) STRICT;

ALTER TABLE redemption ADD COLUMN phone_fingerprint ANY;
ALTER TABLE redemption ADD COLUMN shredded_at ANY CHECK (shredded_at IS NULL OR row_key = x'');

CREATE INDEX redemption_of_phone ON redemption (phone_fingerprint)
  WHERE phone_fingerprint IS NOT NULL;

CREATE TRIGGER key_pad_is_born_with_its_redemption BEFORE INSERT ON key_pad
  WHEN NOT EXISTS (
    SELECT 1 FROM redemption WHERE slip_number = NEW.slip_number AND state = 'prepared')
  BEGIN SELECT RAISE(ABORT, 'a key is born with its redemption'); END;
CREATE TRIGGER key_pad_is_only_dropped BEFORE UPDATE ON key_pad
  WHEN OLD.slip_number IS NOT NEW.slip_number
    OR NEW.pad IS NOT zeroblob(32)
    OR NOT EXISTS (
      SELECT 1 FROM redemption
      WHERE slip_number = NEW.slip_number AND shredded_at IS NOT NULL)
  BEGIN SELECT RAISE(ABORT, 'a key is dropped with its redemption'); END;
CREATE TRIGGER key_pad_is_kept BEFORE DELETE ON key_pad
  BEGIN SELECT RAISE(ABORT, 'a key is never deleted'); END;

DROP TRIGGER redemption_is_over;
CREATE TRIGGER redemption_is_over BEFORE UPDATE OF
  state, attempts, attempts_ended, conflicts, last_ended, next_due_at, last_cause, follow_up,
  is_resend_spent, upstream_id, upstream_version, upstream_reference, decline, attention,
  row_mac ON redemption
  WHEN OLD.state IN ('declined', 'abandoned', 'reversed', 'reversed_unverified', 'resolved')
    AND NOT (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL)
  BEGIN SELECT RAISE(ABORT, 'a redemption that is over never changes'); END;
DROP TRIGGER redemption_is_fixed;
CREATE TRIGGER redemption_is_fixed BEFORE UPDATE ON redemption
  WHEN OLD.slip_number IS NOT NEW.slip_number
    OR OLD.id IS NOT NEW.id
    OR OLD.reference IS NOT NEW.reference
    OR OLD.sale_id IS NOT NEW.sale_id
    OR OLD.upstream IS NOT NEW.upstream
    OR OLD.type_id IS NOT NEW.type_id
    OR OLD.type_name IS NOT NEW.type_name
    OR OLD.fingerprint IS NOT NEW.fingerprint
    OR OLD.voucher_tail IS NOT NEW.voucher_tail
    OR OLD.amount_cents IS NOT NEW.amount_cents
    OR OLD.currency IS NOT NEW.currency
    OR OLD.idempotency_key IS NOT NEW.idempotency_key
    OR OLD.cashier IS NOT NEW.cashier
    OR OLD.created_at IS NOT NEW.created_at
    OR OLD.change_manner IS NOT NEW.change_manner
    OR OLD.request_sealed IS NOT NEW.request_sealed
    OR OLD.upstream_kind IS NOT NEW.upstream_kind
    OR OLD.has_confirmation IS NOT NEW.has_confirmation
    OR OLD.is_advice_effective IS NOT NEW.is_advice_effective
    OR OLD.can_refund IS NOT NEW.can_refund
    OR OLD.refund_of IS NOT NEW.refund_of
    OR OLD.phone_fingerprint IS NOT NEW.phone_fingerprint
  BEGIN SELECT RAISE(ABORT, 'a redemption keeps what it was prepared with'); END;
DROP TRIGGER redemption_learns_once;
CREATE TRIGGER redemption_learns_once BEFORE UPDATE ON redemption
  WHEN (OLD.first_sent IS NOT NULL AND OLD.first_sent IS NOT NEW.first_sent)
    OR (OLD.redeemed_cents IS NOT NULL AND OLD.redeemed_cents IS NOT NEW.redeemed_cents)
    OR (OLD.change_cents IS NOT NULL AND OLD.change_cents IS NOT NEW.change_cents)
    OR (OLD.change_shape IS NOT NULL AND OLD.change_shape IS NOT NEW.change_shape)
    OR (OLD.change_sealed IS NOT NULL AND OLD.change_sealed IS NOT NEW.change_sealed)
    OR (OLD.settled_as IS NOT NULL AND OLD.settled_as IS NOT NEW.settled_as)
    OR (OLD.shredded_at IS NOT NULL AND OLD.shredded_at IS NOT NEW.shredded_at)
  BEGIN SELECT RAISE(ABORT, 'what was taken, given and settled is written once'); END;

DROP TRIGGER redemption_is_resolved_by_a_settlement;
CREATE TRIGGER redemption_is_resolved_by_a_settlement BEFORE UPDATE ON redemption
  WHEN NOT (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL) AND (
    (NEW.state = 'resolved') <> (NEW.settled_as IS NOT NULL)
    OR (NEW.settled_as IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM settlement WHERE slip_number = NEW.slip_number AND settled_as = NEW.settled_as))
  )
  BEGIN SELECT RAISE(ABORT, 'what is resolved has a settlement'); END;

CREATE TRIGGER redemption_is_born_with_its_key BEFORE INSERT ON redemption
  WHEN NEW.shredded_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a redemption is born with its key'); END;
CREATE TRIGGER redemption_keeps_its_key BEFORE UPDATE ON redemption
  WHEN (OLD.sms_to IS NOT NEW.sms_to
    OR OLD.row_key IS NOT NEW.row_key)
    AND NOT (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL)
  BEGIN SELECT RAISE(ABORT, 'a redemption keeps its key until it is shredded'); END;
CREATE TRIGGER redemption_is_only_shredded BEFORE UPDATE ON redemption
  WHEN OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL AND (
    OLD.state IS NOT NEW.state
    OR OLD.attempts IS NOT NEW.attempts
    OR OLD.attempts_ended IS NOT NEW.attempts_ended
    OR OLD.conflicts IS NOT NEW.conflicts
    OR OLD.first_sent IS NOT NEW.first_sent
    OR OLD.last_ended IS NOT NEW.last_ended
    OR OLD.known_age_s IS NOT NEW.known_age_s
    OR OLD.next_due_at IS NOT NEW.next_due_at
    OR OLD.last_cause IS NOT NEW.last_cause
    OR OLD.follow_up IS NOT NEW.follow_up
    OR OLD.is_resend_spent IS NOT NEW.is_resend_spent
    OR OLD.upstream_id IS NOT NEW.upstream_id
    OR OLD.upstream_version IS NOT NEW.upstream_version
    OR OLD.upstream_reference IS NOT NEW.upstream_reference
    OR OLD.redeemed_cents IS NOT NEW.redeemed_cents
    OR OLD.change_sealed IS NOT NEW.change_sealed
    OR OLD.decline IS NOT NEW.decline
    OR OLD.attention IS NOT NEW.attention
    OR OLD.settled_as IS NOT NEW.settled_as
    OR OLD.is_slip_finished IS NOT NEW.is_slip_finished
    OR OLD.is_refunded IS NOT NEW.is_refunded
  )
  BEGIN SELECT RAISE(ABORT, 'shredding changes nothing else'); END;
CREATE TRIGGER redemption_is_over_when_shredded BEFORE UPDATE ON redemption
  WHEN OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL AND (
    OLD.state IN ('prepared', 'inflight', 'approved', 'reversing', 'unclaimed', 'attention')
    OR (OLD.state = 'final' AND OLD.is_slip_finished = 0)
    OR (OLD.state = 'resolved' AND OLD.settled_as IS NOT NULL AND OLD.refund_of IS NULL
      AND OLD.is_slip_finished = 0)
    OR EXISTS (SELECT 1 FROM attempt WHERE slip_number = OLD.slip_number AND ended_at IS NULL)
    OR EXISTS (
      SELECT 1 FROM advice WHERE slip_number = OLD.slip_number AND (
        state IN ('owed', 'parked', 'disputed')
        OR (state = 'acknowledged' AND next_due_at IS NOT NULL)))
    OR EXISTS (SELECT 1 FROM print_job WHERE slip_number = OLD.slip_number AND state = 'queued')
    OR EXISTS (
      SELECT 1 FROM redemption AS refund WHERE refund.refund_of = OLD.id
        AND refund.state NOT IN ('declined', 'abandoned', 'reversed')
        AND refund.state NOT IN ('final', 'reversed_unverified', 'resolved'))
    OR EXISTS (
      SELECT 1 FROM sale WHERE sale.id = OLD.sale_id AND sale.state = 'open'
        AND sale.customer IS NOT NULL)
  )
  BEGIN SELECT RAISE(ABORT, 'only what is over and handed over is shredded'); END;
CREATE TRIGGER redemption_drops_its_key AFTER UPDATE ON redemption
  WHEN OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL
  BEGIN
    UPDATE key_pad SET pad = zeroblob(32) WHERE slip_number = NEW.slip_number;
  END;

PRAGMA user_version = 262149;
