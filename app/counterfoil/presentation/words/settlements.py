"""The words about what people settle: what was given, what the provider says, and why not."""

from collections.abc import Mapping

from counterfoil.domain.advice import Advice, AdviceKind
from counterfoil.domain.audit import Settled
from counterfoil.domain.failures import (
    CounterfoilError,
    SettlementTextError,
    SettleRefusal,
    SettleRefusedError,
)
from counterfoil.domain.money import format_cents
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import (
    NAME_MAX,
    REASON_MAX,
    REFERENCE_MAX,
    CustomerGot,
    Evidence,
    Settlement,
    TextFault,
)
from counterfoil.domain.settling import is_late_approval
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

VOIDED = "Voided"
TITLE = "Settle by hand"
PROVIDER_SAYS = "The provider says about this voucher"
CUSTOMER_GOT = "The customer got from the shop"
SETTLE = "Settle it by what they say"
SETTLE_AGREED = "Note what was agreed"
LATE_OFFER = (
    "Use it for a new sale of this customer, give it back, or note what was agreed. The provider's "
    "answer is here, so nobody has to be asked."
)
REFUND_STANDS = "The value is back on the voucher: goods that they still have are not paid."
ONLY_WHAT_STANDS = (
    "Ask them now, even if somebody asked before. If they are still working on it, go back and ask "
    "again later."
)
SETTLED = "Settled by hand"
IN_THEIR_ANSWER = "in its answer"
NOT_ON_VOUCHER = "This does not put value back on the voucher."

GOT: Mapping[CustomerGot, str] = SpokenTable(
    {
        CustomerGot.NOTHING: "nothing",
        CustomerGot.GOODS: "goods",
        CustomerGot.CASH: "cash",
        CustomerGot.CREDIT: "store credit",
        CustomerGot.OTHER: "something else",
    }
)
"""What a customer got, in lists to choose from and in lines that tell it."""

_OFFERED: Mapping[CustomerGot, str] = SpokenTable(
    {
        CustomerGot.GOODS: "A new sale",
        CustomerGot.CASH: "Cash back",
    }
)
"""What a customer may get for a late approval, where it is called otherwise."""

SAID: Mapping[Evidence, str] = SpokenTable(
    {
        Evidence.TAKEN: "taken",
        Evidence.NOT_TAKEN: "not taken",
    }
)
"""What a provider says about a redemption."""

FIELDS: Mapping[str, str] = SpokenTable(
    {
        "said_by": "Who said it",
        "provider_reference": "Their reference",
        "reason": "Reason",
    }
)
"""What the texts of a settlement are called, by their names in the command."""

_LIMITS = {"said_by": NAME_MAX, "provider_reference": REFERENCE_MAX, "reason": REASON_MAX}

NOT_OPEN = "Nobody has to settle this. It is over, or the till goes on by itself."
_REFUSED: Mapping[SettleRefusal, str] = SpokenTable(
    {
        SettleRefusal.NOT_OPEN: NOT_OPEN,
        SettleRefusal.BEING_SENT: "The provider is being told about it right now. Try again.",
        SettleRefusal.MOVED_ON: "It has changed meanwhile. Look at it again. Nothing was settled.",
        SettleRefusal.GIVEN_BEFORE: (
            "The customer got the value when the sale was voided. Choose that they got nothing."
        ),
    }
)


def refused(error: CounterfoilError) -> str | None:
    """Return why a redemption was not settled; None where the failure is none of these."""
    match error:
        case SettleRefusedError():
            return _REFUSED[error.why]
        case SettlementTextError():
            return f"{FIELDS[error.field]}: {_fault(error)}"
        case _:
            return None


def _fault(error: SettlementTextError) -> str:
    match error.fault:
        case TextFault.MISSING:
            return say("this is needed.")
        case TextFault.TOO_LONG:
            return say("at most {limits} letters.", limits=_LIMITS[error.field])
        case TextFault.HOLDS_CODE:
            return say("leave out codes of vouchers. This is kept and printed as it is.")


def given(redemption: Redemption, settlement: Settlement) -> str:
    """Say what the customer got outside the voucher, and what that does not do."""
    value = format_cents(redemption.redeemed_cents or 0, redemption.currency)
    return say(
        "The customer got {value} another way: {got}. {not_on_voucher}",
        value=value,
        got=GOT[settlement.got],
        not_on_voucher=say(NOT_ON_VOUCHER),
    )


