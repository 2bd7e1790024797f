"""What every journal promises of refunds: whole, of what is final and confirmed, and only one."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain import audit
from counterfoil.domain.advice import Advice, AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.causes.journal import Finding, RowFault
from counterfoil.domain.failures import AlreadyRefundedError, VoucherInUseError
from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    CodeShown,
    RedemptionChanged,
    RedemptionPrepared,
    SaleOpened,
    VoidAsked,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import REFUNDED_NOTHING, RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.journal import Journal
from counterfoil.presentation.words.timeline import timeline
from support.journals import QUICK, lay_version, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import Samples, commit, later, moved, stored

S = RedemptionState
CONFIRMATION, REVERSAL = AdviceKind.CONFIRMATION, AdviceKind.REVERSAL
REQUEST = Secret("refund")
WAYS = {
    S.PREPARED: (),
    S.INFLIGHT: (S.INFLIGHT,),
    S.APPROVED: (S.INFLIGHT, S.APPROVED),
    S.FINAL: (S.INFLIGHT, S.APPROVED, S.FINAL),
    S.DECLINED: (S.INFLIGHT, S.DECLINED),
    S.ABANDONED: (S.ABANDONED,),
    S.REVERSING: (S.INFLIGHT, S.REVERSING),
    S.REVERSED: (S.INFLIGHT, S.REVERSING, S.REVERSED),
    S.REVERSED_UNVERIFIED: (S.INFLIGHT, S.REVERSING, S.REVERSED_UNVERIFIED),
    S.ATTENTION: (S.INFLIGHT, S.APPROVED, S.FINAL, S.ATTENTION),
    S.RESOLVED: (S.INFLIGHT, S.APPROVED, S.FINAL, S.ATTENTION, S.RESOLVED),
}
"""How a refund gets into each state, UNCLAIMED apart, which only upstreams with a key know."""


@dataclass
class Shop:
    """Writes redemptions and refunds to one journal."""

    journal: Journal
    samples: Samples = field(default_factory=Samples)

    async def advice(self, redemption: Redemption, kind: AdviceKind) -> Advice:
        """Write an advice that is owed."""
        advice = Advice(
            id=f"advice of {redemption.id}",
            redemption_id=redemption.id,
            upstream=redemption.upstream,
            fingerprint=redemption.fingerprint,
            kind=kind,
            reason=ReversalReason.TIMEOUT if kind is REVERSAL else None,
            created_at=later(3),
        )
        await commit(self.journal, AdviceOwed(advice, Secret("advice")))
        return await self.stored_advice(redemption)

    async def stored_advice(self, redemption: Redemption) -> Advice:
        """Return an advice that must be there."""
        advice = await self.journal.advice(redemption.id)
        assert advice is not None
        return advice

    async def acknowledge(self, redemption: Redemption) -> None:
        """Deliver the advice of a redemption."""
        advice = await self.stored_advice(redemption)
        counted = replace(advice, attempts=1)
        told = replace(
            counted,
            attempts_ended=1,
            state=AdviceState.ACKNOWLEDGED,
            acknowledged_at=later(9),
            last_ended_at=later(9),
        )
        end = AdviceAttemptEnded(
            before=advice.state, after=told, at=later(9), outcome="acknowledged"
        )
        await commit(self.journal, AdviceAttemptStarted(counted, later(8)), end)

    async def move(self, redemption: Redemption, state: RedemptionState) -> Redemption:
        """Move a redemption, with the advice and the amount that this needs."""
        cents = redemption.redeemed_cents
        if state is S.APPROVED:
            cents = 1_900
        elif state is S.FINAL:
            await self.advice(redemption, CONFIRMATION)
        elif state is S.REVERSING:
            await self.advice(redemption, REVERSAL)
        elif state in {S.REVERSED, S.REVERSED_UNVERIFIED}:
            await self.acknowledge(redemption)
        after = replace(redemption, state=state, redeemed_cents=cents)
        if state is S.RESOLVED:
            return await moved(self.journal, redemption, state)
        await commit(self.journal, RedemptionChanged(redemption.state, after, later(4)))
        return await stored(self.journal, redemption.id)

    async def sold(
        self, state: RedemptionState = S.FINAL, *, can_refund: bool = True
    ) -> Redemption:
        """Write a redemption in a state; what is final is not confirmed yet."""
        redemption = await self.samples.prepared(
            self.journal, kind=UpstreamKind.ADVISED, has_confirmation=True, can_refund=can_refund
        )
        for step in WAYS[state]:
            redemption = await self.move(redemption, step)
        return redemption

    async def confirmed(self, *, can_refund: bool = True) -> Redemption:
        """Write a final redemption that its upstream knows to stand."""
        redemption = await self.sold(can_refund=can_refund)
        await self.acknowledge(redemption)
        return redemption

    async def refund(self, taken: Redemption, **changes: Any) -> Redemption:
        """Prepare a refund, as it should be or otherwise."""
        sale = self.samples.sale()
        plain = replace(
            self.samples.redemption(sale, fingerprint=taken.fingerprint),
            upstream=taken.upstream,
            kind=UpstreamKind.ADVISED,
            has_confirmation=True,
            refund_of=taken.id,
        )
        new = replace(plain, **changes)
        await commit(self.journal, SaleOpened(sale), RedemptionPrepared(new, REQUEST))
        return await stored(self.journal, new.id)

    async def refunded(self, taken: Redemption, state: RedemptionState) -> Redemption:
        """Write a refund in a state."""
        refund = await self.refund(taken)
        for step in WAYS[state]:
            refund = await self.move(refund, step)
        return refund


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Return an empty journal, which is sound at the end."""
    async with opened(tmp_path / "till") as file:
        yield Shop(file)
        assert await file.verify() == ()


