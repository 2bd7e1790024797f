"""What is shown in front of the page while somebody is asked to approve, as a frozen record."""

from counterfoil.declaring import dataclass
from counterfoil.presentation.screens import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalScreen:
    """A question to the person who approves, or the result of what was asked.

    ``shakes``, ``wipes`` and ``points`` are counters: each is one higher when the PIN's dots are to
    shake, the PIN is to be emptied, or the cursor is to move.
    """

    title: str
    icon: str
    facts: tuple[Fact, ...] = ()
    not_done: str = ""
    line: str = ""
    reasons: tuple[str, ...] = ()
    reason: int | None = None
    """The place of the chosen reason."""
    ways: tuple[str, ...] = ()
    """What the customer may get where nothing goes back onto the voucher."""
    way: int | None = None
    needs_approver: bool = False
    """Whether somebody else must type a number and a PIN."""
    is_for_manager: bool = False
    """Whether only a manager can be that."""
    number: str = ""
    name: str = ""
    """Whose number it is."""
    hint: str = ""
    error: str = ""
    wait: str = ""
    """A time that runs down in the place of the keypad."""
    left: str = ""
    """How long the request still stands, as ``1:52``."""
    primary: str
    can_press: bool = False
    is_over: bool = False
    """Only ``line`` is told, and it goes away when it is read."""
    shakes: int = 0
    wipes: int = 0
    point: str = ""
    points: int = 0
