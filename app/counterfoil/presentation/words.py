"""Every state, refusal and failure in the cashier's language: what is known and what to do.

Provider prose and exception texts are never shown.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

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
    NotPermittedError,
    RecordAlteredError,
    RedemptionRefusedError,
    SaleCurrencyError,
    SaleInUseError,
    SettingsError,
    TillStoppedError,
    TooMuchOwedError,
    UnknownRedemptionError,
    UnknownSaleError,
    UnknownUpstreamError,
    VaultUnavailableError,
    VoucherInUseError,
)
from counterfoil.domain.money import format_cents
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.search import COUNTED_MAX
from counterfoil.domain.staff import Permission
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.text import humanise
from counterfoil.domain.verdict import REMEDIES, DeclineReason, Remedy, UnknownCause
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.gateway import LookupRefusal
from counterfoil.ports.journal import Damage
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation import void_words
from counterfoil.presentation.screens import Banner, NumberedStep, Tone

NO_HAND_OVER = "Do not hand over."
CALL_SUPERVISOR = f"{NO_HAND_OVER} Call a supervisor."
QUIET_UNTIL_S = 3
"""Before this many seconds a check is just a check."""
AMBER_FROM_S = 5
SLOW_FROM_S = 10
NOT_KNOWN_FROM_S = 60


def banner(redemption: Redemption, seconds: int) -> Banner:
    """Return the banner of a redemption's state.

    ``seconds`` have passed since the cashier pressed Redeem.
    """
    if redemption.is_refund:
        return void_words.banner(redemption)
    match redemption.state:
        case RedemptionState.PREPARED | RedemptionState.INFLIGHT:
            return _checking(seconds, is_rescue=is_rescue(redemption))
        case RedemptionState.FINAL:
            return _final(redemption)
        case RedemptionState.DECLINED | RedemptionState.ABANDONED:
            reason = declined(redemption.decline, redemption.type_name)
            return _solid(Tone.DECLINED, "stop", "Voucher refused", reason)
        case RedemptionState.ATTENTION:
            return _solid(Tone.DECLINED, "person", "Supervisor needed", CALL_SUPERVISOR)
        case state:
            return _BANNERS[state]


def _solid(tone: Tone, icon: str, first: str, line: str) -> Banner:
    return Banner(tone=tone, icon=icon, first=first, lines=(line,), is_solid=True)


def _under_way(first: str) -> Banner:
    said = f"{first}. {NO_HAND_OVER}"
    return Banner(
        tone=Tone.INFO, icon="hourglass", first=f"{first}…", lines=(NO_HAND_OVER,), status=said
    )


def is_rescue(redemption: Redemption) -> bool:
    """Whether the till makes status inquiries because its one request brought nothing certain.

    Only at an upstream that never gets a request twice; at others the same request is sent again.
    """
    is_advised = redemption.kind is UpstreamKind.ADVISED
    is_undecided = redemption.state is RedemptionState.INFLIGHT
    return is_advised and is_undecided and redemption.last_cause is not None


def _checking(seconds: int, *, is_rescue: bool) -> Banner:
    if seconds < QUIET_UNTIL_S and not is_rescue:
        return _under_way("Checking voucher")
    if seconds < AMBER_FROM_S and not is_rescue:
        lines = (f"Do not try again. {NO_HAND_OVER}",)
        return Banner(
            tone=Tone.INFO, icon="hourglass", first="Still checking", lines=lines, seconds=seconds
        )
    if seconds < NOT_KNOWN_FROM_S:
        return Banner(
            tone=Tone.UNKNOWN,
            icon="hourglass",
            first="Still checking",
            lines=("Keep the customer.", NO_HAND_OVER),
            seconds=seconds,
        )
    return not_known()


def not_known() -> Banner:
    """Say that the counter has waited long enough and the till goes on asking."""
    line = f"Keep the voucher. {NO_HAND_OVER}"
    return _solid(Tone.UNKNOWN, "question", "Result not known", line)


def _final(redemption: Redemption) -> Banner:
    paid = f"{format_cents(redemption.redeemed_cents or 0, redemption.currency)} paid by voucher"
    return Banner(
        tone=Tone.APPROVED,
        icon="ok",
        first="HAND OVER NOW",
        lines=(paid,),
        is_solid=True,
        is_hand_over=True,
        status=f"{paid}. Hand over.",
    )


NOT_VERIFIED = "The voucher may not work until they confirm."
_BANNERS = {
    RedemptionState.APPROVED: _under_way("Approved, saving"),
    RedemptionState.REVERSING: Banner(
        tone=Tone.UNKNOWN,
        icon="hourglass",
        first="Cancelled",
        lines=("The voucher is being restored. Take the goods back.",),
    ),
    RedemptionState.REVERSED: Banner(tone=Tone.RESTORED, icon="void", first="Voucher restored"),
    RedemptionState.REVERSED_UNVERIFIED: Banner(
        tone=Tone.RESTORED,
        icon="void",
        first="Provider told",
        lines=(NOT_VERIFIED,),
    ),
    RedemptionState.UNCLAIMED: _solid(
        Tone.DECLINED, "person", "Money taken, sale open", CALL_SUPERVISOR
    ),
    RedemptionState.RESOLVED: Banner(
        tone=Tone.RESTORED, icon="check", first="Settled by a supervisor"
    ),
}


def short_paid(redemption: Redemption, due_cents: int) -> Banner:
    """Say that the voucher held less than was asked: the rest is to be collected first."""
    paid = format_cents(redemption.redeemed_cents or 0, redemption.currency)
    collect = f"Collect {format_cents(due_cents, redemption.currency)} first. Then hand over."
    return Banner(
        tone=Tone.APPROVED,
        icon="ok",
        first=f"{paid} paid by voucher",
        lines=(collect,),
        is_solid=True,
        is_hand_over=True,
        status=collect,
    )


def another_currency(owed: str, offered: str) -> str:
    """Say why a voucher cannot pay the rest of a sale."""
    return f"This sale is in {owed}, and this voucher type in {offered}. Choose another type."


def only_owed(rest_cents: int, currency: str) -> str:
    """Say why an amount above the rest of a sale is not taken."""
    return f"only {format_cents(rest_cents, currency)} is still to be paid"


def only_whole(name: str) -> str:
    """Say why a type that is only taken whole cannot pay the rest of a sale."""
    return f"{name} is only taken whole, which can be more than the rest. Choose another type."


def still_owed(rest_cents: int, currency: str) -> str:
    """Say what the customer still owes of a sale that was paid in part; nothing for nothing."""
    return f"{format_cents(rest_cents, currency)} is still to be paid." if rest_cents else ""


NOT_OF_SANDBOX = (
    "This number is none of the sandbox's. Never type a real voucher's number in training."
)
CLOSING = "The till is closing."
LEFT_OPEN = (
    "The result of this voucher is not known yet. Nothing is lost: the till shows this sale first "
    "when it is opened again."
)
SLIP_LEFT_OPEN = (
    "Nobody said yet that the slip came out. Nothing is lost: it waits in Slips to finish."
)
PRINT_FAILED = "Something went wrong while printing. Look whether a slip came out."
_DECLINED = {
    DeclineReason.NOT_SENT: "No line to the provider. The voucher was not sent.",
    DeclineReason.NOT_SECURE: "The line to the provider is not safe. The voucher was not sent.",
    DeclineReason.NOT_AUTHORISED: "This till is not allowed to redeem. Call a supervisor.",
    DeclineReason.ALREADY_USED: "This voucher has already been used.",
    DeclineReason.EXPIRED: "This voucher has expired.",
    DeclineReason.NOT_FOUND: "{name} does not know this voucher.",
    DeclineReason.INSUFFICIENT: "There is less on this voucher than you asked for.",
    DeclineReason.USED_OR_TOO_LITTLE: (
        "This voucher was used already, or there is less on it than you asked for."
    ),
    DeclineReason.CANCELLED: "This voucher was cancelled.",
    DeclineReason.AMOUNT_REFUSED: "{name} does not allow this amount.",
    DeclineReason.BAD_REQUEST: "{name} could not read what was typed.",
    DeclineReason.PROVIDER_DOWN: "The provider of {name} has an outage.",
    DeclineReason.REFUSED: "{name} does not accept this voucher.",
}


def declined(reason: DeclineReason | None, name: str) -> str:
    """Say why nothing was taken; ``name`` is the voucher type's."""
    return "It was not sent." if reason is None else _DECLINED[reason].replace("{name}", name)


