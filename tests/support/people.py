"""Who acts in tests, and a till's staff over any journal."""

from counterfoil.adapters.system.pins import ArgonPins
from counterfoil.domain.staff import EVERYTHING, Actor
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.people import People
from support.clocks import SeededChance
from support.quick_journal import VAULT

THANDI, SIPHO = Actor("Thandi M.", EVERYTHING), Actor("Sipho K.", EVERYTHING)
"""Operators without a number, as at a till where nobody signs in."""

_QUICK_KIB = 8
"""A PIN costs nothing in a test; how much memory one takes is tried for itself."""


def made_people(journal: Journal, clock: Clock) -> People:
    """Return the staff of a till; its PINs are checked quickly."""
    pins = ArgonPins(VAULT, memory_kib=_QUICK_KIB)
    return People(journal=journal, pins=pins, clock=clock, chance=SeededChance(9))
