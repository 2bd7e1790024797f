"""The words of the page where somebody looks after the staff: adds people, locks, sets PINs."""

from counterfoil.domain.staff import OWN_ROLES, pin_kind_of
from counterfoil.presentation.words import staff
from counterfoil.service.views import StaffEntry

STAFF = "Staff"
PEOPLE = "Who works here"
NEW_PIN = "New PIN"
LOCK = "Lock"
LET_IN = "Let in"
ADD = "Add somebody"
NUMBER = "Number"
NAME = "Name"
ROLE = "Role"
PIN = "New PIN"
PIN_AGAIN = "The same again"
NOT_THE_SAME = "Not the same as above."
SAVE_PIN = "Set the new PIN"
SAVE_PERSON = "Add to the staff"
LOCKED = "locked"


def person(one: StaffEntry) -> str:
    """Return one of the staff as a choice."""
    state = f", {LOCKED}" if one.is_locked else ""
    return f"{one.number}  {one.name}, {one.role}{state}"


def role(name: str) -> str:
    """Return a role as a choice."""
    return name.capitalize()


def rule(role_name: str) -> str:
    """Return what a new PIN of somebody in a role must be; empty for a role of the shop's own."""
    permissions = OWN_ROLES.get(role_name)
    return staff.pin_rule(pin_kind_of(permissions)) if permissions is not None else ""


def title(one: StaffEntry | None) -> str:
    """Return the title over a form: for one of the staff, or for somebody new."""
    return ADD if one is None else f"{NEW_PIN}: {one.name}"


def done(name: str) -> str:
    """Say that what was wanted for somebody is done."""
    return f"{name}: saved"
