"""Tables as CSV that a spreadsheet reads as text: no cell of it can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would work out."""


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV; None is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(map(safe_cell, heads))
    writer.writerows([safe_cell(one) for one in row] for row in rows)
    return written.getvalue()


def safe_cell(value: object) -> str:
    """Write a cell; an apostrophe before words keeps a spreadsheet from working them out.

    A number stays one, also a negative one.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value.startswith(_FORMULA) else value
