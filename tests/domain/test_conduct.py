"""What people did beside selling, counted, and what is told of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from counterfoil.domain import audit
from counterfoil.domain.chain_head import head_of
from counterfoil.domain.conduct import (
    REFUSED_MIN,
    SHOWN_MIN,
    WRONG_IN_ALL,
    Alert,
    AlertKind,
    Conduct,
    Deeds,
    Guesses,
    Sold,
    alerts_of,
    conduct_of,
    guesses_of,
)
from counterfoil.domain.pin_rules import FREE_TRIES
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import RECOVERY, StaffDeed

THANDI, SIPHO = "Thandi M.", "Sipho K."
NAMES = {"17": THANDI, "21": SIPHO}
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def recorded(
    *events: audit.AuditEvent | tuple[str, audit.AuditEvent],
) -> tuple[audit.Recorded, ...]:
    """Return events in this order, each of no redemption or of the one that is given with it."""
    pairs = [one if isinstance(one, tuple) else (None, one) for one in events]
    return tuple(
        audit.Recorded(head=head_of(at, bytes(16)), at=NOON, redemption_id=of, event=event)
        for at, (of, event) in enumerate(pairs, 1)
    )


def staff(number: str, *deeds: StaffDeed, by: str | None = None) -> list[audit.StaffDone]:
    """Return what was done with somebody's entry, by themselves unless said otherwise."""
    who = by or NAMES.get(number, number)
    return [audit.StaffDone(number=number, deed=deed, by=who) for deed in deeds]


def voided(by: str, redemption_id: str) -> tuple[str, audit.AuditEvent]:
    """Return that somebody asked for a void."""
    return redemption_id, audit.VoidAsked(reason=VoidReason.GOODS_RETURNED, by=by)


def printed(by: str, copy_number: int) -> audit.PrintQueued:
    """Return that somebody had a slip printed."""
    kind = SlipKind.COPY if copy_number else SlipKind.ORIGINAL
    return audit.PrintQueued(number=1, kind=kind, copy_number=copy_number, by=by)


def kinds(
    events: Iterable[audit.AuditEvent | tuple[str, audit.AuditEvent]], *sold: Sold
) -> list[AlertKind]:
    """Return which alerts come of these events."""
    return [one.kind for one in alerts_of(Deeds(recorded(*events), sold), NAMES)]


def test_each_person_s_deeds_are_counted_apart() -> None:
    """A void that is asked for twice is one; an original is no copy."""
    deeds = Deeds(
        recorded(
            voided(THANDI, "a"),
            voided(THANDI, "a"),
            voided(THANDI, "b"),
            audit.CodeShown(by=THANDI),
            printed(THANDI, 0),
            printed(THANDI, 1),
            printed(THANDI, 2),
            printed(SIPHO, 1),
            audit.TypesKept(upstream="moment", types=3),
        ),
        (Sold(THANDI, 40, 3), Sold("Zodwa", 1, 0)),
    )
    assert conduct_of(deeds) == (
        Conduct(name=SIPHO, copies=1, copies_of_one=1),
        Conduct(name=THANDI, redeemed=40, refused=3, voids=2, copies=2, copies_of_one=2, shown=1),
        Conduct(name="Zodwa", redeemed=1),
    )


TRIED, IN = StaffDeed.PIN_TRIED, StaffDeed.SIGNED_IN


@pytest.mark.parametrize(
    ("deeds", "wrong", "in_a_row", "was_right"),
    [
        ((TRIED, IN), 0, 0, True),
        ((TRIED, TRIED, TRIED), 3, 3, False),
        ((TRIED, TRIED, IN, StaffDeed.SIGNED_OUT, TRIED), 2, 1, False),
        ((TRIED, StaffDeed.APPROVED), 0, 0, True),
        ((IN, TRIED, StaffDeed.BADGE_SET), 1, 1, False),
    ],
)
def test_a_pin_was_right_where_its_deed_follows(
    deeds: tuple[StaffDeed, ...], wrong: int, in_a_row: int, was_right: bool
) -> None:
    """It is on record before it is checked."""
    (guesses,) = guesses_of(recorded(*staff("17", *deeds)), NAMES)
    assert guesses == Guesses(
        number="17", name=THANDI, wrong=wrong, in_a_row=in_a_row, was_right=was_right
    )


