"""Papers are counted before their bytes leave, and confirmed by a person."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from typing_extensions import override

from counterfoil.domain.audit import RedemptionChanged
from counterfoil.domain.failures import JournalFullError, NoSlipError
from counterfoil.domain.printing import PrintState, has_slip
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Align, Pair, PinBox, QrCode, Slip, SlipKind, Text
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher, FollowUp, Unknown, UnknownCause
from counterfoil.ports.printer import NotSent, PrintOutcome, PrintTrouble, Sent, Uncertain
from counterfoil.presentation.words import slips
from counterfoil.service.slip_desk import SlipDesk
from support.advised import ADVISED_VOUCHER, REFUNDED_VOUCHER, AdvisedScriptedGateway
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import SIPHO, THANDI
from support.printers import MemoryPrinter
from support.samples import stored
from support.till import CHANGE, TIME_OUT, USED, Till, approved, in_state, intent, open_till

S = RedemptionState
CANNOT_TELL = Unknown(cause=UnknownCause.NOT_FINAL, follow_up=FollowUp.PERSON)
PROFILE = TillProfile(till_number=3, till_name="Till 3")


@asynccontextmanager
async def paid() -> AsyncIterator[tuple[Till, SlipDesk, MemoryPrinter, Redemption]]:
    """Open a till with one redemption that is final, and a printer in memory."""
    async with open_till(ScriptedGateway([approved()], otherwise=TIME_OUT)) as till:
        found = await till.redeemer.redeem(intent())
        printer = MemoryPrinter()
        yield till, desk_of(till, printer), printer, found


def desk_of(till: Till, printer: MemoryPrinter) -> SlipDesk:
    """Return a desk of this till."""
    return SlipDesk(
        write=slips.written,
        journal=till.journal,
        gateways={till.gateway.upstream: till.gateway},
        printer=printer,
        clock=till.clock,
        profile=PROFILE,
    )


def bands(slip: Slip) -> list[str]:
    """Return the words on the slip's bars."""
    return [line.text for line in slip.lines if type(line).__name__ == "Band"]  # type: ignore[union-attr]  # only bands


@pytest.mark.fault("R5")
async def test_a_paper_is_counted_before_its_bytes_leave() -> None:
    """R5: when the printer is asked, the journal already holds the paper."""
    async with paid() as (till, _, _, found):

        class Looking(MemoryPrinter):
            """Reads the journal when its bytes would leave."""

            @override
            async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
                """Check the count, then print."""
                (job,) = await till.journal.print_jobs(found.id)
                assert (job.state, job.kind, job.number) == (
                    PrintState.QUEUED,
                    SlipKind.ORIGINAL,
                    1,
                )
                return await MemoryPrinter.print_slip(self, slip, title=title)

        job, outcome = await desk_of(till, Looking()).print_slip(found.id, THANDI)
        assert outcome == Sent("memory-1")
        assert job.state is PrintState.SENT
        assert (job,) == await till.journal.print_jobs(found.id)
        assert (job.by, job.queued_at) == ("Thandi M.", till.clock.now().wall)


@pytest.mark.fault("R5")
async def test_what_cannot_be_counted_is_not_printed() -> None:
    """No paper without a row."""
    async with paid() as (till, desk, printer, found):

        def full(rows: object) -> None:
            raise JournalFullError("the disk is full")

        till.journal.before_commit = full
        with pytest.raises(JournalFullError):
            await desk.print_slip(found.id, THANDI)
        assert printer.slips == []


@pytest.mark.fault("R5")
async def test_only_the_first_paper_is_an_original() -> None:
    """Each later one counts up, whoever says that the first did not come out (I13)."""
    async with paid() as (_, desk, printer, found):
        for _ in range(3):
            await desk.print_slip(found.id, THANDI)
        assert [slip.kind for slip in printer.slips] == [
            SlipKind.ORIGINAL,
            SlipKind.COPY,
            SlipKind.COPY,
        ]
        assert [bands(slip) for slip in printer.slips] == [
            [],
            ["COPY 1", "COPY 1"],
            ["COPY 2", "COPY 2"],
        ]
        assert [slip.copy_number for slip in printer.slips] == [0, 1, 2]


