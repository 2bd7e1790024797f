"""Slips of what people settled: signed by who was there, and with the change nobody had yet."""

from dataclasses import replace

import pytest

from counterfoil.domain.failures import NotPermittedError
from counterfoil.domain.printing import has_slip
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.slip import Pair, Slip, SlipKind, Text
from counterfoil.domain.staff import CASHIER, OWN_ROLES, Actor
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.words.settlements import NOT_ON_VOUCHER
from counterfoil.service.commands import SettleByHand
from service.test_settling_by_hand import said, unclaimed
from service.test_slip_desk import bands, desk_of, paid
from support.gateways import ScriptedGateway
from support.people import SIPHO, THANDI
from support.printers import MemoryPrinter
from support.till import TIME_OUT, approved, in_state, open_till

S = RedemptionState


def texts(slip: Slip) -> list[str]:
    """Return the words of a slip, line by line."""
    told = (line for line in slip.lines if isinstance(line, Text | Pair))
    return [one.text if isinstance(one, Text) else f"{one.label}: {one.value}" for one in told]


async def test_a_void_outside_the_voucher_prints_what_was_given_to_be_signed() -> None:
    """The shop's half names who was there; the change slip before is no part of it."""
    async with paid() as (till, desk, printer, sold):
        await desk.print_slip(sold.id, THANDI)
        await till.void_desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO, CustomerGot.CASH)
        job, _ = await desk.print_slip(sold.id, SIPHO)
        again, _ = await desk.print_slip(sold.id, SIPHO)
        assert [(one.kind, one.copy_number) for one in (job, again)] == [
            (SlipKind.VOID, 0),
            (SlipKind.VOID, 1),
        ]
        _, slip, copy = printer.slips
        assert not slip.has_secret
        assert bands(slip) == ["VOID", "MERCHANT COPY", "VOID"]
        assert bands(copy)[0] == "VOID, COPY 1"
        said_on_it = texts(slip)
        assert "Paid: R19.00" in said_on_it
        assert said_on_it.count("Customer got: cash") == 2
        assert "Amount: R19.00" in said_on_it, "the shop keeps its half"
        assert NOT_ON_VOUCHER in said_on_it
        assert said_on_it[-1] == SIPHO.name
        assert "Customer" in said_on_it
        assert (await desk.confirm(sold.id, SIPHO.name, is_complete=True)) is not None


async def test_what_was_settled_by_hand_prints_the_change_that_nobody_had() -> None:
    """Once as the original; a second one is a copy, which not everybody may make."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        await till.settlement_desk.settle_by_hand(said(late), THANDI)
        printer = MemoryPrinter()
        desk = desk_of(till, printer)
        cashier = Actor("Naledi P.", OWN_ROLES[CASHIER], "17")
        job, _ = await desk.print_slip(late.id, cashier)
        assert (job.kind, job.copy_number) == (SlipKind.ORIGINAL, 0)
        (slip,) = printer.slips
        assert slip.has_secret
        assert bands(slip)[0] == "SETTLED"
        assert "Paid: R19.00" in texts(slip)
        assert "Provider says: taken" in texts(slip)
        assert "Their reference: RC-2026-001042" in texts(slip)
        with pytest.raises(NotPermittedError):
            await desk.print_slip(late.id, cashier)
        copy, _ = await desk.print_slip(late.id, SIPHO)
        assert (copy.kind, copy.copy_number) == (SlipKind.COPY, 1)
        assert bands(printer.slips[-1])[0] == "SETTLED, COPY 1"


async def test_a_late_approval_that_pays_for_a_new_sale_brings_its_change_to_the_customer() -> None:
    """Nobody gave a reference, so none is on it; the change voucher is."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        wanted = SettleByHand(redemption_id=late.id, evidence=Evidence.TAKEN, got=CustomerGot.GOODS)
        await till.settlement_desk.settle_by_hand(wanted, SIPHO)
        printer = MemoryPrinter()
        job, _ = await desk_of(till, printer).print_slip(late.id, SIPHO)
        assert (job.kind, job.copy_number) == (SlipKind.ORIGINAL, 0)
        (slip,) = printer.slips
        assert slip.has_secret
        said_on_it = texts(slip)
        assert "Customer got: goods" in said_on_it
        assert not any(one.startswith("Their reference") for one in said_on_it)


async def test_what_the_provider_did_not_take_has_no_change() -> None:
    """A code that nobody pays for is not handed out."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        await till.settlement_desk.settle_by_hand(said(late, Evidence.NOT_TAKEN), THANDI)
        printer = MemoryPrinter()
        await desk_of(till, printer).print_slip(late.id, THANDI)
        (slip,) = printer.slips
        assert not slip.has_secret
        assert "Provider says: not taken" in texts(slip)
        assert not any(one.startswith("Paid") for one in texts(slip))


async def test_a_screen_that_knows_no_more_says_that_it_is_settled() -> None:
    """Without the settlement nobody is asked to sign."""
    async with open_till(ScriptedGateway([TIME_OUT, approved()])) as till:
        late = await unclaimed(till)
        over = await till.settlement_desk.settle_by_hand(said(late), THANDI)
        slip = desk_of(till, MemoryPrinter()).compose(over)
        assert bands(slip) == ["SETTLED", "SETTLED"]
        desk = desk_of(till, MemoryPrinter())
        shown = desk.compose(over, details=await desk.details(over))
        assert "MERCHANT COPY" in bands(shown)
        assert not shown.has_secret


def test_a_refund_that_was_settled_has_no_slip() -> None:
    """What it gave back is for the provider's books to say."""
    settled = in_state(S.RESOLVED)
    assert has_slip(settled)
    assert not has_slip(replace(settled, refund_of=settled.id))
