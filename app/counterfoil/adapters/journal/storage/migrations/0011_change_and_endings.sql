-- version 2.3
-- What may be seen of a change voucher lies beside its sealed codes, so that a list opens none. Rows
-- from before keep it sealed only.

ALTER TABLE redemption ADD COLUMN change_shape TEXT;

CREATE TRIGGER redemption_keeps_its_change_shape BEFORE UPDATE ON redemption
  WHEN (OLD.change_shape IS NOT NULL AND OLD.change_shape IS NOT NEW.change_shape)
    OR (NEW.change_shape IS NOT NULL AND NEW.change_sealed IS NULL)
  BEGIN SELECT RAISE(ABORT, 'a change voucher is written once, and whole'); END;

-- How a sale was closed without its voucher. One that was paid needs no word, and neither does one
-- whose customer was asked for after a stop: the answer says it.

ALTER TABLE sale ADD COLUMN closed_as TEXT
  CHECK (closed_as IN ('cancelled', 'paid_otherwise', 'customer_left')
    AND (closed_as IS NULL OR state = 'set_aside'));

PRAGMA user_version = 131075;
