"""The four size classes of the window and their widths, in one table."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from counterfoil.declaring import dataclass

LARGE_TEXT_SCALE = 1.25
ROOM_AT_ONCE = (819, 614)
"""Width and height in px that text of scale 1 needs: so much more gives room for so much larger."""
CONTENT_WIDTH_MAX = 2200
SHORT_BELOW = 720
VERY_SHORT_BELOW = 640
TALL_FROM = 800


class SizeClass(StrEnum):
    """How much room the window has, by its logical width."""

    SMALL = "small"
    MEDIUM = "medium"
    NORMAL = "normal"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Grid:
    """The measures of one size class, in device-independent px.

    ``short`` is a window below 720 high, ``very_short`` one below 640.
    """

    size_class: SizeClass
    rail_width: int
    slip_width: int
    stub_padding: int
    stub_padding_top: int
    stub_padding_bottom: int
    column_gap: int
    group_gap: int
    block_gap: int
    key_width: int
    key_height: int
    key_gap: int
    tile_height: int
    short: bool = False
    very_short: bool = False

    @property
    def keypad_width(self) -> int:
        """Return the width of the keypad in px: three keys and the two gaps between them."""
        return 3 * self.key_width + 2 * self.key_gap


@dataclass(frozen=True, slots=True)
class _Widths:
    """The row of one class in the table of widths."""

    rail: int
    slip: int
    padding: int
    padding_top: int
    padding_bottom: int
    gap: int
    group_gap: int
    key_width: int
    key_height: int


_TABLE: Final = MappingProxyType(
    {
        SizeClass.SMALL: _Widths(108, 304, 18, 22, 18, 20, 14, 64, 66),
        SizeClass.MEDIUM: _Widths(216, 366, 32, 22, 18, 24, 14, 76, 66),
        SizeClass.NORMAL: _Widths(216, 396, 32, 22, 18, 24, 14, 76, 66),
        SizeClass.LARGE: _Widths(284, 520, 56, 36, 36, 24, 20, 96, 69),
    }
)
_STARTS_AT: Final = ((1700, SizeClass.LARGE), (1340, SizeClass.NORMAL), (1200, SizeClass.MEDIUM))
_ONE_BELOW: Final = MappingProxyType(
    {
        SizeClass.LARGE: SizeClass.NORMAL,
        SizeClass.NORMAL: SizeClass.MEDIUM,
        SizeClass.MEDIUM: SizeClass.SMALL,
        SizeClass.SMALL: SizeClass.SMALL,
    }
)


def scale_with_room(asked: float, width: int, height: int) -> float:
    """Return the text scale for a window of this size, in px: the one asked for, or less.

    A larger text would cut the amount, or what to do.
    """
    room = min(width / ROOM_AT_ONCE[0], height / ROOM_AT_ONCE[1])
    return min(asked, max(1.0, room))


def size_class(width: int, *, scale: float = 1.0) -> SizeClass:
    """Return the size class of a window of this width, in logical px.

    At the largest text size it is one class smaller.
    """
    found = next((named for start, named in _STARTS_AT if width >= start), SizeClass.SMALL)
    return _ONE_BELOW[found] if scale >= LARGE_TEXT_SCALE else found


def _rail_width(at_once: int, width: int, scale: float) -> int:
    """Let the rail grow with the text, as far as a large window has room to spare."""
    to_spare = max(0, width - _STARTS_AT[0][0])
    return at_once + round(min(at_once * (scale - 1), to_spare))


def grid_for(width: int, height: int, *, scale: float = 1.0) -> Grid:
    """Return all measures for a window of this logical width and height."""
    named = size_class(width, scale=scale)
    widths = _TABLE[named]
    short = height < SHORT_BELOW
    tile = 62 if named is SizeClass.SMALL else (56 if height >= TALL_FROM else 50)
    return Grid(
        size_class=named,
        rail_width=_rail_width(widths.rail, width, scale),
        slip_width=widths.slip,
        stub_padding=widths.padding,
        stub_padding_top=14 if short else widths.padding_top,
        stub_padding_bottom=12 if short else widths.padding_bottom,
        column_gap=widths.gap,
        group_gap=widths.group_gap,
        block_gap=12 if short else 18,
        key_width=widths.key_width,
        key_height=56 if short else widths.key_height,
        key_gap=8,
        tile_height=tile,
        short=short,
        very_short=height < VERY_SHORT_BELOW,
    )
