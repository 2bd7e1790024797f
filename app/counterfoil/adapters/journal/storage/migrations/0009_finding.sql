-- version 2.1
-- What redemptions are looked for by gets an index each, so that finding one takes as long in a
-- journal of many years as in a new one. A reference has its index from being unique. Times are
-- indexed by the second, in a quarter of the room of the text. States are indexed by another way of
-- comparing than all else compares them by: SQLite would look for the redemptions of a sale in its
-- state, and read all that are final.

CREATE INDEX redemption_of_tail ON redemption (voucher_tail);
CREATE INDEX redemption_of_type_name ON redemption (type_name);
CREATE INDEX redemption_of_cents ON redemption (coalesce(redeemed_cents, amount_cents));
CREATE INDEX redemption_of_second ON redemption (CAST(strftime('%s', created_at) AS INTEGER));
CREATE INDEX redemption_of_state ON redemption (state COLLATE NOCASE);

PRAGMA user_version = 131073;
