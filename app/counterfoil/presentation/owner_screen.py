"""What the owner's page shows, as frozen records."""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.presentation.screens import Button, Fact, PaperRow

FILE, REASON = "owner-file", "reason"
"""Where something may be missing."""


class OwnerStage(StrEnum):
    """Which part of the page is shown."""

    READING = "reading"
    """The journal was not read yet."""
    HOME = "home"
    """What waits for somebody, and the statements that were compared before."""
    FILE = "file"
    COLUMNS = "columns"
    """The first lines, and which column says what."""
    RUNNING = "running"
    RUN = "run"
    """What came of one statement."""
    DIFFERENCE = "difference"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """A row of a list; one with a ``key`` leads somewhere."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows below their heading; without rows ``nothing`` is said."""

    heading: str
    rows: tuple[ListedRow, ...] = ()
    nothing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenField:
    """Something that is chosen from a list, or typed where there are no ``choices``."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerScreen:
    """The page. ``appeared`` grows with each stage, ``points`` each time the cursor is to move."""

    stage: OwnerStage
    title: str = ""
    description: str = ""
    steps: tuple[str, ...] = ()
    step: int = 0
    facts: tuple[Fact, ...] = ()
    provider_label: str = ""
    providers: tuple[str, ...] = ()
    provider: int | None = None
    path: str | None = None
    """Where the file is, as it was typed or chosen; None where none is asked for."""
    fields: tuple[ChosenField, ...] = ()
    sections: tuple[Section, ...] = ()
    share: float | None = None
    """How much of the work is done, from 0 up to 1; None where none is."""
    progress: str = ""
    reason_label: str = ""
    reasons: tuple[str, ...] = ()
    reason: int | None = None
    words: str = ""
    error: str = ""
    buttons: tuple[Button, ...] = ()
    primary: str = ""
    primary_key: str = "F11"
    can_press: bool = False
    paper: PaperRow | None = None
    status: str = ""
    appeared: int = 0
    point: str = ""
    points: int = 0
