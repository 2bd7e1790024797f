"""Whether everything that a window says can be read."""

from itertools import combinations

from PySide6.QtCore import QPoint, QRect

from counterfoil.ui.widgets.button import PaintedButton
from counterfoil.ui.widgets.label import PlainLabel
from support.window import WindowTill


def cut_words(till: WindowTill) -> list[str]:
    """Return what visible labels and buttons say that does not fit, names and hints aside."""
    cut = []
    for label in till.window.findChildren(PlainLabel):
        wrapped = label.wordWrap()
        may_elide = label._elided
        needed = label.heightForWidth(label.width()) if wrapped else label.sizeHint().height()
        too_narrow = not wrapped and label.sizeHint().width() > label.width() + 1
        is_cut = too_narrow or needed > label.height() + 1
        if is_cut and label.isVisible() and label.text() and not may_elide:
            cut.append(label.text())
    return cut


def check_whole(till: WindowTill, page: str) -> None:
    """Fail unless a page's words are whole, and its buttons lie inside it and beside each other."""
    assert cut_words(till) == []
    shown = till.visible(page)
    buttons = [one for one in shown.findChildren(PaintedButton) if one.isVisible()]
    assert buttons
    places = [QRect(one.mapTo(shown, QPoint(0, 0)), one.size()) for one in buttons]
    for button, place in zip(buttons, places, strict=True):
        assert shown.rect().contains(place), button.caption()
        assert button.minimumSizeHint().width() <= button.width(), button.caption()
    for one, other in combinations(places, 2):
        assert not one.intersects(other)
