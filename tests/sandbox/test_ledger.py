"""The sandbox's ledger keeps its money; its package keeps to itself."""

import ast
import asyncio
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil_sandbox.app import Sandbox
from counterfoil_sandbox.faults import Dials
from counterfoil_sandbox.ledger import Debit, Ledger, LedgerError, NewVoucher, StoredAnswer
from counterfoil_sandbox.pins import (
    BLU,
    CENTRE,
    ONE_VOUCHER,
    OTT,
    SANDBOX_PINS,
    Situation,
    pins_for,
)

PACKAGE = Path(__file__).parents[2] / "app" / "counterfoil_sandbox"
NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def voucher(pin: str = "1", value_cents: int = 5000, status: str = "active") -> NewVoucher:
    """Return a voucher to be issued."""
    return NewVoucher(
        type="t",
        pin=pin,
        serial_number=f"s{pin}",
        value_cents=value_cents,
        expiry_date="2029-01-01",
        status=status,
    )


def debit(voucher_id: int, amount_cents: int) -> Debit:
    """Return a debit."""
    return Debit(
        voucher_id=voucher_id,
        redemption_id="r",
        external_reference="x",
        amount_cents=amount_cents,
        at=NOW,
    )


@pytest.mark.parametrize("amount_cents", [0, -1, 5001])
def test_more_or_less_than_there_is_cannot_be_debited(amount_cents: int) -> None:
    """The voucher stays as it was."""
    with Ledger() as ledger:
        issued = ledger.issue(voucher())
        with pytest.raises(LedgerError):
            ledger.debit(debit(issued.id, amount_cents))
        assert ledger.find_by_id(issued.id) == issued


@pytest.mark.parametrize("status", ["used", "expired", "cancelled"])
def test_a_dead_voucher_cannot_be_debited(status: str) -> None:
    """Only an active one can."""
    with Ledger() as ledger:
        issued = ledger.issue(voucher(status=status))
        with pytest.raises(LedgerError):
            ledger.debit(debit(issued.id, 1))


def test_a_replacement_must_hold_exactly_the_rest() -> None:
    """A cent more or less is refused, and nothing of the change remains."""
    with Ledger() as ledger:
        issued = ledger.issue(voucher())
        for value_cents in (3099, 3101):
            with pytest.raises(LedgerError):
                ledger.debit(debit(issued.id, 1900), replacement=voucher("2", value_cents))
        with pytest.raises(LedgerError):
            ledger.debit(debit(issued.id, 1900), replacement=voucher("1", 3100))
        assert ledger.find_by_id(issued.id) == issued
        assert ledger.report()["vouchers"][0]["debits"] == []


def issue_two(ledger: Ledger) -> None:
    """Issue a new voucher, and then one whose number is taken."""
    ledger.issue(voucher("2"))
    ledger.issue(voucher("1"))


def test_a_failing_change_leaves_nothing_behind() -> None:
    """Also when changes are nested."""
    with Ledger() as ledger:
        ledger.issue(voucher("1"))
        with pytest.raises(LedgerError), ledger.transaction():
            issue_two(ledger)
        assert [row["pin"] for row in ledger.report()["vouchers"]] == ["1"]


def test_a_stored_answer_is_forgotten_when_it_is_too_old() -> None:
    """It is there just before and gone from then on, even when the clock goes back."""
    stored = StoredAnswer(fingerprint="f", status=201, content_type="c", body=b"{}", at=NOW)
    keep = timedelta(hours=24)
    with Ledger() as ledger:
        ledger.store_answer("k", stored)
        just_before = NOW + keep - timedelta(seconds=1)
        assert ledger.stored_answer("k", now=just_before, keep=keep) == stored
        assert ledger.stored_answer("k", now=NOW + keep, keep=keep) is None
        assert ledger.stored_answer("k", now=NOW, keep=keep) is None


REQUESTS = st.lists(
    st.tuples(
        st.sampled_from([ONE_VOUCHER, OTT, BLU, CENTRE]),
        st.sampled_from(
            [
                Situation.USABLE,
                Situation.INSUFFICIENT,
                Situation.STAYS_DRAFT,
                Situation.ANSWER_LOST,
                Situation.STORED_ERROR,
                Situation.USED,
                Situation.EXPIRED,
            ]
        ),
        st.integers(0, 3),
        st.one_of(st.none(), st.integers(1, 6000)),
        st.one_of(st.none(), st.sampled_from(["a", "b", "c"])),
    ),
    max_size=12,
)


