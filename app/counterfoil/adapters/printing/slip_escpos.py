"""Turns a slip into the bytes of a receipt printer, in ESC/POS.

The commands are the few that Epson's public reference and the makers of like printers share. Words
reach the paper in one way alone: as printable ASCII, which is the same on every code page of every
printer, or as a picture. So no provider's words can become a command, and no letter another one.
"""

import re
from collections.abc import Iterable
from typing import assert_never

from counterfoil.adapters.printing.lettering import can_draw, draw_line
from counterfoil.domain.printer_profile import Cut, PrinterProfile
from counterfoil.domain.slip import Align, Dots, Slip
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
    lay_out,
    printable,
)
from counterfoil.ports.symbols import Symbols

BEGINNING = b"\x1b@\x1bR\0"
"""ESC @ and ESC R 0: ASCII is ASCII, also on a printer set to another country."""
_BOLD = (b"\x1bE\x01", b"\x1bE\0")
_REVERSE = (b"\x1dB\x01", b"\x1dB\0")
_DOUBLE = (b"\x1d!\x11", b"\x1d!\0")
_TALL = (b"\x1d!\x01", b"\x1d!\0")
_CENTRED = (b"\x1ba\x01", b"\x1ba\0")
_HALF_LINE = b"\x1bJ\x0c"
_FEED_TO_CUTTER = b"\x1bd\x06"
_CUTS = {Cut.NONE: b"", Cut.FULL: b"\x1dV\0", Cut.PART: b"\x1dV\x01"}

_BARCODE_DOTS = 64
_BARCODE_MODULES = (2, 3)
"""The narrowest and the widest bar in dots; scanners in shops read both."""
_BARCODE_QUIET = 20
_QR_DOTS_MAX = 8
_QR_QUIET = 8
_QR_LEVEL_M = 49

