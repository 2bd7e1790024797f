-- version 4.0
-- No table changes. What is written from now on takes less room: words of events by their places in
-- a list, the shape of a change voucher by the order of its parts, and sealed beside it only its
-- codes. What was written before is read as it lies. An older till cannot read what is new.

PRAGMA user_version = 262144;
