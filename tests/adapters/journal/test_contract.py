"""What every journal promises: the one in memory and the file."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.adapters.journal.storage.records import read_types, types_text
from counterfoil.domain import audit
from counterfoil.domain.failures import (
    ReferenceTakenError,
    SaleClosedError,
    SaleInUseError,
    StaleChangeError,
    VoucherInUseError,
)
from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.printing import PRINT_MOVES, PrintState
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.rows import (
    AttemptStarted,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    Row,
    SaleClosed,
    SaleMustBeOpen,
    SaleOpened,
    SettlementKept,
    TypesKept,
)
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.search import Search
from counterfoil.domain.settlement import Evidence, SettledAs
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import (
    CUSTOMER_MOVES,
    FOR_A_PERSON,
    MOVES,
    OPEN,
    TERMINAL,
    VOUCHER_LOCKED,
    Customer,
    RedemptionState,
    SaleState,
)
from counterfoil.domain.verdict import ChangeVoucher, DeclineReason, FollowUp, UnknownCause
from counterfoil.domain.voucher_type import Choice, UpstreamKind
from counterfoil.ports.journal import Journal
from support import samples as sample
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.journals import opened
from support.samples import (
    NOON,
    Samples,
    attempt,
    commit,
    ended,
    instant,
    later,
    moved,
    noted,
    paper,
    settled,
    stored,
)

S = RedemptionState


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """Return an empty journal."""
    async with opened(tmp_path / "till") as file:
        yield file


@pytest.fixture
def samples() -> Samples:
    """Return a source of records that differ."""
    return Samples()


def ids(redemptions: tuple[Redemption, ...]) -> list[str]:
    """Return ids in order."""
    return [redemption.id for redemption in redemptions]


# ----------------------------------------------------------------------------------- redemptions


async def test_a_redemption_comes_back_with_every_part(journal: Journal, samples: Samples) -> None:
    """Each field of the record, filled with something else than its default, is kept."""
    prepared = await samples.prepared(
        journal,
        kind=UpstreamKind.ADVISED,
        has_confirmation=True,
        is_advice_effective=False,
        can_refund=True,
    )
    full = replace(
        prepared,
        state=S.ATTENTION,
        attempts=3,
        attempts_ended=2,
        conflicts=4,
        first_sent=instant(1),
        last_ended=instant(2.5),
        next_due_at=later(60),
        last_cause=UnknownCause.TIME_OUT,
        follow_up=FollowUp.FETCH,
        is_resend_spent=True,
        known_age_s=3.5,
        upstream_id="rdm_9",
        upstream_version=7,
        upstream_reference="UP-1",
        redeemed_cents=1_900,
        change=sample.CHANGE.shape,
        decline=DeclineReason.EXPIRED,
        attention=AttentionCause.MISMATCH,
    )
    inflight = await moved(journal, prepared, S.INFLIGHT)
    await commit(journal, RedemptionChanged(inflight.state, full, later(2), sample.CHANGE))
    kept = await stored(journal, prepared.id)
    assert kept == full
    assert await journal.change(prepared.id) == sample.CHANGE
    defaults = {field.name for field in fields(kept) if getattr(kept, field.name) == field.default}
    told_elsewhere = {"refund_of", "is_refunded", "settled_as", "shredded_at"}
    assert defaults == told_elsewhere, "the sample leaves a field unproved"
    resolved = await moved(journal, kept, S.RESOLVED)
    assert resolved == replace(kept, state=S.RESOLVED, settled_as=SettledAs.BY_HAND)


@pytest.mark.parametrize(
    "change", [None, ChangeVoucher(), ChangeVoucher(amount_cents=5), ChangeVoucher(amount_cents=0)]
)
async def test_a_change_voucher_may_lack_any_part(
    journal: Journal, samples: Samples, change: ChangeVoucher | None
) -> None:
    """A change voucher of which little is told comes back as little."""
    inflight = await samples.in_state(journal, S.INFLIGHT)
    shape = None if change is None else change.shape
    approved = replace(inflight, state=S.APPROVED, redeemed_cents=100, change=shape)
    await commit(journal, RedemptionChanged(S.INFLIGHT, approved, NOON, change))
    assert await stored(journal, inflight.id) == approved
    assert await journal.change(inflight.id) == change


async def test_the_whole_voucher_is_kept_as_such(journal: Journal, samples: Samples) -> None:
    """An amount that takes everything does not come back as a number."""
    prepared = await samples.prepared(journal, amount=FullValue())
    assert prepared.amount == FullValue()


async def test_the_change_pin_survives_a_later_change(journal: Journal, samples: Samples) -> None:
    """A change that carries the same change voucher keeps it."""
    final = await sample.whole_story(journal, samples)
    noted = replace(final, upstream_reference="UP-78")
    await commit(journal, RedemptionChanged(S.FINAL, noted, later(9)))
    assert (await stored(journal, final.id)).change == sample.CHANGE.shape
    kept = await journal.change(final.id)
    assert kept is not None
    assert kept.pin is not None
    assert kept.pin.reveal() == CANARY_CHANGE_PIN


@pytest.mark.parametrize("whole", [None, ChangeVoucher(amount_cents=5)])
async def test_a_change_voucher_is_written_whole_or_the_commit_is_refused(
    journal: Journal, samples: Samples, whole: ChangeVoucher | None
) -> None:
    """A redemption that says it has one, and no codes with it, would lose the customer's money."""
    inflight = await samples.in_state(journal, S.INFLIGHT)
    approved = replace(inflight, state=S.APPROVED, redeemed_cents=100, change=sample.CHANGE.shape)
    with pytest.raises(AssertionError, match="a change voucher"):
        await commit(journal, RedemptionChanged(S.INFLIGHT, approved, NOON, whole))
    assert await stored(journal, inflight.id) == inflight


