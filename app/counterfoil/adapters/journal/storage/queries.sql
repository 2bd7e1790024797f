-- read_keeper: Read which key belongs to this journal, and how often it was opened.
SELECT * FROM keeper;

-- next_acceptance: Read the number of the next acceptance.
SELECT coalesce(max(number), 0) + 1 FROM acceptance;

-- read_acceptances: Read every acceptance.
SELECT * FROM acceptance ORDER BY number;

-- read_sale: Read one sale.
SELECT * FROM sale WHERE id = :id;

-- sum_paid: Sum what the final redemptions of a sale took.
SELECT coalesce(sum(redeemed_cents), 0) FROM redemption WHERE sale_id = :id AND state = 'final';

-- next_slip_number: Read the number that the next redemption gets.
SELECT coalesce(max(slip_number), 0) + 1 FROM redemption;

-- read_redemption: Read one redemption by its id.
SELECT * FROM redemption WHERE id = :id;

-- keep_pad: Keep the pad of a new redemption's key.
INSERT INTO key_pad (slip_number, pad) VALUES (:slip_number, :pad);

-- read_pad: Read the pad of a redemption's key.
SELECT pad FROM key_pad WHERE slip_number = :slip_number;

-- read_holdings: Read the redemptions of a range that have their key, and what keeps each.
SELECT redemption.*,
  (SELECT max(at_us) FROM event WHERE event.slip_number = redemption.slip_number) AS last_us,
  (
    redemption.state IN ('final', 'declined', 'abandoned', 'reversed', 'reversed_unverified',
      'resolved')
    AND NOT EXISTS (
      SELECT 1 FROM attempt
      WHERE attempt.slip_number = redemption.slip_number AND ended_at IS NULL)
    AND NOT EXISTS (
      SELECT 1 FROM advice WHERE advice.slip_number = redemption.slip_number AND (
        advice.state IN ('owed', 'parked', 'disputed')
        OR (advice.state = 'acknowledged' AND advice.next_due_at IS NOT NULL)))
    AND NOT EXISTS (
      SELECT 1 FROM print_job
      WHERE print_job.slip_number = redemption.slip_number AND print_job.state = 'queued')
    AND NOT EXISTS (
      SELECT 1 FROM redemption AS refund WHERE refund.refund_of = redemption.id
        AND refund.state NOT IN ('declined', 'abandoned', 'reversed')
        AND refund.state NOT IN ('final', 'reversed_unverified', 'resolved'))
    AND NOT EXISTS (
      SELECT 1 FROM sale WHERE sale.id = redemption.sale_id
        AND sale.state = 'open' AND customer IS NOT NULL)
  ) AS is_over
FROM redemption WHERE slip_number > :after AND slip_number <= :until AND shredded_at IS NULL
ORDER BY slip_number;

-- read_with_phone: Read the redemptions with a phone number, by its keyed hash.
SELECT * FROM redemption WHERE phone_fingerprint = :phone_fingerprint ORDER BY slip_number;

-- read_some_with_mask: Read those of a range that an older till wrote, by the masked number.
SELECT * FROM redemption WHERE slip_number > :after AND slip_number <= :until
  AND phone_fingerprint IS NULL AND sms_to = :sms_to ORDER BY slip_number;

-- read_redemption_by_reference: Read one redemption by its short reference.
SELECT * FROM redemption WHERE reference = :reference;

-- read_last_of_sale: Read the newest redemption of a sale.
SELECT * FROM redemption WHERE slip_number = (
  SELECT max(slip_number) FROM redemption WHERE sale_id = :sale_id
);

-- read_open: Read the redemptions that the till still has something to do for.
SELECT * FROM redemption INDEXED BY redemption_open
WHERE state IN ('prepared', 'inflight', 'approved', 'reversing') ORDER BY slip_number;

-- read_for_a_person: Read the redemptions that wait for a supervisor.
SELECT * FROM redemption INDEXED BY redemption_for_a_person
WHERE state IN ('unclaimed', 'attention') ORDER BY slip_number;

-- read_left_open: Read the last redemption of each open sale that the till had stopped over.
SELECT redemption.* FROM sale INDEXED BY sale_left_open
JOIN redemption ON slip_number = (
  SELECT max(slip_number) FROM redemption WHERE sale_id = sale.id
)
WHERE sale.state = 'open' AND customer IS NOT NULL ORDER BY slip_number;

