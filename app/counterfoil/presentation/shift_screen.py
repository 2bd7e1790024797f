"""What the page Shift shows, as frozen records."""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.presentation.screens import AmountRow, Button, Fact, PaperRow

AMOUNT, REASON, WORDS = "shift-amount", "reason", "words"
"""Where something may be missing; of a count it is the value of a note or a coin."""


class ShiftStage(StrEnum):
    """Which part of the page is shown."""

    READING = "reading"
    """The journal was not read yet."""
    CLOSED = "closed"
    """No shift is open: the float is asked for."""
    OPEN = "open"
    MOVE = "move"
    """Cash that is put in or taken out."""
    COUNT = "count"
    COUNTED = "counted"
    """The drawer was counted, and the Z comes next."""
    REPORT = "report"
    """An X, or a Z."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRow:
    """The notes or coins of one value: how many were counted, and what they are worth."""

    value: int
    label: str
    count: str
    worth: str


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """A shift that was closed, by the number of its Z."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftScreen:
    """What the page shows.

    ``appeared`` and ``points`` are counters: one is higher with each new stage, the other each time
    that the cursor is to move.
    """

    stage: ShiftStage
    title: str = ""
    description: str = ""
    facts: tuple[Fact, ...] = ()
    steps: tuple[str, ...] = ()
    step: int = 0
    """The place of the step that is shown; the ones before it are done."""
    amount_label: str = ""
    amount: AmountRow | None = None
    reason_label: str = ""
    reasons: tuple[str, ...] = ()
    reason: int | None = None
    """The place of the reason that was chosen."""
    words: str = ""
    headings: tuple[str, str] = ("", "")
    notes: tuple[PieceRow, ...] = ()
    coins: tuple[PieceRow, ...] = ()
    counted: str = ""
    error: str = ""
    buttons: tuple[Button, ...] = ()
    earlier: tuple[EarlierRow, ...] = ()
    primary: str = ""
    primary_key: str = "F11"
    can_press: bool = False
    paper: PaperRow | None = None
    status: str = ""
    appeared: int = 0
    point: str = ""
    points: int = 0
