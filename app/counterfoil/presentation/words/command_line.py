"""What the command line says beside its JSON: answers, hints and refusals, for people alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.language import Language
from counterfoil.ports.printer import PathProblem
from counterfoil.presentation.words import languages
from counterfoil.presentation.words.sentences import begin
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

PROVIDERS_ANSWER = "  The provider's last answer:"
NO_ANSWER = "none"
NOT_TOLD = "not told"
NO_REDEMPTIONS = "No voucher payments yet."
NOTHING_OWED = "Nothing waits."
NOTHING_TO_SETTLE = "Nothing waits for a person."
NOTHING_ELSE_OWED = "Nothing else waits."
NO_SLIP = "Nothing was sent, or it was taken back: there is no slip."
CODE_IS_SHOWN = "It shows the change voucher's code to whoever can read it."
JOURNAL_SOUND = "The journal is sound."
JOURNAL_HELD = "Every row is sound, but the journal is not as the till left it."
JOURNAL_CUT_BACK = (
    "This journal does not go on from that slip. Look whether the slip is this till's, and the "
    "letters are as it has them. Then what came after was cut off or written anew: keep the folder "
    "as it is, and call a manager."
)
DAY = "a day is written as 2026-11-29"
NO_SANDBOX = "there is no training till there, or it has sold nothing yet"
NO_HEAD = "it stands on a slip after the word Journal, such as 1207-K7Q4-2FXX-93PM"
JOURNAL_DAMAGED = "The journal is damaged. Do not delete anything."
INTERRUPTED = "Interrupted. See the history and what waits before trying the voucher again."
WINDOW_GONE = (
    "The till's window closed, or does not answer any more. "
    "See the history and what waits before trying again."
)
WINDOW_BUSY = (
    "The till's window has too many commands to carry out, or is closing. Nothing was done."
)
OTHER_VERSION = (
    "The till's window is of another version. Close it and open it again. Nothing was done."
)
NOT_TAKEN = "The till's window does not take this command. Nothing was done."
IN_USE = (
    "Another Counterfoil is open with the same journal, and this needs it alone. Close it first, "
    "or wait until its command has ended."
)
KEY_REFUSED = (
    "The provider does not accept this till's key. Nothing was taken. "
    "Put the right key where the settings say."
)
NO_SCREEN = (
    "There is no display here for the window: set DISPLAY, or let "
    "`counterfoil demo --output DIR` show the window without one."
)
SAY_WHO = "Say who you are: --as NUMBER. Nothing was done."
NO_STAFF = (
    "Nobody works at this till yet. Make the first manager: "
    "counterfoil staff begin NUMBER --name NAME. Nothing was done."
)
NOBODY_YET = "Nobody works at this till yet: counterfoil staff begin NUMBER --name NAME"
RECOVERY_USED = (
    "The recovery code was used. If it was not you, lock who used it. "
    "Then: counterfoil staff acknowledge --as NUMBER"
)
CODE_ONCE = "Write it down and keep it away from the till. It is never shown again."
RECOVERY_CODE = "Recovery code"
NEW_PASSPHRASE = "New passphrase"
NEW_PIN = "New PIN"
BADGE = "Badge"
DONE = "Done."

# ----------------------------------------------------------- what is wrong with how it was typed

OPTIONS_BEHIND = "--data-dir and --settings go behind the name of a command"
REVEAL_AS_WELL = "a provider's answer may hold a PIN; give --reveal as well"
AMOUNT_OR_WHOLE = "give either --amount or --whole"
NO_LATE_APPROVAL = "no approval can come any more that pays its sale"
SALE_CLOSED = "its sale is closed already"
NOBODY_ASKED = "nobody is asked where its customer is"
NO_SUCH_SALE = "the journal has no such sale in this currency"
NO_SUCH_REDEMPTION = "the journal has none with this id or reference"
NAME_AND_VALUE = "write a field as name=value"
SETTLE_WHOLE = (
    "to settle something give its reference, --provider-says and --got; unless it came late also "
    "--said-by, --provider-reference and --reason"
)
NO_REASON = "say why it is approved"
NOT_TYPED = "it was not typed; nothing was sent"
FOLDER_OR_CHECK = "give either the folder that gets the journal, or --check"
TO_FIND = "What to find"
NOTHING_FOUND = "Nothing was found."
NUMBER_IS_ASKED = (
    "that may be a voucher's number, which does not belong on a command line; use --find - and "
    "type it when you are asked"
)
PDF_NEEDS_FILE = "say which file the PDF goes into"
DAYS_TURNED = "the last day is before the first"
FILE_IS_THERE = "there is a file of this name; it is not written over"


def goes_on_from(head: ChainHead) -> str:
    """Say that the journal still holds everything from before the slip with this head."""
    return say("It goes on from {text}.", text=head.text)


def given_twice(name: str) -> str:
    """Say that a field was given more than once."""
    return say("{name} is given twice", name=name)


def one_of(values: Iterable[str]) -> str:
    """List the values that an option may have."""
    return say("is one of {values}", values=", ".join(values))


def file_not_written(why: str | None) -> str:
    """Say that a file cannot be written; ``why`` is the system's own reason."""
    return say("cannot be written: {why}", why=why)


