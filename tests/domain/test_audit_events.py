"""Audit events as they are kept and read again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from counterfoil.adapters.journal.storage.events import (
    content_of,
    event_of,
    number_of,
    old_event_of,
    time_of,
    time_us,
)
from counterfoil.domain import audit
from counterfoil.domain.advice import AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.drawer import CashMoveKind
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.printing import PrintState
from counterfoil.domain.reconciliation import DifferenceKind
from counterfoil.domain.redemption import AttemptKind, VoidReason
from counterfoil.domain.rows import SaleMustBeOpen
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import Permission, StaffDeed
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.tender import TenderKind
from counterfoil.domain.verdict import DeclineReason, UnknownCause
from support.samples import NOON

R = RedemptionState

EVENTS: tuple[audit.AuditEvent, ...] = (
    audit.SaleOpened(sale_id="s", currency="ZAR", due_cents=1_900),
    audit.SaleClosed(sale_id="s", state=SaleState.SET_ASIDE, by="Nomsa"),
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
    audit.ConfirmationReplaced(id="a", kind=AdviceKind.REVERSAL),
    audit.AdviceAttemptStarted(kind=AdviceKind.REVERSAL, attempts=2),
    audit.AdviceAttemptEnded(
        kind=AdviceKind.REVERSAL,
        attempts=2,
        outcome="repeat",
        before=AdviceState.OWED,
        after=AdviceState.OWED,
    ),
    audit.VoidAsked(reason=VoidReason.WRONG_AMOUNT, by="Nomsa"),
    audit.AdviceSettled(kind=AdviceKind.REVERSAL, before=AdviceState.SUSPENDED),
    audit.Settled(
        settled_as=SettledAs.BY_HAND,
        got=CustomerGot.GOODS,
        by="Nomsa",
        approved_by="Thandi",
        evidence=Evidence.NOT_TAKEN,
        said_by="Lindiwe",
        provider_reference="20261129000000001042",
        reason="came back",
    ),
    audit.CodeShown(by="Nomsa", way=MessageWay.SMS),
    audit.SecretsShredded(by="machine"),
    audit.RetentionDone(by="Lindiwe", shredded=12, kept=1),
    audit.PhoneExported(by="Lindiwe", phone_end="463", found=2, approved_by="Thandi"),
    audit.SettingChanged(by="Lindiwe", name="till.number", before="1", after="7"),
    audit.PrintQueued(number=1, kind=SlipKind.COPY, copy_number=1, by="Nomsa", is_reopened=True),
    audit.PrintMoved(number=1, before=PrintState.SENT, after=PrintState.CONFIRMED, by="Nomsa"),
    audit.TypesKept(upstream="moment", types=3),
    audit.StaffDone(
        number="17",
        deed=StaffDeed.APPROVED,
        by="Thandi",
        of="Nomsa",
        permission=Permission.VOID,
        reason="wrong_amount",
        language=Language.ISIZULU,
    ),
    audit.ShiftOpened(number=3, by="Nomsa", currency="ZAR", float_cents=50_000, begins_after=1_207),
    audit.CashMoved(
        shift=3,
        kind=CashMoveKind.PAY_OUT,
        cents=4_500,
        by="Nomsa",
        reason="milk",
        approved_by="Thandi",
    ),
    audit.RestPaid(
        shift=3, sale_id="s", kind=TenderKind.CASH, cents=3_100, by="Nomsa", given_cents=5_000
    ),
    audit.DrawerCounted(
        shift=3, counted_cents=200, expected_cents=250, by="Nomsa", pieces=("100x2",)
    ),
    audit.ShiftClosed(
        number=3,
        by="Nomsa",
        until=1_300,
        counted_cents=200,
        difference_cents=-50,
        explanation="short",
    ),
    audit.ShiftPrinted(number=3, copy_number=1, by="Nomsa", approved_by="Thandi"),
    audit.ShiftNotPrinted(number=3, copy_number=1, by="Nomsa"),
    audit.JournalAccepted(by="Thandi", reason="restored", found=("this", "and that")),
    audit.StatementReconciled(
        number=1, upstream="moment", by="Nomsa", file_hash="5a", lines=9, matched=8, differences=1
    ),
    audit.DifferenceFound(
        number=1,
        run=1,
        kind=DifferenceKind.DOUBLED,
        reference="K7Q-42F",
        their_reference="RC-1042",
        there_cents=3_800,
        there_currency="ZAR",
        here_cents=1_900,
    ),
    audit.DifferenceResolved(number=1, by="Nomsa", reason="they paid it back"),
)


def test_every_kind_of_event_is_tried() -> None:
    """So that a new one is not forgotten below."""
    assert {type(event) for event in EVENTS} == set(get_args(audit.AuditEvent))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_read_as_it_was_written(event: audit.AuditEvent) -> None:
    """With the types of all its fields."""
    assert event_of(number_of(event), content_of(event)) == event


def test_every_kind_has_a_number_of_its_own() -> None:
    """None is given twice, which would make one event of another."""
    assert len({number_of(event) for event in EVENTS}) == len(EVENTS)


def test_an_event_takes_little_room() -> None:
    """No names, no absent fields at the end, and ids in a short form that is read again.

    What is not so is absent too.
    """
    shown = audit.CodeShown(by="Nomsa")
    assert content_of(shown) == '["Nomsa"]'
    opened = content_of(replace(shown, is_reopened=True))
    assert opened == '["Nomsa",null,null,true]'
    assert content_of(audit.AttemptStarted(number=1, kind=AttemptKind.SEND)) == "[1,5]"
    sale_id = "0a6f1f6e-52d3-4a9c-8d4b-3f0c2b7a9e11"
    closed = audit.SaleClosed(sale_id=sale_id, state=SaleState.PAID)
    assert content_of(closed) == '["~Cm8fblLTSpyNSz8MK3qeEQ",9]'
    assert event_of(number_of(closed), content_of(closed)) == closed


@pytest.mark.parametrize("by", ["~", "~~", "~Cm8fblLTSpyNSz8MK3qeEQ", "\ud800", "\N{SNOWMAN}"])
def test_any_text_comes_back(by: str) -> None:
    """Also one that looks like an id in its short form."""
    event = audit.CodeShown(by=by)
    assert event_of(number_of(event), content_of(event)) == event


@pytest.mark.parametrize(
    ("number", "content", "today"),
    [(2, '["s","set_aside"]', '["s",23]'), (15, '[1,"sent","confirmed"]', "[1,7,8]")],
)
def test_an_event_from_before_it_named_who_acted_is_read(
    number: int, content: str, today: str
) -> None:
    """It says that nobody is named; its words were words before version 4.0."""
    event = event_of(number, content)
    assert isinstance(event, audit.SaleClosed | audit.PrintMoved)
    assert event.by is None
    assert content_of(event) == today
    assert event_of(number, today) == event


def test_a_word_keeps_its_place() -> None:
    """With another place for one an event would say what did not happen."""
    moves: list[audit.AuditEvent] = [
        audit.RedemptionChanged(before=R.PREPARED, after=R.INFLIGHT),
        audit.RedemptionChanged(before=R.APPROVED, after=R.FINAL),
        audit.RedemptionChanged(before=R.DECLINED, after=R.REVERSING),
        audit.RedemptionChanged(before=R.REVERSED, after=R.ATTENTION),
        audit.PrintMoved(number=1, before=PrintState.QUEUED, after=PrintState.NOT_COMPLETE),
        audit.AdviceOwed(
            id="a", kind=AdviceKind.REVERSAL, reason=ReversalReason.RESPONSE_NOT_FINAL
        ),
        audit.ConfirmationReplaced(id="a", kind=AdviceKind.REVERSAL, reason=ReversalReason.TIMEOUT),
        audit.AdviceOwed(id="a", kind=AdviceKind.CONFIRMATION),
        audit.AttemptStarted(number=2, kind=AttemptKind.RESEND),
        audit.PrintQueued(number=1, kind=SlipKind.ORIGINAL, copy_number=0, by="N"),
        audit.PrintQueued(number=2, kind=SlipKind.COPY, copy_number=1, by="N"),
    ]
    assert [content_of(one) for one in moves] == [
        *("[1,2]", "[3,4]", "[15,16]", '[17,"attention"]', "[1,6,22]"),
        *('["a",18,"response_not_final"]', '["a",18,19]', '["a",11]', "[2,20]"),
        *('[1,10,0,"N"]', '[2,21,1,"N"]'),
    ]


def test_a_field_of_a_newer_till_is_passed_over() -> None:
    """It comes last, and an older event lacks what has a default."""
    assert event_of(6, '[1,"send","fast"]') == audit.AttemptStarted(number=1, kind=AttemptKind.SEND)
    assert event_of(7, '[1,"approved"]') == audit.AttemptEnded(number=1, outcome="approved")


@pytest.mark.parametrize(
    ("number", "content"),
    [
        (99, "[]"),
        (6, "[1]"),
        (6, '["one","send"]'),
        (6, '[1,"shout"]'),
        (6, "[1,0]"),
        (6, "[1,-19]"),
        (6, "[1,99]"),
        (6, "{"),
        (6, "7"),
    ],
)
def test_what_is_no_event_is_refused(number: int, content: str) -> None:
    """An unknown kind, a field that is missing, a value that is none, and no JSON."""
    with pytest.raises((ValueError, TypeError)):
        event_of(number, content)


OLD = [
    (
        "redemption_prepared",
        (
            ("sale_id", "s"),
            ("upstream", "moment"),
            ("type_id", "1voucher"),
            ("reference", "K7Q-42F"),
            ("slip_number", "7"),
            ("amount", "full value"),
            ("currency", "ZAR"),
            ("cashier", "Nomsa"),
        ),
        audit.RedemptionPrepared(
            sale_id="s",
            upstream="moment",
            type_id="1voucher",
            reference="K7Q-42F",
            currency="ZAR",
            cashier="Nomsa",
        ),
    ),
    (
        "redemption_changed",
        (
            ("before", "inflight"),
            ("after", "inflight"),
            ("attempts", "1"),
            ("follow_up", "resend"),
            ("next_due_at", "2026-11-21T12:00:00.250000+00:00"),
        ),
        audit.RedemptionChanged(before=R.INFLIGHT, after=R.INFLIGHT, next_due_at=NOON),
    ),
    (
        "advice_attempt_started",
        (("id", "a"), ("kind", "reversal"), ("attempts", "2")),
        audit.AdviceAttemptStarted(kind=AdviceKind.REVERSAL, attempts=2),
    ),
    (
        "advice_turned",
        (("id", "a"), ("kind", "reversal"), ("reason", "cancelled")),
        audit.ConfirmationReplaced(
            id="a", kind=AdviceKind.REVERSAL, reason=ReversalReason.CANCELLED
        ),
    ),
    (
        "journal_accepted",
        (("by", "Thandi"), ("reason", "restored"), ("found", "this"), ("found", "and that")),
        audit.JournalAccepted(by="Thandi", reason="restored", found=("this", "and that")),
    ),
]


@pytest.mark.parametrize(("kind", "facts", "event"), OLD, ids=[kind for kind, *_ in OLD])
def test_an_event_of_an_older_journal_is_read(
    kind: str, facts: tuple[tuple[str, str], ...], event: audit.AuditEvent
) -> None:
    """By the names of its facts; what is in other events already is passed over."""
    assert old_event_of(kind, facts) == event


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("nothing", ()),
        ("attempt_started", (("kind", "send"),)),
        ("attempt_started", (("number", "one"), ("kind", "send"))),
        ("attempt_started", (("number", "1"), ("kind", "shout"))),
    ],
)
def test_what_was_no_event_is_refused(kind: str, facts: tuple[tuple[str, str], ...]) -> None:
    """An unknown kind, a field that is missing, and a value that is none."""
    with pytest.raises(ValueError, match=r"."):
        old_event_of(kind, facts)


def test_a_time_is_kept_to_the_microsecond() -> None:
    """Before 1970, too, which is what a dead clock says."""
    for at in (NOON, datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)):
        assert time_of(time_us(at)) == at


def test_what_writes_nothing_is_no_event() -> None:
    """That a sale must be open is only asked."""
    assert audit.happened(SaleMustBeOpen("s")) is None
