"""Looks at how the till is, and writes it into a file for whoever helps."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.ports.machine import Machine
from counterfoil.ports.printer import Printer
from counterfoil.service.backing_up import BackupSchedule
from counterfoil.service.checking import JournalCheck
from counterfoil.service.health import (
    BackupLine,
    CertificateLine,
    ClockLine,
    DiskLine,
    DoubtLine,
    Health,
    HealthLine,
    JournalLine,
    OwedLine,
    PrinterLine,
    ProviderLine,
    SlipsLine,
    Topic,
    VersionLine,
)
from counterfoil.service.views import QueuesView
from counterfoil.service.waiting import read_waiting

Write = Callable[[Health, tuple[str, ...], tuple[str, ...]], str]
"""Makes the text of a support file: how the till is, its settings, the end of its log."""


class HealthDesk:
    """Puts together how one till is.

    ``write`` makes the text of a support file. ``backups`` is None where none are made.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        gateways: Mapping[str, Gateway],
        queues: QueuesView,
        printer: Printer,
        backups: BackupSchedule | None,
        check: JournalCheck,
        machine: Machine,
        clock: Clock,
        write: Write,
    ) -> None:
        self._journal = journal
        self._gateways = gateways
        self._queues = queues
        self._printer = printer
        self._backups = backups
        self._check = check
        self._machine = machine
        self._clock = clock
        self._write = write

    async def health(self) -> Health:
        """Return how the till is; no provider is asked for it, and nothing is raised."""
        lines: list[HealthLine] = [
            *self._provider_lines(),
            *[line async for line in self._journal_lines()],
            await self._printer_line(),
            DiskLine(await self._machine.free_bytes()),
            await self._backup_line(),
            VersionLine(self._machine.versions()),
        ]
        lines.sort(key=lambda one: list(Topic).index(one.topic))
        return Health(self._clock.now().wall, tuple(lines))

    async def keep_support_file(self, path: Path | None) -> Path:
        """Write a support file and return its path; without one it lies in the till's own folder.

        Raises:
            SupportFileError: it is there already, or cannot be written.

        """
        log = await self._machine.last_log()
        text = self._write(await self.health(), self._machine.settings(), log)
        return await self._machine.keep(text, path)

    def _provider_lines(self) -> Iterator[HealthLine]:
        contacts = {name: gateway.contact for name, gateway in self._gateways.items()}
        for name, contact in contacts.items():
            yield ProviderLine(name, contact)
        for name, contact in contacts.items():
            if contact.ahead_s is not None:
                yield ClockLine(name, contact.ahead_s)
        now = self._clock.now().wall
        for name, contact in contacts.items():
            if (until := contact.certificate_until) is not None:
                yield CertificateLine(name, until, (until - now).days)

    async def _journal_lines(self) -> AsyncIterator[HealthLine]:
        """Say what waits, and how the journal is; of one that is closed nothing else is known."""
        try:
            waiting = await read_waiting(self._journal, self._queues)
            faults = len(await self._check.known())
        except JournalUnavailableError:
            yield JournalLine(0, self._check.checked_at, is_closed=True)
            return
        for standing in waiting.standings:
            yield OwedLine(standing)
        for_a_person = len(waiting.for_a_person)
        yield DoubtLine(len(waiting.open | waiting.for_a_person), for_a_person)
        yield SlipsLine(len(waiting.slips))
        yield JournalLine(faults, self._check.checked_at)

    async def _printer_line(self) -> PrinterLine:
        printer = self._printer
        return PrinterLine(
            printer.describe(), await printer.look(), await printer.keeps_documents()
        )

    async def _backup_line(self) -> BackupLine:
        if self._backups is None:
            return BackupLine(is_wanted=False)
        return await self._backups.state()
