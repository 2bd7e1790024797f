"""Everything that may be wrong with who is at the till, in words of its own."""

import re

import pytest

from counterfoil.cli.exits import Exit, exit_for
from counterfoil.domain.failures import (
    ApprovalRefusal,
    ApprovalRefusedError,
    CounterfoilError,
    OwnSaleError,
    SignInRefusal,
    SignInRefusedError,
    StaffRefusal,
    StaffRefusedError,
    WeakPinError,
)
from counterfoil.domain.pin_rules import PinKind, PinWeakness
from counterfoil.domain.staff import Permission
from counterfoil.presentation.words import failures, staff

_ALL: tuple[CounterfoilError, ...] = (
    *(SignInRefusedError(why) for why in SignInRefusal),
    *(ApprovalRefusedError(why) for why in ApprovalRefusal),
    *(StaffRefusedError(why) for why in StaffRefusal),
    *(WeakPinError(why, PinKind.CASHIER_PIN) for why in PinWeakness),
    OwnSaleError(Permission.VOID),
)


@pytest.mark.parametrize("error", _ALL, ids=lambda error: f"{type(error).__name__}-{error}")
def test_each_refusal_is_a_sentence(error: CounterfoilError) -> None:
    """None by its name in the program; a refusal took nothing."""
    said = failures.failure(error)
    assert re.fullmatch(r"[A-Z].*\.", said)
    assert "_" not in said
    assert exit_for(error) is Exit.REFUSED


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 second"),
        (45, "45 seconds"),
        (60, "60 seconds"),
        (61, "2 minutes"),
        (960, "16 minutes"),
    ],
)
def test_a_wait_is_rounded_up(seconds: float, said: str) -> None:
    """Nobody is told to wait less than they must."""
    assert staff.wait(seconds) == said
    refused = SignInRefusedError(SignInRefusal.MUST_WAIT, seconds)
    assert failures.failure(refused).endswith(f"Wait {said}.")


@pytest.mark.parametrize(
    ("kind", "shortest"), [(PinKind.CASHIER_PIN, "5"), (PinKind.PASSPHRASE, "12")]
)
def test_what_is_too_short_says_how_long_it_must_be(kind: PinKind, shortest: str) -> None:
    """By the kind that the role needs."""
    assert shortest in failures.failure(WeakPinError(PinWeakness.TOO_SHORT, kind))
