-- version 1.0
-- The journal as it was first released. The file itself refuses what must never happen: a row that
-- is deleted, a move that is not in the table of moves, money that changes after it was written.

CREATE TABLE keeper (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  key_check BLOB NOT NULL,
  opened_count INTEGER NOT NULL CHECK (opened_count >= 0)
) STRICT;

CREATE TABLE sale (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  currency TEXT NOT NULL,
  due_cents INTEGER CHECK (due_cents > 0),
  opened_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'set_aside')),
  row_mac BLOB NOT NULL
) STRICT;

CREATE TABLE redemption (
  slip_number INTEGER PRIMARY KEY CHECK (slip_number > 0),
  id TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL UNIQUE,
  sale_id TEXT NOT NULL REFERENCES sale (id),
  upstream TEXT NOT NULL,
  type_id TEXT NOT NULL,
  type_name TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  voucher_tail TEXT NOT NULL,
  amount_cents INTEGER CHECK (amount_cents > 0),
  is_full_value INTEGER NOT NULL CHECK (is_full_value = (amount_cents IS NULL)),
  currency TEXT NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE,
  cashier TEXT NOT NULL,
  created_at TEXT NOT NULL,
  sms_to TEXT,
  change_manner TEXT NOT NULL,
  row_key BLOB NOT NULL,
  request_sealed BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN (
    'prepared', 'inflight', 'approved', 'final', 'reversing', 'declined', 'abandoned',
    'reversed', 'reversed_unverified', 'unclaimed', 'attention', 'resolved'
  )),
  attempts INTEGER NOT NULL CHECK (attempts >= attempts_ended),
  attempts_ended INTEGER NOT NULL CHECK (attempts_ended >= 0),
  conflicts INTEGER NOT NULL CHECK (conflicts >= 0),
  first_sent_wall TEXT,
  first_sent_monotonic_s REAL,
  first_sent_boot_id TEXT,
  last_ended_wall TEXT,
  last_ended_monotonic_s REAL,
  last_ended_boot_id TEXT,
  next_due_at TEXT,
  last_cause TEXT,
  follow_up TEXT NOT NULL,
  is_resend_spent INTEGER NOT NULL CHECK (is_resend_spent IN (0, 1)),
  upstream_id TEXT,
  upstream_version INTEGER NOT NULL CHECK (upstream_version >= 0),
  upstream_reference TEXT,
  redeemed_cents INTEGER CHECK (redeemed_cents > 0),
  change_cents INTEGER,
  change_sealed BLOB,
  decline TEXT,
  attention TEXT,
  is_slip_finished INTEGER NOT NULL DEFAULT 0 CHECK (is_slip_finished IN (0, 1)),
  row_mac BLOB NOT NULL,
  CHECK (state <> 'final' OR redeemed_cents IS NOT NULL)
) STRICT;

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

CREATE TABLE redemption_move (
  sequence INTEGER PRIMARY KEY,
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  before TEXT,
  after TEXT NOT NULL
) STRICT;

CREATE INDEX redemption_move_of_redemption ON redemption_move (slip_number, sequence);