CORRECTIONS = {
    Remedy.RETYPE: "Correct the PIN",
    Remedy.OTHER_AMOUNT: "Change the amount",
    Remedy.OTHER_VOUCHER: None,
    Remedy.LATER: "Try again",
    Remedy.NETWORK: "Try again",
    Remedy.CLOCK: "Try again",
    Remedy.SUPPORT: "Try again",
}
"""The button that goes back to what was typed; None where that cannot help."""


def remedy_of(reason: DeclineReason | None) -> Remedy:
    """Return what can be done about a refusal; what was not even sent can be tried again."""
    return Remedy.NETWORK if reason is None else REMEDIES[reason]


def after_decline(
    reason: DeclineReason | None, at: datetime | None = None, *, has_balance: bool = False
) -> tuple[NumberedStep, ...]:
    """Say what helps after a refusal; ``at`` is when it came, by the till's own clock.

    ``has_balance`` is whether the provider tells what is on a voucher.
    """
    match remedy_of(reason):
        case Remedy.NETWORK:
            return (
                NumberedStep("Look at the network", "The chip at the top says when it is back."),
                _UNTOUCHED,
            )
        case Remedy.CLOCK:
            return (
                NumberedStep("Look at this till's date and time", _clock_says(at)),
                NumberedStep(
                    "If they are right, call a supervisor",
                    "The network may want a login, or the provider's certificate is not valid.",
                ),
                _UNTOUCHED,
            )
        case Remedy.SUPPORT:
            return (
                NumberedStep("Ask for another way to pay", "This provider refuses the till."),
                NumberedStep("Call a supervisor", "The till's key must be looked at."),
            )
        case Remedy.LATER:
            return (
                NumberedStep("Try the same voucher again later", "It has not been touched."),
                NumberedStep("Cannot wait? Ask for another way to pay"),
            )
        case Remedy.OTHER_AMOUNT:
            return _other_amount(reason, has_balance=has_balance)
        case Remedy.RETYPE:
            return _retype(reason)
        case Remedy.OTHER_VOUCHER:
            return (
                NumberedStep("Ask for another voucher", "This one cannot be used."),
                NumberedStep("Or another way to pay"),
            )


