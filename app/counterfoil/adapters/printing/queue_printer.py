"""Prints to a queue of the system's print service (CUPS), without a file of our own.

The document goes to ``lp`` on standard input, so no PIN is ever in a temporary file, a command
line or a job's title. A queue that passes on what it gets as it is, a raw one, gets what a receipt
printer understands; every other one gets a PDF.
"""

import asyncio
import logging
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from counterfoil.adapters.printing.print_jobs import job_title, paper_of
from counterfoil.adapters.printing.print_thread import PrintThread
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.system_programs import ASK_LIMIT_S, ask, environment
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

_QUEUE_NAME = re.compile(r"""[^\s/#?'"\\-][^\s/#?'"\\]{0,126}""")
_JOB = re.compile(r"request id is (\S+-\d+)")
_PAUSED = re.compile(r"^printer \S+ disabled", re.MULTILINE)
_RAW = re.compile(r"printer-make-and-model='?Local Raw Printer")
_VIRTUAL_DEVICE = re.compile(
    r"(?:cups-pdf|file|pdf|dummy|novirtual):|/dev/null|^device for .+: /(?!/*dev/)",
    re.IGNORECASE | re.MULTILINE,
)
"""A plain file is named by its path alone, and so is a device."""
_NO_QUEUE = re.compile(rb"does not exist|unknown destination|no default destination", re.IGNORECASE)
_QUEUE_STOPPED = re.compile(rb"not accepting|disabled|rejecting", re.IGNORECASE)
_REFUSED = re.compile(
    rb": Error - (?!unable to queue)|too many|forbidden|authorized", re.IGNORECASE
)
"""What ``lp`` says before it has sent anything."""
_WAITING = re.compile(r"^(\S+-\d+)\s+\S+\s+\d+", re.MULTILINE)
_ALERTS = re.compile(r"^\s*Alerts: (.+)$", re.MULTILINE)
_ALERTED = {
    "media-empty": PrintTrouble.PAPER_OUT,
    "media-needed": PrintTrouble.PAPER_OUT,
    "input-tray-missing": PrintTrouble.PAPER_OUT,
    "cover-open": PrintTrouble.COVER_OPEN,
    "door-open": PrintTrouble.COVER_OPEN,
    "interlock-open": PrintTrouble.COVER_OPEN,
    "media-jam": PrintTrouble.PRINTER_FAULT,
    "output-area-full": PrintTrouble.PRINTER_FAULT,
    "offline": PrintTrouble.OFFLINE,
    "shutdown": PrintTrouble.OFFLINE,
    "timed-out": PrintTrouble.OFFLINE,
    "connecting-to-device": PrintTrouble.OFFLINE,
}
"""What a printer reports to its queue (RFC 8011, 5.4.12), and what that means for a slip.

The severity after the word is not used: CUPS reports empty paper as a warning or as an error.
"""
_WATCH_EVERY_S = 0.1
_LOCAL_SERVER = re.compile(r"/|localhost|127\.|\[::1\]")
_PRESERVES = re.compile(r"^\s*PreserveJobFiles\s+(\S+)", re.IGNORECASE | re.MULTILINE)
_PRESERVES_NOTHING = {"no", "off", "false", "0"}
_THREAD_GRACE_S = 2.0
_UNCHANGED = (
    "print-scaling=none",
    "fit-to-page=false",
    "pdfAutoRotate=false",
    "orientation-requested=3",
    "number-up=1",
    "sides=one-sided",
)
"""What keeps a page as it was drawn, whatever the queue does by default."""

_log = logging.getLogger(__name__)


