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
from counterfoil.presentation.words import refunds
from counterfoil.presentation.words.speaking import SpokenTable, dated, say, speak_constants, spoken

NO_HAND_OVER = "Do not hand over."
CALL_SUPERVISOR = f"{NO_HAND_OVER} Call a supervisor."


def unbroken(text: str) -> str:
    """Keep words on one line that are misread, or look lost, apart."""
    for words in (say(NO_HAND_OVER), say("was paid")):
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
            return _solid(Tone.DECLINED, "stop", say("Voucher refused"), reason)
        case RedemptionState.ATTENTION:
            return _solid(Tone.DECLINED, "person", say("Supervisor needed"), say(CALL_SUPERVISOR))
        case RedemptionState.APPROVED:
            return _under_way(say("Approved, saving"))
        case state:
            return _BANNERS[state]


def _solid(tone: Tone, icon: str, first: str, line: str) -> Banner:
    return Banner(tone=tone, icon=icon, first=first, lines=(line,), is_solid=True)


def _under_way(first: str) -> Banner:
    said = f"{first}. {say(NO_HAND_OVER)}"
    return Banner(
        tone=Tone.INFO, icon="hourglass", first=f"{first}…", lines=(say(NO_HAND_OVER),), status=said
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
        return _under_way(say("Checking voucher"))
    if seconds < AMBER_FROM_S and not is_rescue:
        lines = (say("Do not try again. {no_hand_over}", no_hand_over=say(NO_HAND_OVER)),)
        return Banner(
            tone=Tone.INFO,
            icon="hourglass",
            first=say("Still checking"),
            lines=lines,
            seconds=seconds,
        )
    if seconds < NOT_KNOWN_FROM_S:
        return Banner(
            tone=Tone.UNKNOWN,
            icon="hourglass",
            first=say("Still checking"),
            lines=(say("Keep the customer."), say(NO_HAND_OVER)),
            seconds=seconds,
        )
    return not_known()


def not_known() -> Banner:
    """Say that the counter has waited long enough and the till goes on asking."""
    line = say("Keep the voucher. {no_hand_over}", no_hand_over=say(NO_HAND_OVER))
    return _solid(Tone.UNKNOWN, "question", say("We do not know yet if it was paid"), line)


def _final(redemption: Redemption) -> Banner:
    paid = say(
        "{amount} paid by voucher",
        amount=format_cents(redemption.redeemed_cents or 0, redemption.currency),
    )
    return Banner(
        tone=Tone.APPROVED,
        icon="ok",
        first=say("HAND OVER NOW"),
        lines=(paid, *_kept(redemption)),
        is_solid=True,
        is_hand_over=True,
        status=say("{paid}. Hand over.", paid=paid),
    )


def _kept(redemption: Redemption) -> tuple[str, ...]:
    """Say on one line what is left for the customer; empty where the provider does not tell."""
    change = redemption.change
    if change is None or not change.total_cents:
        return ()
    kept = format_cents(change.total_cents, redemption.currency)
    if change.is_sent_by_sms:
        return (say("The customer gets {kept} by SMS", kept=kept),)
    return (say("The customer keeps {kept}", kept=kept),)


NOT_VERIFIED = "The voucher may not work until they confirm."
_BANNERS = SpokenTable(
    {
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
)


def short_paid(redemption: Redemption, due_cents: int) -> Banner:
    """Say that the voucher held less than was asked: the rest is to be collected first."""
    paid = format_cents(redemption.redeemed_cents or 0, redemption.currency)
    collect = say(
        "Collect {amount} first. Then hand over.",
        amount=format_cents(due_cents, redemption.currency),
    )
    return Banner(
        tone=Tone.APPROVED,
        icon="ok",
        first=say("{paid} paid by voucher", paid=paid),
        lines=(collect,),
        is_solid=True,
        is_hand_over=True,
        status=collect,
    )


_DECLINED = SpokenTable(
    {
        DeclineReason.NOT_SENT: "No line to the provider. The voucher was not sent.",
        DeclineReason.NOT_SECURE: "The line to the provider is not safe. The voucher was not sent.",
        DeclineReason.NOT_AUTHORISED: (
            "This till is not allowed to use vouchers. Call a supervisor."
        ),
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
)


def declined(reason: DeclineReason | None, name: str) -> str:
    """Say why nothing was taken; ``name`` is the voucher type's."""
    return say("It was not sent.") if reason is None else _DECLINED[reason].replace("{name}", name)


CORRECTIONS = SpokenTable(
    {
        Remedy.RETYPE: "Correct the PIN",
        Remedy.OTHER_AMOUNT: "Change the amount",
        Remedy.OTHER_VOUCHER: None,
        Remedy.LATER: "Try again",
        Remedy.NETWORK: "Try again",
        Remedy.CLOCK: "Try again",
        Remedy.SUPPORT: "Try again",
    }
)
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
                NumberedStep(
                    say("Look at the network"), say("The chip at the top says when it is back.")
                ),
                spoken(_UNTOUCHED),
            )
        case Remedy.CLOCK:
            return (
                NumberedStep(say("Look at this till's date and time"), _clock_says(at)),
                NumberedStep(
                    say("If they are right, call a supervisor"),
                    say(
                        "The network may want a login, or the provider's certificate is not valid."
                    ),
                ),
                spoken(_UNTOUCHED),
            )
        case Remedy.SUPPORT:
            return (
                NumberedStep(
                    say("Ask for another way to pay"), say("This provider refuses the till.")
                ),
                NumberedStep(say("Call a supervisor"), say("The till's key must be looked at.")),
            )
        case Remedy.LATER:
            return (
                NumberedStep(
                    say("Try the same voucher again later"), say("It has not been touched.")
                ),
                NumberedStep(say("Cannot wait? Ask for another way to pay")),
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
    other = NumberedStep(say("Ask for another voucher"), say("Or another way to pay."))
    if reason is not DeclineReason.ALREADY_USED:
        return (other,)
    here = NumberedStep(
        say("Was it used here? Look in History"), say("F6 finds it by its last four digits.")
    )
    return other, here


def _other_amount(reason: DeclineReason | None, *, has_balance: bool) -> tuple[NumberedStep, ...]:
    if reason is DeclineReason.AMOUNT_REFUSED:
        return NumberedStep(say("Try another amount")), spoken(_OTHER_WAY)
    look = NumberedStep(say("Check what is on it"), say("Press F3. Asking takes nothing."))
    smaller = NumberedStep(say("Take what is on it"), say("A smaller amount, or the whole value."))
    rest = NumberedStep(say("Take the rest another way"), say("Cash, card or another voucher."))
    return (look, smaller, rest) if has_balance else (smaller, rest)


def _retype(reason: DeclineReason | None) -> tuple[NumberedStep, ...]:
    again = NumberedStep(
        say("Read the PIN again with the customer"), say("One wrong digit is the usual cause.")
    )
    if reason is not DeclineReason.NOT_FOUND:
        return again, spoken(_OTHER_WAY)
    used = NumberedStep(
        say("Every digit is right? It may have been used"),
        say("Some providers forget a used voucher. F6 looks for it in History."),
    )
    return again, used, spoken(_OTHER_WAY)


def _clock_says(at: datetime | None) -> str:
    says = (
        "" if at is None else say("They say {at}. ", at=dated(at.astimezone(), "%d %b %Y, %H:%M"))
    )
    return say("{says}Wrong ones make every line unsafe.", says=says)


_UNKNOWN = SpokenTable(
    {
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
)


def unknown(cause: UnknownCause) -> str:
    """Return how an attempt that proved nothing ended, in a few words."""
    return _UNKNOWN[cause]


_ATTENTION = SpokenTable(
    {
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
)


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


_VOIDED_OUTSIDE = ("void", "Voided", Tone.NONE)
_CHECKED = ("hourglass", "Checking", Tone.INFO)


def state_word(redemption: Redemption, *, is_checked: bool = False) -> tuple[str, str, Tone]:
    """Return icon, one or two words and tone of a state, for lists.

    ``is_checked`` says that the counter still waits for the answer, so it is not in doubt yet.
    """
    if is_checked:
        return _word_of(_CHECKED)
    if redemption.is_refund:
        return refunds.state_word(redemption)
    if redemption.settled_as is SettledAs.OUTSIDE:
        return _word_of(_VOIDED_OUTSIDE)
    if redemption.is_refunded:
        return refunds.refunded()
    return _word_of(_STATE_WORDS[redemption.state])


def _word_of(shown: tuple[str, str, Tone]) -> tuple[str, str, Tone]:
    icon, word, tone = shown
    return icon, say(word), tone


def states_called(word: str) -> frozenset[RedemptionState]:
    """Return the states whose word in lists contains this word."""
    said = word.casefold()
    words = (*_STATE_WORDS.items(), (RedemptionState.RESOLVED, _VOIDED_OUTSIDE))
    return frozenset(state for state, (_, called, _) in words if said in say(called).casefold())


def doubt(redemption: Redemption) -> tuple[str, str, str]:
    """Return of an unsettled redemption: its state, the next step, and who must take it."""
    if redemption.is_refund:
        return refunds.doubt(redemption)
    match redemption.state:
        case RedemptionState.UNCLAIMED:
            return say("Money taken, sale open"), say("Settle with the customer"), say("Supervisor")
        case RedemptionState.ATTENTION:
            name = redemption.type_name
            return (
                say("Supervisor needed"),
                say("Phone {name}, write down their answer", name=name),
                say("Supervisor"),
            )
        case RedemptionState.REVERSING:
            return say("Money is going back"), say("Wait for the provider"), say("Till")
        case _:
            is_advised = redemption.kind is UpstreamKind.ADVISED
            waits = (
                say("Wait for the answer") if is_advised else say("Wait. The till keeps asking.")
            )
            return say("We do not know yet if it was paid"), waits, say("Till")


NO_SALE = "a record of no single voucher"


speak_constants(__name__)
