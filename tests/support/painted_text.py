"""What a window paints in letters, read from what is painted, and what of it is not whole.

Every widget is painted once more, as a drawing in which texts stay texts, with their place and font
and as they are after they were shortened. So a text is read however it came to be painted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import combinations

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QRegion, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QWidget,
)

from counterfoil.ui.widgets.banner import FinalHead, StateBanner
from counterfoil.ui.widgets.button import PrimaryButton
from counterfoil.ui.widgets.card import Card
from counterfoil.ui.widgets.field_line import BoxLine, EyeButton
from counterfoil.ui.widgets.frame import StatusLabel
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.message_card import MessageCard
from counterfoil.ui.widgets.slip_paper import SlipPaper
from counterfoil.ui.widgets.tile import FindField, Tile
from counterfoil.ui.widgets.timeline import Timeline
from counterfoil.ui.widgets.toast import Toast

DOTS_PER_INCH = 96
_MARKS = re.compile(
    r'transform="matrix\((?P<matrix>[^)]*)\)"'
    r'|<text [^>]*? x="(?P<x>[^"]*)" y="(?P<y>[^"]*)" font-family="(?P<family>[^"]*)"'
    r' font-size="(?P<size>[^"]*)" font-weight="(?P<weight>[^"]*)"[^>]*>(?P<text>[^<]*)</text>'
)
"""What is read of a drawing: where the following is painted, and each text."""
FAR = 100_000
"""How far one may scroll, in px."""
SLACK = 2.5
"""How many px of a letter may lie outside its place: the foot of a J hangs before its line."""
ALWAYS_WHOLE = (PrimaryButton, FinalHead, StateBanner, StatusLabel)
"""The proposed step, the words about handing over, and the sentence at the foot: whole, and in
sight without scrolling."""
MAY_SHORTEN = (PlainLabel, Tile, BoxLine, FindField, Card, Timeline)
"""What shows names, hints and descriptions; a card and a timeline show in short what stands in
full beside them."""
LIES_OVER_THE_PAGE = (MessageCard, Toast)
"""What covers whatever is below it for a while."""
SECRETS_AND_AMOUNTS = frozenset({"amount", "field-pin", "field-token"})
"""The boxes whose digits are whole and in sight as well."""


@dataclass(frozen=True)
class Painted:
    """A text that a widget paints, and where: ``ink`` is what its letters cover, in its px."""

    widget: QWidget
    text: str
    ink: QRectF


def painted_in(window: QWidget) -> tuple[Painted, ...]:
    """Return every text that is painted in a window, or in the overlay in front of it."""
    front = QApplication.activeModalWidget() or window
    return tuple(
        Painted(widget, text, ink)
        for widget in (front, *front.findChildren(QWidget))
        if widget.isVisible() and widget.window() is front
        for text, ink in _texts_of(widget)
    )


def faults_of(window: QWidget) -> list[str]:
    """Return a sentence for each text that is cut, covered, or shortened against the rule.

    And one for each button or box to type into that is cut, or lies over another one or a text.

    The rule: names, hints and descriptions may end in an ellipsis, where whoever asks the widget
    hears them in full; what decides something may not. The lines of a slip and the rows of a list
    may go on below, where one scrolls; the words of ALWAYS_WHOLE and the digits of
    SECRETS_AND_AMOUNTS may not.
    """
    painted = painted_in(window)
    texts = [
        f"{_name_of(one.widget)} {fault}: {one.text!r}" for one in painted for fault in _faults(one)
    ]
    front = QApplication.activeModalWidget() or window
    boxes = [
        one
        for kind in (QAbstractButton, BoxLine)
        for one in front.findChildren(kind)
        if one.isVisible() and one.window() is front and not isinstance(one, EyeButton)
    ]
    return [
        *texts,
        *_boxes_over_others(boxes, front),
        *_boxes_cut(boxes),
        *_texts_on(boxes, painted, front),
    ]


def _boxes_over_others(boxes: Sequence[QWidget], front: QWidget) -> Iterator[str]:
    seen = [
        (one, QRect(one.mapTo(front, QPoint()), one.size()) & _seen_in(one, front)) for one in boxes
    ]
    for (one, place), (other, its_place) in combinations(seen, 2):
        both = place & its_place
        if min(both.width(), both.height()) > 1 and not one.isAncestorOf(other):
            yield f"{_name_of(one)} lies over {_name_of(other)}"


def _boxes_cut(boxes: Sequence[QWidget]) -> Iterator[str]:
    """Name what has no lower edge, as it stands in a panel that is too low for it."""
    for one in boxes:
        place, _ = _places(one)
        lost = one.height() - (place & one.rect()).height()
        if lost > 1:
            yield f"{_name_of(one)} is cut by {lost} px"


def _is_in(widget: QWidget, kinds: tuple[type[QWidget], ...]) -> bool:
    above: QWidget | None = widget
    while above is not None and not isinstance(above, kinds):
        above = above.parentWidget()
    return above is not None


def _texts_on(
    boxes: Sequence[QWidget], painted: Sequence[Painted], front: QWidget
) -> Iterator[str]:
    """Name what lies on the border of a box, such as a hint that has too little room below it."""
    seen = [(box, _seen_in(box, front)) for box in boxes]
    for text in painted:
        ink = text.ink.toAlignedRect().translated(text.widget.mapTo(front, QPoint()))
        ink &= _seen_in(text.widget, front)
        for box, place in seen:
            both = ink & place
            if (
                min(both.width(), both.height()) > 1
                and not _are_one(text.widget, box)
                and not _is_in(text.widget, LIES_OVER_THE_PAGE)
            ):
                yield f"{_name_of(text.widget)} lies on {_name_of(box)} with: {text.text!r}"


def _are_one(widget: QWidget, other: QWidget) -> bool:
    """Return whether one of two widgets is the other, or lies in it."""
    return widget is other or widget.isAncestorOf(other) or other.isAncestorOf(widget)


def _seen_in(widget: QWidget, front: QWidget) -> QRect:
    """Return what is in sight of a widget, in the px of the window in front."""
    _, seen = _places(widget)
    return seen.translated(widget.mapTo(front, QPoint()))


def _faults(one: Painted) -> Iterator[str]:
    if _is_shortened(one) and not _may_be_shortened(one):
        yield "shortens"
    place, seen = _places(one.widget)
    must_be_seen = is_always_whole(one.widget)
    room = QRectF(seen if must_be_seen else place)
    if isinstance(one.widget, BoxLine) and one.text == one.widget.text_for_display():
        room = one.widget.text_room()  # A box cuts what does not go into it.
        seen = seen & room.toAlignedRect()
    room = room.adjusted(-SLACK, -SLACK, SLACK, SLACK)
    if not room.contains(one.ink) and not _may_run_on(one.widget):
        yield f"cuts {_sides(room, one.ink)} of"
    elif (over := _over(one, seen)) is not None:
        yield f"is under {_name_of(over)} with"


def is_always_whole(widget: QWidget) -> bool:
    """Return whether the text of a widget must be whole, and in sight without scrolling."""
    return (
        widget.objectName() in SECRETS_AND_AMOUNTS
        or isinstance(widget, ALWAYS_WHOLE)
        or isinstance(widget.parentWidget(), ALWAYS_WHOLE)
    )


def _texts_of(widget: QWidget) -> Iterator[tuple[str, QRectF]]:
    """Paint a widget without its children as a drawing, and give the texts that are in it."""
    turn = QTransform()
    for found in _MARKS.finditer(_drawing_of(widget)):
        if found["matrix"]:
            turn = QTransform(*map(float, found["matrix"].split(",")))
            continue
        text = unescape(found["text"])
        if text.strip() and not turn.isRotating():
            ink = QFontMetricsF(_font(found)).tightBoundingRect(text)
            yield text, turn.mapRect(ink.translated(float(found["x"]), float(found["y"])))


def _drawing_of(widget: QWidget) -> str:
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(kept)
    drawing.setSize(widget.size())
    drawing.setResolution(DOTS_PER_INCH)
    widget.render(drawing, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return bytes(kept.data().data()).decode()


def _font(found: re.Match[str]) -> QFont:
    font = QFont(found["family"].split(","))
    # A size in whole px would be rounded; points are not, and are what the size came from.
    font.setPointSizeF(float(found["size"]) * 72 / DOTS_PER_INCH)
    font.setWeight(QFont.Weight(int(found["weight"])))
    return font


def _places(widget: QWidget) -> tuple[QRect, QRect]:
    """Return what one can bring into sight of a widget, and what is in sight, in its own px."""
    place = seen = widget.rect()
    is_scrolled = isinstance(widget, SlipPaper) or _is_viewport(widget)
    if is_scrolled:
        place = place.adjusted(0, -FAR, 0, FAR)
    outside = widget.parentWidget()
    while outside is not None:
        is_scrolled |= _is_viewport(outside)
        limits = QRect(widget.mapFrom(outside, QPoint()), outside.size())
        seen = seen & limits
        if is_scrolled:
            limits.setTop(place.top())
            limits.setBottom(place.bottom())
        place = place & limits
        outside = None if outside.isWindow() else outside.parentWidget()
    return place, seen


def _is_viewport(widget: QWidget) -> bool:
    area = widget.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is widget


def _may_run_on(widget: QWidget) -> bool:
    """Return whether a text may run out of sight: the path or name in a box follows its cursor."""
    return isinstance(widget, BoxLine) and not is_always_whole(widget)


def _over(one: Painted, seen: QRect) -> QWidget | None:
    """Return the widget that lies over a part of a text in sight, if any."""
    front, ink = one.widget.window(), one.ink.toAlignedRect() & seen
    if _lets_the_mouse_through(one.widget):
        return _over_or_under(one.widget, ink)  # Qt names what lies below it.
    middle = ink.center().y()
    for x in (ink.left() + 1, ink.center().x(), ink.right() - 1):
        at = QPoint(x, middle)
        if not ink.contains(at):
            continue
        top = front.childAt(one.widget.mapTo(front, at)) or front
        if not (top is one.widget or top.isAncestorOf(one.widget) or one.widget.isAncestorOf(top)):
            return top
    return None


def _over_or_under(widget: QWidget, ink: QRect) -> QWidget | None:
    """Return a widget of the same parent that paints where the text of this one is, if any."""
    placed = ink.translated(widget.pos())
    inside = placed.adjusted(1, 3, -1, -3)
    parent = widget.parentWidget() or widget
    others = (one for one in parent.children() if isinstance(one, QWidget))
    beside = (one for one in others if one is not widget and one.isVisible())
    return next((one for one in beside if one.geometry().intersects(inside)), None)


def _lets_the_mouse_through(widget: QWidget) -> bool:
    above: QWidget | None = widget
    while above is not None:
        if above.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents):
            return True
        above = None if above.isWindow() else above.parentWidget()
    return False


def _is_shortened(one: Painted) -> bool:
    return one.text.endswith("…") and not any(one.text in said for said in _said_by(one.widget))


def _may_be_shortened(one: Painted) -> bool:
    widget, stem = one.widget, one.text.removesuffix("…").rstrip()
    is_in_list = isinstance(widget.parentWidget(), QAbstractItemView)
    is_of_kind = isinstance(widget, MAY_SHORTEN) or is_in_list
    is_said = any(stem in said for said in _said_by(widget))
    return is_of_kind and is_said and not is_always_whole(widget)


def _said_by(widget: QWidget) -> Iterator[str]:
    """Give what a widget says of itself in full: to a screen reader, or below the pointer."""
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    yield re.sub(r"<[^>]*>", "", widget.toolTip())
    for name in ("text", "placeholderText"):
        said = widget.property(name)
        if isinstance(said, str):
            yield said
    view = widget.parentWidget()
    if isinstance(view, QAbstractItemView) and (model := view.model()) is not None:
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                yield str(model.index(row, column).data(Qt.ItemDataRole.DisplayRole))
                yield str(model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal))


def _name_of(widget: QWidget) -> str:
    named: QWidget | None = widget
    while named is not None and not named.objectName():
        named = named.parentWidget()
    inside = "" if named is widget or named is None else f" in {named.objectName()}"
    return f"{type(widget).__name__} {widget.objectName()}".strip() + inside


def _sides(room: QRectF, ink: QRectF) -> str:
    sides = {
        "the left": room.left() - ink.left(),
        "the right": ink.right() - room.right(),
        "the top": room.top() - ink.top(),
        "the bottom": ink.bottom() - room.bottom(),
    }
    return " and ".join(f"{by + SLACK:.0f} px at {side}" for side, by in sides.items() if by > 0)
