-- version 3.0
-- Rows take a third less room: ids and hashes are bytes, times are microseconds since 1970, a
-- reading of both clocks is one value, and a row MAC is 16 bytes. A row MAC covers what a row says
-- and not how it lies, so those of older rows still hold. An older till cannot read this. New is
-- whether an attempt to deliver an advice may have arrived; where null it was not kept.

CREATE TABLE new_sale (
  sequence INTEGER PRIMARY KEY,
  id ANY NOT NULL UNIQUE,
  currency TEXT NOT NULL,
  due_cents INTEGER CHECK (due_cents > 0),
  opened_at ANY NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'set_aside')),
  customer TEXT CHECK (customer IN ('asked', 'here', 'paid_otherwise', 'gone')),
  customer_at ANY CHECK ((customer IS NULL) = (customer_at IS NULL)),
  closed_as TEXT
    CHECK (closed_as IN ('cancelled', 'paid_otherwise', 'customer_left')
      AND (closed_as IS NULL OR state = 'set_aside')),
  row_mac BLOB NOT NULL
) STRICT;
INSERT INTO new_sale (
  sequence, id, currency, due_cents, opened_at, state, customer, customer_at, closed_as, row_mac
)
SELECT
  sequence, packed_id(id), currency, due_cents, packed_time(opened_at), state, customer,
  packed_time(customer_at), closed_as, substr(row_mac, 1, 16)
FROM sale;

CREATE TABLE new_redemption (
  slip_number INTEGER PRIMARY KEY CHECK (slip_number > 0),
  id ANY NOT NULL UNIQUE,
  reference TEXT NOT NULL UNIQUE,
  sale_id ANY NOT NULL REFERENCES sale (id),
  upstream TEXT NOT NULL,
  type_id TEXT NOT NULL,
  type_name TEXT NOT NULL,
  fingerprint ANY NOT NULL,
  voucher_tail TEXT NOT NULL,
  amount_cents INTEGER CHECK (amount_cents > 0),
  currency TEXT NOT NULL,
  idempotency_key ANY NOT NULL UNIQUE,
  cashier TEXT NOT NULL,
  created_at ANY NOT NULL,
  sms_to TEXT,
  change_manner TEXT NOT NULL,
  row_key BLOB NOT NULL,
  request_sealed BLOB NOT NULL,
  upstream_kind TEXT CHECK (upstream_kind = 'advised'),
  has_confirmation INTEGER
    CHECK ((has_confirmation IS NULL) = (upstream_kind IS NULL) AND has_confirmation IN (0, 1)),
  is_advice_effective INTEGER
    CHECK ((is_advice_effective IS NULL) = (upstream_kind IS NULL)
      AND is_advice_effective IN (0, 1)),
  can_refund INTEGER
    CHECK (can_refund IS NULL OR (can_refund IN (0, 1) AND upstream_kind IS NOT NULL)),
  refund_of ANY REFERENCES redemption (id)
    CHECK (refund_of IS NULL OR (upstream_kind IS NOT NULL AND can_refund = 0)),
  state TEXT NOT NULL CHECK (state IN (
    'prepared', 'inflight', 'approved', 'final', 'reversing', 'declined', 'abandoned',
    'reversed', 'reversed_unverified', 'unclaimed', 'attention', 'resolved'
  )),
  attempts INTEGER NOT NULL CHECK (attempts >= attempts_ended),
  attempts_ended INTEGER NOT NULL CHECK (attempts_ended >= 0),
  conflicts INTEGER NOT NULL CHECK (conflicts >= 0),
  first_sent ANY,
  last_ended ANY,
  known_age_s REAL CHECK (known_age_s >= 0),
  next_due_at ANY,
  last_cause TEXT,
  follow_up TEXT NOT NULL,
  is_resend_spent INTEGER NOT NULL CHECK (is_resend_spent IN (0, 1)),
  upstream_id TEXT,
  upstream_version INTEGER NOT NULL CHECK (upstream_version >= 0),
  upstream_reference TEXT,
  redeemed_cents INTEGER CHECK (redeemed_cents > 0),
  change_cents INTEGER,
  change_shape TEXT,
  change_sealed BLOB,
  decline TEXT,
  attention TEXT,
  is_slip_finished INTEGER NOT NULL DEFAULT 0 CHECK (is_slip_finished IN (0, 1)),
  is_refunded INTEGER NOT NULL DEFAULT 0 CHECK (is_refunded IN (0, 1)),
  row_mac BLOB NOT NULL,
  CHECK (state <> 'final' OR redeemed_cents IS NOT NULL)
) STRICT;
INSERT INTO new_redemption (
  slip_number, id, reference, sale_id, upstream, type_id, type_name, fingerprint, voucher_tail,
  amount_cents, currency, idempotency_key, cashier, created_at, sms_to, change_manner, row_key,
  request_sealed, upstream_kind, has_confirmation, is_advice_effective, can_refund, refund_of,
  state, attempts, attempts_ended, conflicts, first_sent, last_ended, known_age_s, next_due_at,
  last_cause, follow_up, is_resend_spent, upstream_id, upstream_version, upstream_reference,
  redeemed_cents, change_cents, change_shape, change_sealed, decline, attention, is_slip_finished,
  is_refunded, row_mac
)
SELECT
  slip_number, packed_id(id), reference, packed_id(sale_id), upstream, type_id, type_name,
  packed_hash(fingerprint), voucher_tail, amount_cents, currency, packed_id(idempotency_key),
  cashier, packed_time(created_at), sms_to, change_manner, row_key, request_sealed, upstream_kind,
  has_confirmation, is_advice_effective, can_refund, packed_id(refund_of), state, attempts,
  attempts_ended, conflicts,
  packed_instant(first_sent_wall, first_sent_monotonic_s, first_sent_boot_id),
  packed_instant(last_ended_wall, last_ended_monotonic_s, last_ended_boot_id), known_age_s,
  packed_time(next_due_at), last_cause, follow_up, is_resend_spent, upstream_id, upstream_version,
  upstream_reference, redeemed_cents, change_cents, change_shape, change_sealed, decline,
  attention, is_slip_finished, is_refunded, substr(row_mac, 1, 16)
