"""Icons: our own outlines, drawn once for each size, pixel ratio and colour.

Every file is one path on a 24 by 24 grid in black; the black is replaced before drawing, so one
file serves all themes and sizes.
"""

from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from counterfoil import assets
from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme.painting import ThemeFollower

DRAWN_COLOUR: Final = "#000000"
MIRRORED: Final = frozenset({"arrow-left", "arrow-right", "backspace", "tear", "export", "list"})
"""Icons that point along the line of reading and turn round in right-to-left languages."""


class UnknownIconError(LookupError):
    """There is no icon file of this name, which is a mistake in the program."""


def icon_names() -> tuple[str, ...]:
    """Return the names of all icons, sorted."""
    return tuple(sorted(file.stem for file in assets.resource_path("icons").glob("*.svg")))


def icon_pixmap(name: str, size: int, colour: QColor, dpr: float = 1.0) -> QPixmap:
    """Return an icon in one colour, ``size`` logical px square.

    Raises UnknownIconError where there is no such icon.
    """
    layout = QGuiApplication.layoutDirection()
    turned = name in MIRRORED and layout is Qt.LayoutDirection.RightToLeft
    return _drawn(name, size, colour.name(QColor.NameFormat.HexRgb), dpr, mirrored=turned)


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Paint an icon into a square, at the pixel ratio of the painter's device."""
    dpr = painter.device().devicePixelRatioF()
    size = round(box.width())
    painter.drawPixmap(
        QPointF(round(box.x()), round(box.y())), icon_pixmap(name, size, colour, dpr)
    )


class Icon(ThemeFollower, QWidget):
    """One icon that follows the theme; its size in px grows with the text, unless it `is_still`.

    It takes no focus, and a screen reader passes over it: the text beside it says the same.
    """

    def __init__(
        self,
        name: str = "",
        size: int = 24,
        tone: str = "ink",
        parent: QWidget | None = None,
        *,
        is_still: bool = False,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._size = size
        self._is_still = is_still
        self._tone = tone
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.follow_theme()

    def show_icon(self, name: str, tone: str | None = None) -> None:
        """Show another icon, in another colour if ``tone`` is given.

        An empty name shows nothing.
        """
        shown = name, tone or self._tone
        if shown != (self._name, self._tone):
            self._name, self._tone = shown
            self.update()

    def set_size(self, size: int) -> None:
        """Be ``size`` px square at text scale 1."""
        self._size = size
        self.refresh_theme()

    @override
    def refresh_theme(self) -> None:
        side = self._size if self._is_still else theme.current().px(self._size)
        self.setFixedSize(side, side)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._name:
            painter = QPainter(self)
            paint_icon(painter, self._name, QRectF(self.rect()), _colour(self._tone))


def _colour(tone: str) -> QColor:
    return theme.current().colour(tone)


@cache
def _source(name: str) -> str:
    """Read an icon's file once."""
    file = assets.resource_path("icons", f"{name}.svg")
    if not file.is_file():
        message = f"no icon is named {name!r}"
        raise UnknownIconError(message)
    return file.read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _drawn(name: str, size: int, colour: str, dpr: float, *, mirrored: bool) -> QPixmap:
    """Draw an icon once for each look it has."""
    drawing = _source(name).replace(DRAWN_COLOUR, colour)
    side = max(1, round(size * dpr))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    if mirrored:
        pixmap = pixmap.transformed(QTransform.fromScale(-1, 1))
    pixmap.setDevicePixelRatio(dpr)
    return pixmap
