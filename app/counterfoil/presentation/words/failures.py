"""What failed in the till's surroundings: what it means for the cashier, and what to do.

The texts of exceptions are never shown.
"""

from collections.abc import Iterable

from counterfoil.domain.failures import (
    AmountNotOwedError,
    BackupError,
    CounterfoilError,
    EntryError,
    ForeignKeyringError,
    GatewayEmptyError,
    GatewayFailedError,
    GatewayKeyMissingError,
    GatewayPageError,
    GatewayUnauthorisedError,
    GatewayUnavailableError,
    GatewayUnreadableError,
    JournalBusyError,
    JournalCorruptError,
    JournalFullError,
    JournalHeldError,
    JournalInputOutputError,
    JournalLockedError,
    JournalMisplacedError,
    JournalNewerError,
    JournalReadOnlyError,
    JournalUnavailableError,
    KeyringSilentError,
    NoSlipError,
    RecordAlteredError,
    RedemptionRefusedError,
    SaleCurrencyError,
    SaleInUseError,
    SettingsError,
    StaleChangeError,
    SupportFileError,
    TillStoppedError,
    TooMuchOwedError,
    UnknownRedemptionError,
    UnknownSaleError,
    UnknownUpstreamError,
    VaultUnavailableError,
    VoucherInUseError,
)
from counterfoil.domain.text import humanise
from counterfoil.ports.gateway import LookupRefusal
from counterfoil.ports.journal import Damage
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.screens import NumberedStep
from counterfoil.presentation.words import (
    backups,
    entries,
    findings,
    keys,
    outcomes,
    places,
    retention,
    settings,
    settlements,
    shifts,
    staff,
    statements,
)
from counterfoil.presentation.words.sentences import begin
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants, spoken

_LOOKUP_REFUSED = SpokenTable(
    {
        LookupRefusal.NOT_OFFERED: (
            "{name} cannot show a balance. Type an amount, or take the whole value."
        ),
        LookupRefusal.ALREADY_USED: "This voucher has already been used.",
        LookupRefusal.EXPIRED: "This voucher has expired.",
        LookupRefusal.NOT_FOUND: (
            "{name} does not know this voucher. Read it again with the customer: "
            "one digit may be wrong, or it was used already."
        ),
        LookupRefusal.CANCELLED: "This voucher was cancelled.",
        LookupRefusal.BAD_REQUEST: "{name} could not read what was typed.",
        LookupRefusal.PROVIDER_DOWN: "The provider of {name} has an outage. Try again later.",
        LookupRefusal.REFUSED: "{name} cannot show a balance of this voucher.",
    }
)


def lookup_refused(refusal: LookupRefusal, name: str) -> str:
    """Return why the provider gives no balance, as a sentence."""
    return _LOOKUP_REFUSED[refusal].replace("{name}", name)


_PRINT_TROUBLE = SpokenTable(
    {
        PrintTrouble.NO_PRINTER: "No printer is chosen.",
        PrintTrouble.NOT_AVAILABLE_HERE: "This till cannot print that way.",
        PrintTrouble.SPOOLER_MISSING: "The print system is not installed.",
        PrintTrouble.QUEUE_MISSING: "The chosen printer does not exist.",
        PrintTrouble.QUEUE_PAUSED: "The print queue is paused. What waits in it comes out too.",
        PrintTrouble.VIRTUAL_PRINTER: "The chosen printer makes files, not paper.",
        PrintTrouble.SPOOLER_REFUSED: "The print system refused the slip.",
        PrintTrouble.SPOOLER_FAILED: (
            "The print system failed while it had the slip. It may still come out."
        ),
        PrintTrouble.JOB_TAKEN_BACK: (
            "The slip was taken out of the print queue. A part of it may have come out."
        ),
        PrintTrouble.FOLDER_MISSING: "The slip folder does not exist.",
        PrintTrouble.NOT_ALLOWED: "The till may not write to the slip folder.",
        PrintTrouble.DISK_FULL: "The disk is full.",
        PrintTrouble.STORAGE_FAILED: "The slip could not be saved.",
        PrintTrouble.NOT_DURABLE: "The slip is saved, and may be gone after a power cut.",
        PrintTrouble.NAME_UNUSABLE: "The slip has no number to be saved under.",
        PrintTrouble.DRAWING_FAILED: "The slip could not be drawn.",
        PrintTrouble.PAPER_OUT: "The printer has no paper.",
        PrintTrouble.COVER_OPEN: "The printer's cover is open.",
        PrintTrouble.PRINTER_FAULT: "The printer says that it has a fault.",
        PrintTrouble.NO_ACCESS: "This user may not use the printer.",
        PrintTrouble.BUSY: "Another program is using the printer.",
        PrintTrouble.OFFLINE: "The printer is off or not connected.",
        PrintTrouble.TIMED_OUT: "The printer did not answer.",
    }
)


def print_trouble(trouble: PrintTrouble) -> str:
    """Say why no paper came, or why it may not be whole."""
    return _PRINT_TROUBLE[trouble]


