"""Made-up records with every part filled in, so that a part that gets lost is missed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from counterfoil.domain.books import BookLine, Books, Carried, Entry
from counterfoil.domain.drawer import CashMove, CashMoveKind, Drawer, DrawerCount
from counterfoil.domain.language import Language
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.reconciliation import Difference, DifferenceKind, Reconciliation
from counterfoil.domain.redemption import Attempt, AttemptKind, Redemption
from counterfoil.domain.rows import (
    AttemptEnded,
    AttemptStarted,
    CashMoved,
    CustomerNoted,
    DifferenceFound,
    DrawerCounted,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    RestPaid,
    Row,
    SaleClosed,
    SaleOpened,
    SettlementKept,
    ShiftClosed,
    ShiftNotPrinted,
    ShiftOpened,
    ShiftPrinted,
    StatementReconciled,
)
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs, Settlement
from counterfoil.domain.shift import Shift
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import CASHIER, Person
from counterfoil.domain.states import MOVES, Customer, RedemptionState
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher
from counterfoil.domain.voucher_type import (
    ChangeManner,
    Choice,
    FieldKind,
    FieldSpec,
    UpstreamKind,
    VoucherType,
)
from counterfoil.ports.journal import Journal
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN

NOON = datetime(2026, 11, 21, 12, 0, 0, 250_000, tzinfo=UTC)
REQUEST = Secret(f'{{"pin": "{CANARY_PIN}", "amount": 1900}}')
BODY = Secret(f'{{"status": "confirmed", "echo": "{CANARY_PIN}", "new": "{CANARY_CHANGE_PIN}"}}')
CHANGE = ChangeVoucher(
    codes=(
        ChangeCode("pin", Secret(CANARY_CHANGE_PIN)),
        ChangeCode("barcode", Secret(f"*{CANARY_CHANGE_PIN}*"), is_number=True),
    ),
    amount_cents=8_100,
    serial_number="SN 0042",
    expires="2029-11-21",
    instructions=f"Dial *130*{CANARY_CHANGE_PIN}#",
    is_sent_by_sms=True,
    unread=("voucher.state",),
    more=(ChangeVoucher(codes=(ChangeCode("token", Secret(CANARY_CHANGE_PIN)),)),),
)
FIRST_CHANGE = replace(
    CHANGE,
    codes=tuple(replace(code, is_number=False) for code in CHANGE.codes),
    unread=(),
    more=(),
)
"""The same as the first released till knew it: one voucher, a PIN and a barcode."""
PERSON = Person(
    number="17",
    name="Thandi M.",
    role=CASHIER,
    added_at=NOON,
    pin=b"verifier",
    badge=b"badge",
    failures=2,
    failed=Instant(NOON, 12.5, "boot"),
    language=Language.ISIZULU,
)
RUN = Reconciliation(
    upstream="moment",
    at=NOON,
    by="Lindiwe K.",
    approved_by="Nomsa D.",
    file_name="november.csv",
    file_hash="5a" * 32,
    columns="{}",
    since=NOON - timedelta(hours=12),
    until=NOON,
    lines=9,
    matched=5,
    undecided=1,
    without_effect=1,
    beyond=1,
    of_other_tills=2,
    differences=1,
)
GIFT_CARD = VoucherType(
    id="gift",
    upstream="moment",
    category="gift_card",
    name="Gift card",
    fields=(
        FieldSpec(name="pin", label="PIN", kind=FieldKind.DIGITS, is_sensitive=True, length=16),
        FieldSpec(
            name="size",
            label="Size",
            kind=FieldKind.CHOICE,
            choices=tuple(Choice(value=one, label=one) for one in ("small", "large")),
        ),
    ),
    description="Words – with a dash",
    colour="#123456",
    can_look_up=True,
    change=ChangeManner.INLINE,
)


@dataclass(slots=True)
class Samples:
    """Makes sales and redemptions that differ in all that must differ."""

    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def sale(self, due_cents: int | None = 1_900) -> Sale:
        """Return a new open sale."""
        number = next(self._numbers)
        return Sale(id=f"sale-{number}", currency="ZAR", due_cents=due_cents, opened_at=NOON)

    def redemption(
        self, sale: Sale, *, fingerprint: str | None = None, amount: Amount | None = None
    ) -> Redemption:
        """Return a new prepared redemption of a voucher of its own."""
        number = next(self._numbers)
        return Redemption(
            id=str(UUID(int=(number << 96) + 0x4000_8000_0000_0000_0000, version=4)),
            sale_id=sale.id,
            upstream="moment",
            type_id="1voucher",
            type_name="1Voucher",
            fingerprint=fingerprint or f"fingerprint-{number:04}",
            voucher_tail="0937",
            amount=amount or Exact(1_900),
            currency="ZAR",
            idempotency_key=f"key-{number}",
            cashier="Nomsa",
            created_at=NOON,
            sms_to="082 *** 9463",
            phone_fingerprint=f"{number:064x}",
            change_manner=ChangeManner.INLINE,
        )

    async def prepared(
        self,
        journal: Journal,
        *,
        sale: Sale | None = None,
        fingerprint: str | None = None,
        amount: Amount | None = None,
        kind: UpstreamKind = UpstreamKind.KEYED,
        has_confirmation: bool = False,
        is_advice_effective: bool = True,
        can_refund: bool = False,
    ) -> Redemption:
        """Write a new redemption, with a new sale unless one is given, and return it as stored."""
        opened = sale or self.sale()
        new = replace(
            self.redemption(opened, fingerprint=fingerprint, amount=amount),
            kind=kind,
            has_confirmation=has_confirmation,
            is_advice_effective=is_advice_effective,
            can_refund=can_refund,
        )
        opening = () if sale else (SaleOpened(opened),)
        await journal.commit((*opening, RedemptionPrepared(new, REQUEST)))
        return await stored(journal, new.id)

    async def in_state(
        self, journal: Journal, state: RedemptionState, *, sale: Sale | None = None
    ) -> Redemption:
        """Write a new redemption and move it to a state by legal moves."""
        redemption = await self.prepared(journal, sale=sale)
        for step in path_to(state):
            redemption = await moved(journal, redemption, step)
        return redemption


BY_ITS_ADVICE = (RedemptionState.REVERSING, RedemptionState.RESOLVED)
"""Only what an upstream is owed an advice for can move so."""


def path_to(state: RedemptionState) -> tuple[RedemptionState, ...]:
    """Return the shortest legal way from birth to a state."""
    ways: dict[RedemptionState, tuple[RedemptionState, ...]] = {RedemptionState.PREPARED: ()}
    while state not in ways:
        for before, after in sorted(MOVES - {BY_ITS_ADVICE}):
            if before in ways:
                ways.setdefault(after, (*ways[before], after))
    return ways[state]


async def stored(journal: Journal, redemption_id: str) -> Redemption:
    """Return a redemption that must be there."""
    redemption = await journal.redemption(redemption_id)
    assert redemption is not None
    return redemption


async def moved(
    journal: Journal, redemption: Redemption, state: RedemptionState, at: datetime | None = None
) -> Redemption:
    """Move a redemption, with the amount that an approval needs, or a settlement."""
    redeemed_cents = redemption.redeemed_cents
    if state is RedemptionState.APPROVED:
        redeemed_cents = 1_900
    after = replace(redemption, state=state, redeemed_cents=redeemed_cents)
    kept: tuple[Row, ...] = ()
    if state is RedemptionState.RESOLVED and (redemption.state, state) in MOVES:
        settlement = settled(redemption)
        settlement = replace(settlement, at=at or settlement.at)
        after = replace(after, settled_as=settlement.settled_as)
        kept = (SettlementKept(settlement),)
    await journal.commit((*kept, RedemptionChanged(redemption.state, after, at or later(1))))
    return await stored(journal, redemption.id)


def settled(redemption: Redemption) -> Settlement:
    """Return a settlement of a redemption: by hand, or outside the voucher where it is final."""
    if redemption.state is RedemptionState.FINAL:
        return Settlement(
            redemption_id=redemption.id,
            settled_as=SettledAs.OUTSIDE,
            got=CustomerGot.CASH,
            at=later(7),
            by="Nomsa",
            approved_by="Thandi M.",
        )
    return Settlement(
        redemption_id=redemption.id,
        settled_as=SettledAs.BY_HAND,
        got=CustomerGot.CREDIT,
        at=later(7),
        by="Thandi M.",
        evidence=Evidence.TAKEN,
        said_by="Lindiwe at the desk",
        provider_reference="RC 1042",
        reason="customer came back",
    )


def later(seconds: float) -> datetime:
    """Return a time after noon."""
    return NOON + timedelta(seconds=seconds)


def instant(seconds: float) -> Instant:
    """Return a reading of both clocks after noon."""
    return Instant(later(seconds), 1_000.5 + seconds, "boot-1")


def noted(redemption: Redemption, customer: Customer) -> CustomerNoted:
    """Return what is noted of the customer of a redemption's sale."""
    return CustomerNoted(
        sale_id=redemption.sale_id, redemption_id=redemption.id, customer=customer, at=NOON
    )


