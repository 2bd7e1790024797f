"""Writes a slip as plain text, a line for each row.

Barcodes, QR codes and a logo are left out: the words beside them say the same.
"""

from collections.abc import Iterator
from typing import assert_never

from counterfoil.domain.slip import Align, Slip
from counterfoil.domain.slip_layout import (
    BandRow,
    BarcodeRow,
    GapRow,
    LogoRow,
    PairRow,
    PinRow,
    QrRow,
    RuleRow,
    SlipRow,
    TextRow,
    columns_of,
    is_any_letter,
    lay_out,
    printable,
)


class SlipText:
    """Writes slips as text with a fixed number of columns."""

    def __init__(self, columns: int) -> None:
        self._columns = columns

    def write(self, slip: Slip) -> str:
        """Return the slip in lines that each end with a line feed."""
        rows = lay_out(slip, self._columns, is_any_letter, has_qr=False)
        return "".join(f"{line.rstrip()}\n" for row in rows for line in self._lines(row))

    def _lines(self, row: SlipRow) -> Iterator[str]:
        match row:
            case TextRow():
                yield self._placed(row.text, row.align)
            case PairRow():
                free = self._columns - columns_of(row.label) - columns_of(row.value)
                yield f"{row.label}{' ' * free}{row.value}"
            case BandRow():
                yield f" {row.text} ".center(self._columns, "*")
            case RuleRow():
                yield "-" * self._columns
            case GapRow():
                yield ""
            case PinRow():
                yield from self._pin(row)
            case BarcodeRow() | QrRow() | LogoRow():
                pass
            case _:
                assert_never(row)

    def _pin(self, row: PinRow) -> Iterator[str]:
        edge = f"+{'-' * (self._columns - 2)}+"
        yield edge
        for line in row.lines:
            groups = (
                printable(group.text.reveal(), is_any_letter) if group.text else " " * group.length
                for group in line
            )
            yield f"|{' '.join(groups).center(self._columns - 2)}|"
        yield edge

    def _placed(self, text: str, align: Align) -> str:
        free = self._columns - columns_of(text)
        return " " * {Align.START: 0, Align.CENTRE: free // 2, Align.END: free}[align] + text