-- read_slips_to_finish: Read what was sold or settled and whose slip no person has confirmed.
SELECT * FROM redemption INDEXED BY redemption_slip_to_finish
WHERE state = 'final' AND is_slip_finished = 0
UNION ALL
SELECT * FROM redemption INDEXED BY redemption_settled_slip_to_finish
WHERE state = 'resolved' AND refund_of IS NULL AND is_slip_finished = 0
ORDER BY slip_number;

-- read_slip_ids_to_finish: Read only the ids of the same.
SELECT id FROM redemption INDEXED BY redemption_slip_to_finish
WHERE state = 'final' AND is_slip_finished = 0
UNION ALL
SELECT id FROM redemption INDEXED BY redemption_settled_slip_to_finish
WHERE state = 'resolved' AND refund_of IS NULL AND is_slip_finished = 0;

-- read_declined_since: Read the redemptions declined since a time, oldest first.
SELECT * FROM redemption INDEXED BY redemption_of_second
WHERE created_at / 1000000 >= :since_s AND state = 'declined' ORDER BY slip_number;

-- read_history: Read one page of redemptions, newest first.
SELECT * FROM redemption WHERE slip_number < :before ORDER BY slip_number DESC LIMIT :limit;

-- read_by_slip_numbers: Read the redemptions of a list of slip numbers, newest first.
SELECT * FROM redemption WHERE slip_number IN (SELECT value FROM json_each(:slip_numbers))
ORDER BY slip_number DESC;

-- find_by_reference: Find the redemptions whose reference begins so, newest first.
SELECT slip_number FROM redemption WHERE reference >= :first AND reference < :after
ORDER BY slip_number DESC LIMIT :limit;

-- find_by_tail: Find the redemptions whose last four begin so, newest first.
SELECT slip_number FROM redemption INDEXED BY redemption_of_tail
WHERE voucher_tail >= :first AND voucher_tail < :after ORDER BY slip_number DESC LIMIT :limit;

-- find_by_type_name: Find the redemptions of a type's name, newest first.
SELECT slip_number FROM redemption INDEXED BY redemption_of_type_name
WHERE type_name = :name ORDER BY slip_number DESC LIMIT :limit;

-- find_by_cents: Find the redemptions that took an amount, or were asked for it, newest first.
SELECT slip_number FROM redemption INDEXED BY redemption_of_cents
WHERE coalesce(redeemed_cents, amount_cents) = :cents ORDER BY slip_number DESC LIMIT :limit;

-- find_by_voucher: Find the redemptions of one voucher: by its last four, and then by its hash.
SELECT slip_number FROM redemption INDEXED BY redemption_of_tail
WHERE voucher_tail = :tail AND fingerprint = :hash ORDER BY slip_number DESC LIMIT :limit;

-- find_by_phone: Find the redemptions with a phone number, by its keyed hash, newest first.
SELECT slip_number FROM redemption WHERE phone_fingerprint = :hash
ORDER BY slip_number DESC LIMIT :limit;

-- find_by_serial: Find the change voucher of a serial number among the last redemptions.
SELECT slip_number FROM redemption
WHERE slip_number > (SELECT coalesce(max(slip_number), 0) FROM redemption) - :looked_at
  AND instr(change_shape, :serial) ORDER BY slip_number DESC LIMIT :limit;

-- find_by_cashier: Find what a cashier sold among the last redemptions, newest first.
SELECT slip_number FROM redemption
WHERE slip_number > (SELECT coalesce(max(slip_number), 0) FROM redemption) - :looked_at
  AND cashier = :seller ORDER BY slip_number DESC LIMIT :limit;

-- find_by_last_cashiers: Read who sold the last redemptions.
SELECT DISTINCT cashier FROM redemption
WHERE slip_number > (SELECT coalesce(max(slip_number), 0) FROM redemption) - :looked_at;

-- find_by_time: Find the redemptions that began in a span of time, newest first.
SELECT slip_number FROM redemption INDEXED BY redemption_of_second
WHERE created_at / 1000000 BETWEEN :since_s AND :until_s
  AND created_at >= :since AND created_at < :until
ORDER BY slip_number DESC LIMIT :limit;

-- find_by_state: Find the redemptions in a state, newest first.
SELECT slip_number FROM redemption INDEXED BY redemption_of_state
WHERE state = :wanted COLLATE NOCASE ORDER BY slip_number DESC LIMIT :limit;

