"""The tabs of the top bar: a key cap, a word, and a count where there is one."""

from typing import Final

from PySide6.QtCore import (
    QEasingCurve,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role, StateTone
from counterfoil.ui.theme.painting import (
    BAR_WIDTH,
    FOCUS_WIDTH,
    KeyboardFocus,
    ThemeFollower,
    inner,
    line_width,
    may_move,
    paint_box,
    paint_text,
    paint_whole,
    text_width,
    visual,
)
from counterfoil.ui.widgets.keycap import keycap_size, paint_keycap
from counterfoil.ui.widgets.label import doubled_ampersands

TAB_HEIGHT: Final = 52
SIDE: Final = 12
BAR_INSET: Final = 9
CAP_GAP: Final = 8
BADGE_GAP: Final = 10
BADGE: Final = QSize(24, 22)
TAB_GAP: Final = 4
SLIDE_MS: Final = 120


class Tab(KeyboardFocus, ThemeFollower, QPushButton):
    """One tab. Signals are those of QPushButton.

    Which tab is chosen is in its spoken name: Qt would announce a checkable button as a check box.
    """

    def __init__(self, caption: str, *, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._key = key
        self._is_compact = False
        self._share = 1.0
        self._is_chosen = False
        self._is_bar_away = False
        self._badge: str | None = None
        self._badge_tone: StateTone | None = None
        self.setText(doubled_ampersands(caption))
        self._speak()
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def key(self) -> str:
        """Return the name of the key on the tab."""
        return self._key

    def is_chosen(self) -> bool:
        """Return whether the page of this tab is in front."""
        return self._is_chosen

    def set_chosen(self, is_chosen: bool) -> None:
        """Show and say whether the page of this tab is in front."""
        if is_chosen != self._is_chosen:
            self._is_chosen = is_chosen
            self._speak()
            self.updateGeometry()  # The words have another weight now.
            self.update()

    def set_bar_away(self, is_away: bool) -> None:
        """Leave the bar of the chosen tab to the mark that is on its way here."""
        if is_away != self._is_bar_away:
            self._is_bar_away = is_away
            self.update()

    def bar(self) -> QRect:
        """Return where the chosen tab has its bar."""
        height = round(BAR_WIDTH)
        return QRect(BAR_INSET, self.height() - height, self.width() - 2 * BAR_INSET, height)

    def set_compact(self, is_compact: bool) -> None:
        """Leave the key cap away where there is no room for it; the help still says the key."""
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self.updateGeometry()
            self.update()

    def set_share(self, share: float) -> None:
        """Give the words a share of their width, where the whole row has no room for them."""
        if share != self._share:
            self._share = share
            self.updateGeometry()
            self.update()

    def show_badge(self, count: int | None, tone: StateTone | None = None) -> None:
        """Show a count: without a tone as plain text, with one on its colour.

        None shows no count.
        """
        shown = None if count is None else str(count), tone
        if shown == (self._badge, self._badge_tone):
            return
        self._badge, self._badge_tone = shown
        self._speak()
        self.updateGeometry()
        self.update()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(TAB_HEIGHT))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        width = 2.0 * SIDE + self.words_width()
        if self._key and not self._is_compact:
            width += keycap_size(self._key).width() + CAP_GAP
        if self._badge is not None:
            width += BADGE_GAP + BADGE.width()
        return QSize(round(width), self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        if self.isDown() or (self.underMouse() and not self._is_chosen):
            fill = current.colour("pressed" if self.isDown() else "hover")
            paint_box(painter, QRectF(self.rect()).adjusted(2, 6, -2, -6), fill=fill)
        start = float(SIDE)
        if self._key and not self._is_compact:
            size = keycap_size(self._key)
            top = (self.height() - size.height()) / 2
            cap = visual(self, QRectF(start, top, size.width(), size.height()))
            paint_keycap(painter, QPointF(cap.topLeft()), self._key, current.colour("muted"))
            start += size.width() + CAP_GAP
        words = self.words_width()
        room = visual(self, QRectF(start, 0, words + 1, self.height()))
        paint_whole(painter, room, self._caption, self._font(), current.colour("ink"))
        self._paint_badge(painter, start + words + BADGE_GAP)
        if self._is_chosen and not self._is_bar_away:
            painter.fillRect(self.bar(), current.colour("accent"))
        if self.shows_focus():
            border = current.colour("accent")
            paint_box(painter, inner(self.rect(), 4), border=border, width=FOCUS_WIDTH)

    def _paint_badge(self, painter: QPainter, start: float) -> None:
        if self._badge is None:
            return
        current = theme.current()
        top = (self.height() - BADGE.height()) / 2
        box = visual(self, QRectF(round(start), top, BADGE.width(), BADGE.height()))
        colour = current.colour("muted")
        if self._badge_tone is not None:
            colour = current.state(self._badge_tone, "on")
            fill = current.state(self._badge_tone)
            border = current.colour("edge") if current.tokens.outlined else None
            half = BADGE.height() / 2
            paint_box(painter, box, fill=fill, border=border, width=line_width(), radius=half)
        middle = Qt.AlignmentFlag.AlignHCenter
        font = current.font(Role.CAP)
        paint_text(painter, box, self._badge, font, colour, alignment=middle)

    def words_width(self) -> float:
        """Return how wide the words are, in px."""
        return text_width(self._caption, self._font()) * self._share

    def _font(self) -> QFont:
        return theme.current().font(Role.BODY_BOLD if self._is_chosen else Role.BODY)

    def _speak(self) -> None:
        spoken = window.tab(self._caption, self._badge, is_open=self._is_chosen)
        self.setAccessibleName(spoken)


class Mark(QWidget):
    """The bar of the chosen tab, while it slides there from the one before.

    The tab is chosen at once: nothing waits for the mark.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tab-mark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._from = QRect()
        self._to: Tab | None = None
        self._slide = QVariantAnimation(self)
        self._slide.setStartValue(0.0)
        self._slide.setEndValue(1.0)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(self._follow)
        self._slide.finished.connect(self.end)

    def slide(self, before: Tab, after: Tab) -> None:
        """Go from one tab to another; from where it is, if it is on its way."""
        start = self.geometry() if self._to is not None else _bar_of(before)
        self.end()
        if not may_move(after):
            return
        self._from, self._to = start, after
        after.set_bar_away(True)
        self.setGeometry(start)
        self.raise_()
        self.show()
        self._slide.start()

    def is_sliding(self) -> bool:
        """Return whether it is on its way."""
        return self._to is not None

    def end(self) -> None:
        """Be where it was going to."""
        self._slide.stop()
        self.hide()
        if self._to is not None:
            self._to.set_bar_away(False)
            self._to = None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().colour("accent"))

    def _follow(self, share: float) -> None:
        if self._to is None:
            return
        # The tab itself may still move: its words are bold only now.
        goal, left = _bar_of(self._to), 1.0 - share
        self.setGeometry(
            round(goal.x() + (self._from.x() - goal.x()) * left),
            goal.y(),
            round(goal.width() + (self._from.width() - goal.width()) * left),
            goal.height(),
        )


def _bar_of(tab: Tab) -> QRect:
    """Return where a tab has its bar, in the row."""
    return tab.bar().translated(tab.pos())


class TabBar(QWidget):
    """The row of tabs; one at most is chosen.

    Signals: ``chosen(str)`` the name of the tab a person pressed.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: dict[str, Tab] = {}
        self._chosen: Tab | None = None
        self._mark = Mark(self)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._tell)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(TAB_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def add_tab(self, name: str, caption: str, *, key: str = "") -> Tab:
        """Add a tab at the end and return it."""
        tab = Tab(caption, key=key, parent=self)
        tab.setObjectName(f"tab_{name}")
        self._tabs[name] = tab
        self._group.addButton(tab)
        self._row.addWidget(tab)
        return tab

    def tab(self, name: str) -> Tab:
        """Return a tab by its name; raise KeyError for one that was not added."""
        return self._tabs[name]

    def set_caps(self, longest: int) -> None:
        """Leave away the caps of keys with longer names, where there is no room for them."""
        for tab in self._tabs.values():
            tab.set_compact(len(tab.key()) > longest)
        self.updateGeometry()  # Else the layout around goes by the width from before.

    def set_share(self, share: float) -> None:
        """Give all words a share of their width."""
        for tab in self._tabs.values():
            tab.set_share(share)
        self.updateGeometry()

    def words_width(self) -> float:
        """Return how wide the words of all tabs are, in px."""
        return sum(tab.words_width() for tab in self._tabs.values())

    def choose(self, name: str) -> None:
        """Show a tab as chosen, without a signal; none for a page that has no tab."""
        for own_name, tab in self._tabs.items():
            tab.set_chosen(own_name == name)
            # The Tab key stops at one of them; the arrows go on from there.
            is_stop = own_name == name or name not in self._tabs
            policy = Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus
            tab.setFocusPolicy(policy)
        before, self._chosen = self._chosen, self._tabs.get(name)
        if before is None or self._chosen is None:
            self._mark.end()
        elif before is not self._chosen:
            self._mark.slide(before, self._chosen)

    def mark(self) -> Mark:
        """Return what slides from tab to tab."""
        return self._mark

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._mark.end()

    def _tell(self, pressed: QPushButton) -> None:
        for name, tab in self._tabs.items():
            if tab is pressed:
                self.chosen.emit(name)
