"""A demonstration without a screen: the real window, driven by keys and clicks, on the sandbox.

It writes a picture of each screen, a PDF of each slip, and ``summary.json`` with what happened. The
till is a fresh one in a folder of its own, which is gone afterwards unless it was chosen.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from counterfoil.adapters.files import make_file
from counterfoil.adapters.settings.look_memory import LookMemory
from counterfoil.adapters.settings.till_settings import FolderChoice, TillSettings, load_settings
from counterfoil.bootstrap import Places, data_directory, open_till_in
from counterfoil.declaring import dataclass
from counterfoil.desktop import Face, begin, open_face, run_on_qt_loop
from counterfoil.domain.audit import VoidAsked
from counterfoil.domain.failures import CounterfoilError
from counterfoil.domain.pacing import COUNTER_ATTEMPTS_MAX
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.shift import Shift
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.domain.training import TRAINEE_CASHIER, TRAINEE_SUPERVISOR
from counterfoil.domain.voids import VoidWay
from counterfoil.presentation.documents import Document, redemption_document, settlement_document
from counterfoil.presentation.screens import Act, Room, Stage
from counterfoil.presentation.shift_screen import ShiftScreen, ShiftStage
from counterfoil.presentation.words import outcomes, sign_in
from counterfoil.service.commands import ConfirmSlip, TryNow
from counterfoil.service.services import Services
from counterfoil.ui import theme
from counterfoil.ui.application import make_application

if TYPE_CHECKING:
    from counterfoil_sandbox.server import SandboxServer

WIDTH, HEIGHT = 1366, 768
WAIT_MAX_S = 60.0
_LOOK_EVERY_S = 0.05
_SETTLE_S = 0.4
"""Time for what moves to come to rest before a picture is taken, in seconds."""
_HOLD_S = 600.0
"""Longer than a scene takes."""
_SAID = {"said_by": "Botha", "provider_reference": "RC1042", "reason": "telephoned"}
"""What a supervisor writes down of a call."""
_FLOAT, _PAID_IN = "500", "100"
_FOUND = {20_000: 2, 5_000: 3, 1_000: 5}
"""What the cashier counts in the drawer, without being told what should be there."""
_WHY = "demonstration"
_ANSWERABLE_S = 0.7
"""A result takes no key before it has stood for a moment, in seconds."""

PROFILE = TillProfile(
    trading_name="Corner Shop",
    legal_name="Corner Shop Trading (Pty) Ltd",
    address="14 Long Street, Cape Town 8001",
    vat_number="4480123456",
    till_name="Till 3",
    till_number=3,
    helpline="0860 000 000",
    is_training=True,
)


class DemoError(CounterfoilError):
    """The demonstration did not go as it should."""


class OutputError(DemoError):
    """The folder for the pictures and slips cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One redemption of the demonstration; ``ends`` is the state it must end in."""

    name: str
    type_id: str
    situation: str
    amount: str = ""
    value_cents: int = 5000
    ends: RedemptionState = RedemptionState.FINAL
    loses_answers: bool = False
    is_owed: bool = False
    """The line goes down before the provider is told: that is owed, and delivered later."""
    voided: VoidWay | None = None
    """The goods come back once the sale is paid, and which way its void goes."""
    is_settled: bool = False
    """The till cannot decide it: people ask the provider and settle it by hand."""


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a scene's redemption, and of its void or settlement if there was one."""

    redemption: Document
    void: Document | None
    settlement: Document | None