async def test_nobody_has_the_change_of_what_the_journal_does_not_know(
    journal: Journal, samples: Samples
) -> None:
    """Neither of an unknown redemption, nor of one without change."""
    prepared = await samples.prepared(journal)
    assert await journal.change("nobody") is None
    assert await journal.change(prepared.id) is None


async def test_the_request_is_kept_to_the_letter(journal: Journal, samples: Samples) -> None:
    """What will be resent is what was prepared."""
    prepared = await samples.prepared(journal)
    assert (await journal.request(prepared.id)).reveal() == sample.REQUEST.reveal()


async def test_only_what_was_prepared_has_a_request(journal: Journal) -> None:
    """Asking for the request of an unknown redemption is our own mistake."""
    with pytest.raises(AssertionError):
        await journal.request("nobody")


async def test_slip_numbers_count_from_one(journal: Journal, samples: Samples) -> None:
    """Each redemption gets the number that was announced."""
    assert await journal.next_slip_number() == 1
    first = await samples.prepared(journal)
    assert await journal.next_slip_number() == 2
    second = await samples.prepared(journal)
    assert (first.slip_number, second.slip_number) == (1, 2)


async def test_a_slip_number_is_kept_by_a_change_that_does_not_know_it(
    journal: Journal, samples: Samples
) -> None:
    """The record that was prepared has no number yet; a change may start from it all the same."""
    prepared = await samples.prepared(journal)
    unnumbered = replace(prepared, slip_number=0, state=S.INFLIGHT)
    await commit(journal, RedemptionChanged(S.PREPARED, unnumbered, NOON))
    assert (await stored(journal, prepared.id)).slip_number == prepared.slip_number


async def test_a_redemption_is_found_by_its_reference(journal: Journal, samples: Samples) -> None:
    """People know a redemption by six letters."""
    prepared = await samples.prepared(journal)
    assert await journal.redemption_by_reference(prepared.reference) == prepared
    assert await journal.redemption_by_reference("000-000") is None


async def test_the_newest_redemption_of_a_sale_is_found(journal: Journal, samples: Samples) -> None:
    """Another sale's is none of it."""
    first = await samples.prepared(journal)
    assert await journal.last_of_sale(first.sale_id) == first
    await moved(journal, first, S.ABANDONED)
    opened = await journal.sale(first.sale_id)
    second = await samples.prepared(journal, sale=opened)
    await samples.prepared(journal)
    assert await journal.last_of_sale(first.sale_id) == second


async def test_what_was_never_written_is_not_there(journal: Journal) -> None:
    """An unknown id gives nothing, in every way of asking."""
    assert await journal.redemption("nobody") is None
    assert await journal.sale("nothing") is None
    assert await journal.last_of_sale("nothing") is None
    assert await journal.attempts("nobody") == ()
    assert await journal.print_jobs("nobody") == ()
    assert await journal.events("nobody") == ()
    assert await journal.kept_types("nowhere") is None


# ----------------------------------------------------------------------------------------- lists


async def settled_by_hand(
    journal: Journal, redemption: Redemption, evidence: Evidence
) -> Redemption:
    """Settle a redemption by what the provider says."""
    by_hand = replace(settled(redemption), settled_as=SettledAs.BY_HAND, evidence=evidence)
    after = replace(redemption, state=S.RESOLVED, settled_as=SettledAs.BY_HAND)
    changed = RedemptionChanged(redemption.state, after, later(7))
    await commit(journal, SettlementKept(by_hand), changed)
    return await stored(journal, redemption.id)


async def test_each_list_holds_its_states(journal: Journal, samples: Samples) -> None:
    """Open, for a person and to finish are told apart by state alone, oldest first."""
    written = [await samples.in_state(journal, state) for state in S]
    open_ids = [one.id for one in written if one.state in OPEN]
    person_ids = [one.id for one in written if one.state in FOR_A_PERSON]
    due_ids = [one.id for one in written if one.state in {S.FINAL, S.RESOLVED}]
    assert ids(await journal.open_redemptions()) == open_ids
    assert ids(await journal.redemptions_for_a_person()) == person_ids
    assert ids(await journal.slips_to_finish()) == due_ids
    assert await journal.slip_ids_to_finish() == frozenset(due_ids)


