"""The till from one start to its end: the shipped services, wired as the program wires them."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from counterfoil.adapters.settings.settings_editor import SettingsEditor
from counterfoil.adapters.statements.statements import CsvStatements
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.retention import Retention
from counterfoil.domain.till import TillProfile
from counterfoil.ports.chance import Chance
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.printer import Printer
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
from counterfoil.service.redeem import Redeemer
from counterfoil.service.refunding import Refunder
from counterfoil.service.report_desk import ReportDesk
from counterfoil.service.resolver import Resolver
from counterfoil.service.revealing import Revealer
from counterfoil.service.settings_desk import SettingsDesk
from counterfoil.service.settlement_desk import SettlementDesk
from counterfoil.service.settling import Settler
from counterfoil.service.setup_desk import SetupDesk
from counterfoil.service.shredding import Shredder
from counterfoil.service.slip_desk import SlipDesk
from counterfoil.service.statement_desk import StatementDesk
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.token_bucket import TokenBuckets
from counterfoil.service.void_desk import VoidDesk
from counterfoil.service.voiding import Voider
from simulation.disk import DiskJournal
from simulation.machine import MachineClock
from support.first_start import MemoryFirstStart
from support.memory_machine import MemoryMachine
from support.people import made_people
from support.quick_journal import VAULT
from support.shift_desks import desk_of, shift_printer_of

_PROFILE = TillProfile()
_AT_ONCE = Retention(change_pin_days=0, phone_days=0, request_days=0)
"""No days at all: whatever may go, goes at the next look."""


@dataclass(slots=True, kw_only=True)
class Life:
    """The till from one start to its end."""

    journal: DiskJournal
    clock: MachineClock
    owner: TaskOwner
    redeemer: Redeemer
    resolver: Resolver
    forwarder: Forwarder
    gate: Gate
    gateways: Mapping[str, Gateway]
    screen: ExitStack
    """What listens to notices."""
    died: asyncio.Future[None]
    is_broken: bool = False
    """The journal takes nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The ports that one life is put together from."""

    journal: DiskJournal
    clock: MachineClock
    chance: Chance
    gateways: Mapping[str, Gateway]
    composer: AdviceComposer
    printer: Printer


def open_life(
    parts: Parts,
    *,
    died: asyncio.Future[None],
    on_notice: Callable[[Redemption], None],
    on_failure: Callable[[str, Exception], None],
) -> Life:
    """Put the services together and start those that work in the background."""
    journal, clock, chance = parts.journal, parts.clock, parts.chance
    owner, notices, screen = TaskOwner(on_failure), Notices(), ExitStack()
    screen.enter_context(notices.listening(on_notice))
    tokens = TokenBuckets(clock)
    forwarder = Forwarder(
        journal=journal,
        gateways=parts.gateways,
        clock=clock,
        chance=chance,
        notices=notices,
        owner=owner,
        tokens=tokens,
    )
    redeemer = Redeemer(
        journal=journal,
        gateways=parts.gateways,
        vault=VAULT,
        clock=clock,
        chance=chance,
        notices=notices,
        owner=owner,
        flush_reversals=forwarder.flush_reversals,
    )
    resolver = Resolver(
        journal=journal,
        redeemer=redeemer,
        clock=clock,
        chance=chance,
        owner=owner,
        tokens=tokens,
    )
    refunder = Refunder(
        journal=journal,
        gateways=parts.gateways,
        clock=clock,
        chance=chance,
        redeemer=redeemer,
        forwarder=forwarder,
    )
    people = made_people(journal, clock)
    engine = Engine(
        journal=journal,
        gateways=parts.gateways,
        catalogue=Catalogue(journal, parts.gateways, clock),
        redeemer=redeemer,
        resolver=resolver,
        forwarder=forwarder,
        void_desk=VoidDesk(
            journal=journal,
            voider=Voider(journal=journal, composer=parts.composer, clock=clock, notices=notices),
            refunder=refunder,
            clock=clock,
            notices=notices,
        ),
        settlement_desk=SettlementDesk(
            journal=journal, gateways=parts.gateways, clock=clock, notices=notices
        ),
        shifts=desk_of(journal, clock),
        shift_printer=shift_printer_of(journal, clock, parts.printer, _PROFILE),
        statement_desk=StatementDesk(
            journal=journal, statements=CsvStatements(), upstreams=parts.gateways, clock=clock
        ),
        slips=SlipDesk(
            write=slips.written,
            journal=journal,
            gateways=parts.gateways,
            printer=parts.printer,
            clock=clock,
            profile=_PROFILE,
        ),
        reports=ReportDesk(journal=journal, currency="ZAR"),
        revealer=Revealer(journal, clock),
        shredder=Shredder(journal=journal, vault=VAULT, clock=clock, retention=_AT_ONCE),
        settler=Settler(journal=journal, resolver=resolver, forwarder=forwarder, clock=clock),
        people=people,
        guesses=GuessWatch(journal=journal, people=people, clock=clock),
        health=HealthDesk(
            journal=journal,
            gateways=parts.gateways,
            queues=forwarder,
            printer=parts.printer,
            backups=None,
            check=JournalCheck(journal, clock, chance),
            machine=MemoryMachine(),
            clock=clock,
            write=health.support_text,
        ),
        settings=(
            settings := SettingsDesk(file=SettingsEditor(None), journal=journal, clock=clock)
        ),
        setup=SetupDesk(
            settings=settings, system=MemoryFirstStart(), is_training=False, has_file=False
        ),
    )
    for name, run in (("resolver", resolver.run), ("forwarder", forwarder.run)):
        _ = owner.spawn(run(partial(on_failure, name)), name)
    return Life(
        journal=journal,
        clock=clock,
        owner=owner,
        redeemer=redeemer,
        resolver=resolver,
        forwarder=forwarder,
        gate=Gate(engine, clock, chance),
        gateways=parts.gateways,
        screen=screen,
        died=died,
    )
