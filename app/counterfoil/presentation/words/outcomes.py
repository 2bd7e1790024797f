"""Every state of a redemption, and why one was refused: what is known and what to do.

A provider's own words are never shown.
"""

from datetime import datetime

from counterfoil.domain.money import format_cents
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import REMEDIES, DeclineReason, Remedy, UnknownCause
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.presentation.screens import Banner, NumberedStep, Tone
from counterfoil.presentation.words import refunds, settlements

NO_HAND_OVER = "Do not hand over."
CALL_SUPERVISOR = f"{NO_HAND_OVER} Call a supervisor."


def unbroken(text: str) -> str:
    """Keep words on one line that are misread, or look lost, apart."""
    for words in (NO_HAND_OVER, "was paid"):
        text = text.replace(words, words.replace(" ", "\N{NO-BREAK SPACE}"))
    return text


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
        return refunds.banner(redemption)
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
    """Whether the till is asking by id what became of a request with no certain answer.

    That is so at an upstream that never gets a request twice; at others the same request is sent
    again.
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
    return _solid(Tone.UNKNOWN, "question", "We do not know yet if it was paid", line)


def _final(redemption: Redemption) -> Banner:
    paid = f"{format_cents(redemption.redeemed_cents or 0, redemption.currency)} paid by voucher"
    return Banner(
        tone=Tone.APPROVED,
        icon="ok",
        first="HAND OVER NOW",
        lines=(paid, *_kept(redemption)),
        is_solid=True,
        is_hand_over=True,
        status=f"{paid}. Hand over.",
    )


def _kept(redemption: Redemption) -> tuple[str, ...]:
    """Say on one line what is left for the customer; empty where the provider does not tell."""
    change = redemption.change
    if change is None or not change.total_cents:
        return ()
    kept = format_cents(change.total_cents, redemption.currency)
    if change.is_sent_by_sms:
        return (f"The customer gets {kept} by SMS",)
    return (f"The customer keeps {kept}",)


NOT_VERIFIED = "The voucher may not work until they confirm."
_BANNERS = {
    RedemptionState.APPROVED: _under_way("Approved, saving"),
    RedemptionState.REVERSING: Banner(
        tone=Tone.UNKNOWN,
        icon="hourglass",
        first="Cancelled",
        lines=("The money is going back on the voucher. Take the goods back.",),
    ),
    RedemptionState.REVERSED: Banner(
        tone=Tone.RESTORED, icon="void", first="Money is back on the voucher"
    ),
    RedemptionState.REVERSED_UNVERIFIED: Banner(
        tone=Tone.RESTORED,
        icon="void",
        first="Money sent back",
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


_DECLINED = {
    DeclineReason.NOT_SENT: "No line to the provider. The voucher was not sent.",
    DeclineReason.NOT_SECURE: "The line to the provider is not safe. The voucher was not sent.",
    DeclineReason.NOT_AUTHORISED: "This till is not allowed to use vouchers. Call a supervisor.",
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
    """Return what can be done about a refusal; None is a request that was never sent."""
    return Remedy.NETWORK if reason is None else REMEDIES[reason]


def is_about_balance(reason: DeclineReason | None) -> bool:
    """Whether it helps to know what is on the voucher."""
    is_amount = remedy_of(reason) is Remedy.OTHER_AMOUNT
    return is_amount and reason is not DeclineReason.AMOUNT_REFUSED


def after_decline(
    reason: DeclineReason | None, at: datetime | None = None, *, has_balance: bool = False
) -> tuple[NumberedStep, ...]:
    """Return steps that help after a refusal, which came at ``at`` by the till's own clock.

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
            return _other_voucher(reason)


_UNTOUCHED = NumberedStep("Then try the same voucher again", "It has not been touched.")
_OTHER_WAY = NumberedStep("Still refused? Ask for another way to pay")


def _other_voucher(reason: DeclineReason | None) -> tuple[NumberedStep, ...]:
    other = NumberedStep("Ask for another voucher", "Or another way to pay.")
    if reason is not DeclineReason.ALREADY_USED:
        return (other,)
    here = NumberedStep("Was it used here? Look in History", "F6 finds it by its last four digits.")
    return other, here


def _other_amount(reason: DeclineReason | None, *, has_balance: bool) -> tuple[NumberedStep, ...]:
    if reason is DeclineReason.AMOUNT_REFUSED:
        return NumberedStep("Try another amount"), _OTHER_WAY
    look = NumberedStep("Check what is on it", "Press F3. Asking takes nothing.")
    smaller = NumberedStep("Take what is on it", "A smaller amount, or the whole value.")
    rest = NumberedStep("Take the rest another way", "Cash, card or another voucher.")
    return (look, smaller, rest) if has_balance else (smaller, rest)