SCENES = (
    Scene(name="full", type_id="vouchers.one_voucher", situation="usable", value_cents=1900),
    Scene(name="partial", type_id="vouchers.one_voucher", situation="usable", amount="19.00"),
    Scene(name="ott", type_id="vouchers.ott", situation="usable", amount="20.00"),
    Scene(
        name="declined",
        type_id="vouchers.blu",
        situation="used",
        amount="19.00",
        ends=RedemptionState.DECLINED,
    ),
    Scene(
        name="answer-lost",
        type_id="vouchers.one_voucher",
        situation="usable",
        amount="30.00",
        value_cents=10_000,
        loses_answers=True,
    ),
    Scene(name="advised", type_id="electrum.karoo", situation="usable", amount="19.00"),
    Scene(
        name="reversed",
        type_id="electrum.karoo",
        situation="upstream_timeout_taken",
        amount="19.00",
        ends=RedemptionState.REVERSED,
    ),
    Scene(
        name="owed",
        type_id="electrum.karoo",
        situation="usable",
        amount="30.00",
        is_owed=True,
    ),
    Scene(
        name="refunded",
        type_id="electrum.protea",
        situation="usable",
        amount="50.00",
        voided=VoidWay.REFUNDED,
    ),
    Scene(
        name="turned",
        type_id="electrum.karoo",
        situation="usable",
        amount="19.00",
        voided=VoidWay.REVERSED,
    ),
    Scene(
        name="outside",
        type_id="vouchers.one_voucher",
        situation="usable",
        amount="19.00",
        voided=VoidWay.OUTSIDE,
    ),
    Scene(
        name="settled",
        type_id="vouchers.one_voucher",
        situation="stored_error",
        amount="19.00",
        ends=RedemptionState.ATTENTION,
        is_settled=True,
    ),
)


