"""How the till is, in words: a title, what was found, and what somebody should do."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from counterfoil.declaring import dataclass
from counterfoil.domain.contact import Contact, LineState
from counterfoil.domain.text import humanise
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.words import backups, failures, frame
from counterfoil.presentation.words.rows import age_text
from counterfoil.presentation.words.speaking import (
    SpokenTable,
    dated,
    say,
    say_number,
    speak_constants,
)
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
LEVELS: Mapping[Level, str] = SpokenTable(
    {
        Level.GOOD: "Good",
        Level.LOOK: "Look at it",
        Level.ACT: "Act now",
    }
)
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
        return say("{things} to do now.", things=_things(act))
    return (
        say("The till works. {things} to look at.", things=_things(look))
        if look
        else say("All is well.")
    )


def support_file_kept(path: object) -> str:
    """Say where the support file lies."""
    return say("Saved: {path}", path=path)


def line(one: HealthLine) -> Said:
    """Return a line in words."""
    return _SAY[type(one)](one)


def support_text(health: Health, settings: tuple[str, ...], log: tuple[str, ...]) -> str:
    """Return the text of a support file."""
    lines = [
        say("Counterfoil, {time}", time=_time(health.at)),
        "",
        f"== {say(HEALTH)}: {status(health)}",
        "",
    ]
    for one in health.lines:
        lines += table_lines(one)
    lines += [
        "",
        f"== {say(SETTINGS)}",
        "",
        *settings,
        "",
        f"== {say(LOG)}",
        "",
        *(log or (say(NO_LOG),)),
        "",
    ]
    return "\n".join(lines)


def table_lines(one: HealthLine) -> list[str]:
    """Return a line as it is printed: what was found, and below it what to do."""
    said = line(one)
    head = f"{LEVELS[one.level]:<11} {said.title}: {said.found}"
    return [head, f"{'':<11} {said.do}"] if said.do else [head]


# ------------------------------------------------------------------------------------------ lines

_LINES: Mapping[LineState, tuple[str, str]] = SpokenTable(
    {
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
            (
                "The network works. Ask {name} whether the key is still valid, and put in "
                "the right one."
            ),
        ),
        LineState.NOT_SENT: (
            "The till could not send to it",
            "Check its address in the settings: it must begin with https. Then restart the till.",
        ),
    }
)


def _provider(one: ProviderLine) -> Said:
    found, do = _LINES[one.contact.line]
    name = humanise(one.upstream)
    answered = _answered(one.contact)
    return Said(name, f"{found}.{answered}", do.format(name=name))


def _answered(contact: Contact) -> str:
    if contact.answered_at is None:
        return ""
    return say(" Last answer: {time}.", time=_time(contact.answered_at))


def _clock(one: ClockLine) -> Said:
    side = say("ahead of") if one.ahead_s > 0 else say("behind")
    seconds = round(abs(one.ahead_s))
    span = (
        say_number("1 second", "{count} seconds", seconds)
        if seconds < 2 * _MINUTE_S
        else say_number("1 minute", "{count} minutes", seconds // _MINUTE_S)
    )
    name = humanise(one.upstream)
    title = say("Clock, by {name}", name=name)
    if one.level is Level.GOOD:
        return Said(title, say("This computer's clock is right."))
    return Said(
        title,
        say(
            "This computer's clock is {span} {side} that of {name}.",
            span=span,
            side=side,
            name=name,
        ),
        say("Switch on automatic time in the system's date and time settings."),
    )


def _certificate(one: CertificateLine) -> Said:
    title = say("Certificate of {upstream}", upstream=humanise(one.upstream))
    found = say(
        "Good until {until}, {days} from now.",
        until=dated(one.until, "%d %b %Y"),
        days=_days(one.days_left),
    )
    if one.level is Level.GOOD:
        return Said(title, found)
    return Said(
        title,
        found,
        say(
            "Tell {upstream}. Once it has ended, nothing can be sent to them.",
            upstream=humanise(one.upstream),
        ),
    )


def _owed(one: OwedLine) -> Said:
    standing, backlog = one.standing, one.standing.backlog
    name = humanise(standing.upstream)
    title = say("Owed to {name}", name=name)
    if not backlog.count:
        return Said(title, say("Nothing. It has been told of every sale."))
    found = say(
        "{messages} still to send, the oldest from {ago}.",
        messages=_messages(backlog.count),
        ago=_ago(backlog.oldest_s),
    )
    if standing.is_paused:
        return Said(
            title,
            found,
            say(
                "{name} refuses the key. Put it right, then {in_doubt}, Resume.",
                name=name,
                in_doubt=frame.IN_DOUBT,
            ),
        )
    if one.level is Level.GOOD:
        return Said(title, say("{found} The till does it by itself.", found=found))
    return Said(
        title,
        found,
        say("Open {in_doubt}. It says for each what is in the way.", in_doubt=frame.IN_DOUBT),
    )


def _doubt(one: DoubtLine) -> Said:
    title = say("Waiting for an answer")
    if not one.count:
        return Said(title, say("No voucher payment waits."))
    if one.for_a_person:
        return Said(
            title,
            say(
                "{count} not settled. For a supervisor: {for_a_person}.",
                count=one.count,
                for_a_person=one.for_a_person,
            ),
            say(
                "Open {in_doubt} and settle them: the page says what to ask the provider.",
                in_doubt=frame.IN_DOUBT,
            ),
        )
    return Said(
        title,
        say("{count} not settled.", count=one.count),
        say("The till goes on asking. Look again later."),
    )


def _slips(one: SlipsLine) -> Said:
    title = say("Slips to finish")
    if not one.count:
        return Said(title, say("Every slip came out."))
    return Said(
        title,
        say("{count} to finish.", count=one.count),
        say("Open Slips to finish. Print each, or say that it came out whole."),
    )


_MENDS: Mapping[PrintTrouble, str] = SpokenTable(
    {
        PrintTrouble.PAPER_OUT: "Put in a new roll.",
        PrintTrouble.COVER_OPEN: "Close the cover.",
        PrintTrouble.QUEUE_PAUSED: "Let the queue go on: Slips to finish has the button for it.",
        PrintTrouble.NO_PRINTER: (
            "Name one in the settings. Until then slips wait in Slips to finish."
        ),
        PrintTrouble.FOLDER_MISSING: "Make the folder, or name another one in the settings.",
    }
)


_KEEPING = SpokenTable(
    {
        True: "The print system keeps what was printed, with the codes of change vouchers.",
        None: "The till cannot see whether the print system keeps what was printed.",
    }
)
_KEEP_NOTHING = "Write `PreserveJobFiles No` into its cupsd.conf, and restart it."


def _printer(one: PrinterLine) -> Said:
    title = say("Printer")
    if one.trouble is None:
        ready = say("{name}: ready.", name=one.name)
        if one.keeps_documents is False:
            return Said(title, ready)
        return Said(title, f"{ready} {_KEEPING[one.keeps_documents]}", say(_KEEP_NOTHING))
    mend = say("Switch it on, check its cable, then `counterfoil printer test`.")
    found = failures.print_trouble(one.trouble)
    named = f"{one.name}: {found}" if one.name else found
    return Said(title, named, _MENDS.get(one.trouble, mend))


def _disk(one: DiskLine) -> Said:
    title = say("Disk")
    if one.free_bytes is None:
        return Said(
            title, say("The system does not say how much is free."), say("Look at it yourself.")
        )
    found = say("{free_bytes} GB free.", free_bytes=f"{one.free_bytes / _BYTES_PER_GB:.1f}")
    if one.level is Level.GOOD:
        return Said(title, found)
    return Said(
        title,
        found,
        say(
            "Delete other files of this computer, never those of the till. A full disk "
            "stops selling."
        ),
    )


def _backup(one: BackupLine) -> Said:
    title = say("Backup")
    if not one.is_wanted:
        return Said(title, say("Training makes none."))
    made = (
        say("None yet.")
        if one.made_at is None
        else say("Last made: {time}.", time=_time(one.made_at))
    )
    found = say("{made} Folder: {place}", made=made, place=one.place)
    if one.trouble is not None:
        return Said(
            title, found, say("Not made: {no_backup}.", no_backup=backups.no_backup(one.trouble))
        )
    if one.age is None or one.age >= timedelta(days=2):
        return Said(
            title, found, say("Leave the till open for some minutes: it makes one by itself.")
        )
    if one.is_on_own_disk:
        return Said(
            title,
            found,
            say("It lies on the till's own disk. Name a folder on another disk in the settings."),
        )
    return Said(title, found)


def _journal(one: JournalLine) -> Said:
    title = say("Journal")
    if one.is_closed:
        return Said(
            title,
            say("It cannot be used."),
            say("Close the till, then `counterfoil journal verify`."),
        )
    seen = (
        ""
        if one.checked_at is None
        else say(" Last looked at: {time}.", time=_time(one.checked_at))
    )
    if not one.faults:
        return Said(title, say("No altered record was found.{seen}", seen=seen))
    return Said(
        title,
        say(
            "Records that are not as the till wrote them: {faults}.{seen}",
            faults=one.faults,
            seen=seen,
        ),
        say("Call a supervisor. {verify}", verify=say(_VERIFY)),
    )


def _version(one: VersionLine) -> Said:
    return Said(say("Version"), ", ".join(f"{name} {version}" for name, version in one.versions))


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
    return dated(at.astimezone(), "%d %b %Y %H:%M")


def _ago(seconds: float) -> str:
    return say("{age_text} ago", age_text=age_text(seconds))


def _things(count: int) -> str:
    return say_number("1 thing", "{count} things", count)


def _days(count: int) -> str:
    return say_number("1 day", "{count} days", count)


def _messages(count: int) -> str:
    return say_number("1 message", "{count} messages", count)


speak_constants(__name__)