def attempt(redemption: Redemption, number: int = 1) -> Attempt:
    """Return the start of an attempt."""
    kind = AttemptKind.SEND if number == 1 else AttemptKind.RESEND
    return Attempt(redemption_id=redemption.id, number=number, kind=kind, started_at=later(number))


def ended(redemption: Redemption, number: int = 1, *, body: Secret | None = BODY) -> AttemptEnded:
    """Return the end of an attempt."""
    return AttemptEnded(
        redemption_id=redemption.id,
        number=number,
        at=later(number + 1),
        outcome="unknown",
        cause="time_out",
        http_status=504,
        body=body,
    )


def paper(redemption: Redemption, number: int = 1, kind: SlipKind = SlipKind.ORIGINAL) -> PrintJob:
    """Return a paper that is counted and not printed yet."""
    return PrintJob(
        redemption_id=redemption.id,
        number=number,
        kind=kind,
        copy_number=number - 1,
        queued_at=later(5),
        by="Nomsa",
    )


def paper_moved(job: PrintJob, *states: str) -> Iterator[PrintMoved]:
    """Return the rows that move a paper through states."""
    for state in states:
        after = replace(job, state=type(job.state)(state))
        yield PrintMoved(job.state, after, later(6))
        job = after


def difference_of(redemption: Redemption) -> Difference:
    """Return a difference about a redemption, with every part filled in."""
    return Difference(
        kind=DifferenceKind.DIFFERING,
        reference=redemption.reference,
        their_reference="RC-1042",
        redemption_id=redemption.id,
        state=redemption.state,
        here_cents=1_900,
        there_cents=-100,
        currency="ZAR",
        there_currency="USD",
        at=redemption.created_at,
        line=7,
        lines=2,
    )


