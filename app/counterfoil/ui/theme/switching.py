"""The current theme: tokens, text scale, training tint and size class, changeable at run time.

Painters read ``current()`` while they paint; widgets that set fonts or cache pixmaps listen to
``theme_signals().theme_changed``. Colours never come from anywhere else.
"""

import re
import sys
from dataclasses import replace
from functools import cache
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil import assets
from counterfoil.declaring import dataclass
from counterfoil.ui.theme.grid import SizeClass, scale_with_room
from counterfoil.ui.theme.tokens import TOKENS_BY_NAME, StateTone, ThemeName, Tokens
from counterfoil.ui.theme.type_roles import Role, font_for

SCALES: Final = (1.0, 1.12, 1.25)
SYSTEM: Final = "system"
"""In the place of a theme's name: whichever the system asks for, also when it changes its mind."""
ANY_ROOM: Final = (sys.maxsize, sys.maxsize)
"""Where there is no window yet."""
STYLE: Final = "Fusion"
"""Qt's style that is the same on every system; ours lies on top of it."""
STYLE_PROPERTY: Final = "style-in-force"
"""A property of the application: the style that it has already."""
_PLACEHOLDER: Final = re.compile(r"@\{([a-z-]+)\}")


class UnknownTokenError(LookupError):
    """No theme has a colour of this name, which is a mistake in the program."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One look of the whole window.

    ``scale`` multiplies font sizes and control heights: it is the one asked for, or as much of it
    as the window has room for. ``training`` gives the counter another colour; ``is_systems`` says
    that the system asked for it, and not a person.
    """

    tokens: Tokens
    scale: float = 1.0
    scale_asked: float = 1.0
    training: bool = False
    size_class: SizeClass = SizeClass.NORMAL
    motion: bool = True
    is_systems: bool = False

    @property
    def name(self) -> ThemeName:
        """Return which of the three themes this is."""
        return self.tokens.name

    def hex(self, named: str) -> str:
        """Return a token as ``#RRGGBB``; raise UnknownTokenError for a name that no theme has."""
        wanted = "training-counter" if named == "counter" and self.training else named
        try:
            return self.tokens.colours[wanted]
        except KeyError:
            message = f"no theme has a colour named {named!r}"
            raise UnknownTokenError(message) from None

    def colour(self, named: str, *, alpha: float = 1.0) -> QColor:
        """Return a token as a new QColor; ``alpha`` is 0 to 1."""
        colour = QColor(self.hex(named))
        if alpha < 1.0:
            colour.setAlphaF(alpha)
        return colour

    def state(self, tone: StateTone, part: str = "solid") -> QColor:
        """Return one of a state's four colours: solid, on, pale or ink."""
        value = getattr(self.tokens.states[tone], part)
        return QColor(str(value))

    def px(self, height: float) -> int:
        """Return a control height in px, multiplied by the text scale."""
        return round(height * self.scale)

    def font(self, role: Role) -> QFont:
        """Return the font of a role at this scale and size class."""
        return font_for(role, scale=self.scale, size_class=self.size_class)


class ThemeSignals(QObject):
    """Emits a signal when the theme, scale, training tint or size class changed.

    Signals: ``theme_changed()`` after the new theme is the current one.
    """

    theme_changed = Signal()


class _InForce:
    """Holds the theme of this process; there is one window, so there is one theme."""

    theme = Theme(TOKENS_BY_NAME[ThemeName.LIGHT])
    room = ANY_ROOM


def current() -> Theme:
    """Return the current theme."""
    return _InForce.theme


@cache
def theme_signals() -> ThemeSignals:
    """Return the one object that emits ``theme_changed``."""
    return ThemeSignals()