async def test_a_refund_is_kept_with_what_it_gives_back(shop: Shop) -> None:
    """It says so, its happenings too, and its advice is known to be about a refund."""
    taken = await shop.confirmed()
    refund = await shop.refunded(taken, S.FINAL)
    assert refund.refund_of == taken.id
    assert refund.is_refund
    assert not taken.is_refund
    (born, *_) = await shop.journal.events(refund.id)
    assert isinstance(born.event, audit.RedemptionPrepared)
    assert born.event.refund_of == taken.id
    assert (await shop.stored_advice(refund)).is_refund
    assert not (await shop.stored_advice(taken)).is_refund
    assert [one.is_refund for one in await shop.journal.owed_advices()] == [True]


@pytest.mark.parametrize("state", WAYS)
async def test_only_a_final_refund_makes_its_redemption_refunded(
    shop: Shop, state: RedemptionState
) -> None:
    """It follows from the refund, also back; nobody else can write it."""
    taken = await shop.confirmed()
    assert not taken.is_refunded
    await shop.refunded(taken, state)
    now = await stored(shop.journal, taken.id)
    assert now.is_refunded is (state is S.FINAL)
    assert replace(now, is_refunded=False) == taken
    assert now in await shop.journal.history(9)


async def test_a_redemption_that_changes_stays_refunded(shop: Shop) -> None:
    """A record from before the refund does not undo it."""
    taken = await shop.confirmed()
    await shop.refunded(taken, S.FINAL)
    await commit(shop.journal, RedemptionChanged(S.FINAL, taken, later(20)))
    assert (await stored(shop.journal, taken.id)).is_refunded


@pytest.mark.parametrize("state", [one for one in WAYS if one is not S.FINAL])
async def test_what_is_not_final_is_not_refunded(shop: Shop, state: RedemptionState) -> None:
    """Nothing was sold with it, or a person has it."""
    taken = await shop.sold(state)
    if state in {S.FINAL, S.ATTENTION}:
        await shop.acknowledge(taken)
    with pytest.raises((AssertionError, VoucherInUseError)):
        await shop.refund(taken)
    assert len(await shop.journal.history(9)) == 1


async def test_what_is_not_confirmed_is_not_refunded(shop: Shop) -> None:
    """The upstream might still be told the sale after its refund."""
    taken = await shop.sold()
    with pytest.raises(AssertionError):
        await shop.refund(taken)


async def test_an_upstream_that_refunds_nothing_is_not_asked(shop: Shop) -> None:
    """What it said when the redemption was prepared stands."""
    taken = await shop.confirmed(can_refund=False)
    with pytest.raises(AssertionError):
        await shop.refund(taken)