def run(output: Path, places: Places) -> Document:
    """Give the demonstration and return what happened, as it is also written down.

    With a folder in ``places`` the till is kept there, in training as ever. Of a settings file
    only the names of shop and till are taken: the rest is as in every demonstration.

    Raises:
        OutputError: the folder cannot be written.
        DemoError: a scene did not end as it should.
        SettingsError, JournalUnavailableError, VaultUnavailableError: the till cannot be opened.

    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    output = output.absolute()
    screens, slips = output / "screens", output / "slips"
    settings = _read_settings(places, slips)
    try:
        for folder in (screens, slips):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
        played = _play_in_window(places, settings, screens)
        return _write_summary(output, played, screens, slips)
    except OSError as error:
        raise OutputError(f"{output} cannot be written: {error.strerror}") from None


def _read_settings(places: Places, slips: Path) -> TillSettings:
    theirs = PROFILE if places.file is None else load_settings(places.file).profile
    profile = replace(
        PROFILE,
        trading_name=theirs.trading_name,
        legal_name=theirs.legal_name,
        address=theirs.address,
        vat_number=theirs.vat_number,
        helpline=theirs.helpline,
        till_name=theirs.till_name,
        till_number=theirs.till_number,
    )
    vault = "file" if places.data_dir is None else "auto"
    return TillSettings(profile=profile, printer=FolderChoice(slips, keep_hours=0), vault=vault)


def _play_in_window(places: Places, settings: TillSettings, screens: Path) -> "Day":
    app = make_application()
    played: list[Day] = []

    async def demonstrate() -> int:
        with _till_folder(places, settings) as folder:
            is_kept = places.data_dir is not None
            played.append(await _demonstrate(app, folder, settings, screens, is_kept=is_kept))
        return 0

    run_on_qt_loop(app, demonstrate)
    (day,) = played
    return day


@contextmanager
def _till_folder(places: Places, settings: TillSettings) -> Iterator[Path]:
    """Give the folder that was chosen, or one that is gone afterwards."""
    if places.data_dir is not None:
        yield data_directory(places, settings)
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as folder:
        yield Path(folder)


async def _demonstrate(
    app: QApplication, folder: Path, settings: TillSettings, screens: Path, *, is_kept: bool
) -> "Day":
    from counterfoil_sandbox.server import SandboxServer

    with SandboxServer() as sandbox:
        async with (
            open_till_in(folder, settings, sandbox.url, is_remembered=is_kept) as till,
            open_face(app, till, LookMemory(None)) as face,
        ):
            theme.apply_theme(app, theme.ThemeName.LIGHT, training=True, motion=False)
            hand = Hand(face, screens)
            face.window.resize(WIDTH, HEIGHT)
            face.window.show()
            begin(face)
            day = await _play(hand, sandbox, till)
            face.window.allow_close()
    return day


def _write_summary(output: Path, day: "Day", screens: Path, slips: Path) -> Document:
    played = day.played
    pictures = sorted(path.name for path in screens.iterdir())
    papers = sorted(path.name for path in slips.iterdir())
    summary = {
        "redemptions": [one.redemption for one in played],
        "voids": [one.void for one in played if one.void is not None],
        "settlements": [one.settlement for one in played if one.settlement is not None],
        "shift": day.shift,
        "screens": pictures,
        "slips": papers,
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    make_file(output / "summary.json", f"{text}\n".encode(), is_own=False, may_replace=True)
    return summary


async def _play(hand: "Hand", sandbox: "SandboxServer", till: Services) -> "Day":
    await hand.until(lambda: hand.screen.stage is Stage.FORM, "the voucher types")
    await _sign_in(hand)
    await _open_shift(hand, till)
    await hand.picture("idle")
    await _show_balance(hand)
    played = [await _play_scene(hand, sandbox, scene) for scene in SCENES]
    for room in (Room.HISTORY, Room.IN_DOUBT, Room.SLIPS):
        hand.face.shell.enter(room)
        await hand.picture(room.value.replace("_", "-"))
    shift = await _close_shift(hand, till)
    await _show_dark(hand)
    return Day(played, shift)


async def _open_shift(hand: "Hand", till: Services) -> None:
    """Open a shift by the keys of its page; a till that is kept may have one."""
    await _go_to_shift(hand)
    if hand.shift.stage is ShiftStage.CLOSED:
        hand.type("shift-amount", _FLOAT)
        await hand.picture("shift-float")
        await hand.press_at_shift(Qt.Key.Key_F11, ShiftStage.OPEN)
    await hand.picture("shift-open")
    assert await till.journal.open_shift() is not None, "the page says that one is open"
    hand.press(Qt.Key.Key_F2)


async def _go_to_shift(hand: "Hand") -> None:
    hand.press(Qt.Key.Key_F7)
    begun = {ShiftStage.CLOSED, ShiftStage.OPEN}
    await hand.until(lambda: hand.shift.stage in begun, "the page Shift")
    await hand.sleep(_ANSWERABLE_S)


async def _close_shift(hand: "Hand", till: Services) -> Document:
    """Count the drawer blind, close the shift and print its Z, by the keys of its page."""
    await _go_to_shift(hand)
    hand.click("act-pay_in")
    await hand.until(lambda: hand.shift.stage is ShiftStage.MOVE, "what is paid in")
    await hand.sleep(_ANSWERABLE_S)
    hand.type("shift-amount", _PAID_IN)
    hand.type("shift-words", _WHY)
    await hand.picture("shift-pay-in")
    await hand.press_at_shift(Qt.Key.Key_F11, ShiftStage.OPEN)
    await hand.press_at_shift(Qt.Key.Key_F11, ShiftStage.COUNT)
    for value, count in _FOUND.items():
        hand.type(f"count-{value}", str(count))
    await hand.picture("shift-count")
    await hand.press_at_shift(Qt.Key.Key_F11, ShiftStage.COUNTED)
    await _explained(hand)
    number = await _closed_number(till)
    await hand.picture("shift-z")
    hand.press(Qt.Key.Key_F9)
    shift = await _printed(hand, till, number)
    assert shift.books is not None, "a closed shift has its books"
    return {
        "z_number": number,
        "expected_cents": shift.books.drawer.expected_cents,
        "counted_cents": shift.books.drawer.counted_cents,
    }


async def _explained(hand: "Hand") -> None:
    """Close with the Z, and say why the count differs where that is asked."""
    hand.press(Qt.Key.Key_F11)
    await hand.until(
        lambda: hand.shift.stage is ShiftStage.REPORT or bool(hand.shift.error), "the Z"
    )
    if hand.shift.stage is ShiftStage.COUNTED:
        await hand.sleep(_ANSWERABLE_S)
        hand.type("shift-words", _WHY)
        await hand.press_at_shift(Qt.Key.Key_F11, ShiftStage.REPORT)
    await hand.sleep(_ANSWERABLE_S)


async def _closed_number(till: Services) -> int:
    (last,) = await till.journal.shifts(1)
    return last.number


async def _printed(hand: "Hand", till: Services, number: int) -> Shift:
    async def is_printed() -> bool:
        kept = await till.journal.shift(number)
        return kept is not None and kept.printed > 0

    await hand.until_told(is_printed, "the paper of the Z")
    await hand.until(lambda: bool(hand.shift.can_press), "the page after its paper")
    kept = await till.journal.shift(number)
    assert kept is not None, "it was printed"
    return kept


async def _sign_in(hand: "Hand") -> None:
    """Let the cashier of training sign in."""
    pages, who = hand.face.pages, TRAINEE_CASHIER
    hand.type("sign-in-number", who.number)
    hand.type("sign-in-pin", who.pin.reveal())
    await hand.picture("sign-in")
    hand.click("sign-in-primary")
    await hand.until(lambda: not pages.is_signing_in, sign_in.SIGN_IN)


async def _play_scene(hand: "Hand", sandbox: "SandboxServer", scene: Scene) -> "Played":
    source = hand.take_voucher(scene)
    hand.click(f"tile-{scene.type_id}")
    await hand.fill(source)
    if scene.amount:
        hand.type("amount", scene.amount)
    else:
        await _take_whole(hand)
    await hand.picture(f"{scene.name}-filled")
    if scene.loses_answers:
        _lose_answers(sandbox)
    if scene.is_owed:
        _cut_advices(sandbox)
    hold_s = _HOLD_S if scene.voided is VoidWay.REVERSED else 0.0
    hand.face.till.hold_confirmations(hold_s)
    hand.press(Qt.Key.Key_F12)
    await hand.until(lambda: hand.screen.stage is Stage.RESULT, "the redemption to begin")
    if scene.loses_answers:
        await _wait_in_vain(hand, scene)
    await hand.until(lambda: hand.redemption.state is scene.ends, f"{scene.name}: {scene.ends}")
    is_final = scene.ends is RedemptionState.FINAL
    following = Act.SLIP_COMPLETE if is_final else Act.NEW_VOUCHER
    await hand.until_offered(following)
    await hand.picture(scene.name)
    ended = hand.redemption
    await hand.sleep(_ANSWERABLE_S)
    if scene.ends is RedemptionState.FINAL:
        hand.press(Qt.Key.Key_F11)
    else:
        hand.press(Qt.Key.Key_F2)
    await hand.until(lambda: hand.screen.stage is Stage.FORM, "the next customer")
    if scene.is_owed:
        await _deliver_what_is_owed(hand, sandbox, ended)
    void = await _void(hand, scene, ended) if scene.voided else None
    settlement = await _settle(hand, scene, ended) if scene.is_settled else None
    stored = await hand.face.till.journal.redemption(ended.id)
    assert stored is not None, "what was shown is in the journal"
    return Played({"scene": scene.name, **redemption_document(stored)}, void, settlement)


async def _wait_in_vain(hand: "Hand", scene: Scene) -> None:
    """Watch the till ask until the counter has waited long enough."""
    await hand.until(lambda: _seconds(hand) >= outcomes.AMBER_FROM_S, "some seconds of checking")
    await hand.picture(f"{scene.name}-checking")
    await hand.until_offered(Act.PRINT_PENDING)
    await hand.picture(f"{scene.name}-not-known")
    hand.face.shell.enter(Room.IN_DOUBT)
    await hand.picture(f"{scene.name}-in-doubt")
    hand.face.shell.enter(Room.REDEEM)


def _seconds(hand: "Hand") -> int:
    result = hand.screen.result
    return 0 if result is None else result.banner.seconds or 0


async def _take_whole(hand: "Hand") -> None:
    hand.click("whole-value")
    await hand.until(lambda: _is_whole(hand), "the whole value to be chosen")
    await hand.picture("whole-value")


def _is_whole(hand: "Hand") -> bool:
    amount = hand.screen.amount
    return amount is not None and amount.is_whole


def _lose_answers(sandbox: "SandboxServer") -> None:
    """Let the provider take the money and cut the line before each answer the counter waits for.

    The next one, in the background, comes late enough to be seen coming.
    """
    from counterfoil_sandbox.faults import Rule

    lost = {"times": COUNTER_ATTEMPTS_MAX, "after_effect": True, "action": {"kind": "drop"}}
    late = {"times": 1, "after_effect": False}
    for rule, delay_s in ((lost, 1.5), (late, 4.0)):
        sandbox.add_rule(Rule.model_validate({"endpoint": "create", "delay_s": delay_s, **rule}))


def _cut_advices(sandbox: "SandboxServer") -> None:
    """Close the second upstream's line before each confirmation and reversal."""
    from counterfoil_sandbox.faults import Rule

    rule = {"endpoint": "suv_advice", "after_effect": False, "action": {"kind": "drop"}}
    sandbox.add_rule(Rule.model_validate(rule))


