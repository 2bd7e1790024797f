"""Prints to a receipt printer over a line that carries bytes both ways, such as a network or USB.

Each slip has the line to itself for as long as it is sent. A printer that answers says whether it
has paper; one that does not answer is believed to have some.
"""

import errno
import logging
from contextlib import suppress
from itertools import count
from typing import Protocol

from counterfoil.adapters.printing.print_thread import PrintThread
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.declaring import dataclass
from counterfoil.domain.slip import Slip
from counterfoil.overriding import override
from counterfoil.ports.printer import (
    NotSent,
    Printer,
    PrintOutcome,
    PrintTrouble,
    Sent,
    Uncertain,
)

_STATUS = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04"
"""DLE EOT 1, 2 and 4: is it online, why not, and has it paper. They print nothing anywhere."""
_ANSWERS = 3
_FIXED_BITS, _FIXED = 0x93, 0x12
"""What every answer has alike; anything else is no answer."""
_HEADER_MAX = 16
"""No command has more bytes before its data: as many white dots end one with none."""
_LAST_READS = 16
_UNFINISHED_MAX = 6 * 1024
"""No picture of a slip has more bytes, but a QR code of a length that no code has."""
_THREAD_GRACE_S = 2.0
_Failure = (OSError, UnicodeError)  # the latter of a name that cannot be a host's

_TROUBLES = {
    errno.EACCES: PrintTrouble.NO_ACCESS,
    errno.EPERM: PrintTrouble.NO_ACCESS,
    errno.EBUSY: PrintTrouble.BUSY,
    errno.EWOULDBLOCK: PrintTrouble.BUSY,
    errno.ENOSYS: PrintTrouble.NOT_AVAILABLE_HERE,
}

_log = logging.getLogger(__name__)


class Wire(Protocol):
    """An open line to a printer, which nobody else has meanwhile."""

    def send(self, data: bytes, limit_s: float) -> int:
        """Send some of the data and return how many bytes were taken.

        Raises:
            TimeoutError: the printer took nothing for ``limit_s`` seconds.
            OSError: the line is gone.

        """
        ...

    def receive(self, limit_s: float) -> bytes:
        """Return what the printer has sent.

        Raises:
            TimeoutError: nothing came for ``limit_s`` seconds.
            OSError: the line is gone.

        """
        ...

    def finish(self) -> None:
        """Say that nothing more will be sent, if the line has a way to say so.

        What is on its way still arrives.

        Raises:
            OSError: the line is gone.

        """
        ...

    def close(self) -> None:
        """Close the line, so that others can use the printer."""
        ...


class Line(Protocol):
    """A way to a printer."""

    @property
    def name(self) -> str:
        """What people call it; never a secret."""
        ...

    def open(self, limit_s: float) -> Wire:
        """Open the line.

        Raises:
            TimeoutError: it was not open in time.
            OSError, UnicodeError: it cannot be.

        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each step may take, in seconds.

    ``write_s`` is how long a printer may take none of what is left to send. After a slip the
    printer is asked ``looks`` times for its status, ``apart_s`` apart: paper may run out in the
    middle of a slip after all of it was sent. A drawer is not opened after ``drawer_s``, such as
    behind a slip that hangs: nobody stands there any more.
    """

    connect_s: float = 3.0
    write_s: float = 10.0
    answer_s: float = 0.5
    looks: int = 4
    apart_s: float = 0.5
    drawer_s: float = 5.0

    @property
    def all_s(self) -> float:
        """The most seconds that are waited for one slip, with all its steps."""
        asked = (_ANSWERS * (1 + self.looks) + _LAST_READS) * self.answer_s
        watched = self.looks * self.apart_s
        return self.connect_s + 2 * self.write_s + asked + watched + _THREAD_GRACE_S