def resolved(one: Difference) -> Difference:
    """Return a difference as a person resolved it."""
    return replace(
        one,
        resolved_at=later(60),
        resolved_by="Nomsa D.",
        approved_by="Lindiwe K.",
        reason="they paid it back",
    )


async def reconciled(
    journal: Journal, *differences: Difference, run: Reconciliation = RUN
) -> tuple[Difference, ...]:
    """Write a run with its differences, and return them as they are kept."""
    whole = replace(run, differences=len(differences))
    found = (DifferenceFound(one, whole.at) for one in differences)
    await commit(journal, StatementReconciled(whole), *found)
    (kept,) = await journal.reconciliations(1)
    return await journal.differences(kept.number)


async def whole_story(journal: Journal, samples: Samples) -> Redemption:
    """Write a redemption with every part filled in: two attempts, change, a confirmed slip."""
    prepared = await samples.prepared(journal)
    sent = replace(prepared, state=RedemptionState.INFLIGHT, attempts=1, first_sent=instant(1))
    await commit(
        journal,
        RedemptionChanged(prepared.state, sent, later(1)),
        AttemptStarted(attempt(prepared)),
    )
    asked = replace(
        sent,
        attempts_ended=1,
        last_ended=instant(2),
        known_age_s=1.5,
        conflicts=1,
        next_due_at=later(9),
    )
    await commit(journal, ended(prepared), RedemptionChanged(sent.state, asked, later(2)))
    again = replace(asked, attempts=2, next_due_at=None)
    await commit(
        journal,
        RedemptionChanged(asked.state, again, later(3)),
        AttemptStarted(attempt(prepared, 2)),
    )
    approved = replace(
        again,
        state=RedemptionState.APPROVED,
        attempts_ended=2,
        last_ended=instant(3.125),
        known_age_s=2.125,
        upstream_id="rdm_1",
        upstream_version=2,
        upstream_reference="UP-77",
        redeemed_cents=1_900,
        change=CHANGE.shape,
    )
    learnt = RedemptionChanged(again.state, approved, later(4), CHANGE)
    await commit(journal, ended(prepared, 2), learnt)
    final = replace(approved, state=RedemptionState.FINAL)
    await commit(
        journal,
        RedemptionChanged(approved.state, final, later(4)),
        SaleClosed(prepared.sale_id, SaleEnding.PAID),
    )
    job = paper(prepared)
    await commit(journal, PrintQueued(job))
    for row in paper_moved(job, "sent", "confirmed"):
        await commit(journal, row)
    return await stored(journal, prepared.id)


