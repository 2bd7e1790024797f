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
    """Write a cell; an apostrophe before it keeps a spreadsheet from working it out."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