CHANGES = [
    {"amount": Exact(1_899)},
    {"amount": Exact(1_901)},
    {"amount": FullValue()},
    {"currency": "USD"},
    {"upstream": "another"},
    {"fingerprint": "another"},
    {"type_id": "another"},
    {"has_confirmation": False},
    {"is_advice_effective": False},
    {"can_refund": True},
    {"refund_of": "nothing"},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
async def test_a_refund_is_whole_and_goes_back_where_it_came_from(
    shop: Shop, change: dict[str, Any]
) -> None:
    """The same voucher, upstream, currency and amount, and advised alike."""
    taken = await shop.confirmed()
    with pytest.raises(AssertionError):
        await shop.refund(taken, **change)
    assert len(await shop.journal.history(9)) == 1


async def test_a_refund_that_gave_back_less_is_refused(shop: Shop) -> None:
    """A part is no refund."""
    refund = await shop.refunded(await shop.confirmed(), S.INFLIGHT)
    less = replace(refund, state=S.APPROVED, redeemed_cents=1_000)
    with pytest.raises(AssertionError):
        await commit(shop.journal, RedemptionChanged(S.INFLIGHT, less, later(5)))


async def test_a_refund_is_neither_refunded_nor_taken_back(shop: Shop) -> None:
    """What went back to the voucher stays there."""
    refund = await shop.refunded(await shop.confirmed(), S.FINAL)
    await shop.acknowledge(refund)
    with pytest.raises(AssertionError):
        await shop.refund(refund)
    with pytest.raises(AssertionError):
        await shop.move(refund, S.REVERSING)


@pytest.mark.parametrize("state", WAYS)
async def test_a_redemption_has_one_refund(shop: Shop, state: RedemptionState) -> None:
    """Only one that surely gave nothing back leaves room for another."""
    taken = await shop.confirmed()
    await shop.refunded(taken, state)
    if state in REFUNDED_NOTHING:
        again = await shop.refunded(taken, S.FINAL)
        assert again.refund_of == taken.id
        return
    with pytest.raises(AlreadyRefundedError):
        await shop.refund(taken)


async def test_a_voucher_that_is_given_back_to_is_not_redeemed(shop: Shop) -> None:
    """A refund that is under way locks its voucher, as a redemption does."""
    taken = await shop.confirmed()
    await shop.refunded(taken, S.INFLIGHT)
    with pytest.raises(VoucherInUseError):
        await shop.samples.prepared(shop.journal, fingerprint=taken.fingerprint)


async def test_who_asked_for_a_void_and_why_is_told(shop: Shop) -> None:
    """It is recorded beside the redemption, which it does not change."""
    taken = await shop.confirmed()
    await commit(shop.journal, VoidAsked(taken.id, later(30), VoidReason.GOODS_RETURNED, "Nomsa"))
    (*_, last) = await shop.journal.events(taken.id)
    assert last.event == audit.VoidAsked(reason=VoidReason.GOODS_RETURNED, by="Nomsa")
    assert last.at == later(30)
    assert await stored(shop.journal, taken.id) == taken
    with pytest.raises(AssertionError):
        await commit(
            shop.journal, VoidAsked("nothing", later(30), VoidReason.GOODS_RETURNED, "Nomsa")
        )


async def test_who_was_shown_a_change_voucher_is_told(shop: Shop) -> None:
    """It is recorded beside the redemption, which it does not change."""
    taken = await shop.confirmed()
    await commit(shop.journal, CodeShown(taken.id, later(30), "Nomsa"))
    (*_, last) = await shop.journal.events(taken.id)
    assert (last.event, last.at) == (audit.CodeShown(by="Nomsa"), later(30))
    assert await stored(shop.journal, taken.id) == taken
    assert await shop.journal.verify() == ()
    (*_, row) = timeline(taken, (last,))
    assert (row.title, row.line) == ("Change voucher's code shown", "to Nomsa")


# ---------------------------------------------------------------------------------------- the file


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return a closed journal with a redemption that is refunded, and one that is not."""
    async with opened(tmp_path / "till") as journal:
        shop = Shop(journal)
        await shop.refunded(await shop.confirmed(), S.FINAL)
        await shop.confirmed()
    return tmp_path / "till"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE redemption SET refund_of = NULL WHERE refund_of IS NOT NULL",
        "UPDATE redemption SET refund_of = id WHERE slip_number = 2",
        "UPDATE redemption SET can_refund = 0 WHERE slip_number = 1",
    ],
)
def test_the_file_keeps_what_a_refund_gives_back(folder: Path, change: str) -> None:
    """Also against somebody who writes to it directly."""
    with raw(folder) as connection, pytest.raises(sqlite3.IntegrityError, match="keeps what"):
        connection.execute(change)


@pytest.mark.parametrize(
    ("number", "is_refunded", "named"), [(1, 0, "first"), (3, 1, "last")], ids=["hide", "make up"]
)
async def test_a_refund_that_is_hidden_or_made_up_is_found(
    folder: Path, number: int, is_refunded: int, named: str
) -> None:
    """The mark beside the redemption must agree with its refunds."""
    with tampering(folder) as connection:
        connection.execute(
            "UPDATE redemption SET is_refunded = ? WHERE slip_number = ?", (is_refunded, number)
        )
        (reference,) = connection.execute(
            "SELECT reference FROM redemption WHERE slip_number = ?", (number,)
        ).fetchone()
    async with opened(folder) as journal:
        fault = RowFault.REFUND_CONTRADICTED
        assert await journal.verify() == (Finding(f"redemption {reference}", fault),), named


async def test_a_refund_that_is_made_a_redemption_is_found(folder: Path) -> None:
    """What it gives back is under its mark."""
    with tampering(folder) as connection:
        connection.execute("UPDATE redemption SET refund_of = NULL WHERE slip_number = 2")
    assert RowFault.ALTERED in {one.problem for one in find_faults_in(folder, MemoryVault, QUICK)}


async def test_a_journal_from_before_refunds_is_read(tmp_path: Path) -> None:
    """What was written then is kept to the letter; nothing in it was known to be refundable."""
    folder = tmp_path / "till"
    folder.mkdir()
    lay_version(folder, "1.2")
    assert find_faults_in(folder, MemoryVault, QUICK) == ()
    async with opened(folder) as journal:
        sold, keyed = await journal.history(9)
        assert (sold.can_refund, sold.is_refunded, sold.refund_of) == (False, False, None)
        assert not keyed.is_refund
        (advice,) = await journal.owed_advices()
        assert not advice.is_refund
        shop = Shop(journal, Samples(count(50)))
        await shop.refunded(await shop.confirmed(), S.FINAL)
        assert await journal.verify() == ()
