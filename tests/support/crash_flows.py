"""Lives of a journal, each a few commits long, to cut the power in."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from counterfoil.domain.advice import Advice, AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.failures import StaleChangeError, VoucherInUseError
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AttemptStarted,
    ConfirmationReplaced,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    RetentionDone,
    SaleClosed,
    SaleOpened,
    SecretsShredded,
    StaffKept,
    TypesKept,
    VoidAsked,
)
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.settling import settle
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import Permission, StaffDeed
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.journal import Journal
from support import samples as sample
from support.journals import lay_first_version, opened
from support.samples import NOON, Samples, attempt, commit, ended, later, moved, stored

A, S = AdviceState, RedemptionState
_REVERSAL = Secret('{"requestId": "r", "reversalReason": "TIMEOUT"}')
_CONFIRMATION = Secret('{"requestId": "r"}')


@dataclass(frozen=True, slots=True)
class CrashFlow:
    """One life. ``prepare`` lays down what was there before; ``settings`` are of its connection."""

    name: str
    live: Callable[[Path], Coroutine[object, object, None]]
    prepare: Callable[[Path], None] = lambda _: None
    settings: Sequence[str] = ()


async def _birth(folder: Path) -> None:
    async with opened(folder) as journal:
        await Samples().prepared(journal)


async def _keyed(folder: Path) -> None:
    """Send, answer lost, send again, approve with a change voucher, close the sale, print."""
    async with opened(folder) as journal:
        await sample.whole_story(journal, Samples())


async def _keyed_declined(folder: Path) -> None:
    samples = Samples()
    async with opened(folder) as journal:
        prepared = await samples.prepared(journal)
        asked = await asked_in_vain(journal, prepared)
        await moved(journal, asked, S.DECLINED)
        await samples.in_state(journal, S.ABANDONED)


async def _keyed_unclaimed(folder: Path) -> None:
    samples = Samples()
    async with opened(folder) as journal:
        approved = await samples.in_state(journal, S.APPROVED)
        await commit(journal, SaleClosed(approved.sale_id, SaleEnding.PAID_OTHERWISE))
        await moved(journal, approved, S.UNCLAIMED)
        await samples.in_state(journal, S.ATTENTION)


async def _advised_confirmed(folder: Path) -> None:
    async with opened(folder) as journal:
        advice = await paid_and_owing(journal, Samples())
        await delivered(journal, advice, A.OWED)
        tried = replace(advice, attempts=1, attempts_ended=1, last_ended_at=later(8))
        await delivered(journal, tried, A.ACKNOWLEDGED)


async def _advised_reversed(folder: Path) -> None:
    samples = Samples()
    async with opened(folder) as journal:
        asked = await asked_in_vain(journal, await advised_one(journal, samples))
        advice = advice_of(asked, AdviceKind.REVERSAL)
        after = replace(asked, state=S.REVERSING)
        await commit(
            journal, AdviceOwed(advice, _REVERSAL), RedemptionChanged(asked.state, after, later(3))
        )
        await delivered(journal, advice, A.ACKNOWLEDGED)
        await moved(journal, after, S.REVERSED)


async def _settled_by_hand(folder: Path) -> None:
    """Settle an advice that was left to a person, and a redemption that the till cannot decide."""
    samples = Samples()
    async with opened(folder) as journal:
        asked = await asked_in_vain(journal, await advised_one(journal, samples))
        advice = advice_of(asked, AdviceKind.REVERSAL)
        reversing = replace(asked, state=S.REVERSING)
        await commit(
            journal,
            AdviceOwed(advice, _REVERSAL),
            RedemptionChanged(asked.state, reversing, later(3)),
        )
        await delivered(journal, advice, A.SUSPENDED)
        await settled_by_hand(journal, asked.id)
        await settled_by_hand(journal, (await samples.in_state(journal, S.ATTENTION)).id)


async def _voided_outside(folder: Path) -> None:
    """Approve a void, ask for it, and give the value to the customer outside the voucher."""
    async with opened(folder) as journal:
        taken = await Samples().in_state(journal, S.FINAL)
        await commit(
            journal,
            StaffKept(
                before=None, after=sample.PERSON, at=later(5), deed=StaffDeed.ADDED, by="Nomsa"
            ),
        )
        await commit(
            journal,
            StaffKept(
                before=sample.PERSON,
                after=sample.PERSON.without_tries(),
                at=later(6),
                deed=StaffDeed.APPROVED,
                by=sample.PERSON.name,
                of="Nomsa",
                permission=Permission.VOID,
                reason="wrong_amount",
                redemption_id=taken.id,
            ),
        )
        asked = VoidAsked(taken.id, later(7), VoidReason.WRONG_AMOUNT, "Nomsa", "Thandi M.")
        await commit(journal, asked)
        await moved(journal, taken, S.RESOLVED)


async def _advised_voided(folder: Path) -> None:
    async with opened(folder) as journal:
        advice = await paid_and_owing(journal, Samples())
        final = await stored(journal, advice.redemption_id)
        replaced = replace(advice, kind=AdviceKind.REVERSAL, reason=ReversalReason.CANCELLED)
        after = replace(final, state=S.REVERSING)
        await commit(
            journal,
            ConfirmationReplaced(replaced, _REVERSAL, later(6)),
            RedemptionChanged(final.state, after, later(6)),
        )
        await delivered(journal, replaced, A.SUSPENDED)


async def _advised_refunded(folder: Path) -> None:
    """Confirm a redemption, and give back what it took with one of its own."""
    samples = Samples()
    async with opened(folder) as journal:
        await delivered(journal, advice := await paid_and_owing(journal, samples), A.ACKNOWLEDGED)
        taken = await stored(journal, advice.redemption_id)
        sale = samples.sale()
        refund = replace(
            samples.redemption(sale, fingerprint=taken.fingerprint),
            upstream=taken.upstream,
            kind=UpstreamKind.ADVISED,
            has_confirmation=True,
            refund_of=taken.id,
        )
        await commit(journal, SaleOpened(sale), RedemptionPrepared(refund, sample.REQUEST))
        prepared = await stored(journal, refund.id)
        await delivered(journal, await paid_and_owing(journal, samples, prepared), A.ACKNOWLEDGED)


async def _shift(folder: Path) -> None:
    """Open a shift, pay out, take a rest, count, close with the Z, and count its paper."""
    samples = Samples()
    async with opened(folder) as journal:
        await samples.in_state(journal, S.FINAL)
        await sample.shift_story(journal, await samples.prepared(journal))


async def _papers(folder: Path) -> None:
    async with opened(folder) as journal:
        final = await Samples().in_state(journal, S.FINAL)
        first = sample.paper(final)
        await commit(journal, PrintQueued(first), *sample.paper_moved(first, "uncertain"))
        for number in (2, 3):
            copy = sample.paper(final, number, SlipKind.COPY)
            await commit(journal, PrintQueued(copy))
            await commit(journal, *sample.paper_moved(copy, "sent", "confirmed"))


async def _types(folder: Path) -> None:
    """Long lists of types, in place of each other, with pages that are given back."""
    async with opened(folder) as journal:
        for length in (60, 5, 90, 1):
            await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,) * length))


async def _refusals(folder: Path) -> None:
    """Transactions that are rolled back between some that are not."""
    samples = Samples()
    async with opened(folder) as journal:
        for number in range(3):
            prepared = await samples.prepared(journal, fingerprint=f"voucher-{number}")
            for refused in (VoucherInUseError, StaleChangeError):
                try:
                    if refused is VoucherInUseError:
                        await samples.prepared(journal, fingerprint=f"voucher-{number}")
                    else:
                        await moved(journal, replace(prepared, state=S.INFLIGHT), S.DECLINED)
                except refused:
                    continue
                raise AssertionError("it was not refused")


async def _checkpoints(folder: Path) -> None:
    """Many redemptions, while the log is written back and begun anew."""
    samples = Samples()
    async with opened(folder) as journal:
        for state in (S.PREPARED, S.APPROVED, S.FINAL, S.INFLIGHT, S.DECLINED):
            await samples.in_state(journal, state)


async def _reopened(folder: Path) -> None:
    samples = Samples()
    for _ in range(3):
        async with opened(folder) as journal:
            await samples.in_state(journal, S.APPROVED)


async def _migrated(folder: Path) -> None:
    async with opened(folder) as journal:
        await commit(journal, TypesKept("new", NOON, (sample.GIFT_CARD,)))


async def _shredded(folder: Path) -> None:
    """Drop keys, alone and several at once, and cut the log."""
    samples = Samples()
    async with opened(folder) as journal:
        story = await sample.whole_story(journal, samples)
        over = [await samples.in_state(journal, state) for state in (S.DECLINED, S.ABANDONED)]
        await commit(journal, SecretsShredded(story.id, later(9), "machine"))
        await commit(journal, *(SecretsShredded(one.id, later(9), "machine") for one in over))
        await journal.forget()
        done = RetentionDone(at=later(9), by="machine", shredded=3, kept=0)
        await commit(journal, done)


CRASH_FLOWS: tuple[CrashFlow, ...] = (
    CrashFlow("a new journal", _birth),
    CrashFlow("keyed, sent twice, paid and printed", _keyed),
    CrashFlow("keyed, declined and abandoned", _keyed_declined),
    CrashFlow("keyed, unclaimed and for a person", _keyed_unclaimed),
    CrashFlow("advised, paid and confirmed", _advised_confirmed),
    CrashFlow("advised, reversed", _advised_reversed),
    CrashFlow("advised, voided", _advised_voided),
    CrashFlow("advised, confirmed and refunded", _advised_refunded),
    CrashFlow("settled by hand", _settled_by_hand),
    CrashFlow("voided outside the voucher", _voided_outside),
    CrashFlow("a shift and its drawer", _shift),
    CrashFlow("papers", _papers),
    CrashFlow("lists of types", _types),
    CrashFlow("refusals between commits", _refusals),
    CrashFlow("the log written back", _checkpoints, settings=("PRAGMA wal_autocheckpoint=12",)),
    CrashFlow("opened three times", _reopened),
    CrashFlow("keys dropped by the retention rules", _shredded),
    CrashFlow("brought up to date", _migrated, prepare=lay_first_version),
)


# -------------------------------------------------------------------------------- parts of a life


async def asked_in_vain(journal: Journal, prepared: Redemption) -> Redemption:
    """Write one whole attempt that decided nothing."""
    inflight = replace(prepared, state=S.INFLIGHT, attempts=1)
    await commit(
        journal,
        RedemptionChanged(S.PREPARED, inflight, later(1)),
        AttemptStarted(attempt(prepared)),
    )
    asked = replace(inflight, attempts_ended=1)
    await commit(journal, ended(prepared), RedemptionChanged(S.INFLIGHT, asked, later(2)))
    return asked


async def advised_one(journal: Journal, samples: Samples) -> Redemption:
    """Write a new redemption at an upstream that is sent advices."""
    return await samples.prepared(
        journal, kind=UpstreamKind.ADVISED, has_confirmation=True, can_refund=True
    )


def advice_of(redemption: Redemption, kind: AdviceKind) -> Advice:
    """Return an advice about a redemption, not written yet."""
    return Advice(
        id=f"advice of {redemption.id}",
        redemption_id=redemption.id,
        upstream=redemption.upstream,
        fingerprint=redemption.fingerprint,
        kind=kind,
        reason=ReversalReason.TIMEOUT if kind is AdviceKind.REVERSAL else None,
        created_at=later(5),
    )


async def paid_and_owing(
    journal: Journal, samples: Samples, prepared: Redemption | None = None
) -> Advice:
    """Write a final redemption, and return the confirmation that it owes."""
    asked = await asked_in_vain(journal, prepared or await advised_one(journal, samples))
    approved = await moved(journal, asked, S.APPROVED)
    advice = advice_of(approved, AdviceKind.CONFIRMATION)
    await commit(
        journal,
        AdviceOwed(advice, _CONFIRMATION),
        RedemptionChanged(S.APPROVED, replace(approved, state=S.FINAL), later(4)),
        SaleClosed(approved.sale_id, SaleEnding.PAID),
    )
    return replace(advice, is_refund=approved.is_refund)


async def delivered(journal: Journal, advice: Advice, state: AdviceState) -> None:
    """Write one whole attempt to deliver an advice."""
    started = replace(advice, attempts=advice.attempts + 1)
    await commit(journal, AdviceAttemptStarted(started, later(7)))
    is_over = state is A.ACKNOWLEDGED
    after = replace(
        started,
        state=state,
        attempts_ended=started.attempts,
        last_ended_at=later(8),
        acknowledged_at=later(8) if is_over else None,
    )
    await commit(
        journal,
        AdviceAttemptEnded(
            before=advice.state,
            after=after,
            at=later(8),
            outcome="repeat",
            cause="time_out",
            http_status=504,
        ),
    )


async def settled_by_hand(journal: Journal, redemption_id: str) -> None:
    """Write what a person says of a redemption, with all that it ends."""
    redemption = await stored(journal, redemption_id)
    advice = await journal.advice(redemption_id)
    await commit(journal, *settle(redemption, advice, sample.settled(redemption)).rows)
