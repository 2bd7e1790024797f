"""Type roles: the family, size and weight of a text, by what the text is for.

Sizes are in points and never in the style sheet, so that the text size can change without parsing
it again. Only two weights exist, 400 and 700.
"""

from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QFont

from counterfoil.declaring import dataclass
from counterfoil.ui.theme.faces import MONO, SANS, make_font
from counterfoil.ui.theme.grid import SizeClass

POINTS_MIN = 9.0


class Role(StrEnum):
    """What a text is for."""

    HAND_OVER = "hand-over"
    CHANGE_PIN = "change-pin"
    SECONDS = "seconds"
    BANNER = "banner"
    AMOUNT = "amount"
    CURRENCY = "currency"
    PRIMARY_LARGE = "primary-large"
    PRIMARY = "primary"
    PRIMARY_SMALL = "primary-small"
    TITLE_SIGN_IN = "title-sign-in"
    TITLE_OVERLAY = "title-overlay"
    KEY = "key"
    TITLE = "title"
    TITLE_PAGE = "title-page"
    BANNER_SECOND_FINAL = "banner-2-final"
    BANNER_SECOND = "banner-2"
    PIN = "pin"
    PIN_SMALL = "pin-small"
    QUESTION = "question"
    SENTENCE = "sentence"
    FACT_LARGE = "fact-large"
    FACT = "fact"
    FACT_MONO = "fact-mono"
    STEP_TITLE = "step-title"
    CLOCK = "clock"
    APP_NAME = "app-name"
    BODY_LARGE = "body-large"
    BODY_LARGE_BOLD = "body-large-bold"
    PLACEHOLDER = "placeholder"
    BODY = "body"
    BODY_BOLD = "body-bold"
    BODY_MONO = "body-mono"
    LABEL = "label"
    NOTE = "note"
    HINT_LARGE = "hint-large"
    HINT_LARGE_BOLD = "hint-large-bold"
    HINT = "hint"
    HINT_BOLD = "hint-bold"
    CAP = "cap"
    CAP_PLAIN = "cap-plain"
    STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class RoleFace:
    """The size in points, the weight and the kind of family of one role."""

    points: float
    bold: bool
    mono: bool = False
    points_small: float | None = None
    points_large: float | None = None

    def points_for(self, size_class: SizeClass) -> float:
        """Return the size in points in a size class, at text scale 1."""
        if size_class is SizeClass.SMALL and self.points_small is not None:
            return self.points_small
        if size_class is SizeClass.LARGE and self.points_large is not None:
            return self.points_large
        return self.points


FACES: Final = MappingProxyType(
    {
        Role.HAND_OVER: RoleFace(34, bold=True, points_small=30, points_large=42),
        Role.CHANGE_PIN: RoleFace(30, bold=True, mono=True, points_small=24, points_large=36),
        Role.SECONDS: RoleFace(28, bold=True),
        Role.BANNER: RoleFace(26, bold=True),
        Role.AMOUNT: RoleFace(24, bold=True),
        Role.CURRENCY: RoleFace(24, bold=False),
        Role.PRIMARY_LARGE: RoleFace(19, bold=True),
        Role.PRIMARY: RoleFace(16, bold=True),
        Role.PRIMARY_SMALL: RoleFace(15, bold=True),
        Role.TITLE_SIGN_IN: RoleFace(22, bold=True),
        Role.TITLE_OVERLAY: RoleFace(20, bold=True),
        Role.KEY: RoleFace(18, bold=False),
        Role.TITLE: RoleFace(17, bold=True),
        Role.TITLE_PAGE: RoleFace(18, bold=True, points_small=17),
        Role.BANNER_SECOND_FINAL: RoleFace(18, bold=True),
        Role.BANNER_SECOND: RoleFace(17, bold=True),
        Role.PIN: RoleFace(17, bold=False, mono=True),
        Role.PIN_SMALL: RoleFace(15, bold=False, mono=True),
        Role.QUESTION: RoleFace(15, bold=True),
        Role.SENTENCE: RoleFace(14, bold=True),
        Role.FACT_LARGE: RoleFace(14, bold=True),
        Role.FACT: RoleFace(13, bold=True),
        Role.FACT_MONO: RoleFace(13, bold=True, mono=True),
        Role.STEP_TITLE: RoleFace(13, bold=True),
        Role.CLOCK: RoleFace(13, bold=True),
        Role.APP_NAME: RoleFace(12.5, bold=True),
        Role.BODY_LARGE: RoleFace(12, bold=False),
        Role.BODY_LARGE_BOLD: RoleFace(12, bold=True),
        Role.PLACEHOLDER: RoleFace(12, bold=False),
        Role.BODY: RoleFace(11.5, bold=False),
        Role.BODY_BOLD: RoleFace(11.5, bold=True),
        Role.BODY_MONO: RoleFace(11.5, bold=False, mono=True),
        Role.LABEL: RoleFace(11, bold=True),
        Role.NOTE: RoleFace(11, bold=False),
        Role.HINT_LARGE: RoleFace(10.5, bold=False),
        Role.HINT_LARGE_BOLD: RoleFace(10.5, bold=True),
        Role.HINT: RoleFace(10, bold=False),
        Role.HINT_BOLD: RoleFace(10, bold=True),
        Role.CAP: RoleFace(9, bold=True),
        Role.CAP_PLAIN: RoleFace(9, bold=False),
        Role.STAMP: RoleFace(20, bold=True),
    }
)


def font_for(role: Role, *, scale: float = 1.0, size_class: SizeClass = SizeClass.NORMAL) -> QFont:
    """Return a new font of a role at a text scale and size class."""
    return QFont(_made(role, scale, size_class))


@cache
def _made(role: Role, scale: float, size_class: SizeClass) -> QFont:
    """Make a font once: Qt then looks for its glyphs once, and not at each painting."""
    face = FACES[role]
    font = make_font(MONO if face.mono else SANS)
    font.setPointSizeF(max(POINTS_MIN, face.points_for(size_class) * scale))
    font.setWeight(QFont.Weight.Bold if face.bold else QFont.Weight.Normal)
    return font