@pytest.mark.parametrize(
    ("kind", "states", "is_finished"),
    [
        (SlipKind.ORIGINAL, ("sent", "confirmed"), True),
        (SlipKind.COPY, ("uncertain", "confirmed"), True),
        (SlipKind.PENDING, ("sent", "confirmed"), False),
        (SlipKind.ORIGINAL, ("sent", "not_complete"), False),
        (SlipKind.ORIGINAL, ("sent",), False),
    ],
)
async def test_only_a_confirmed_slip_finishes(
    journal: Journal,
    samples: Samples,
    kind: SlipKind,
    states: tuple[str, ...],
    is_finished: bool,
) -> None:
    """A pending slip, and one that nobody confirmed, leave the slip to finish."""
    final = await samples.in_state(journal, S.FINAL)
    job = paper(final, kind=kind)
    await commit(journal, PrintQueued(job), *sample.paper_moved(job, *states))
    assert bool(await journal.slips_to_finish()) is not is_finished


@pytest.mark.parametrize(
    ("evidence", "is_due"), [(Evidence.TAKEN, True), (Evidence.NOT_TAKEN, False)]
)
async def test_what_was_settled_by_hand_waits_for_its_slip(
    journal: Journal, samples: Samples, evidence: Evidence, is_due: bool
) -> None:
    """Where value was taken: its slip has what the customer may never have had."""
    late = await samples.in_state(journal, S.UNCLAIMED)
    resolved = await settled_by_hand(journal, late, evidence)
    assert ids(await journal.slips_to_finish()) == ([resolved.id] if is_due else [])
    assert await journal.slip_ids_to_finish() == frozenset(ids(await journal.slips_to_finish()))
    assert await journal.verify() == ()
    job = paper(resolved)
    await commit(journal, PrintQueued(job), *sample.paper_moved(job, "sent", "confirmed"))
    assert await journal.slips_to_finish() == ()
    assert await journal.verify() == ()


async def test_a_slip_that_was_finished_before_is_not_due_again(
    journal: Journal, samples: Samples
) -> None:
    """Where people settle what was sold, and value stays taken, the customer has it all."""
    sold = await samples.in_state(journal, S.FINAL)
    job = paper(sold)
    await commit(journal, PrintQueued(job), *sample.paper_moved(job, "sent", "confirmed"))
    doubted = await moved(journal, sold, S.ATTENTION)
    await settled_by_hand(journal, doubted, Evidence.TAKEN)
    assert await journal.slips_to_finish() == ()
    assert await journal.verify() == ()


@pytest.mark.parametrize("has_slip", [True, False])
async def test_a_void_outside_the_voucher_waits_for_its_own_paper(
    journal: Journal, samples: Samples, has_slip: bool
) -> None:
    """The sale's slip is no part of it, whether or not it was finished."""
    sold = await samples.in_state(journal, S.FINAL)
    original = paper(sold)
    states = ("sent", "confirmed") if has_slip else ("sent",)
    await commit(journal, PrintQueued(original), *sample.paper_moved(original, *states))
    voided = await moved(journal, sold, S.RESOLVED)
    assert ids(await journal.slips_to_finish()) == [voided.id]
    if not has_slip:
        sent = replace(original, state=PrintState.SENT)
        await commit(journal, *sample.paper_moved(sent, "confirmed"))
        assert ids(await journal.slips_to_finish()) == [voided.id]
    void = paper(voided, kind=SlipKind.VOID, number=2)
    await commit(journal, PrintQueued(void), *sample.paper_moved(void, "sent"))
    assert ids(await journal.slips_to_finish()) == [voided.id]
    assert await journal.verify() == ()
    await commit(journal, *sample.paper_moved(replace(void, state=PrintState.SENT), "confirmed"))
    assert await journal.slips_to_finish() == ()
    assert await journal.verify() == ()


async def test_a_paper_is_under_way_until_its_printing_ends(
    journal: Journal, samples: Samples
) -> None:
    """Whatever became of its redemption, and whether or not its slip is finished."""
    final, other = [await samples.in_state(journal, S.FINAL) for _ in range(2)]
    first, copy = paper(final), paper(final, kind=SlipKind.COPY, number=2)
    await commit(journal, PrintQueued(first), *sample.paper_moved(first, "sent", "confirmed"))
    assert await journal.papers_under_way() == ()
    pending = paper(other, kind=SlipKind.PENDING)
    await commit(journal, PrintQueued(copy), PrintQueued(pending))
    assert await journal.papers_under_way() == (copy, pending)
    await commit(journal, *sample.paper_moved(copy, "uncertain"))
    assert await journal.papers_under_way() == (pending,)


async def test_history_pages_newest_first(journal: Journal, samples: Samples) -> None:
    """A page holds the newest below a slip number."""
    written = [(await samples.prepared(journal)).id for _ in range(5)]
    assert ids(await journal.history(2)) == [written[4], written[3]]
    assert ids(await journal.history(2, before=4)) == [written[2], written[1]]
    assert ids(await journal.history(9, before=2)) == [written[0]]
    assert ids(await journal.history(9, before=1)) == []


