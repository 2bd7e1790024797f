"""Which state colour and which ink belong to a tone of a page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from counterfoil.presentation.rooms import Tone
from counterfoil.ui.theme import StateTone

_STATES: Final[Mapping[Tone, StateTone]] = MappingProxyType(
    {
        Tone.INFO: StateTone.INFO,
        Tone.UNKNOWN: StateTone.UNKNOWN,
        Tone.APPROVED: StateTone.APPROVED,
        Tone.DECLINED: StateTone.DECLINED,
    }
)


def state_tone(tone: Tone) -> StateTone | None:
    """Return the state colour of a tone, or None where nothing is coloured."""
    return _STATES.get(tone)


def ink_token(tone: Tone, calm: str = "ink") -> str:
    """Return the colour token for an icon or a word on paper."""
    state = state_tone(tone)
    if state is None:
        return "muted" if tone is Tone.RESTORED else calm
    return f"{state.value}-ink"
