-- version 4.3
-- The slip of what people settled is to be finished as well. With a void outside the voucher it is
-- the void's own paper, so that what finished the sale's slip counts no more. Where the provider took
-- nothing, nobody has to be given a slip.

DROP TRIGGER redemption_never_goes_back;
DROP TRIGGER print_job_finishes_its_redemption;

UPDATE redemption SET is_slip_finished = EXISTS (
  SELECT 1 FROM print_job WHERE print_job.slip_number = redemption.slip_number
    AND kind = 'void' AND print_job.state = 'confirmed')
WHERE settled_as = 'outside';
UPDATE redemption SET is_slip_finished = 1
WHERE settled_as = 'by_hand' AND EXISTS (
  SELECT 1 FROM settlement WHERE settlement.slip_number = redemption.slip_number
    AND settlement.settled_as = 'by_hand' AND evidence = 'not_taken');

CREATE INDEX redemption_settled_slip_to_finish ON redemption (slip_number)
  WHERE state = 'resolved' AND refund_of IS NULL AND is_slip_finished = 0;

CREATE TRIGGER redemption_never_goes_back BEFORE UPDATE ON redemption
  WHEN OLD.attempts > NEW.attempts
    OR OLD.attempts_ended > NEW.attempts_ended
    OR OLD.upstream_version > NEW.upstream_version
  BEGIN SELECT RAISE(ABORT, 'counts and versions never go back'); END;
CREATE TRIGGER redemption_slip_stays_finished BEFORE UPDATE ON redemption
  WHEN OLD.is_slip_finished > NEW.is_slip_finished AND (
    OLD.settled_as IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM settlement
      WHERE slip_number = NEW.slip_number AND settlement.settled_as = 'outside'))
  BEGIN SELECT RAISE(ABORT, 'a slip that is finished stays so'); END;
CREATE TRIGGER settlement_outside_has_its_own_slip AFTER INSERT ON settlement
  WHEN NEW.settled_as = 'outside'
  BEGIN
    UPDATE redemption SET is_slip_finished = 0 WHERE slip_number = NEW.slip_number;
  END;
CREATE TRIGGER redemption_owes_no_slip_of_nothing AFTER UPDATE OF settled_as ON redemption
  WHEN OLD.settled_as IS NULL AND NEW.settled_as = 'by_hand' AND EXISTS (
    SELECT 1 FROM settlement WHERE slip_number = NEW.slip_number
      AND settlement.settled_as = 'by_hand' AND evidence = 'not_taken')
  BEGIN
    UPDATE redemption SET is_slip_finished = 1 WHERE slip_number = NEW.slip_number;
  END;
CREATE TRIGGER print_job_finishes_its_redemption AFTER UPDATE OF state ON print_job
  WHEN NEW.state = 'confirmed' AND NEW.kind IN ('original', 'copy', 'void')
  BEGIN
    UPDATE redemption SET is_slip_finished = 1 WHERE slip_number = NEW.slip_number
      AND (NEW.kind = 'void') = (settled_as IS 'outside');
  END;

PRAGMA user_version = 262147;