async def _deliver_what_is_owed(hand: "Hand", sandbox: "SandboxServer", paid: Redemption) -> None:
    """Show that a provider has still to be told, and tell it by hand once the line is back."""
    from counterfoil_sandbox.faults import Dials

    ledger = hand.face.ledgers[Room.IN_DOUBT]
    hand.face.shell.enter(Room.IN_DOUBT)
    await hand.until(lambda: _has_chip(hand), "a try in vain")
    await hand.until(lambda: ledger.screen().chosen == paid.id, "what is owed")
    await hand.picture("owed-in-doubt")
    sandbox.set_dials(Dials())
    hand.press(Qt.Key.Key_F5)
    await hand.until(lambda: not ledger.screen().cards, "what is owed to be delivered")
    await hand.picture("owed-delivered")
    hand.face.shell.enter(Room.REDEEM)


def _has_chip(hand: "Hand") -> bool:
    return any(chip.name == "owed" for chip in hand.face.shell.screen().chips)


async def _void(hand: "Hand", scene: Scene, paid: Redemption) -> Document:
    """Void a sale in the window, with a supervisor; return how, and who stands behind it."""
    till, approvals, way = hand.face.till, hand.face.pages.approvals, scene.voided
    hand.press(Qt.Key.Key_F6)
    await _show_row(hand, f"{scene.name}-paid", paid.id)
    hand.press(Qt.Key.Key_F11)
    await hand.until(lambda: approvals.screen() is not None, "the request")
    if way is VoidWay.OUTSIDE:
        hand.click("approval-way-0")
    await _approve(hand, scene)
    await hand.until(lambda: _is_void_over(approvals.screen()), "the void")
    await hand.picture(f"{scene.name}-voided")
    hand.click("approval-act")
    await hand.until(lambda: approvals.screen() is None, "the history")
    refunds = [one for one in await till.journal.history(1) if one.refund_of == paid.id]
    await _wait_for_paper(hand, refunds[0] if refunds else paid)
    for refund in refunds:
        await till.run(ConfirmSlip(redemption_id=refund.id, is_complete=True))
        await till.run(TryNow(refund.id))
        await _show_row(hand, "refund", refund.id)
    if way is VoidWay.REVERSED:
        await till.run(TryNow(paid.id))
    await _show_row(hand, scene.name, paid.id)
    hand.face.shell.enter(Room.REDEEM)
    return await _told_of_void(hand, scene, paid.id)


