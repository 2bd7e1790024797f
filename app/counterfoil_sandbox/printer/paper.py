"""What has come out of the printer, piece by piece from top to bottom."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look; ``across`` and ``down`` multiply the font's own width and height."""

    font: str = "A"
    across: int = 1
    down: int = 1
    is_bold: bool = False
    is_reverse: bool = False
    is_underlined: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of one style."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. ``align`` is ``left``, ``centre`` or ``right``; ``height`` is in dots."""

    spans: tuple[Span, ...]
    align: str
    height: int

    @property
    def text(self) -> str:
        """The characters without their style."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture. Each row is bytes of eight dots, the leftmost in the highest bit, ink as one."""

    rows: tuple[bytes, ...]
    align: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code that the printer draws itself: ``Code128`` or ``QRCode``.

    ``module`` is the width of its smallest part in dots, ``height`` that of a barcode's bars.
    """

    kind: str
    content: str
    align: str
    module: int
    height: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty paper, in dots."""

    dots: int


Piece = Line | Raster | Symbol | Feed


@dataclass(slots=True)
class Paper:
    """One piece of paper: up to where it was cut, or the end that is still in the printer."""

    pieces: list[Piece] = field(default_factory=list)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The printed lines of characters."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Line))

    @property
    def text(self) -> str:
        """What was printed as characters, a line each."""
        return "\n".join(line.text for line in self.lines)

    @property
    def rasters(self) -> tuple[Raster, ...]:
        """What was printed dot by dot."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Raster))

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The codes that the printer drew itself."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Symbol))

    @property
    def fed_at_end_dots(self) -> int:
        """How much empty paper ends it."""
        dots = 0
        for piece in reversed(self.pieces):
            if isinstance(piece, Feed):
                dots += piece.dots
            elif not isinstance(piece, Line) or piece.text:
                break
            else:
                dots += piece.height
        return dots
