"""How the till is, in words: a title, what was found, and what somebody should do."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from counterfoil.declaring import dataclass
from counterfoil.domain.contact import Contact, LineState
from counterfoil.domain.text import humanise
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.words import backups, failures
from counterfoil.presentation.words.frame import IN_DOUBT
from counterfoil.presentation.words.rows import age_text
from counterfoil.service.health import (
    BackupLine,
    CertificateLine,
    ClockLine,
    DiskLine,
    DoubtLine,
    Health,
    HealthLine,
    JournalLine,
    Level,
    OwedLine,
    PrinterLine,
    ProviderLine,
    SlipsLine,
    VersionLine,
)

HEALTH = "Health"
LEVELS: Mapping[Level, str] = {
    Level.GOOD: "Good",
    Level.LOOK: "Look at it",
    Level.ACT: "Act now",
}
SUPPORT_FILE = "Make a support file"
CHECK_AGAIN = "Check again"
CHECKING = "Asking the providers now…"
SUPPORT_NOTE = "A support file holds no PIN, key or phone number. Read it before you send it."
SETTINGS = "Settings"
LOG = "Log"
NO_LOG = "There is no log."
FILE_IS_THERE = "There is a file of this name already. Nothing was written."
FILE_NOT_WRITTEN = "The file could not be written there."
_BYTES_PER_GB = 1_000_000_000
_MINUTE_S = 60
_VERIFY = "Close the till, then `counterfoil journal verify`."


@dataclass(frozen=True, slots=True)
class Said:
    """One line in words; ``do`` is empty where nothing is to be done."""

    title: str
    found: str
    do: str = ""


def status(health: Health) -> str:
    """Say in one sentence how the till is."""
    act, look = (len(health.having(one)) for one in (Level.ACT, Level.LOOK))
    if act:
        return f"{_things(act)} to do now."
    return f"The till works. {_things(look)} to look at." if look else "All is well."


def support_file_kept(path: object) -> str:
    """Say where the support file lies."""
    return f"Saved: {path}"


def line(one: HealthLine) -> Said:
    """Return a line in words."""
    return _SAY[type(one)](one)


def support_text(health: Health, settings: tuple[str, ...], log: tuple[str, ...]) -> str:
    """Return the text of a support file."""
    lines = [f"Counterfoil, {_time(health.at)}", "", f"== {HEALTH}: {status(health)}", ""]
    for one in health.lines:
        lines += table_lines(one)
    lines += ["", f"== {SETTINGS}", "", *settings, "", f"== {LOG}", "", *(log or (NO_LOG,)), ""]
    return "\n".join(lines)


def table_lines(one: HealthLine) -> list[str]:
    """Return a line as it is printed: what was found, and below it what to do."""
    said = line(one)
    head = f"{LEVELS[one.level]:<11} {said.title}: {said.found}"
    return [head, f"{'':<11} {said.do}"] if said.do else [head]


# ------------------------------------------------------------------------------------------ lines

_LINES: Mapping[LineState, tuple[str, str]] = {
    LineState.NOT_ASKED: (
        "Not asked yet since the till was opened",
        "Check a balance, or redeem a voucher. Then look here again.",
    ),
    LineState.ANSWERS: ("It answers", ""),
    LineState.NO_LINE: (
        "No connection",
        "Check the cable or the Wi-Fi, then the router. If other websites open, call {name}.",
    ),
    LineState.NO_ANSWER: (
        "The last question got no whole answer",
        "The till asks again by itself. If it stays so, call {name}.",
    ),
    LineState.NOT_TRUSTED: (
        "The connection is not safe, so nothing is sent",
        "Check this computer's date and time. If they are right, call {name}.",
    ),
    LineState.FAILS: (
        "It answers that it has a fault",
        "Wait some minutes. If it stays so, call {name}.",
    ),
    LineState.WEB_PAGE: (
        "A web page answers in its place",
        "The network may want a login. Open a website on this computer and sign in there.",
    ),
    LineState.NO_KEY: (
        "This till has no key for it",
        "Put in the key that {name} gave the shop: see the operating guide, Setting up.",
    ),
    LineState.KEY_REFUSED: (
        "It does not accept this till's key",
        "The network works. Ask {name} whether the key is still valid, and put in the right one.",
    ),
    LineState.NOT_SENT: (
        "The till could not send to it",
        "Check its address in the settings: it must begin with https. Then restart the till.",
    ),
}


def _provider(one: ProviderLine) -> Said:
    found, do = _LINES[one.contact.line]
    name = humanise(one.upstream)
    answered = _answered(one.contact)
    return Said(name, f"{found}.{answered}", do.format(name=name))


def _answered(contact: Contact) -> str:
    if contact.answered_at is None:
        return ""
    return f" Last answer: {_time(contact.answered_at)}."


def _clock(one: ClockLine) -> Said:
    side = "ahead of" if one.ahead_s > 0 else "behind"
    seconds = round(abs(one.ahead_s))
    span = f"{seconds} seconds" if seconds < 2 * _MINUTE_S else f"{seconds // _MINUTE_S} minutes"
    name = humanise(one.upstream)
    title = f"Clock, by {name}"
    if one.level is Level.GOOD:
        return Said(title, "This computer's clock is right.")
    return Said(
        title,
        f"This computer's clock is {span} {side} that of {name}.",
        "Switch on automatic time in the system's date and time settings.",
    )


def _certificate(one: CertificateLine) -> Said:
    title = f"Certificate of {humanise(one.upstream)}"
    found = f"Good until {one.until:%d %b %Y}, {_days(one.days_left)} from now."
    if one.level is Level.GOOD:
        return Said(title, found)
    return Said(
        title,
        found,
        f"Tell {humanise(one.upstream)}. Once it has ended, nothing can be sent to them.",
    )


def _owed(one: OwedLine) -> Said:
    standing, backlog = one.standing, one.standing.backlog
    name = humanise(standing.upstream)
    title = f"Owed to {name}"
    if not backlog.count:
        return Said(title, "Nothing. It has been told of every sale.")
    found = f"{_messages(backlog.count)} still to send, the oldest from {_ago(backlog.oldest_s)}."
    if standing.is_paused:
        return Said(title, found, f"{name} refuses the key. Put it right, then {IN_DOUBT}, Resume.")
    if one.level is Level.GOOD:
        return Said(title, f"{found} The till does it by itself.")
    return Said(title, found, f"Open {IN_DOUBT}. It says for each what is in the way.")


def _doubt(one: DoubtLine) -> Said:
    title = "Waiting for an answer"
    if not one.count:
        return Said(title, "No voucher payment waits.")
    if one.for_a_person:
        return Said(
            title,
            f"{one.count} not settled. For a supervisor: {one.for_a_person}.",
            f"Open {IN_DOUBT} and settle them: the page says what to ask the provider.",
        )
    return Said(title, f"{one.count} not settled.", "The till goes on asking. Look again later.")


def _slips(one: SlipsLine) -> Said:
    title = "Slips to finish"
    if not one.count:
        return Said(title, "Every slip came out.")
    return Said(
        title,
        f"{one.count} to finish.",
        "Open Slips to finish. Print each, or say that it came out whole.",
    )


_MENDS: Mapping[PrintTrouble, str] = {
    PrintTrouble.PAPER_OUT: "Put in a new roll.",
    PrintTrouble.COVER_OPEN: "Close the cover.",
    PrintTrouble.QUEUE_PAUSED: "Let the queue go on: Slips to finish has the button for it.",
    PrintTrouble.NO_PRINTER: "Name one in the settings. Until then slips wait in Slips to finish.",
    PrintTrouble.FOLDER_MISSING: "Make the folder, or name another one in the settings.",
}


_KEEPING = {
    True: "The print system keeps what was printed, with the codes of change vouchers.",
    None: "The till cannot see whether the print system keeps what was printed.",
}
_KEEP_NOTHING = "Write `PreserveJobFiles No` into its cupsd.conf, and restart it."


def _printer(one: PrinterLine) -> Said:
    title = "Printer"
    if one.trouble is None:
        ready = f"{one.name}: ready."
        if one.keeps_documents is False:
            return Said(title, ready)
        return Said(title, f"{ready} {_KEEPING[one.keeps_documents]}", _KEEP_NOTHING)
    mend = "Switch it on, check its cable, then `counterfoil printer test`."
    found = failures.print_trouble(one.trouble)
    named = f"{one.name}: {found}" if one.name else found
    return Said(title, named, _MENDS.get(one.trouble, mend))


def _disk(one: DiskLine) -> Said:
    title = "Disk"
    if one.free_bytes is None:
        return Said(title, "The system does not say how much is free.", "Look at it yourself.")
    found = f"{one.free_bytes / _BYTES_PER_GB:.1f} GB free."
    if one.level is Level.GOOD:
        return Said(title, found)
    return Said(
        title,
        found,
        "Delete other files of this computer, never those of the till. A full disk stops selling.",
    )


def _backup(one: BackupLine) -> Said:
    title = "Backup"
    if not one.is_wanted:
        return Said(title, "Training makes none.")
    made = "None yet." if one.made_at is None else f"Last made: {_time(one.made_at)}."
    found = f"{made} Folder: {one.place}"
    if one.trouble is not None:
        return Said(title, found, f"Not made: {backups.no_backup(one.trouble)}.")
    if one.age is None or one.age >= timedelta(days=2):
        return Said(title, found, "Leave the till open for some minutes: it makes one by itself.")
    if one.is_on_own_disk:
        return Said(
            title,
            found,
            "It lies on the till's own disk. Name a folder on another disk in the settings.",
        )
    return Said(title, found)


def _journal(one: JournalLine) -> Said:
    title = "Journal"
    if one.is_closed:
        return Said(
            title, "It cannot be used.", "Close the till, then `counterfoil journal verify`."
        )
    seen = "" if one.checked_at is None else f" Last looked at: {_time(one.checked_at)}."
    if not one.faults:
        return Said(title, f"No altered record was found.{seen}")
    return Said(
        title,
        f"Records that are not as the till wrote them: {one.faults}.{seen}",
        f"Call a supervisor. {_VERIFY}",
    )


def _version(one: VersionLine) -> Said:
    return Said("Version", ", ".join(f"{name} {version}" for name, version in one.versions))


_SAY: Mapping[type[Any], Callable[[Any], Said]] = {
    ProviderLine: _provider,
    ClockLine: _clock,
    CertificateLine: _certificate,
    OwedLine: _owed,
    DoubtLine: _doubt,
    SlipsLine: _slips,
    PrinterLine: _printer,
    DiskLine: _disk,
    BackupLine: _backup,
    JournalLine: _journal,
    VersionLine: _version,
}


def _time(at: datetime) -> str:
    return f"{at.astimezone():%d %b %Y %H:%M}"


def _ago(seconds: float) -> str:
    return f"{age_text(seconds)} ago"


def _things(count: int) -> str:
    return "1 thing" if count == 1 else f"{count} things"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
