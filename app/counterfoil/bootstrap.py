"""The composition root: opens a till, part by part, and closes it in reverse.

The only module that names concrete classes outside the window. It knows no Qt, so the command line
runs on the same till as the window does.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ParamSpec, assert_never

from platformdirs import user_state_path

from counterfoil.adapters.journal.backups import FOLDER_NAME, BackupChoice, SealedBackups
from counterfoil.adapters.journal.closed_journal import ClosedJournal
from counterfoil.adapters.journal.integrity.marker import Marker
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.adapters.printing.absent_printer import AbsentPrinter
from counterfoil.adapters.printing.fallback_printer import FallbackPrinter
from counterfoil.adapters.printing.finding import find_printers
from counterfoil.adapters.printing.folder_printer import FolderPrinter
from counterfoil.adapters.printing.network_line import NetworkLine
from counterfoil.adapters.printing.queues import printer_at
from counterfoil.adapters.printing.receipt_printer import ReceiptPrinter
from counterfoil.adapters.printing.report_files import DocumentsFolder
from counterfoil.adapters.printing.serial_line import SerialLine
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_files import SlipFiles
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.printing.training_printer import TrainingPrinter
from counterfoil.adapters.printing.usb_line import UsbLine
from counterfoil.adapters.settings.electrum_settings import PASSWORD_ENTRY, password_place
from counterfoil.adapters.settings.keyring_entry import keep_in_keyring
from counterfoil.adapters.settings.settings_editor import SettingsEditor, changed_text
from counterfoil.adapters.settings.shown_settings import settings_lines
from counterfoil.adapters.settings.till_folder import (
    SETTINGS_NAME,
    TRAINING_FOLDER,
    has_own_settings,
    own_settings,
    root_folder,
)
from counterfoil.adapters.settings.till_settings import (
    KEYRING_ENTRY,
    FolderChoice,
    KeySource,
    NetworkChoice,
    NoPrinter,
    PrinterChoice,
    QueueChoice,
    SerialChoice,
    TillSettings,
    UsbChoice,
    key_place,
    load_settings,
    settings_of,
)
from counterfoil.adapters.statements.statements import CsvStatements
from counterfoil.adapters.system.chance import SystemChance
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.adapters.system.logs import (
    describe_failure,
    opened_logs,
    report_loop_failure,
)
from counterfoil.adapters.system.patterns import LinearPatterns
from counterfoil.adapters.system.phones import PhoneNumbers
from counterfoil.adapters.system.pins import MEMORY_KIB, TRAINING_KIB, ArgonPins
from counterfoil.adapters.system.till_machine import TillMachine
from counterfoil.adapters.system.vault import (
    KeyPlace,
    KeyringAnchor,
    SealingVault,
    open_vault,
    place_of,
)
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.contact import Contact, ProviderKind
from counterfoil.domain.failures import (
    CounterfoilError,
    JournalUnavailableError,
)
from counterfoil.domain.language import Language
from counterfoil.domain.offer import Offer
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey, SettingChange
from counterfoil.domain.slip import Slip
from counterfoil.domain.staff import MACHINE, NOBODY, OWN_ROLES
from counterfoil.domain.till import TillProfile
from counterfoil.domain.training import TRAINEES, Lesson, PracticeVoucher, Trainee
from counterfoil.overriding import override
from counterfoil.ports.advised_gateway import AdvisedGateway
from counterfoil.ports.clock import Clock
from counterfoil.ports.first_start import FirstStart, KnownPrinter
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.ports.printer import Printer, PrintOutcome
from counterfoil.ports.symbols import Symbols
from counterfoil.ports.vault import Vault
from counterfoil.presentation.words import health, printers, shift_slips, slips
from counterfoil.presentation.words.speaking import ENGLISH, speaking
from counterfoil.presentation.words.speaking import Catalogue as Words
from counterfoil.service.backing_up import BackupSchedule
from counterfoil.service.catalogue import Catalogue
from counterfoil.service.checking import JournalCheck
from counterfoil.service.commands import RefreshTypes, ShredDue
from counterfoil.service.engine import Engine
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.gate import Gate
from counterfoil.service.guess_watch import GuessWatch
from counterfoil.service.health_desk import HealthDesk
from counterfoil.service.notices import Notices
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.paper_keeping import PaperKeeping
from counterfoil.service.people import People
from counterfoil.service.recovery import Recovered, recover
from counterfoil.service.redeem import Redeemer
from counterfoil.service.refunding import Refunder
from counterfoil.service.report_desk import ReportDesk
from counterfoil.service.resolver import Resolver
from counterfoil.service.retention_days import RetentionDays
from counterfoil.service.revealing import Revealer
from counterfoil.service.services import Services
from counterfoil.service.session import Session
from counterfoil.service.settings_desk import SettingsDesk
from counterfoil.service.settlement_desk import SettlementDesk
from counterfoil.service.settling import Settler
from counterfoil.service.setup_desk import SetupDesk
from counterfoil.service.shift_desk import ShiftDesk
from counterfoil.service.shift_printing import ShiftPrinter
from counterfoil.service.shredding import Shredder
from counterfoil.service.slip_desk import SlipDesk
from counterfoil.service.statement_desk import StatementDesk
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.token_bucket import TokenBuckets
from counterfoil.service.void_desk import VoidDesk
from counterfoil.service.voiding import Voider
from counterfoil.upstreams import (
    electrum_contact,
    moment_contact,
    open_gateways,
    practice_vouchers,
    takes_moment,
)

STATE_FOLDER = "counterfoil-tills"
"""Beside the till's own folders on every system, and never inside of them."""
PAPER_FOLDER = "paper"
FINISH_LIMIT_S = 5.0
_HOUR_S = 3600.0

