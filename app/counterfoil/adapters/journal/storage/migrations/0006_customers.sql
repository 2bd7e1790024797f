-- version 1.5
-- A sale that the till had stopped over is paid only once somebody has said that its customer is
-- still here. Also what was unclaimed for want of these words pays its sale then.

ALTER TABLE sale ADD COLUMN customer TEXT
  CHECK (customer IN ('asked', 'here', 'paid_otherwise', 'gone'));
ALTER TABLE sale ADD COLUMN customer_at TEXT
  CHECK ((customer IS NULL) = (customer_at IS NULL));

CREATE INDEX sale_left_open ON sale (sequence) WHERE state = 'open' AND customer IS NOT NULL;

DROP TRIGGER sale_is_closed_once;
CREATE TRIGGER sale_is_closed_once BEFORE UPDATE ON sale
  WHEN OLD.state <> 'open' OR (NEW.state = 'open' AND OLD.customer IS NEW.customer)
  BEGIN SELECT RAISE(ABORT, 'a sale is closed once'); END;
CREATE TRIGGER sale_hears_of_its_customer BEFORE UPDATE ON sale
  WHEN OLD.customer IS NOT NEW.customer
    AND coalesce(OLD.customer, '') || '>' || coalesce(NEW.customer, '') NOT IN (
      '>asked', 'here>asked', 'asked>here',
      '>paid_otherwise', 'asked>paid_otherwise', 'here>paid_otherwise',
      '>gone', 'asked>gone', 'here>gone'
    )
  BEGIN SELECT RAISE(ABORT, 'where a customer is is said by the table'); END;
CREATE TRIGGER sale_is_paid_by_who_is_here BEFORE UPDATE ON sale
  WHEN (NEW.state = 'paid' AND NEW.customer IN ('asked', 'paid_otherwise', 'gone'))
    OR (NEW.state = 'open' AND NEW.customer IN ('paid_otherwise', 'gone'))
  BEGIN SELECT RAISE(ABORT, 'a sale is paid by a customer who is here'); END;

DROP TRIGGER redemption_needs_an_open_sale;
CREATE TRIGGER redemption_needs_an_open_sale BEFORE INSERT ON redemption
  WHEN (SELECT state <> 'open' OR customer IS 'asked' FROM sale WHERE id = NEW.sale_id)
  BEGIN SELECT RAISE(ABORT, 'the sale is closed'); END;

DROP TRIGGER redemption_moves_by_the_table;
CREATE TRIGGER redemption_moves_by_the_table BEFORE UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'prepared>inflight', 'prepared>abandoned',
    'inflight>approved', 'inflight>declined', 'inflight>reversing', 'inflight>attention',
    'approved>final', 'approved>reversing', 'approved>unclaimed',
    'final>reversing', 'final>attention',
    'reversing>reversed', 'reversing>reversed_unverified', 'reversing>attention',
    'unclaimed>final', 'unclaimed>resolved', 'attention>resolved'
  )
  BEGIN SELECT RAISE(ABORT, 'a redemption moves by the table of moves'); END;
CREATE TRIGGER redemption_pays_for_who_is_here BEFORE UPDATE OF state ON redemption
  WHEN NEW.state = 'final' AND OLD.state <> 'final' AND EXISTS (
    SELECT 1 FROM sale WHERE id = NEW.sale_id
      AND (customer IS 'asked' OR (OLD.state = 'unclaimed' AND customer IS NOT 'here')))
  BEGIN SELECT RAISE(ABORT, 'nobody said that the customer is here'); END;

PRAGMA user_version = 65541;
