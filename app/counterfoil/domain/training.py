"""The people of a training till: what they sign in with is no secret, so that anybody may try.

A real till has none of them, and knows none of their PINs.
"""

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