-- read_narrowed: Read which redemptions of a list began in a span of time and are in some states.
SELECT slip_number FROM redemption WHERE slip_number IN (SELECT value FROM json_each(:slip_numbers))
  AND created_at >= :since AND created_at < :until
  AND (:states = '[]' OR +state IN (SELECT value FROM json_each(:states)));

-- next_type_name: Read the name of a type that comes next in the order of letters.
SELECT min(type_name) FROM redemption WHERE type_name > :after;

-- read_attempt: Read one attempt.
SELECT * FROM attempt WHERE slip_number = :slip_number AND number = :number;

-- read_attempts: Read the attempts of one redemption in order.
SELECT * FROM attempt WHERE slip_number = :slip_number ORDER BY number;

-- read_last_answer: Read the last answer that came to an attempt of a redemption.
SELECT * FROM attempt WHERE slip_number = :slip_number AND body_sealed IS NOT NULL
ORDER BY number DESC LIMIT 1;

-- next_advice: Read the place of the next advice in the order of birth.
SELECT coalesce(max(sequence), 0) + 1 FROM advice;

-- read_advice: Read the advice of one redemption.
SELECT advice.*, redemption.id AS redemption_id, redemption.refund_of
FROM advice JOIN redemption USING (slip_number) WHERE redemption.id = :redemption_id;

-- read_advice_by_id: Read one advice, with what it is sealed under.
SELECT advice.*, redemption.id AS redemption_id, redemption.row_key, redemption.shredded_at
FROM advice JOIN redemption USING (slip_number) WHERE advice.id = :id;

-- read_owed_advices: Read the advices that are still to be sent, in the order of birth.
SELECT advice.*, redemption.id AS redemption_id, redemption.refund_of
FROM advice INDEXED BY advice_to_be_sent JOIN redemption USING (slip_number)
WHERE advice.state IN ('owed', 'parked')
  OR (advice.state = 'acknowledged' AND advice.next_due_at IS NOT NULL)
ORDER BY sequence;

-- tally_owed: Count what each upstream has not acknowledged; a time that is none counts as long ago.
SELECT upstream, count(*) AS owed,
  min(iif(created_at / 1000000 BETWEEN 0 AND 253402300799, created_at / 1000000, 0)) AS oldest_s,
  sum(state = 'parked') AS suspended, sum(attempts_ended > 0) AS tried
FROM advice INDEXED BY advice_to_be_sent WHERE state IN ('owed', 'parked') GROUP BY upstream;

-- find_owed_reversal: Find one reversal that is owed to an upstream.
SELECT 1 FROM advice INDEXED BY advice_to_be_sent
WHERE state IN ('owed', 'parked') AND state = 'owed' AND kind = 'reversal' AND upstream = :upstream
LIMIT 1;

-- read_ids_for_a_call: Read the redemptions of advices that repeating will hardly settle.
SELECT redemption.id
FROM advice INDEXED BY advice_to_be_sent JOIN redemption USING (slip_number)
WHERE (
    advice.state IN ('owed', 'parked')
    OR (advice.state = 'acknowledged' AND advice.next_due_at IS NOT NULL)
  ) AND (
    advice.state = 'parked'
    OR (advice.state = 'acknowledged' AND advice.last_cause = 'contradicted')
    OR (
      advice.state = 'owed'
      AND advice.upstream NOT IN (SELECT value FROM json_each(:reachable))
    )
  );

-- read_print_job: Read one paper.
SELECT * FROM print_job WHERE slip_number = :slip_number AND number = :number;

-- read_print_jobs: Read the papers of one redemption in order.
SELECT * FROM print_job WHERE slip_number = :slip_number ORDER BY number;

-- read_papers_under_way: Read the papers whose printing has no end.
SELECT print_job.*, redemption.id AS redemption_id
FROM print_job JOIN redemption USING (slip_number)
WHERE print_job.state = 'queued' ORDER BY slip_number, number;

-- read_settlements: Read how people settled one redemption, as it came.
SELECT * FROM settlement WHERE slip_number = :slip_number ORDER BY settled_at;

-- next_reconciliation: Read the number of the next reconciliation.
SELECT coalesce(max(number), 0) + 1 FROM reconciliation;

-- next_difference: Read the number of the next difference.
SELECT coalesce(max(number), 0) + 1 FROM difference;

