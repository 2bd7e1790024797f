"""The order in which Tab goes through a window: as one reads, also after parts were rebuilt."""

from functools import cmp_to_key

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QScrollArea, QWidget

TAB = Qt.FocusPolicy.TabFocus.value


def go_on(window: QWidget, *, forward: bool) -> bool:
    """Move the focus to the next widget in reading order, or back; return whether there is one."""
    stops = reading_order(window)
    if not stops:
        return False
    here: QWidget | None = window.focusWidget()
    step = 1 if forward else -1
    at = stops.index(here) + step if here in stops else (0 if forward else -1)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    wanted = stops[at % len(stops)]
    wanted.setFocus(reason)
    _scroll_to(wanted)
    return True


def reading_order(widget: QWidget) -> list[QWidget]:
    """Return the widgets inside another that Tab reaches, in reading order.

    That is row by row; the widgets of one part of the page stay together.
    """
    children = [
        child
        for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child.isVisible() and not child.isWindow()
    ]
    found: list[QWidget] = []
    for child in sorted(children, key=cmp_to_key(_compare)):
        if child.isEnabled() and _takes_tab(child):
            found.append(child)
        # The box in a list that is searched by typing hands the focus back to the list.
        if not isinstance(child, QComboBox):
            found += reading_order(child)
    return found


def _takes_tab(widget: QWidget) -> bool:
    """Tell whether Tab stops here; of buttons that exclude each other at the one that is down."""
    above = widget.parentWidget()
    if isinstance(widget, QAbstractButton) and widget.autoExclusive() and above is not None:
        beside = above.findChildren(type(widget))
        if any(one.isChecked() and one.isVisible() for one in beside):
            return widget.isChecked()
    return bool(widget.focusPolicy().value & TAB)


def _compare(one: QWidget, other: QWidget) -> int:
    """Say which of two parts comes first: the upper one, and in one row the one before."""
    first, second = one.geometry(), other.geometry()
    if not _are_in_a_row(first, second):
        return first.top() - second.top()
    turned = one.layoutDirection() is Qt.LayoutDirection.RightToLeft
    return second.right() - first.right() if turned else first.left() - second.left()


def _are_in_a_row(one: QRect, other: QRect) -> bool:
    shared = min(one.bottom(), other.bottom()) - max(one.top(), other.top())
    return 2 * shared > min(one.height(), other.height())


def _scroll_to(widget: QWidget) -> None:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