@pytest.mark.fault("X1")
async def test_each_paper_with_a_change_pin_can_be_told_later() -> None:
    """Whoever prints one more to sell it is named for it, with the time, and it says COPY (X1)."""
    async with paid() as (till, desk, printer, found):
        await desk.print_slip(found.id, THANDI)
        await till.clock.sleep(3600)
        await desk.print_slip(found.id, SIPHO)
        first, second = await till.journal.print_jobs(found.id)
        assert (first.by, second.by) == ("Thandi M.", "Sipho K.")
        assert second.queued_at - first.queued_at == timedelta(hours=1)
        assert (second.copy_number, bands(printer.slips[1])) == (1, ["COPY 1", "COPY 1"])


@pytest.mark.fault("H4")
async def test_a_sale_stays_with_who_began_it() -> None:
    """Another one who works on at the till prints its slip, which names who redeemed (H4)."""
    async with paid() as (till, desk, printer, found):
        await desk.print_slip(found.id, SIPHO)
        assert (await till.stored(found)).cashier == found.cashier != "Sipho K."
        (job,) = await till.journal.print_jobs(found.id)
        assert job.by == "Sipho K."
        assert found.cashier in repr(printer.slips[0])


@pytest.mark.fault("R6")
async def test_the_paper_carries_the_change_pin_and_its_title_does_not() -> None:
    """What the print system shows to anybody is the slip's number."""
    async with paid() as (_, desk, printer, found):
        await desk.print_slip(found.id, THANDI)
        (slip,) = printer.slips
        pins = [line.pin for line in slip.lines if isinstance(line, PinBox)]
        codes = [line.content for line in slip.lines if isinstance(line, QrCode)]
    assert [pin.reveal() for pin in pins if pin] == [CANARY_CHANGE_PIN]
    assert [code.reveal() for code in codes if code] == [CANARY_CHANGE_PIN]
    assert printer.titles == ["Slip 03-000001"]
    assert CANARY_PIN not in repr(slip)


@pytest.mark.fault("R1")
async def test_proof_that_nothing_was_printed_gives_the_original_again() -> None:
    """Only that proof does: after it the next paper is still the first."""
    async with paid() as (_, desk, printer, found):
        printer.fail_next(PrintTrouble.OFFLINE)
        job, outcome = await desk.print_slip(found.id, THANDI)
        assert outcome == NotSent(PrintTrouble.OFFLINE)
        assert (job.state, job.number) == (PrintState.NOT_SENT, 1)
        again, _ = await desk.print_slip(found.id, THANDI)
        assert (again.kind, again.number) == (SlipKind.ORIGINAL, 2)
        printer.fail_next(PrintTrouble.OFFLINE)
        copy, _ = await desk.print_slip(found.id, THANDI)
        copy_again, _ = await desk.print_slip(found.id, THANDI)
        assert (copy.copy_number, copy_again.copy_number) == (1, 1)


@pytest.mark.fault("R2")
async def test_a_doubtful_paper_counts_as_one() -> None:
    """R2: nobody can prove that it did not come out."""
    async with paid() as (_, desk, printer, found):
        printer.doubt_next(PrintTrouble.PAPER_OUT)
        job, outcome = await desk.print_slip(found.id, THANDI)
        assert outcome == Uncertain(PrintTrouble.PAPER_OUT)
        assert job.state is PrintState.UNCERTAIN
        again, _ = await desk.print_slip(found.id, THANDI)
        assert again.copy_number == 1


@pytest.mark.fault("R2", "R3")
@pytest.mark.parametrize(
    ("is_complete", "state"), [(True, PrintState.CONFIRMED), (False, PrintState.NOT_COMPLETE)]
)
async def test_a_person_says_whether_the_whole_slip_came_out(
    is_complete: bool, state: PrintState
) -> None:
    """Until an approval, the redemption is among the slips to finish.

    A jam, a blunt cutter or an open cover is met in no other way: the status of the printer is not
    read (R3).
    """
    async with paid() as (till, desk, _, found):
        assert await desk.confirm(found.id, "Thandi M.", is_complete=is_complete) is None
        await desk.print_slip(found.id, THANDI)
        assert await till.journal.slips_to_finish() == (found,)
        said = await desk.confirm(found.id, "Thandi M.", is_complete=is_complete)
        assert said is not None
        assert said.state is state
        assert await till.journal.slips_to_finish() == (() if is_complete else (found,))
        assert await desk.confirm(found.id, "Thandi M.", is_complete=is_complete) is None


async def test_what_is_said_is_about_the_last_paper() -> None:
    """Two papers, one answer: the newer one was looked at."""
    async with paid() as (_, desk, printer, found):
        printer.doubt_next(PrintTrouble.PAPER_OUT)
        await desk.print_slip(found.id, THANDI)
        await desk.print_slip(found.id, THANDI)
        said = await desk.confirm(found.id, "Thandi M.", is_complete=True)
        assert said is not None
        assert said.number == 2