-- read_reconciliations: Read the last runs, newest first.
SELECT * FROM reconciliation ORDER BY number DESC LIMIT :limit;

-- read_last_of_upstream: Read the last run of a provider.
SELECT * FROM reconciliation INDEXED BY reconciliation_of_file WHERE upstream = :upstream
ORDER BY number DESC LIMIT 1;

-- read_last_of_file: Read the last run of the same file of a provider.
SELECT * FROM reconciliation INDEXED BY reconciliation_of_file
WHERE upstream = :upstream AND file_hash = :file_hash ORDER BY number DESC LIMIT 1;

-- read_difference: Read one difference.
SELECT * FROM difference WHERE number = :number;

-- read_differences: Read the differences of a run.
SELECT * FROM difference INDEXED BY difference_of_run WHERE run = :run ORDER BY number;

-- read_open_differences: Read what nobody has resolved; a later run of the same file replaces one.
SELECT difference.* FROM difference INDEXED BY difference_open
JOIN reconciliation AS found ON found.number = difference.run
WHERE resolved_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM reconciliation AS later
  WHERE later.upstream = found.upstream AND later.file_hash = found.file_hash
    AND later.number > found.number
) ORDER BY difference.number;

-- read_resolutions: Read the events of differences that were resolved, of a part of the chain.
SELECT * FROM event WHERE sequence > :after AND sequence <= :until AND kind = 43 ORDER BY sequence;

-- read_slip_numbers_of: Read the first and the last slip number of a span of time; null for none.
SELECT min(slip_number), max(slip_number) FROM redemption INDEXED BY redemption_of_second
WHERE created_at / 1000000 BETWEEN :since_s AND :until_s;

-- read_bookings: Read a provider's redemptions of a range of slip numbers, in their order.
SELECT * FROM redemption
WHERE slip_number > :after AND slip_number <= :until AND upstream = :upstream ORDER BY slip_number;

-- read_types: Read the types kept for an upstream.
SELECT * FROM kept_types WHERE upstream = :upstream;

-- read_person: Read one of the staff.
SELECT * FROM staff WHERE number = :number;

-- read_staff: Read all of the staff.
SELECT * FROM staff ORDER BY added_at, number;

-- read_end: Read where the chain ends.
SELECT sequence, at_us, link FROM event ORDER BY sequence DESC LIMIT 1;

-- read_event: Read one link of the chain.
SELECT * FROM event WHERE sequence = :sequence;

-- read_last_events: Read the end of the chain, last first.
SELECT * FROM event ORDER BY sequence DESC LIMIT :limit;

-- read_all_events: Read every link of the chain in order.
SELECT * FROM event ORDER BY sequence;

-- read_staff_events: Read what was done with the entries of the staff, last first.
SELECT * FROM event INDEXED BY event_of_staff WHERE kind = 18 ORDER BY sequence DESC;

-- read_deeds: Read what the staff did from an event on: their entries, voids, codes and papers.
SELECT * FROM event WHERE sequence >= :first AND kind IN (12, 13, 14, 18) ORDER BY sequence;

-- read_first_prepared: Read the slip number of the first redemption that was prepared from there on.
SELECT slip_number FROM event WHERE sequence >= :first AND kind = 4 ORDER BY sequence LIMIT 1;

-- tally_sold: Count what came of each cashier's vouchers from a slip number on.
SELECT cashier, sum(state = 'final') AS redeemed, sum(state = 'declined') AS refused
FROM redemption WHERE slip_number >= :first AND refund_of IS NULL GROUP BY cashier;

-- read_events: Read what happened to one redemption.
SELECT * FROM event WHERE slip_number = :slip_number ORDER BY sequence;

-- read_events_by_redemption: Read what happened to each redemption, one after the other.
SELECT * FROM event WHERE slip_number IS NOT NULL ORDER BY slip_number, sequence;

-- read_happening: Read one link of the chain before version 2.0.
SELECT * FROM happening WHERE sequence = :sequence;

-- read_last_happenings: Read the end of that chain, last first.
SELECT * FROM happening ORDER BY sequence DESC LIMIT :limit;

-- read_all_happenings: Read every link of that chain in order.
SELECT * FROM happening ORDER BY sequence;

-- read_happenings_by_redemption: Read what happened to each redemption before version 2.0.
SELECT * FROM happening WHERE slip_number IS NOT NULL ORDER BY slip_number, sequence;