_log = logging.getLogger("counterfoil.till")
_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the till finds its things; None is the system's own place."""

    data_dir: Path | None = None
    settings: Path | None = None

    @property
    def file(self) -> Path | None:
        """The settings file: the one that was named, else the till's own; None in training."""
        if self.settings is None and has_own_settings(self.data_dir):
            return own_settings(self.data_dir)
        return self.settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Till(Services):
    """An open till: its services, and what it was put together from."""

    engine: Engine
    """What works in the background, for the program alone; a face gives commands."""
    settings: TillSettings
    directory: Path
    printer_name: str
    """What the printer is called on the screen; empty where there is none."""
    drawing: SlipPdf
    symbols: Symbols
    notices: Notices
    trainees: tuple[Trainee, ...]
    """Who is there to try things with, in training; nobody on a real till."""
    lessons: tuple[PracticeVoucher, ...]
    """What is there to practise with, in training; nothing on a real till."""
    recovered: Recovered
    check: JournalCheck
    retention_days: RetentionDays
    backups: BackupSchedule | None
    """None in training, and where nothing can be sold."""
    papers: PaperKeeping | None
    """None where no slips lie in a folder, or are to stay there for ever."""

    async def ask_for_types(self) -> Offer:
        """Ask providers for their voucher types, as the till does by itself, whoever is at it."""
        return await self.gate.run(RefreshTypes(), NOBODY)

    async def visited(self) -> "Till":
        """Return the same till for somebody who comes by the local door.

        They have a gate of their own, so that nothing that is approved or served there is taken for
        something at the window. Nothing was recovered for them: the till goes on.
        """
        return replace(
            self,
            gate=Gate(self.engine, self.clock, SystemChance()),
            recovered=Recovered((), await self.journal.open_redemptions()),
        )

    def hold_confirmations(self, seconds: float) -> None:
        """Hold back from now on what confirms a sale, as the settings of a shop may want it."""
        for gateway in self.engine.gateways.values():
            if isinstance(gateway, AdvisedGateway):
                gateway.confirmation_hold_s = seconds


def data_directory(places: Places, settings: TillSettings) -> Path:
    """Return the till's folder; training has a journal and a number series of its own."""
    root = root_folder(places.data_dir)
    return root / TRAINING_FOLDER if settings.is_training else root


@asynccontextmanager
async def open_till(places: Places) -> AsyncIterator[Till]:
    """Open a till: settings, journal, log, recovery, gateways, services; close in reverse.

    Raises:
        SettingsError: the settings cannot be used.
        JournalUnavailableError, VaultUnavailableError: nothing may be sold.

    """
    # In a thread: the library that checks them takes longer to load than a window may stand still.
    settings = await asyncio.to_thread(load_settings, places.file)
    directory = data_directory(places, settings)
    async with open_till_in(directory, settings, file=places.file) as till:
        yield till


