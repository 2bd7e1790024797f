-- version 1.6
-- The tables of moves told only what the chain of happenings tells as well, and told it without a
-- mark, so that whoever edited a state could edit its moves too. They are gone.

DROP TRIGGER redemption_birth_is_recorded;
DROP TRIGGER redemption_move_is_recorded;
DROP TRIGGER redemption_move_is_unchanged;
DROP TRIGGER redemption_move_is_kept;
DROP TABLE redemption_move;

DROP TRIGGER print_job_birth_is_recorded;
DROP TRIGGER print_job_move_is_recorded;
DROP TRIGGER print_move_is_unchanged;
DROP TRIGGER print_move_is_kept;
DROP TABLE print_move;

PRAGMA user_version = 65542;