def told(event: Settled) -> tuple[str, str]:
    """Return the title and the detail that a timeline shows of a settlement."""
    title = say("Voided outside the voucher") if event.evidence is None else say(SETTLED)
    return title, _detail(event)


def kept(settlement: Settlement) -> str:
    """Say that something was settled by hand, with all that was recorded of it."""
    return f"{say(SETTLED)}: {_detail(settlement)}"


def _detail(of: Settled | Settlement) -> str:
    by = (
        say("by {by}", by=of.by)
        if of.approved_by is None
        else say("by {by} and {approved_by}", by=of.by, approved_by=of.approved_by)
    )
    got = say("customer got {got}, {by}", got=GOT[of.got], by=by)
    if of.evidence is None:
        return got
    where = ", ".join(filter(None, (of.said_by, of.provider_reference))) or say(IN_THEIR_ANSWER)
    said = say(
        "provider says {said} ({where}); {got}", said=SAID[of.evidence], where=where, got=got
    )
    return f"{said}: {of.reason}" if of.reason else said


def said_choice(evidence: Evidence) -> str:
    """Return the caption of the choice that the provider says this."""
    return SAID[evidence].capitalize()


def got_choice(got: CustomerGot, *, is_offered: bool) -> str:
    """Return the caption of the choice that the customer got this, or is offered it.

    A late approval is offered.
    """
    late = _OFFERED.get(got) if is_offered else None
    return late or GOT[got].capitalize()


def act(redemption: Redemption, evidence: Evidence | None, got: CustomerGot | None) -> str:
    """Return the caption of the button that settles, with what is chosen so far."""
    amount = format_cents(redemption.redeemed_cents or 0, redemption.currency)
    is_late = is_late_approval(redemption) and evidence is Evidence.TAKEN
    if not is_late or got is None:
        return say(SETTLE)
    match got:
        case CustomerGot.GOODS:
            return say("Use {amount} for a new sale", amount=amount)
        case CustomerGot.CASH:
            return say("Give {amount} back in cash", amount=amount)
        case CustomerGot.CREDIT:
            return say("Give {amount} back as store credit", amount=amount)
        case _:
            return say(SETTLE_AGREED)


def effect(redemption: Redemption, evidence: Evidence, got: CustomerGot) -> str:
    """Say to the person who approves what a settlement states and does."""
    if is_late_approval(redemption) and evidence is Evidence.TAKEN and got is CustomerGot.GOODS:
        amount = format_cents(redemption.redeemed_cents or 0, redemption.currency)
        return say(
            "{amount} pays for a new sale of this customer. The voucher is free again.",
            amount=amount,
        )
    said = say(
        "The provider says {said}. The customer got {got}.", said=SAID[evidence], got=GOT[got]
    )
    if redemption.is_refund and evidence is Evidence.TAKEN:
        said = f"{said} {say(REFUND_STANDS)}"
    return say("{said} The voucher is free again.", said=said)


def late_offer(redemption: Redemption) -> tuple[str, str]:
    """Return a title and a sentence about an approval that came too late: how it can be used."""
    amount = format_cents(redemption.redeemed_cents or 0, redemption.currency)
    return say("{amount} was approved, and the sale was not paid with it.", amount=amount), say(
        LATE_OFFER
    )


def ask_by(redemption: Redemption) -> str:
    """Say which numbers the provider can find a redemption by, and which answer settles nothing."""
    theirs = (
        say(", theirs {upstream_reference}", upstream_reference=redemption.upstream_reference)
        if redemption.upstream_reference
        else ""
    )
    return say(
        "Our reference {reference}{theirs}. Sent to them as {id}. {only_what_stands}",
        reference=redemption.reference,
        theirs=theirs,
        id=redemption.id,
        only_what_stands=say(ONLY_WHAT_STANDS),
    )


def question(redemption: Redemption, advice: Advice | None) -> str:
    """Return what to ask the provider about a redemption that the till cannot decide."""
    if redemption.is_refund:
        return say("Is the value of this refund back on the voucher, or not?")
    if advice is not None and advice.kind is AdviceKind.REVERSAL:
        return say("Was this redemption undone, and is its value back on the voucher?")
    if advice is not None:
        return say("Does this redemption stand, and will you pay it to the shop?")
    return say("Was value taken from this voucher under this number, and how much?")


speak_constants(__name__)
