"""What is kept about customers, on the command line: the table, what is removed, and an export."""

import asyncio
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace as replaced
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest
from typing_extensions import override

from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.bootstrap import Places, open_till
from counterfoil.domain.staff import EVERYTHING, Actor
from counterfoil.domain.time import Instant
from counterfoil.presentation.csv_table import csv_text
from counterfoil.service.commands import ConfirmSlip
from counterfoil_sandbox.pins import ONE_VOUCHER, OTT, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.people import CASHIER_NUMBER
from support.tills import CommandLine

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
PHONE = "082 123 4567"
WITH_PHONE = (
    *("redeem", "--type", OTT, "--field", "pin=-", "--field", f"phone_number={PHONE}"),
    *("--amount", "19.00"),
)


@contextmanager
def in_days(days: float) -> Iterator[None]:
    """Let commands be given so many days from now."""

    class _LaterClock(SystemClock):
        @override
        def now(self) -> Instant:
            now = super().now()
            return replaced(now, wall=now.wall + timedelta(days=days))

    with patch("counterfoil.bootstrap.SystemClock", _LaterClock):
        yield


def printed(till: CommandLine, reference: str, folder: Path) -> None:
    """Print the slip of a redemption, and say at the window that it came out whole."""
    output = str(folder / f"{reference}.pdf")
    redemption_id = till.json("show", reference)["id"]
    assert till.run("slip", reference, "--output", output).code == 0
    asyncio.run(_confirm(till, redemption_id))


async def _confirm(till: CommandLine, redemption_id: str) -> None:
    async with open_till(Places(till.data_dir, till.settings)) as opened:
        whole = ConfirmSlip(redemption_id=redemption_id, is_complete=True)
        await opened.gate.run(whole, Actor("Thandi M.", EVERYTHING))


@pytest.fixture
def sold(server: SandboxServer, till: CommandLine, tmp_path: Path) -> str:
    """Return the reference of a sale with a change voucher whose slip is confirmed."""
    reference = str(till.json(*PART, stdin=f"{CANARY_PIN}\n")["reference"])
    printed(till, reference, tmp_path)
    return reference


def test_the_table_says_how_long_what_is_kept_and_what_is_due(till: CommandLine, sold: str) -> None:
    """Whoever asks; nothing is changed by it."""
    now = till.json("retention")
    assert now["days"] == {"change_pin": 30, "phone": 90, "request": 90}
    assert now["backup"] == {"keep": 7, "keep_days": 90}
    held = {"not_due": 1, "not_over": 0, "slip_not_confirmed": 0}
    assert (now["due"], now["held"]) == (0, held)
    with in_days(31):
        assert till.json("retention")["due"] == 1
        said = till.run("retention").out
    assert "The code of a change voucher: 30 days" in said
    assert "A backup holds what was there when it was made." in said
    assert "1 due now" in said
    assert till.run("show", sold, "--reveal").code == 0


def test_what_was_removed_is_gone_from_every_answer_and_file(
    till: CommandLine, sold: str, tmp_path: Path
) -> None:
    """Each command that would need it says when it was removed, and none crashes."""
    assert CANARY_CHANGE_PIN in till.run("show", sold, "--reveal", "--answer").out
    with in_days(31):
        done = till.json("retention", "run")
        assert done == {"shredded": 1, "kept": 0}
        again = str(tmp_path / "again.pdf")
        gone: tuple[tuple[str, ...], ...] = (
            ("show", sold, "--reveal"),
            ("show", sold, "--reveal", "--answer"),
            ("slip", sold, "--output", again),
        )
        for command in gone:
            said = till.run(*command)
            assert said.code == 1, (command, said)
            assert "by the retention rules" in said.err
            assert "It was removed on " in said.err
        there: tuple[tuple[str, ...], ...] = (
            *(("show", sold), ("history",), ("owed",), ("recover", "--for", "1")),
        )
        for command in there:
            assert till.run(*command).code == 0, command
        assert till.run("settle", sold).code == 0
        void = ("void", sold, "--reason", "goods_returned")
        assert till.json(*void, code=1)["error"]["code"]
        assert till.json(*void, "--given", "cash")["way"] == "outside"
    assert till.run("journal", "verify").code == 0
    for path in till.data_dir.rglob("*"):
        assert not path.is_file() or CANARY_CHANGE_PIN.encode() not in path.read_bytes(), path
    log = till.data_dir / f"{JOURNAL_NAME}-wal"
    assert not log.exists() or not log.stat().st_size


def test_only_a_manager_removes_and_exports(till: CommandLine, sold: str) -> None:
    """A cashier may see what is due, and no more."""
    for command in (("retention", "run"), ("retention", "export", "--phone", PHONE)):
        said = till.run(*command, "--as", CASHIER_NUMBER)
        assert said.code == 1
        assert "may" in said.err


def test_all_about_one_phone_number_is_given_and_nothing_about_another(
    till: CommandLine, tmp_path: Path
) -> None:
    """However it is typed; of the number only what a slip shows of it, and later three digits."""
    pin = pins_for(OTT, Situation.USABLE)[0]
    reference = till.json(*WITH_PHONE, stdin=f"{pin}\n")["reference"]
    printed(till, reference, tmp_path)
    for typed in (PHONE, "+27821234567", "0821234567"):
        (found,) = till.json("retention", "export", "--phone", typed)
        assert (found["reference"], found["phone"]) == (reference, "082 *** 4567")
        assert "phone" in found["holds"]
    assert till.json("retention", "export", "--phone", "083 123 4567") == []
    assert "Nothing is stored" in till.run("retention", "export", "--phone", "083 123 4567").out
    with in_days(91):
        assert till.json("retention", "run")["shredded"] == 1
        out = tmp_path / "about.csv"
        (gone,) = till.json("retention", "export", "--phone", PHONE, "--to", str(out))
    assert (gone["phone"], gone["holds"]) == ("*** 567", [])
    assert gone["removed_at"]
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8")))
    assert (row["reference"], row["phone"], row["holds"]) == (reference, "*** 567", "")
    assert till.json("retention", "export", "--phone", "12", code=64)["error"]["cause"]
    refused = till.run("retention", "export", "--phone", PHONE, "--to", str(out))
    assert refused.code == 64, "no file is written over"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_table_is_a_formula(begin: str) -> None:
    """A name that somebody chose is read as a name."""
    text = csv_text(("a", "b"), [(f"{begin}SUM(A1)", None)])
    _, row = csv.reader(io.StringIO(text, newline=""))
    assert row == [f"'{begin}SUM(A1)", ""]


def test_a_number_in_a_table_stays_one() -> None:
    """A spreadsheet adds up what was taken back, too."""
    assert csv_text(("a",), [(Decimal("-12.50"),), (-3,)]).splitlines() == ["a", "-12.50", "-3"]