def test_a_pin_that_a_supervisor_gave_makes_no_try_right() -> None:
    """And of whom nobody tried one, nothing is said."""
    events = [*staff("17", TRIED), *staff("17", StaffDeed.PIN_SET, by=SIPHO)]
    (guesses,) = guesses_of(recorded(*events, *staff("21", StaffDeed.ADDED)), NAMES)
    assert (guesses.wrong, guesses.was_right) == (1, False)


def test_wrong_pins_are_told_from_so_many_on() -> None:
    """In a row, whatever came after them, or in all."""
    few = staff("17", *[TRIED] * (FREE_TRIES - 1))
    assert kinds([*few, *staff("17", TRIED, IN)]) == []
    assert kinds([*few, *staff("17", TRIED, TRIED, IN)]) == [AlertKind.WRONG_PINS]
    often = staff("17", *([TRIED, TRIED, IN] * WRONG_IN_ALL))
    assert kinds(often[: 3 * (WRONG_IN_ALL - 1)]) == []
    assert kinds(often) == [AlertKind.WRONG_PINS]


def test_wrong_recovery_codes_have_a_sentence_of_their_own() -> None:
    """The code is nobody's."""
    tried = staff(RECOVERY, *[TRIED] * FREE_TRIES)
    (alert,) = alerts_of(Deeds(recorded(*tried)), NAMES)
    assert alert == Alert(
        kind=AlertKind.WRONG_RECOVERY_CODES, name=RECOVERY, number=RECOVERY, count=FREE_TRIES
    )


@pytest.mark.fault("X1")
def test_the_second_copy_of_a_slip_is_told() -> None:
    """And not that ten customers each lost one."""
    assert kinds([printed(THANDI, 1)] * 10) == []
    assert kinds([printed(THANDI, 1), printed(THANDI, 2)]) == [AlertKind.COPIED_AGAIN]


@pytest.mark.fault("X1")
def test_a_code_that_is_opened_after_the_hand_over_is_told_at_once() -> None:
    """Shown or printed, and beside what is told of every code and every copy."""
    opened = audit.CodeShown(by=THANDI, is_reopened=True)
    copied = replace(printed(THANDI, 1), is_reopened=True)
    assert kinds([opened]) == kinds([copied]) == [AlertKind.REOPENED]
    events = recorded(opened, copied, audit.CodeShown(by=THANDI), printed(SIPHO, 1))
    assert conduct_of(Deeds(events)) == (
        Conduct(name=SIPHO, copies=1, copies_of_one=1),
        Conduct(name=THANDI, copies=1, copies_of_one=1, shown=2, reopened=2),
    )


@pytest.mark.fault("X21")
def test_many_voids_of_few_sales_are_told() -> None:
    """Three of a hundred are not."""
    three = [voided(THANDI, one) for one in "abc"]
    assert kinds(three[:2]) == []
    assert kinds(three, Sold(THANDI, 100, 0)) == []
    assert kinds(three, Sold(THANDI, 29, 0)) == [AlertKind.MANY_VOIDS]


def test_many_codes_shown_and_many_refused_are_told() -> None:
    """From so many on."""
    shown = [audit.CodeShown(by=THANDI)] * SHOWN_MIN
    assert kinds(shown[1:]) == []
    assert kinds(shown) == [AlertKind.MANY_SHOWN]
    assert kinds([], Sold(THANDI, 60, REFUSED_MIN - 1)) == []
    assert kinds([], Sold(THANDI, 80, REFUSED_MIN)) == []
    assert kinds([], Sold(THANDI, 79, REFUSED_MIN)) == [AlertKind.MANY_REFUSED]
