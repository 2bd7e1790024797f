"""What a person who hears the screen is told without asking: results, errors, short messages."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override


def announce(widget: QWidget, sentence: str, *, is_urgent: bool = False) -> None:
    """Have a screen reader say a sentence; what is urgent interrupts what it is saying."""
    event = QAccessibleAnnouncementEvent(widget, sentence)
    if is_urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


class Announced(QWidget):
    """A part of a page whose words are announced when it appears, and when they change."""

    _is_urgent = False

    def set_spoken(self, words: str, *, is_urgent: bool = False) -> None:
        """Name this by its words, and announce them unless they are the same or not in sight."""
        is_new, self._is_urgent = words != self.accessibleName(), is_urgent
        self.setAccessibleName(words)
        if is_new and words and self.isVisible():
            announce(self, words, is_urgent=is_urgent)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A window that comes back from the task bar has nothing new to say.
        if self.accessibleName() and not event.spontaneous():
            announce(self, self.accessibleName(), is_urgent=self._is_urgent)