def apply_theme(
    app: QApplication,
    name: ThemeName | str,
    *,
    scale: float = 1.0,
    training: bool = False,
    motion: bool = True,
) -> Theme:
    """Make a theme the current one: Qt's style Fusion, then the palette, then the style sheet.

    May be called again at any time; every widget follows. `SYSTEM` takes the one that the
    system asks for. Raises ValueError for an unknown name.
    """
    is_systems = name == SYSTEM
    theme = replace(
        current(),
        tokens=TOKENS_BY_NAME[_asked_by_system(app) if is_systems else ThemeName(name)],
        scale=scale_with_room(scale, *_InForce.room),
        scale_asked=scale,
        training=training,
        motion=motion,
        is_systems=is_systems,
    )
    _InForce.theme = theme
    if app.property(STYLE_PROPERTY) != STYLE:
        app.setStyle(STYLE)
        app.setProperty(STYLE_PROPERTY, STYLE)
    app.setPalette(palette_for(theme))
    app.setFont(theme.font(Role.BODY))
    app.setStyleSheet(style_sheet_for(theme))
    theme_signals().theme_changed.emit()
    return theme


def choose_look(app: QApplication, name: ThemeName | str, *, scale: float) -> Theme:
    """Make a theme and text size the current ones, and leave all else as it is."""
    now = current()
    return apply_theme(app, name, scale=scale, training=now.training, motion=now.motion)


def choose_motion(*, is_on: bool) -> None:
    """Let what can be animated move from now on, or nothing."""
    _InForce.theme = replace(current(), motion=is_on)


def follow_system(app: QApplication) -> None:
    """Take the system's theme as soon as it changes, for as long as nobody has chosen one."""

    def follow() -> None:
        if current().is_systems:
            choose_look(app, SYSTEM, scale=current().scale_asked)

    hints = app.styleHints()
    hints.colorSchemeChanged.connect(follow)
    hints.accessibility().contrastPreferenceChanged.connect(follow)


def set_size_class(size_class: SizeClass) -> None:
    """Set the window's size class; the fonts of some roles change size with it."""
    if current().size_class is size_class:
        return
    _InForce.theme = replace(current(), size_class=size_class)
    theme_signals().theme_changed.emit()


def set_room(width: int, height: int) -> None:
    """Set the size of the window in px; its text grows no larger than fits into it."""
    _InForce.room = (width, height)
    scale = scale_with_room(current().scale_asked, width, height)
    if current().scale == scale:
        return
    _InForce.theme = replace(current(), scale=scale)
    QApplication.setFont(current().font(Role.BODY))
    theme_signals().theme_changed.emit()


def palette_for(theme: Theme) -> QPalette:
    """Return the theme's palette; the window is readable with it even without the style sheet."""
    role = QPalette.ColorRole
    palette = QPalette()
    pairs = (
        (role.Window, "counter"),
        (role.Base, "field"),
        (role.AlternateBase, "surface"),
        (role.Text, "ink"),
        (role.WindowText, "ink"),
        (role.ButtonText, "ink"),
        (role.Button, "control"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on-accent"),
        (role.PlaceholderText, "muted"),
        (role.ToolTipBase, "ink"),
        (role.ToolTipText, "paper"),
        (role.Link, "ink"),
        (role.LinkVisited, "ink"),
        (role.Accent, "accent"),
        (role.Light, "paper"),
        (role.Midlight, "surface"),
        (role.Mid, "line"),
        (role.Dark, "edge"),
    )
    for colour_role, token in pairs:
        palette.setColor(colour_role, theme.colour(token))
    for colour_role in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, theme.colour("on-disabled"))
    for colour_role in (role.Base, role.Button):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, theme.colour("disabled"))
    return palette


def style_sheet_for(theme: Theme) -> str:
    """Return the style sheet with the theme's tokens filled in."""

    def colour_of(match: re.Match[str]) -> str:
        if match[1] == "border-width":
            return f"{theme.tokens.border_width}px"
        return theme.hex(match[1])

    return _PLACEHOLDER.sub(colour_of, _template())


def restyle(widget: QWidget, **properties: str | bool) -> None:
    """Set dynamic properties, and apply the style sheet again if any has changed."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # It will be looked at when it is first shown.
    font = widget.font()
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.setFont(font)  # Unpolishing gives back the font from before the first polish.
    widget.update()


def _asked_by_system(app: QApplication) -> ThemeName:
    hints = app.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return ThemeName.CONTRAST
    if hints.colorScheme() == Qt.ColorScheme.Dark:
        return ThemeName.DARK
    return ThemeName.LIGHT


@cache
def _template() -> str:
    """Read the style sheet's template once."""
    return assets.resource_path("theme", "till.qss").read_text(encoding="utf-8")
