"""The one source of every colour: a table of tokens for each of the three themes.

Style sheet, palette and painters all read these tables, so a colour is written down once.
A token's name is the one people use when they talk about the look (``accent-hover``).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from counterfoil.declaring import dataclass


class ThemeName(StrEnum):
    """The three looks a till can have."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class StateTone(StrEnum):
    """The five things that a state colour can mean; nothing else is coloured."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    INFO = "info"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class StateColours:
    """The four colours of one state, as ``#RRGGBB``.

    ``solid`` fills a banner whose outcome is known, and ``on`` is the text on it; ``pale`` fills
    the banner of what still goes on; ``ink`` is an icon or a word on paper.
    """

    solid: str
    on: str
    pale: str
    ink: str


_LIGHT_PLAIN: Final = {
    "counter": "#DDE1E3",
    "surface": "#E9ECED",
    "paper": "#FDFDFB",
    "field": "#FFFFFF",
    "ink": "#18202F",
    "muted": "#4B5563",
    "line": "#CDD2D6",
    "edge": "#6C7683",
    "accent": "#202C52",
    "accent-hover": "#2E3D6B",
    "accent-pressed": "#141D3A",
    "on-accent": "#FFFFFF",
    "selected": "#E6E9F0",
    "control": "#FFFFFF",
    "hover": "#E6E9F0",
    "pressed": "#CDD2D6",
    "key": "#E9ECED",
    "disabled": "#E3E6E8",
    "on-disabled": "#5B6470",
    "slip": "#FFFFFF",
    "slip-ink": "#18202F",
    "slip-muted": "#4B5563",
    "shadow": "#18202F",
    "training-counter": "#E3DBEE",
    "scrim": "#0E121B",
}

_DARK_PLAIN: Final = {
    "counter": "#0E1217",
    "surface": "#151A21",
    "paper": "#1D242D",
    "field": "#141A21",
    "ink": "#F1EEE6",
    "muted": "#B4BAC2",
    "line": "#36404B",
    "edge": "#8A95A2",
    "accent": "#EAE5D8",
    "accent-hover": "#FFFDF6",
    "accent-pressed": "#D2CCBC",
    "on-accent": "#141A24",
    "selected": "#2A333E",
    "control": "#2A333E",
    "hover": "#36414D",
    "pressed": "#1A2028",
    "key": "#2A333E",
    "disabled": "#28303A",
    "on-disabled": "#A3ABB5",
    "slip": "#DAD7CC",
    "slip-ink": "#18202F",
    "slip-muted": "#38404C",
    "shadow": "#000000",
    "training-counter": "#1A1426",
    "scrim": "#000000",
}

_CONTRAST_PLAIN: Final = {
    "counter": "#FFFFFF",
    "surface": "#FFFFFF",
    "paper": "#FFFFFF",
    "field": "#FFFFFF",
    "ink": "#000000",
    "muted": "#000000",
    "line": "#000000",
    "edge": "#000000",
    "accent": "#000000",
    "accent-hover": "#2B2B2B",
    "accent-pressed": "#000000",
    "on-accent": "#FFFFFF",
    "selected": "#FFF3B0",
    "control": "#FFFFFF",
    "hover": "#FFF3B0",
    "pressed": "#FFE45C",
    "key": "#FFFFFF",
    "disabled": "#FFFFFF",
    "on-disabled": "#4D4D4D",
    "slip": "#FFFFFF",
    "slip-ink": "#000000",
    "slip-muted": "#000000",
    "shadow": "#FFFFFF",
    "training-counter": "#FFFFFF",
    "scrim": "#000000",
}

_LIGHT_STATES: Final = {
    StateTone.APPROVED: StateColours("#0B5A33", "#FFFFFF", "#E2F1E8", "#0B5A33"),
    StateTone.DECLINED: StateColours("#981B1B", "#FFFFFF", "#FBE8E6", "#8A1616"),
    StateTone.UNKNOWN: StateColours("#F4B63C", "#18202F", "#FDF1D6", "#6B4300"),
    StateTone.INFO: StateColours("#1A5290", "#FFFFFF", "#E3EDF8", "#174A83"),
    StateTone.TRAINING: StateColours("#5E3596", "#FFFFFF", "#EFE8F8", "#55308A"),
}

_DARK_STATES: Final = {
    StateTone.APPROVED: StateColours("#0C6538", "#FFFFFF", "#12301F", "#8FE0B2"),
    StateTone.DECLINED: StateColours("#A32222", "#FFFFFF", "#3A1717", "#FFB4AB"),
    StateTone.UNKNOWN: StateColours("#F0B23A", "#141A24", "#33270F", "#FFD68A"),
    StateTone.INFO: StateColours("#1B5692", "#FFFFFF", "#14283F", "#A9CFFA"),
    StateTone.TRAINING: StateColours("#6B40A8", "#FFFFFF", "#2A1D40", "#D6BDFB"),
}

_CONTRAST_STATES: Final = {
    StateTone.APPROVED: StateColours("#00441F", "#FFFFFF", "#FFFFFF", "#00441F"),
    StateTone.DECLINED: StateColours("#7A0000", "#FFFFFF", "#FFFFFF", "#7A0000"),
    StateTone.UNKNOWN: StateColours("#FFC629", "#000000", "#FFFFFF", "#4A2E00"),
    StateTone.INFO: StateColours("#00316B", "#FFFFFF", "#FFFFFF", "#00316B"),
    StateTone.TRAINING: StateColours("#3F1A78", "#FFFFFF", "#FFFFFF", "#3F1A78"),
}

MONOGRAM_INKS: Final = (
    "#4A5568",
    "#5D4A5F",
    "#3F5A63",
    "#6A5446",
    "#4C5A45",
    "#5A4E73",
    "#6B4B50",
    "#3E5570",
)
"""The eight muted inks a monogram may have; never a brand's own colour."""