async def _approve(hand: "Hand", scene: Scene) -> None:
    """Let the supervisor of training approve what is asked."""
    hand.click("approval-reason-0")
    hand.type("approval-number", TRAINEE_SUPERVISOR.number)
    hand.type("approval-pin", TRAINEE_SUPERVISOR.pin.reveal())
    await hand.picture(f"{scene.name}-approval")
    hand.click("approval-act")


async def _settle(hand: "Hand", scene: Scene, waiting: Redemption) -> Document:
    """Settle by hand what the till cannot decide; return how, and who stands behind it."""
    pages, ledger = hand.face.pages, hand.face.ledgers[Room.IN_DOUBT]
    hand.face.shell.enter(Room.IN_DOUBT)
    await hand.until(lambda: ledger.screen().chosen == waiting.id, "attention")
    hand.press(Qt.Key.Key_F11)
    await hand.until(lambda: pages.settler.is_in_front, "question")
    hand.click("evidence-1")
    hand.click("got-0")
    for name, text in _SAID.items():
        hand.type(f"settle-{name}", text)
    await hand.picture(f"{scene.name}-asked")
    hand.click("settle-act")
    await hand.until(lambda: pages.approvals.screen() is not None, "request")
    await _approve(hand, scene)
    await hand.until(lambda: not ledger.screen().cards, "settlement")
    (kept,) = (await hand.face.till.settlements.dossier(waiting.id)).settlements
    await _show_row(hand, scene.name, waiting.id)
    hand.face.shell.enter(Room.REDEEM)
    return {"id": waiting.id, **settlement_document(kept)}