FROM redemption;

CREATE TABLE new_attempt (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('send', 'resend', 'fetch')),
  started_at ANY NOT NULL,
  ended_at ANY,
  outcome TEXT CHECK (outcome IN ('approved', 'declined', 'unknown')),
  cause TEXT,
  http_status INTEGER,
  body_sealed BLOB,
  row_mac BLOB NOT NULL,
  PRIMARY KEY (slip_number, number),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO new_attempt (
  slip_number, number, kind, started_at, ended_at, outcome, cause, http_status, body_sealed,
  row_mac
)
SELECT
  slip_number, number, kind, packed_time(started_at), packed_time(ended_at), outcome, cause,
  http_status, body_sealed, substr(row_mac, 1, 16)
FROM attempt;

CREATE TABLE new_print_job (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('original', 'copy', 'pending')),
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
SELECT
  slip_number, number, kind, copy_number, state, packed_time(queued_at), queued_by,
  substr(row_mac, 1, 16)
FROM print_job;

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
  state TEXT NOT NULL CHECK (state IN ('owed', 'acknowledged', 'parked', 'disputed')),
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
  sequence, slip_number, packed_id(id), upstream, packed_hash(fingerprint), kind, reason,
  body_sealed, packed_time(created_at), state, attempts, attempts_ended,
  packed_time(last_ended_at), packed_time(next_due_at), last_cause, packed_time(acknowledged_at),
  NULL, substr(row_mac, 1, 16)
FROM advice;

DROP TABLE advice;
DROP TABLE print_job;
DROP TABLE attempt;
DROP TABLE redemption;
DROP TABLE sale;
ALTER TABLE new_sale RENAME TO sale;
ALTER TABLE new_redemption RENAME TO redemption;
ALTER TABLE new_attempt RENAME TO attempt;
ALTER TABLE new_print_job RENAME TO print_job;
ALTER TABLE new_advice RENAME TO advice;

CREATE INDEX sale_left_open ON sale (sequence) WHERE state = 'open' AND customer IS NOT NULL;
CREATE INDEX redemption_of_sale ON redemption (sale_id);
CREATE INDEX redemption_open ON redemption (slip_number)
  WHERE state IN ('prepared', 'inflight', 'approved', 'reversing');
CREATE INDEX redemption_for_a_person ON redemption (slip_number)
  WHERE state IN ('unclaimed', 'attention');
CREATE INDEX redemption_slip_to_finish ON redemption (slip_number)
  WHERE state = 'final' AND is_slip_finished = 0;