# -------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize("state", list(S))
async def test_a_voucher_is_locked_until_it_is_settled(
    journal: Journal, samples: Samples, state: RedemptionState
) -> None:
    """A second redemption of a voucher is refused in each state that is not settled (I1)."""
    first = await samples.in_state(journal, state)
    sale = samples.sale()
    await commit(journal, SaleOpened(sale))
    if state in VOUCHER_LOCKED:
        with pytest.raises(VoucherInUseError):
            await samples.prepared(journal, sale=sale, fingerprint=first.fingerprint)
    else:
        await samples.prepared(journal, sale=sale, fingerprint=first.fingerprint)


@pytest.mark.parametrize("state", list(S))
async def test_a_sale_is_locked_while_its_redemption_is_open(
    journal: Journal, samples: Samples, state: RedemptionState
) -> None:
    """A second redemption of a sale is refused in each open state (I1)."""
    sale = samples.sale()
    await commit(journal, SaleOpened(sale))
    await samples.in_state(journal, state, sale=sale)
    if state in OPEN:
        with pytest.raises(SaleInUseError):
            await samples.prepared(journal, sale=sale)
    else:
        await samples.prepared(journal, sale=sale)


async def test_a_double_click_names_the_voucher(journal: Journal, samples: Samples) -> None:
    """The same voucher for the same sale is refused for the voucher."""
    sale = samples.sale()
    await commit(journal, SaleOpened(sale))
    await samples.prepared(journal, sale=sale, fingerprint="same")
    with pytest.raises(VoucherInUseError):
        await samples.prepared(journal, sale=sale, fingerprint="same")