async def _wait_for_paper(hand: "Hand", voided: Redemption) -> None:
    """Wait until the paper of a void, which prints by itself, is at the printer."""

    async def is_printed() -> bool:
        jobs = await hand.face.till.journal.print_jobs(voided.id)
        return bool(jobs) and jobs[-1].state is PrintState.SENT

    await hand.until_told(is_printed, "paper")


def _is_void_over(screen: Any) -> bool:
    return screen is not None and screen.is_over


async def _told_of_void(hand: "Hand", scene: Scene, redemption_id: str) -> Document:
    """Return what the journal holds of a void, having seen that it went the way of the scene."""
    journal = hand.face.till.journal
    voided = await journal.redemption(redemption_id)
    assert voided is not None, "what was voided is in the journal"
    ways = {
        VoidWay.REVERSED: voided.state is RedemptionState.REVERSED,
        VoidWay.REFUNDED: voided.is_refunded,
        VoidWay.OUTSIDE: voided.settled_as is SettledAs.OUTSIDE,
    }
    went = [way for way, is_so in ways.items() if is_so]
    if went != [scene.voided]:
        raise DemoError(f"the void of {scene.name} went {[one.value for one in went]}")
    told = [one.event for one in await journal.events(redemption_id)]
    (asked,) = [event for event in told if isinstance(event, VoidAsked)]
    return {
        "id": redemption_id,
        "way": went[0].value,
        "reason": asked.reason.value,
        "asked_by": asked.by,
        "approved_by": asked.approved_by,
    }


async def _show_row(hand: "Hand", name: str, redemption_id: str) -> None:
    ledger = hand.face.ledgers[Room.HISTORY]
    ledger.choose(redemption_id)
    await hand.until(lambda: ledger.screen().chosen == redemption_id, f"{name} in the history")
    await hand.picture(f"{name}-in-history")


async def _show_balance(hand: "Hand") -> None:
    scene = Scene(name="balance", type_id="vouchers.blu", situation="usable")
    hand.click(f"tile-{scene.type_id}")
    await hand.fill(hand.take_voucher(scene))
    hand.press(Qt.Key.Key_F3)
    await hand.until(lambda: bool(hand.screen.balance), "the balance")
    await hand.picture("balance")
    hand.press(Qt.Key.Key_F2)


async def _show_dark(hand: "Hand") -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication), "the window has an application"
    theme.apply_theme(app, theme.ThemeName.DARK, training=True, motion=False)
    hand.face.shell.enter(Room.REDEEM)
    await hand.picture("idle-dark")


@dataclass(frozen=True, slots=True)
class Day:
    """What became of each scene, and of the shift in which they were played."""

    played: list["Played"]
    shift: Document