_FAILURES: tuple[tuple[type[CounterfoilError], str], ...] = (
    (
        VoucherInUseError,
        "This voucher is not settled here yet. See Waiting (F6, F6) before trying it again.",
    ),
    (SaleInUseError, "This sale is closed, or another voucher for it is not settled yet."),
    (SaleCurrencyError, "The sale is in another currency. Nothing was sent."),
    (AmountNotOwedError, "The sale does not owe this much. Nothing was sent."),
    (
        TooMuchOwedError,
        (
            "{name} has left too much unanswered, so nothing new goes there. Nothing was sent. "
            "Take another payment and call a supervisor."
        ),
    ),
    (
        GatewayUnauthorisedError,
        "The provider does not accept this till's key. Nothing was taken. Call a supervisor.",
    ),
    (
        GatewayFailedError,
        "{name} answers that something failed there. Nothing was taken. Try again later.",
    ),
    (
        GatewayPageError,
        (
            "{name} was not reached: a web page answered, and the network may want a login. "
            "Nothing was taken."
        ),
    ),
    (
        GatewayUnreadableError,
        "{name} answers what cannot be read. Nothing was taken. Call a supervisor.",
    ),
    (GatewayEmptyError, "{name} offers no vouchers to this till. Call a supervisor."),
    (
        GatewayUnavailableError,
        "{name} does not answer. Nothing was taken. Try again in a moment.",
    ),
    (
        RecordAlteredError,
        (
            "A record of {name} was altered, so nothing new goes there. Nothing was sent. Take "
            "another payment and call a supervisor: `counterfoil journal verify`."
        ),
    ),
    (SupportFileError, "The support file could not be written. See if the disk is full."),
    (
        UnknownRedemptionError,
        "The journal has no payment with this id. Nothing was done. Look in History.",
    ),
    (UnknownSaleError, "The journal has no sale with this id. Nothing was done."),
    (UnknownUpstreamError, "{name} is not in this till's settings. Nothing was done."),
    (
        NoSlipError,
        "There is no slip of it: nothing was sent, or it was taken back. Nothing was printed.",
    ),
    (StaleChangeError, "This has changed meanwhile. Look at it again before you go on."),
    (RedemptionRefusedError, "Something went wrong in the till. Nothing was sent."),
    (
        CounterfoilError,
        "Something went wrong in the till. See Waiting (F6, F6) before trying it again.",
    ),
)
"""What each failure means, the nearest first."""


ASKING_FOR_TYPES = "The till is asking which vouchers there are."


def no_types(trouble: CounterfoilError | None) -> str:
    """Return why there is no type to choose: what went wrong, or that the till is still asking."""
    return say(ASKING_FOR_TYPES) if trouble is None else failure(trouble)


_LINE_TROUBLES: tuple[tuple[type[CounterfoilError], str], ...] = (
    (GatewayKeyMissingError, "No key"),
    (GatewayUnauthorisedError, "Key refused"),
    (GatewayPageError, "Network login?"),
    (GatewayFailedError, "Provider fails"),
    (GatewayUnreadableError, "Answer unreadable"),
    (GatewayEmptyError, "No vouchers"),
)


def line_trouble(trouble: CounterfoilError | None) -> str:
    """Return in two words how the last discovery ended.

    ``offline`` is only where no answer came at all.
    """
    return next(
        (say(said) for kind, said in _LINE_TROUBLES if isinstance(trouble, kind)), say("Offline")
    )


_STAFF_ALTERED = (
    "The entry of somebody who works here was altered behind the till's back. They are not let in. "
    "Call a manager: `counterfoil journal verify` says who it is."
)


def damage(damages: Iterable[Damage]) -> str:
    """Say which sales have altered records, and where nothing new is sold because of it."""
    damages = tuple(damages)
    sales = [one for one in damages if not one.is_of_staff]
    if not sales:
        return say(_STAFF_ALTERED)
    stopped = {one.upstream for one in sales}
    where = ", ".join(dict.fromkeys(one.reference or outcomes.NO_SALE for one in sales))
    names = ", ".join(sorted(humanise(one) for one in stopped if one))
    at = say("anywhere") if None in stopped else say("at {names}", names=names)
    return say(
        "Records were altered behind the till's back: {where}. Nothing new is sold "
        "{at} until a supervisor has looked and accepted it: close the till, then "
        "`counterfoil journal verify` and `counterfoil journal accept`.",
        where=where,
        at=at,
    )


def failure(error: CounterfoilError, type_name: str = "") -> str:
    """Return what a failure means for the cashier, as sentences."""
    if isinstance(error, EntryError):
        return entries.misentry(error.cause)
    if isinstance(error, JournalHeldError):
        return say(
            "{held} {sentences} See `counterfoil journal accept`.",
            held=say(_HELD),
            sentences=_sentences(error),
        )
    if isinstance(error, GatewayKeyMissingError):
        return f"{begin(keys.no_key(error.cause))}."
    if isinstance(error, BackupError):
        return f"{begin(backups.no_backup(error.cause))}."
    if isinstance(error, JournalUnavailableError | VaultUnavailableError | SettingsError):
        return closed(error)[1]
    whys = (
        staff.refused,
        settlements.refused,
        shifts.refused,
        retention.refused,
        statements.refused,
    )
    for refused in whys:
        if (reason := refused(error)) is not None:
            return reason
    said = next(sentence for kind, sentence in _FAILURES if isinstance(error, kind))
    return say(said, name=type_name or say("The provider"))