async def test_of_twenty_at_once_one_is_prepared(journal: Journal, samples: Samples) -> None:
    """Twenty concurrent tries of one voucher leave exactly one redemption (H1)."""
    tries = [samples.prepared(journal, fingerprint="one voucher") for _ in range(20)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    refused = [result for result in results if isinstance(result, VoucherInUseError)]
    assert len(refused) == 19
    assert len(await journal.open_redemptions()) == 1


async def test_a_taken_reference_is_refused(journal: Journal, samples: Samples) -> None:
    """Another id with the same short reference is refused, so that people can trust it."""
    first = await samples.prepared(journal)
    twin = replace(
        samples.redemption(samples.sale()), id=first.id[:8] + "-1111-4111-8111-111111111111"
    )
    sale = samples.sale()
    with pytest.raises(ReferenceTakenError):
        await commit(
            journal,
            SaleOpened(sale),
            RedemptionPrepared(replace(twin, sale_id=sale.id), sample.REQUEST),
        )


@pytest.mark.parametrize("ending", list(SaleEnding))
async def test_a_closed_sale_says_how_it_ended_and_takes_no_redemption(
    journal: Journal, samples: Samples, ending: SaleEnding
) -> None:
    """A sale that is closed, however, is in use no more."""
    sale = samples.sale()
    await commit(journal, SaleOpened(sale), SaleClosed(sale.id, ending))
    closed = await journal.sale(sale.id)
    assert closed is not None
    assert (closed.state, closed.ending) == (ending.state, ending)
    with pytest.raises(SaleInUseError):
        await samples.prepared(journal, sale=sale)


async def test_a_refused_commit_writes_nothing(journal: Journal, samples: Samples) -> None:
    """The rows before the refused one are not written either."""
    first = await samples.prepared(journal)
    sale = samples.sale()
    twin = samples.redemption(sale, fingerprint=first.fingerprint)
    with pytest.raises(VoucherInUseError):
        await commit(journal, SaleOpened(sale), RedemptionPrepared(twin, sample.REQUEST))
    assert await journal.sale(sale.id) is None
    assert await journal.next_slip_number() == 2


async def test_a_commit_after_a_refusal_is_written(journal: Journal, samples: Samples) -> None:
    """A refusal is an answer, not a failure: the journal goes on."""
    first = await samples.prepared(journal, fingerprint="same")
    with pytest.raises(VoucherInUseError):
        await samples.prepared(journal, fingerprint="same")
    await moved(journal, first, S.INFLIGHT)
    assert (await stored(journal, first.id)).state is S.INFLIGHT


async def test_a_stale_change_is_refused(journal: Journal, samples: Samples) -> None:
    """A change that began from a state that is over writes nothing."""
    prepared = await samples.prepared(journal)
    await moved(journal, prepared, S.INFLIGHT)
    with pytest.raises(StaleChangeError):
        await moved(journal, prepared, S.ABANDONED)
    nobody = replace(prepared, id="nobody", state=S.INFLIGHT)
    with pytest.raises(StaleChangeError):
        await commit(journal, RedemptionChanged(S.PREPARED, nobody, NOON))


async def test_a_reversal_may_meet_a_voucher_in_use(journal: Journal, samples: Samples) -> None:
    """A final redemption cannot be undone while its voucher is being redeemed again."""
    final = await samples.in_state(journal, S.FINAL)
    await samples.prepared(journal, fingerprint=final.fingerprint)
    with pytest.raises(VoucherInUseError):
        await moved(journal, final, S.REVERSING)


# ------------------------------------------------------------------------------------------ moves


@pytest.mark.parametrize("before", S)
async def test_only_listed_moves_are_written(
    journal: Journal, samples: Samples, before: RedemptionState
) -> None:
    """Every pair of states is tried: the table's moves pass, all others stop loudly (I14)."""
    for after in sorted({after for after in S if (before, after) != sample.BY_ITS_ADVICE}):
        redemption = await samples.in_state(journal, before)
        if before is S.UNCLAIMED:
            here = noted(redemption, Customer.ASKED), noted(redemption, Customer.HERE)
            await commit(journal, *here)
        is_note = before == after and before not in TERMINAL
        if (before, after) in MOVES or is_note:
            assert (await moved(journal, redemption, after)).state is after
        else:
            with pytest.raises(AssertionError):
                await moved(journal, redemption, after)
            assert (await stored(journal, redemption.id)).state is before


@pytest.mark.parametrize("state", [state for state in S if state is not S.PREPARED])
async def test_a_redemption_is_born_prepared(
    journal: Journal, samples: Samples, state: RedemptionState
) -> None:
    """No redemption begins in the middle."""
    sale = samples.sale()
    born = replace(samples.redemption(sale), state=state)
    with pytest.raises(AssertionError):
        await commit(journal, SaleOpened(sale), RedemptionPrepared(born, sample.REQUEST))


@pytest.mark.parametrize("before", PrintState)
async def test_only_listed_moves_of_a_paper_are_written(
    journal: Journal, samples: Samples, before: PrintState
) -> None:
    """Every pair of a paper's states is tried."""
    way: dict[PrintState, tuple[str, ...]] = {
        PrintState.QUEUED: (),
        PrintState.CONFIRMED: ("sent", "confirmed"),
        PrintState.NOT_COMPLETE: ("sent", "not_complete"),
    }
    for after in PrintState:
        final = await samples.in_state(journal, S.FINAL)
        job = paper(final)
        await commit(journal, PrintQueued(job))
        await commit(journal, *sample.paper_moved(job, *way.get(before, (before,))))
        move = PrintMoved(before, replace(job, state=after), later(7))
        if (before, after) in PRINT_MOVES:
            await commit(journal, move)
        else:
            with pytest.raises(AssertionError):
                await commit(journal, move)
        states = [one.state for one in await journal.print_jobs(final.id)]
        assert states == [after if (before, after) in PRINT_MOVES else before]


FIXED_CHANGES: list[dict[str, object]] = [
    {"sale_id": "another"},
    {"upstream": "another"},
    {"type_id": "another"},
    {"type_name": "Another"},
    {"fingerprint": "another"},
    {"voucher_tail": "0000"},
    {"amount": Exact(1)},
    {"amount": FullValue()},
    {"currency": "USD"},
    {"idempotency_key": "another"},
    {"cashier": "Another"},
    {"created_at": later(1)},
    {"sms_to": None},
    {"slip_number": 77},
    {"can_refund": True},
    {"refund_of": "another"},
    {"first_sent": instant(50)},
    {"redeemed_cents": 1_899},
    {"redeemed_cents": None},
    {"change": None},
    {"change": replace(sample.CHANGE, amount_cents=1)},
    {"attempts": 1},
    {"attempts_ended": 1},
    {"attempts_ended": 3},
    {"upstream_version": 1},
]


@pytest.mark.parametrize("change", FIXED_CHANGES, ids=str)
async def test_what_is_written_for_good_is_not_changed(
    journal: Journal, samples: Samples, change: dict[str, object]
) -> None:
    """Money, key, fingerprint and what was learnt once stay; counts and versions never go back."""
    final = await sample.whole_story(journal, samples)
    altered = replace(final, **change)  # type: ignore[arg-type]  # mypy cannot see fields in a mapping
    with pytest.raises(AssertionError):
        await commit(journal, RedemptionChanged(S.FINAL, altered, later(9)))
    assert await stored(journal, final.id) == final


# ------------------------------------------------------------------------------------------ sales


async def test_a_sale_sums_its_final_redemptions(journal: Journal, samples: Samples) -> None:
    """What is paid is never stored: two final redemptions make one sum, others do not count."""
    sale = samples.sale(due_cents=4_000)
    await commit(journal, SaleOpened(sale))
    await samples.in_state(journal, S.FINAL, sale=sale)
    await samples.in_state(journal, S.DECLINED, sale=sale)
    await samples.in_state(journal, S.FINAL, sale=sale)
    await samples.in_state(journal, S.APPROVED, sale=sale)
    assert await journal.sale(sale.id) == replace(sale, paid_cents=3_800)


async def test_a_sale_without_an_amount_takes_what_comes(
    journal: Journal, samples: Samples
) -> None:
    """Where the whole voucher is taken, nothing is due and nothing is too much."""
    sale = samples.sale(due_cents=None)
    await commit(journal, SaleOpened(sale))
    await samples.in_state(journal, S.FINAL, sale=sale)
    assert await journal.sale(sale.id) == replace(sale, paid_cents=1_900)


async def test_a_sale_is_never_overpaid(journal: Journal, samples: Samples) -> None:
    """A second final redemption beyond what is due is our own mistake (I17)."""
    sale = samples.sale(due_cents=3_000)
    await commit(journal, SaleOpened(sale))
    await samples.in_state(journal, S.FINAL, sale=sale)
    approved = await samples.in_state(journal, S.APPROVED, sale=sale)
    with pytest.raises(AssertionError):
        await moved(journal, approved, S.FINAL)


async def test_what_is_final_took_an_amount(journal: Journal, samples: Samples) -> None:
    """No sale is closed with an approval that does not say what was taken."""
    inflight = await samples.in_state(journal, S.INFLIGHT)
    await commit(journal, RedemptionChanged(S.INFLIGHT, replace(inflight, state=S.APPROVED), NOON))
    approved = await stored(journal, inflight.id)
    with pytest.raises(AssertionError):
        await commit(journal, RedemptionChanged(S.APPROVED, replace(approved, state=S.FINAL), NOON))


async def test_a_sale_is_closed_once(journal: Journal, samples: Samples) -> None:
    """Whoever closes second is told; nothing is written with it."""
    approved = await samples.in_state(journal, S.APPROVED)
    await commit(journal, SaleClosed(approved.sale_id, SaleEnding.PAID_OTHERWISE))
    final = RedemptionChanged(S.APPROVED, replace(approved, state=S.FINAL), NOON)
    for row in (
        SaleClosed(approved.sale_id, SaleEnding.PAID),
        SaleMustBeOpen(approved.sale_id),
        SaleMustBeOpen("nothing"),
        SaleClosed("nothing", SaleEnding.PAID),
    ):
        with pytest.raises(SaleClosedError):
            await commit(journal, final, row)
    assert (await stored(journal, approved.id)).state is S.APPROVED
    sale = await journal.sale(approved.sale_id)
    assert sale is not None
    assert sale.state is SaleState.SET_ASIDE


C = Customer


@pytest.mark.parametrize("before", [None, *C])
@pytest.mark.parametrize("after", list(C))
async def test_only_listed_answers_are_written(
    journal: Journal, samples: Samples, before: Customer | None, after: Customer
) -> None:
    """Asked at a start, answered once; whoever is not here closes the sale without the voucher."""
    inflight = await samples.in_state(journal, S.INFLIGHT)
    if before is not None:
        if before is C.HERE:
            await commit(journal, noted(inflight, C.ASKED))
        await commit(journal, noted(inflight, before))
    stops = {C.ASKED, C.HERE}
    if before not in {None, *stops}:
        with pytest.raises(SaleClosedError):
            await commit(journal, noted(inflight, after))
        return
    if (before, after) not in CUSTOMER_MOVES:
        with pytest.raises(StaleChangeError):
            await commit(journal, noted(inflight, after))
        return
    await commit(journal, noted(inflight, after))
    sale = await journal.sale(inflight.sale_id)
    assert sale is not None
    assert (sale.customer, sale.customer_at) == (after, NOON)
    assert sale.state is (SaleState.OPEN if after in stops else SaleState.SET_ASIDE)
    left_open = await journal.redemptions_left_open()
    assert left_open == ((inflight,) if after in stops else ())
    told = (await journal.events(inflight.id))[-1]
    assert told.event == audit.CustomerNoted(sale_id=inflight.sale_id, customer=after)
    assert await journal.verify() == ()


async def test_nothing_pays_a_sale_whose_customer_nobody_spoke_for(
    journal: Journal, samples: Samples
) -> None:
    """Neither an approval nor another voucher; with *still here* it is paid."""
    approved = await samples.in_state(journal, S.APPROVED)
    await commit(journal, noted(approved, C.ASKED))
    paying = RedemptionChanged(S.APPROVED, replace(approved, state=S.FINAL), NOON)
    with pytest.raises(AssertionError):
        await commit(journal, paying)
    unclaimed = RedemptionChanged(S.APPROVED, replace(approved, state=S.UNCLAIMED), NOON)
    await commit(journal, unclaimed)
    other = replace(samples.redemption(samples.sale()), sale_id=approved.sale_id)
    with pytest.raises(SaleInUseError):
        await commit(journal, RedemptionPrepared(other, sample.REQUEST))
    claiming = RedemptionChanged(S.UNCLAIMED, replace(approved, state=S.FINAL), NOON)
    with pytest.raises(AssertionError):
        await commit(journal, claiming)
    paid = SaleClosed(approved.sale_id, SaleEnding.PAID)
    await commit(journal, noted(approved, C.HERE), claiming, paid)
    assert (await stored(journal, approved.id)).state is S.FINAL
    assert await journal.redemptions_left_open() == ()
    assert await journal.verify() == ()


async def test_what_was_unclaimed_without_a_stop_is_never_claimed(
    journal: Journal, samples: Samples
) -> None:
    """The till never stopped over that sale: somebody closed it, or it owed less."""
    unclaimed = await samples.in_state(journal, S.UNCLAIMED)
    with pytest.raises(AssertionError):
        await moved(journal, unclaimed, S.FINAL)


async def test_an_open_sale_may_be_required(journal: Journal, samples: Samples) -> None:
    """The requirement writes nothing of its own."""
    approved = await samples.in_state(journal, S.APPROVED)
    final = RedemptionChanged(S.APPROVED, replace(approved, state=S.FINAL), NOON)
    await commit(journal, final, SaleMustBeOpen(approved.sale_id))
    assert (await stored(journal, approved.id)).state is S.FINAL


# ---------------------------------------------------------------------------- attempts and papers


async def test_attempts_come_back_in_order(journal: Journal, samples: Samples) -> None:
    """Each attempt has its start, and its end when it has ended."""
    final = await sample.whole_story(journal, samples)
    first, second = await journal.attempts(final.id)
    end = ended(final)
    assert first == replace(
        attempt(final),
        ended_at=end.at,
        outcome=end.outcome,
        cause=end.cause,
        http_status=end.http_status,
    )
    assert second.number == 2


async def test_an_attempt_under_way_has_no_end(journal: Journal, samples: Samples) -> None:
    """A start alone is what a crash leaves."""
    inflight = await samples.in_state(journal, S.INFLIGHT)
    await commit(journal, AttemptStarted(attempt(inflight)))
    assert await journal.attempts(inflight.id) == (attempt(inflight),)


async def test_one_attempt_at_a_time(journal: Journal, samples: Samples) -> None:
    """A second start, a start out of order and a second end come too late."""
    inflight = await samples.in_state(journal, S.INFLIGHT)
    await commit(journal, AttemptStarted(attempt(inflight)))
    for row in (
        AttemptStarted(attempt(inflight)),
        AttemptStarted(attempt(inflight, 2)),
        ended(inflight, 2),
        ended(replace(inflight, id="nobody")),
    ):
        with pytest.raises(StaleChangeError):
            await commit(journal, row)
    await commit(journal, ended(inflight, body=None))
    for row in (ended(inflight), AttemptStarted(attempt(inflight, 3))):
        with pytest.raises(StaleChangeError):
            await commit(journal, row)
    await commit(journal, AttemptStarted(attempt(inflight, 2)))
    assert len(await journal.attempts(inflight.id)) == 2


async def test_papers_come_back_in_order(journal: Journal, samples: Samples) -> None:
    """Each paper is counted, and says what became of it."""
    final = await samples.in_state(journal, S.FINAL)
    first, second = paper(final), paper(final, 2, SlipKind.COPY)
    await commit(journal, PrintQueued(first), *sample.paper_moved(first, "uncertain"))
    await commit(journal, PrintQueued(second))
    uncertain = replace(first, state=PrintState.UNCERTAIN)
    assert await journal.print_jobs(final.id) == (uncertain, second)


async def test_two_people_do_not_print_the_same_paper(journal: Journal, samples: Samples) -> None:
    """A number that is taken, and a paper that moved on, come too late."""
    final = await samples.in_state(journal, S.FINAL)
    job = paper(final)
    await commit(journal, PrintQueued(job))
    sent = PrintMoved(PrintState.QUEUED, replace(job, state=PrintState.SENT), NOON)
    await commit(journal, sent)
    for row in (
        PrintQueued(paper(final, 1, SlipKind.COPY)),
        PrintQueued(paper(final, 3, SlipKind.COPY)),
        sent,
        replace(sent, after=replace(paper(final, 2), state=PrintState.SENT)),
    ):
        with pytest.raises(StaleChangeError):
            await commit(journal, row)


async def test_one_paper_says_original(journal: Journal, samples: Samples) -> None:
    """A second original is refused unless the first provably never reached a printer (I13)."""
    final = await samples.in_state(journal, S.FINAL)
    first = paper(final)
    await commit(journal, PrintQueued(first))
    with pytest.raises(StaleChangeError):
        await commit(journal, PrintQueued(paper(final, 2)))
    await commit(journal, *sample.paper_moved(first, "not_sent"))
    await commit(journal, PrintQueued(paper(final, 2)))
    assert len(await journal.print_jobs(final.id)) == 2


MISTAKES = [
    "a sale born closed",
    "a sale opened twice",
    "a sale that is missing",
    "a key used twice",
    "an attempt of nobody",
    "an attempt born with its end",
    "an end that is none",
    "a paper of nobody",
    "a paper of nobody moved",
    "a paper born sent",
    "a draft on paper",
]


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_our_own_mistakes_stop_loudly(
    journal: Journal, samples: Samples, mistake: str
) -> None:
    """What no correct till would write is an assertion, and is not written."""
    prepared = await samples.prepared(journal)
    nobody = replace(prepared, id="nobody")
    sale = samples.sale()
    twin = replace(samples.redemption(sale), idempotency_key=prepared.idempotency_key)
    begun = attempt(prepared)
    job = paper(prepared)
    sent = replace(paper(nobody), state=PrintState.SENT)
    rows: dict[str, tuple[Row, ...]] = {
        "a sale born closed": (SaleOpened(replace(sale, state=SaleState.PAID)),),
        "a sale opened twice": (SaleOpened(sale), SaleOpened(sale)),
        "a sale that is missing": (RedemptionPrepared(samples.redemption(sale), sample.REQUEST),),
        "a key used twice": (SaleOpened(sale), RedemptionPrepared(twin, sample.REQUEST)),
        "an attempt of nobody": (AttemptStarted(attempt(nobody)),),
        "an attempt born with its end": (AttemptStarted(replace(begun, ended_at=NOON)),),
        "an end that is none": (AttemptStarted(begun), replace(ended(prepared), outcome="maybe")),
        "a paper of nobody": (PrintQueued(paper(nobody)),),
        "a paper of nobody moved": (PrintMoved(PrintState.QUEUED, sent, NOON),),
        "a paper born sent": (PrintQueued(replace(job, state=PrintState.SENT)),),
        "a draft on paper": (PrintQueued(replace(job, kind=SlipKind.DRAFT)),),
    }
    with pytest.raises(AssertionError):
        await commit(journal, *rows[mistake])
    assert len(await journal.events(prepared.id)) == 1


# ---------------------------------------------------------------------------- types and happenings


async def test_types_are_kept_anew(journal: Journal) -> None:
    """The last description of an upstream's types replaces the one before."""
    await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,)))
    await commit(journal, TypesKept("other", NOON, ()))
    assert await journal.kept_types("moment") == (NOON, (sample.GIFT_CARD,))
    renamed = replace(sample.GIFT_CARD, name="Card")
    await commit(journal, TypesKept("moment", later(1), (renamed, sample.GIFT_CARD)))
    assert await journal.kept_types("moment") == (later(1), (renamed, sample.GIFT_CARD))


