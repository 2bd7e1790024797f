"""Prints to a queue of the system's print service (CUPS), without a file of our own.

The document goes to ``lp`` on standard input, so no PIN is ever in a temporary file, a command
line or a job's title.
"""

import logging
import os
import re
import shutil
import subprocess
import sys

from counterfoil.adapters.printing.print_thread import PrintThread
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.domain.slip import PinBox, QrCode, Slip
from counterfoil.overriding import override
from counterfoil.ports.printer import (
    NotSent,
    Printer,
    PrintOutcome,
    PrintTrouble,
    Sent,
    Uncertain,
)

_QUEUE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}")
_JOB = re.compile(r"request id is ([\w.-]+-\d+)")
_VIRTUAL_DEVICE = re.compile(r"(?:cups-pdf|file|pdf|dummy|novirtual):|/dev/null", re.IGNORECASE)
_NO_QUEUE = re.compile(rb"does not exist|unknown destination|no default destination", re.IGNORECASE)
_QUEUE_STOPPED = re.compile(rb"not accepting|disabled|rejecting", re.IGNORECASE)
_UNSAFE_IN_TITLE = re.compile(r"[^A-Za-z0-9 ._-]+")
_TITLE_MAX = 60
_ASK_LIMIT_S = 5.0
_THREAD_GRACE_S = 2.0
_KEPT_VARIABLES = ("PATH", "USER", "LOGNAME", "XDG_RUNTIME_DIR")

_log = logging.getLogger(__name__)


class QueuePrinter(Printer):
    """Sends each slip as a PDF to one queue.

    ``limit_s`` is how many seconds ``lp`` may take. ``allows_virtual`` lets a slip with a PIN go to
    a queue that makes a file instead of paper; only a supervisor decides that.
    """

    def __init__(
        self,
        queue: str,
        drawing: SlipPdf,
        *,
        limit_s: float = 15.0,
        allows_virtual: bool = False,
    ) -> None:
        self._queue = queue
        self._drawing = drawing
        self._limit_s = limit_s
        self._allows_virtual = allows_virtual
        # The commands end themselves in time; the thread's own limit is only the last resort.
        self._thread = PrintThread(
            "queue-printer", limit_s=limit_s + 2 * _ASK_LIMIT_S + _THREAD_GRACE_S
        )

    @override
    def describe(self) -> str:
        return f"Printer {self._queue}"

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        return await self._thread.run(lambda: self._print(slip, title))

    @override
    async def close(self) -> None:
        await self._thread.close()

    def _print(self, slip: Slip, title: str) -> PrintOutcome:
        if sys.platform == "win32":
            return NotSent(PrintTrouble.NOT_AVAILABLE_HERE)
        command = shutil.which("lp")
        if command is None:
            return NotSent(PrintTrouble.SPOOLER_MISSING)
        if not _QUEUE_NAME.fullmatch(self._queue):
            return NotSent(PrintTrouble.QUEUE_MISSING)
        if slip.has_secret and not self._allows_virtual and _is_virtual(self._queue):
            return NotSent(PrintTrouble.VIRTUAL_PRINTER)
        safe_title = job_title(slip, title)
        try:
            drawn = self._drawing.draw(slip, title=safe_title)
        except Exception as error:  # noqa: BLE001 - a drawing fault must not look like paper
            # The error's own words may quote the slip.
            _log.error("slip not drawn: %s", type(error).__name__)
            return NotSent(PrintTrouble.DRAWING_FAILED)
        media = self._drawing.paper.media(drawn.height_mm)
        options = ("-d", self._queue, "-t", safe_title, "-o", f"media={media}")
        return self._submit((command, *options, "-o", "job-sheets=none", "-"), drawn.pdf)

    def _submit(self, command: tuple[str, ...], pdf: bytes) -> PrintOutcome:
        try:
            done = subprocess.run(  # noqa: S603 - our own words, no shell
                command,
                input=pdf,
                capture_output=True,
                timeout=self._limit_s,
                check=False,
                env=_environment(),
            )
        except subprocess.TimeoutExpired:
            # The job may have been taken before the command was stopped.
            return Uncertain(PrintTrouble.TIMED_OUT)
        except OSError as error:
            _log.warning("print command not started: errno %s", error.errno)
            return NotSent(PrintTrouble.SPOOLER_MISSING)
        if done.returncode != 0:
            trouble = _refusal(done.stderr)
            _log.warning("print command refused: %s, code %s", trouble, done.returncode)
            return NotSent(trouble)
        job = _JOB.search(done.stdout.decode(errors="replace"))
        return Sent(job[1] if job else self._queue)


def list_queues() -> tuple[str, ...]:
    """Return the names of the queues that a slip could go to; it blocks while it asks.

    Empty where there are none, or the print service cannot be asked.
    """
    answer = _ask("lpstat", "-e") or ""
    return tuple(name for name in answer.split() if _QUEUE_NAME.fullmatch(name))


def job_title(slip: Slip, title: str) -> str:
    """Return a title that print systems show safely, and that holds no secret of the slip."""
    safe = " ".join(_UNSAFE_IN_TITLE.sub(" ", title).split()).lstrip("- ")[:_TITLE_MAX]
    digits = re.sub(r"[ ._-]", "", safe)
    is_leaking = any(secret and secret in digits for secret in _secrets(slip))
    return safe if safe and not is_leaking else "Counterfoil slip"


def _secrets(slip: Slip) -> list[str]:
    pins = [line.pin for line in slip.lines if isinstance(line, PinBox) and line.pin is not None]
    contents = [line.content for line in slip.lines if isinstance(line, QrCode)]
    return [re.sub(r"[ ._-]", "", secret.reveal()) for secret in (*pins, *contents)]


def _is_virtual(queue: str) -> bool:
    """Tell whether the queue's device makes a file; an unknown device is taken for a printer."""
    return _VIRTUAL_DEVICE.search(_ask("lpstat", "-v", queue) or "") is not None


def _refusal(words: bytes) -> PrintTrouble:
    if _NO_QUEUE.search(words):
        return PrintTrouble.QUEUE_MISSING
    if _QUEUE_STOPPED.search(words):
        return PrintTrouble.OFFLINE
    return PrintTrouble.SPOOLER_REFUSED


def _ask(name: str, *arguments: str) -> str | None:
    """Return what a print command says, or None when it cannot be asked."""
    command = shutil.which(name)
    if command is None or sys.platform == "win32":
        return None
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            (command, *arguments),
            capture_output=True,
            timeout=_ASK_LIMIT_S,
            check=False,
            env=_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    """Return only what the print commands need.

    No key of ours goes to another program, and none of CUPS's own variables: they would send a
    slip, with its PIN, to another server. Which one it is stands in the system's settings, or in
    those of the user, in the home that the system knows.
    """
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, "HOME": _home(), "LC_ALL": "C"}


def _home() -> str:
    """Return the user's home as the system has it; one that is not there for a user of no name."""
    if sys.platform == "win32":  # pragma: no cover - there is no such service
        return ""
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        return "/nonexistent"
