"""``journal verify`` names the row, whatever state the journal is in, and changes nothing."""

import shutil
from pathlib import Path

import pypdfium2
import pytest

from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, LOCK_NAME
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.bootstrap import marker_of
from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.journals import raw, tampering
from support.sandboxes import lose_answers
from support.tills import CommandLine, command_line

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
LAST = "SELECT max(sequence) FROM event"
CUT = f"UPDATE event SET content = '[]' WHERE sequence = ({LAST})"  # noqa: S608 - two constants


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        (CUT, "event {last}"),
        ("UPDATE redemption SET cashier = 'Another'", "redemption {reference}"),
        ("UPDATE attempt SET outcome = 'declined'", "attempt 1 of {reference}"),
    ],
)
def test_the_row_is_named_in_a_journal_that_no_till_opens(
    server: SandboxServer, till: CommandLine, statement: str, where: str
) -> None:
    """The last event and an open row are named too, though a start stops at them."""
    lose_answers(server)
    lost = till.json(*PART, stdin=CANARY_PIN, code=2)
    with tampering(till.data_dir) as connection:
        connection.execute(statement)
        last = connection.execute(LAST).fetchone()[0]
    name = where.format(last=last, reference=lost["reference"])
    said = till.json("journal", "verify", code=74)
    assert said["is_sound"] is False
    found = {"where": name, "what": "was altered", "cause": "altered", "values": {}}
    assert found in said["findings"]
    plain = till.run("journal", "verify")
    assert plain.code == 74
    assert f"{name}: was altered\n" in plain.out
    assert "damaged" in plain.err


def test_nothing_is_changed(till: CommandLine) -> None:
    """Not a byte of the file is another one, however often somebody looks."""
    till.json(*PART, stdin=CANARY_PIN)
    with tampering(till.data_dir) as connection:
        connection.execute("UPDATE sale SET due_cents = 1")
    path = till.data_dir / JOURNAL_NAME
    before = path.read_bytes()
    for _ in range(2):
        assert till.json("journal", "verify", code=74)["findings"][0]["what"] == "was altered"
    assert path.read_bytes() == before


def test_nothing_is_recovered(server: SandboxServer, till: CommandLine) -> None:
    """A sound journal with an open redemption is sound, and the redemption is still open."""
    lose_answers(server)
    till.json(*PART, stdin=CANARY_PIN, code=2)
    with raw(till.data_dir) as connection:
        before = connection.execute(LAST).fetchone()[0]
    assert till.json("journal", "verify") == {"is_sound": True, "findings": []}
    with raw(till.data_dir) as connection:
        assert connection.execute(LAST).fetchone()[0] == before


def test_a_file_that_is_no_journal_is_said_in_the_same_shape(
    server: SandboxServer, tmp_path: Path
) -> None:
    """A script reads one shape, whatever is wrong with the file; nothing new is made."""
    till = command_line(tmp_path, server.url, has_staff=False)
    missing = {"where": "file", "what": "is missing", "cause": "missing", "values": {}}
    said = till.json("journal", "verify", code=74)
    assert said == {"is_sound": False, "findings": [missing]}
    assert not till.data_dir.exists()
    till.json("types")
    (till.data_dir / JOURNAL_NAME).write_bytes(b"no journal at all" * 500)
    said = till.json("journal", "verify", code=74)
    assert (said["is_sound"], [one["where"] for one in said["findings"]]) == (False, ["file"])


def printed_head(till: CommandLine, reference: str) -> str:
    """Return what the slip of a sale says after the word Journal."""
    slip = till.data_dir.parent / f"{reference}.pdf"
    till.json("slip", reference, "--output", str(slip))
    with pypdfium2.PdfDocument(slip) as document:
        words: list[str] = document[0].get_textpage().get_text_range().split()
    return words[words.index("Journal") + 1]


def test_a_journal_cut_back_behind_a_slip_is_found_by_the_slip_alone(till: CommandLine) -> None:
    """Folder, anchor and marker all went back, as with a snapshot of the disk: all is sound."""
    till.json("types")
    home = marker_of(till.data_dir, load_settings(till.settings)).anchor_path.parent
    first = till.json(*PART, stdin=CANARY_PIN)
    before = printed_head(till, first["reference"])
    for folder in (till.data_dir, home):
        shutil.copytree(folder, folder.with_suffix(".old"))
    gone = till.json(*PART, stdin=pins_for(ONE_VOUCHER, Situation.USABLE)[1])
    head = printed_head(till, gone["reference"])
    sound = {"is_sound": True, "findings": []}
    assert till.json("journal", "verify", "--head", head.lower()) == sound
    for folder in (till.data_dir, home):
        shutil.rmtree(folder)
        folder.with_suffix(".old").rename(folder)
    assert till.json("journal", "verify") == sound
    said = till.run("journal", "verify", "--head", before)
    assert (said.code, said.out) == (0, f"The journal is sound.\nIt goes on from {before}.\n")
    told = till.json("journal", "verify", "--head", head, code=74)
    assert [(one["where"], one["cause"]) for one in told["findings"]] == [("slip", "ends_early")]
    # Until it has grown again: then the event of that number is another one.
    till.json(*PART, stdin=pins_for(ONE_VOUCHER, Situation.USABLE)[2])
    told = till.run("journal", "verify", "--head", head)
    assert told.code == 74
    assert told.out.startswith("slip: event ")
    assert "does not go on from that slip" in told.err
    assert "damaged" not in told.err


def test_a_head_that_is_none_is_refused(till: CommandLine) -> None:
    """Nobody is told that the journal goes on from a text that was mistyped."""
    said = till.json("journal", "verify", "--head", "K7Q-42F", code=64)
    assert said["error"]["cause"] == "no_head"


def test_a_journal_that_another_till_has_is_not_judged(till: CommandLine) -> None:
    """What another program is writing may be half written."""
    till.json("types")
    lock = TillLock(till.data_dir / LOCK_NAME)
    lock.take(1.0)
    try:
        assert till.json("journal", "verify", code=74)["error"]["code"] == "journal_locked"
    finally:
        lock.release()
