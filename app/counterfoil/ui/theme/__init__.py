"""The look: colour tokens, type roles, the grid, and the current theme.

Use it as ``theme.current().colour("accent")``, ``theme.current().font(Role.BODY)`` and
``theme.theme_signals().theme_changed.connect(...)``.
"""

from counterfoil.ui.theme.grid import Grid, SizeClass, grid_for, size_class
from counterfoil.ui.theme.switching import (
    ANY_ROOM,
    STYLE,
    STYLE_PROPERTY,
    SYSTEM,
    Theme,
    ThemeSignals,
    UnknownTokenError,
    apply_theme,
    choose_look,
    choose_motion,
    current,
    follow_system,
    restyle,
    set_room,
    set_size_class,
    theme_signals,
)
from counterfoil.ui.theme.tokens import MONOGRAM_INKS, StateTone, ThemeName, Tokens
from counterfoil.ui.theme.type_roles import Role

__all__ = [
    "ANY_ROOM",
    "MONOGRAM_INKS",
    "STYLE",
    "STYLE_PROPERTY",
    "SYSTEM",
    "Grid",
    "Role",
    "SizeClass",
    "StateTone",
    "Theme",
    "ThemeName",
    "ThemeSignals",
    "Tokens",
    "UnknownTokenError",
    "apply_theme",
    "choose_look",
    "choose_motion",
    "current",
    "follow_system",
    "grid_for",
    "restyle",
    "set_room",
    "set_size_class",
    "size_class",
    "theme_signals",
]
