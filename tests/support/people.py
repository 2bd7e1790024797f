"""Who acts in tests, and a till's staff over any journal."""

from collections.abc import Mapping

from counterfoil.adapters.system.pins import ArgonPins
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import EVERYTHING, OWN_ROLES, Actor, Permission
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.ports.pins import Pins
from counterfoil.ports.vault import Vault
from counterfoil.service.people import People
from support.clocks import SeededChance
from support.quick_journal import VAULT

THANDI, SIPHO = Actor("Thandi M.", EVERYTHING), Actor("Sipho K.", EVERYTHING)
"""Operators without a number, as at a till where nobody signs in."""

_QUICK_KIB = 8
"""A PIN costs nothing in a test; how much memory one takes is tried for itself."""


def made_people(
    journal: Journal, clock: Clock, roles: Mapping[str, frozenset[Permission]] = OWN_ROLES
) -> People:
    """Return the staff of a till; its PINs are checked quickly."""
    return People(
        journal=journal, pins=made_pins(), clock=clock, chance=SeededChance(9), roles=roles
    )


def made_pins(vault: Vault = VAULT) -> Pins:
    """Return what checks PINs, quickly."""
    return ArgonPins(vault, memory_kib=_QUICK_KIB)


CASHIER_NUMBER, CASHIER_PIN = "17", "36925"
SECOND_NUMBER, SECOND_PIN = "18", "70394"
SUPERVISOR_NUMBER, SUPERVISOR_PIN = "21", "482057"
MANAGER_NUMBER, PASSPHRASE = "31", "a horse and a kite"
PINS = {
    CASHIER_NUMBER: CASHIER_PIN,
    SECOND_NUMBER: SECOND_PIN,
    SUPERVISOR_NUMBER: SUPERVISOR_PIN,
    MANAGER_NUMBER: PASSPHRASE,
}
"""What each of the staff types."""


async def hire(people: People) -> None:
    """Add a manager, a supervisor and two cashiers."""
    await people.begin(MANAGER_NUMBER, "Lindiwe K.", Secret(PASSPHRASE))
    lindiwe = await people.actor(MANAGER_NUMBER)
    for number, name, role, pin in (
        (SUPERVISOR_NUMBER, "Nomsa D.", "supervisor", SUPERVISOR_PIN),
        (CASHIER_NUMBER, "Thandi M.", "cashier", CASHIER_PIN),
        (SECOND_NUMBER, "Naledi P.", "cashier", SECOND_PIN),
    ):
        await people.add(number, name, role, Secret(pin), lindiwe)


async def nobody_yet(people: People) -> None:
    """Leave a till without staff."""
