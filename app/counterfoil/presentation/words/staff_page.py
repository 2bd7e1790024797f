"""The words of the page where somebody looks after the staff: adds people, locks, sets PINs."""

from collections.abc import Mapping

from counterfoil.domain import staff as people
from counterfoil.domain.pin_rules import pin_kind_of
from counterfoil.domain.staff import Permission
from counterfoil.presentation.words import staff
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants
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
OWN_PIN = "My PIN"
OLD_PIN = "The PIN you have now"
CHANGE_ROLE = "Role"
SAVE_ROLE = "Give this role"
BADGE = "Badge"
SCAN_BADGE = "Scan the badge now. It only says who somebody is: the PIN is still asked."
TAKE_BADGE = "Take the badge away"

_ROLES: Mapping[str, str] = SpokenTable(
    {people.CASHIER: "Cashier", people.SUPERVISOR: "Supervisor", people.MANAGER: "Manager"}
)
"""The roles that each till has; those of a shop are in its own words."""


def person(one: StaffEntry) -> str:
    """Return one of the staff as the caption of a choice."""
    state = f", {say(LOCKED)}" if one.is_locked else ""
    badge = f", {say(BADGE).lower()}" if one.has_badge else ""
    its_role = role(one.role).lower() if one.role in _ROLES else one.role
    return f"{one.number}  {one.name}, {its_role}{badge}{state}"


def role(name: str) -> str:
    """Return a role as the caption of a choice."""
    return _ROLES.get(name, name)


KEEPS_PIN = "Left empty, the PIN stays."


def rule(permissions: frozenset[Permission] | None, *, may_keep: bool = False) -> str:
    """Return what the new PIN of somebody with these permissions must be; empty for None.

    With ``may_keep`` they may keep the PIN that they have, if it is of the same kind.
    """
    if permissions is None:
        return ""
    said = staff.pin_rule(pin_kind_of(permissions))
    return f"{said} {say(KEEPS_PIN)}" if may_keep else said


def title(what: str, one: StaffEntry | None) -> str:
    """Return the title of a form, with the name of the person it is about, if any."""
    return what if one is None else f"{what}: {one.name}"


def done(name: str) -> str:
    """Say that a change for this person is saved."""
    return say("{name}: saved", name=name)


speak_constants(__name__)
