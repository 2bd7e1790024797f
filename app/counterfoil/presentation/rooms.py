"""The pages of the window and the tones of its words, apart from what each page shows.

The frame of the window needs no more than these, and is painted before anything else is loaded.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Tone(StrEnum):
    """Which of the state colours; each always comes with an icon and a word."""

    NONE = "none"
    INFO = "info"
    UNKNOWN = "unknown"
    APPROVED = "approved"
    DECLINED = "declined"
    RESTORED = "restored"
    """Grey: over, and nothing was kept."""


class Room(StrEnum):
    """The pages of the window, in the order of the tabs."""

    REDEEM = "redeem"
    BALANCE = "balance"
    HISTORY = "history"
    SHIFT = "shift"
    REPORTS = "reports"
    IN_DOUBT = "in_doubt"
    SLIPS = "slips"
    OWNER = "owner"
    """Without a tab: it is for who may reconcile statements, and opened by its key or the menu."""


COUNTER_ROOMS: Final = frozenset({Room.REDEEM, Room.BALANCE})
PAGE_KEYS: Final[Mapping[Room, str]] = MappingProxyType(
    {
        Room.REDEEM: "F2",
        Room.BALANCE: "F3",
        Room.HISTORY: "F6",
        Room.SHIFT: "F7",
        Room.REPORTS: "Shift+F7",
        Room.IN_DOUBT: "Shift+F5",
        Room.SLIPS: "Shift+F9",
    }
)
"""The key of a page, as it stands on its tab. In a list, F6 goes on to the next one.

So F7 goes on from Shift to Reports.
"""