-- read_happenings: Read what happened to one redemption before version 2.0.
SELECT * FROM happening WHERE slip_number = :slip_number ORDER BY sequence;

-- read_redemption_by_slip_number: Read one redemption by its slip number.
SELECT * FROM redemption WHERE slip_number = :slip_number;

-- read_all_sales: Read every sale.
SELECT * FROM sale ORDER BY sequence;

-- check_sale: Read a sale by its id, as bytes or as older journals kept it.
SELECT * FROM sale WHERE id IN (:id, :text);

-- read_all_refunded: Read which redemptions have a final refund.
SELECT taken.slip_number FROM redemption AS refund JOIN redemption AS taken
ON taken.id = refund.refund_of WHERE refund.state = 'final' ORDER BY taken.slip_number;

-- read_all_redemptions: Read every redemption.
SELECT * FROM redemption ORDER BY slip_number;

-- read_all_attempts: Read every attempt, with what its redemption is called and sealed under.
SELECT attempt.*, redemption.id, redemption.reference, redemption.row_key
FROM attempt LEFT JOIN redemption USING (slip_number) ORDER BY slip_number, number;

-- read_all_advices: Read every advice, with what its redemption is called and sealed under.
SELECT advice.*, redemption.id AS redemption_id, redemption.reference, redemption.row_key
FROM advice LEFT JOIN redemption USING (slip_number) ORDER BY slip_number;

-- read_all_print_jobs: Read every paper, with what its redemption is called.
SELECT print_job.*, redemption.reference
FROM print_job LEFT JOIN redemption USING (slip_number) ORDER BY slip_number, number;

-- read_all_settlements: Read how people settled redemptions, with what each is called.
SELECT settlement.*, redemption.reference
FROM settlement LEFT JOIN redemption USING (slip_number)
ORDER BY slip_number, settlement.settled_as;

-- read_all_reconciliations: Read every run of a reconciliation.
SELECT * FROM reconciliation ORDER BY number;

-- read_all_differences: Read every difference.
SELECT * FROM difference ORDER BY number;

-- read_all_types: Read every list of types.
SELECT * FROM kept_types ORDER BY upstream;

-- count_sales: Count the sales.
SELECT count(*) FROM sale;

-- count_redemptions: Count the redemptions.
SELECT count(*) FROM redemption;

-- read_table_names: Read which tables there are.
SELECT name FROM sqlite_schema WHERE type = 'table';

-- read_schema: Read every table, index and trigger as it was created, and of which table it is.
SELECT type, name, tbl_name || ': ' || coalesce(sql, 'made by itself')
FROM sqlite_schema ORDER BY type, name;

-- check_redemptions: Read the redemptions of a range of slip numbers.
SELECT * FROM redemption WHERE slip_number > :after AND slip_number <= :until;

-- check_sales: Read a range of sales.
SELECT * FROM sale WHERE sequence > :after AND sequence <= :until;

-- check_attempts: Read the attempts of a range of slip numbers.
SELECT * FROM attempt WHERE slip_number > :after AND slip_number <= :until;

-- check_advices: Read a range of advices.
SELECT * FROM advice WHERE sequence > :after AND sequence <= :until;

-- check_print_jobs: Read the papers of a range of slip numbers.
SELECT * FROM print_job WHERE slip_number > :after AND slip_number <= :until;

-- check_settlements: Read the settlements of a range of slip numbers.
SELECT * FROM settlement WHERE slip_number > :after AND slip_number <= :until;

-- check_reconciliations: Read a range of runs.
SELECT * FROM reconciliation WHERE number > :after AND number <= :until;

-- check_differences: Read a range of differences.
SELECT * FROM difference WHERE number > :after AND number <= :until;

-- check_happenings: Read a range of the chain before version 2.0 in order.
SELECT * FROM happening WHERE sequence > :after AND sequence <= :until ORDER BY sequence;

-- check_events: Read a range of the chain in order.
SELECT * FROM event WHERE sequence > :after AND sequence <= :until ORDER BY sequence;

-- last_slip_number: Read the last slip number.
SELECT coalesce(max(slip_number), 0) FROM redemption;

-- last_sale: Read the key of the last sale.
SELECT coalesce(max(sequence), 0) FROM sale;

-- last_advice: Read the key of the last advice.
SELECT coalesce(max(sequence), 0) FROM advice;