def _retype(reason: DeclineReason | None) -> tuple[NumberedStep, ...]:
    again = NumberedStep(
        "Read the PIN again with the customer", "One wrong digit is the usual cause."
    )
    if reason is not DeclineReason.NOT_FOUND:
        return again, _OTHER_WAY
    used = NumberedStep(
        "Every digit is right? It may have been used",
        "Some providers forget a used voucher. F6 looks for it in History.",
    )
    return again, used, _OTHER_WAY


def _clock_says(at: datetime | None) -> str:
    says = "" if at is None else f"They say {at.astimezone():%d %b %Y, %H:%M}. "
    return f"{says}Wrong ones make every line unsafe."


_UNKNOWN = {
    UnknownCause.NO_CONNECTION: "no line",
    UnknownCause.TIME_OUT: "no answer in time",
    UnknownCause.CUT_OFF: "the connection was lost",
    UnknownCause.NOT_FINAL: "not decided yet",
    UnknownCause.CONFLICT: "still busy with it",
    UnknownCause.RATE_LIMITED: "asked to wait",
    UnknownCause.UPSTREAM_ERROR: "error at the provider",
    UnknownCause.STORED_ERROR: "the provider's system has a fault",
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
        "The provider's system has a fault. Ask them whether the voucher was used."
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


_STATE_WORDS = {
    RedemptionState.PREPARED: ("question", "Not known yet", Tone.UNKNOWN),
    RedemptionState.INFLIGHT: ("question", "Not known yet", Tone.UNKNOWN),
    RedemptionState.APPROVED: ("question", "Not known yet", Tone.UNKNOWN),
    RedemptionState.FINAL: ("ok", "Paid", Tone.APPROVED),
    RedemptionState.REVERSING: ("hourglass", "Money is going back", Tone.UNKNOWN),
    RedemptionState.DECLINED: ("stop", "Refused", Tone.DECLINED),
    RedemptionState.ABANDONED: ("void", "Not sent", Tone.NONE),
    RedemptionState.REVERSED: ("void", "Money is back", Tone.NONE),
    RedemptionState.REVERSED_UNVERIFIED: ("void", "Money sent back", Tone.NONE),
    RedemptionState.UNCLAIMED: ("person", "Supervisor", Tone.DECLINED),
    RedemptionState.ATTENTION: ("person", "Supervisor", Tone.DECLINED),
    RedemptionState.RESOLVED: ("check", "Settled", Tone.NONE),
}


_VOIDED_OUTSIDE = ("void", settlements.VOIDED, Tone.NONE)
_CHECKED = ("hourglass", "Checking", Tone.INFO)


def state_word(redemption: Redemption, *, is_checked: bool = False) -> tuple[str, str, Tone]:
    """Return icon, one or two words and tone of a state, for lists.

    ``is_checked`` says that the counter still waits for the answer, so it is not in doubt yet.
    """
    if is_checked:
        return _CHECKED
    if redemption.is_refund:
        return refunds.state_word(redemption)
    if redemption.settled_as is SettledAs.OUTSIDE:
        return _VOIDED_OUTSIDE
    return refunds.REFUNDED if redemption.is_refunded else _STATE_WORDS[redemption.state]


def states_called(word: str) -> frozenset[RedemptionState]:
    """Return the states whose word in lists contains this word."""
    said = word.casefold()
    words = (*_STATE_WORDS.items(), (RedemptionState.RESOLVED, _VOIDED_OUTSIDE))
    return frozenset(state for state, (_, called, _) in words if said in called.casefold())


def doubt(redemption: Redemption) -> tuple[str, str, str]:
    """Return of an unsettled redemption: its state, the next step, and who must take it."""
    if redemption.is_refund:
        return refunds.doubt(redemption)
    match redemption.state:
        case RedemptionState.UNCLAIMED:
            return "Money taken, sale open", "Settle with the customer", "Supervisor"
        case RedemptionState.ATTENTION:
            name = redemption.type_name
            return "Supervisor needed", f"Phone {name}, write down their answer", "Supervisor"
        case RedemptionState.REVERSING:
            return "Money is going back", "Wait for the provider", "Till"
        case _:
            is_advised = redemption.kind is UpstreamKind.ADVISED
            waits = "Wait for the answer" if is_advised else "Wait. The till keeps asking."
            return "We do not know yet if it was paid", waits, "Till"


_NO_SALE = "a record of no single voucher"