_SUPPORT = NumberedStep("Call a supervisor", "Nothing that was saved is lost.")
_KEEP = NumberedStep("Do not delete anything", "What is in the till's folder is evidence.")
_EXAMINE = NumberedStep(
    "Call a supervisor", "The journal must be looked at before the till is used."
)
_OWN_KEYRING = NumberedStep(
    "Take that choice of a keyring away",
    "Or set key_in to file in the settings of a new till. Then start it again.",
)
_ANOTHER_FOLDER = NumberedStep(
    "Give the till a plain folder of its own", "On a disk of this computer, for nobody else."
)
_CLOSED: tuple[tuple[type[CounterfoilError], str, tuple[NumberedStep, NumberedStep]], ...] = (
    (
        JournalBusyError,
        "Another program is using the journal's file.",
        (
            NumberedStep("Close what makes backups or scans files", "Then start the till again."),
            NumberedStep("Call a supervisor", "The till's folder is to be left out of both."),
        ),
    ),
    (
        JournalLockedError,
        "Another Counterfoil is open with the same journal.",
        (NumberedStep("Use the till that is open", "Or close it, then start again."), _SUPPORT),
    ),
    (
        JournalFullError,
        "The disk is full, so nothing can be saved.",
        (NumberedStep("Make room on the disk", "Then start the till again."), _SUPPORT),
    ),
    (
        JournalReadOnlyError,
        "The journal cannot be written.",
        (
            NumberedStep("Check the disk and the rights of the till's folder", "Then start again."),
            _SUPPORT,
        ),
    ),
    (JournalCorruptError, "The journal is damaged. It is kept as it is.", (_KEEP, _EXAMINE)),
    (
        JournalInputOutputError,
        "The disk failed while the journal was being saved.",
        (NumberedStep("Restart the computer", "Then start the till again."), _SUPPORT),
    ),
    (
        JournalNewerError,
        "The journal was written by a newer version of Counterfoil.",
        (NumberedStep("Update Counterfoil on this till", "Then start it again."), _SUPPORT),
    ),
    (
        KeyringSilentError,
        "This computer's keyring holds the journal's key and does not answer. It may be locked.",
        (
            NumberedStep(
                "Unlock the keyring, then start the till again",
                "A window of the system may be waiting for its password.",
            ),
            _SUPPORT,
        ),
    ),
    (VaultUnavailableError, "The key of the journal cannot be read.", (_KEEP, _EXAMINE)),
    (
        TillStoppedError,
        "A part of the till has stopped, so nothing can be sold.",
        (
            NumberedStep("Close the till and start it again", "It finds what was under way."),
            _SUPPORT,
        ),
    ),
)


_ACCEPT = (
    _KEEP,
    NumberedStep(
        "Find out why",
        "Was an old copy or a backup put back, or a file removed? If the newer journal can be "
        "had, go on with that one.",
    ),
    NumberedStep(
        "A supervisor accepts it as it is",
        'counterfoil journal accept --by NAME --reason "why"',
    ),
)


_HELD = (
    "The journal is not as this till left it. Nothing is sent until a supervisor has accepted it."
)


def _sentences(error: JournalHeldError) -> str:
    """Spell what was found as sentences."""
    return " ".join(f"{begin(findings.clause(one))}." for one in error.findings)


def closed(error: CounterfoilError) -> tuple[str, str, tuple[NumberedStep, ...]]:
    """Return title, sentence and steps for a till that cannot sell."""
    title = say("The till is closed")
    if isinstance(error, SettingsError):
        said = settings.not_settings(error.cause)
        return title, say("The settings cannot be used: {said}.", said=said), (spoken(_SUPPORT),)
    if isinstance(error, JournalHeldError):
        found = NumberedStep(say("What was found"), _sentences(error))
        return say("Supervisor needed"), say(_HELD), (found, *spoken(_ACCEPT))
    if isinstance(error, JournalMisplacedError):
        said = places.misplaced(error.cause)
        return (
            title,
            say("No journal can be kept here: {said}.", said=said),
            (spoken(_ANOTHER_FOLDER), spoken(_SUPPORT)),
        )
    if isinstance(error, ForeignKeyringError):
        return (
            title,
            f"{begin(keys.no_key(error.cause))}.",
            (spoken(_OWN_KEYRING), spoken(_SUPPORT)),
        )
    for kind, sentence, steps in _CLOSED:
        if isinstance(error, kind):
            return title, say(sentence), spoken(steps)
    return title, say("The journal cannot be used."), (spoken(_SUPPORT),)


speak_constants(__name__)
