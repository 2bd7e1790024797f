"""The drawer opens once for what is in the journal by then, and for nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from counterfoil.domain.failures import CounterfoilError, JournalUnavailableError
from counterfoil.domain.rows import Row, SaleOpened
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.service.commands import (
    CloseShift,
    Command,
    CountDrawer,
    DropCash,
    OpenDrawer,
    OpenShift,
    PayIn,
    PayOut,
    PrintShift,
    ReadShift,
    TakeRest,
)
from counterfoil.service.notices import Notices
from counterfoil.service.services import Services
from counterfoil.service.tasks import TaskOwner
from support.clocks import SteppedClock
from support.gateways import ScriptedGateway
from support.printers import MemoryPrinter
from support.samples import Samples, moved, path_to
from support.till import WatchedJournal
from support.window import made_engine, services_of


def till(printer: MemoryPrinter, journal: WatchedJournal, owner: TaskOwner) -> Services:
    """Return a till without a window, whose drawer hangs at a printer."""
    clock = SteppedClock()
    engine = made_engine(
        ScriptedGateway(),
        journal=journal,
        printer=printer,
        clock=clock,
        notices=Notices(),
        owner=owner,
    )
    return services_of(engine, clock, owner)


async def open_sales(journal: WatchedJournal, count: int) -> list[str]:
    """Return the ids of sales whose voucher held too little."""
    samples, ids = Samples(), []
    for _ in range(count):
        sale = samples.sale(5_000)
        await journal.commit((SaleOpened(sale),))
        one = await samples.prepared(journal, sale=sale)
        for state in path_to(RedemptionState.FINAL):
            one = await moved(journal, one, state)
        ids.append(sale.id)
    return ids


async def test_it_opens_once_for_each_thing_that_moves_cash_and_after_it_is_durable() -> None:
    """What is read, printed, closed or paid by card opens nothing."""
    printer, journal = MemoryPrinter(), WatchedJournal()
    in_cash, by_card = await open_sales(journal, 2)
    rest = 5_000 - 1_900
    wanted: tuple[tuple[Command[Any], int], ...] = (
        (OpenShift(50_000), 0),
        (PayIn(1_000, "change"), 1),
        (PayOut(500, "milk"), 1),
        (DropCash(500, "safe"), 1),
        (OpenDrawer("stuck"), 1),
        (TakeRest(in_cash, (Tender(TenderKind.CASH, rest),)), 1),
        (TakeRest(by_card, (Tender(TenderKind.CARD, rest),)), 0),
        (ReadShift(), 0),
        (CountDrawer({5_000: 10}), 1),
        (CloseShift("as counted"), 0),
        (PrintShift(1), 0),
    )
    at_commit: list[int] = []

    def look(_: Sequence[Row]) -> None:
        at_commit.append(printer.opened)

    async with TaskOwner(print) as owner:
        services = till(printer, journal, owner)
        journal.before_commit = look
        for command, times in wanted:
            before = printer.opened
            at_commit.clear()
            await services.run(command)
            assert printer.opened - before == times, command
            assert set(at_commit) <= {before}, f"{command} opened it before it was written"


@pytest.mark.parametrize("command", [PayIn(0, "x"), PayIn(5, ""), OpenDrawer("x"), CountDrawer({})])
async def test_what_is_refused_or_cannot_be_written_opens_nothing(
    command: Command[Any],
) -> None:
    """The drawer stays shut where nobody could say why it was open."""
    printer, journal = MemoryPrinter(), WatchedJournal()

    def fail(_: Sequence[Row]) -> None:
        raise JournalUnavailableError("the disk is gone")

    async with TaskOwner(print) as owner:
        services = till(printer, journal, owner)
        with suppress(CounterfoilError):
            await services.run(command)
        await services.run(OpenShift(0))
        journal.before_commit = fail
        with suppress(CounterfoilError):
            await services.run(command)
    assert printer.opened == 0
