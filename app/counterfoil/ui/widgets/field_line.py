"""The boxes that fields type into, painted so that no state moves a pixel.

A sensitive one keeps Qt's password mode, which refuses copying, dragging and screen readers, and
paints its own text over it.
"""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QCompleter,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from counterfoil.domain.code import NotACode
from counterfoil.domain.money import NotAnAmount
from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    CHOSEN_WIDTH,
    FOCUS_WIDTH,
    KeyboardFocus,
    ThemeFollower,
    inner,
    line_width,
    paint_box,
    paint_text,
    text_width,
    visual,
)
from counterfoil.ui.widgets.field_text import (
    BULLET,
    FieldKind,
    admitted,
    cleaned,
    concealed,
    grouped,
    piece_typed,
    position_after,
)
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.text_menu import open_text_menu

BOX_HEIGHT: Final = 52
TEXT_START: Final = 15  # The border and 14 px inside it.
CARET_WIDTH: Final = 2
CARET_GAP: Final = 10  # Between the caret and a placeholder.
QT_LINE_MARGIN: Final = 2  # QLineEdit adds these to its text margins by itself.
EYE_SIZE: Final = 48
EYE_ICON: Final = 22
CHEVRON: Final = 20
SHRINK_MAX: Final = 0.75
TYPED_LENGTH_MAX: Final = 512
UNGROUPED: Final = (FieldKind.TEXT, FieldKind.WHOLE, FieldKind.NUMBER, FieldKind.DATE)
SEARCH_FROM: Final = 12
"""A list with more choices than these is searched by typing."""
REFUSED_KEYS: Final = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
TAKEN_AWAY_KEYS: Final = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut)


def paint_field_box(
    painter: QPainter, rect: QRectF, *, focused: bool, invalid: bool, read_only: bool = False
) -> None:
    """Paint the box of a field in one of its states; the border grows inwards only."""
    current = theme.current()
    if read_only:
        border = current.colour("edge") if current.tokens.outlined else None
        paint_box(painter, rect, fill=current.colour("surface"), border=border, width=line_width())
        return
    token = "declined-ink" if invalid else ("accent" if focused else "edge")
    width = CHOSEN_WIDTH + line_width() - 1 if invalid else line_width()
    paint_box(
        painter,
        rect,
        fill=current.colour("field"),
        border=current.colour(token),
        width=FOCUS_WIDTH if focused else width,
    )


