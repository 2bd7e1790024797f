"""What somebody may not do at the window: it is said, nothing is done, and the till goes on."""

from PySide6.QtCore import Qt

from counterfoil.domain.printing import PrintState
from counterfoil.domain.staff import EVERYTHING, Actor, Permission
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.screens import Act, Room, Stage, Tone
from counterfoil.ui.widgets.change_panel import ChangePanel
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.till import TIME_OUT, approved
from support.window import TYPES, WindowTill, open_window


def take_away(till: WindowTill, *permissions: Permission) -> None:
    """Let the person at the till do everything but this."""
    till.session._be(Actor("Naledi P.", EVERYTHING.difference(permissions)))


def said(till: WindowTill) -> str:
    """Return what the toast says, if it refuses."""
    screen = till.shell.screen()
    return screen.toast if screen.toast_tone is Tone.DECLINED else ""


async def refuse(till: WindowTill) -> None:
    """Go back from the request to a supervisor that comes, and wait until the refusal is said."""
    await till.until(lambda: till.pages.approvals.is_in_front)
    till.press(Qt.Key.Key_Escape)
    await till.until(lambda: not till.pages.approvals.is_in_front)
    await till.settle()


async def redeem(till: WindowTill) -> None:
    """Redeem a voucher in part."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def test_who_may_not_redeem_keeps_the_form() -> None:
    """Nothing is written or sent, and what was typed is there for somebody who may."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        take_away(till, Permission.REDEEM)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: bool(said(till)))
        assert said(till) == "You may not redeem vouchers. Call a supervisor."
        screen = till.counter.screen()
        assert (screen.stage, screen.can_press) == (Stage.FORM, True)
        assert till.gateway.asks == []
        assert await till.redemptions() == ()


async def test_who_may_not_see_a_code_is_told_so() -> None:
    """At the counter and in a list; the panel stays masked and the journal says nothing."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        await redeem(till)
        take_away(till, Permission.REVEAL_CHANGE)
        panel = till.visible("change-panel")
        assert isinstance(panel, ChangePanel)
        before = len(till.journal.commits)
        till.hold("hold-to-show")
        await refuse(till)
        assert said(till) == "You may not see the code of a change voucher. Call a supervisor."
        assert not panel.is_pin_shown()
        till.let_go("hold-to-show")
        slips = till.ledgers[Room.SLIPS]
        await slips.load()
        reading = till.owner.spawn(slips.change_codes(), "read")
        await refuse(till)
        assert await reading == ()
        assert len(till.journal.commits) == before


async def test_who_may_not_print_a_copy_prints_the_original() -> None:
    """The question stays as it was, so that somebody else can print or say what came out."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        take_away(till, Permission.PRINT_COPY)
        await redeem(till)
        await till.until(lambda: len(till.printer.slips) == 1)
        await till.ready_to_answer()
        till.counter.act(Act.SLIP_NOT_COMPLETE)
        await till.settle()
        till.counter.act(Act.PRINT_AGAIN)
        await refuse(till)
        assert said(till) == "You may not print a slip once more. Call a supervisor."
        await till.settle()
        assert len(till.printer.slips) == 1
        result = till.counter.screen().result
        assert result is not None
        assert Act.PRINT_AGAIN in {one.act for one in result.buttons}
        (sold,) = await till.redemptions()
        (paper,) = await till.journal.print_jobs(sold.id)
        assert paper.state is PrintState.NOT_COMPLETE


async def test_who_may_not_ask_again_leaves_it_in_doubt() -> None:
    """The list says so, and the till asks on by itself as ever."""
    async with open_window(ScriptedGateway(otherwise=TIME_OUT, types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.pass_time(90)
        take_away(till, Permission.SETTLE)
        till.shell.enter(Room.IN_DOUBT)
        ledger = till.ledgers[Room.IN_DOUBT]
        await ledger.load()
        asked = len(till.gateway.asks)
        ledger.act(Act.ASK_AGAIN)
        await till.until(
            lambda: "You may not ask or tell providers again" in till.shell.screen().toast
        )
        assert len(till.gateway.asks) == asked
        (left,) = await till.redemptions()
        assert left.state is RedemptionState.INFLIGHT
