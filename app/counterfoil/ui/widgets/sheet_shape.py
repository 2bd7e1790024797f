"""The outline of the sheet: stub, slip, punched holes and the cut edge, as measures and paths.

The paths are built from lines and arcs. Cutting holes out of a path afterwards gives the same
picture and costs many times as much.
"""

import math
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from counterfoil.declaring import dataclass

CORNER: Final = 4.0
HOLE_RADIUS: Final = 4.5
HOLE_PITCH: Final = 16
TOOTH_HEIGHT: Final = 5.0
TORN_SIDE: Final = 10
TORN_DROP: Final = 6

_TOP: Final = 6
_BOTTOM: Final = 14
_RIGHT: Final = 14
_RIGHT_TORN: Final = 10
_FIRST_HOLE: Final = 12
_LAST_HOLE: Final = 8
_TOOTH_WIDTH: Final = 10
_SLIP_MIN: Final = 300
_SLIP_EXTRA: Final = 48
_LEFT_ALONE: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetShape:
    """Where stub and slip lie in a widget of this size, in px, for reading from left to right.

    ``content_height`` is that of the slip's words and its stamp; with ``has_rail`` the paper begins
    at the widget's edge, where the chosen tile joins it.
    """

    width: int
    height: int
    slip_width: int
    content_height: int
    is_torn: bool = False
    has_rail: bool = True

    @property
    def top(self) -> float:
        """Return the upper edge of the stub."""
        return float(_TOP)

    @property
    def bottom(self) -> float:
        """Return the lower edge of the stub, and the lowest a slip may reach."""
        return float(self.height - _BOTTOM)

    @property
    def stub(self) -> QRectF:
        """Return the stub's rectangle."""
        left = 0.0 if self.has_rail else float(_LEFT_ALONE)
        right = self._joint - (TORN_SIDE if self.is_torn else 0)
        return QRectF(left, self.top, right - left, self.bottom - self.top)

    @property
    def slip(self) -> QRectF:
        """Return the slip's rectangle, cut at the stub's lower edge."""
        left = self._joint + (TORN_SIDE if self.is_torn else 0)
        top = self.top + (TORN_DROP if self.is_torn else 0)
        end = min(top + self._slip_length, self.bottom)
        return QRectF(left, top, self._right - left, end - top)

    @property
    def is_cut_short(self) -> bool:
        """Return whether the slip is longer than the sheet, so that its cut edge cannot be seen."""
        drop = TORN_DROP if self.is_torn else 0
        return self.top + drop + self._slip_length > self.bottom

    @property
    def hole_offsets(self) -> tuple[float, ...]:
        """Return the distances of the holes' centres from the upper edge, in px.

        The same for both parts.
        """
        end = self.slip.height() - _LAST_HOLE
        count = max(0, int((end - _FIRST_HOLE) // HOLE_PITCH) + 1)
        return tuple(float(_FIRST_HOLE + HOLE_PITCH * index) for index in range(count))

    def stub_path(self) -> QPainterPath:
        """Return the outline of the stub with its half of the holes cut out."""
        area = self.stub
        path = QPainterPath()
        path.moveTo(area.left() + CORNER, area.top())
        if self.is_torn:
            _corner(path, area.right(), area.top(), quarter=0)
        else:
            path.lineTo(area.right(), area.top())
        for offset in self.hole_offsets:
            _bite(path, area.right(), area.top() + offset, downwards=True)
        if self.is_cut_short and not self.is_torn:
            path.lineTo(area.right(), area.bottom())
        else:
            _corner(path, area.right(), area.bottom(), quarter=1)
        _corner(path, area.left(), area.bottom(), quarter=2)
        _corner(path, area.left(), area.top(), quarter=3)
        path.closeSubpath()
        return path

    def slip_path(self) -> QPainterPath:
        """Return the outline of the slip with its half of the holes, and its cut edge."""
        area = self.slip
        corner = CORNER if self.is_torn else 0.0
        path = QPainterPath()
        path.moveTo(area.left() + corner, area.top())
        _corner(path, area.right(), area.top(), quarter=0)
        if self.is_cut_short:
            _corner(path, area.right(), area.bottom(), quarter=1)
            path.lineTo(area.left(), area.bottom())
        else:
            _cut_edge(path, area)
        for offset in reversed(self.hole_offsets):
            _bite(path, area.left(), area.top() + offset, downwards=False)
        if self.is_torn:
            _corner(path, area.left(), area.top(), quarter=3)
        path.closeSubpath()
        return path

    def outline(self) -> QPainterPath:
        """Return the outer edge of stub and slip while they are joined, without holes."""
        stub, slip = self.stub, self.slip
        path = QPainterPath()
        path.moveTo(stub.left() + CORNER, stub.top())
        _corner(path, slip.right(), slip.top(), quarter=0)
        if self.is_cut_short:
            _corner(path, slip.right(), stub.bottom(), quarter=1)
        else:
            _cut_edge(path, slip)
            _corner(path, stub.right(), stub.bottom(), quarter=1)
        _corner(path, stub.left(), stub.bottom(), quarter=2)
        _corner(path, stub.left(), stub.top(), quarter=3)
        path.closeSubpath()
        return path

    @property
    def _right(self) -> float:
        return float(self.width - (_RIGHT_TORN if self.is_torn else _RIGHT))

    @property
    def _joint(self) -> float:
        return self._right - self.slip_width

    @property
    def _slip_length(self) -> int:
        return max(_SLIP_MIN, self.content_height + _SLIP_EXTRA)


def part_outline(area: QRectF, *, is_cut: bool) -> QPainterPath:
    """Return the outer edge of one piece of paper without holes."""
    path = QPainterPath()
    if not is_cut:
        path.addRoundedRect(area, CORNER, CORNER)
        return path
    path.moveTo(area.left() + CORNER, area.top())
    _corner(path, area.right(), area.top(), quarter=0)
    _cut_edge(path, area)
    _corner(path, area.left(), area.top(), quarter=3)
    path.closeSubpath()
    return path


def _cut_edge(path: QPainterPath, area: QRectF) -> None:
    """Draw the zigzag from the right end to the left one, in teeth of even width."""
    base = area.bottom() - TOOTH_HEIGHT
    count = max(1, math.floor(area.width() / _TOOTH_WIDTH + 0.5))
    tooth = area.width() / count
    path.lineTo(area.right(), base)
    for index in range(count):
        path.lineTo(area.right() - (index + 0.5) * tooth, area.bottom())
        path.lineTo(area.right() - (index + 1) * tooth, base)


def _corner(path: QPainterPath, x: float, y: float, *, quarter: int) -> None:
    """Go round a corner clockwise; the quarters are top right, bottom right and so on."""
    size = 2 * CORNER
    left = x - (size if quarter in {0, 1} else 0)
    top = y - (size if quarter in {1, 2} else 0)
    path.arcTo(QRectF(left, top, size, size), 90 - 90 * quarter, -90)


def _bite(path: QPainterPath, x: float, y: float, *, downwards: bool) -> None:
    """Go round half a hole, towards the inside of the paper."""
    size = 2 * HOLE_RADIUS
    path.arcTo(QRectF(x - HOLE_RADIUS, y - HOLE_RADIUS, size, size), 90 if downwards else 270, 180)
