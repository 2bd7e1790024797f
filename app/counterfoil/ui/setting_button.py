"""One setting in the list of all: what it is called, and its value at the end of the line."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from counterfoil.overriding import override
from counterfoil.presentation.settings_presenter import SettingRow
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import line_height, paint_text, text_width, visual
from counterfoil.ui.widgets.button import ButtonFace, ListButton
from counterfoil.ui.widgets.icon import paint_icon

_SIDE: Final = 16
_ICON: Final = 18
_GAP: Final = 10


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
        """Paint what it is called and its value: on two lines, where one is too short for both."""
        current, row = theme.current(), self._row
        caption = current.font(Role.BODY_LARGE)
        value = current.font(Role.BODY_BOLD if row.is_changed else Role.BODY)
        is_marked = row.is_wrong or row.is_changed
        line = QRectF(_SIDE, 0, self.width() - 2 * _SIDE, self.height())
        room = line.width() - _GAP - (_ICON + _GAP if is_marked else 0)
        words, for_value = text_width(row.caption, caption), text_width(row.value, value)
        above, below = line, line
        if words + for_value > room:
            middle = (
                self.height() * line_height(caption) / (line_height(caption) + line_height(value))
            )
            above, below = (
                line.adjusted(0, 0, 0, middle - line.height()),
                line.adjusted(0, middle, 0, 0),
            )
            for_value = min(for_value, room)
        ink = current.colour(
            "declined-ink" if row.is_wrong else "ink" if row.is_changed else "muted"
        )
        box = below.adjusted(below.width() - for_value, 0, 0, 0)
        right = Qt.AlignmentFlag.AlignRight
        paint_text(painter, visual(self, box), row.value, value, ink, alignment=right)
        if is_marked:
            top = below.center().y() - _ICON / 2
            mark = QRectF(box.left() - _GAP - _ICON, top, _ICON, _ICON)
            paint_icon(painter, "stop" if row.is_wrong else "check", visual(self, mark), ink)
        paint_text(painter, visual(self, above), row.caption, caption, face.text)