@dataclass(slots=True)
class Hand:
    """Presses keys, types and clicks as a cashier would, and takes pictures."""

    face: Face
    screens: Path
    _taken: set[str] = field(default_factory=set)

    @property
    def screen(self) -> Any:
        """What is in front of the cashier."""
        return self.face.counter.screen()

    @property
    def shift(self) -> ShiftScreen:
        """What the page Shift shows."""
        return self.face.pages.shift.screen()

    async def press_at_shift(self, key: Qt.Key, stage: ShiftStage) -> None:
        """Press a key on the page Shift, and wait until the stage that follows takes one."""
        self.press(key)
        await self.until(lambda: self.shift.stage is stage, f"the page Shift: {stage}")
        await self.sleep(_ANSWERABLE_S)

    @property
    def redemption(self) -> Redemption:
        """The redemption in front of the cashier."""
        shown = self.face.counter.shown
        assert shown is not None, "a result is in front of the cashier"
        return shown

    def take_voucher(self, scene: Scene) -> Mapping[str, str | int]:
        """Take a value of the sandbox that has not been used yet, by the names of its fields."""
        for source in _values_of(scene):
            named = str(sorted(source.items()))
            if named not in self._taken:
                self._taken.add(named)
                return source
        raise DemoError(f"the sandbox has no value left for {scene.name}")

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """Return the widget with this object name."""
        found = self.face.window.findChild(kind, name)
        if not isinstance(found, QWidget):
            raise DemoError(f"the window has no {name}")
        return found

    def click(self, name: str) -> None:
        """Click a button."""
        QTest.mouseClick(self.find(name, QAbstractButton), Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key) -> None:
        """Press a key of the keyboard."""
        QTest.keyClick(self.face.window, key)

    def type(self, name: str, text: str) -> None:
        """Type into a field."""
        line = self.find(name, QLineEdit)
        line.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(line, text)

    async def fill(self, source: Any) -> None:
        """Type what the sandbox wants for one of its values into the form."""
        names = [row.name for row in self.screen.fields]
        for name in names:
            if name in source:
                self.type(f"field-{name}", str(source[name]))
        await self.sleep(_LOOK_EVERY_S)

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; raise DemoError where it does not come to be."""

        async def ask() -> bool:
            return is_so()

        await self.until_told(ask, what)

    async def until_told(self, is_so: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something is so that has to be read first.

        Raises:
            DemoError: it did not come to be.

        """
        waited_s = 0.0
        while not await is_so():
            if waited_s > WAIT_MAX_S:
                raise DemoError(f"waited in vain for {what}")
            await self.sleep(_LOOK_EVERY_S)
            waited_s += _LOOK_EVERY_S

    async def until_offered(self, *acts: Act) -> None:
        """Wait until one of these buttons is there."""

        def is_offered() -> bool:
            result = self.screen.result
            return result is not None and any(b.act in acts for b in result.buttons)

        await self.until(is_offered, "the next step")

    async def sleep(self, seconds: float) -> None:
        """Let the till go on."""
        await self.face.till.clock.sleep(seconds)

    async def picture(self, name: str) -> None:
        """Take a picture of the window."""
        await self.sleep(_SETTLE_S)
        number = len(list(self.screens.iterdir())) + 1
        path = self.screens / f"{number:02d}-{name}.png"
        drawn = QBuffer()
        drawn.open(QIODevice.OpenModeFlag.WriteOnly)
        if not self.face.window.picture().save(drawn, "PNG"):
            raise DemoError(f"the picture {path.name} could not be drawn")
        make_file(path, bytes(drawn.data().data()), is_own=False)


def _values_of(scene: Scene) -> list[Mapping[str, str | int]]:
    """Return what the sandbox's own tables say can be typed for a scene."""
    from counterfoil_sandbox.pins import SANDBOX_PINS
    from counterfoil_sandbox.suv.vouchers import SuvSituation, codes_for

    wanted = (scene.type_id, scene.situation, scene.value_cents)
    found: list[Mapping[str, str | int]] = [
        row.source
        for row in SANDBOX_PINS
        if (row.type, row.situation.value, row.value_cents) == wanted
    ]
    provider = scene.type_id.removeprefix("electrum.")
    if provider != scene.type_id:
        codes = codes_for(provider, SuvSituation(scene.situation), value_cents=scene.value_cents)
        found += [{"code": code} for code in codes]
    return found
