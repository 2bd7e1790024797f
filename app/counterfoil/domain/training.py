"""The people of a training till: what they sign in with is no secret, so that anybody may try.

A real till has none of them, and knows none of their PINs.
"""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import CASHIER, MANAGER, SUPERVISOR


@dataclass(frozen=True, slots=True)
class Trainee:
    """One of the staff in training. ``pin`` may be shown, as on the sign-in screen."""

    number: str
    name: str
    role: str
    pin: Secret


TRAINEE_CASHIER = Trainee("17", "Thandi M.", CASHIER, Secret("40285"))
TRAINEE_SUPERVISOR = Trainee("21", "Nomsa D.", SUPERVISOR, Secret("628305"))
TRAINEE_MANAGER = Trainee("31", "Lindiwe K.", MANAGER, Secret("green kettle hill"))
TRAINEES = (TRAINEE_CASHIER, TRAINEE_SUPERVISOR, TRAINEE_MANAGER)


class Lesson(StrEnum):
    """A situation that is practised; the sandbox has one test voucher for each, by its value."""

    FULL = "full"
    PART = "part"
    REST = "rest"
    REFUSED = "refused"
    SLOW = "slow"
    ANSWER_LOST = "answer_lost"
    NO_PRINTER = "no_printer"


@dataclass(frozen=True, slots=True)
class PracticeVoucher:
    """What is scanned to practise a situation; it may be used again and again."""

    lesson: Lesson
    type_id: str
    code: Secret

    @property
    def tail(self) -> str:
        """By which a redemption of it is known."""
        return self.code.reveal()[-4:]
