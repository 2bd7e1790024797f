"""What a report says on paper and screen: a table and a chart as data, with all words in them."""

from counterfoil.declaring import dataclass


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a table; a marked one stands out, and says so in one of its cells."""

    cells: tuple[str, ...]
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; ``value`` is how high it is, in any unit, and ``text`` says it."""

    label: str
    value: int
    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSheet:
    """A report as people read it.

    The first column says what a row is about; the others are figures. ``notes`` are sentences below
    the table. Bars are in the order of the rows.
    """

    title: str
    heading: str
    """Of which shop, till and time it is."""
    heads: tuple[str, ...]
    rows: tuple[SheetRow, ...] = ()
    nothing: str = ""
    """What is said where there are no rows."""
    totals: tuple[SheetRow, ...] = ()
    notes: tuple[str, ...] = ()
    chart_title: str = ""
    bars: tuple[Bar, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that it tells of."""
        return not self.rows
