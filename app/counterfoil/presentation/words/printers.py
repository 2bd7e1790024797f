"""What is said of printers, and the slip that shows whether one prints as it should."""

from datetime import datetime

from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import (
    Align,
    Band,
    Barcode,
    Gap,
    Pair,
    QrCode,
    Rule,
    Slip,
    SlipKind,
    SlipLine,
    Text,
)
from counterfoil.domain.till import TillProfile
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.words import failures
from counterfoil.presentation.words.slips import shop_foot, shop_head
from counterfoil.presentation.words.speaking import say, speak_constants

TEST_BAND = "TEST: NOT A SLIP"
TEST_CODE = "TEST-TEST"
_RULER = "1234567890"
_LETTERS = "ÄÖÜ äöü ß é è ç ñ € £"
_OTHER_LETTERS = "Ž Ő Ş Ω Ж"
NO_PRINTER = "The settings name no printer."
NONE_FOUND = "None found on this machine."
NO_QUEUE = "The settings name no print queue."
NOT_RESUMED = "The print system does not let this user do that, or knows no such queue."
LOOK_AT_PAPER = "Look at the paper: the ruler fills one line, and both codes can be read."


def test_slip(profile: TillProfile, at: datetime) -> Slip:
    """Return a slip of no redemption that shows columns, letters, both codes and the cut.

    ``at`` is in the shop's own time zone.
    """
    columns = profile.slip_columns
    lines: list[SlipLine] = [
        Band(say(TEST_BAND)),
        *shop_head(profile),
        Pair(profile.till_name, f"{at:%Y-%m-%d %H:%M}"),
        Rule(),
        Pair(say("Columns"), str(columns)),
        Text((_RULER * columns)[:columns]),
        Text(say("Bold"), is_bold=True),
        Text(say("Double"), is_double=True),
        Text(_LETTERS),
        Text(_OTHER_LETTERS),
        Gap(),
        Text(say("The QR code says {code}.", code=say(TEST_CODE)), Align.CENTRE),
        QrCode(Secret(say(TEST_CODE)), say("QR code")),
        Barcode(say(TEST_CODE), say("Barcode:")),
        *shop_foot(profile),
        Gap(),
        Band(say(TEST_BAND)),
    ]
    return Slip(
        kind=SlipKind.DRAFT, lines=tuple(lines), number="test", title=say("Counterfoil test")
    )


def printer_line(kind: str, name: str, model: str) -> str:
    """Return a printer as a line of a list."""
    return f"{kind:<8}  {name}" + (f"  ({model})" if model else "")


def chosen_line(kind: str, name: str, columns: int) -> str:
    """Say which printer the settings name."""
    return say("Slips go to: {kind} {name}", kind=kind, name=name).rstrip() + say(
        ", {columns} columns", columns=columns
    )


def fallback_line(kind: str, name: str) -> str:
    """Say where slips go while that printer cannot print."""
    return say("While it cannot print: {kind} {name}", kind=kind, name=name)


def trouble(why: PrintTrouble) -> str:
    """Say why no paper came, and of a paused queue which command resumes it."""
    paused = say("The print queue is paused: counterfoil printer resume")
    return paused if why is PrintTrouble.QUEUE_PAUSED else failures.print_trouble(why)


def test_sent(where: str) -> str:
    """Say where a test slip went."""
    return say("Test slip sent: {where}", where=where)


def resumed(queue: str) -> str:
    """Say that a print queue works again."""
    return say("The queue {queue} goes on.", queue=queue)


speak_constants(__name__)