_UNTOUCHED = NumberedStep("Then try the same voucher again", "It has not been touched.")
_OTHER_WAY = NumberedStep("Still refused? Ask for another way to pay")


def _other_amount(reason: DeclineReason | None, *, has_balance: bool) -> tuple[NumberedStep, ...]:
    if reason is DeclineReason.AMOUNT_REFUSED:
        return NumberedStep("Try another amount"), _OTHER_WAY
    look = NumberedStep("Look up the balance", "Press F11, then F3.")
    smaller = NumberedStep("Ask for a smaller amount", "Or take the whole value.")
    rest = NumberedStep("Collect the rest another way")
    return (look, smaller, rest) if has_balance else (smaller, rest)


def _retype(reason: DeclineReason | None) -> tuple[NumberedStep, ...]:
    again = NumberedStep(
        "Read the PIN again with the customer", "One wrong digit is the usual cause."
    )
    if reason is not DeclineReason.NOT_FOUND:
        return again, _OTHER_WAY
    used = NumberedStep(
        "Every digit is right? It may have been used",
        "Some providers forget a used voucher. Look for it in History.",
    )
    return again, used, _OTHER_WAY


def _clock_says(at: datetime | None) -> str:
    says = "" if at is None else f"They say {at.astimezone():%d %b %Y, %H:%M}. "
    return f"{says}Wrong ones make every line unsafe."


_UNKNOWN = {
    UnknownCause.NO_CONNECTION: "no line",
    UnknownCause.TIME_OUT: "no answer in time",
    UnknownCause.CUT_OFF: "the line was cut",
    UnknownCause.NOT_FINAL: "not decided yet",
    UnknownCause.CONFLICT: "still busy with it",
    UnknownCause.RATE_LIMITED: "asked to wait",
    UnknownCause.UPSTREAM_ERROR: "error at the provider",
    UnknownCause.STORED_ERROR: "the provider repeats an error",
    UnknownCause.NOT_AUTHORISED: "not allowed",
    UnknownCause.NO_NEWS: "nothing new",
    UnknownCause.REDIRECTED: "sent elsewhere",
    UnknownCause.NOT_THE_UPSTREAM: "the internet needs a login",
    UnknownCause.TOO_LARGE: "answer too large",
    UnknownCause.UNREADABLE: "answer not readable",
    UnknownCause.STALE: "an old answer",
    UnknownCause.MISMATCH: "answer does not match",
    UnknownCause.INTERRUPTED: "the till stopped",
}


