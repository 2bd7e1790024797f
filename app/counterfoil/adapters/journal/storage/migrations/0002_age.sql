-- version 1.1
-- How old a request was when its last attempt ended, added up over restarts of the machine. Null is
-- not known, as in a row of the version before, so that its mark still holds.

ALTER TABLE redemption ADD COLUMN known_age_s REAL CHECK (known_age_s >= 0);

PRAGMA user_version = 65537;
