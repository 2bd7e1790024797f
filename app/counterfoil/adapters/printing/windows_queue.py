"""Prints to a queue of Windows: each slip is a job of its own, in what receipt printers understand.

The bytes go to the spooler as they are (data type RAW), so the queue's driver draws nothing, and a
queue of an office printer would print nonsense. Windows keeps a job in its spool folder until it is
printed; a queue that keeps printed documents is reported by `WindowsQueuePrinter.keeps_documents`.

The numbers are those of the Windows API: ``winspool.h`` and ``WinError.h``.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from counterfoil.adapters.printing.print_jobs import job_title, paper_of
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

_PAUSED = 0x1
_OFFLINE = 0x80
_NOT_AVAILABLE = 0x1000
_STATUS = {
    0x10: PrintTrouble.PAPER_OUT,
    0x40: PrintTrouble.PAPER_OUT,  # a problem with the paper that the driver does not name
    0x400000: PrintTrouble.COVER_OPEN,
    0x8: PrintTrouble.PRINTER_FAULT,  # a jam
    0x800: PrintTrouble.PRINTER_FAULT,  # the output is full
    0x2: PrintTrouble.PRINTER_FAULT,
    0x100000: PrintTrouble.PRINTER_FAULT,  # somebody has to do something about it
    _OFFLINE: PrintTrouble.OFFLINE,
    _NOT_AVAILABLE: PrintTrouble.OFFLINE,
    _PAUSED: PrintTrouble.QUEUE_PAUSED,
}
"""What a queue reports of its printer (PRINTER_STATUS), what can be seen first."""
_JOB_STATUS = {
    0x40: PrintTrouble.PAPER_OUT,
    0x20: PrintTrouble.OFFLINE,
    0x2: PrintTrouble.PRINTER_FAULT,
    0x400: PrintTrouble.PRINTER_FAULT,  # somebody has to do something about it
}
"""What a job that waits reports (JOB_STATUS)."""
_JOB_IS_OVER = 0x80 | 0x1000
"""Printed, or sent to the printer as a whole."""
_JOB_IS_TAKEN_BACK = 0x4 | 0x100
"""Somebody deletes it, or has."""
_WORKS_OFFLINE = 0x400
_KEEPS_PRINTED_JOBS = 0x100
_VIRTUAL_PORT = re.compile(
    r"(?:portprompt|file|nul|xpsport|shrfax|onenote):?|.*\.(?:pdf|xps|prn)", re.IGNORECASE
)
"""Ports that make a file, or nothing, and no paper."""
_ERRORS = {
    5: PrintTrouble.NO_ACCESS,
    1722: PrintTrouble.SPOOLER_MISSING,  # the print service does not run
    1801: PrintTrouble.QUEUE_MISSING,
}
_WATCH_EVERY_S = 0.1
_LIMIT_S = 15.0
_NAME_MAX = 220

_log = logging.getLogger(__name__)


class SpoolerError(Exception):
    """The print service said no; ``code`` is Windows' own number for it.

    ``has_begun`` says that some of a job may have been printed.
    """

    def __init__(self, code: int, *, has_begun: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.has_begun = has_begun


@dataclass(frozen=True, slots=True)
class QueueState:
    """What the print service says of a queue: two sets of bits, and where it sends its jobs."""

    status: int
    attributes: int
    port: str


class Spooler(Protocol):
    """The print service. Each call blocks, and may raise `SpoolerError`."""

    def queues(self) -> tuple[str, ...]:
        """Return the names of all queues of this user."""
        ...

    def state(self, queue: str) -> QueueState:
        """Return how a queue is."""
        ...

    def send(self, queue: str, title: str, document: bytes) -> int:
        """Hand over a job whose bytes go to the printer as they are, and return its number.

        One that is not handed over as a whole is taken back.
        """
        ...

    def job_status(self, queue: str, number: int) -> int:
        """Return the bits of a job; the service knows no number of a job that is done."""
        ...

    def delete(self, queue: str, number: int, title: str) -> None:
        """Take a job back that still waits, if it has this title.

        A print service that was started again may give a number to another job.
        """
        ...

    def resume(self, queue: str) -> None:
        """Let a paused queue go on."""
        ...


class WindowsQueuePrinter(Printer):
    """Sends each slip to one queue as ESC/POS.

    ``spooler`` returns the print service once it is needed. ``watch_s`` is how many seconds a job
    may wait before the queue is asked what is wrong. ``allows_virtual`` lets a slip with a PIN go
    to a queue that makes a file instead of paper; only a supervisor decides that.
    """

    def __init__(
        self,
        queue: str,
        writing: SlipEscPos,
        spooler: Callable[[], Spooler],
        *,
        watch_s: float = 2.0,
        allows_virtual: bool = False,
    ) -> None:
        self._queue = queue
        self._writing = writing
        self._spooler = spooler
        self._watch_s = watch_s
        self._allows_virtual = allows_virtual
        self._jobs: dict[tuple[bool, str], tuple[int, str]] = {}
        """Number and title of the last job of each paper, by what `paper_of` calls it."""
        self._closing = threading.Event()
        self._thread = PrintThread("queue-printer", limit_s=_LIMIT_S + watch_s)

    @override
    def describe(self) -> str:
        return f"Printer {self._queue}"

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        return await self._thread.run(lambda: self._print(slip, title))

    @override
    async def look(self) -> PrintTrouble | None:
        return await self._thread.look(self._look)

    @override
    async def keeps_documents(self) -> bool | None:
        return await asyncio.to_thread(self._keeps_documents)

    @override
    async def resume(self) -> bool:
        # Not in the printer's own thread: a print that hangs may hold it.
        return await asyncio.to_thread(lambda: resume_queue(self._spooler, self._queue))

    @override
    async def close(self) -> None:
        self._closing.set()
        await self._thread.close()

    def _look(self) -> PrintTrouble | None:
        try:
            return _trouble_of(self._spooler().state(self._queue))
        except SpoolerError as error:
            return _refusal(error)

    def _keeps_documents(self) -> bool | None:
        try:
            return bool(self._spooler().state(self._queue).attributes & _KEEPS_PRINTED_JOBS)
        except SpoolerError:
            return None

    def _print(self, slip: Slip, title: str) -> PrintOutcome:
        spooler, title = self._spooler(), job_title(slip, title)
        try:
            state = spooler.state(self._queue)
            objection = self._objection(slip, state)
            if objection is not None:
                return NotSent(objection)
            document = self._written(slip)
            if document is None:
                return NotSent(PrintTrouble.DRAWING_FAILED)
            self._take_back_earlier(spooler, slip)
            number = spooler.send(self._queue, title, document)
        except SpoolerError as error:
            _log.warning("print service refused: code %s", error.code)
            # A queue may print while it is being filled.
            began = Uncertain(PrintTrouble.SPOOLER_FAILED)
            return began if error.has_begun else NotSent(_refusal(error))
        if slip.reference:
            self._jobs[paper_of(slip)] = number, title
        trouble = self._trouble_with(spooler, number)
        return Sent(f"{self._queue}-{number}") if trouble is None else Uncertain(trouble)

    def _objection(self, slip: Slip, state: QueueState) -> PrintTrouble | None:
        """Return why this slip may not go to the queue as it is now.

        Other troubles do not keep it: the job waits in the queue until somebody mends them.
        """
        is_virtual = _VIRTUAL_PORT.fullmatch(state.port) is not None
        if slip.has_secret and is_virtual and not self._allows_virtual:
            return PrintTrouble.VIRTUAL_PRINTER
        return PrintTrouble.QUEUE_PAUSED if state.status & _PAUSED else None

    def _written(self, slip: Slip) -> bytes | None:
        try:
            return self._writing.write(slip)
        except Exception as error:  # noqa: BLE001 - a drawing fault must not look like paper
            # The error's own words may quote the slip.
            _log.error("slip not drawn: %s", type(error).__name__)
            return None

    def _take_back_earlier(self, spooler: Spooler, slip: Slip) -> None:
        """Take back an earlier job of the same paper that may still wait, as in a paused queue.

        It would come out beside the next one. A job that is done cannot be taken back.
        """
        earlier = self._jobs.pop(paper_of(slip), None)
        if earlier is not None:
            with suppress(SpoolerError):  # nobody knows the number of a job that is done
                spooler.delete(self._queue, *earlier)

    def _trouble_with(self, spooler: Spooler, number: int) -> PrintTrouble | None:
        """Return the trouble that is reported while a job waits; None where there is none.

        None proves nothing of a printer that reports nothing.
        """
        try:
            for _ in range(max(1, round(self._watch_s / _WATCH_EVERY_S))):
                status = spooler.job_status(self._queue, number)
                if status & _JOB_IS_TAKEN_BACK:
                    return PrintTrouble.JOB_TAKEN_BACK
                is_over = bool(status & _JOB_IS_OVER)
                if is_over or self._closing.wait(_WATCH_EVERY_S):
                    return None
            of_job = _first(_JOB_STATUS, spooler.job_status(self._queue, number))
            return of_job or _trouble_of(spooler.state(self._queue))
        except SpoolerError:
            return None  # the job is done, and nobody knows its number any more


def list_queues(spooler: Callable[[], Spooler]) -> tuple[str, ...]:
    """Return the names of the queues that a slip could go to; it blocks while it asks.

    Empty where there are none, or the print service cannot be asked.
    """
    try:
        return tuple(filter(_is_queue_name, spooler().queues()))
    except SpoolerError:
        return ()


def resume_queue(spooler: Callable[[], Spooler], queue: str) -> bool:
    """Start a paused queue again; False if the print service does not allow it to this user."""
    try:
        spooler().resume(queue)
    except SpoolerError:
        return False
    return True


def _trouble_of(state: QueueState) -> PrintTrouble | None:
    if state.attributes & _WORKS_OFFLINE:
        return PrintTrouble.OFFLINE
    return _first(_STATUS, state.status)


def _first(meanings: dict[int, PrintTrouble], bits: int) -> PrintTrouble | None:
    return next((trouble for bit, trouble in meanings.items() if bits & bit), None)


def _refusal(error: SpoolerError) -> PrintTrouble:
    return _ERRORS.get(error.code, PrintTrouble.SPOOLER_REFUSED)


def _is_queue_name(name: str) -> bool:
    return bool(name) and name.isprintable() and len(name) <= _NAME_MAX
