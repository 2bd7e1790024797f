"""The services that act: those behind the gate, and those that work in the background."""

from collections.abc import Mapping

from counterfoil.declaring import dataclass
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.service.catalogue import Catalogue
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.guess_watch import GuessWatch
from counterfoil.service.health_desk import HealthDesk
from counterfoil.service.people import People
from counterfoil.service.redeem import Redeemer
from counterfoil.service.report_desk import ReportDesk
from counterfoil.service.resolver import Resolver
from counterfoil.service.revealing import Revealer
from counterfoil.service.settings_desk import SettingsDesk
from counterfoil.service.settlement_desk import SettlementDesk
from counterfoil.service.settling import Settler
from counterfoil.service.setup_desk import SetupDesk
from counterfoil.service.shift_desk import ShiftDesk
from counterfoil.service.shift_printing import ShiftPrinter
from counterfoil.service.shredding import Shredder
from counterfoil.service.slip_desk import SlipDesk
from counterfoil.service.statement_desk import StatementDesk
from counterfoil.service.void_desk import VoidDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What writes the journal, prints, and talks to providers.

    Window and command line reach it only by commands. The program itself starts and ends what works
    in the background.
    """

    journal: Journal
    gateways: Mapping[str, Gateway]
    catalogue: Catalogue
    redeemer: Redeemer
    resolver: Resolver
    forwarder: Forwarder
    slips: SlipDesk
    void_desk: VoidDesk
    settlement_desk: SettlementDesk
    shifts: ShiftDesk
    shift_printer: ShiftPrinter
    statement_desk: StatementDesk
    reports: ReportDesk
    revealer: Revealer
    shredder: Shredder
    settler: Settler
    people: People
    guesses: GuessWatch
    health: HealthDesk
    settings: SettingsDesk
    setup: SetupDesk

    def nudge(self) -> None:
        """Let the resolver and the forwarder try at once: the network may be back."""
        self.resolver.nudge()
        self.forwarder.nudge()
