"""A provider's statement: its lines, which column of its file says what, and what is wrong."""

from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass

REFERENCE_MAX = 60
"""How many characters of a reference are kept."""


class LineKind(StrEnum):
    """What happened to the money, by one line of a provider's statement."""

    TAKEN = "taken"
    """Value was taken from a voucher; also a refund that was undone."""
    GIVEN_BACK = "given_back"
    """Value went back to a voucher, by a reversal or a refund."""
    NOTHING = "nothing"
    """The provider knows of it, and no value moved: it was refused, for example."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement. The amount is in minor units and never negative.

    ``reference`` is ours, as the provider repeats it, and ``their_reference`` the provider's own;
    one of them is there. ``number`` is the line's in the file, where the headings are line 1.
    """

    number: int
    reference: str
    their_reference: str
    cents: int
    currency: str
    kind: LineKind
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a statement covers, both ends in it."""

    since: datetime
    until: datetime

    def holds(self, at: datetime | None) -> bool:
        """Whether a time lies in the period; an unknown time (None) always does."""
        return at is None or self.since <= at <= self.until


class AmountForm(StrEnum):
    """How a statement writes amounts."""

    POINT = "point"
    """As ``1,234.50``."""
    COMMA = "comma"
    """As ``1.234,50``."""
    CENTS = "cents"
    """In whole minor units, as ``123450``."""


class TimeForm(StrEnum):
    """How a statement writes times; each also without the time of day."""

    ISO = "iso"
    """As ``2026-11-29T14:05:00Z``, and what else ISO 8601 allows."""
    DAY_FIRST = "day_first"
    """As ``29/11/2026 14:05:00``, with dots or dashes too."""
    MONTH_FIRST = "month_first"
    """As ``11/29/2026 14:05:00``."""
    YEAR_FIRST = "year_first"
    """As ``2026/11/29 14:05:00``."""


class Zone(StrEnum):
    """The time zone of a statement's times that do not name their own."""

    UTC = "utc"
    LOCAL = "local"
    """Where the till is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementColumns:
    """Which column of a statement holds what, by its heading; empty where there is no such column.

    The amount and one of the two references are needed. Without a ``kind`` column a line is taken,
    or given back where its amount is negative; with it the words in ``taken``, ``given_back`` and
    ``nothing`` say what each line is. ``till`` is a column that tells apart the tills of a shop;
    only lines with ``till_is`` in it are read.
    """

    reference: str = ""
    their_reference: str = ""
    amount: str = ""
    currency: str = ""
    time: str = ""
    kind: str = ""
    till: str = ""
    till_is: str = ""
    amount_form: AmountForm = AmountForm.POINT
    time_form: TimeForm = TimeForm.ISO
    zone: Zone = Zone.UTC
    only_currency: str = "ZAR"
    """The currency of all lines, where no column says it."""
    taken: tuple[str, ...] = ()
    given_back: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that a file must have for these columns."""
        named = (self.reference, self.their_reference, self.amount, self.currency)
        return tuple(filter(None, (*named, self.time, self.kind, self.till)))

    @property
    def is_whole(self) -> bool:
        """Whether the columns that every line needs are known."""
        return bool((self.reference or self.their_reference) and self.amount)


class LineFault(StrEnum):
    """What is wrong with one line of a statement; the whole file is then refused."""

    COLUMNS = "columns"
    """It has more or fewer columns than there are headings."""
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"
    """It holds what no text has, such as a zero byte."""
    QUOTES = "quotes"
    """Its quotation marks do not fit."""
    NO_REFERENCE = "no_reference"
    NOT_AN_AMOUNT = "not_an_amount"
    TOO_LARGE = "too_large"
    """No voucher has so much on it."""
    NOT_A_CURRENCY = "not_a_currency"
    NOT_A_TIME = "not_a_time"
    UNKNOWN_KIND = "unknown_kind"
    """Nothing says what the word in the column of kinds means."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read; ``found`` is the start of what it says."""

    number: int
    fault: LineFault
    found: str = ""


class StatementProblem(StrEnum):
    """Why a statement is not reconciled; nothing of it was kept."""

    NOT_THERE = "not_there"
    """There is no such file, or it cannot be opened."""
    NOT_A_FILE = "not_a_file"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    """It has no line beside the headings."""
    NOT_TEXT = "not_text"
    """It is no text, or written in an encoding that is not read."""
    HEADINGS = "headings"
    """Two headings are alike, or there is none."""
    COLUMN_MISSING = "column_missing"
    """The file has no column of a heading that the mapping names."""
    COLUMNS_UNKNOWN = "columns_unknown"
    """Nobody has said yet which column says what."""
    COLUMNS_NOT_WHOLE = "columns_not_whole"
    """No column says the amount, or none the reference."""
    BAD_LINES = "bad_lines"
    TOO_MANY_LINES = "too_many_lines"
    TOO_MANY_DIFFERENCES = "too_many_differences"
    """So many that it is most likely another till's statement, or read by the wrong columns."""
    DONE_BEFORE = "done_before"
    """The same file was reconciled before."""


@dataclass(frozen=True, slots=True)
class StatementTrouble:
    """Why a statement is not reconciled; the other fields are set where the problem needs them."""

    problem: StatementProblem
    heading: str = ""
    number: int = 0
    """Which run had the same file, or the most that is taken."""
    bad_lines: tuple[BadLine, ...] = ()
    """The first of them."""
    bad_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a statement's file looks like with some columns, before anything is kept."""

    columns: StatementColumns
    is_saved: bool
    """Whether these are the columns of the provider's last statement, and fit this one."""
    headings: tuple[str, ...]
    lines: tuple[StatementLine, ...] = ()
    bad_lines: tuple[BadLine, ...] = ()
    kinds: tuple[str, ...] = ()
    """The words in the column of kinds among the first lines whose meaning nothing says."""
