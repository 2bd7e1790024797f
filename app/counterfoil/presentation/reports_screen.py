"""What the page Reports shows, as frozen records."""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.report_sheet import ReportSheet
from counterfoil.presentation.screens import Button, PaperRow

FIRST, LAST = "first-day", "last-day"
"""Where a day may be missing."""


class PeriodChoice(StrEnum):
    """Which days a report is about."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    OTHER = "other"
    """Days that somebody types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsScreen:
    """The page. ``points`` grows each time the cursor is to move."""

    title: str = ""
    description: str = ""
    kinds: tuple[str, ...] = ()
    kind: int = 0
    periods: tuple[str, ...] = ()
    period: int = 0
    is_other: bool = False
    first: str = ""
    last: str = ""
    error: str = ""
    sheet: ReportSheet | None = None
    notice: str = ""
    """What is said in place of a report: that it is being read, that there is none, or how to."""
    share: float | None = None
    """How much of the journal was gone through, from 0 up to 1; None where nothing is read."""
    buttons: tuple[Button, ...] = ()
    primary: str = ""
    primary_key: str = "F11"
    can_press: bool = True
    paper: PaperRow | None = None
    status: str = ""
    point: str = ""
    points: int = 0
