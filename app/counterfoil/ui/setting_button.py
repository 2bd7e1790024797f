"""One setting in the list of all: what it is called, and its value at the end of the line."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override
from counterfoil.presentation.settings_presenter import SettingRow
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import paint_text, text_width, visual
from counterfoil.ui.widgets.button import ButtonFace, ListButton
from counterfoil.ui.widgets.icon import paint_icon

_SIDE: Final = 16
_ICON: Final = 18
_GAP: Final = 10
_WORDS_SHARE: Final = 0.6
"""A caption takes at most so much of the line where its value needs the rest."""


class SettingButton(ListButton):
    """Shows a SettingRow; one that was changed has a mark and stands out, as does a wrong one."""

    def __init__(self, row: SettingRow, parent: QWidget) -> None:
        self._row = row
        super().__init__(parent)
        self.setObjectName(f"setting-{row.name}")
        self.show_setting(row)

    def show_setting(self, row: SettingRow) -> None:
        """Show it as it is now."""
        self._row = row
        self.set_caption(row.caption)
        self.set_icon_name("stop" if row.is_wrong else "check" if row.is_changed else "")
        self.setAccessibleName(f"{row.caption}: {row.value}")
        self.update()

    @override
    def _paint_wide(self, painter: QPainter, face: ButtonFace) -> None:
        current, row = theme.current(), self._row
        start, end = float(_SIDE), float(self.width() - _SIDE)
        caption, value = current.font(Role.BODY_LARGE), current.font(Role.BODY)
        if row.is_changed:
            value = current.font(Role.BODY_BOLD)
        room = end - start - _GAP
        if row.is_wrong or row.is_changed:
            room -= _ICON + _GAP
        for_value = min(
            text_width(row.value, value),
            max(room - text_width(row.caption, caption), room * (1 - _WORDS_SHARE)),
        )
        box = QRectF(end - for_value, 0, for_value, self.height())
        ink = "declined-ink" if row.is_wrong else "ink" if row.is_changed else "muted"
        paint_text(
            painter,
            visual(self, box),
            row.value,
            value,
            current.colour(ink),
            alignment=Qt.AlignmentFlag.AlignRight,
        )
        end = box.left() - _GAP
        if row.is_wrong or row.is_changed:
            mark = QRectF(end - _ICON, (self.height() - _ICON) / 2, _ICON, _ICON)
            name = "stop" if row.is_wrong else "check"
            paint_icon(painter, name, visual(self, mark), current.colour(ink))
            end = mark.left() - _GAP
        words = visual(self, QRectF(start, 0, end - start, self.height()))
        paint_text(painter, words, row.caption, caption, face.text)