CREATE UNIQUE INDEX redemption_one_open_per_sale ON redemption (sale_id)
  WHERE state IN ('prepared', 'inflight', 'approved', 'reversing');
CREATE UNIQUE INDEX redemption_one_unsettled_per_voucher ON redemption (fingerprint)
  WHERE state IN ('prepared', 'inflight', 'approved', 'reversing', 'unclaimed', 'attention');
CREATE UNIQUE INDEX redemption_one_refund ON redemption (refund_of)
  WHERE refund_of IS NOT NULL AND state NOT IN ('declined', 'abandoned', 'reversed');
CREATE INDEX redemption_of_tail ON redemption (voucher_tail);
CREATE INDEX redemption_of_type_name ON redemption (type_name);
CREATE INDEX redemption_of_cents ON redemption (coalesce(redeemed_cents, amount_cents));
CREATE INDEX redemption_of_second ON redemption (created_at / 1000000);
CREATE INDEX redemption_of_state ON redemption (state COLLATE NOCASE);
CREATE UNIQUE INDEX print_job_one_original ON print_job (slip_number)
  WHERE kind = 'original' AND state <> 'not_sent';
CREATE INDEX advice_to_be_sent ON advice (sequence)
  WHERE state IN ('owed', 'parked') OR (state = 'acknowledged' AND next_due_at IS NOT NULL);

CREATE TRIGGER sale_is_born_open BEFORE INSERT ON sale
  WHEN NEW.state <> 'open'
  BEGIN SELECT RAISE(ABORT, 'a sale is born open'); END;
CREATE TRIGGER sale_is_fixed BEFORE UPDATE ON sale
  WHEN OLD.sequence IS NOT NEW.sequence
    OR OLD.id IS NOT NEW.id
    OR OLD.currency IS NOT NEW.currency
    OR OLD.due_cents IS NOT NEW.due_cents
    OR OLD.opened_at IS NOT NEW.opened_at
  BEGIN SELECT RAISE(ABORT, 'a sale keeps what it was opened with'); END;
CREATE TRIGGER sale_is_kept BEFORE DELETE ON sale
  BEGIN SELECT RAISE(ABORT, 'a sale is never deleted'); END;
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

CREATE TRIGGER redemption_is_born_prepared BEFORE INSERT ON redemption
  WHEN NEW.state <> 'prepared'
  BEGIN SELECT RAISE(ABORT, 'a redemption is born prepared'); END;
CREATE TRIGGER redemption_is_numbered BEFORE INSERT ON redemption
  WHEN NEW.slip_number <> 1 + (SELECT coalesce(max(slip_number), 0) FROM redemption)
  BEGIN SELECT RAISE(ABORT, 'a slip number is the next one'); END;
CREATE TRIGGER redemption_is_over BEFORE UPDATE OF
  state, attempts, attempts_ended, conflicts, last_ended, next_due_at, last_cause, follow_up,
  is_resend_spent, upstream_id, upstream_version, upstream_reference, decline, attention,
  row_mac ON redemption
  WHEN OLD.state IN ('declined', 'abandoned', 'reversed', 'reversed_unverified', 'resolved')
  BEGIN SELECT RAISE(ABORT, 'a redemption that is over never changes'); END;
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
    OR OLD.sms_to IS NOT NEW.sms_to
    OR OLD.change_manner IS NOT NEW.change_manner
    OR OLD.row_key IS NOT NEW.row_key
    OR OLD.request_sealed IS NOT NEW.request_sealed
    OR OLD.upstream_kind IS NOT NEW.upstream_kind
    OR OLD.has_confirmation IS NOT NEW.has_confirmation
    OR OLD.is_advice_effective IS NOT NEW.is_advice_effective
    OR OLD.can_refund IS NOT NEW.can_refund
    OR OLD.refund_of IS NOT NEW.refund_of
  BEGIN SELECT RAISE(ABORT, 'a redemption keeps what it was prepared with'); END;
CREATE TRIGGER redemption_learns_once BEFORE UPDATE ON redemption
  WHEN (OLD.first_sent IS NOT NULL AND OLD.first_sent IS NOT NEW.first_sent)
    OR (OLD.redeemed_cents IS NOT NULL AND OLD.redeemed_cents IS NOT NEW.redeemed_cents)
    OR (OLD.change_cents IS NOT NULL AND OLD.change_cents IS NOT NEW.change_cents)
    OR (OLD.change_shape IS NOT NULL AND OLD.change_shape IS NOT NEW.change_shape)
    OR (OLD.change_sealed IS NOT NULL AND OLD.change_sealed IS NOT NEW.change_sealed)
  BEGIN SELECT RAISE(ABORT, 'what was taken and given is written once'); END;
