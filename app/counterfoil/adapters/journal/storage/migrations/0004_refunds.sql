-- version 1.3
-- Refunds: redemptions that give back what another took. In a row that is none, and of an upstream
-- that was not known to refund, the new columns are null, so that its mark still holds.

ALTER TABLE redemption ADD COLUMN can_refund INTEGER
  CHECK (can_refund IS NULL OR (can_refund IN (0, 1) AND upstream_kind IS NOT NULL));
ALTER TABLE redemption ADD COLUMN refund_of TEXT REFERENCES redemption (id)
  CHECK (refund_of IS NULL OR (upstream_kind IS NOT NULL AND can_refund = 0));
ALTER TABLE redemption ADD COLUMN is_refunded INTEGER NOT NULL DEFAULT 0
  CHECK (is_refunded IN (0, 1));

CREATE UNIQUE INDEX redemption_one_refund ON redemption (refund_of)
  WHERE refund_of IS NOT NULL AND state NOT IN ('declined', 'abandoned', 'reversed');

CREATE TRIGGER refund_gives_back_what_was_taken BEFORE INSERT ON redemption
  WHEN NEW.refund_of IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM redemption AS taken WHERE taken.id = NEW.refund_of
      AND taken.state = 'final' AND taken.refund_of IS NULL AND taken.can_refund = 1
      AND taken.redeemed_cents = NEW.amount_cents AND taken.currency = NEW.currency
      AND taken.upstream = NEW.upstream AND taken.fingerprint = NEW.fingerprint
      AND taken.type_id = NEW.type_id AND taken.has_confirmation = NEW.has_confirmation
      AND taken.is_advice_effective = NEW.is_advice_effective)
  BEGIN SELECT RAISE(ABORT, 'a refund gives back what a final redemption took'); END;
CREATE TRIGGER refund_waits_for_the_confirmation BEFORE INSERT ON redemption
  WHEN NEW.refund_of IS NOT NULL AND EXISTS (
    SELECT 1 FROM advice JOIN redemption AS taken USING (slip_number)
    WHERE taken.id = NEW.refund_of AND advice.state <> 'acknowledged')
  BEGIN SELECT RAISE(ABORT, 'what is refunded is confirmed before'); END;
CREATE TRIGGER refund_is_whole BEFORE UPDATE OF redeemed_cents ON redemption
  WHEN NEW.refund_of IS NOT NULL AND NEW.redeemed_cents <> NEW.amount_cents
  BEGIN SELECT RAISE(ABORT, 'a refund gives back all of it'); END;
CREATE TRIGGER refund_is_fixed BEFORE UPDATE ON redemption
  WHEN OLD.refund_of IS NOT NEW.refund_of OR OLD.can_refund IS NOT NEW.can_refund
  BEGIN SELECT RAISE(ABORT, 'a refund keeps what it gives back'); END;
CREATE TRIGGER refund_is_never_taken_back BEFORE UPDATE OF state ON redemption
  WHEN NEW.refund_of IS NOT NULL AND OLD.state = 'final' AND NEW.state = 'reversing'
  BEGIN SELECT RAISE(ABORT, 'a refund that is final is not reversed'); END;
CREATE TRIGGER refund_marks_what_it_gives_back AFTER UPDATE OF state ON redemption
  WHEN NEW.refund_of IS NOT NULL AND (OLD.state = 'final') <> (NEW.state = 'final')
  BEGIN UPDATE redemption SET is_refunded = (NEW.state = 'final') WHERE id = NEW.refund_of; END;

PRAGMA user_version = 65539;
