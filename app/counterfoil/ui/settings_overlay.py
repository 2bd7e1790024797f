"""All settings of the till on one page: found by typing, changed beside the list, saved at once."""

from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.settings_presenter import SettingRow, SettingsScreen
from counterfoil.presentation.words import settings_page, window
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.setting_button import SettingButton
from counterfoil.ui.setting_editor import SettingEditor
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay
from counterfoil.ui.widgets.tile import FindField

_SIZE: Final = QSize(1140, 720)
_GAP: Final = 12
_BETWEEN: Final = 28
_ROW_GAP: Final = 4
_FOOT_HEIGHT: Final = 56
_STEPS: Final = {
    Qt.Key.Key_Down.value: 1,
    Qt.Key.Key_Up.value: -1,
    Qt.Key.Key_PageDown.value: 8,
    Qt.Key.Key_PageUp.value: -8,
}
_ENTERS: Final = frozenset({Qt.Key.Key_Return.value, Qt.Key.Key_Enter.value})


class SettingsOverlay(Overlay):
    """Renders a SettingsScreen and emits what a person does.

    One types what one looks for, the arrows choose among what is found, Enter goes to its value
    and back. It closes when the page is closed, and not by itself.

    Signals: ``searched(str)``; ``chosen(str)`` a setting's name; ``moved(int)`` so many further
    down; ``edited(str)`` another value; ``reset_pressed()``, ``pressed()`` its buttons; ``left()``
    Back.
    """

    searched = Signal(str)
    chosen = Signal(str)
    moved = Signal(int)
    edited = Signal(str)
    reset_pressed = Signal()
    pressed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=_SIZE, grows=True)
        self.setObjectName("settings-overlay")
        self.set_heading(settings_page.SETTINGS, "sliders")
        self._is_page_open = False
        self._names: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._buttons: dict[str, SettingButton] = {}
        self._find = FindField(settings_page.FIND, self)
        self._find.setObjectName("settings-find")
        self._find.found_text.connect(self.searched)
        self._find.installEventFilter(self)
        self._none = PlainLabel(settings_page.NONE_FOUND, Role.BODY, "muted", self, wrapped=True)
        content = QWidget(self)
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, _GAP, 0)
        self._list.setSpacing(_ROW_GAP)
        self._list.addStretch(1)
        self._scroll = scrolled(content, self)
        self._editor = SettingEditor(self)
        self._editor.edited.connect(self.edited)
        self._editor.entered.connect(self._go_to_list)
        self._editor.reset_pressed.connect(self.reset_pressed)
        self._note = PlainLabel("", Role.LABEL, "ink", self, wrapped=True)
        self._note.setObjectName("settings-note")
        self._back = SecondaryButton(window.BACK, key="Esc", height=_FOOT_HEIGHT, parent=self)
        self._back.setObjectName("settings-back")
        self._back.clicked.connect(self.close_overlay)
        self._act = PrimaryButton("", height=_FOOT_HEIGHT, parent=self)
        self._act.setObjectName("settings-act")
        self._act.clicked.connect(self.pressed)
        self.bind_key(Qt.Key.Key_F12, self._act)
        self._lay_out()

    def render_screen(self, screen: SettingsScreen | None) -> None:
        """Show the page; None closes the overlay."""
        if screen is None:
            self._is_page_open = False
            super().reject()
            return
        self._show_list(screen)
        self._editor.render_detail(screen.detail)
        self._note.setText(screen.note)
        self._note.set_tone("declined-ink" if screen.is_note_wrong else "ink")
        self._act.show_action(screen.primary, key="F12", enabled=screen.can_press)
        self._order_by_reading()
        if not self._is_page_open:
            self._is_page_open = True
            self._find.clear()
            self.open_overlay(self._find)

    def forget_search(self) -> None:
        """Show every setting again: what was typed may be a scan."""
        if self._find.text():
            self._find.clear()
            self.searched.emit("")

    @override
    def reject(self) -> None:
        self.left.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_press = watched is self._find and event.type() == QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and self._takes(event):
            return True
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        if event.key() in _ENTERS and not event.isAutoRepeat():
            self._editor.focus_box()
            return True
        step = _STEPS.get(event.key())
        if step is not None:
            self.moved.emit(step)
        return step is not None

    def _go_to_list(self) -> None:
        self._find.setFocus(Qt.FocusReason.TabFocusReason)
        self._find.selectAll()

    def _show_list(self, screen: SettingsScreen) -> None:
        names = tuple((one.heading, tuple(row.name for row in one.rows)) for one in screen.groups)
        is_other = names != self._names
        if is_other:
            self._names = names
            self._write(screen)
        chosen = screen.detail.key if screen.detail is not None else ""
        for row in (row for group in screen.groups for row in group.rows):
            button = self._buttons[row.name]
            button.show_setting(row)
            is_new = row.name == chosen and not button.isChecked()
            button.setChecked(row.name == chosen)
            if is_new or (is_other and row.name == chosen):
                self._scroll.ensureWidgetVisible(button)
        self._none.setVisible(not screen.groups)

    def _write(self, screen: SettingsScreen) -> None:
        """Put what is found into the list; a button is made once for each setting."""
        while self._list.count() > 1 and (item := self._list.takeAt(0)) is not None:
            if isinstance(heading := item.widget(), PlainLabel):
                heading.hide()
                heading.deleteLater()
        for button in self._buttons.values():
            button.hide()
        for group in screen.groups:
            self._add(PlainLabel(group.heading, Role.LABEL, "muted", self))
            for row in group.rows:
                button = self._buttons.get(row.name) or self._made_button(row)
                self._add(button)

    def _add(self, widget: QWidget) -> None:
        self._list.insertWidget(self._list.count() - 1, widget)
        widget.show()

    def _made_button(self, row: SettingRow) -> SettingButton:
        self._buttons[row.name] = button = SettingButton(row, self)
        button.clicked.connect(partial(self.chosen.emit, row.name))
        return button

    def _order_by_reading(self) -> None:
        order = (self._find, *self._editor.boxes(), self._back, self._act)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _lay_out(self) -> None:
        left, both, foot = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        left.setSpacing(_GAP)
        left.addWidget(self._find)
        left.addWidget(self._none)
        left.addWidget(self._scroll, 1)
        both.setSpacing(_BETWEEN)
        both.addLayout(left, 5)
        both.addWidget(scrolled(self._editor, self), 4)
        foot.setSpacing(_GAP)
        foot.addWidget(self._back, 1)
        foot.addWidget(self._act, 3)
        self.body().setSpacing(_GAP)
        self.body().addLayout(both, 1)
        self.body().addWidget(self._note)
        self.body().addLayout(foot)
