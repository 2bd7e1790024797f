"""What people prove themselves with, and how long wrong PINs keep them waiting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.domain.pin_rules import (
    PinKind,
    PinWeakness,
    is_locked_out,
    pin_kind_of,
    wait_left_s,
    weakness_of,
)
from counterfoil.domain.staff import (
    EVERYTHING,
    NEVER_FOR_OWN_SALE,
    OWN_ROLES,
    Permission,
    Person,
    needs_manager,
)
from counterfoil.domain.time import Instant

NOW = Instant(datetime(2026, 11, 20, 12, tzinfo=UTC), 5000.0, "boot-1")


def _person(failures: int, failed: Instant | None = NOW) -> Person:
    return Person(
        number="17",
        name="Thandi M.",
        role="cashier",
        added_at=NOW.wall,
        pin=b"",
        failures=failures,
        failed=failed,
    )


def _later(seconds: float, *, wall: timedelta | None = None) -> Instant:
    return replace(
        NOW,
        monotonic_s=NOW.monotonic_s + seconds,
        wall=NOW.wall + (timedelta(seconds=seconds) if wall is None else wall),
    )


@pytest.mark.fault("X10")
def test_the_wait_doubles_from_the_fifth_wrong_pin_on() -> None:
    """Five tries are free; the tenth wrong one asks for a manager."""
    waits = [wait_left_s(_person(failures), NOW) for failures in range(11)]
    assert waits == [0, 0, 0, 0, 0, 60, 120, 240, 480, 960, 960]
    assert [is_locked_out(_person(failures)) for failures in (0, 9, 10, 11)] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.fault("X10", "H9")
def test_a_clock_that_somebody_sets_changes_no_wait() -> None:
    """Only monotonic clocks count."""
    person = _person(5)
    for wall in (timedelta(days=-400), timedelta(0), timedelta(days=400)):
        assert wait_left_s(person, _later(10, wall=wall)) == 50


@pytest.mark.fault("X10")
def test_after_a_restart_of_the_machine_only_the_time_since_then_is_sure() -> None:
    """The machine has been on for as long as its clock says, so that much has passed."""
    person = _person(5)
    assert wait_left_s(person, Instant(NOW.wall + timedelta(days=9), 20.0, "boot-2")) == 40
    assert wait_left_s(person, Instant(NOW.wall - timedelta(days=9), 61.0, "boot-2")) == 0


@pytest.mark.fault("X10")
def test_a_restart_of_the_program_shortens_no_wait_where_no_start_has_a_name() -> None:
    """Each start of the till is then another boot to it, and the machine was on all the time."""
    assert wait_left_s(_person(5), replace(_later(10), boot_id="another")) == 50


def test_nobody_waits_who_has_tried_nothing_wrong() -> None:
    """A right PIN ends the count; the fifth wrong one begins the wait."""
    assert wait_left_s(_person(7).without_tries(), NOW) == 0
    assert wait_left_s(_person(4).with_try(NOW), NOW) == 60


@pytest.mark.fault("X11")
@pytest.mark.parametrize(
    ("pin", "kind", "weakness"),
    [
        ("1234", PinKind.CASHIER_PIN, PinWeakness.TOO_SHORT),
        ("12a45", PinKind.CASHIER_PIN, PinWeakness.NOT_DIGITS),
        ("١٢٣٤٥", PinKind.CASHIER_PIN, PinWeakness.NOT_DIGITS),
        ("11111", PinKind.CASHIER_PIN, PinWeakness.REPEATED),
        ("12121", PinKind.CASHIER_PIN, PinWeakness.REPEATED),
        ("123123", PinKind.CASHIER_PIN, PinWeakness.REPEATED),
        ("23456", PinKind.CASHIER_PIN, PinWeakness.IN_A_ROW),
        ("67890", PinKind.CASHIER_PIN, PinWeakness.IN_A_ROW),
        ("98765", PinKind.CASHIER_PIN, PinWeakness.IN_A_ROW),
        ("00017", PinKind.CASHIER_PIN, PinWeakness.OWN_NUMBER),
        ("36925", PinKind.CASHIER_PIN, None),
        ("36925", PinKind.SUPERVISOR_PIN, PinWeakness.TOO_SHORT),
        ("311299", PinKind.SUPERVISOR_PIN, PinWeakness.A_DATE),
        ("19870415", PinKind.SUPERVISOR_PIN, PinWeakness.A_DATE),
        ("482057", PinKind.SUPERVISOR_PIN, None),
        ("short phrase", PinKind.PASSPHRASE, None),
        ("short", PinKind.PASSPHRASE, PinWeakness.TOO_SHORT),
        ("aaaaaaaaaaaab", PinKind.PASSPHRASE, PinWeakness.REPEATED),
        ("my name is thandi m. 99", PinKind.PASSPHRASE, PinWeakness.OWN_NUMBER),
        ("p" * 65, PinKind.PASSPHRASE, PinWeakness.TOO_LONG),
    ],
)
def test_a_pin_that_is_easily_guessed_is_refused(
    pin: str, kind: PinKind, weakness: PinWeakness | None
) -> None:
    """Each rule refuses, and a good one passes."""
    assert weakness_of(pin, kind, number="17", name="Thandi M.") is weakness


def test_who_may_do_more_proves_it_with_more() -> None:
    """Control 11 of the faults."""
    kinds = {role: pin_kind_of(permissions) for role, permissions in OWN_ROLES.items()}
    assert kinds == {
        "cashier": PinKind.CASHIER_PIN,
        "supervisor": PinKind.SUPERVISOR_PIN,
        "manager": PinKind.PASSPHRASE,
    }


def test_each_role_may_all_that_the_one_below_may() -> None:
    """And a cashier may nothing that is never done to a sale of their own."""
    cashier, supervisor, manager = OWN_ROLES.values()
    assert cashier < supervisor < manager == EVERYTHING == frozenset(Permission)
    assert not cashier & NEVER_FOR_OWN_SALE
    assert supervisor >= NEVER_FOR_OWN_SALE - {Permission.REOPEN_CHANGE}
    assert not needs_manager(Permission.VOID)


def test_a_change_voucher_that_its_customer_has_is_for_a_manager() -> None:
    """Its code is the one thing beside people, journal and key that no supervisor may open."""
    assert {one for one in Permission if needs_manager(one)} == {
        Permission.REOPEN_CHANGE,
        Permission.MANAGE_STAFF,
        Permission.RESTORE,
        Permission.ACCEPT_JOURNAL,
        Permission.SHRED,
        Permission.EXPORT_PHONE,
        Permission.CHANGE_SETTINGS,
        Permission.EXPORT_KEY,
        Permission.IMPORT_KEY,
    }