def file_not_read(why: str | None) -> str:
    """Say that a file cannot be read; ``why`` is the system's own reason."""
    return say("cannot be read: {why}", why=why)


def folder_not_made(why: str | None) -> str:
    """Say that a folder cannot be made; ``why`` is the system's own reason."""
    return say("cannot be made: {why}", why=why)


def no_such_type(known: Iterable[str]) -> str:
    """Say which voucher types there are."""
    return say("there is no such voucher type; there are {known}", known=", ".join(known))


def not_redeemed_here(name: str) -> str:
    """Say that a voucher type can only be looked at."""
    return say("{name} cannot be redeemed here", name=name)


def no_part(name: str) -> str:
    """Say that a voucher type is only taken whole."""
    return say("of {name} no part can be taken; use --whole", name=name)


_SLIP_FILE = SpokenTable(
    {
        PathProblem.STANDARD_OUTPUT: "name a file; a slip is not written to standard output",
        PathProblem.NO_PLAIN_FILE: "this is no plain file, so it is not replaced",
        PathProblem.TILLS_OWN: "this file lies in the till's own folder, so it is not replaced",
        PathProblem.NO_PDF: "this file is there and is no PDF, so it is not replaced",
        PathProblem.OTHER_FILE: "this file is there and may be no slip, so it is not replaced",
    }
)


def slip_file(problem: PathProblem) -> str:
    """Say why no slip is written to a path."""
    return _SLIP_FILE[problem]


def shown_to_all(label: str, name: str) -> str:
    """Warn that a secret was typed on the command line, where others can read it."""
    return say(
        "{label}: every user of this machine can read what stands on a command line. "
        "Leave --field {name}=… out: then it is asked for, or read from standard input.",
        label=label,
        name=name,
    )


# ------------------------------------------------------------------------------------- answers


def types_told_at(at: datetime) -> str:
    """Say when the provider listed its voucher types."""
    return say("Offline: as told {at}", at=f"{at.astimezone():%Y-%m-%d %H:%M}")


def balance(amount: str) -> str:
    """Say what is on a voucher."""
    return say("Balance: {amount}", amount=amount)


def newest(listed: int, count: int, limit: int) -> str:
    """Say that there are more redemptions than were listed."""
    return say(
        "These are the newest {listed} of {count} payments. To see more: --limit {limit}",
        listed=listed,
        count=count,
        limit=limit,
    )


def paid_otherwise(reference: str) -> str:
    """Name the command that closes a sale without its voucher."""
    return say(
        "  Customer paid another way? counterfoil set-aside {reference}", reference=reference
    )


def settle_by(reference: str) -> str:
    """Name the command that settles something by hand."""
    return say(
        "Then: counterfoil settle {reference} --provider-says taken (or not_taken) "
        "--said-by NAME --provider-reference NUMBER --got goods --reason WHY",
        reference=reference,
    )


def use_late(reference: str) -> str:
    """Name the command that uses a late approval or gives it back."""
    return say(
        "Then: counterfoil settle {reference} --provider-says taken --got goods (of a "
        "new sale), cash or credit; other with --reason WHY",
        reference=reference,
    )


def slip_due(reference: str) -> str:
    """Say that the customer is still to be given a slip, and which command writes it."""
    return say(
        "The slip is due: counterfoil slip {reference} --output slip.pdf", reference=reference
    )


def slip_by(reference: str) -> str:
    """Name the command that prints what was settled, with the change voucher on it."""
    return say(
        "The slip has the change voucher: counterfoil slip {reference} --output slip.pdf",
        reference=reference,
    )


def pin_of(number: str) -> str:
    """Ask for the PIN of the person with this number."""
    return say("PIN of {number}", number=number)


def recovery_code(code: str) -> str:
    """Show the code that recovers a lost passphrase."""
    return say("Recovery code: {code}", code=code)


def staff_line(
    number: str,
    name: str,
    role: str,
    *,
    is_locked: bool,
    has_badge: bool,
    language: Language | None,
) -> str:
    """Return one of the staff as a line of the list."""
    more = [
        word for word, is_so in ((say("locked"), is_locked), (say("badge"), has_badge)) if is_so
    ]
    if language is not None:
        more.append(languages.NAMES[language])
    return f"{number:>6}  {name:<30}  {role:<12} {', '.join(more)}".rstrip()


def wrote(path: Path) -> str:
    """Say which file was written."""
    return say("Wrote {path}", path=path)