async def test_a_print_that_is_cancelled_is_uncertain() -> None:
    """What was begun still ends somewhere; the ledger does not say queued for ever."""
    async with paid() as (till, _, _, found):

        class Hanging(MemoryPrinter):
            """Never answers."""

            @override
            async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
                """Wait for ever."""
                await asyncio.Event().wait()
                raise AssertionError

        desk = desk_of(till, Hanging())
        printing = till.owner.spawn(desk.print_slip(found.id, THANDI), "print")
        await till.clock.settle()
        printing.cancel()
        await asyncio.wait({printing})
        (job,) = await till.journal.print_jobs(found.id)
        assert job.state is PrintState.UNCERTAIN
        said = await desk.confirm(found.id, "Thandi M.", is_complete=True)
        assert said is not None


async def test_another_printer_may_be_given_for_one_paper() -> None:
    """The command line prints into a file of its own."""
    async with paid() as (_, desk, printer, found):
        other = MemoryPrinter()
        await desk.print_slip(found.id, THANDI, other)
        assert (len(printer.slips), len(other.slips)) == (0, 1)


async def test_two_papers_at_the_same_moment_are_one() -> None:
    """A double press on print is refused by the ledger, not printed as two originals."""
    async with paid() as (till, desk, printer, found):
        till.journal.turns = 1
        both = await asyncio.gather(
            desk.print_slip(found.id, THANDI),
            desk.print_slip(found.id, THANDI),
            return_exceptions=True,
        )
        assert len(printer.slips) == 1
        assert sum(isinstance(one, Exception) for one in both) == 1


async def test_a_pending_slip_is_neither_original_nor_copy() -> None:
    """Later the paid slip is the original all the same."""
    async with open_till(ScriptedGateway(otherwise=TIME_OUT)) as till:
        found = await till.redeemer.redeem(intent())
        printer = MemoryPrinter()
        desk = desk_of(till, printer)
        for _ in range(2):
            job, _ = await desk.print_slip(found.id, THANDI)
            assert (job.kind, job.copy_number) == (SlipKind.PENDING, 0)
        assert {slip.kind for slip in printer.slips} == {SlipKind.PENDING}
        till.gateway.otherwise = approved()  # type: ignore[attr-defined]  # it is a ScriptedGateway
        await till.resolver.resolve_due(is_everything_due=True)
        job, _ = await desk.print_slip(found.id, THANDI)
        assert (job.kind, job.number) == (SlipKind.ORIGINAL, 3)


async def test_nobody_is_asked_whether_a_pending_slip_came_out() -> None:
    """An approval of it would be taken for one of the paid slip, with the change voucher."""
    async with open_till(ScriptedGateway(otherwise=TIME_OUT)) as till:
        found = await till.redeemer.redeem(intent())
        desk = desk_of(till, MemoryPrinter())
        await desk.print_slip(found.id, THANDI)
        till.gateway.otherwise = approved()  # type: ignore[attr-defined]  # it is a ScriptedGateway
        await till.resolver.resolve_due(is_everything_due=True)
        assert await desk.confirm(found.id, "Thandi M.", is_complete=True) is None
        (paper,) = await till.journal.print_jobs(found.id)
        assert paper.state is PrintState.SENT


async def test_a_slip_of_what_was_refused_is_neither_original_nor_copy() -> None:
    """It is counted, gives nothing to spend, and nobody is asked whether it came out."""
    async with open_till(ScriptedGateway([USED])) as till:
        found = await till.redeemer.redeem(intent())
        printer = MemoryPrinter()
        desk = desk_of(till, printer)
        for _ in range(2):
            job, _ = await desk.print_slip(found.id, THANDI)
            assert (job.kind, job.copy_number) == (SlipKind.PENDING, 0)
        assert [bands(slip) for slip in printer.slips] == [["NOT PAID"] * 2] * 2
        assert await desk.confirm(found.id, "Thandi M.", is_complete=True) is None
        assert await till.journal.slips_to_finish() == ()


async def test_what_was_never_sent_has_no_slip() -> None:
    """No provider heard of it, so there is nothing to prove."""
    async with open_till(ScriptedGateway()) as till:
        found = await till.redeemer.abandon(await till.redeemer.prepare(intent()))
        with pytest.raises(NoSlipError, match="abandoned"):
            await desk_of(till, MemoryPrinter()).print_slip(found.id, THANDI)
        assert await till.journal.print_jobs(found.id) == ()


