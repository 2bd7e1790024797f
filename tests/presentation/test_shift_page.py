"""The page Shift without a window: its stages, what it never says, and its words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from counterfoil.domain.drawer import CashMoveKind, denominations
from counterfoil.domain.slip import Pair
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.counter_front import ANSWERS_FROM_S
from counterfoil.presentation.screens import Act
from counterfoil.presentation.shift_presenter import ShiftPresenter
from counterfoil.presentation.shift_screen import AMOUNT, REASON, ShiftScreen, ShiftStage
from counterfoil.presentation.words import shift_page
from counterfoil.service.commands import CloseShift, CountDrawer, OpenShift, PayIn
from counterfoil.service.notices import Notices
from counterfoil.service.services import Services
from counterfoil.service.tasks import TaskOwner
from support.clocks import START, SteppedClock
from support.gateways import ScriptedGateway
from support.printers import MemoryPrinter
from support.shift_desks import pieces_of
from support.till import WatchedJournal
from support.window import made_engine, services_of

_TURNS_MAX = 200


@dataclass(slots=True)
class Page:
    """The presenter, and what it has told."""

    presenter: ShiftPresenter
    services: Services
    clock: SteppedClock
    told: list[str] = field(default_factory=list)

    @property
    def screen(self) -> ShiftScreen:
        """What is shown now."""
        return self.presenter.screen()

    async def at(self, stage: ShiftStage) -> ShiftScreen:
        """Wait until a stage is shown, and takes a press."""
        for _ in range(_TURNS_MAX):
            await self.clock.advance(0)
            if self.screen.stage is stage and self.screen.can_press:
                await self.clock.advance(ANSWERS_FROM_S + 0.1)
                return self.screen
        raise AssertionError(f"{self.screen.stage} is shown")

    async def quiet(self) -> None:
        """Let what was begun end."""
        for _ in range(20):
            await self.clock.advance(0)

    async def opened(self, typed: str = "500") -> None:
        """Open a shift."""
        self.presenter.enter()
        await self.at(ShiftStage.CLOSED)
        self.presenter.edit_amount(typed)
        self.presenter.press()
        await self.at(ShiftStage.OPEN)


@asynccontextmanager
async def open_page() -> AsyncIterator[Page]:
    """Open a till without a window, at whose page Shift somebody stands who may do everything."""
    clock, failures = SteppedClock(START), list[str]()
    async with TaskOwner(lambda name, error: failures.append(f"{name}: {error!r}")) as owner:
        engine = made_engine(
            ScriptedGateway(),
            journal=WatchedJournal(),
            printer=MemoryPrinter(),
            clock=clock,
            notices=Notices(),
            owner=owner,
        )
        services = services_of(engine, clock, owner)
        presenter = ShiftPresenter(services, ApprovalPresenter(services))
        page = Page(presenter, services, clock)
        presenter.told.connect(lambda said, _: page.told.append(said))
        yield page
    assert not failures, failures


async def test_a_float_may_be_nothing_but_must_be_typed() -> None:
    """An empty box is not R0.00, and no text is."""
    async with open_page() as page:
        page.presenter.enter()
        await page.at(ShiftStage.CLOSED)
        assert page.screen.point == AMOUNT
        for typed, is_wrong in (("", True), ("1e3", True), ("12.505", True), ("0", False)):
            page.presenter.edit_amount(typed)
            page.presenter.press()
            await page.quiet()
            row = page.screen.amount
            assert (row is not None and bool(row.error)) is is_wrong, typed
        shift = await page.services.journal.open_shift()
        assert shift is not None
        assert shift.float_cents == 0


@pytest.mark.parametrize("act", [Act.PAY_IN, Act.PAY_OUT, Act.DROP_CASH, Act.OPEN_DRAWER])
async def test_each_move_needs_a_reason_and_goes_home_when_it_is_done(act: Act) -> None:
    """Own words count before a choice, and a choice empties them."""
    async with open_page() as page:
        await page.opened()
        page.presenter.act(act)
        screen = await page.at(ShiftStage.MOVE)
        if act is not Act.OPEN_DRAWER:
            page.presenter.edit_amount("12.50")
        page.presenter.press()
        assert (page.screen.point, bool(page.screen.error)) == (REASON, True)
        page.presenter.edit_words("as ever")
        page.presenter.choose_reason(0)
        assert page.screen.words == ""
        page.presenter.edit_words("for the walk")
        page.presenter.press()
        page.presenter.press()
        await page.at(ShiftStage.OPEN)
        assert (screen.amount is None) == (act is Act.OPEN_DRAWER)
        assert len(page.told) == 1
        assert page.told[0].startswith("Noted: ")


async def test_nothing_says_before_the_z_what_should_be_there() -> None:
    """Neither the screen nor the slip beside it, also after a count that is far off."""
    async with open_page() as page:
        await page.opened("1234.57")
        await page.services.run(PayIn(1_000, "change"))
        page.presenter.press()
        await page.at(ShiftStage.COUNT)
        page.presenter.edit_pieces(20_000, "1")
        counting = str(page.screen)
        page.presenter.press()
        await page.at(ShiftStage.COUNTED)
        page.presenter.press()
        await page.quiet()
        explaining = str(page.screen)
        assert page.screen.reasons == shift_page.EXPLANATIONS
        for shown in (counting, explaining):
            assert "1,244.57" not in shown
            assert "1,044.57" not in shown, "the difference says it too"
        await page.clock.advance(ANSWERS_FROM_S + 0.1)
        page.presenter.choose_reason(0)
        page.presenter.press()
        await page.at(ShiftStage.REPORT)
        assert "1,244.57" in str(page.screen.paper)


async def test_a_report_is_put_away_and_a_count_is_not() -> None:
    """Whoever looks at another page, or comes next, finds the count and no figures."""
    async with open_page() as page:
        await page.opened()
        page.presenter.act(Act.READ_X)
        await page.at(ShiftStage.REPORT)
        page.presenter.put_away()
        await page.at(ShiftStage.OPEN)
        page.presenter.press()
        await page.at(ShiftStage.COUNT)
        page.presenter.edit_pieces(20_000, "2")
        page.presenter.put_away()
        page.presenter.enter()
        await page.quiet()
        assert (page.screen.stage, page.screen.counted) == (ShiftStage.COUNT, "R400.00")
        assert page.presenter.left_open


async def test_a_report_that_is_read_while_the_page_is_left_is_not_shown() -> None:
    """The press was of somebody who has gone."""
    async with open_page() as page:
        await page.opened()
        page.presenter.act(Act.READ_X)
        page.presenter.put_away()
        await page.quiet()
        assert page.screen.stage is ShiftStage.OPEN


async def test_an_earlier_z_is_listed_shown_and_printed_as_a_copy() -> None:
    """The first paper is none; the button says so before it is pressed."""
    async with open_page() as page:
        run = page.services.run
        await run(OpenShift(100))
        await run(CountDrawer(pieces_of(100)))
        await run(CloseShift())
        page.presenter.enter()
        screen = await page.at(ShiftStage.CLOSED)
        assert [row.number for row in screen.earlier] == [1]
        page.presenter.choose_earlier(1)
        assert (await page.at(ShiftStage.REPORT)).primary == "Print"
        page.presenter.press()
        assert (await page.at(ShiftStage.REPORT)).primary == "Print a COPY"
        page.presenter.press()
        await page.at(ShiftStage.REPORT)
        assert page.told == ["Printed", "Printed as COPY 1"]


def test_the_values_of_a_drawer_have_the_names_that_people_use() -> None:
    """Rands and cents; of another currency nobody knows what is a note."""
    names = [shift_page.denomination(value, "ZAR") for value in denominations("ZAR")]
    assert names == ["R200", "R100", "R50", "R20", "R10", "R5", "R2", "R1", "50c", "20c", "10c"]
    assert [shift_page.is_note(value, "ZAR") for value in (1_000, 500)] == [True, False]
    assert shift_page.headings("UGX") == ("", "")
    assert shift_page.denomination(50_000, "UGX") == "UGX 50,000"


async def test_the_draft_has_no_figure_but_what_was_counted_and_the_float() -> None:
    """Each value of which there is none is left out."""
    async with open_page() as page:
        shift = await page.services.run(OpenShift(50_000))
        slip = shift_page.draft(
            page.services.profile, shift, "Thandi M.", START, {20_000: 2, 500: 0, 200: 3}
        )
        pairs = [(line.label, line.value) for line in slip.lines if isinstance(line, Pair)]
        assert pairs[2:] == [
            ("  2 x R200", "R400.00"),
            ("  3 x R2", "R6.00"),
            ("Counted so far", "R406.00"),
            ("Float", "R500.00"),
            ("Expected", "on the Z"),
        ]


def test_each_way_to_move_cash_has_reasons_to_touch() -> None:
    """Else nobody without a keyboard could move it."""
    assert set(shift_page.REASONS) == set(CashMoveKind)
    assert all(shift_page.REASONS.values())