def may_be_written(path: Path, trouble: str, warned: Iterable[str]) -> str:
    """Say that a file may be there or may not last, in the words ``trouble``, and what follows."""
    look = say("Look at {path}. The next one says COPY.", path=path)
    return " ".join((trouble, look, *warned))


def money_may_be_taken(failure: str, reference: str, redemption_id: str) -> str:
    """Say what to do where the journal failed while a provider was asked."""
    return say(
        "{failure} Money may have been taken. Do not try the voucher again. Run "
        "recover when the journal can be written again. Reference {reference}, id "
        "{redemption_id}.",
        failure=failure,
        reference=reference,
        redemption_id=redemption_id,
    )


def unexpected(kind: str) -> str:
    """Say that something failed for a reason that the program does not know."""
    return say("Something went wrong in the till ({kind}). See what waits.", kind=kind)


def not_written(why: str | None) -> str:
    """Say that the answer of a command could not be printed."""
    return say("The output could not be written: {why}", why=why)


def sandbox_port(port: int, why: str | None) -> str:
    """Say that the built-in provider cannot listen."""
    return say("The sandbox cannot use port {port}: {why}", port=port, why=why)


def sandbox_stopped(kind: str) -> str:
    """Say that the built-in provider cannot start."""
    return say("The sandbox cannot start, or cannot use its data file: {kind}", kind=kind)


def demo_stopped(why: str) -> str:
    """Say why the demonstration ended."""
    return say("The demonstration stopped: {why}", why=why)


def libraries_missing(packages: Iterable[str]) -> str:
    """Say what root has to install before any window can open."""
    return say(
        "Qt needs libraries that are not here. Install what your system calls them, on Debian as "
        "root: apt-get install {packages}",
        packages=" ".join(packages),
    )


def demo_done(folder: Path, *, redemptions: int, screens: int, slips: int) -> str:
    """Say what the demonstration left behind."""
    return say(
        "{redemptions} redemptions, {screens} pictures, {slips} slips are in {folder}",
        redemptions=redemptions,
        screens=screens,
        slips=slips,
        folder=folder,
    )


# ------------------------------------------------------------------ backups, the key, accepting

HELD_NEXT = "The next start is held until a supervisor accepts it: counterfoil journal accept"
NO_BACKUPS = "No backups yet."
RESTORED_UNSOUND = "The journal in the backup is not sound: counterfoil journal verify"
ACCEPTED_NEXT = "It is written in the journal. Next: counterfoil recover, or open the till."
NOTHING_TO_ACCEPT = "There is nothing to accept."
KEEP_APART = "Keep it and its passphrase apart, and both away from the till."
BACKUP_GOOD = "The backup is good: it opens, and everything in it is as it was written."
BACKUP_UNSOUND = "The backup opens, but the journal in it is not sound."
PASSPHRASE = "Passphrase"


def journal_is_in(folder: Path) -> str:
    """Say where a journal was put back."""
    return say("The journal is in {folder}.", folder=folder)


def kept_in(folder: str) -> str:
    """Say where the journal is that was there before."""
    return say("The journal that was there is kept in {folder}.", folder=folder)


def known_beyond(what: str) -> str:
    """Say what happened after a backup was made, and so is missing in it."""
    return say("What is known beyond the backup: {what}.", what=what)


def accepted(what: str) -> str:
    """Say what a supervisor accepted."""
    return say("Accepted: {what}.", what=what)


def key_is_in(file: str) -> str:
    """Say where a key is now; an empty ``file`` is the system's keyring."""
    where = (
        say("in {file} in the till's folder", file=file)
        if file
        else say("in this system's keyring")
    )
    return say("The key is now {where}.", where=where)


def sentence(text: str) -> str:
    """Turn the words about a failure into a sentence: capital letter and full stop."""
    return f"{begin(text)}."


def counts(of: Mapping[str, int]) -> str:
    """Say how many rows there are of each kind."""
    return ", ".join(say("{kind}: {count}", count=count, kind=kind) for kind, count in of.items())


def checked_backup(name: str, made_at: str, counts: str, last_slip: object) -> str:
    """Say what is in a backup; ``made_at`` is empty for one made before an update."""
    made = say("made {made_at}", made_at=made_at) if made_at else say("made before an update")
    return say(
        "{name}, {made}: {counts}, last slip {last_slip}.",
        name=name,
        made=made,
        counts=counts,
        last_slip=last_slip,
    )


def listed_backup(made_at: datetime | None, size_bytes: int, trouble: str, path: Path) -> str:
    """Return one backup as a line of the list."""
    made = f"{made_at.astimezone():%Y-%m-%d %H:%M}" if made_at else say("before an update")
    return f"{made:<16}  {size_bytes:>12}  {trouble or 'whole'}  {path}"


speak_constants(__name__)