async def test_events_tell_the_story(journal: Journal, samples: Samples) -> None:
    """Every row of a redemption appears once, in order, by the name of its class."""
    final = await sample.whole_story(journal, samples)
    story = await journal.events(final.id)
    assert [type(one.event) for one in story] == [
        audit.RedemptionPrepared,
        audit.RedemptionChanged,
        audit.AttemptStarted,
        audit.AttemptEnded,
        audit.RedemptionChanged,
        audit.RedemptionChanged,
        audit.AttemptStarted,
        audit.AttemptEnded,
        audit.RedemptionChanged,
        audit.RedemptionChanged,
        audit.PrintQueued,
        audit.PrintMoved,
        audit.PrintMoved,
    ]
    assert {one.redemption_id for one in story} == {final.id}
    sequences = [one.sequence for one in story]
    assert sequences == sorted(set(sequences))
    assert story[0].event == audit.RedemptionPrepared(
        sale_id=final.sale_id,
        upstream="moment",
        type_id="1voucher",
        type_name="1Voucher",
        voucher_tail="0937",
        reference=final.reference,
        currency="ZAR",
        cashier="Nomsa",
        amount_cents=1_900,
    )
    assert story[3].at == ended(final).at
    assert story[3].event == audit.AttemptEnded(
        number=1, outcome="unknown", cause="time_out", http_status=504
    )