_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""How the commands begin that a printer carries out at once, even in the middle of a picture."""


class SlipEscPos:
    """Writes slips for one model of printer."""

    def __init__(self, symbols: Symbols, profile: PrinterProfile) -> None:
        self._symbols = symbols
        self._profile = profile
        self._columns = profile.columns

    def write(self, slip: Slip) -> bytes:
        """Return all that is to be sent to the printer, from its first state to the cut.

        Raises:
            SymbolError: a barcode's or QR code's text cannot be encoded.

        """
        has_qr = self._profile.has_qr or self._profile.has_raster
        rows = lay_out(slip, self._columns, self._can_print, has_qr=has_qr)
        cut = _FEED_TO_CUTTER + _CUTS[self._profile.cut]
        return BEGINNING + b"".join(map(self._row, rows)) + cut

    def drawer_pulse(self, *, at_once: bool = False) -> bytes:
        """Return what opens the drawer: ESC p with its socket; empty where none hangs there.

        The pulse is 50 ms long, as drawers want it, and 500 ms pass before another. With
        ``at_once`` it is DLE DC4 with a pulse of 100 ms: a printer that is stopped, as by the end
        of its paper, keeps an ESC p until it goes on, and would open the drawer then.
        """
        if not self._profile.drawer:
            return b""
        socket = self._profile.drawer - 1
        if at_once:
            return b"\x10\x14" + bytes((1, socket, 1))
        return b"\x1bp" + bytes((socket, 25, 250))

    def _can_print(self, letter: str) -> bool:
        return letter.isascii() or (self._profile.has_raster and can_draw(letter))

    def _row(self, row: SlipRow) -> bytes:
        match row:
            case TextRow():
                wide = 2 if row.is_double else 1
                return self._words((row.text, row.align), is_bold=row.is_bold, wide=wide)
            case PairRow():
                pair = (row.label, Align.START), (row.value, Align.END)
                return self._words(*pair, is_bold=row.is_bold)
            case BandRow():
                return self._words((row.text, Align.CENTRE), is_reverse=True)
            case RuleRow():
                return _letters("-" * self._columns) + b"\n"
            case GapRow():
                return _HALF_LINE
            case LogoRow():
                return self._logo(row.dots)
            case PinRow() | BarcodeRow() | QrRow():
                return self._code(row)

    def _logo(self, dots: Dots) -> bytes:
        if not self._profile.has_raster:
            return b""
        return _CENTRED[0] + _raster(dots) + _CENTRED[1]

    def _code(self, row: PinRow | BarcodeRow | QrRow) -> bytes:
        match row:
            case PinRow():
                return self._pin(row)
            case BarcodeRow():
                return self._barcode(row.text)
            case QrRow():
                return self._qr(row.content.reveal()) if row.content else b""
            case _:
                assert_never(row)

    def _words(
        self,
        *pieces: tuple[str, Align],
        is_bold: bool = False,
        is_reverse: bool = False,
        wide: int = 1,
    ) -> bytes:
        """Print one line as letters of the printer, or as a picture where it lacks one."""
        if not all(text.isascii() for text, _align in pieces):
            return _raster(
                draw_line(
                    pieces,
                    cell=wide * self._profile.dots / self._columns,
                    dots=self._profile.dots,
                    is_bold=is_bold or is_reverse,
                    is_reverse=is_reverse,
                )
            )
        line = _letters(_placed(pieces, self._columns // wide))
        if is_reverse:
            line = line.ljust(self._columns)
        for is_on, (begin, end) in (
            (wide > 1, _DOUBLE),
            (is_bold or is_reverse, _BOLD),
            (is_reverse, _REVERSE),
        ):
            line = begin + line + end if is_on else line
        return line + b"\n"

    def _pin(self, row: PinRow) -> bytes:
        edge = _letters(f"+{'-' * (self._columns - 2)}+") + b"\n"
        lines = (
            " ".join(
                printable(group.text.reveal(), self._can_print)
                if group.text
                else " " * group.length
                for group in line
            )
            for line in row.lines
        )
        return edge + b"".join(map(self._pin_line, lines)) + edge

    def _pin_line(self, digits: str) -> bytes:
        """Print groups in double size between the sides of the box."""
        if not digits.isascii():
            return self._words((digits, Align.CENTRE), wide=2)
        free = self._columns - 2 - 2 * len(digits)
        left, right = " " * (free // 2), " " * (free - free // 2)
        side = _TALL[0] + b"|" + _TALL[1]
        middle = _BOLD[0] + _DOUBLE[0] + _letters(digits) + _DOUBLE[1] + _BOLD[1]
        return side + _letters(left) + middle + _letters(right) + side + b"\n"

    def _barcode(self, text: str) -> bytes:
        modules = self._symbols.code128(text)
        narrow, broad = _BARCODE_MODULES
        width = min(broad, self._profile.dots // (len(modules) + _BARCODE_QUIET))
        if self._profile.has_barcode and width >= narrow:
            data = b"{B" + _letters(text.replace("{", "{{"))
            settings = b"\x1dH\0\x1dh" + bytes((_BARCODE_DOTS,)) + b"\x1dw" + bytes((width,))
            drawn = settings + b"\x1dk\x49" + bytes((len(data),)) + data
        else:
            drawn = self._modules((modules,), max(1, width), _BARCODE_DOTS)
        return _in_the_middle(drawn)

    def _qr(self, text: str) -> bytes:
        modules = self._symbols.qr(text)
        width = max(1, min(_QR_DOTS_MAX, self._profile.dots // (len(modules) + _QR_QUIET)))
        # A printer that had no QR codes after all would print these letters, and no command.
        if self._profile.has_qr and text.isascii() and text.isprintable():
            drawn = (
                _qr_function(b"A2\0")  # the second model, which cameras read
                + _qr_function(b"C" + bytes((width,)))
                + _qr_function(b"E" + bytes((_QR_LEVEL_M,)))
                + _qr_function(b"P0" + _letters(text))
                + _qr_function(b"Q0")
            )
        else:
            drawn = self._modules(modules, width, width)
        return _in_the_middle(drawn)

    def _modules(self, rows: tuple[tuple[bool, ...], ...], width: int, height: int) -> bytes:
        """Draw a code dot by dot; a printer without pictures has its text on the paper alone."""
        if not self._profile.has_raster:
            return b""
        row_bytes = -(-len(rows[0]) * width // 8)
        data = bytearray()
        for row in rows:
            bits = "".join(("1" if is_dark else "0") * width for is_dark in row)
            data += int(bits.ljust(8 * row_bytes, "0"), 2).to_bytes(row_bytes) * height
        return _raster(Dots(row_bytes, len(rows) * height, bytes(data)))


def _placed(pieces: Iterable[tuple[str, Align]], columns: int) -> str:
    line = ""
    for text, align in pieces:
        free = columns - len(text)
        start = {Align.START: 0, Align.CENTRE: free // 2, Align.END: free}[align]
        line = line.ljust(start) + text
    return line


def _letters(text: str) -> bytes:
    """Return the bytes of words: the one way from a slip's words to the wire."""
    assert text.isascii(), "what is not ASCII is printed as a picture"
    assert text.isprintable() or not text, "a control would be a command"
    return text.encode("ascii")


def _in_the_middle(drawn: bytes) -> bytes:
    return _HALF_LINE + _CENTRED[0] + drawn + _CENTRED[1] + _HALF_LINE if drawn else b""


def _qr_function(data: bytes) -> bytes:
    size = len(data) + 1
    return b"\x1d(k" + size.to_bytes(2, "little") + b"1" + data


def _raster(dots: Dots) -> bytes:
    """Print a picture. A dot is added where its bytes would be a command."""
    size = dots.row_bytes.to_bytes(2, "little") + dots.height.to_bytes(2, "little")
    return b"\x1dv0\0" + size + _REAL_TIME.sub(b"\x11", dots.data)