class ReceiptPrinter(Printer):
    """Sends each slip over one line.

    A printer that was interrupted in the middle of a picture takes the next bytes for the rest of
    that picture. So the first slip, and a slip after one whose end is not known, begins with
    ``clears`` bytes that are white dots in a picture, and nothing elsewhere.
    """

    def __init__(
        self,
        line: Line,
        writing: SlipEscPos,
        *,
        limits: Limits | None = None,
        clears: int = _UNFINISHED_MAX,
    ) -> None:
        self._line = line
        self._writing = writing
        self._limits = limits or Limits()
        self._clears = clears
        self._is_clear = False
        self._jobs = count(1)
        self._thread = PrintThread("receipt-printer", limit_s=self._limits.all_s)

    @override
    def describe(self) -> str:
        return f"Printer {self._line.name}"

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        return await self._thread.run(lambda: self._print(slip))

    @override
    def open_drawer(self) -> None:
        if self._writing.drawer_pulse():
            self._thread.begin(self._pulse, within_s=self._limits.drawer_s)

    @override
    async def look(self) -> PrintTrouble | None:
        return await self._thread.look(self._look)

    @override
    async def close(self) -> None:
        await self._thread.close()

    def _look(self) -> PrintTrouble | None:
        try:
            wire = self._line.open(self._limits.connect_s)
        except _Failure as error:
            return _trouble(error)
        try:
            self._end_header(wire)
            _, trouble = self._ask(wire)
        except OSError as error:
            trouble = _trouble(error)
        with suppress(OSError):
            wire.close()
        return trouble

    def _end_header(self, wire: Wire) -> None:
        """Let a printer that was stopped in a command not take a question for the rest of it."""
        if not self._is_clear:
            self._send_all(wire, bytes(min(self._clears, _HEADER_MAX)), self._limits.answer_s)

    def _print(self, slip: Slip) -> PrintOutcome:
        try:
            data = self._writing.write(slip)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not look like paper
            # The error's own words may quote the slip.
            _log.error("slip not drawn: %s", type(error).__name__)
            return NotSent(PrintTrouble.DRAWING_FAILED)
        try:
            wire = self._line.open(self._limits.connect_s)
        except _Failure as error:
            return NotSent(_trouble(error))
        try:
            return self._send(wire, data)
        finally:
            with suppress(OSError):
                wire.close()

    def _pulse(self) -> None:
        """Open the drawer, also of a printer without paper, and once at most."""
        try:
            wire = self._line.open(self._limits.connect_s)
        except _Failure as error:
            _ = _trouble(error)
            return
        try:
            self._end_header(wire)
            _, trouble = self._ask(wire)
            if trouble is None and not self._is_clear:
                self._send_all(wire, bytes(self._clears), self._limits.write_s)
            pulse = self._writing.drawer_pulse(at_once=trouble is not None)
            self._send_all(wire, pulse, self._limits.write_s)
            self._hang_up(wire)
        except OSError as error:
            _ = _trouble(error)
        finally:
            with suppress(OSError):
                wire.close()

    def _send(self, wire: Wire, data: bytes) -> PrintOutcome:
        try:
            # Before anything is asked: the question would be the size of a picture.
            self._end_header(wire)
            has_answered, trouble = self._ask(wire)
            if trouble is not None:
                return NotSent(trouble)
            if not self._is_clear:
                self._send_all(wire, bytes(self._clears), self._limits.write_s)
            begun = wire.send(data, self._limits.write_s)
        except OSError as error:
            return NotSent(_trouble(error))
        self._is_clear = False
        try:
            self._send_all(wire, data[begun:], self._limits.write_s)
            trouble = self._watch(wire, answers=has_answered)
        except OSError as error:
            trouble = _trouble(error)
        if trouble is not None:
            return Uncertain(trouble)
        self._is_clear = True
        self._hang_up(wire)
        return Sent(f"{self._line.name} {next(self._jobs)}")

    def _send_all(self, wire: Wire, data: bytes, limit_s: float) -> None:
        while data:
            data = data[wire.send(data, limit_s) :]

    def _watch(self, wire: Wire, *, answers: bool) -> PrintTrouble | None:
        """Return what is wrong with the printer while the slip comes out."""
        if not answers:
            with suppress(TimeoutError):
                wire.receive(self._limits.answer_s)
            return None
        for look in range(self._limits.looks):
            if look:
                with suppress(TimeoutError):
                    wire.receive(self._limits.apart_s)  # nothing comes, unless it hangs up
            still_answers, trouble = self._ask(wire)
            if trouble is not None:
                return trouble
            if not still_answers:
                return PrintTrouble.TIMED_OUT
        return None

    def _ask(self, wire: Wire) -> tuple[bool, PrintTrouble | None]:
        """Return whether the printer answers, and what is wrong with it.

        Raises:
            OSError: the line is gone.

        """
        self._send_all(wire, _STATUS, self._limits.answer_s)
        answer = b""
        while len(answer) < _ANSWERS:
            try:
                answer += wire.receive(self._limits.answer_s)
            except TimeoutError:
                return False, None
        if len(answer) != _ANSWERS or any(one & _FIXED_BITS != _FIXED for one in answer):
            return False, None
        return True, _read_status(*answer)

    def _hang_up(self, wire: Wire) -> None:
        """End the connection so that what is on its way still arrives."""
        with suppress(OSError):
            wire.finish()
            for _ in range(_LAST_READS):
                wire.receive(self._limits.answer_s)


def _read_status(printer: int, cause: int, paper: int) -> PrintTrouble | None:
    """Return what the three answers say is wrong; of several troubles, the one to mend first."""
    signs = (
        (cause & 0x04, PrintTrouble.COVER_OPEN),
        (cause & 0x20 or paper & 0x60, PrintTrouble.PAPER_OUT),
        (cause & 0x40, PrintTrouble.PRINTER_FAULT),
        (printer & 0x08, PrintTrouble.OFFLINE),
    )
    return next((trouble for is_shown, trouble in signs if is_shown), None)


def _trouble(error: Exception) -> PrintTrouble:
    _log.info("printer not reached: %s", type(error).__name__)
    if isinstance(error, TimeoutError):
        return PrintTrouble.TIMED_OUT
    return _TROUBLES.get(getattr(error, "errno", None) or 0, PrintTrouble.OFFLINE)
