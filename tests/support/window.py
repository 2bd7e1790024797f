"""The whole window over fakes, for tests and for the pictures a developer looks at.

``open_window`` gives a ``WindowTill`` with its window shown. Time is stepped: what the till does
at once is waited for with ``until``; what takes seconds happens when ``pass_time`` is awaited.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLayout, QLayoutItem, QWidget
from shiboken6 import getAllValidWrappers, ownedByPython

from counterfoil.adapters.printing.report_files import DocumentsFolder
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.settings.settings_editor import SettingsEditor
from counterfoil.adapters.statements.statements import CsvStatements
from counterfoil.adapters.system.patterns import LinearPatterns
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.retention import Retention
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import EVERYTHING, NOBODY, OWN_ROLES, Actor, Permission
from counterfoil.domain.till import TillProfile
from counterfoil.domain.voucher_type import ChangeManner, FieldKind, FieldSpec, VoucherType
from counterfoil.presentation.counter_presenter import CounterPresenter
from counterfoil.presentation.pages import ListPages, Pages
from counterfoil.presentation.shell_presenter import ShellPresenter
from counterfoil.presentation.words import health, slips
from counterfoil.service.catalogue import Catalogue
from counterfoil.service.checking import JournalCheck
from counterfoil.service.engine import Engine
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.gate import Gate
from counterfoil.service.guess_watch import GuessWatch
from counterfoil.service.health_desk import HealthDesk
from counterfoil.service.notices import Notices
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.people import People
from counterfoil.service.redeem import Redeemer
from counterfoil.service.refunding import Refunder
from counterfoil.service.report_desk import ReportDesk
from counterfoil.service.resolver import Resolver
from counterfoil.service.revealing import Revealer
from counterfoil.service.services import Services
from counterfoil.service.session import Session
from counterfoil.service.settings_desk import SettingsDesk
from counterfoil.service.settlement_desk import SettlementDesk
from counterfoil.service.settling import Settler
from counterfoil.service.setup_desk import SetupDesk
from counterfoil.service.shredding import Shredder
from counterfoil.service.slip_desk import SlipDesk
from counterfoil.service.statement_desk import StatementDesk
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.token_bucket import TokenBuckets
from counterfoil.service.visits import Visits
from counterfoil.service.void_desk import VoidDesk
from counterfoil.service.voiding import Voider
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.window import Window
from counterfoil.upstreams import practice_vouchers
from support.clocks import START, SeededChance, SteppedClock
from support.first_start import MemoryFirstStart
from support.gateways import ScriptedGateway
from support.loudspeakers import MemoryLoudspeaker
from support.memory_machine import MemoryMachine
from support.memory_vault import MemoryVault
from support.people import made_people
from support.printers import MemoryPrinter
from support.quick_journal import VAULT
from support.shift_desks import desk_of, shift_printer_of
from support.till import WatchedJournal

ANSWERS_AFTER_S = 0.7
"""A result takes no answer in its first 0.6 s."""
_TURNS_MAX = 2_000
_TURN_S = 0.001
_JOURNAL_TURNS = 2

OPERATOR = "Thandi M."
"""Who acts at a till where nobody signs in; only tests have such a till."""

PROFILE = TillProfile(
    trading_name="Corner Shop",
    legal_name="Corner Shop Trading (Pty) Ltd",
    address="14 Long Street, Cape Town 8001",
    vat_number="4480123456",
    till_name="Till 3",
    till_number=3,
    helpline="0860 000 000",
)

_PIN = FieldSpec(
    name="pin",
    label="Voucher PIN",
    kind=FieldKind.DIGITS,
    is_sensitive=True,
    example="1115684091419838",
    length=16,
)
_MOBILE = FieldSpec(
    name="phone_number",
    label="Mobile number",
    kind=FieldKind.PHONE,
    is_required=False,
    example="082 123 4567",
    hint="Change voucher is also sent here by SMS",
)
ONE_VOUCHER = VoucherType(
    id="vouchers.one_voucher",
    upstream="moment",
    category="vouchers",
    name="1Voucher",
    fields=(_PIN, _MOBILE),
    description="Redeem all or part. The rest comes back as a change voucher.",
    colour="#4A5568",
    change=ChangeManner.INLINE,
)
OTT = VoucherType(
    id="vouchers.ott",
    upstream="moment",
    category="vouchers",
    name="OTT",
    fields=(
        FieldSpec(name="pin", label="PIN", kind=FieldKind.DIGITS, is_sensitive=True, length=12),
        FieldSpec(
            name="phone_number",
            label="Mobile number",
            kind=FieldKind.PHONE,
            hint="The rest is sent here by SMS",
        ),
    ),
    description="The rest is sent to the customer by SMS.",
    can_look_up=True,
    change=ChangeManner.SMS,
)
BLU = VoucherType(
    id="vouchers.blu",
    upstream="moment",
    category="vouchers",
    name="Blu Voucher",
    fields=(
        FieldSpec(name="token", label="Token", kind=FieldKind.DIGITS, is_sensitive=True, length=16),
    ),
    can_look_up=True,
    change=ChangeManner.INLINE,
)


def plain_type(type_id: str, name: str, category: str, **changes: object) -> VoucherType:
    """Return a type with one code that can be looked up."""
    code = FieldSpec(name="code", label="Card number", kind=FieldKind.DIGITS)
    return VoucherType(
        id=type_id,
        upstream="moment",
        category=category,
        name=name,
        fields=changes.pop("fields", (code,)),  # type: ignore[arg-type]  # a test gives fields
        can_look_up=True,
    )


TYPES = (
    ONE_VOUCHER,
    OTT,
    BLU,
    plain_type("vouchers.hero", "HeroTill", "vouchers"),
    plain_type("gift.centre", "Centre Gift Card", "gift_cards"),
    plain_type("gift.mall", "Mall & Beyond", "gift_cards"),
    plain_type("loyalty.kopano", "Kopano Points", "loyalty"),
)


class PlainPhones:
    """Takes every number with ten digits or a plus."""

    def parse(self, text: str) -> Secret:
        """Return the number as it is."""
        if len(text) < 9:
            raise ValueError("too short")
        return Secret(text)


@dataclass(slots=True, kw_only=True)
class WindowTill:
    """A running till with its window, and what a test needs to play cashier and provider."""

    window: Window
    journal: WatchedJournal
    gateway: ScriptedGateway
    printer: MemoryPrinter
    clock: SteppedClock
    owner: TaskOwner
    redeemer: Redeemer
    forwarder: Forwarder
    voider: Voider
    session: Session
    people: People
    pages: Pages
    counter: CounterPresenter
    shell: ShellPresenter
    ledgers: ListPages
    failures: list[tuple[str, Exception]] = field(default_factory=list)

    # ---------------------------------------------------------------------------- what is there

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """Return the one widget with this object name."""
        found = list(self.window.findChildren(kind, name))
        assert len(found) == 1, f"{len(found)} widgets are named {name!r}"
        return found[0]

    def has(self, name: str) -> bool:
        """Whether a widget with this name is to be seen."""
        return any(one.isVisible() for one in self.window.findChildren(QWidget, name))

    def box(self, name: str) -> BoxLine:
        """Return a box one types into: ``field-pin``, ``amount``."""
        found = self.find(name)
        assert isinstance(found, BoxLine)
        return found

    def visible(self, name: str) -> QWidget:
        """Return the one visible widget with this object name."""
        found = [one for one in self.window.findChildren(QWidget, name) if one.isVisible()]
        assert len(found) == 1, f"{len(found)} visible widgets are named {name!r}"
        return found[0]

    async def redemptions(self) -> tuple[Redemption, ...]:
        """Return everything the journal holds, the latest first."""
        return await self.journal.history(1_000)

    # ---------------------------------------------------------------------------- what people do

    def type_into(self, name: str, text: str) -> None:
        """Put the cursor into a box and type."""
        box = self.box(name)
        box.setFocus(Qt.FocusReason.MouseFocusReason)
        QTest.keyClicks(box, text)

    def press(self, key: Qt.Key) -> None:
        """Press a key wherever the focus is; what an overlay covers gets none."""
        QTest.keyClick(self.keyboard(), key)

    def keyboard(self) -> QWidget:
        """Return the widget that a key would reach now."""
        top = QApplication.activeModalWidget() or self.window
        focused: QWidget | None = top.focusWidget()
        return top if focused is None else focused

    def click(self, name: str) -> None:
        """Click the visible widget with this object name in its middle."""
        QTest.mouseClick(self.visible(name), Qt.MouseButton.LeftButton)

    def hold(self, name: str) -> None:
        """Press the mouse on a button and keep it there."""
        button = self.visible(name)
        QTest.mousePress(button, Qt.MouseButton.LeftButton)

    def let_go(self, name: str) -> None:
        """Release the mouse again."""
        button = self.visible(name)
        assert isinstance(button, QAbstractButton)
        QTest.mouseRelease(
            button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5)
        )

    def fill(self, *, pin: str, amount: str = "19.00") -> None:
        """Type a voucher and an amount into the first type's form."""
        self.type_into("field-pin", pin)
        if amount:
            self.type_into("amount", amount)

    # ------------------------------------------------------------------------------ what happens

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let the till work, without moving time, until something is so."""
        for _ in range(_TURNS_MAX):
            await self.clock.advance(0)
            if is_so():
                return
            await asyncio.sleep(_TURN_S)  # a form is read in a thread
        raise AssertionError("it did not become so")

    async def settle(self) -> None:
        """Let everything that can happen now happen."""
        for _ in range(3):
            await self.clock.advance(0)
            await asyncio.sleep(_TURN_S)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, second by second."""
        while seconds > 0:
            await self.clock.advance(min(1.0, seconds))
            seconds -= 1.0
        await self.settle()

    async def until_result(self) -> None:
        """Wait until a result is in front and the redemption is decided or held up."""
        await self.until(lambda: self.counter.shown is not None)
        await self.settle()

    async def ready_to_answer(self) -> None:
        """Wait until a result takes answers."""
        await self.pass_time(ANSWERS_AFTER_S)