class QueuePrinter(Printer):
    """Sends each slip to one queue: as a PDF, or to a raw queue as ESC/POS.

    ``limit_s`` is how many seconds ``lp`` may take, and ``watch_s`` how many a job before the
    printer is asked what is wrong. ``allows_virtual`` lets a slip with a PIN go to
    a queue that makes a file instead of paper; only a supervisor decides that. ``rules`` is the
    file that says what the print service does.
    """

    def __init__(
        self,
        queue: str,
        drawing: SlipPdf,
        writing: SlipEscPos,
        *,
        limit_s: float = 15.0,
        watch_s: float = 2.0,
        allows_virtual: bool = False,
        rules: Path = Path("/etc/cups/cupsd.conf"),
    ) -> None:
        self._queue = queue
        self._drawing = drawing
        self._writing = writing
        self._jobs: dict[tuple[bool, str], str] = {}
        """The last job of each paper, by what `paper_of` calls it."""
        self._limit_s = limit_s
        self._watch_s = watch_s
        self._closing = threading.Event()
        self._allows_virtual = allows_virtual
        self._rules = rules
        # The commands end themselves in time; the thread's own limit is only the last resort.
        self._thread = PrintThread(
            "queue-printer", limit_s=limit_s + 4 * ASK_LIMIT_S + watch_s + _THREAD_GRACE_S
        )

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
        return await asyncio.to_thread(keeps_documents, self._rules)

    @override
    async def resume(self) -> bool:
        # Not in the printer's own thread: a print that hangs may hold it.
        return await asyncio.to_thread(resume_queue, self._queue)

    @override
    async def close(self) -> None:
        self._closing.set()
        await self._thread.close()

    def _look(self) -> PrintTrouble | None:
        if (objection := self._objection()) is not None:
            return objection
        queue_status = self._told()
        if queue_status is None:
            return PrintTrouble.QUEUE_MISSING
        if _PAUSED.search(queue_status):
            return PrintTrouble.QUEUE_PAUSED
        # A queue remembers what it was told last; only while a job waits is that so now.
        return next(_alerted(queue_status), None) if _WAITING.search(queue_status) else None

    def _told(self) -> str | None:
        """Return what the print service knows of the queue, its printer and its waiting jobs."""
        return ask("lpstat", "-l", "-p", self._queue, "-o", self._queue)

    def _objection(self) -> PrintTrouble | None:
        """Return why this machine cannot send to the queue, whatever state the queue is in."""
        if shutil.which("lp") is None:
            return PrintTrouble.SPOOLER_MISSING
        return None if _is_queue_name(self._queue) else PrintTrouble.QUEUE_MISSING

    def _print(self, slip: Slip, title: str) -> PrintOutcome:
        command = shutil.which("lp")
        if (objection := self._objection()) is not None or command is None:
            return NotSent(objection or PrintTrouble.SPOOLER_MISSING)
        queue_status = ask("lpstat", "-v", self._queue, "-p", self._queue) or ""
        if slip.has_secret and not self._allows_virtual and _VIRTUAL_DEVICE.search(queue_status):
            return NotSent(PrintTrouble.VIRTUAL_PRINTER)
        if _PAUSED.search(queue_status):
            return NotSent(PrintTrouble.QUEUE_PAUSED)
        safe_title = job_title(slip, title)
        try:
            document, options = self._document(slip, safe_title)
        except Exception as error:  # noqa: BLE001 - a drawing fault must not look like paper
            # The error's own words may quote the slip.
            _log.error("slip not drawn: %s", type(error).__name__)
            return NotSent(PrintTrouble.DRAWING_FAILED)
        self._cancel_earlier(slip)
        chosen = [word for option in (*options, "job-sheets=none") for word in ("-o", option)]
        line = (command, "-d", self._queue, "-t", safe_title, *chosen, "-")
        outcome = self._submit(line, document)
        if not isinstance(outcome, Sent):
            return outcome
        if slip.reference:
            self._jobs[paper_of(slip)] = outcome.where
        trouble = self._trouble_with(outcome.where)
        return outcome if trouble is None else Uncertain(trouble)

    def _trouble_with(self, job: str) -> PrintTrouble | None:
        """Return the trouble that the printer reports while a job waits; None where it has none.

        The slip may have begun to print, and the rest comes out once somebody mends the trouble.
        None proves nothing of a printer that reports nothing.
        """
        told = self._told() or ""
        for _ in range(round(self._watch_s / _WATCH_EVERY_S)):
            is_closing = self._closing.wait(_WATCH_EVERY_S)
            if is_closing or job not in _WAITING.findall(told):
                return None
            told = self._told() or ""
        return next(_alerted(told), None) if job in _WAITING.findall(told) else None

    def _document(self, slip: Slip, title: str) -> tuple[bytes, tuple[str, ...]]:
        """Return what the queue gets, and the options that let it be as it is."""
        if is_raw(self._queue):
            return self._writing.write(slip), ("raw",)
        drawn = self._drawing.draw(slip, title=title)
        media = self._drawing.paper.media(drawn.height_mm)
        return drawn.pdf, (f"media={media}", *_UNCHANGED)

    def _cancel_earlier(self, slip: Slip) -> None:
        """Take back an earlier job of the same paper that may still wait, as in a paused queue.

        It would come out beside the next one. A job that is done cannot be taken back.
        """
        if earlier := self._jobs.pop(paper_of(slip), ""):
            ask("cancel", earlier)

    def _submit(self, command: tuple[str, ...], document: bytes) -> PrintOutcome:
        try:
            done = subprocess.run(  # noqa: S603 - our own words, no shell
                command,
                input=document,
                capture_output=True,
                timeout=self._limit_s,
                check=False,
                env=environment(),
            )
        except subprocess.TimeoutExpired:
            # The job may have been taken before the command was stopped.
            return Uncertain(PrintTrouble.TIMED_OUT)
        except OSError as error:
            _log.warning("print command not started: errno %s", error.errno)
            return NotSent(PrintTrouble.SPOOLER_MISSING)
        if done.returncode != 0:
            refusal = _refusal(done.stderr) if done.returncode > 0 else None
            if refusal is None:
                # It was ended, or says what it may say with the slip in the service's hands.
                _log.warning("print command failed: code %s", done.returncode)
                return Uncertain(PrintTrouble.SPOOLER_FAILED)
            _log.warning("print command refused: %s, code %s", refusal, done.returncode)
            return NotSent(refusal)
        job = _JOB.search(done.stdout.decode(errors="replace"))
        return Sent(job[1] if job else self._queue)


