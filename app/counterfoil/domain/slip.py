"""What a slip says, as lines of data. How it is drawn or printed is a renderer's business."""

from dataclasses import replace
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret


class Align(StrEnum):
    """Where a line of text stands."""

    START = "start"
    CENTRE = "centre"
    END = "end"


class SlipKind(StrEnum):
    """What the paper is, which decides its bands and whether it may be handed over."""

    DRAFT = "draft"
    """Still growing on the screen; never printed."""
    ORIGINAL = "original"
    COPY = "copy"
    PENDING = "pending"
    """Nothing to spend: what is not settled, or was refused."""
    VOID = "void"
    """What was taken back: on the screen beside its history. It is printed, to be signed, where the
    value was given outside the voucher."""


LOGO_DOTS_MAX = (384, 160)
"""The width and the height of a logo: what the narrowest paper has room for."""


@dataclass(frozen=True, slots=True)
class Dots:
    """A picture in rows of whole bytes, eight dots each, the leftmost highest, ink as one."""

    row_bytes: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Logo:
    """The shop's own picture, in the middle of the paper."""

    dots: Dots


@dataclass(frozen=True, slots=True)
class Text:
    """A line of words; the renderer breaks it where it is longer than the paper is wide."""

    text: str
    align: Align = Align.START
    is_bold: bool = False
    is_double: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A label at the start and its value at the end of the same line."""

    label: str
    value: str
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A dashed line across the paper."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Half an empty line."""


@dataclass(frozen=True, slots=True)
class Band:
    """Words in paper colour on an ink bar: PENDING, TRAINING, COPY, VOID."""

    text: str


@dataclass(frozen=True, slots=True)
class PinBox:
    """The change voucher's PIN, boxed and in double size.

    ``groups`` tells how long each group is, so that a screen can draw hatched blocks. ``pin`` is
    there only in the slip that goes to a printer; the screen's slip has none.
    """

    groups: tuple[int, ...]
    pin: Secret | None = None


@dataclass(frozen=True, slots=True)
class Barcode:
    """Our short reference as Code 128; what it is for and its text stand below."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class QrCode:
    """The change voucher's PIN for a camera, with what it is for below.

    ``content`` is there only in the slip that goes to a printer; a screen shows where it is.
    """

    content: Secret | None = None
    label: str = ""


SlipLine = Logo | Text | Pair | Rule | Gap | Band | PinBox | Barcode | QrCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A whole slip from top to bottom."""

    kind: SlipKind
    lines: tuple[SlipLine, ...]
    number: str = ""
    """The slip's own number, such as ``03-008841``."""
    reference: str = ""
    """The redemption's short reference, such as ``K7Q-42F``."""
    copy_number: int = 0
    title: str = ""
    """What a printer's queue calls it."""
    page_foot: str = ""
    """What stands at the foot of each page where there are more than one: ``{page}`` is its number,
    and ``{pages}`` how many there are."""

    @property
    def has_secret(self) -> bool:
        """Whether the paper would carry a PIN."""
        return any(
            (isinstance(line, QrCode) and line.content is not None)
            or (isinstance(line, PinBox) and line.pin is not None)
            for line in self.lines
        )

    def without_secrets(self) -> "Slip":
        """Return the same slip for a screen: the places of PIN and QR code stay, empty."""
        return replace(self, lines=tuple(map(_without_secret, self.lines)))


def _without_secret(line: SlipLine) -> SlipLine:
    match line:
        case PinBox():
            return replace(line, pin=None)
        case QrCode():
            return replace(line, content=None)
        case _:
            return line