def made_engine(
    gateway: ScriptedGateway,
    *,
    journal: WatchedJournal,
    printer: MemoryPrinter,
    clock: SteppedClock,
    notices: Notices,
    owner: TaskOwner,
    profile: TillProfile = PROFILE,
    roles: Mapping[str, frozenset[Permission]] = OWN_ROLES,
    settings: Path | None = None,
    new_settings: Path | None = None,
    first_start: MemoryFirstStart | None = None,
) -> Engine:
    """Return what acts at a till, over fakes."""
    gateways, tokens = {gateway.upstream: gateway}, TokenBuckets(clock)
    forwarder = Forwarder(
        journal=journal,
        gateways=gateways,
        clock=clock,
        chance=SeededChance(3),
        notices=notices,
        owner=owner,
        tokens=tokens,
    )
    redeemer = Redeemer(
        journal=journal,
        gateways=gateways,
        vault=VAULT,
        clock=clock,
        chance=SeededChance(),
        notices=notices,
        owner=owner,
        flush_reversals=forwarder.flush_reversals,
    )
    resolver = Resolver(
        journal=journal,
        redeemer=redeemer,
        clock=clock,
        chance=SeededChance(4),
        owner=owner,
        tokens=tokens,
    )
    composer = AdviceComposer(journal=journal, gateways=gateways, chance=SeededChance(2))
    refunder = Refunder(
        journal=journal,
        gateways=gateways,
        clock=clock,
        chance=SeededChance(5),
        redeemer=redeemer,
        forwarder=forwarder,
    )
    people = made_people(journal, clock, roles)
    return Engine(
        journal=journal,
        gateways=gateways,
        catalogue=Catalogue(journal, gateways, clock),
        redeemer=redeemer,
        resolver=resolver,
        forwarder=forwarder,
        void_desk=VoidDesk(
            journal=journal,
            voider=Voider(journal=journal, composer=composer, clock=clock, notices=notices),
            refunder=refunder,
            clock=clock,
            notices=notices,
        ),
        settlement_desk=SettlementDesk(
            journal=journal, gateways=gateways, clock=clock, notices=notices
        ),
        shifts=desk_of(journal, clock),
        shift_printer=shift_printer_of(journal, clock, printer, profile),
        statement_desk=StatementDesk(
            journal=journal, statements=CsvStatements(), upstreams=gateways, clock=clock
        ),
        slips=SlipDesk(
            write=slips.written,
            journal=journal,
            gateways=gateways,
            printer=printer,
            clock=clock,
            profile=profile,
        ),
        reports=ReportDesk(journal=journal, currency="ZAR"),
        revealer=Revealer(journal, clock),
        shredder=Shredder(journal=journal, vault=MemoryVault(), clock=clock, retention=Retention()),
        settler=Settler(journal=journal, resolver=resolver, forwarder=forwarder, clock=clock),
        people=people,
        guesses=GuessWatch(journal=journal, people=people, clock=clock),
        health=HealthDesk(
            journal=journal,
            gateways=gateways,
            queues=forwarder,
            printer=printer,
            backups=None,
            check=JournalCheck(journal, clock, SeededChance(7)),
            machine=MemoryMachine(),
            clock=clock,
            write=health.support_text,
        ),
        settings=SettingsDesk(
            file=SettingsEditor(settings),
            journal=journal,
            clock=clock,
            is_training=profile.is_training,
        ),
        setup=SetupDesk(
            settings=SettingsDesk(
                file=SettingsEditor(new_settings, is_new=True), journal=journal, clock=clock
            ),
            system=first_start or MemoryFirstStart(),
            is_training=profile.is_training,
            has_file=settings is not None,
        ),
    )


