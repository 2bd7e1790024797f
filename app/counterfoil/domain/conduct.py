"""What people did beside selling, counted for each, and what whoever supervises is told of it.

Faults X1, X10, X13 and X21: copies that somebody sells, PINs and codes that somebody guesses, and
voids for friends. A number here accuses nobody. It says where to look.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.audit import CodeShown, PrintQueued, Recorded, StaffDone, VoidAsked
from counterfoil.domain.pin_rules import FREE_TRIES
from counterfoil.domain.staff import RECOVERY, StaffDeed

WRONG_IN_ALL = 10
"""So many wrong PINs for one number are told also where a right one came between them."""
COPY_TOLD_FROM = 2
"""From the second copy of one slip on (fault X1)."""
REOPENED_TOLD_FROM = 1
"""A code that its customer has already is hardly ever opened again honestly (fault X1)."""
VOIDS_MIN, VOIDS_IN = 3, 10
"""So many voids, where they are more than one in so many sales."""
SHOWN_MIN = 5
REFUSED_MIN, REFUSED_IN = 20, 5
"""So many refused vouchers, where they are more than one in so many; some are every day's."""

_RIGHT = frozenset(
    {StaffDeed.SIGNED_IN, StaffDeed.APPROVED, StaffDeed.PIN_SET, StaffDeed.RECOVERED}
)
"""What follows a right PIN in the same person's entry, where they did it themselves."""


@dataclass(frozen=True, slots=True)
class Sold:
    """How many of one cashier's vouchers were redeemed, and how many refused."""

    cashier: str
    redeemed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Deeds:
    """What people did, for `conduct_of`: the audit events, and how many vouchers each sold.

    The events are those of the staff, of voids, of codes that were shown, and of prints.
    """

    events: tuple[Recorded, ...] = ()
    sold: tuple[Sold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """What one person did. A void is counted once for each sale, as it was asked for."""

    name: str
    redeemed: int = 0
    refused: int = 0
    voids: int = 0
    copies: int = 0
    copies_of_one: int = 0
    """The highest number of a copy: 2 where one slip came out three times."""
    shown: int = 0
    reopened: int = 0
    """How many of those copies and codes were of a change voucher that its customer had already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """The wrong PINs that were tried for one number."""

    number: str
    name: str
    wrong: int
    in_a_row: int
    """The longest row of them, whatever came after it."""
    was_right: bool
    """Whether the last one was followed by the right one."""


class AlertKind(StrEnum):
    """What a supervisor should look at, as it is shown when they sign in."""

    RECOVERY_USED = "recovery_used"
    WRONG_RECOVERY_CODES = "wrong_recovery_codes"
    WRONG_PINS = "wrong_pins"
    COPIED_AGAIN = "copied_again"
    REOPENED = "reopened"
    MANY_VOIDS = "many_voids"
    MANY_SHOWN = "many_shown"
    MANY_REFUSED = "many_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to look at: whom it is about, and ``count`` cases out of ``of``."""

    kind: AlertKind
    name: str = ""
    number: str = ""
    count: int = 0
    of: int = 0
    was_right: bool = False
    """Of wrong PINs: the right one came after them."""


def conduct_of(deeds: Deeds) -> tuple[Conduct, ...]:
    """Count what each person did, in the order of their names."""
    voided: dict[str, set[str | None]] = {}
    shown, reopened = Counter[str](), Counter[str]()
    copies: dict[str, list[int]] = {}
    for one in deeds.events:
        match one.event:
            case VoidAsked(by=by):
                voided.setdefault(by, set()).add(one.redemption_id)
            case CodeShown(by=by, is_reopened=is_reopened):
                shown[by] += 1
                reopened[by] += is_reopened
            case PrintQueued(by=by, copy_number=number, is_reopened=is_reopened) if number:
                copies.setdefault(by, []).append(number)
                reopened[by] += is_reopened
            case _:
                pass
    sold = {one.cashier: one for one in deeds.sold}
    return tuple(
        Conduct(
            name=name,
            redeemed=sold[name].redeemed if name in sold else 0,
            refused=sold[name].refused if name in sold else 0,
            voids=len(voided.get(name, ())),
            copies=len(copies.get(name, ())),
            copies_of_one=max(copies.get(name, ()), default=0),
            shown=shown[name],
            reopened=reopened[name],
        )
        for name in sorted({*voided, *shown, *copies, *sold})
    )


def guesses_of(events: Iterable[Recorded], names: Mapping[str, str]) -> tuple[Guesses, ...]:
    """Count the wrong PINs of each staff number; ``names`` gives the person's name for it.

    The journal records that a PIN is tried before it is checked. The PIN was right where the next
    record of the same person is one that only a right PIN leads to.
    """
    tried: dict[str, list[bool]] = {}
    for one in events:
        event = one.event
        if not isinstance(event, StaffDone):
            continue
        rows = tried.setdefault(event.number, [])
        if event.deed is StaffDeed.PIN_TRIED:
            rows.append(False)
        elif rows and event.deed in _RIGHT and event.by == names.get(event.number, event.by):
            rows[-1] = True
    return tuple(
        Guesses(
            number=number,
            name=names.get(number, number),
            wrong=rows.count(False),
            in_a_row=_longest_row(rows),
            was_right=rows[-1],
        )
        for number, rows in tried.items()
        if rows
    )


def _longest_row(rows: Iterable[bool]) -> int:
    longest = row = 0
    for was_right in rows:
        row = 0 if was_right else row + 1
        longest = max(longest, row)
    return longest


def alerts_of(deeds: Deeds, names: Mapping[str, str]) -> tuple[Alert, ...]:
    """Return what a supervisor should know of people's deeds; ``names`` gives names by number."""
    guesses = guesses_of(deeds.events, names)
    return (*_alerts_of_guesses(guesses), *_alerts_of_conduct(conduct_of(deeds)))


def _alerts_of_guesses(guesses: Iterable[Guesses]) -> Iterator[Alert]:
    for one in guesses:
        if one.in_a_row >= FREE_TRIES or one.wrong >= WRONG_IN_ALL:
            is_code = one.number == RECOVERY
            yield Alert(
                kind=AlertKind.WRONG_RECOVERY_CODES if is_code else AlertKind.WRONG_PINS,
                name=one.name,
                number=one.number,
                count=one.wrong,
                was_right=one.was_right,
            )


def _alerts_of_conduct(people: Iterable[Conduct]) -> Iterator[Alert]:
    for one in people:
        if one.copies_of_one >= COPY_TOLD_FROM:
            yield Alert(kind=AlertKind.COPIED_AGAIN, name=one.name, count=one.copies_of_one)
        if one.reopened >= REOPENED_TOLD_FROM:
            yield Alert(kind=AlertKind.REOPENED, name=one.name, count=one.reopened)
        if one.voids >= VOIDS_MIN and one.voids * VOIDS_IN > one.redeemed:
            yield Alert(kind=AlertKind.MANY_VOIDS, name=one.name, count=one.voids, of=one.redeemed)
        if one.shown >= SHOWN_MIN:
            yield Alert(kind=AlertKind.MANY_SHOWN, name=one.name, count=one.shown)
        tried = one.refused + one.redeemed
        if one.refused >= REFUSED_MIN and one.refused * REFUSED_IN > tried:
            yield Alert(kind=AlertKind.MANY_REFUSED, name=one.name, count=one.refused, of=tried)
