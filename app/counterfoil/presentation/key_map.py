"""What each key means, in one table."""

from enum import Enum, auto
from typing import Final

from counterfoil.declaring import dataclass
from counterfoil.presentation.rooms import PAGE_KEYS, Room


class Wish(Enum):
    """What a key asks for, other than to go to a page."""

    HELP = auto()
    MENU = auto()
    BACK = auto()
    """Out of a question, or the form emptied; what was emptied comes back."""
    BEGIN_ANEW = auto()
    """Turn to the next customer."""
    REFRESH = auto()
    LISTS = auto()
    """The history; in a list, the next list."""
    LOCK = auto()
    """Leave the till for a while, to the same person."""
    SWITCH = auto()
    """Leave the till to somebody else."""


class Front(Enum):
    """Which part of the window is in front, and so decides what a key means."""

    COUNTER = auto()
    LIST = auto()
    SIGN_IN = auto()
    """Nobody is at the till."""
    CLOSED = auto()
    """The whole window says that the till cannot sell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """What one key does, and which parts of the window must be in front for it."""

    key: str
    wish: Wish | Room
    fronts: frozenset[Front]
    is_over_buttons: bool = False
    """It means this even where a button in front names the key."""


_ANY: Final = frozenset(Front)
_OPEN: Final = frozenset({Front.COUNTER, Front.LIST})
_COUNTER: Final = frozenset({Front.COUNTER})
_WITH_BACK: Final = frozenset({Front.COUNTER, Front.SIGN_IN})

KEYS: Final = (
    KeyRow(key="F1", wish=Wish.HELP, fronts=_ANY, is_over_buttons=True),
    KeyRow(key="F10", wish=Wish.MENU, fronts=_ANY, is_over_buttons=True),
    KeyRow(key="Esc", wish=Wish.BACK, fronts=_WITH_BACK, is_over_buttons=True),
    KeyRow(key="F2", wish=Wish.BEGIN_ANEW, fronts=_COUNTER),
    KeyRow(key="F4", wish=Wish.SWITCH, fronts=_OPEN, is_over_buttons=True),
    KeyRow(key="F5", wish=Wish.REFRESH, fronts=_OPEN),
    KeyRow(key="F6", wish=Wish.LISTS, fronts=_OPEN),
    KeyRow(key="F8", wish=Wish.LOCK, fronts=_OPEN | {Front.SIGN_IN}, is_over_buttons=True),
    KeyRow(key="Shift+F6", wish=Room.OWNER, fronts=_OPEN),
    *(
        KeyRow(key=key, wish=room, fronts=_OPEN)
        for room, key in PAGE_KEYS.items()
        if room is not Room.HISTORY
    ),
)
"""The first that fits is meant."""


def wish_of(key: str, front: Front, *, is_over_buttons: bool) -> Wish | Room | None:
    """Return what a key asks for; None if nothing.

    Call it before the buttons in front get the key, with ``is_over_buttons``, and again after them.
    """
    return next(
        (
            row.wish
            for row in KEYS
            if row.key == key and front in row.fronts and row.is_over_buttons is is_over_buttons
        ),
        None,
    )