MONOGRAM_TEXT: Final = "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Tokens:
    """All colours of one theme.

    ``colours`` maps each token to ``#RRGGBB``; every state adds four: ``approved`` (solid),
    ``on-approved``, ``approved-pale`` and ``approved-ink``. ``scrim_alpha`` and
    ``shadow_alpha`` are 0 to 1.
    """

    name: ThemeName
    colours: Mapping[str, str]
    states: Mapping[StateTone, StateColours]
    scrim_alpha: float
    shadow_alpha: float
    border_width: int
    """Width of a control's border at rest in px."""
    pale_border_width: int
    """Width of the border around a pale banner in px."""
    outlined: bool
    """Whether sheet, slip and holes get a line instead of a shadow."""


def _tokens(
    name: ThemeName,
    plain: Mapping[str, str],
    states: Mapping[StateTone, StateColours],
    *,
    scrim_alpha: float,
    shadow_alpha: float,
) -> Tokens:
    """Join the plain tokens and the states of one theme into one table."""
    colours = dict(plain)
    for tone, values in states.items():
        colours[tone.value] = values.solid
        colours[f"on-{tone.value}"] = values.on
        colours[f"{tone.value}-pale"] = values.pale
        colours[f"{tone.value}-ink"] = values.ink
    outlined = name is ThemeName.CONTRAST
    return Tokens(
        name=name,
        colours=MappingProxyType(colours),
        states=MappingProxyType(dict(states)),
        scrim_alpha=scrim_alpha,
        shadow_alpha=shadow_alpha,
        border_width=2 if outlined else 1,
        pale_border_width=3 if outlined else 1,
        outlined=outlined,
    )


LIGHT: Final = _tokens(
    ThemeName.LIGHT, _LIGHT_PLAIN, _LIGHT_STATES, scrim_alpha=0.59, shadow_alpha=0.03
)
DARK: Final = _tokens(
    ThemeName.DARK, _DARK_PLAIN, _DARK_STATES, scrim_alpha=0.65, shadow_alpha=0.12
)
CONTRAST: Final = _tokens(
    ThemeName.CONTRAST, _CONTRAST_PLAIN, _CONTRAST_STATES, scrim_alpha=0.75, shadow_alpha=0.0
)

TOKENS_BY_NAME: Final[Mapping[ThemeName, Tokens]] = MappingProxyType(
    {ThemeName.LIGHT: LIGHT, ThemeName.DARK: DARK, ThemeName.CONTRAST: CONTRAST}
)
