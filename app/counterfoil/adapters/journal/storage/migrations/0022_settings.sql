-- version 4.9
-- Changed settings are events of a kind that older tills do not know, so they leave this journal be.

PRAGMA user_version = 262153;