@asynccontextmanager
async def open_till_in(
    directory: Path,
    settings: TillSettings,
    training_url: str | None = None,
    *,
    is_remembered: bool = True,
    file: Path | None = None,
) -> AsyncIterator[Till]:
    """Open a till in a folder; `open_till` says what may be raised.

    ``file`` is where the settings are from; None where they are from no file.
    ``training_url`` is a sandbox that runs already; without it, training starts its own. A till
    whose folder is gone afterwards is not remembered outside of it.
    """
    async with AsyncExitStack() as opened:
        journal = await opened.enter_async_context(
            SqliteJournal.open(
                directory,
                partial(vault_of, directory, settings),
                second=second_place(directory, settings),
                marker=marker_of(directory, settings) if is_remembered else None,
            )
        )
        opened.enter_context(opened_logs(directory))
        if is_remembered and not journal.is_remembered:
            _log.warning("nothing is remembered of this till outside its folder")
        asyncio.get_running_loop().set_exception_handler(report_loop_failure)
        clock = SystemClock()
        gateways = open_gateways(
            opened,
            settings,
            clock,
            training_url,
            directory,
            has_moment=await takes_moment(settings, journal),
        )
        composer = AdviceComposer(journal=journal, gateways=gateways, chance=SystemChance())
        recovered = await recover(journal, clock, composer)
        if settings.is_training:
            await people_of(settings, journal, journal.vault, clock).begin_training(TRAINEES)
        yield await assemble(
            opened,
            Parts(
                settings=settings,
                directory=directory,
                journal=journal,
                vault=journal.vault,
                clock=clock,
                gateways=gateways,
                recovered=recovered,
                backups=_schedule(journal, directory, settings, clock),
                file=file,
            ),
        )


async def verify_journal(places: Places, printed: ChainHead | None = None) -> tuple[Finding, ...]:
    """Check a journal that a till may refuse to open, and change nothing in it.

    ``printed`` is the head on a slip, from which the journal must go on.

    Raises:
        SettingsError: the settings cannot be used.
        JournalUnavailableError, VaultUnavailableError: another has it, or its key is missing.

    """
    settings = load_settings(places.file)
    directory = data_directory(places, settings)
    return await asyncio.to_thread(
        find_faults_in,
        directory,
        partial(vault_of, directory, settings),
        second=second_place(directory, settings),
        marker=marker_of(directory, settings),
        printed=printed,
    )


async def print_test_slip(places: Places) -> tuple[Printer, PrintOutcome]:
    """Print a test slip on the printer of the settings, without a till; return what came of it.

    Raises:
        SettingsError: the settings cannot be used.

    """
    settings = load_settings(places.file)
    return await _print_test_slip(settings, data_directory(places, settings))


async def _print_test_slip(settings: TillSettings, directory: Path) -> tuple[Printer, PrintOutcome]:
    symbols = ZxingSymbols()
    _make_paper_folder(settings, directory)
    printer = printer_of(settings, directory, drawing_of(settings, symbols), symbols)
    slip = printers.test_slip(settings.profile, SystemClock().now().wall.astimezone())
    try:
        return printer, await printer.print_slip(slip, title=slip.title)
    finally:
        await printer.close()


class FirstStartHere(FirstStart):
    """Tries providers and printers of this machine for a till whose file is to be made.

    ``source`` is where the till reads its provider's key.
    """

    def __init__(self, file: Path, clock: Clock, source: KeySource) -> None:
        self._file = file
        self._clock = clock
        self._source = source

    @override
    async def contact(self, address: str, key: Secret, kind: ProviderKind, user: str) -> Contact:
        if kind is ProviderKind.ELECTRUM:
            return await electrum_contact(address, user, key, self._clock)
        return await moment_contact(address, key, self._clock)

    @override
    async def printers(self) -> tuple[KnownPrinter, ...]:
        found = await asyncio.to_thread(find_printers)
        return tuple(KnownPrinter(one.kind, one.name, one.model) for one in found)

    @override
    async def print_test_slip(self, changes: Sequence[SettingChange]) -> PrintOutcome:
        content = changed_text("", changes).encode()
        settings = await asyncio.to_thread(settings_of, content, self._file)
        _, outcome = await _print_test_slip(settings, self._file.parent)
        return outcome

    @override
    async def key_place(self, kind: ProviderKind = ProviderKind.MOMENT) -> FoundKey:
        if kind is ProviderKind.ELECTRUM:
            return await asyncio.to_thread(password_place)
        return await asyncio.to_thread(key_place, self._source)

    @override
    async def keep_key(self, key: Secret, kind: ProviderKind = ProviderKind.MOMENT) -> None:
        entry = PASSWORD_ENTRY if kind is ProviderKind.ELECTRUM else KEYRING_ENTRY
        await asyncio.to_thread(keep_in_keyring, entry, key)