CREATE TABLE attempt (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('send', 'resend', 'fetch')),
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('approved', 'declined', 'unknown')),
  cause TEXT,
  http_status INTEGER,
  body_sealed BLOB,
  row_mac BLOB NOT NULL,
  PRIMARY KEY (slip_number, number),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE print_job (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('original', 'copy', 'pending')),
  copy_number INTEGER NOT NULL CHECK (copy_number >= 0),
  state TEXT NOT NULL CHECK (state IN (
    'queued', 'sent', 'not_sent', 'uncertain', 'confirmed', 'not_complete'
  )),
  queued_at TEXT NOT NULL,
  queued_by TEXT NOT NULL,
  row_mac BLOB NOT NULL,
  PRIMARY KEY (slip_number, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX print_job_one_original ON print_job (slip_number)
  WHERE kind = 'original' AND state <> 'not_sent';

CREATE TABLE print_move (
  sequence INTEGER PRIMARY KEY,
  slip_number INTEGER NOT NULL,
  number INTEGER NOT NULL,
  before TEXT,
  after TEXT NOT NULL,
  FOREIGN KEY (slip_number, number) REFERENCES print_job (slip_number, number)
) STRICT;

CREATE INDEX print_move_of_job ON print_move (slip_number, number, sequence);

CREATE TABLE kept_types (
  upstream TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  types TEXT NOT NULL,
  row_mac BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE happening (
  sequence INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  slip_number INTEGER REFERENCES redemption (slip_number),
  kind TEXT NOT NULL,
  facts TEXT NOT NULL,
  subject TEXT NOT NULL,
  row_mac BLOB NOT NULL,
  chain_mac BLOB NOT NULL
) STRICT;

CREATE INDEX happening_of_redemption ON happening (slip_number, sequence)
  WHERE slip_number IS NOT NULL;

-- Sales: born open, closed once, never changed otherwise.

CREATE TRIGGER sale_is_born_open BEFORE INSERT ON sale
  WHEN NEW.state <> 'open'
  BEGIN SELECT RAISE(ABORT, 'a sale is born open'); END;
CREATE TRIGGER sale_is_closed_once BEFORE UPDATE ON sale
  WHEN OLD.state <> 'open' OR NEW.state = 'open'
  BEGIN SELECT RAISE(ABORT, 'a sale is closed once'); END;
CREATE TRIGGER sale_is_fixed BEFORE UPDATE ON sale
  WHEN OLD.sequence IS NOT NEW.sequence OR OLD.id IS NOT NEW.id
    OR OLD.currency IS NOT NEW.currency OR OLD.due_cents IS NOT NEW.due_cents
    OR OLD.opened_at IS NOT NEW.opened_at
  BEGIN SELECT RAISE(ABORT, 'a sale keeps what it was opened with'); END;
CREATE TRIGGER sale_is_kept BEFORE DELETE ON sale
  BEGIN SELECT RAISE(ABORT, 'a sale is never deleted'); END;

-- Redemptions: born prepared, moved only as the table of moves allows.

CREATE TRIGGER redemption_is_born_prepared BEFORE INSERT ON redemption
  WHEN NEW.state <> 'prepared'
  BEGIN SELECT RAISE(ABORT, 'a redemption is born prepared'); END;
CREATE TRIGGER redemption_is_numbered BEFORE INSERT ON redemption
  WHEN NEW.slip_number <> 1 + (SELECT coalesce(max(slip_number), 0) FROM redemption)
  BEGIN SELECT RAISE(ABORT, 'a slip number is the next one'); END;
CREATE TRIGGER redemption_needs_an_open_sale BEFORE INSERT ON redemption
  WHEN (SELECT state FROM sale WHERE id = NEW.sale_id) <> 'open'
  BEGIN SELECT RAISE(ABORT, 'the sale is closed'); END;
CREATE TRIGGER redemption_moves_by_the_table BEFORE UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'prepared>inflight', 'prepared>abandoned',
    'inflight>approved', 'inflight>declined', 'inflight>reversing', 'inflight>attention',
    'approved>final', 'approved>reversing', 'approved>unclaimed',
    'final>reversing',
    'reversing>reversed', 'reversing>reversed_unverified', 'reversing>attention',
    'unclaimed>resolved', 'attention>resolved'
  )
  BEGIN SELECT RAISE(ABORT, 'a redemption moves by the table of moves'); END;
CREATE TRIGGER redemption_is_over BEFORE UPDATE OF
  state, attempts, attempts_ended, conflicts, last_ended_wall, last_ended_monotonic_s,
  last_ended_boot_id, next_due_at, last_cause, follow_up, is_resend_spent, upstream_id,
  upstream_version, upstream_reference, decline, attention, row_mac ON redemption
  WHEN OLD.state IN ('declined', 'abandoned', 'reversed', 'reversed_unverified', 'resolved')
  BEGIN SELECT RAISE(ABORT, 'a redemption that is over never changes'); END;
CREATE TRIGGER redemption_is_fixed BEFORE UPDATE ON redemption
  WHEN OLD.slip_number IS NOT NEW.slip_number OR OLD.id IS NOT NEW.id
    OR OLD.reference IS NOT NEW.reference OR OLD.sale_id IS NOT NEW.sale_id
    OR OLD.upstream IS NOT NEW.upstream OR OLD.type_id IS NOT NEW.type_id
    OR OLD.type_name IS NOT NEW.type_name OR OLD.fingerprint IS NOT NEW.fingerprint
    OR OLD.voucher_tail IS NOT NEW.voucher_tail OR OLD.amount_cents IS NOT NEW.amount_cents
    OR OLD.is_full_value IS NOT NEW.is_full_value OR OLD.currency IS NOT NEW.currency
    OR OLD.idempotency_key IS NOT NEW.idempotency_key OR OLD.cashier IS NOT NEW.cashier
    OR OLD.created_at IS NOT NEW.created_at OR OLD.sms_to IS NOT NEW.sms_to
    OR OLD.change_manner IS NOT NEW.change_manner OR OLD.row_key IS NOT NEW.row_key
    OR OLD.request_sealed IS NOT NEW.request_sealed
  BEGIN SELECT RAISE(ABORT, 'a redemption keeps what it was prepared with'); END;
CREATE TRIGGER redemption_learns_once BEFORE UPDATE ON redemption
  WHEN (OLD.first_sent_wall IS NOT NULL AND (
      OLD.first_sent_wall IS NOT NEW.first_sent_wall
      OR OLD.first_sent_monotonic_s IS NOT NEW.first_sent_monotonic_s
      OR OLD.first_sent_boot_id IS NOT NEW.first_sent_boot_id))
    OR (OLD.redeemed_cents IS NOT NULL AND OLD.redeemed_cents IS NOT NEW.redeemed_cents)
    OR (OLD.change_sealed IS NOT NULL AND (
      OLD.change_sealed IS NOT NEW.change_sealed OR OLD.change_cents IS NOT NEW.change_cents))
  BEGIN SELECT RAISE(ABORT, 'what was taken and given is written once'); END;
CREATE TRIGGER redemption_never_goes_back BEFORE UPDATE ON redemption
  WHEN OLD.attempts > NEW.attempts OR OLD.attempts_ended > NEW.attempts_ended
    OR OLD.upstream_version > NEW.upstream_version OR OLD.is_slip_finished > NEW.is_slip_finished
  BEGIN SELECT RAISE(ABORT, 'counts and versions never go back'); END;
CREATE TRIGGER redemption_never_overpays AFTER UPDATE OF state ON redemption
  WHEN NEW.state = 'final' AND (SELECT due_cents FROM sale WHERE id = NEW.sale_id) < (
    SELECT sum(redeemed_cents) FROM redemption WHERE sale_id = NEW.sale_id AND state = 'final'
  )
  BEGIN SELECT RAISE(ABORT, 'a sale is never overpaid'); END;
CREATE TRIGGER redemption_is_kept BEFORE DELETE ON redemption
  BEGIN SELECT RAISE(ABORT, 'a redemption is never deleted'); END;
CREATE TRIGGER redemption_birth_is_recorded AFTER INSERT ON redemption
  BEGIN
    INSERT INTO redemption_move (slip_number, before, after)
    VALUES (NEW.slip_number, NULL, NEW.state);
  END;
CREATE TRIGGER redemption_move_is_recorded AFTER UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state
  BEGIN
    INSERT INTO redemption_move (slip_number, before, after)
    VALUES (NEW.slip_number, OLD.state, NEW.state);
  END;
CREATE TRIGGER redemption_move_is_unchanged BEFORE UPDATE ON redemption_move
  BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;
CREATE TRIGGER redemption_move_is_kept BEFORE DELETE ON redemption_move
  BEGIN SELECT RAISE(ABORT, 'a move is never deleted'); END;

-- Attempts: one at a time, in order, ended once.

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
  WHEN OLD.slip_number IS NOT NEW.slip_number OR OLD.number IS NOT NEW.number
    OR OLD.kind IS NOT NEW.kind OR OLD.started_at IS NOT NEW.started_at
  BEGIN SELECT RAISE(ABORT, 'an attempt keeps what it was started with'); END;
CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt
  BEGIN SELECT RAISE(ABORT, 'an attempt is never deleted'); END;

-- Papers: counted in order, moved only as their table of moves allows.

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
  WHEN OLD.slip_number IS NOT NEW.slip_number OR OLD.number IS NOT NEW.number
    OR OLD.kind IS NOT NEW.kind OR OLD.copy_number IS NOT NEW.copy_number
    OR OLD.queued_at IS NOT NEW.queued_at OR OLD.queued_by IS NOT NEW.queued_by
  BEGIN SELECT RAISE(ABORT, 'a paper keeps what it was queued with'); END;
CREATE TRIGGER print_job_is_kept BEFORE DELETE ON print_job
  BEGIN SELECT RAISE(ABORT, 'a paper is never deleted'); END;
CREATE TRIGGER print_job_birth_is_recorded AFTER INSERT ON print_job
  BEGIN
    INSERT INTO print_move (slip_number, number, before, after)
    VALUES (NEW.slip_number, NEW.number, NULL, NEW.state);
  END;
CREATE TRIGGER print_job_move_is_recorded AFTER UPDATE OF state ON print_job
  BEGIN
    INSERT INTO print_move (slip_number, number, before, after)
    VALUES (NEW.slip_number, NEW.number, OLD.state, NEW.state);
  END;
CREATE TRIGGER print_job_finishes_its_redemption AFTER UPDATE OF state ON print_job
  WHEN NEW.state = 'confirmed' AND NEW.kind IN ('original', 'copy')
  BEGIN
    UPDATE redemption SET is_slip_finished = 1 WHERE slip_number = NEW.slip_number;
  END;
CREATE TRIGGER print_move_is_unchanged BEFORE UPDATE ON print_move
  BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;
CREATE TRIGGER print_move_is_kept BEFORE DELETE ON print_move
  BEGIN SELECT RAISE(ABORT, 'a move is never deleted'); END;

-- Types are kept anew; the last ones are never lost.

CREATE TRIGGER kept_types_are_kept BEFORE DELETE ON kept_types
  BEGIN SELECT RAISE(ABORT, 'kept types are never deleted'); END;

-- Happenings: appended, and nothing else.

CREATE TRIGGER happening_is_the_next BEFORE INSERT ON happening
  WHEN NEW.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM happening)
  BEGIN SELECT RAISE(ABORT, 'a happening is the next one'); END;
CREATE TRIGGER happening_is_unchanged BEFORE UPDATE ON happening
  BEGIN SELECT RAISE(ABORT, 'a happening is never changed'); END;
CREATE TRIGGER happening_is_kept BEFORE DELETE ON happening
  BEGIN SELECT RAISE(ABORT, 'a happening is never deleted'); END;

-- The keeper: one row for good.

CREATE TRIGGER keeper_counts_up BEFORE UPDATE ON keeper
  WHEN OLD.key_check IS NOT NEW.key_check OR NEW.opened_count <= OLD.opened_count
  BEGIN SELECT RAISE(ABORT, 'the keeper only counts up'); END;
CREATE TRIGGER keeper_is_kept BEFORE DELETE ON keeper
  BEGIN SELECT RAISE(ABORT, 'the keeper is never deleted'); END;

-- Whose file this is, and which version: 65536 times the major number, plus the minor one.
PRAGMA application_id = 1448039747;
PRAGMA user_version = 65536;