async def test_happenings_hold_no_secret(journal: Journal, samples: Samples) -> None:
    """Only what is on the list of facts is told."""
    final = await sample.whole_story(journal, samples)
    story = repr(await journal.events(final.id))
    assert CANARY_PIN not in story
    assert CANARY_CHANGE_PIN not in story


async def test_an_honest_journal_has_no_faults(journal: Journal, samples: Samples) -> None:
    """Nothing is found in a journal that nobody touched."""
    await sample.whole_story(journal, samples)
    await samples.prepared(journal, amount=FullValue())
    for state in S:
        await samples.in_state(journal, state)
    await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,)))
    assert await journal.verify() == ()


async def test_a_redemption_is_found_among_all_of_them(journal: Journal, samples: Samples) -> None:
    """By the beginning of its reference, its last four, its name, amount, day or state."""
    first = await samples.prepared(journal, amount=Exact(1234))
    second = await samples.in_state(journal, S.FINAL)
    day = (first.created_at - timedelta(seconds=1), first.created_at + timedelta(seconds=1))
    letters = first.reference.replace("-", "").lower()
    for search, found in (
        (Search(text=first.reference.lower()), [first.id]),
        (Search(text=letters), [first.id]),
        (Search(text=letters[:4]), [first.id]),
        (Search(text=first.type_name.lower()), [second.id, first.id]),
        (Search(text="no such thing", cents=1234), [first.id]),
        (Search(text="no such thing", days=day), [second.id, first.id]),
        (Search(text="no such thing", days=(day[1], day[1])), []),
        (Search(text="no such thing", states=frozenset({S.FINAL})), [second.id]),
        (Search(text="%"), []),
    ):
        assert ids(await journal.find(search, 9)) == found
        assert await journal.count(search) == len(found)
    by_tail = await journal.find(Search(text=first.voucher_tail), 1)
    assert ids(by_tail) == [second.id]
    assert await journal.count() == 2


def test_choices_that_an_older_till_kept_are_their_own_labels() -> None:
    """It kept a text for each, and the till opens offline with what was told last."""
    (entry,) = json.loads(types_text((sample.GIFT_CARD,)))
    entry["fields"][0]["choices"] = ["adult"]
    (found,) = read_types(json.dumps([entry]))
    assert found.fields[0].choices == (Choice(value="adult", label="adult"),)