async def test_the_screens_slip_has_the_box_and_not_the_pin() -> None:
    """The same model, without its secrets."""
    async with paid() as (till, desk, _, found):
        opened = await till.journal.change(found.id)
        on_screen = desk.compose(found)
        assert not on_screen.has_secret
        on_paper = desk.compose(found, has_pin=True, opened=opened)
        assert on_paper.has_secret
        assert on_screen == on_paper.without_secrets()


@pytest.mark.parametrize("opened", [None, CHANGE])
async def test_a_paper_without_its_codes_and_a_screen_with_them_are_our_mistake(
    opened: ChangeVoucher | None,
) -> None:
    """Such a paper would lose the customer's money, and such a screen would show it."""
    async with paid() as (_, desk, _, found):
        with pytest.raises(AssertionError, match="only a paper has the codes"):
            desk.compose(found, has_pin=opened is None, opened=opened)


async def test_a_line_that_repeats_the_change_voucher_is_on_paper_only() -> None:
    """However short the change voucher's code is, and however it is grouped."""
    change = ChangeVoucher(codes=(ChangeCode("pin", Secret("AB-12-34")),), amount_cents=100)
    answer = replace(approved(change=change), body=Secret("Your change: ab1234;Bye"))
    async with open_till(AdvisedScriptedGateway([answer])) as till:
        found = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        desk = desk_of(till, printer := MemoryPrinter())
        assert (await desk.details(found)).provider_lines == ("Bye",)
        await desk.print_slip(found.id, THANDI)
    (slip,) = printer.slips
    assert {Text("Your change: ab1234"), Text("Bye")} < set(slip.lines)


async def test_every_copy_carries_what_the_upstream_wants_on_the_slip() -> None:
    """It is read from the answer in the journal, also by the till that starts after a crash."""
    answer = replace(approved(change=None), body=Secret("Thank you;Come again"))
    gateway = AdvisedScriptedGateway([answer])
    async with open_till(gateway) as till:
        found = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        printer = MemoryPrinter()
        await desk_of(till, printer).print_slip(found.id, THANDI)
    async with open_till(gateway, journal=till.journal.reopened()) as later:
        await desk_of(later, printer).print_slip(found.id, SIPHO)
        details = await desk_of(later, printer).details(found)
        shown = desk_of(later, printer).compose(found, details=details)
    assert details.provider_lines == ("Thank you", "Come again")
    for slip in (*printer.slips, shown):
        assert {Text("Thank you"), Text("Come again")} < set(slip.lines)


async def test_paper_screen_and_copy_carry_the_same_head_of_the_chain() -> None:
    """It is the event that made the sale final, durable before anything says so."""
    async with paid() as (till, desk, printer, found):
        await desk.print_slip(found.id, THANDI)
        await desk.print_slip(found.id, THANDI)
        shown = desk.compose(found, details=await desk.details(found))
        (final,) = (
            one.head
            for one in await till.journal.events(found.id)
            if isinstance(one.event, RedemptionChanged) and one.event.after is S.FINAL
        )
        for slip in (*printer.slips, shown):
            assert Pair("Journal", final.text) in slip.lines
        # It was never in this state, so nothing is said of it.
        none = await desk.details(replace(found, state=S.REVERSED))
        assert none.head is None


async def test_a_void_is_printed_to_be_signed_and_a_second_one_says_copy() -> None:
    """Who asked and why; the shop's part is for both, and for the customer."""
    gateway = AdvisedScriptedGateway([approved(change=None)], confirmation_hold_s=600)
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        desk = desk_of(till, printer := MemoryPrinter())
        await till.void_desk.void(sold.id, VoidReason.WRONG_AMOUNT, SIPHO)
        for _ in range(2):
            await desk.print_slip(sold.id, THANDI)
        first, second = printer.slips
        assert (first.kind, first.copy_number) == (SlipKind.VOID, 0)
        assert Pair("Reason", "Wrong amount") in first.lines
        assert Text("Sipho K.") in first.lines
        assert bands(second)[0] == "VOID, COPY 1"


async def test_the_paper_of_a_refund_says_who_had_the_sale_voided() -> None:
    """The wish is in the story of the sale, and the refund is a redemption of its own."""
    gateway = AdvisedScriptedGateway([approved(change=None), approved(change=None)])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        outcome = await till.void_desk.void(sold.id, VoidReason.WRONG_VOUCHER, SIPHO)
        assert outcome.refund is not None
        desk = desk_of(till, printer := MemoryPrinter())
        await desk.print_slip(outcome.refund.id, THANDI)
        (slip,) = printer.slips
        assert slip.kind is SlipKind.ORIGINAL
        assert Pair("Reason", "Wrong voucher") in slip.lines
        assert Text("Sipho K.") in slip.lines
        # The sale is paid for as far as its own paper goes.
        assert (await desk.details(await stored(till.journal, sold.id))).void is None


