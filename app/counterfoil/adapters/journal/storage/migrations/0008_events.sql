-- version 2.0
-- Events take the place of happenings: typed, and a third of their size. The happenings of older
-- versions stay to the letter, take no more, and the first event rests on the last of them. An older
-- till would go on with the old chain, so it must not open this journal.

CREATE TABLE event (
  sequence INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  slip_number INTEGER REFERENCES redemption (slip_number),
  kind INTEGER NOT NULL CHECK (kind > 0),
  content TEXT NOT NULL,
  row_mac BLOB NOT NULL,
  link BLOB NOT NULL
) STRICT;

CREATE INDEX event_of_redemption ON event (slip_number)
  WHERE slip_number IS NOT NULL;

CREATE TRIGGER event_is_the_next BEFORE INSERT ON event
  WHEN NEW.sequence <> 1 + coalesce(
    (SELECT max(sequence) FROM event), (SELECT max(sequence) FROM happening), 0
  )
  BEGIN SELECT RAISE(ABORT, 'an event is the next one'); END;
CREATE TRIGGER event_is_unchanged BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;

DROP TRIGGER happening_is_the_next;
CREATE TRIGGER happening_is_the_last BEFORE INSERT ON happening
  BEGIN SELECT RAISE(ABORT, 'happenings are events now'); END;

PRAGMA user_version = 131072;
