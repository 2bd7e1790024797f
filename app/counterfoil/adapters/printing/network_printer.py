"""Prints to a receipt printer on the shop's network, over a raw connection (port 9100).

Each slip has a connection of its own, which such a printer gives to one till at a time. A printer
that answers says whether it has paper; one that does not answer is believed to have some.
"""

import logging
import socket
from contextlib import suppress
from itertools import count

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
_LAST_READS = 16
_THREAD_GRACE_S = 2.0
_Failure = (OSError, UnicodeError)  # the latter of a name that cannot be a host's

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each step may take, in seconds.

    After a slip the printer is asked ``looks`` times how it is, ``answer_s`` apart: a roll ends in
    the middle of a slip, after all of it was sent.
    """

    connect_s: float = 3.0
    write_s: float = 10.0
    answer_s: float = 0.5
    looks: int = 4

    @property
    def all_s(self) -> float:
        """The most seconds that printing one slip can take, with all its steps."""
        asked = (_ANSWERS * (1 + self.looks) + self.looks + _LAST_READS) * self.answer_s
        return self.connect_s + 2 * self.write_s + asked + _THREAD_GRACE_S


class NetworkPrinter(Printer):
    """Sends each slip to one host and port."""

    def __init__(
        self, host: str, port: int, writing: SlipEscPos, *, limits: Limits | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._writing = writing
        self._limits = limits or Limits()
        self._jobs = count(1)
        self._thread = PrintThread("network-printer", limit_s=self._limits.all_s)

    @override
    def describe(self) -> str:
        return f"Printer {self._host}"

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        return await self._thread.run(lambda: self._print(slip))

    @override
    async def close(self) -> None:
        await self._thread.close()

    def _print(self, slip: Slip) -> PrintOutcome:
        try:
            wire = self._writing.write(slip)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not look like paper
            # The error's own words may quote the slip.
            _log.error("slip not drawn: %s", type(error).__name__)
            return NotSent(PrintTrouble.DRAWING_FAILED)
        try:
            address = (self._host, self._port)
            connection = socket.create_connection(address, timeout=self._limits.connect_s)
        except _Failure as error:
            return NotSent(_trouble(error))
        with connection:
            return self._send(connection, wire)

    def _send(self, connection: socket.socket, wire: bytes) -> PrintOutcome:
        try:
            has_answered, trouble = self._ask(connection)
            if trouble is not None:
                return NotSent(trouble)
            connection.settimeout(self._limits.write_s)
            begun = connection.send(wire)
        except OSError as error:
            return NotSent(_trouble(error))
        try:
            connection.sendall(wire[begun:])
            trouble = self._watch(connection, answers=has_answered)
        except OSError as error:
            trouble = _trouble(error)
        if trouble is not None:
            return Uncertain(trouble)
        self._hang_up(connection)
        return Sent(f"{self._host}:{self._port} {next(self._jobs)}")

    def _watch(self, connection: socket.socket, *, answers: bool) -> PrintTrouble | None:
        """Return what is wrong with the printer while the slip comes out."""
        if not answers:
            connection.settimeout(self._limits.answer_s)
            with suppress(TimeoutError):
                _receive(connection)
            return None
        for look in range(self._limits.looks):
            if look:
                with suppress(TimeoutError):
                    _receive(connection)  # nothing comes, unless it hangs up
            still_answers, trouble = self._ask(connection)
            if trouble is not None:
                return trouble
            if not still_answers:
                return PrintTrouble.TIMED_OUT
        return None

    def _ask(self, connection: socket.socket) -> tuple[bool, PrintTrouble | None]:
        """Return whether the printer answers, and what is wrong with it.

        Raises:
            OSError: the connection is gone.

        """
        connection.settimeout(self._limits.answer_s)
        connection.sendall(_STATUS)
        answer = b""
        while len(answer) < _ANSWERS:
            try:
                answer += _receive(connection)
            except TimeoutError:
                return False, None
        if len(answer) != _ANSWERS or any(one & _FIXED_BITS != _FIXED for one in answer):
            return False, None
        return True, _read_status(*answer)

    def _hang_up(self, connection: socket.socket) -> None:
        """End the connection so that what is on its way still arrives."""
        connection.settimeout(self._limits.answer_s)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            for _ in range(_LAST_READS):
                _receive(connection)


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(256)
    if not data:
        raise ConnectionAbortedError
    return data


def _read_status(printer: int, cause: int, paper: int) -> PrintTrouble | None:
    """Return the first trouble that the three answers tell of."""
    signs = (
        (cause & 0x04, PrintTrouble.COVER_OPEN),
        (cause & 0x20 or paper & 0x60, PrintTrouble.PAPER_OUT),
        (cause & 0x40, PrintTrouble.PRINTER_FAULT),
        (printer & 0x08, PrintTrouble.OFFLINE),
    )
    return next((trouble for is_shown, trouble in signs if is_shown), None)


def _trouble(error: Exception) -> PrintTrouble:
    _log.info("printer not reached: %s", type(error).__name__)
    return PrintTrouble.TIMED_OUT if isinstance(error, TimeoutError) else PrintTrouble.OFFLINE
