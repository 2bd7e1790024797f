"""Print the X of an open shift, and the Z of a closed one; a Z never waits for its paper."""

from contextlib import suppress

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import NotPermittedError, ShiftRefusedError
from counterfoil.domain.staff import Actor, Permission
from counterfoil.domain.till import TillProfile
from counterfoil.ports.clock import Clock
from counterfoil.ports.printer import NotSent, Printer
from counterfoil.ports.slip_writer import ShiftSlipWriter
from counterfoil.service.commands import ShiftPaper
from counterfoil.service.shift_desk import ShiftDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPrinter:
    """Prints reports of shifts on the till's own printer, which opens the drawer, too."""

    desk: ShiftDesk
    printer: Printer
    clock: Clock
    profile: TillProfile
    write: ShiftSlipWriter

    def open_drawer(self) -> None:
        """Have the drawer opened once, for something that is in the journal by now.

        Nobody waits for it: a printer that is slow or off holds up no sale.
        """
        self.printer.open_drawer()

    async def print_x(self, by: Actor) -> ShiftPaper:
        """Print what the open shift adds up to. It is no record, so no paper is counted.

        Raises:
            NotPermittedError: the actor may not see it.
            ShiftRefusedError: no shift is open.

        """
        if not by.may(Permission.READ_BOOKS):
            raise NotPermittedError(Permission.READ_BOOKS)
        report = await self.desk.report()
        slip = self.write(self.profile, report, self.clock.now().wall.astimezone())
        return ShiftPaper(0, await self.printer.print_slip(slip, title=slip.title))

    async def print_z(self, number: int, by: Actor) -> ShiftPaper:
        """Print a Z, which is recorded before it is sent; each paper after the first says COPY n.

        Where nothing of it reached the printer there is no paper, and the next one is no copy.

        Raises:
            NotPermittedError: it would be a copy, and the actor may make none.
            ShiftRefusedError: there is no such Z.

        """
        report = await self.desk.report_of(number)
        if report.shift.papers and not by.may(Permission.PRINT_COPY):
            raise NotPermittedError(Permission.PRINT_COPY)
        copy_number = await self.desk.count_paper(report.shift, by)
        at = self.clock.now().wall.astimezone()
        slip = self.write(self.profile, report, at, copy_number=copy_number)
        outcome = await self.printer.print_slip(slip, title=slip.title)
        if isinstance(outcome, NotSent):
            with suppress(ShiftRefusedError):  # a later paper has the next number
                await self.desk.count_off(number, copy_number, by)
        return ShiftPaper(copy_number, outcome)