def list_queues() -> tuple[str, ...]:
    """Return the names of the queues that a slip could go to; it blocks while it asks.

    Empty where there are none, or the print service cannot be asked.
    """
    answer = ask("lpstat", "-e") or ""
    return tuple(name for name in answer.splitlines() if _is_queue_name(name))


def is_raw(queue: str) -> bool:
    """Tell whether the print service passes what the queue gets on to the printer unchanged."""
    return _RAW.search(ask("lpoptions", "-p", queue) or "") is not None


def resume_queue(queue: str) -> bool:
    """Start a paused queue again; False if the print service does not allow it to this user."""
    return _is_queue_name(queue) and ask("cupsenable", queue) is not None


def keeps_documents(rules: Path) -> bool | None:
    """Tell whether the print service keeps documents by its rules; it blocks while it asks.

    Without a rule it keeps them, for a day. None where it runs on another machine, or its rules
    cannot be read.
    """
    if not _LOCAL_SERVER.match(ask("lpstat", "-H") or ""):
        return None
    try:
        ruled = _PRESERVES.findall(rules.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return not ruled or ruled[-1].lower() not in _PRESERVES_NOTHING


def _alerted(queue_status: str) -> Iterator[PrintTrouble]:
    """Give each trouble that the printer has told its queue."""
    for alerts in _ALERTS.findall(queue_status):
        for word in alerts.replace(",", " ").split():
            found = _ALERTED.get(re.sub(r"-(?:report|warning|error)$", "", word))
            if found is not None:
                yield found


def _is_queue_name(name: str) -> bool:
    return name.isprintable() and _QUEUE_NAME.fullmatch(name) is not None


def _refusal(words: bytes) -> PrintTrouble | None:
    """Return why ``lp`` sent nothing; None where its words do not prove that."""
    if _NO_QUEUE.search(words):
        return PrintTrouble.QUEUE_MISSING
    if _QUEUE_STOPPED.search(words):
        return PrintTrouble.OFFLINE
    return PrintTrouble.SPOOLER_REFUSED if _REFUSED.search(words) else None