def vault_of(directory: Path, settings: TillSettings) -> Vault:
    """Open the vault of a till's folder; VaultUnavailableError where its key cannot be had."""
    return open_vault(KeyPlace(settings.vault), directory).vault


def second_place(directory: Path, settings: TillSettings) -> KeyringAnchor:
    """Return where the anchor of a folder's journal is kept beside the folder."""
    return KeyringAnchor(KeyPlace(settings.vault), directory)


def marker_of(directory: Path, settings: TillSettings) -> Marker:
    """Return what remembers a till's folder in the user's state folder."""
    return Marker(
        user_state_path(STATE_FOLDER, appauthor=False),
        directory,
        lambda: place_of(directory),
        is_practice=settings.is_training,
    )


def backup_choice(directory: Path, settings: TillSettings) -> BackupChoice:
    """Return where the backups of a till's folder go."""
    chosen = settings.backup
    return BackupChoice(
        chosen.folder or directory / FOLDER_NAME,
        is_own=chosen.folder is None,
        keep=chosen.keep,
        keep_days=chosen.keep_days,
        till=directory,
    )


@asynccontextmanager
async def open_closed_till(failure: CounterfoilError, places: Places) -> AsyncIterator[Till]:
    """Open a till that says why it cannot sell: its journal refuses everything."""
    if not isinstance(failure, JournalUnavailableError):
        failure = JournalUnavailableError(type(failure).__name__)
    async with AsyncExitStack() as opened:
        yield await assemble(
            opened,
            Parts(
                # Nothing is printed, so no folder is made for it.
                settings=TillSettings(profile=TillProfile(), printer=NoPrinter()),
                directory=places.data_dir or Path(),
                journal=ClosedJournal(failure),
                vault=SealingVault(bytes(32)),
                clock=SystemClock(),
                gateways={},
                recovered=Recovered((), ()),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a till is put together from."""

    settings: TillSettings
    directory: Path
    journal: Journal
    vault: Vault
    clock: Clock
    gateways: Mapping[str, Gateway]
    recovered: Recovered
    backups: BackupSchedule | None = None
    file: Path | None = None
    """Where the settings are from; None where they are from no file."""


async def assemble(opened: AsyncExitStack, parts: Parts) -> Till:
    """Put the services of a till together; ``opened`` closes them in reverse."""
    profile = parts.settings.profile
    symbols = ZxingSymbols()
    drawing = drawing_of(parts.settings, symbols)
    _make_paper_folder(parts.settings, parts.directory)
    printer = printer_of(parts.settings, parts.directory, drawing, symbols)
    lessons = practice_vouchers() if parts.settings.is_training else ()
    without_paper = {one.tail for one in lessons if one.lesson is Lesson.NO_PRINTER}
    if without_paper:
        printer = TrainingPrinter(printer, parts.journal, without_paper)
    opened.push_async_callback(printer.close)
    owner = await opened.enter_async_context(TaskOwner(_report))
    chance, notices, tokens = SystemChance(), Notices(), TokenBuckets(parts.clock)
    forwarder = Forwarder(
        journal=parts.journal,
        gateways=parts.gateways,
        clock=parts.clock,
        chance=chance,
        notices=notices,
        owner=owner,
        tokens=tokens,
    )
    opened.push_async_callback(forwarder.finish, FINISH_LIMIT_S)
    redeemer = Redeemer(
        journal=parts.journal,
        gateways=parts.gateways,
        vault=parts.vault,
        clock=parts.clock,
        chance=chance,
        notices=notices,
        owner=owner,
        flush_reversals=forwarder.flush_reversals,
    )
    opened.push_async_callback(redeemer.finish, FINISH_LIMIT_S)
    resolver = Resolver(
        journal=parts.journal,
        redeemer=redeemer,
        clock=parts.clock,
        chance=chance,
        owner=owner,
        tokens=tokens,
    )
    check = JournalCheck(parts.journal, parts.clock, chance)
    people = people_of(parts.settings, parts.journal, parts.vault, parts.clock)
    shifts = ShiftDesk(
        journal=parts.journal,
        clock=parts.clock,
        currency=profile.currency,
        explain_above_cents=parts.settings.explain_above_cents,
    )
    engine = Engine(
        journal=parts.journal,
        gateways=parts.gateways,
        catalogue=Catalogue(parts.journal, parts.gateways, parts.clock),
        redeemer=redeemer,
        resolver=resolver,
        forwarder=forwarder,
        void_desk=VoidDesk(
            journal=parts.journal,
            voider=_voider(parts, notices),
            refunder=_refunder(parts, redeemer, forwarder),
            clock=parts.clock,
            notices=notices,
        ),
        settlement_desk=SettlementDesk(
            journal=parts.journal, gateways=parts.gateways, clock=parts.clock, notices=notices
        ),
        shifts=shifts,
        shift_printer=ShiftPrinter(
            desk=shifts,
            printer=printer,
            clock=parts.clock,
            profile=profile,
            write=_on_paper(shift_slips.shift_slip, profile.slip_language),
        ),
        statement_desk=StatementDesk(
            journal=parts.journal,
            statements=CsvStatements(),
            upstreams=parts.gateways,
            clock=parts.clock,
        ),
        slips=SlipDesk(
            write=_on_paper(slips.written, profile.slip_language),
            journal=parts.journal,
            gateways=parts.gateways,
            printer=printer,
            clock=parts.clock,
            profile=profile,
        ),
        reports=ReportDesk(journal=parts.journal, currency=profile.currency),
        revealer=Revealer(parts.journal, parts.clock),
        shredder=Shredder(
            journal=parts.journal,
            vault=parts.vault,
            clock=parts.clock,
            retention=parts.settings.retention,
        ),
        settler=Settler(
            journal=parts.journal, resolver=resolver, forwarder=forwarder, clock=parts.clock
        ),
        people=people,
        guesses=GuessWatch(journal=parts.journal, people=people, clock=parts.clock),
        health=HealthDesk(
            journal=parts.journal,
            gateways=parts.gateways,
            queues=forwarder,
            printer=printer,
            backups=parts.backups,
            check=check,
            machine=TillMachine(parts.directory, settings_lines(parts.settings), parts.clock),
            clock=parts.clock,
            write=health.support_text,
        ),
        settings=SettingsDesk(
            file=SettingsEditor(parts.file),
            journal=parts.journal,
            clock=parts.clock,
            is_training=parts.settings.is_training,
        ),
        setup=_setup_desk(parts),
    )
    gate = Gate(engine, parts.clock, chance)
    return Till(
        settings=parts.settings,
        profile=profile,
        directory=parts.directory,
        engine=engine,
        gate=gate,
        session=Session(gate, NOBODY),
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
        printer_name=printer.describe(),
        drawing=drawing,
        symbols=symbols,
        report_files=DocumentsFolder(),
        phones=PhoneNumbers(profile.country),
        patterns=LinearPatterns(),
        clock=parts.clock,
        notices=notices,
        owner=owner,
        trainees=TRAINEES if parts.settings.is_training else (),
        lessons=lessons,
        recovered=parts.recovered,
        check=check,
        retention_days=RetentionDays(partial(gate.run, ShredDue(), MACHINE), parts.clock),
        backups=parts.backups,
        papers=_papers(parts),
    )


def people_of(settings: TillSettings, journal: Journal, vault: Vault, clock: Clock) -> People:
    """Return the staff that a journal holds, with the roles that the settings name."""
    memory_kib = TRAINING_KIB if settings.is_training else MEMORY_KIB
    return People(
        journal=journal,
        pins=ArgonPins(vault, memory_kib=memory_kib),
        clock=clock,
        chance=SystemChance(),
        roles={**settings.roles, **OWN_ROLES},
    )


def _setup_desk(parts: Parts) -> SetupDesk:
    # Training lies inside of the till's own folder. A till that has a file makes no other.
    file = parts.file or parts.directory.parent / SETTINGS_NAME
    editor = SettingsEditor(file, is_new=True)
    desk = SettingsDesk(file=editor, journal=parts.journal, clock=parts.clock)
    return SetupDesk(
        settings=desk,
        system=FirstStartHere(file, parts.clock, parts.settings.upstream.api_key_source),
        is_training=parts.settings.is_training,
        has_file=parts.file is not None,
    )


def _voider(parts: Parts, notices: Notices) -> Voider:
    composer = AdviceComposer(journal=parts.journal, gateways=parts.gateways, chance=SystemChance())
    return Voider(journal=parts.journal, composer=composer, clock=parts.clock, notices=notices)


def _refunder(parts: Parts, redeemer: Redeemer, forwarder: Forwarder) -> Refunder:
    return Refunder(
        journal=parts.journal,
        gateways=parts.gateways,
        clock=parts.clock,
        chance=SystemChance(),
        redeemer=redeemer,
        forwarder=forwarder,
    )


def _schedule(
    journal: SqliteJournal, directory: Path, settings: TillSettings, clock: Clock
) -> BackupSchedule | None:
    if settings.is_training:
        return None
    backups = SealedBackups(journal, backup_choice(directory, settings))
    return BackupSchedule(backups, clock, settings.backup.every_hours * _HOUR_S)


def _papers(parts: Parts) -> PaperKeeping | None:
    chosen = parts.settings.printer
    if not isinstance(chosen, FolderChoice) or not chosen.keep_hours:
        return None
    files = SlipFiles(_paper_folder(chosen, parts.directory))
    return PaperKeeping(files, parts.journal, parts.clock, timedelta(hours=chosen.keep_hours))


def _make_paper_folder(settings: TillSettings, directory: Path) -> None:
    if isinstance(settings.printer, FolderChoice):
        with suppress(OSError):  # the printer itself says so, each time a slip is to be printed
            folder = _paper_folder(settings.printer, directory)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _paper_folder(chosen: FolderChoice, directory: Path) -> Path:
    return chosen.folder or directory / PAPER_FOLDER


def drawing_of(settings: TillSettings, symbols: Symbols) -> SlipPdf:
    """Return what draws the slips of a till."""
    paper = replace(settings.paper, columns=settings.profile.slip_columns)
    return SlipPdf(symbols, paper=paper)


def printer_of(
    settings: TillSettings, directory: Path, drawing: SlipPdf, symbols: Symbols
) -> Printer:
    """Return the printer that the settings name, for a till in a directory."""
    printer = _printer_of(settings.printer, directory, drawing, symbols)
    if settings.fallback is None:
        return printer
    chosen, paper = settings.fallback.printer, settings.fallback.paper
    instead = _printer_of(chosen, directory, SlipPdf(symbols, paper=paper), symbols)
    return FallbackPrinter(printer, instead)


def _printer_of(
    chosen: PrinterChoice, directory: Path, drawing: SlipPdf, symbols: Symbols
) -> Printer:
    match chosen:
        case QueueChoice(name, profile):
            return printer_at(name, drawing, SlipEscPos(symbols, profile))
        case NetworkChoice(host, port, profile):
            return ReceiptPrinter(NetworkLine(host, port), SlipEscPos(symbols, profile))
        case UsbChoice(device, profile):
            return ReceiptPrinter(UsbLine(device), SlipEscPos(symbols, profile))
        case SerialChoice(device, baud, profile):
            return ReceiptPrinter(SerialLine(device, baud), SlipEscPos(symbols, profile))
        case FolderChoice():
            return FolderPrinter(_paper_folder(chosen, directory), drawing)
        case NoPrinter():
            return AbsentPrinter()
        case _:
            assert_never(chosen)


def _report(name: str, error: Exception) -> None:
    """Note what failed in a task nobody awaited: its kind and place, never its words."""
    _log.error("a task failed", extra={"stage": name, **describe_failure(error)})


def till_language(chosen: str | None, settings: Language) -> Language:
    """Return what the till's window speaks to nobody: what was ``chosen`` there, or its settings'.

    It is for the screen alone, since anybody may have chosen it.
    """
    return Language(chosen) if chosen in set(Language) else settings


def catalogue_of(language: Language) -> Words:
    """Return the words of a language; what it has not, it says in English."""
    if language is Language.ENGLISH:
        return ENGLISH
    from counterfoil.adapters.languages import translations

    return translations(language)


def _on_paper(write: Callable[_P, Slip], language: Language) -> Callable[_P, Slip]:
    """Write slips in the language that the settings give for slips, whoever is at the till."""
    catalogue = catalogue_of(language)

    def written(*arguments: _P.args, **named: _P.kwargs) -> Slip:
        with speaking(catalogue):
            return write(*arguments, **named)

    return written