CREATE TRIGGER redemption_never_goes_back BEFORE UPDATE ON redemption
  WHEN OLD.attempts > NEW.attempts
    OR OLD.attempts_ended > NEW.attempts_ended
    OR OLD.upstream_version > NEW.upstream_version
    OR OLD.is_slip_finished > NEW.is_slip_finished
  BEGIN SELECT RAISE(ABORT, 'counts and versions never go back'); END;
CREATE TRIGGER redemption_never_overpays AFTER UPDATE OF state ON redemption
  WHEN NEW.state = 'final' AND (SELECT due_cents FROM sale WHERE id = NEW.sale_id) < (
    SELECT sum(redeemed_cents) FROM redemption WHERE sale_id = NEW.sale_id AND state = 'final'
  )
  BEGIN SELECT RAISE(ABORT, 'a sale is never overpaid'); END;
CREATE TRIGGER redemption_is_kept BEFORE DELETE ON redemption
  BEGIN SELECT RAISE(ABORT, 'a redemption is never deleted'); END;
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
CREATE TRIGGER refund_is_never_taken_back BEFORE UPDATE OF state ON redemption
  WHEN NEW.refund_of IS NOT NULL AND OLD.state = 'final' AND NEW.state = 'reversing'
  BEGIN SELECT RAISE(ABORT, 'a refund that is final is not reversed'); END;
CREATE TRIGGER refund_marks_what_it_gives_back AFTER UPDATE OF state ON redemption
  WHEN NEW.refund_of IS NOT NULL AND (OLD.state = 'final') <> (NEW.state = 'final')
  BEGIN UPDATE redemption SET is_refunded = (NEW.state = 'final') WHERE id = NEW.refund_of; END;
CREATE TRIGGER redemption_needs_an_open_sale BEFORE INSERT ON redemption
  WHEN (SELECT state <> 'open' OR customer IS 'asked' FROM sale WHERE id = NEW.sale_id)
  BEGIN SELECT RAISE(ABORT, 'the sale is closed'); END;
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
CREATE TRIGGER redemption_keeps_its_change_shape BEFORE UPDATE ON redemption
  WHEN NEW.change_shape IS NOT NULL AND NEW.change_sealed IS NULL
  BEGIN SELECT RAISE(ABORT, 'a change voucher is written once, and whole'); END;

CREATE TRIGGER attempt_is_born_without_end BEFORE INSERT ON attempt
  WHEN NEW.ended_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'an attempt is born without an end'); END;
CREATE TRIGGER attempt_is_the_next BEFORE INSERT ON attempt
  WHEN EXISTS (
      SELECT 1 FROM attempt WHERE slip_number = NEW.slip_number AND ended_at IS NULL)
    OR NEW.number <> 1 + (
      SELECT coalesce(max(number), 0) FROM attempt WHERE slip_number = NEW.slip_number)
  BEGIN SELECT RAISE(ABORT, 'another attempt was started'); END;
CREATE TRIGGER attempt_ends_once BEFORE UPDATE ON attempt
  WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
  BEGIN SELECT RAISE(ABORT, 'an attempt ends once'); END;
CREATE TRIGGER attempt_is_fixed BEFORE UPDATE ON attempt
  WHEN OLD.slip_number IS NOT NEW.slip_number
    OR OLD.number IS NOT NEW.number
    OR OLD.kind IS NOT NEW.kind
    OR OLD.started_at IS NOT NEW.started_at
  BEGIN SELECT RAISE(ABORT, 'an attempt keeps what it was started with'); END;
CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt
  BEGIN SELECT RAISE(ABORT, 'an attempt is never deleted'); END;

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
    'owed>acknowledged', 'owed>parked', 'owed>disputed',
    'parked>acknowledged', 'parked>disputed', 'acknowledged>disputed'
  )
  BEGIN SELECT RAISE(ABORT, 'an advice moves by the table of moves'); END;
CREATE TRIGGER advice_is_over BEFORE UPDATE ON advice
  WHEN OLD.state = 'disputed' OR (OLD.state = 'acknowledged' AND OLD.next_due_at IS NULL)
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

PRAGMA user_version = 196608;
