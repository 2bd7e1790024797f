"""The services of one till in one record: what the window and the command line work with."""

import asyncio
from collections.abc import Mapping
from functools import partial

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import Actor
from counterfoil.domain.till import TillProfile
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import JournalView
from counterfoil.ports.patterns import Patterns
from counterfoil.ports.phones import Phones
from counterfoil.ports.report_files import ReportFiles
from counterfoil.service.approvals import Approval
from counterfoil.service.commands import Answer, Command
from counterfoil.service.form import read_form
from counterfoil.service.gate import Gate
from counterfoil.service.session import Session
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.views import (
    AskingView,
    FirstStartView,
    HealthView,
    QueuesView,
    RetentionView,
    SettingsView,
    SettlementsView,
    SlipsView,
    StaffView,
    StatementsView,
    TypesView,
    VoidsView,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What can be read at one till, and the gate that carries out commands."""

    profile: TillProfile
    gate: Gate
    session: Session
    staff: StaffView
    journal: JournalView
    catalogue: TypesView
    asking: AskingView
    queues: QueuesView
    slips: SlipsView
    voids: VoidsView
    settlements: SettlementsView
    retention: RetentionView
    statements: StatementsView
    health: HealthView
    settings_file: SettingsView
    first_start: FirstStartView
    report_files: ReportFiles
    phones: Phones
    patterns: Patterns
    clock: Clock
    owner: TaskOwner

    @property
    def actor(self) -> Actor:
        """The person at the till."""
        return self.session.actor

    async def run(
        self,
        command: Command[Answer],
        approval: Approval | None = None,
        *,
        by: Actor | None = None,
    ) -> Answer:
        """Carry out a command of the person at the till; see `Gate.run` for what may be raised.

        ``by`` is the person who began it, if they may have left the till since.
        """
        return await self.gate.run(command, by or self.actor, approval)

    async def read_form(
        self, voucher_type: VoucherType, texts: Mapping[str, str], *, for_lookup: bool = False
    ) -> dict[str, Secret]:
        """Clean and check a form in a thread, because reading a phone number loads large tables.

        Raises:
            EntryError: a field cannot be sent.

        """
        # The loop may log what it hands to a thread, so that is sealed.
        sealed = {name: Secret(text) for name, text in texts.items()}
        checks = self.phones, self.patterns
        read = partial(_read_sealed, voucher_type, sealed, checks, for_lookup=for_lookup)
        return await asyncio.to_thread(read)


def _read_sealed(
    voucher_type: VoucherType,
    sealed: Mapping[str, Secret],
    checks: tuple[Phones, Patterns],
    *,
    for_lookup: bool,
) -> dict[str, Secret]:
    texts = {name: text.reveal() for name, text in sealed.items()}
    return read_form(voucher_type, texts, *checks, for_lookup=for_lookup)
