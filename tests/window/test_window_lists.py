"""The pages with a list: whatever happens while they are read, they speak of one sale at a time."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count

import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)
from typing_extensions import override

from counterfoil.domain.advice import Repeat
from counterfoil.domain.audit import Recorded
from counterfoil.domain.money import Exact, format_cents
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.slip_layout import is_any_letter, lay_out
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Declined, DeclineReason, UnknownCause
from counterfoil.presentation import history_presenter
from counterfoil.presentation.screens import Room
from counterfoil.ui import theme
from counterfoil.ui.history_table import Column, name_room
from counterfoil.ui.ledger_view import LedgerView
from counterfoil.ui.theme import Role, ThemeName
from counterfoil.ui.theme.painting import text_width
from counterfoil.ui.widgets.card import Card
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, SlipPaper, spoken_lines
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway
from support.gateways import ScriptedGateway
from support.states import played
from support.till import WatchedJournal, approved, intent
from support.window import TYPES, WindowTill, open_window

S = RedemptionState
HELD_S = 3.0
REPEAT_S = 1 / 30
"""How fast a key that is held down repeats, in seconds."""
REFUSED = Declined(reason=DeclineReason.EXPIRED)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


class SlowJournal(WatchedJournal):
    """Lets other work in between two readings of one load, and holds what a gate is set for."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = count()
        self.gates: dict[str, asyncio.Event] = {}
        self.is_slow = False

    @override
    async def events(self, redemption_id: str) -> tuple[Recorded, ...]:
        """Return what happened to one redemption, not each time equally fast."""
        if (gate := self.gates.get(redemption_id)) is not None:
            await gate.wait()
        for _ in range(next(self._turns) % 7 if self.is_slow else 0):
            await asyncio.sleep(0)
        return await super().events(redemption_id)

    @override
    async def redemption(self, redemption_id: str) -> Redemption | None:
        """Return one redemption, later."""
        for _ in range(3 if self.is_slow else 0):
            await asyncio.sleep(0)
        return await super().redemption(redemption_id)


async def sell(till: WindowTill, number: int, *, is_refused: bool = False) -> Redemption:
    """Redeem a voucher of its own amount and number at a counter out of sight."""
    answer = REFUSED if is_refused else approved(1000 + number, change=None)
    till.gateway.script.append(answer)
    order = intent(
        Exact(1000 + number),
        pin=f"{4_000_000_000_000_000 + number}",
        voucher_type=till.gateway.types[0],
    )
    task = till.owner.spawn(till.redeemer.redeem(order), "redeem")
    while not task.done():
        await till.clock.advance(1)
    return task.result()


async def sell_many(till: WindowTill, many: int) -> None:
    """Redeem vouchers of which every third is refused."""
    for number in range(many):
        await sell(till, number, is_refused=number % 3 == 2)


def label(till: WindowTill, room: Room, name: str) -> str:
    """Return what a label of a page says, or nothing where it is not to be seen."""
    found = till.find(f"ledger-{room.value}").findChild(QLabel, name)
    assert found is not None
    return found.text() if found.isVisible() else ""


def slip_words(till: WindowTill, room: Room) -> str:
    """Return what the slip of a page says."""
    paper = till.find(f"ledger-{room.value}").findChild(SlipPaper)
    assert paper is not None
    return paper.accessibleDescription()


def shown_banner(till: WindowTill) -> str:
    """Return what the banner of an empty page says, or nothing."""
    return till.visible("empty-banner").accessibleName() if till.has("empty-banner") else ""


def shown_rows(till: WindowTill) -> tuple[int, list[list[str]]]:
    """Return how many rows History has, and the words of those that are painted as chosen."""
    table = till.find("ledger-history").findChild(QAbstractItemView, "history-table")
    assert table is not None
    chosen = [
        [str(one.siblingAtColumn(column).data()) for column in range(table.model().columnCount())]
        for one in table.selectionModel().selectedRows()
    ]
    return table.model().rowCount(), chosen


def check_history(till: WindowTill) -> None:
    """Fail unless the chosen row, the detail and the slip are of one sale."""
    rows, chosen = shown_rows(till)
    if not rows:
        assert label(till, Room.HISTORY, "detail-amount") == ""
        assert slip_words(till, Room.HISTORY) == ""
        return
    ((*_, tail, amount, state),) = chosen
    assert label(till, Room.HISTORY, "detail-amount") == amount
    assert label(till, Room.HISTORY, "detail-state") == state
    slip = slip_words(till, Room.HISTORY)
    assert tail in slip
    assert amount in slip


