-- version 4.10
-- Which language the window speaks to a person. Null is the till's, as in every row of before.

ALTER TABLE staff ADD COLUMN language TEXT;

PRAGMA user_version = 262154;