class BoxLine(ThemeFollower, QLineEdit):
    """One line of text in a box, which paints the grouped value, placeholder and caret itself.

    A ``sensitive`` value is hidden but for its end while the cursor is elsewhere; a ``veiled`` one
    is hidden as a whole, and while it is typed as well.

    Signals: ``value_edited(str)`` the new value after a person changed it; ``entered()`` once for
    each press of Enter; ``focus_changed(bool)`` after it got or lost the focus; ``refused(object)``
    why what was typed or pasted is not taken, while the value stays.
    """

    refused = Signal(object)
    value_edited = Signal(str)
    entered = Signal()
    focus_changed = Signal(bool)

    def __init__(
        self,
        kind: FieldKind,
        role: Role,
        parent: QWidget | None = None,
        *,
        sensitive: bool = False,
        veiled: bool = False,
        height: int = BOX_HEIGHT,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._role = role
        self._sensitive = sensitive
        self._veiled = veiled
        self._height = height
        self._value = ""
        self._held = False
        self._is_sealed = False
        self._invalid = False
        self._drawn_font = QFont()
        self.setFrame(False)
        self.setMaxLength(TYPED_LENGTH_MAX)
        self.setDragEnabled(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_end_margin(TEXT_START)
        if kind is not FieldKind.TEXT:
            # Numbers are written from the left in every language; groups must not swap.
            self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        if sensitive:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        hints = Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhNoAutoUppercase
        self.setInputMethodHints(self.inputMethodHints() | hints)
        self.textEdited.connect(self._take_typed)
        self.follow_theme()

    def value(self) -> str:
        """Return the value without the spaces that group it."""
        return self._value

    def set_value(self, text: str) -> None:
        """Show another value, without a signal."""
        value = self.clean(self._value, text)
        if value != self._value or self.text() != self.group(value):
            self._value = value
            self.setText(self.group(value))
            self.update()

    def is_concealed(self) -> bool:
        """Return whether the value is hidden now."""
        is_typed_openly = self.hasFocus() and not self._veiled
        is_open = (is_typed_openly or self._held) and not self.is_sealed()
        return self._sensitive and bool(self._value) and not is_open

    def set_sealed(self, sealed: bool) -> None:
        """Set whether a secret value stays hidden even while the cursor is in the box."""
        if sealed != self._is_sealed:
            self._is_sealed = sealed
            self.update()

    def is_sealed(self) -> bool:
        """Return whether a secret value stays hidden even while the cursor is in the box."""
        return self._is_sealed

    def set_held_open(self, held: bool) -> None:
        """Show a hidden value while ``held``, as the eye button asks."""
        if held != self._held:
            self._held = held
            self.update()

    def set_invalid(self, invalid: bool) -> None:
        """Set whether the box is painted as one with an error."""
        if invalid != self._invalid:
            self._invalid = invalid
            self.update()

    def set_read_only(self, read_only: bool) -> None:
        """Set whether a person can change the value."""
        if read_only != self.isReadOnly():
            self.setReadOnly(read_only)
            self.update()

    def set_end_margin(self, margin: int) -> None:
        """Keep ``margin`` px free at the end, for a button that lies over the box."""
        self._end_margin = margin
        self.setTextMargins(TEXT_START - QT_LINE_MARGIN, 0, margin - QT_LINE_MARGIN, 0)

    def type_text(self, text: str) -> None:
        """Put text in at the cursor, as a key would."""
        if not self.isReadOnly():
            self.insert(text)
            self._take_typed(self.text())

    def type_backspace(self) -> None:
        """Delete the character before the cursor, as the key would."""
        if not self.isReadOnly():
            self._skip_space(-1)
            self.backspace()
            self._take_typed(self.text())

    def type_nothing(self) -> None:
        """Empty the box, as the key Clear would."""
        if not self.isReadOnly():
            self.clear()
            self._take_typed("")

    def clean(self, before: str, typed: str) -> str:
        """Return the value that results from a typed text, given the value before."""
        return cleaned(typed, self._kind)

    def admit(self, piece: str) -> str | NotACode | NotAnAmount:
        """Return the part of a typed or pasted text that is taken, or why nothing of it is."""
        return admitted(piece, self._kind, is_secret=self._sensitive)

    def group(self, value: str) -> str:
        """Return the value with the spaces that group it."""
        return grouped(value, self._kind)

    def text_for_display(self) -> str:
        """Return the text as it is painted now: in groups, or as bullets where it is concealed."""
        shown = self.group(self._value)
        if not self.is_concealed():
            return shown
        return BULLET * len(shown) if self._veiled else concealed(self._value)

    @override
    def refresh_theme(self) -> None:
        self.setFont(theme.current().font(self._role))
        self.setFixedHeight(theme.current().px(self._height))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.height())

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        self.focus_changed.emit(self.hasFocus())

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
        self.focus_changed.emit(self.hasFocus())

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.isReadOnly():
            open_text_menu(self, event.globalPos(), may_take_away=not self._sensitive)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            if not event.isAutoRepeat():
                self.entered.emit()
            return
        if any(event.matches(key) for key in REFUSED_KEYS):
            event.accept()
            return
        if self._sensitive and any(event.matches(key) for key in TAKEN_AWAY_KEYS):
            event.accept()
            return
        if event.key() == Qt.Key.Key_Backspace:
            self._skip_space(-1)
        elif event.key() == Qt.Key.Key_Delete:
            self._skip_space(1)
        super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        # A painter starts with the direction of the program, not of the widget.
        painter.setLayoutDirection(self.layoutDirection())
        paint_field_box(
            painter,
            QRectF(self.rect()),
            focused=self.hasFocus() and not self.isReadOnly(),
            invalid=self._invalid,
            read_only=self.isReadOnly(),
        )
        self.paint_inside(painter)

    def paint_inside(self, painter: QPainter) -> None:
        """Paint text, placeholder, selection and caret inside the box."""
        room = self.text_room()
        painter.setClipRect(room.adjusted(-CARET_WIDTH - 1, 0, CARET_WIDTH + 1, 0))
        shown = self.text_for_display()
        self._drawn_font = self._fitted_font(room)
        at = self._text_start(room, shown)
        if shown:
            self._paint_shown(painter, room, shown, at)
        elif self.placeholderText():
            self._paint_placeholder(painter, room)
        if self.hasFocus() and not self.isReadOnly():
            self._paint_caret(painter, room, at + self._advance(shown[: self.cursorPosition()]))

    def text_room(self) -> QRectF:
        """Return the rectangle that the text may fill."""
        room = QRectF(TEXT_START, 0, self.width() - TEXT_START - self._end_margin, self.height())
        return visual(self, room)

    def _text_start(self, room: QRectF, shown: str) -> float:
        """Return the left end of the text, moved so that the caret stays in the box."""
        width = self._advance(shown)
        ends_right = bool(self.alignment() & Qt.AlignmentFlag.AlignRight) or (
            self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        )
        start = room.right() - width if ends_right else room.left()
        if width > room.width():
            caret = self._advance(shown[: self.cursorPosition()])
            start = room.left() - max(0.0, caret - room.width())
        return start

    def _paint_shown(self, painter: QPainter, room: QRectF, shown: str, at: float) -> None:
        current = theme.current()
        baseline = self._baseline(self._drawn_font)
        painter.setFont(self._drawn_font)
        painter.setPen(current.colour("ink"))
        # The groups of a number and the parts of a path stay in their order in any language.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.drawText(round(at), baseline, shown)
        painter.setLayoutDirection(self.layoutDirection())
        if not (self.hasSelectedText() and self.hasFocus()):
            return
        first, last = self.selectionStart(), self.selectionEnd()
        left, right = at + self._advance(shown[:first]), at + self._advance(shown[:last])
        metrics = QFontMetricsF(self._drawn_font)
        chosen = QRectF(left, baseline - metrics.ascent(), right - left, metrics.height())
        painter.save()
        painter.setClipRect(chosen.intersected(room))
        painter.fillRect(chosen, current.colour("accent"))
        painter.setPen(current.colour("on-accent"))
        painter.drawText(round(at), baseline, shown)
        painter.restore()

    def _paint_placeholder(self, painter: QPainter, room: QRectF) -> None:
        current = theme.current()
        leading = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        if self.hasFocus() and leading & Qt.AlignmentFlag.AlignLeft:
            room = room.adjusted(CARET_GAP, 0, 0, 0)
        font = current.font(Role.PLACEHOLDER)
        words = self.placeholderText()
        paint_text(painter, room, words, font, current.colour("muted"), alignment=leading)

    def _paint_caret(self, painter: QPainter, room: QRectF, at: float) -> None:
        metrics = QFontMetricsF(self.font())
        top = self._baseline(self.font()) - metrics.ascent() * 0.86
        height = metrics.ascent() * 0.86 + metrics.descent() * 0.6
        left = min(max(at, room.left() - CARET_WIDTH - 1), room.right())
        caret = QRectF(round(left), round(top), CARET_WIDTH, round(height))
        painter.fillRect(caret, theme.current().colour("accent"))

    def _fitted_font(self, room: QRectF) -> QFont:
        """Return the font, somewhat smaller when the whole value would not fit.

        It depends on the value alone, so hiding and showing moves nothing.
        """
        font = self.font()
        needed = text_width(self.group(self._value), font)
        if needed > room.width() > 0:
            font.setPointSizeF(font.pointSizeF() * max(SHRINK_MAX, room.width() / needed))
        return font

    def _baseline(self, font: QFont) -> int:
        metrics = QFontMetricsF(font)
        return round((self.height() - metrics.height()) / 2 + metrics.ascent())

    def _advance(self, text: str) -> float:
        return text_width(text, self._drawn_font)

    def _take_typed(self, typed: str) -> None:
        """Clean, group and keep what was typed; the cursor stays after the same letter."""
        before = self.group(self._value)
        start, end = piece_typed(before, typed)
        taken = self.admit(typed[start:end])
        if isinstance(taken, NotACode | NotAnAmount):
            self.setText(before)
            self.setCursorPosition(min(start, len(before)))
            self.refused.emit(taken)
            return
        cursor = self.cursorPosition() + (len(taken) - (end - start))
        typed = typed[:start] + taken + typed[end:]
        value = self.clean(self._value, typed)
        shown = self.group(value)
        spot = self._spot_after(typed, shown, max(cursor, 0))
        changed = value != self._value
        self._value = value
        self.setText(shown)  # It also forgets what could be undone.
        self.setCursorPosition(spot)
        self.update()
        if changed:
            self.value_edited.emit(value)

    def _spot_after(self, typed: str, shown: str, cursor: int) -> int:
        """Return where the cursor belongs once the typed text was cleaned and grouped."""
        if self._kind in UNGROUPED:
            return max(0, min(cursor - (len(typed) - len(shown)), len(shown)))
        return position_after(shown, len(cleaned(typed[:cursor], self._kind)))

    def _skip_space(self, direction: int) -> None:
        """Step over a space for the eye, so that deleting deletes a letter of the value."""
        at = self.cursorPosition() + (0 if direction > 0 else -1)
        is_for_the_eye = self._kind not in UNGROUPED and self.text()[at : at + 1] == " "
        if is_for_the_eye and not self.hasSelectedText() and at >= 0:
            self.setCursorPosition(self.cursorPosition() + direction)


class BoxChoice(ThemeFollower, QComboBox):
    """A box that offers choices, painted like any other field.

    A long list is searched by typing any part of a choice. A typed text that is none of them
    chooses nothing, so what is chosen is always what is in the box.

    Signals: those of QComboBox, ``focus_changed(bool)`` and ``searched()`` after somebody typed.
    """

    focus_changed = Signal(bool)
    searched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._invalid = False
        self._read_only = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def search_by_typing(self) -> None:
        """Allow typing to search for a choice."""
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer, line = self.completer(), self.lineEdit()
        assert completer is not None and line is not None, "an editable list has both"  # noqa: PT018 - one fact
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        line.setPlaceholderText(self.placeholderText())
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        line.textEdited.connect(self._take_typed)
        line.editingFinished.connect(self._show_chosen)

    def chosen(self) -> str:
        """Return the value of the choice in the box; empty where the text there is none."""
        found = self.currentData() if self.currentText() == self._text_of_current() else ""
        return found if isinstance(found, str) else ""

    def _text_of_current(self) -> str:
        return self.itemText(self.currentIndex())

    def _take_typed(self, typed: str) -> None:
        found = self.findText(typed.strip(), Qt.MatchFlag.MatchFixedString)
        if found >= 0:
            self.setCurrentIndex(found)
        self.searched.emit()

    def _show_chosen(self) -> None:
        """Leave no half of a word in the box, as if it were chosen."""
        if not self.chosen():
            self.choose_nothing()

    def choose_nothing(self) -> None:
        """Empty the box, as it was before anything was chosen."""
        self.setCurrentIndex(-1)
        self.clearEditText()

    def set_invalid(self, invalid: bool) -> None:
        """Set whether the box is painted as one with an error."""
        if invalid != self._invalid:
            self._invalid = invalid
            self.update()

    @override
    def refresh_theme(self) -> None:
        self.setFont(theme.current().font(Role.BODY_LARGE))
        self.setFixedHeight(theme.current().px(BOX_HEIGHT))
        self.update()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.height())

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        # Whoever turns the wheel over a list scrolls the form, and chooses nothing.
        event.ignore()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(self.hasFocus())

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(self.hasFocus())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        box = QRectF(self.rect())
        paint_field_box(painter, box, focused=self.hasFocus(), invalid=self._invalid)
        empty = self.currentIndex() < 0
        room = QRectF(TEXT_START, 0, self.width() - 2 * TEXT_START - CHEVRON, self.height())
        words = self.placeholderText() if empty else self.currentText()
        colour = current.colour("muted" if empty else "ink")
        if not self.isEditable():
            paint_text(painter, visual(self, room), words, self.font(), colour)
        top = (self.height() - CHEVRON) / 2
        chevron = QRectF(self.width() - TEXT_START - CHEVRON, top, CHEVRON, CHEVRON)
        paint_icon(painter, "chevron-down", visual(self, chevron), current.colour("ink"))


class EyeButton(KeyboardFocus, QAbstractButton):
    """The eye at the end of a hidden value: it shows the value while it is held."""

    def __init__(self, spoken: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFixedSize(EYE_SIZE, EYE_SIZE)

    @override
    def sizeHint(self) -> QSize:
        return QSize(EYE_SIZE, EYE_SIZE)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        spare = (EYE_SIZE - min(theme.current().px(EYE_ICON), EYE_SIZE - 8)) / 2
        colour: QColor = theme.current().colour("ink" if self.isDown() else "muted")
        paint_icon(painter, "eye", inner(self.rect(), spare), colour)
        if self.shows_focus():
            border = theme.current().colour("accent")
            paint_box(painter, inner(self.rect(), 4), border=border, width=FOCUS_WIDTH, radius=4)
