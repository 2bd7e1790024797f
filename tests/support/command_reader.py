"""A second reader of ESC/POS, by which the printer without paper is checked.

It was written from Epson's public command reference alone (the ESC/POS Command Reference, which
names each command by its code and says how many bytes follow), and shares nothing with the other:
one misreading of the reference would have to be made twice. It reads what a receipt says, in order,
and no more: no paper that runs out, no status.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

ESC, FS, GS, DLE, LF = 0x1B, 0x1C, 0x1D, 0x10, 0x0A
_FOLLOWING = {
    **{(ESC, code): 0 for code in b"@2LS<im"},
    **{(ESC, code): 1 for code in b" !%-3=?EGJKMRTUVadert{"},
    **{(ESC, code): 2 for code in b"$\\c"},
    (ESC, ord("p")): 3,
    **{(GS, code): 1 for code in b"!/BEHITabfhrw"},
    **{(GS, code): 2 for code in b"$LPW\\"},
    **{(FS, code): 0 for code in b"&."},
    **{(FS, code): 1 for code in b"!-CW"},
    **{(FS, code): 2 for code in b"Sp"},
    (DLE, 4): 1,
    (DLE, 5): 1,
    (DLE, 20): 3,
}
"""How many bytes follow a command, where that is always the same number."""
_ALIGN = {0: "left", 1: "centre", 2: "right"}
_FED_CUTS = (65, 66, 97, 98, 103, 104)
"""The cuts that have one byte more, which says how far the paper is fed before."""
_TOO_HIGH = 9 * 256
"""No picture has so many rows: yH is at most 8."""


@dataclass(frozen=True, slots=True)
class Look:
    """How characters look."""

    is_font_b: bool = False
    across: int = 1
    down: int = 1
    is_bold: bool = False
    is_reverse: bool = False
    is_underlined: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A printed line: each character with how it looks."""

    characters: tuple[tuple[str, Look], ...]
    align: str


@dataclass(frozen=True, slots=True)
class Dots:
    """A picture, row by row."""

    rows: tuple[bytes, ...]
    align: str
    across: int
    down: int


