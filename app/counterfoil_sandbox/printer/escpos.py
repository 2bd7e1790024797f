"""Turns ESC/POS bytes into paper, and answers what a printer answers.

The source of each command is Epson's ESC/POS Command Reference for TM printers. What is not here is
an error that is noted in `EscPosPrinter.errors`, never guessed at.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from enum import StrEnum

from counterfoil_sandbox.printer.paper import Feed, Line, Paper, Piece, Raster, Span, Style, Symbol

HT, LF, CR, DLE, ESC, FS, GS, EOT, DC4 = 0x09, 0x0A, 0x0D, 0x10, 0x1B, 0x1C, 0x1D, 0x04, 0x14

CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
}
"""ESC t n, of the pages that Python knows too."""

FONT_DOTS = {"A": (12, 24), "B": (9, 17)}
"""Width and height of a character."""

_IGNORED = {0x00, CR}
"""What fills up, and what a printer without automatic line feeds passes over."""
_ALIGN = ("left", "centre", "right")
_DEFAULT_SPACING = 30
_TAB = 8
_RASTER_MODE_MAX, _RASTER_HIGH_MAX = 3, 8
_CODE128 = 73
_CODE128_C = ord("C")

Reading = Generator[None, int, None]
"""Takes one byte each time it is sent to."""


class Trouble(StrEnum):
    """Why the printer does not print. Each shows in its status."""

    PAPER_END = "paper_end"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    CUTTER = "cutter"


@dataclass(frozen=True, slots=True)
class Misread:
    """Bytes that are no command this printer knows, and where they began."""

    position: int
    data: bytes


class EscPosPrinter:
    """A printer ``dots`` wide. ``can_draw_codes`` is whether it knows barcodes and QR codes.

    After ``paper_ends_after`` bytes its paper is out: what comes later waits until `load_paper`.
    ``prints_twice`` prints every paper once more, like a print system that sends a job again.
    """

    def __init__(
        self,
        *,
        dots: int = 576,
        can_draw_codes: bool = True,
        paper_ends_after: int | None = None,
        prints_twice: bool = False,
    ) -> None:
        self.dots = dots
        self.papers: list[Paper] = []
        """Those that were cut off."""
        self.roll = Paper()
        """What still hangs in the printer."""
        self.errors: list[Misread] = []
        self.drawer_kicks = 0
        self.overruns = 0
        """How many lines were wider than the paper, and went on in the next."""
        self.taken = 0
        """How many bytes have come."""
        self.troubles: set[Trouble] = set()
        self._can_draw_codes = can_draw_codes
        self._paper_ends_after = paper_ends_after
        self._prints_twice = prints_twice
        self._waiting = bytearray()
        self._printed = 0
        self._recent = bytearray()
        self._commands = self._table()
        self._longer = self._longer_table()
        self._start()

    def feed(self, data: bytes) -> bytes:
        """Take bytes as they come over the wire, and return what the printer answers."""
        answer = bytearray()
        for byte in data:
            self.taken += 1
            answer += self._real_time(byte)
            self._waiting.append(byte)
            self._work()
        return bytes(answer)

    def load_paper(self) -> None:
        """Put in a new roll, after which the printer goes on where it stopped."""
        self._paper_ends_after = None
        self.recover(Trouble.PAPER_END)

    def fail(self, trouble: Trouble) -> None:
        """Stop printing for this reason until `recover` is called."""
        self.troubles.add(trouble)

    def recover(self, trouble: Trouble) -> None:
        """End this trouble; what waits is printed."""
        self.troubles.discard(trouble)
        self._work()

    def power_off(self) -> None:
        """Forget what was not printed."""
        self._waiting.clear()
        self._start()

    def _start(self) -> None:
        self._reset()
        self._reader = self._read()
        next(self._reader)

    def _work(self) -> None:
        while self._waiting and not self.troubles:
            if self._printed == self._paper_ends_after:
                self.troubles.add(Trouble.PAPER_END)
                return
            self._printed += 1
            self._reader.send(self._waiting.pop(0))

    # ------------------------------------------------------------------------------ real time

    def _real_time(self, byte: int) -> bytes:
        """Carry out what a printer does at once, wherever in its data the bytes stand."""
        self._recent = self._recent[-4:] + bytes((byte,))
        match tuple(self._recent):
            case (*_, 0x10, 0x04, 1 | 2 | 3 | 4 as wanted):
                return bytes((self._status(wanted),))
            case (0x10, 0x14, 1, 0 | 1, time) if 1 <= time <= 8:
                self.drawer_kicks += 1
            case (0x10, 0x14, 2, 1, 8):
                self.power_off()
            case _:
                pass
        return b""

    def _status(self, wanted: int) -> int:
        """Return the byte that answers DLE EOT n."""
        has = self.troubles.__contains__
        bits = {
            1: 0x08 if self.troubles else 0,
            2: (0x04 if has(Trouble.COVER_OPEN) else 0)
            | (0x20 if has(Trouble.PAPER_END) else 0)
            | (0x40 if has(Trouble.CUTTER) else 0),
            3: 0x08 if has(Trouble.CUTTER) else 0,
            4: 0x60 if has(Trouble.PAPER_END) else 0,
        }
        return 0x12 | bits[wanted]

    # ------------------------------------------------------------------------------ commands

    def _reset(self) -> None:
        self._style = Style()
        self._align = "left"
        self._spacing = _DEFAULT_SPACING
        self._code_page = CODE_PAGES[0]
        self._spans: list[Span] = []
        self._bar_height = 162
        self._bar_module = 3
        self._qr_module = 3
        self._qr_stored = ""

    def _read(self) -> Reading:
        while True:
            byte = yield
            if byte >= 0x20:  # below it are controls
                self._character(byte)
            elif byte == LF:
                self._end_line()
            elif byte == HT:
                self._tab()
            elif byte in {ESC, FS, GS, DLE}:
                yield from self._command(byte)
            elif byte not in _IGNORED:
                self._misread(bytes((byte,)))

    def _table(self) -> dict[tuple[int, int], tuple[int, Callable[[bytes], None]]]:
        """Return how many bytes each command takes, and what it does."""
        return {
            (ESC, ord("@")): (0, self._initialise),
            (ESC, ord("!")): (1, self._print_mode),
            (ESC, ord("-")): (1, self._underline),
            (ESC, ord("2")): (0, self._default_spacing),
            (ESC, ord("3")): (1, self._chosen_spacing),
            (ESC, ord("E")): (1, self._bold),
            (ESC, ord("G")): (1, self._bold),
            (ESC, ord("J")): (1, self._feed_dots),
            (ESC, ord("M")): (1, self._font),
            (ESC, ord("R")): (1, self._international),
            (ESC, ord("a")): (1, self._aligned),
            (ESC, ord("d")): (1, self._feed_lines),
            (ESC, ord("p")): (3, self._pulse),
            (ESC, ord("t")): (1, self._chosen_page),
            (FS, ord(".")): (0, self._ignored),
            (GS, ord("!")): (1, self._size),
            (GS, ord("B")): (1, self._reverse),
            (GS, ord("H")): (1, self._bar_words_set),
            (GS, ord("h")): (1, self._bar_height_set),
            (GS, ord("w")): (1, self._bar_module_set),
            (DLE, EOT): (1, self._ignored),  # carried out as it came
        }

    def _longer_table(self) -> dict[tuple[int, int], Callable[[], Reading]]:
        """Return what reads a command whose length is not fixed."""
        return {
            (DLE, DC4): self._at_once,
            (GS, ord("(")): self._function,
            (GS, ord("V")): self._cut,
            (GS, ord("k")): self._barcode,
            (GS, ord("v")): self._raster,
        }

    def _command(self, lead: int) -> Reading:
        name = yield
        if (lead, name) in self._longer:
            yield from self._longer[lead, name]()
        elif (lead, name) in self._commands:
            size, carry_out = self._commands[lead, name]
            carry_out((yield from _bytes(size)))
        else:
            self._misread(bytes((lead, name)))

    def _misread(self, data: bytes) -> None:
        self.errors.append(Misread(self._printed - len(data), data))

    def _check(self, data: bytes, *, is_known: bool) -> None:
        if not is_known:
            self._misread(data)

    # ------------------------------------------------------------------------------ characters

    def _character(self, byte: int) -> None:
        letter = bytes((byte,)).decode(self._code_page, "replace")
        room = self.dots - sum(map(_width, self._spans))
        if _width(Span(letter, self._style)) > room:
            self.overruns += 1
            self._end_line()
        if self._spans and self._spans[-1].style == self._style:
            letter = self._spans.pop().text + letter
        self._spans.append(Span(letter, self._style))

    def _tab(self) -> None:
        so_far = sum(len(span.text) for span in self._spans)
        for _ in range(_TAB - so_far % _TAB):
            self._character(0x20)

    def _end_line(self, dots: int | None = None) -> None:
        """Print what is in the line and feed, by the line's spacing or by ``dots``."""
        tallest = max((FONT_DOTS[s.style.font][1] * s.style.down for s in self._spans), default=0)
        height = max(tallest, self._spacing if dots is None else dots)
        if self._spans or dots is None:
            self._add(Line(tuple(self._spans), self._align, height))
        elif dots:
            self._add(Feed(dots))
        self._spans = []

    def _feed_lines(self, data: bytes) -> None:
        self._end_line(data[0] * self._spacing)

    def _feed_dots(self, data: bytes) -> None:
        self._end_line(data[0])

    def _add(self, piece: Piece) -> None:
        self.roll.pieces.append(piece)

    # ------------------------------------------------------------------------------ settings

    def _initialise(self, _data: bytes) -> None:
        self._reset()

    def _print_mode(self, data: bytes) -> None:
        """ESC ! n: font, bold, double height and width, underline at once."""
        mode = data[0]
        self._style = replace(
            self._style,
            font="B" if mode & 0x01 else "A",
            is_bold=bool(mode & 0x08),
            down=2 if mode & 0x10 else 1,
            across=2 if mode & 0x20 else 1,
            is_underlined=bool(mode & 0x80),
        )

    def _size(self, data: bytes) -> None:
        self._check(data, is_known=not data[0] & 0x88)
        self._style = replace(self._style, across=(data[0] >> 4 & 7) + 1, down=(data[0] & 7) + 1)

    def _bold(self, data: bytes) -> None:
        self._style = replace(self._style, is_bold=bool(data[0] & 1))

    def _reverse(self, data: bytes) -> None:
        self._style = replace(self._style, is_reverse=bool(data[0] & 1))

    def _underline(self, data: bytes) -> None:
        self._check(data, is_known=data[0] in {0, 1, 2, 48, 49, 50})
        self._style = replace(self._style, is_underlined=data[0] not in {0, 48})

    def _font(self, data: bytes) -> None:
        self._check(data, is_known=data[0] in {0, 1, 48, 49})
        self._style = replace(self._style, font="B" if data[0] & 1 else "A")

    def _aligned(self, data: bytes) -> None:
        self._check(data, is_known=data[0] in {0, 1, 2, 48, 49, 50})
        self._check(data, is_known=not self._spans)  # it counts only at the beginning of a line
        self._align = _ALIGN[data[0] % 16 % 3]

    def _international(self, data: bytes) -> None:
        self._check(data, is_known=data[0] == 0)  # others print other letters for ASCII

    def _chosen_page(self, data: bytes) -> None:
        self._check(data, is_known=data[0] in CODE_PAGES)
        self._code_page = CODE_PAGES.get(data[0], self._code_page)

    def _default_spacing(self, _data: bytes) -> None:
        self._spacing = _DEFAULT_SPACING

    def _chosen_spacing(self, data: bytes) -> None:
        self._spacing = data[0]

    def _ignored(self, _data: bytes) -> None:
        return

    # ------------------------------------------------------------------------------ devices

    def _pulse(self, data: bytes) -> None:
        self._check(data, is_known=data[0] in {0, 1, 48, 49})
        self.drawer_kicks += 1

    def _cut(self) -> Reading:
        """GS V m, or GS V m n: cut, for 65 and 66 after feeding to the cutter and n more.

        It counts only at the beginning of a line.
        """
        mode = yield
        dots = (yield) if mode in {65, 66} else 0
        if mode not in {0, 1, 48, 49, 65, 66} or self._spans:
            self._misread(bytes((GS, ord("V"), mode)))
            return
        self._end_line(dots)
        self.cut()

    def cut(self) -> None:
        """Cut off the paper that was printed since the last cut."""
        self.papers.extend([self.roll] * (2 if self._prints_twice else 1))
        self.roll = Paper()

    # ------------------------------------------------------------------------------ pictures

    def _raster(self) -> Reading:
        """GS v 0 m xL xH yL yH d...: a picture of xL + 256 xH bytes by yL + 256 yH rows."""
        kind, mode, x_low, x_high, y_low, y_high = yield from _bytes(6)
        width, height = x_low + 256 * x_high, y_low + 256 * y_high
        data = yield from _bytes(width * height)
        is_known = kind == ord("0") and mode % 48 <= _RASTER_MODE_MAX and y_high <= _RASTER_HIGH_MAX
        if not (is_known and data) or self._spans:
            self._misread(bytes((GS, ord("v"), kind, mode)))
            return
        if width * 8 > self.dots + 7:
            self.overruns += 1
        rows = tuple(data[start : start + width] for start in range(0, len(data), width))
        self._add(Raster(rows, self._align, 1 + mode % 48 % 2, 1 + mode % 48 // 2))

    def _bar_height_set(self, data: bytes) -> None:
        self._check(data, is_known=data[0] > 0)
        self._bar_height = data[0]

    def _bar_module_set(self, data: bytes) -> None:
        self._check(data, is_known=2 <= data[0] <= 6)
        self._bar_module = data[0]

    def _bar_words_set(self, data: bytes) -> None:
        self._check(data, is_known=data[0] in {0, 48})  # words below are not drawn here

    def _barcode(self) -> Reading:
        """GS k m n d1...dn: of the kinds of barcode, Code 128 alone."""
        kind = yield
        if kind < 65:  # the older form, which ends at NUL
            data = bytearray()
            while byte := (yield):
                data.append(byte)
            self._misread(bytes((GS, ord("k"), kind)))
            return
        size = yield
        content = _code128((yield from _bytes(size)))
        if not self._can_draw_codes or kind != _CODE128 or content is None or self._spans:
            self._misread(bytes((GS, ord("k"), kind, size)))
            return
        self._add(Symbol("Code128", content, self._align, self._bar_module, self._bar_height))

    def _function(self) -> Reading:
        """GS ( k pL pH cn fn ...: of the functions with a length, those of QR codes alone."""
        name, low, high = yield from _bytes(3)
        data = yield from _bytes(low + 256 * high)
        is_known = name == ord("k") and self._can_draw_codes and self._qr(data)
        self._check(bytes((GS, ord("("), name)) + data, is_known=is_known)

    def _qr(self, data: bytes) -> bool:
        """Carry out one function of the QR code, or return False where it is unknown."""
        match tuple(data[:3]):
            case (49, 65, 49 | 50):
                return data[3:] == b"\0"
            case (49, 67, size):
                self._qr_module = size
                return 1 <= size <= 16
            case (49, 69, level):
                return 48 <= level <= 51
            case (49, 80, 48):
                self._qr_stored = data[3:].decode("utf-8", "replace")
                return bool(self._qr_stored)
            case (49, 81, 48):
                self._add(Symbol("QRCode", self._qr_stored, self._align, self._qr_module))
                return bool(self._qr_stored) and not self._spans
            case _:
                return False

    def _at_once(self) -> Reading:
        """DLE DC4 fn ..., carried out as it came; the function 8 has seven bytes that follow."""
        function = yield
        yield from _bytes(7 if function == 8 else 2)


def _bytes(size: int) -> Generator[None, int, bytes]:
    data = bytearray()
    while len(data) < size:
        data.append((yield))
    return bytes(data)


def _width(span: Span) -> int:
    return FONT_DOTS[span.style.font][0] * span.style.across * len(span.text)


def _code128(data: bytes) -> str | None:
    """Return the text of a Code 128's data: a set is chosen by { and A, B or C."""
    text, code_set, index = "", 0, 0
    while index < len(data):
        byte = data[index]
        if byte == ord("{"):
            chosen = data[index + 1 : index + 2]
            if chosen == b"{":
                text += "{"
            elif chosen in {b"A", b"B", b"C"}:
                code_set = chosen[0]
            else:
                return None
            index += 2
            continue
        if not code_set:
            return None
        text += f"{byte:02d}" if code_set == _CODE128_C else chr(byte)
        index += 1
    return text or None