def at_each_render(till: WindowTill, room: Room, check: Callable[[WindowTill], None]) -> list[None]:
    """Check each time a page is rendered; what is returned grows with each."""
    seen: list[None] = []

    def look(_: object) -> None:
        check(till)
        seen.append(None)

    till.ledgers[room].changed.connect(look)
    till.ledgers[room].aged.connect(look)
    return seen


def down(till: WindowTill, *, is_repeat: bool) -> None:
    """Press Down as a keyboard that is held does."""
    target = QApplication.focusWidget() or till.window
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, "", is_repeat, 1)
        QApplication.sendEvent(target, event)


async def test_list_detail_and_slip_are_of_one_sale_while_down_is_held() -> None:
    """Three seconds over fifty rows, at a journal that is not equally fast each time."""
    journal = SlowJournal()
    async with open_window(ScriptedGateway(types=TYPES), journal=journal) as till:
        await sell_many(till, 50)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        seen = at_each_render(till, Room.HISTORY, check_history)
        journal.is_slow = True
        # What is painted is what the widgets hold, and painting takes longer than all the rest.
        till.window.setUpdatesEnabled(False)
        for number in range(round(HELD_S / REPEAT_S)):
            down(till, is_repeat=number > 0)
            check_history(till)
            await till.clock.advance(REPEAT_S)
            check_history(till)
        await till.until(lambda: label(till, Room.HISTORY, "detail-amount") == "R10.00")
        assert len(seen) > 1
        assert till.ledgers[Room.HISTORY].screen().chosen == (await till.redemptions())[49].id


async def test_a_sale_that_is_read_slowly_does_not_come_over_the_one_chosen_after_it() -> None:
    """The second reading would end first; what is shown last is what was chosen last."""
    journal = SlowJournal()
    async with open_window(ScriptedGateway(types=TYPES), journal=journal) as till:
        await sell_many(till, 3)
        refused, second, first = await till.redemptions()
        assert refused.state is S.DECLINED
        till.press(Qt.Key.Key_F6)
        await till.settle()
        at_each_render(till, Room.HISTORY, check_history)
        for gate in (first, second):
            journal.gates[gate.id] = asyncio.Event()
        history = till.ledgers[Room.HISTORY]
        for one in (first, second):
            history.choose(one.id)
            await till.settle()
        journal.gates[second.id].set()
        await till.settle()
        history.refresh()
        await till.pass_time(1)
        journal.gates[first.id].set()
        await till.until(lambda: label(till, Room.HISTORY, "detail-amount") == "R10.01")
        await till.settle()
        check_history(till)
        assert history.screen().chosen == second.id


def check_doubts(paid: Sequence[Redemption]) -> Callable[[WindowTill], None]:
    """Return a check that each card says what is true of it, and detail and slip are its own."""
    ids = {one.id: one for one in paid}

    def check(till: WindowTill) -> None:
        cards = [one for one in till.window.findChildren(Card) if one.isVisible()]
        for card in cards:
            one = ids[card.objectName().removeprefix("card-")]
            assert card.accessibleName().startswith("Paid, to be confirmed, ")
            amount = format_cents(one.redeemed_cents or 0, "ZAR")
            assert amount in card.accessibleName()
            if card.isChecked():
                assert label(till, Room.IN_DOUBT, "detail-amount") == amount
                assert label(till, Room.IN_DOUBT, "detail-state") == "Paid, to be confirmed"
                assert one.reference in slip_words(till, Room.IN_DOUBT)
        assert sum(card.isChecked() for card in cards) == bool(cards)

    return check


async def test_what_is_paid_and_owed_is_never_shown_as_not_known() -> None:
    """Thirty owed, read anew each 100 ms while a second passes in between."""
    journal = SlowJournal()
    gateway = AdvisedScriptedGateway()
    gateway.types = (ADVISED_VOUCHER,)
    gateway.acknowledge = Repeat(UnknownCause.NO_CONNECTION)
    async with open_window(gateway, journal=journal) as till:
        sold = [await sell(till, number) for number in range(30)]
        till.click("tab-in_doubt")
        await till.settle()
        check = check_doubts(sold)
        seen = at_each_render(till, Room.IN_DOUBT, check)
        journal.is_slow = True
        for number in range(40):
            till.ledgers[Room.IN_DOUBT].refresh()
            if number % 5 == 2:
                till.press(Qt.Key.Key_Down)
            await till.clock.advance(0)
            till.ledgers[Room.IN_DOUBT].tick()
            check(till)
            await till.clock.advance(0.1)
            check(till)
        await till.settle()
        assert len(seen) > 10
        assert till.visible(f"card-{sold[8].id}").property("checked")