def unknown(cause: UnknownCause) -> str:
    """Return how an attempt that proved nothing ended, in a few words."""
    return _UNKNOWN[cause]


_ATTENTION = {
    AttentionCause.MISMATCH: (
        "The answer does not match what was asked. Call the provider with the reference."
    ),
    AttentionCause.STORED_ERROR: (
        "The provider repeats an error. Ask them whether the voucher was used."
    ),
    AttentionCause.WINDOW_PASSED: (
        "It is too late to ask safely again. Ask the provider with the reference."
    ),
    AttentionCause.NEVER_DECIDED: (
        "The provider did not decide for a day. Ask them with the reference."
    ),
    AttentionCause.CONFLICTS: (
        "The provider says it is busy with it, again and again. Ask them with the reference."
    ),
    AttentionCause.APPROVAL_DENIED: (
        "The provider does not know what it approved before. Call them with the reference."
    ),
    AttentionCause.CONTRADICTED: (
        "The provider's books and this till's disagree. Call them with the reference."
    ),
}


def attention(cause: AttentionCause | None) -> str:
    """Say why a person must decide, and what to do."""
    return "" if cause is None else _ATTENTION[cause]


UNCLAIMED_BRIEFLY = "The voucher was used, and the sale was not paid with it."
UNCLAIMED_WORDS = f"{UNCLAIMED_BRIEFLY} A supervisor decides: the goods, or the money back."


STILL_HERE = "Is this customer still here?"
NOBODY_SPOKE = (
    "The till stopped during this sale. Nothing pays it until somebody says on Redeem that the "
    "customer is still here."
)
SAY_PAID_OTHERWISE = "If the customer paid otherwise, say so, or a late approval pays this sale."
CLOSED_WITHOUT = (
    "The sale was closed without this voucher. If an approval still comes, call a supervisor."
)


_STATE_WORDS = {
    RedemptionState.PREPARED: ("question", "Not known", Tone.UNKNOWN),
    RedemptionState.INFLIGHT: ("question", "Not known", Tone.UNKNOWN),
    RedemptionState.APPROVED: ("question", "Not known", Tone.UNKNOWN),
    RedemptionState.FINAL: ("ok", "Paid", Tone.APPROVED),
    RedemptionState.REVERSING: ("hourglass", "Being restored", Tone.UNKNOWN),
    RedemptionState.DECLINED: ("stop", "Refused", Tone.DECLINED),
    RedemptionState.ABANDONED: ("void", "Not sent", Tone.NONE),
    RedemptionState.REVERSED: ("void", "Restored", Tone.NONE),
    RedemptionState.REVERSED_UNVERIFIED: ("void", "Provider told", Tone.NONE),
    RedemptionState.UNCLAIMED: ("person", "Supervisor", Tone.DECLINED),
    RedemptionState.ATTENTION: ("person", "Supervisor", Tone.DECLINED),
    RedemptionState.RESOLVED: ("check", "Settled", Tone.NONE),
}


_CHECKED = ("hourglass", "Checking", Tone.INFO)


def state_word(redemption: Redemption, *, is_checked: bool = False) -> tuple[str, str, Tone]:
    """Return icon, one or two words and tone of a state, for lists.

    ``is_checked`` says that the counter still waits for its answer: that is no doubt yet.
    """
    if is_checked:
        return _CHECKED
    if redemption.is_refund:
        return void_words.state_word(redemption)
    return void_words.REFUNDED if redemption.is_refunded else _STATE_WORDS[redemption.state]


def states_called(word: str) -> frozenset[RedemptionState]:
    """Return the states whose word in lists contains this word."""
    said = word.casefold()
    return frozenset(
        state for state, (_, called, _) in _STATE_WORDS.items() if said in called.casefold()
    )