def services_of(
    engine: Engine,
    clock: SteppedClock,
    owner: TaskOwner,
    profile: TillProfile = PROFILE,
    *,
    nobody: Actor | None = None,
) -> Services:
    """Return what a face works with, before this engine.

    ``nobody`` is who acts while nobody is signed in: else the operator, who may do everything.
    """
    gate = Gate(engine, clock, SeededChance(6))
    return Services(
        profile=profile,
        gate=gate,
        session=Session(gate, nobody or Actor(OPERATOR, EVERYTHING)),
        staff=engine.people,
        journal=engine.journal,
        catalogue=engine.catalogue,
        asking=engine.redeemer,
        queues=engine.forwarder,
        slips=engine.slips,
        voids=engine.void_desk,
        settlements=engine.settlement_desk,
        retention=engine.shredder,
        statements=engine.statement_desk,
        health=engine.health,
        settings_file=engine.settings,
        first_start=engine.setup,
        report_files=DocumentsFolder(Path(tempfile.gettempdir(), f"reports-{os.getpid()}")),
        phones=PlainPhones(),
        patterns=LinearPatterns(),
        clock=clock,
        owner=owner,
    )


def items_gone(window: QWidget) -> list[str]:
    """Return the items that Python knows and that are in no layout of a window any more.

    Each may make the process crash later: docs/decisions/0013.
    """
    layouts = window.findChildren(QLayout)
    return [
        type(one).__name__
        for one in getAllValidWrappers()
        if isinstance(one, QLayoutItem)
        and not isinstance(one, QLayout)
        and not ownedByPython(one)
        # A layout compares addresses; the item itself may not be asked, as it may be deleted.
        and not any(layout.indexOf(one) >= 0 for layout in layouts)
    ]


