"""Which PINs may be used, and how long wrong ones make a person wait."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from counterfoil.domain.staff import CASHIER, OWN_ROLES, RECOVERY, Permission, Person
from counterfoil.domain.time import Instant

FREE_TRIES = 5
"""So many wrong PINs cost no wait (fault X10)."""
TRIES_MAX = 10
"""After so many only a manager lets them in again."""
_FIRST_WAIT_S = 60.0


def is_locked_out(person: Person) -> bool:
    """Whether so many PINs were tried that only a manager lets the person in again.

    The recovery code is too long to be guessed, and a till must not lose its last way in.
    """
    return person.failures >= TRIES_MAX and person.number != RECOVERY


def wait_left_s(person: Person, now: Instant) -> float:
    """Return how many seconds a person must wait before another PIN may be tried; 0 for none.

    It is 1 minute after the fifth wrong PIN, and doubles with each further one up to the ninth.
    Only the monotonic clock counts, which nobody sets. It begins anew when the machine starts:
    where it shows less than at the last try, as much time has passed as it shows. Whether the
    machine was started in between is not asked, as not every system names its starts.
    """
    if person.failures < FREE_TRIES or person.failed is None:
        return 0.0
    doubled = min(person.failures, TRIES_MAX - 1) - FREE_TRIES
    began_s = person.failed.monotonic_s if now.monotonic_s >= person.failed.monotonic_s else 0.0
    return max(0.0, _FIRST_WAIT_S * 2.0**doubled - (now.monotonic_s - began_s))


class PinKind(StrEnum):
    """Which PIN or passphrase a person signs in with: the more they may do, the longer it is."""

    CASHIER_PIN = "cashier_pin"
    SUPERVISOR_PIN = "supervisor_pin"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind


PIN_LENGTH_MIN: Mapping[PinKind, int] = {
    PinKind.CASHIER_PIN: 5,
    PinKind.SUPERVISOR_PIN: 6,
    PinKind.PASSPHRASE: 12,
}
"""The fewest digits of a PIN, and the fewest characters of a passphrase."""
PIN_LENGTH_MAX = 64


class PinWeakness(StrEnum):
    """Why a new PIN is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_DIGITS = "not_digits"
    REPEATED = "repeated"
    """One or two digits, or a few letters, again and again, or a part that is repeated."""
    IN_A_ROW = "in_a_row"
    A_DATE = "a_date"
    OWN_NUMBER = "own_number"
    """It holds their own number or name, or is filled up with it."""


def pin_kind_of(permissions: frozenset[Permission]) -> PinKind:
    """Return what somebody with these permissions signs in with."""
    if Permission.MANAGE_STAFF in permissions:
        return PinKind.PASSPHRASE
    return PinKind.CASHIER_PIN if permissions <= OWN_ROLES[CASHIER] else PinKind.SUPERVISOR_PIN


def weakness_of(pin: str, kind: PinKind, *, number: str, name: str) -> PinWeakness | None:
    """Return why a PIN is too easily guessed; None for one that may be used."""
    if kind is not PinKind.PASSPHRASE and not (pin.isascii() and pin.isdecimal()):
        return PinWeakness.NOT_DIGITS
    if len(pin) < PIN_LENGTH_MIN[kind]:
        return PinWeakness.TOO_SHORT
    if len(pin) > PIN_LENGTH_MAX:
        return PinWeakness.TOO_LONG
    if _is_repeated(pin, kind):
        return PinWeakness.REPEATED
    if _is_in_a_row(pin):
        return PinWeakness.IN_A_ROW
    if kind is PinKind.PASSPHRASE:
        is_own = name.casefold() in pin.casefold()
        return PinWeakness.OWN_NUMBER if is_own else None
    if _is_date(pin):
        return PinWeakness.A_DATE
    return PinWeakness.OWN_NUMBER if pin.strip("0") == number.strip("0") else None


_LETTERS_MIN = 5
"""A passphrase has at least so many different letters, and a PIN more than two digits."""


def _is_repeated(pin: str, kind: PinKind) -> bool:
    few = _LETTERS_MIN if kind is PinKind.PASSPHRASE else 3
    return len(set(pin)) < few or pin in (pin + pin)[1:-1]


def _is_in_a_row(pin: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    return steps <= {1, -9} or steps <= {-1, 9}


_DATES = ("%d%m%y", "%m%d%y", "%y%m%d", "%d%m%Y", "%m%d%Y", "%Y%m%d")
_DATE_LENGTHS = frozenset({6, 8})
_YEARS = range(1920, 2100)


def _is_date(pin: str) -> bool:
    if len(pin) not in _DATE_LENGTHS:
        return False
    for form in _DATES:
        try:
            read = datetime.strptime(pin, form)  # noqa: DTZ007 - only whether it is a date
        except ValueError:
            continue
        if read.year in _YEARS and read.strftime(form) == pin:
            return True
    return False
