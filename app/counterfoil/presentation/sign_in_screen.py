"""What the page shows on which people sign in, as frozen records."""

from dataclasses import field
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret
from counterfoil.presentation.screens import PaperRow


class SignInStage(StrEnum):
    """Which step of signing in the page shows."""

    SIGN_IN = "sign_in"
    FIRST_MANAGER = "first_manager"
    """There is no staff yet."""
    CODE = "code"
    """The recovery code, which is shown once."""
    RECOVER = "recover"
    """A passphrase was lost."""
    ALERTS = "alerts"
    """Who looks after the till should know something before anything else."""


class EntryKind(StrEnum):
    """What is typed into a field of the page."""

    NUMBER = "number"
    NAME = "name"
    CODE = "code"
    PIN = "pin"
    """Dots; the page alone holds what they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One field of the page.

    The ``text`` of a PIN is always empty: the view holds what was typed, and only empties it.
    """

    name: str
    label: str
    kind: EntryKind
    hint: str = ""
    error: str = ""
    text: str = field(default="", repr=False)
    """It may be a recovery code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInScreen:
    """What the page shows.

    ``shakes``, ``wipes`` and ``points`` are counters: each is one higher when the dots are to
    shake, to be emptied, or the cursor is to move.
    """

    stage: SignInStage
    title: str
    line: str
    entries: tuple[EntryRow, ...] = ()
    sentences: tuple[str, ...] = ()
    code: Secret = field(default_factory=lambda: Secret(""))
    primary: str
    can_press: bool = True
    foot: str = ""
    quiet: str = ""
    """The caption of the quiet button beside the foot; empty for none."""
    quiet_key: str = ""
    wait: str = ""
    """A time that runs down in the place of the keypad."""
    shakes: int = 0
    wipes: int = 0
    point: str = ""
    """The field that the cursor goes to."""
    points: int = 0
    paper: PaperRow
