"""The search for secrets finds what it must find: its own control."""

import logging
from pathlib import Path

import pytest

from support import canary
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.log_witness import LogWitness

_GROUPED = " ".join(CANARY_PIN[i : i + 4] for i in range(0, 16, 4))


@pytest.mark.parametrize(
    "content",
    [
        f'{{"pin": "{CANARY_PIN}"}}'.encode(),
        _GROUPED.encode(),
        _GROUPED.replace(" ", "-").encode(),
        _GROUPED.replace(" ", "\u00a0").encode(),
        f"x{CANARY_PIN}".encode("utf-16-le"),
        f"x{_GROUPED}".encode("utf-16-be"),
        CANARY_PIN.encode().hex().encode(),
        b"\xff\x00" * 4096 + CANARY_PIN.encode() + b"\x00",
    ],
    ids=["plain", "spaces", "dashes", "no-break", "utf-16-le", "utf-16-be", "hex", "in-bytes"],
)
def test_a_planted_pin_is_found_in_whatever_form(tmp_path: Path, content: bytes) -> None:
    """Each form in which a PIN could reach a file is found, and the hit does not repeat it."""
    planted = tmp_path / "journal.db-wal"
    planted.write_bytes(content)
    hits = list(canary.hits_below(tmp_path))
    planted.unlink()
    assert hits == [f"{planted}: CANARY_PIN"]
    assert CANARY_PIN not in hits[0]


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_a_pin_in_base64_is_found_at_each_offset(offset: int) -> None:
    """The same digits look three ways in base64, by where they begin."""
    import base64

    content = base64.b64encode(b"x" * offset + CANARY_PIN.encode() + b'"}')
    assert canary.names_in_bytes(content) == {"CANARY_PIN"}


def test_a_file_named_after_a_pin_is_found(tmp_path: Path) -> None:
    """The name of a file is as public as its content."""
    planted = tmp_path / f"slip-{CANARY_PIN}.pdf"
    planted.touch()
    hits = list(canary.hits_below(tmp_path))
    planted.unlink()
    assert len(hits) == 1


def test_paper_may_carry_the_change_pin_and_nothing_else(tmp_path: Path) -> None:
    """The customer needs the change PIN on paper; the PIN that was handed over is not for it."""
    paper = tmp_path / "paper"
    paper.mkdir()
    slip = paper / "slip.txt"
    slip.write_text(CANARY_CHANGE_PIN)
    assert not list(canary.hits_below(tmp_path))
    slip.write_text(CANARY_PIN)
    hits = list(canary.hits_below(tmp_path))
    slip.unlink()
    assert hits == [f"{slip}: CANARY_PIN"]


def test_other_digits_are_no_hit(tmp_path: Path) -> None:
    """A neighbour of the canary is not the canary."""
    (tmp_path / "journal.db").write_text(str(int(CANARY_PIN) + 1))
    assert not list(canary.hits_below(tmp_path))


def _record(message: str, *args: object, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("gateway", level, __file__, 1, message, args, None)


def test_a_pin_in_a_log_record_is_found() -> None:
    """The message, its arguments and its extra fields are searched at every level."""
    witness = LogWitness()
    witness.emit(_record("sent %s", CANARY_PIN))
    with_extra = _record("sent")
    with_extra.body = {"pin": CANARY_PIN}
    witness.emit(with_extra)
    leaks = witness.take_leaks()
    assert len(leaks) == 2
    assert all("CANARY_PIN" in leak and CANARY_PIN not in leak for leak in leaks)


def test_a_pin_in_a_logged_exception_is_found() -> None:
    """A traceback's last line repeats the exception's text."""
    witness = LogWitness()
    error = ValueError(f"bad pin {CANARY_PIN}")
    record = _record("failed")
    record.exc_info = (ValueError, error, None)
    witness.emit(record)
    assert len(witness.take_leaks()) == 1


def test_an_unannounced_warning_is_a_surprise_and_an_announced_one_is_not() -> None:
    """Only what a test announced may be logged as a warning, and it must then come."""
    witness = LogWitness()
    witness.emit(_record("disk is full", level=logging.WARNING))
    assert len(witness.take_surprises()) == 1
    witness.expect("gateway", "disk")
    witness.emit(_record("disk is full", level=logging.WARNING))
    assert not witness.take_surprises()
    witness.expect("gateway", "disk")
    assert witness.take_surprises() == ["announced but not logged: 'gateway' 'disk'"]