@asynccontextmanager
async def open_window(
    gateway: ScriptedGateway | None = None,
    *,
    journal: WatchedJournal | None = None,
    profile: TillProfile = PROFILE,
    printer: MemoryPrinter | None = None,
    start: datetime = START,
    size: tuple[int, int] = (1366, 768),
    is_offered: bool = True,
    journal_turns: int = _JOURNAL_TURNS,
    staff: Callable[[People], Awaitable[None]] | None = None,
    roles: Mapping[str, frozenset[Permission]] = OWN_ROLES,
    settings: Path | None = None,
    new_settings: Path | None = None,
    first_start: MemoryFirstStart | None = None,
    loudspeaker: MemoryLoudspeaker | None = None,
) -> AsyncIterator[WindowTill]:
    """Open a till with a window over fakes; close both after.

    ``journal`` is what an earlier till has left.
    ``journal_turns`` is how often the loop turns before and after a commit, as it does while a real
    journal syncs; 0 is a journal that writes at once.
    With ``staff``, which adds people, they sign in; else the operator is there.
    ``settings`` is the till's settings file, which its page changes; ``new_settings`` is where one
    is made when training ends, and ``first_start`` what is tried for it.
    """
    gateway = gateway or ScriptedGateway(types=TYPES)
    printer = printer or MemoryPrinter()
    journal = journal or WatchedJournal(turns=journal_turns)
    clock, notices = SteppedClock(start), Notices()
    failures: list[tuple[str, Exception]] = []
    async with TaskOwner(lambda name, error: failures.append((name, error))) as owner:
        engine = made_engine(
            gateway,
            journal=journal,
            printer=printer,
            clock=clock,
            notices=notices,
            owner=owner,
            profile=profile,
            roles=roles,
            settings=settings,
            new_settings=new_settings,
            first_start=first_start,
        )
        if staff is not None:
            await staff(engine.people)
        nobody = None if staff is None else NOBODY
        services = services_of(engine, clock, owner, profile, nobody=nobody)
        gateways = {gateway.upstream: gateway}
        composer = AdviceComposer(journal=journal, gateways=gateways, chance=SeededChance(2))
        lessons = practice_vouchers() if profile.is_training else ()
        pages = Pages(services, "Printer ready", Visits(owner, clock), lessons)
        counter, shell, ledgers = pages.counter, pages.shell, pages.lists
        window = Window(
            pages,
            symbols=ZxingSymbols(),
            spawn=owner.spawn,
            loudspeaker=loudspeaker or MemoryLoudspeaker(),
            columns=profile.slip_columns,
            has_sounds=False,
        )
        till = WindowTill(
            window=window,
            journal=journal,
            gateway=gateway,
            printer=printer,
            clock=clock,
            owner=owner,
            redeemer=engine.redeemer,
            forwarder=engine.forwarder,
            voider=Voider(journal=journal, composer=composer, clock=clock, notices=notices),
            session=services.session,
            people=engine.people,
            pages=pages,
            counter=counter,
            shell=shell,
            ledgers=ledgers,
            failures=failures,
        )
        with (
            notices.listening(pages.notice),
            notices.listening_to_advices(pages.notice_advice),
        ):
            if is_offered:
                offer = await engine.catalogue.refresh()
                shell.offer(offer)
                counter.offer(offer)
            window.resize(*size)
            window.show()
            window.activateWindow()
            if staff is not None:
                await pages.welcome()
            _ = owner.spawn(shell.run_clock(), "clock")
            await till.settle()
            try:
                yield till
                assert items_gone(window) == []
            finally:
                window.allow_close()
                window.deleteLater()
    assert not failures, failures
