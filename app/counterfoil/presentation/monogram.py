"""The monogram of a voucher type: letters on one of eight muted inks, never a brand's logo."""

import colorsys
import hashlib
import re
from functools import lru_cache

from counterfoil.declaring import dataclass

INKS: tuple[str, ...] = (
    "#4A5568",
    "#5D4A5F",
    "#3F5A63",
    "#6A5446",
    "#4C5A45",
    "#5A4E73",
    "#6B4B50",
    "#3E5570",
)
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Monogram:
    """One or two letters, and the ink that they stand on."""

    letters: str
    ink: str


@lru_cache(maxsize=512)
def monogram(type_id: str, name: str, colour: str = "") -> Monogram:
    """Return the monogram of a type; a brand colour only picks the ink with the nearest hue."""
    return Monogram(_letters(name), _nearest_ink(colour) or _stable_ink(type_id))


def _letters(name: str) -> str:
    words: list[str] = re.findall(r"[^\W_]+", name)
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[1][0]).upper()


def _stable_ink(type_id: str) -> str:
    digest = hashlib.sha256(type_id.encode()).digest()
    return INKS[digest[0] % len(INKS)]


@lru_cache(maxsize=64)
def _nearest_ink(colour: str) -> str | None:
    if not _HEX.fullmatch(colour):
        return None
    hue = _hue(colour)
    if hue is None:
        return INKS[0]

    def distance(ink: str) -> float:
        apart = abs((_hue(ink) or 0) - hue)
        return min(apart, 1 - apart)

    nearest: str = min(INKS, key=distance)
    return nearest


def _hue(colour: str) -> float | None:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, _lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    return hue if saturation else None
