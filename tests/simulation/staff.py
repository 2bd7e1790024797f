"""Who works in the shop: cashiers who sell, and supervisors who are called over."""

from dataclasses import dataclass

from counterfoil.domain.rows import StaffKept
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import (
    CASHIER,
    MANAGER,
    OWN_ROLES,
    SUPERVISOR,
    Actor,
    Permission,
    Person,
    StaffDeed,
)
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from support.people import made_pins


@dataclass(slots=True)
class Habits:
    """How people are told to work; a mutant changes these."""

    hands_over_at: frozenset[RedemptionState] = frozenset({RedemptionState.FINAL})
    takes_goods_back_first: bool = True
    waits_for_an_answer: bool = True
    """They settle nothing while the provider says that it has not decided."""


HABITS = Habits()


@dataclass(frozen=True, slots=True)
class Employee:
    """One of the staff, with what they type to prove it."""

    number: str
    name: str
    role: str
    pin: str

    @property
    def actor(self) -> Actor:
        """Who acts when they do."""
        return Actor(self.name, OWN_ROLES[self.role], self.number)


STAFF = (
    Employee("17", "Thandi M.", CASHIER, "48213"),
    Employee("18", "Pieter V.", CASHIER, "70394"),
    Employee("4", "Aisha K.", SUPERVISOR, "902717"),
    Employee("5", "Lindiwe D.", SUPERVISOR, "318064"),
    Employee("1", "Lerato N.", MANAGER, "four brown hens laugh"),
)
CASHIERS = tuple(one.name for one in STAFF[:3])
"""Who sells. One of them may approve what the others do."""
LINDIWE, LERATO = STAFF[3:]
"""Who never sells, so that they may approve everything."""
_BY_NAME = {one.name: one for one in STAFF}
_VERIFIERS: dict[str, bytes] = {}
"""Made once in a process: what a PIN costs is tried elsewhere."""


def employee(name: str) -> Employee:
    """Return who has a name."""
    return _BY_NAME[name]


def may(name: str, permission: Permission) -> bool:
    """Whether somebody may do this alone, as far as their role goes."""
    return permission in OWN_ROLES[_BY_NAME[name].role]


async def hire(journal: Journal, clock: Clock) -> None:
    """Let everybody work at a new till."""
    pins, at = made_pins(), clock.now().wall
    for one in STAFF:
        if one.number not in _VERIFIERS:
            _VERIFIERS[one.number] = await pins.verifier(Secret(one.pin))
    await journal.commit(
        [
            StaffKept(
                before=None,
                after=Person(
                    number=one.number,
                    name=one.name,
                    role=one.role,
                    added_at=at,
                    pin=_VERIFIERS[one.number],
                ),
                at=at,
                deed=StaffDeed.ADDED,
                by=LERATO.name,
            )
            for one in STAFF
        ]
    )
