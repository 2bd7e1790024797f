"""What each key of the window means, in one table.

F11 and F12 are not in it: they press the button in front that names them (`words/buttons.py`). So
does F9, and it means something more where there is no such button.
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from counterfoil.declaring import dataclass
from counterfoil.domain.staff import Permission
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
    HEALTH = auto()
    """How the till is, and what to do about it."""
    STAFF = auto()
    SETTINGS = auto()
    """Every setting of the till, seen and changed."""
    LARGER_SLIP = auto()
    PREVIEW = auto()
    """How slips look by the settings."""
    LAST_SLIP = auto()
    """The sale that was paid last, to print its slip again."""
    TOUR = auto()
    """Through seven situations, in training."""
    GO_LIVE = auto()
    """What is to be done before real vouchers are taken."""
    SOUNDS = auto()
    """On, or off."""
    MOTION = auto()
    """Whether anything slides or fades."""
    FULL_SCREEN = auto()
    """The window over all else, or with its frame again."""
    ABOUT = auto()
    """What the till is, and what it is made of."""
    CLOSE_TILL = auto()


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
    """What a key or a row of the menu does, and what must be in front for it.

    What has no key is in the menu alone.
    """

    key: str
    wish: Wish | Room
    fronts: frozenset[Front]
    is_over_buttons: bool = False
    """It means this even where a button in front names the key."""
    is_for_training: bool = False
    """Whether a real till has nothing of it."""
    needs: Permission | None = None
    """What somebody must be allowed to do, or it is not offered; a key still says why not."""


_PAGE_NEEDS: Final[Mapping[Room, Permission]] = MappingProxyType(
    {
        Room.REDEEM: Permission.REDEEM,
        Room.BALANCE: Permission.CHECK_BALANCE,
        Room.SHIFT: Permission.RUN_SHIFT,
    }
)
_ANY: Final = frozenset(Front)
_OPEN: Final = frozenset({Front.COUNTER, Front.LIST})
_COUNTER: Final = frozenset({Front.COUNTER})
_WITH_BACK: Final = frozenset({Front.COUNTER, Front.SIGN_IN})

KEYS: Final = (
    KeyRow(key="F1", wish=Wish.HELP, fronts=_ANY, is_over_buttons=True),
    KeyRow(key="F10", wish=Wish.MENU, fronts=_ANY, is_over_buttons=True),
    KeyRow(key="Esc", wish=Wish.BACK, fronts=_WITH_BACK, is_over_buttons=True),
    KeyRow(key="F2", wish=Wish.BEGIN_ANEW, fronts=_COUNTER, needs=Permission.REDEEM),
    KeyRow(key="F4", wish=Wish.SWITCH, fronts=_OPEN, is_over_buttons=True),
    KeyRow(key="F5", wish=Wish.REFRESH, fronts=_OPEN),
    KeyRow(key="F6", wish=Wish.LISTS, fronts=_OPEN),
    KeyRow(key="F9", wish=Wish.LAST_SLIP, fronts=_COUNTER, needs=Permission.PRINT_SLIP),
    KeyRow(key="F8", wish=Wish.LOCK, fronts=_OPEN | {Front.SIGN_IN}, is_over_buttons=True),
    KeyRow(key="Shift+F6", wish=Room.OWNER, fronts=_OPEN, needs=Permission.RECONCILE),
    *(
        KeyRow(key=key, wish=room, fronts=_OPEN, needs=_PAGE_NEEDS.get(room))
        for room, key in PAGE_KEYS.items()
        if room is not Room.HISTORY
    ),
    KeyRow(key="", wish=Wish.LARGER_SLIP, fronts=_OPEN),
    KeyRow(key="", wish=Wish.PREVIEW, fronts=_ANY),
    KeyRow(key="", wish=Wish.STAFF, fronts=_OPEN),
    KeyRow(key="Shift+F8", wish=Wish.SETTINGS, fronts=_OPEN, needs=Permission.CHANGE_SETTINGS),
    KeyRow(key="Shift+F1", wish=Wish.HEALTH, fronts=_ANY, is_over_buttons=True),
    KeyRow(key="Shift+F2", wish=Wish.TOUR, fronts=_OPEN, is_for_training=True),
    KeyRow(key="", wish=Wish.GO_LIVE, fronts=_OPEN, is_for_training=True),
    KeyRow(key="", wish=Wish.SOUNDS, fronts=_ANY),
    KeyRow(key="", wish=Wish.MOTION, fronts=_ANY),
    KeyRow(key="", wish=Wish.FULL_SCREEN, fronts=_ANY),
    KeyRow(key="", wish=Wish.ABOUT, fronts=_ANY),
    KeyRow(key="", wish=Wish.CLOSE_TILL, fronts=_ANY),
)
"""Everything that a key or the menu does. Of several with one key the first that fits is meant."""


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