-- last_reconciliation: Read the number of the last run.
SELECT coalesce(max(number), 0) FROM reconciliation;

-- last_difference: Read the number of the last difference.
SELECT coalesce(max(number), 0) FROM difference;

-- last_event: Read the number of the last event.
SELECT coalesce((SELECT max(sequence) FROM event), (SELECT max(sequence) FROM happening), 0);

-- read_booked: Read the events of a range that the books may count, in order.
SELECT * FROM event WHERE sequence > :after AND sequence <= :until
  AND (kind IN (5, 13, 14, 17, 19) OR kind BETWEEN 21 AND 26) ORDER BY sequence;

-- read_last_retention: Read the newest event of a round of retention, among those of late.
SELECT * FROM event WHERE kind = 32 AND sequence > :after ORDER BY sequence DESC LIMIT 1;

-- read_setting_changes: Read the events of changed settings among those of late, newest first.
SELECT * FROM event WHERE kind = 71 AND sequence > :after ORDER BY sequence DESC;

-- read_stretch: Read when the first and the last of a range of events was recorded; null for none.
SELECT min(at_us), max(at_us) FROM event WHERE sequence > :after AND sequence <= :until;

-- tally_moves: Add up moves of redemptions by how events begin, which is faster than reading JSON.
WITH move (place, begins) AS MATERIALIZED (SELECT key, value FROM json_each(:moves))
SELECT at_us / :step_us AS step, move.place, refund_of IS NOT NULL AS is_refund, settled_as,
  currency AS unit, cashier AS seller, upstream, count(*) AS events,
  CAST(sum(iif(coalesce(redeemed_cents, amount_cents) <= :cents_max,
    coalesce(redeemed_cents, amount_cents), 0)) AS INTEGER) AS cents
FROM event CROSS JOIN move CROSS JOIN redemption USING (slip_number)
WHERE sequence > :after AND sequence <= :until AND kind = 5
  AND at_us >= :since AND at_us < :before
  AND substr(content, 2, 3) IN (SELECT substr(value, 2, 3) FROM json_each(:moves))
  AND substr(content, 1, length(begins)) = begins
  AND substr(content, length(begins) + 1, 1) IN (',', ']')
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- tally_rests: Add up what was paid without a voucher, of a range of events, by how and by whom.
WITH told AS (
  SELECT at_us / :step_us AS step, iif(json_valid(content), content, '[]') AS fields FROM event
  WHERE sequence > :after AND sequence <= :until AND kind = 23
    AND at_us >= :since AND at_us < :before
)
SELECT step, json_extract(fields, '$[2]') AS tender, json_extract(fields, '$[4]') AS person,
  count(*) AS events,
  CAST(sum(iif(json_extract(fields, '$[3]') BETWEEN 0 AND :cents_max,
    json_extract(fields, '$[3]'), 0)) AS INTEGER) AS cents
FROM told GROUP BY 1, 2, 3;

-- tally_others: Count what else reports tell of, of a range of events; a first slip is nothing.
SELECT at_us / :step_us AS step, kind, content, refund_of IS NOT NULL AS is_refund,
  settled_as, currency AS unit, cashier AS seller, upstream, count(*) AS events,
  CAST(sum(iif(coalesce(redeemed_cents, amount_cents) <= :cents_max,
    coalesce(redeemed_cents, amount_cents), 0)) AS INTEGER) AS cents
FROM event CROSS JOIN redemption USING (slip_number)
WHERE sequence > :after AND sequence <= :until AND kind IN (12, 13, 14, 19)
  AND at_us >= :since AND at_us < :before AND NOT (kind = 14 AND content GLOB :first_slip)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

-- read_shift: Read one shift.
SELECT * FROM shift WHERE number = :number;

-- read_last_shift: Read the newest shift.
SELECT * FROM shift ORDER BY number DESC LIMIT 1;

-- read_shifts: Read one page of shifts, newest first.
SELECT * FROM shift WHERE number < :before ORDER BY number DESC LIMIT :limit;

-- read_all_shifts: Read every shift.
SELECT * FROM shift ORDER BY number;

-- check_shifts: Read a range of shifts.
SELECT * FROM shift WHERE number > :after AND number <= :until;

-- last_shift: Read the number of the last shift.
SELECT coalesce(max(number), 0) FROM shift;

-- no_keys: Say that a table is read whole.
SELECT 0;