async def commit(journal: Journal, *rows: Row) -> None:
    """Commit rows."""
    await journal.commit(rows)


async def shift_story(journal: Journal, redemption: Redemption) -> Shift:
    """Write a shift with every part filled in, closed with its Z and printed once.

    The sale of ``redemption`` must be open, with R19.00 to pay.
    """
    shift = Shift(
        number=0,
        opened_at=later(10),
        opened_by="Nomsa",
        currency="ZAR",
        float_cents=50_000,
        begins_after=0,
    )
    await commit(journal, ShiftOpened(shift))
    opened = await journal.open_shift()
    assert opened is not None
    number = opened.number
    move = CashMove(
        shift=number,
        kind=CashMoveKind.PAY_OUT,
        cents=4_500,
        reason="milk",
        at=later(11),
        by="Nomsa",
        approved_by="Thandi M.",
    )
    count = DrawerCount(
        shift=number, pieces={20_000: 2}, expected_cents=47_400, at=later(13), by="Nomsa"
    )
    await commit(journal, CashMoved(move))
    await commit(
        journal,
        SaleClosed(redemption.sale_id, SaleEnding.PAID_OTHERWISE, "Nomsa"),
        RestPaid(
            shift=number,
            sale_id=redemption.sale_id,
            redemption_id=redemption.id,
            paid_cents=0,
            tender=Tender(TenderKind.CASH, 1_900, given_cents=2_000),
            at=later(12),
            by="Nomsa",
        ),
    )
    await commit(journal, DrawerCounted(count))
    books = Books(
        lines=(
            BookLine(
                entry=Entry.TENDERED,
                currency="ZAR",
                person="Nomsa",
                provider="",
                detail="cash",
                count=1,
                cents=1_900,
            ),
        ),
        drawer=Drawer(
            float_cents=50_000,
            moved_cents=-2_600,
            counted_cents=40_000,
            expected_cents=47_400,
            counts=1,
        ),
        carried=(
            Carried(
                reference="K7Q-42F",
                provider="moment",
                state=RedemptionState.UNCLAIMED,
                currency="ZAR",
                cents=1_900,
            ),
        ),
        carried_count=1,
        owed_advices=2,
        left_out=3,
        put_back_by="Thandi",
        head=(await journal.booked(0)).head,
    )
    await commit(
        journal,
        ShiftClosed(number=number, books=books, at=later(14), by="Nomsa", explanation="short"),
    )
    for _ in range(2):
        await commit(journal, ShiftPrinted(number=number, copy_number=0, at=later(15), by="Nomsa"))
        unsent = ShiftNotPrinted(number=number, copy_number=0, at=later(15), by="Nomsa")
        await commit(journal, unsent)
    await commit(journal, ShiftPrinted(number=number, copy_number=0, at=later(15), by="Nomsa"))
    closed = await journal.shift(number)
    assert closed is not None
    assert closed.books == books
    return closed