def found_count(count: int) -> str:
    """Return how many a search found, in words; above ``COUNTED_MAX`` only that there are more."""
    return f"{count:,}" if count <= COUNTED_MAX else f"more than {COUNTED_MAX:,}"


def doubt(redemption: Redemption) -> tuple[str, str, str]:
    """Return state, next step and owner of an entry that is not settled."""
    if redemption.is_refund:
        return void_words.doubt(redemption)
    match redemption.state:
        case RedemptionState.UNCLAIMED:
            return "Money taken, sale open", "Settle with the customer", "Supervisor"
        case RedemptionState.ATTENTION:
            return "Supervisor needed", "Settle with evidence", "Supervisor"
        case RedemptionState.REVERSING:
            return "Being restored", "Wait for the provider", "Till"
        case _:
            is_advised = redemption.kind is UpstreamKind.ADVISED
            waits = "Wait for the answer" if is_advised else "Wait. The till keeps asking."
            return "Result not known", waits, "Till"


_LOOKUP_REFUSED = {
    LookupRefusal.NOT_OFFERED: (
        "{name} tells no balances. Redeem an amount, or take the whole value."
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
    LookupRefusal.REFUSED: "{name} tells no balance for this voucher.",
}


def lookup_refused(refusal: LookupRefusal, name: str) -> str:
    """Return why the provider gives no balance, as a sentence."""
    return _LOOKUP_REFUSED[refusal].replace("{name}", name)


_PRINT_TROUBLE = {
    PrintTrouble.NO_PRINTER: "No printer is chosen.",
    PrintTrouble.NOT_AVAILABLE_HERE: "This till cannot print that way.",
    PrintTrouble.SPOOLER_MISSING: "The print system is not installed.",
    PrintTrouble.QUEUE_MISSING: "The chosen printer does not exist.",
    PrintTrouble.VIRTUAL_PRINTER: "The chosen printer makes files, not paper.",
    PrintTrouble.SPOOLER_REFUSED: "The print system refused the slip.",
    PrintTrouble.FOLDER_MISSING: "The slip folder does not exist.",
    PrintTrouble.NOT_ALLOWED: "The till may not write to the slip folder.",
    PrintTrouble.DISK_FULL: "The disk is full.",
    PrintTrouble.STORAGE_FAILED: "The slip could not be saved.",
    PrintTrouble.NAME_UNUSABLE: "The slip has no number to be saved under.",
    PrintTrouble.DRAWING_FAILED: "The slip could not be drawn.",
    PrintTrouble.PAPER_OUT: "The printer has no paper.",
    PrintTrouble.OFFLINE: "The printer is off or not connected.",
    PrintTrouble.TIMED_OUT: "The printer did not answer.",
}


def print_trouble(trouble: PrintTrouble) -> str:
    """Say why no paper came."""
    return _PRINT_TROUBLE[trouble]


_FAILURES: tuple[tuple[type[CounterfoilError], str], ...] = (
    (
        VoucherInUseError,
        "This voucher is not settled here yet. See In doubt before trying it again.",
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
    (
        UnknownRedemptionError,
        "The journal has no redemption with this id. Nothing was done. Look in History.",
    ),
    (UnknownSaleError, "The journal has no sale with this id. Nothing was done."),
    (UnknownUpstreamError, "{name} is not in this till's settings. Nothing was done."),
    (NoSlipError, "There is no slip of it: no value was kept or given back. Nothing was printed."),
    (RedemptionRefusedError, "Something went wrong in the till. Nothing was sent."),
    (CounterfoilError, "Something went wrong in the till. See In doubt before trying it again."),
)
"""What each failure means, the nearest first."""


_NOT_PERMITTED: Mapping[Permission, str] = {
    Permission.REDEEM: "redeem vouchers",
    Permission.CHECK_BALANCE: "see what is on a voucher",
    Permission.ASK_FOR_TYPES: "ask providers for their vouchers",
    Permission.SET_SALE_ASIDE: "close a sale without its voucher",
    Permission.ANSWER_FOR_CUSTOMER: "say where a customer is",
    Permission.VOID: "take a sale back",
    Permission.PRINT_SLIP: "print slips",
    Permission.PRINT_COPY: "print a slip once more",
    Permission.REVEAL_CHANGE: "see the code of a change voucher",
    Permission.SETTLE: "ask or tell providers again",
    Permission.RESUME_UPSTREAM: "send to a provider again",
    Permission.BACK_UP: "make a backup",
    Permission.RESTORE: "put a backup back",
    Permission.ACCEPT_JOURNAL: "accept a journal",
    Permission.EXPORT_KEY: "export the till's key",
    Permission.IMPORT_KEY: "import a key",
}
"""What a person may not do who lacks the permission, after *You may not*."""

ASKING_FOR_TYPES = "The till is asking which vouchers there are."


def no_types(trouble: CounterfoilError | None) -> str:
    """Return why there is no type to choose: what went wrong, or that the till is still asking."""
    return ASKING_FOR_TYPES if trouble is None else failure(trouble)


_LINE_TROUBLES: tuple[tuple[type[CounterfoilError], str], ...] = (
    (GatewayKeyMissingError, "No key"),
    (GatewayUnauthorisedError, "Key refused"),
    (GatewayPageError, "Network login?"),
    (GatewayFailedError, "Provider fails"),
    (GatewayUnreadableError, "Answer unreadable"),
    (GatewayEmptyError, "No vouchers"),
)


def line_trouble(trouble: CounterfoilError | None) -> str:
    """Return in two words how the last discovery ended; only no answer at all is "offline"."""
    return next((said for kind, said in _LINE_TROUBLES if isinstance(trouble, kind)), "Offline")


_NO_SALE = "a record of no single voucher"


def damage(damages: Iterable[Damage]) -> str:
    """Say of which sales records were altered, and where nothing new is sold because of it."""
    stopped = {one.upstream for one in damages}
    where = ", ".join(dict.fromkeys(one.reference or _NO_SALE for one in damages))
    names = ", ".join(sorted(humanise(one) for one in stopped if one))
    at = "anywhere" if None in stopped else f"at {names}"
    return (
        f"Records were altered behind the till's back: {where}. Nothing new is sold {at} until a "
        "supervisor has looked and accepted it: close the till, then `counterfoil journal verify` "
        "and `counterfoil journal accept`."
    )


def failure(error: CounterfoilError, type_name: str = "The provider") -> str:
    """Return what a failure means for the cashier, as sentences."""
    if isinstance(error, EntryError):
        return str(error)
    if isinstance(error, JournalHeldError):
        return f"{_HELD} {_sentences(error)} See `counterfoil journal accept`."
    if isinstance(error, BackupError | GatewayKeyMissingError):
        text = str(error)
        return f"{text[:1].upper()}{text[1:]}."
    if isinstance(error, JournalUnavailableError | VaultUnavailableError | SettingsError):
        return closed(error)[1]
    if isinstance(error, NotPermittedError):
        return f"You may not {_NOT_PERMITTED[error.permission]}. Call a supervisor."
    said = next(sentence for kind, sentence in _FAILURES if isinstance(error, kind))
    return said.replace("{name}", type_name)


def opening_words(*, for_keyring: bool) -> str:
    """Return what a till that takes long to open is waiting for."""
    if for_keyring:
        return (
            "It waits for this computer's keyring. Another window may be asking for its password."
        )
    return "It reads what was saved. This can take a minute."


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
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in map(str, error.args))


def closed(error: CounterfoilError) -> tuple[str, str, tuple[NumberedStep, ...]]:
    """Return title, sentence and steps for a till that cannot sell."""
    title = "The till is closed"
    if isinstance(error, SettingsError):
        return title, f"The settings cannot be used: {error}", (_SUPPORT,)
    if isinstance(error, JournalHeldError):
        found = NumberedStep("What was found", _sentences(error))
        return "Supervisor needed", _HELD, (found, *_ACCEPT)
    if isinstance(error, JournalMisplacedError):
        # The words of this one are the till's own, and hold nothing but the name of our file.
        return title, f"No journal can be kept here: {error}.", (_ANOTHER_FOLDER, _SUPPORT)
    if isinstance(error, ForeignKeyringError):
        text = str(error)
        return title, f"{text[:1].upper()}{text[1:]}.", (_OWN_KEYRING, _SUPPORT)
    for kind, sentence, steps in _CLOSED:
        if isinstance(error, kind):
            return title, sentence, steps
    return title, "The journal cannot be used.", (_SUPPORT,)