async def test_a_search_leaves_no_other_sale_beside_its_result() -> None:
    """Its first row is shown with detail and slip; without a row there is neither."""
    async with open_window(ScriptedGateway(types=TYPES), journal=SlowJournal()) as till:
        await sell_many(till, 4)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        at_each_render(till, Room.HISTORY, check_history)
        find = till.visible("history-find")
        assert isinstance(find, QLineEdit)
        till.click("history-find")
        for text, amount, summary in (
            ("0001", "R10.01", "1 shown, R10.01 paid"),
            ("0002", "R10.02", "1 shown, R0.00 paid"),
            ("zzz", "", ""),
            ("", "R10.03", "4 shown, R30.04 paid"),
        ):
            for _ in find.text():
                till.press(Qt.Key.Key_Backspace)
            _type(find, text)
            await till.until(lambda: label(till, Room.HISTORY, "detail-amount") == amount)  # noqa: B023 - it is called in its own round
            check_history(till)
            assert label(till, Room.HISTORY, "history-summary") == summary
            assert ("Nothing found" in shown_banner(till)) is (text == "zzz")
            assert find.hasFocus()


async def test_what_the_counter_still_waits_for_is_not_called_not_known() -> None:
    """It is being checked, and nobody asks beside the counter; after that it is not known."""
    gateway = ScriptedGateway([approved()], types=TYPES)
    gateway.gate = asyncio.Event()
    async with open_window(gateway) as till:
        till.fill(pin="4000400040004000")
        till.press(Qt.Key.Key_F12)
        await till.until(gateway.started.is_set)
        for room in (Room.HISTORY, Room.IN_DOUBT):
            till.click(f"tab-{room.value}")
            await till.settle()
            assert label(till, room, "detail-state") == "Checking"
            assert not till.has("act-ask_again")
        await till.pass_time(80)
        assert label(till, Room.IN_DOUBT, "detail-state") == "We do not know yet if it was paid"
        gateway.gate.set()


async def test_a_finished_slip_is_printed_again_from_history() -> None:
    """F9 on the chosen sale; the paper says which copy it is."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin="4000400040004000")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        for number in (1, 2):
            till.press(Qt.Key.Key_F9)
            await till.until(lambda: len(till.printer.slips) == number + 1)  # noqa: B023 - it is called in its own round
            await till.settle()
            assert till.shell.screen().toast == f"Slip printed as COPY {number}"
            assert f"COPY {number}" in repr(till.printer.slips[-1])
        assert till.shell.screen().slips == 0


async def test_who_comes_to_history_finds_the_newest_sale_and_f9_prints_that_one() -> None:
    """An older sale was looked at before; the customer in front is the one of the last sale."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell(till, 1)
        await sell(till, 2)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        till.press(Qt.Key.Key_End)
        await till.settle()
        assert label(till, Room.HISTORY, "detail-amount") == "R10.01"
        till.press(Qt.Key.Key_F2)
        await sell(till, 99)
        till.press(Qt.Key.Key_F6)
        till.press(Qt.Key.Key_F9)
        await till.settle()
        assert till.printer.slips == []  # what was chosen before is not printed meanwhile
        assert label(till, Room.HISTORY, "detail-amount") == "R10.99"
        check_history(till)
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: bool(till.printer.slips))
        assert "R10.99" in repr(till.printer.slips[0])


@pytest.mark.parametrize("found", ["10.01", "zzz"])
@pytest.mark.parametrize("way", ["F6", "tab", "Esc"])
async def test_a_search_ends_with_esc_and_when_the_page_is_left(found: str, way: str) -> None:
    """The next time the page lists every sale, with the newest chosen."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell(till, 1)
        await sell(till, 2)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        find = till.visible("history-find")
        assert isinstance(find, QLineEdit)
        find.setFocus()
        QTest.keyClicks(find, found)
        await till.settle()
        assert shown_rows(till)[0] == (found == "10.01")
        if way == "Esc":
            till.press(Qt.Key.Key_Escape)
            assert find.hasFocus()
        else:
            till.press(Qt.Key.Key_F2)
            if way == "F6":
                till.press(Qt.Key.Key_F6)
            else:
                till.click("tab-history")
        await till.settle()
        assert find.text() == ""
        assert shown_rows(till)[0] == 2
        assert till.shell.screen().toast == ""
        if way != "Esc":
            assert label(till, Room.HISTORY, "detail-amount") == "R10.02"
        check_history(till)


async def test_who_asks_for_a_slip_of_what_was_refused_gets_one() -> None:
    """None comes by itself. F9 in History prints what the screen shows: why, and nothing taken."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell(till, 1, is_refused=True)
        assert till.printer.slips == []
        till.press(Qt.Key.Key_F6)
        await till.settle()
        till.press(Qt.Key.Key_F9)
        await till.settle()
        (printed,) = till.printer.slips
        rows = lay_out(printed, COLUMNS_SHOWN, is_any_letter)
        assert slip_words(till, Room.HISTORY) == "\n".join(spoken_lines(rows))
        assert "Nothing was taken." in slip_words(till, Room.HISTORY)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a page of History be short, and return how many rows it has."""
    monkeypatch.setattr(history_presenter, "PAGE", 10)
    return 10


async def test_a_sale_is_found_by_what_stands_on_its_slip(page: int) -> None:
    """Its reference with and without dash in any letters, the last four, the amount, the day."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        await sell_many(till, 2)
        wanted = (await till.redemptions())[1]
        till.clock.shift_wall(timedelta(days=3))
        for number in range(2, 2 + page):
            await sell(till, number)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        assert shown_rows(till)[0] == page
        find = till.visible("history-find")
        assert isinstance(find, QLineEdit)
        till.click("history-find")
        day = wanted.created_at.astimezone()
        for text, many in (
            (wanted.reference, 1),
            (wanted.reference.replace("-", "").lower(), 1),
            ("0000", 1),
            ("R10.00", 1),
            (f"{day:%Y-%m-%d}", 2),
            (f"{day:%d %b}", 2),
        ):
            find.selectAll()
            _type(find, text)
            await till.until(lambda: shown_rows(till)[0] == many)  # noqa: B023 - it is called in its own round
            till.ledgers[Room.HISTORY].choose(wanted.id)
            await till.until(lambda: label(till, Room.HISTORY, "detail-amount") == "R10.00")
            assert wanted.reference in label(till, Room.HISTORY, "detail-note")
            assert f"{day:%a %d %b %Y}" in label(till, Room.HISTORY, "detail-note")