async def test_what_was_reversed_without_having_been_sold_is_no_void() -> None:
    """Whoever asked for one: nothing was handed over, so there is nothing to sign."""
    gateway = AdvisedScriptedGateway([TIME_OUT], otherwise=TIME_OUT)
    async with open_till(gateway) as till:
        left = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        await till.void_desk.void(left.id, VoidReason.WRONG_AMOUNT, SIPHO)
        desk = desk_of(till, MemoryPrinter())
        details = await desk.details(await stored(till.journal, left.id))
        assert details.void is None


async def test_only_what_is_paid_carries_the_upstreams_words() -> None:
    """Thanks on a slip that proves nothing would read as an approval; keyed upstreams have none."""
    async with paid() as (till, desk, _, found):
        assert (await desk.details(found)).provider_lines == ()
        for state in (S.INFLIGHT, S.REVERSING, S.REVERSED):
            assert (await desk.details(replace(found, state=state))).provider_lines == ()
        assert (await desk.details(replace(found, upstream="gone"))).provider_lines == ()
        assert till.journal is not None


async def test_what_is_being_restored_can_be_printed_as_pending() -> None:
    """The customer goes with something in the hand, however long it takes."""
    gateway = AdvisedScriptedGateway([CANNOT_TELL])
    async with open_till(gateway) as till:
        found = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert found.state is S.REVERSING
        printer = MemoryPrinter()
        job, _ = await desk_of(till, printer).print_slip(found.id, THANDI)
        assert (job.kind, printer.slips[0].kind) == (SlipKind.PENDING, SlipKind.PENDING)
        assert bands(printer.slips[0]) == ["PENDING: NOT CONFIRMED"] * 2
        await till.forwarder.forward_due()
        with pytest.raises(NoSlipError, match="reversed"):
            await desk_of(till, printer).print_slip(found.id, THANDI)


@pytest.mark.parametrize("state", [S.REVERSED, S.REVERSED_UNVERIFIED])
async def test_what_was_taken_back_is_composed_as_void(state: RedemptionState) -> None:
    """A customer must not be able to hold it up as paid."""
    async with open_till(ScriptedGateway()) as till:
        slip = desk_of(till, MemoryPrinter()).compose(in_state(state), has_pin=True)
        assert (slip.kind, bands(slip)) == (SlipKind.VOID, ["VOID"] * 2)
        assert not slip.has_secret


@pytest.mark.parametrize("state", [S.INFLIGHT, S.REVERSING, S.UNCLAIMED, S.ATTENTION])
async def test_what_is_not_settled_is_composed_as_pending(state: RedemptionState) -> None:
    """Only what is final is shown as paid."""
    async with open_till(ScriptedGateway()) as till:
        desk = desk_of(till, MemoryPrinter())
        slip = desk.compose(replace(in_state(state), slip_number=1), has_pin=True)
        assert slip.kind is SlipKind.PENDING
        assert not slip.has_secret


async def test_a_refund_prints_a_slip_only_once_it_is_final() -> None:
    """Until then it has given nothing back, and there is nothing to prove."""
    gateway = AdvisedScriptedGateway([approved(), TIME_OUT, approved(change=None)])
    async with open_till(gateway) as till:
        sold = await till.redeemer.redeem(intent(voucher_type=REFUNDED_VOUCHER))
        await till.forwarder.forward_due()
        printer = MemoryPrinter()
        desk = desk_of(till, printer)
        undone = await till.refunder.refund(sold.id, "Sipho K.")
        assert isinstance(undone, Redemption)
        assert not has_slip(undone)
        with pytest.raises(NoSlipError):
            await desk.print_slip(undone.id, SIPHO)
        with pytest.raises(NoSlipError):
            desk.compose(undone)
        await till.forwarder.forward_due()
        refund = await till.refunder.refund(sold.id, "Sipho K.")
        assert isinstance(refund, Redemption)
        assert has_slip(refund)
        job, _ = await desk.print_slip(refund.id, SIPHO)
        assert job.kind is SlipKind.ORIGINAL
        lines = desk.compose(refund, has_pin=True).lines
        assert Text("REFUND", Align.CENTRE, is_bold=True) in lines
