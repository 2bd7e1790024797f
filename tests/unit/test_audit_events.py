"""Audit events as they are kept and read again."""

from dataclasses import replace
from typing import get_args

import pytest

from counterfoil.adapters.journal.events import event_of, facts_of, kind_of
from counterfoil.domain import audit
from counterfoil.domain.advice import AdviceKind, AdviceState
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import AttemptKind, VoidReason
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.verdict import DeclineReason, UnknownCause
from support.samples import NOON

R = RedemptionState

EVENTS: tuple[audit.AuditEvent, ...] = (
    audit.SaleOpened(sale_id="s", currency="ZAR", due_cents=1_900),
    audit.SaleClosed(sale_id="s", state=SaleState.PAID),
    audit.CustomerNoted(sale_id="s", customer=Customer.HERE, by="Nomsa"),
    audit.RedemptionPrepared(
        sale_id="s",
        upstream="moment",
        type_id="vouchers.one_voucher",
        type_name="1Voucher",
        voucher_tail="0937",
        reference="K7Q-42F",
        currency="ZAR",
        cashier="Nomsa",
        amount_cents=1_900,
        refund_of="r",
    ),
    audit.RedemptionChanged(
        before=R.INFLIGHT,
        after=R.DECLINED,
        decline=DeclineReason.EXPIRED,
        last_cause=UnknownCause.TIME_OUT,
        next_due_at=NOON,
    ),
    audit.AttemptStarted(number=1, kind=AttemptKind.SEND),
    audit.AttemptEnded(number=1, outcome="unknown", cause="time_out", http_status=504),
    audit.AdviceOwed(id="a", kind=AdviceKind.CONFIRMATION),
    audit.AdviceTurned(id="a", kind=AdviceKind.REVERSAL),
    audit.AdviceAttemptStarted(kind=AdviceKind.REVERSAL, attempts=2),
    audit.AdviceAttemptEnded(
        kind=AdviceKind.REVERSAL,
        attempts=2,
        outcome="repeat",
        before=AdviceState.OWED,
        after=AdviceState.OWED,
    ),
    audit.VoidAsked(reason=VoidReason.WRONG_AMOUNT, by="Nomsa"),
    audit.CodeShown(by="Nomsa"),
    audit.PrintQueued(number=1, kind=SlipKind.COPY, copy_number=1, by="Nomsa"),
    audit.PrintMoved(number=1, before=PrintState.QUEUED, after=PrintState.SENT),
    audit.TypesKept(upstream="moment", types=3),
    audit.JournalAccepted(by="Thandi", reason="restored", found=("this", "and that")),
)


def test_every_kind_of_event_is_tried() -> None:
    """So that a new one is not forgotten below."""
    assert {type(event) for event in EVENTS} == set(get_args(audit.AuditEvent))


@pytest.mark.parametrize("event", EVENTS, ids=kind_of)
def test_an_event_is_read_as_it_was_written(event: audit.AuditEvent) -> None:
    """With the types of all its fields."""
    assert event_of(kind_of(event), facts_of(event)) == event


def test_the_whole_value_is_no_amount() -> None:
    """It is kept in words, and is None again."""
    whole = next(one for one in EVENTS if isinstance(one, audit.RedemptionPrepared))
    whole = replace(whole, amount_cents=None)
    assert ("amount", "full value") in facts_of(whole)
    assert event_of("redemption_prepared", facts_of(whole)) == whole


def test_what_an_older_till_told_beside_is_passed_over() -> None:
    """It is in other events already."""
    facts = (("number", "1"), ("kind", "send"), ("colour", "red"))
    assert event_of("attempt_started", facts) == audit.AttemptStarted(
        number=1, kind=AttemptKind.SEND
    )


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("nothing", ()),
        ("attempt_started", (("kind", "send"),)),
        ("attempt_started", (("number", "one"), ("kind", "send"))),
        ("attempt_started", (("number", "1"), ("kind", "shout"))),
    ],
)
def test_what_is_no_event_is_refused(kind: str, facts: tuple[tuple[str, str], ...]) -> None:
    """An unknown kind, a field that is missing, and a value that is none."""
    with pytest.raises(ValueError, match=r"."):
        event_of(kind, facts)