async def test_older_sales_are_listed_when_somebody_goes_on_below_the_last(page: int) -> None:
    """The foot says how many of how many are shown; the rows say their day."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        for number in range(page + 2):
            await sell(till, number)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        assert label(till, Room.HISTORY, "history-summary").startswith("10 of 12 shown, ")
        assert till.has("history-older")
        assert till.shell.screen().status == "12 payments."
        till.press(Qt.Key.Key_End)
        await till.until(lambda: shown_rows(till)[0] == page + 2)
        assert not till.has("history-older")
        check_history(till)
        till.press(Qt.Key.Key_End)
        await till.until(lambda: label(till, Room.HISTORY, "detail-amount") == "R10.00")
        ((time, *_),) = shown_rows(till)[1]
        assert time.endswith(" Today")


@pytest.mark.parametrize(
    ("size", "scale"), [((1366, 768), 1.0), ((1024, 768), 1.0), ((1366, 768), 1.25)]
)
async def test_the_names_of_vouchers_are_whole_beside_a_scroll_bar(
    qapp: QApplication, size: tuple[int, int], scale: float
) -> None:
    """Twenty sales are more than the window is high."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=scale, motion=False)
    async with open_window(ScriptedGateway(types=TYPES), size=size) as till:
        await sell_many(till, 20)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        table = till.visible("history-table")
        assert isinstance(table, QTableView)
        assert table.verticalScrollBar().isVisible()
        room = name_room(QRectF(0, 0, table.columnWidth(Column.VOUCHER), 50), "1Voucher")
        assert text_width("1Voucher", theme.current().font(Role.BODY_BOLD)) <= room.width()


def _type(box: QWidget, text: str) -> None:
    for letter in text:
        QApplication.sendEvent(
            box, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
        )


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)])
async def test_two_slips_to_finish_are_whole_above_a_change_voucher(size: tuple[int, int]) -> None:
    """The change voucher below them takes no more height than it needs."""
    async with played("slips", size) as till:
        cards = [card for card in till.window.findChildren(Card) if card.isVisible()]
        assert len(cards) == 2
        assert [card.visibleRegion().boundingRect() for card in cards] == [
            card.rect() for card in cards
        ]


async def test_a_page_is_made_when_somebody_first_goes_there() -> None:
    """Until then nobody waits for it; it then shows what was listed meanwhile."""
    async with open_window() as till:
        assert not till.window.findChildren(LedgerView)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        (view,) = till.window.findChildren(LedgerView)
        assert view.isVisible()
        assert view.objectName() == "ledger-history"


async def test_pages_are_made_a_while_after_the_start() -> None:
    """So the first press of their keys does not wait; who was there first keeps their page."""
    async with open_window() as till:
        till.press(Qt.Key.Key_F6)
        await till.settle()
        history = till.find("ledger-history")
        await till.window.make_lists_ready(after_s=0, pause_s=0)
        views = till.window.findChildren(LedgerView)
        rooms = {"ledger-history", "ledger-in_doubt", "ledger-slips"}
        assert {one.objectName() for one in views} == rooms
        assert len(views) == len(rooms)
        assert history in views
        assert [one for one in views if one.isVisible()] == [history]