@dataclass(frozen=True, slots=True)
class Code:
    """A code that the printer draws."""

    kind: str
    content: str
    align: str
    module: int
    height: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The paper was cut."""


@dataclass(frozen=True, slots=True)
class Kick:
    """The drawer was opened."""


Piece = Words | Dots | Code | Cut | Kick


@dataclass(slots=True)
class CommandReader:
    """Reads the bytes of one job; ``pieces`` is what they say."""

    data: bytes
    pieces: list[Piece] = field(default_factory=list)
    _at: int = 0
    _look: Look = field(default_factory=Look)
    _align: str = "left"
    _line: list[tuple[str, Look]] = field(default_factory=list)
    _bar_height: int = 162
    _bar_module: int = 3
    _qr_module: int = 3
    _qr_stored: bytes = b""

    def read(self) -> list[Piece]:
        """Return everything that is printed.

        Raises:
            ValueError: a byte is no letter of ASCII, and no command of the reference.

        """
        while self._at < len(self.data):
            code = self._next()
            if code in {ESC, FS, GS, DLE}:
                self._command(code, self._next())
            elif code == LF:
                self._end_line()
            elif 0x20 <= code <= 0x7E:
                self._line.append((chr(code), self._look))
            else:
                raise ValueError(f"{code:#04x} at {self._at - 1}")
        self._end_line()
        return self.pieces

    def _next(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        taken = self.data[self._at : self._at + count]
        if len(taken) < count:
            raise ValueError(f"{count - len(taken)} bytes are missing at the end")
        self._at += count
        return taken

    def _end_line(self) -> None:
        if self._line:
            self.pieces.append(Words(tuple(self._line), self._align))
        self._line = []

    def _command(self, kind: int, code: int) -> None:
        other = self._others().get((kind, code))
        if other is not None:
            other()
            return
        if (kind, code) not in _FOLLOWING:
            raise ValueError(f"{kind:#04x} {code:#04x} at {self._at - 2}")
        self._carry_out(kind, code, self._take(_FOLLOWING[kind, code]))

    def _others(self) -> dict[tuple[int, int], Callable[[], None]]:
        """Return what reads the commands that say themselves how long they are."""
        return {
            (GS, ord("V")): self._cut,
            (GS, ord("v")): self._raster,
            (GS, ord("(")): self._function,
            (GS, ord("k")): self._barcode,
        }

    def _carry_out(self, kind: int, code: int, values: bytes) -> None:
        first = values[0] if values else 0
        match kind, chr(code):
            case (0x1B, "@"):
                self._look, self._align, self._line = Look(), "left", []
            case (0x1B, "a"):
                self._align = _ALIGN[first % 48]
            case (0x1B, "d" | "J"):
                self._end_line()
            case (0x1B, "i" | "m"):
                self._end_line()
                self.pieces.append(Cut())
            case (0x1B, "p") | (0x10, "\x14"):
                self.pieces.append(Kick())
            case (0x1D, "h"):
                self._bar_height = first
            case (0x1D, "w"):
                self._bar_module = first
            case _:
                self._look = self._styled(kind, chr(code), first)

    def _styled(self, kind: int, code: str, first: int) -> Look:
        match kind, code:
            case (0x1B, "!"):
                return Look(
                    is_font_b=bool(first & 1),
                    is_bold=bool(first & 8),
                    down=2 if first & 16 else 1,
                    across=2 if first & 32 else 1,
                    is_underlined=bool(first & 128),
                    is_reverse=self._look.is_reverse,
                )
            case (0x1B, "E" | "G"):
                return replace(self._look, is_bold=bool(first & 1))
            case (0x1B, "M"):
                return replace(self._look, is_font_b=first % 48 == 1)
            case (0x1B, "-"):
                return replace(self._look, is_underlined=first % 48 > 0)
            case (0x1D, "!"):
                return replace(self._look, across=(first >> 4 & 7) + 1, down=(first & 7) + 1)
            case (0x1D, "B"):
                return replace(self._look, is_reverse=bool(first & 1))
            case _:
                return self._look

    def _cut(self) -> None:
        if self._next() in _FED_CUTS:
            _ = self._next()
        if self._line:
            raise ValueError(f"a cut within a line at {self._at}")
        self.pieces.append(Cut())

    def _raster(self) -> None:
        zero, mode = self._take(2)
        if zero != ord("0"):
            raise ValueError(f"no picture at {self._at}")
        wide, high = self._number(2), self._number(2)
        if high >= _TOO_HIGH:
            raise ValueError(f"a picture of {high} rows at {self._at}")
        data = self._take(wide * high)
        rows = tuple(data[start : start + wide] for start in range(0, len(data), wide))
        self._end_line()
        self.pieces.append(Dots(rows, self._align, 1 + (mode & 1), 1 + (mode >> 1 & 1)))

    def _number(self, count: int) -> int:
        return int.from_bytes(self._take(count), "little")

    def _function(self) -> None:
        group = chr(self._next())
        values = self._take(self._number(2))
        if group != "k" or values[0] != 49:
            return
        match values[1]:
            case 67:
                self._qr_module = values[2]
            case 80:
                self._qr_stored = values[3:]
            case 81:
                content = self._qr_stored.decode("ascii")
                self._end_line()
                self.pieces.append(Code("QRCode", content, self._align, self._qr_module, 0))
            case _:
                pass

    def _barcode(self) -> None:
        kind = self._next()
        if kind != 73:
            raise ValueError(f"barcode of kind {kind}")
        content = _code_128(self._take(self._next()))
        self._end_line()
        code = Code("Code128", content, self._align, self._bar_module, self._bar_height)
        self.pieces.append(code)


def _code_128(data: bytes) -> str:
    """Return what a Code 128 says, whose parts begin with a brace and the name of a code set."""
    said, code_set, at = "", "", 0
    while at < len(data):
        if data[at] == ord("{") and chr(data[at + 1]) in "ABC":
            code_set, at = chr(data[at + 1]), at + 2
        elif data[at : at + 2] == b"{{":
            said, at = said + "{", at + 2
        else:
            said += f"{data[at]:02}" if code_set == "C" else chr(data[at])
            at += 1
    return said
