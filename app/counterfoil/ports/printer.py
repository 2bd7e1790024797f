"""Where slips go. Money never waits for paper, so every failure here is an answer, not an error."""

from enum import StrEnum
from typing import Protocol

from counterfoil.declaring import dataclass
from counterfoil.domain.slip import Slip


class PrintTrouble(StrEnum):
    """Why a slip was not printed, or may not have been."""

    NO_PRINTER = "no_printer"
    """Nobody has chosen a printer yet."""
    NOT_AVAILABLE_HERE = "not_available_here"
    """This kind of printing does not exist on this system."""
    SPOOLER_MISSING = "spooler_missing"
    """The system's print command is not installed."""
    QUEUE_MISSING = "queue_missing"
    """The chosen queue does not exist, or its name cannot be one."""
    QUEUE_PAUSED = "queue_paused"
    """The chosen queue keeps what it gets until somebody lets it go on."""
    VIRTUAL_PRINTER = "virtual_printer"
    """The queue makes a file and no paper, and the slip carries a PIN."""
    SPOOLER_REFUSED = "spooler_refused"
    """The print system said no."""
    SPOOLER_FAILED = "spooler_failed"
    """The print system failed after it had taken the slip. It may still print it."""
    JOB_TAKEN_BACK = "job_taken_back"
    """Somebody took the slip out of the queue; a part of it may be printed."""
    FOLDER_MISSING = "folder_missing"
    """The chosen folder does not exist."""
    NOT_ALLOWED = "not_allowed"
    """The system does not let the till write there."""
    DISK_FULL = "disk_full"
    STORAGE_FAILED = "storage_failed"
    """The disk or the share failed in another way."""
    NOT_DURABLE = "not_durable"
    """The slip stands under its name, and may be gone after a power cut."""
    NAME_UNUSABLE = "name_unusable"
    """Neither the slip's number nor its reference makes a safe file name."""
    DRAWING_FAILED = "drawing_failed"
    """The slip could not be turned into a page."""
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    PRINTER_FAULT = "printer_fault"
    """The printer itself says that it is broken: its cutter, most of the time."""
    NO_ACCESS = "no_access"
    """The system does not let the till use the printer."""
    BUSY = "busy"
    """Another program has the printer."""
    OFFLINE = "offline"
    TIMED_OUT = "timed_out"


class PathProblem(StrEnum):
    """Why no slip may be written to a path that somebody named."""

    STANDARD_OUTPUT = "standard_output"
    NO_PLAIN_FILE = "no_plain_file"
    TILLS_OWN = "tills_own"
    """It lies in the till's own folder."""
    NO_PDF = "no_pdf"
    """Something else is there, which a slip does not replace."""
    OTHER_FILE = "other_file"
    """A file is there that is not known to be such a slip."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The whole slip was sent. Whether paper came out is for a person to say."""

    where: str
    """A file name, or the print system's own name of the job; never a secret."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing of the slip reached the printer; printing it again makes no second paper."""

    trouble: PrintTrouble


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The slip may have come out, whole or in part; only a person can tell."""

    trouble: PrintTrouble


PrintOutcome = Sent | NotSent | Uncertain

PAUSED = NotSent(PrintTrouble.QUEUE_PAUSED)
"""What `Printer.resume` may mend."""


class Printer(Protocol):
    """A place that turns slips into paper, one at a time."""

    def describe(self) -> str:
        """Return the printer's name for a person; never a secret."""
        ...

    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Send the slip to the printer within its own time limit, without blocking the loop.

        ``title`` is what the print system shows to anybody; it never holds a PIN. A failure is an
        outcome; only cancellation is raised, and a print that has begun then still ends.
        """
        ...

    async def look(self) -> PrintTrouble | None:
        """Return what would keep a slip from coming out now; None where nothing is known to.

        Nothing is printed for it, and nothing but a cancellation is raised.
        """
        return None

    async def keeps_documents(self) -> bool | None:
        """Return whether what was printed can be read afterwards where it was printed from.

        None where that cannot be found out.
        """
        return False

    async def resume(self) -> bool:
        """Let slips go on that a paused queue keeps; return whether the system allowed it.

        False also where there is nothing that could be paused.
        """
        return False

    def open_drawer(self) -> None:
        """Have the cash drawer opened that hangs at the printer, and wait for nothing.

        It is tried once: a drawer that is opened late is opened before somebody else. Where none
        hangs there nothing is done.
        """
        return

    async def close(self) -> None:
        """Take no more slips and release the thread; a print that has begun still ends."""
        ...
