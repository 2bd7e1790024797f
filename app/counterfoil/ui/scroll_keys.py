"""Scrolls by the keyboard what needs more room than an overlay has."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QScrollArea

_STEPS = {
    Qt.Key.Key_Down.value: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up.value: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown.value: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp.value: QAbstractSlider.SliderAction.SliderPageStepSub,
}


def scroll_by_key(event: QKeyEvent, area: QScrollArea) -> bool:
    """Scroll if the key means that, and return whether it did."""
    step = _STEPS.get(event.key())
    if step is None:
        return False
    event.accept()
    area.verticalScrollBar().triggerAction(step)
    return True