def source_of(type_id: str, pin: str) -> dict[str, str | int]:
    """Return the source of a row, or of a replacement voucher."""
    for row in SANDBOX_PINS:
        if (row.type, row.pin) == (type_id, pin):
            return dict(row.source)
    raise AssertionError


@settings(max_examples=60, deadline=None)
@given(requests=REQUESTS)
def test_money_is_conserved_whatever_is_asked(
    requests: list[tuple[str, Situation, int, int | None, str | None]],
) -> None:
    """Issued is balances and debits, in all and for each voucher; a confirmation is a debit."""
    sandbox = Sandbox(now=lambda: NOW)
    issued_cents = sandbox.ledger.totals()["issued_cents"]
    for type_id, situation, index, amount, key in requests:
        pins = pins_for(type_id, situation)
        body = {"type": type_id, "source": source_of(type_id, pins[index % len(pins)])}
        money = {} if amount is None else {"amount": amount, "currency": "ZAR"}
        asyncio.run(sandbox.desk.create(json.dumps(body | money).encode(), key))
    for row in sandbox.ledger.report()["redemptions"][::2]:
        sandbox.desk.complete(row["id"], outcome="confirmed")
    report = sandbox.ledger.report()
    sandbox.close()
    totals = report["totals"]
    assert totals["issued_cents"] == issued_cents
    assert totals["issued_cents"] == totals["balance_cents"] + totals["debited_cents"]
    for row in report["vouchers"]:
        moved = row["replacement"]["value_cents"] if row["replacement"] else 0
        debited = sum(each["amount_cents"] for each in row["debits"])
        assert row["value_cents"] == row["balance_cents"] + debited + moved
    confirmed = {row["id"]: row["redeemed_cents"] for row in report["redemptions"]}
    taken: Counter[str] = Counter()
    for row in report["vouchers"]:
        for each in row["debits"]:
            taken[each["redemption_id"]] += each["amount_cents"]
    del taken["before-the-sandbox"]
    assert dict(taken) == {name: cents for name, cents in confirmed.items() if cents}


def test_no_number_of_the_table_stands_twice() -> None:
    """Each situation of each type has numbers of its own, of the right length."""
    assert len({row.pin for row in SANDBOX_PINS}) == len(SANDBOX_PINS)
    assert len({(row.type, row.serial_number) for row in SANDBOX_PINS}) == len(SANDBOX_PINS)
    lengths = {ONE_VOUCHER: {16}, OTT: {12, 16}, BLU: {16}}
    for type_id, expected in lengths.items():
        assert {len(row.pin) for row in SANDBOX_PINS if row.type == type_id} == expected


@pytest.mark.parametrize("type_id", [ONE_VOUCHER, OTT, BLU])
def test_each_voucher_type_has_every_situation(type_id: str) -> None:
    """So that every outcome can be provoked with every type."""
    assert {row.situation for row in SANDBOX_PINS if row.type == type_id} == set(Situation)


def test_the_example_voucher_of_the_documents_holds_fifty_rand() -> None:
    """The one number that stands in the provider's examples."""
    found = [row for row in SANDBOX_PINS if row.pin == "1115684091419838"]
    assert [(row.type, row.value_cents) for row in found] == [(ONE_VOUCHER, 5000)]


def test_the_clock_of_a_ledger_can_be_moved() -> None:
    """By the dial, forward from the given time, and back with a reset."""
    sandbox = Sandbox(now=lambda: NOW)
    sandbox.set_dials(Dials(advance_s=90))
    assert sandbox.clock.now() == NOW + timedelta(seconds=90)
    sandbox.reset()
    assert sandbox.clock.now() == NOW
    sandbox.close()


def test_the_sandbox_imports_nothing_of_the_till() -> None:
    """A misreading in one cannot be mirrored in the other."""
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.split(".")[0] == "counterfoil"], module.name


def test_importing_the_package_loads_no_web_framework() -> None:
    """The till may import it at the start without paying for it."""
    program = "import sys, counterfoil_sandbox; print({'fastapi', 'uvicorn'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(PACKAGE.parents[1])},
    )
    assert result.stdout.strip() == "set()"
