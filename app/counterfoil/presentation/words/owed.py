"""What is shown of advices that upstreams are owed: cards, details, and queues that are paused."""

from collections.abc import Iterable
from dataclasses import replace

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice, AdviceKind, AdviceState
from counterfoil.domain.forwarding import Backlog, BacklogLevel, Standing, hold_left_s, is_due
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.text import humanise
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import UnknownCause
from counterfoil.presentation.screens import Act, Button, CardRow, DetailRow, Tone
from counterfoil.presentation.words import outcomes, refunds
from counterfoil.presentation.words.rows import age_text, amount_of, tail_of
from counterfoil.presentation.words.speaking import (
    SpokenTable,
    say,
    say_number,
    speak_constants,
    spoken,
)

OWED_MAX = 100
"""How many cards of what is owed are shown; the description tells of the rest."""
TRY_NOW = Button("Try now", Act.TRY_NOW, "F5")
COPY_REFERENCE = Button("Copy reference", Act.COPY_REFERENCE, icon="list")
NOT_SET_UP = "Its provider is not in this till's settings, so nothing is sent. Nothing is lost."
_RESUME = Button("Resume", Act.RESUME, "F5", is_primary=True)
_KIND = SpokenTable({AdviceKind.CONFIRMATION: "confirmation", AdviceKind.REVERSAL: "reversal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An advice that is not acknowledged, and its redemption."""

    advice: Advice
    redemption: Redemption
    is_paused: bool = False
    """Whether its upstream's queue stands still."""
    is_set_up: bool = True
    """Whether its upstream is in the till's settings; else nothing can be sent there."""

    @property
    def can_be_sent(self) -> bool:
        """Whether the till sends the advice by itself when it is due."""
        return self.is_set_up and not self.is_paused


def card(owed: Owed, now: Instant) -> CardRow:
    """Return the card of the advice that is owed for one redemption."""
    redemption, advice = owed.redemption, owed.advice
    tone, icon, state = _state(owed, now)
    is_for_a_person = not owed.can_be_sent or advice.needs_a_person
    return CardRow(
        redemption_id=redemption.id,
        tone=tone,
        icon=icon,
        state=state,
        amount=amount_of(redemption),
        voucher=refunds.title(redemption),
        tail=tail_of(redemption),
        age=age_text((now.wall - advice.created_at).total_seconds()),
        next_step=_next_step(owed, now),
        owner=say("Supervisor") if is_for_a_person else say("Till"),
    )


def timed(detail: DetailRow, owed: Owed, now: Instant) -> DetailRow:
    """Return the detail of an advice with its times, such as "6 min ago", brought up to ``now``."""
    tone, icon, state = _state(owed, now)
    return replace(
        detail, tone=tone, icon=icon, state=state, what_to_do="\n".join(_sentences(owed, now))
    )


def buttons(owed: Owed) -> tuple[Button, ...]:
    """Return the buttons of an advice; none is proposed unless a person must act."""
    copying = (spoken(COPY_REFERENCE),) if owed.advice.needs_a_person else ()
    if not owed.can_be_sent or owed.advice.awaits_safety_resend:
        return copying
    return replace(spoken(TRY_NOW), is_primary=True), *copying


def reference_text(owed: Owed) -> str:
    """Return the text for the clipboard by which the provider finds it, without any PIN."""
    advice, redemption = owed.advice, owed.redemption
    return say(
        "{reference}, request {id}, {kind} {advice_id}",
        reference=redemption.reference,
        id=redemption.id,
        kind=_KIND[advice.kind],
        advice_id=advice.id,
    )


def voidable_words(left_s: float) -> str:
    """Return how long a sale can still be voided, as a sentence; empty when it cannot be."""
    return say("Can be voided for {left_s} s.", left_s=_whole_s(left_s)) if left_s > 0 else ""


TO_BE_CONFIRMED = SpokenTable({False: "Paid, to be confirmed", True: "Refunded, to be confirmed"})
"""What is said of a sale, or of a refund, that its provider has still to acknowledge."""


def _state(owed: Owed, now: Instant) -> tuple[Tone, str, str]:
    advice = owed.advice
    if advice.needs_a_person:
        return Tone.DECLINED, "person", say("Needs a person")
    is_refund = owed.redemption.is_refund
    if owed.redemption.state is RedemptionState.REVERSING:
        said = say("Refund being undone") if is_refund else say("Money is going back")
        return Tone.UNKNOWN, "hourglass", said
    if hold_left_s(advice, now) > 0:
        return Tone.NONE, "clock", say("Paid, can be voided")
    is_late = not owed.can_be_sent or advice.attempts_ended > 0
    return Tone.UNKNOWN if is_late else Tone.NONE, "hourglass", TO_BE_CONFIRMED[is_refund]


def _next_step(owed: Owed, now: Instant) -> str:
    if owed.advice.needs_a_person and owed.can_be_sent:
        return say("Give the provider the reference")
    last = last_answer(owed.advice)
    when = _when(owed, now)
    return say("{when}. Last: {last}", when=when, last=last) if last else when


def _when(owed: Owed, now: Instant) -> str:
    advice = owed.advice
    if not owed.is_set_up:
        return say("Its provider is not in the settings")
    if owed.is_paused:
        return say("Waits for its queue")
    if advice.is_under_way:
        return say("Try {attempts}, now", attempts=advice.attempts)
    held_s = hold_left_s(advice, now)
    if held_s > 0:
        return say("Confirm in {held_s} s", held_s=_whole_s(held_s))
    return say("Try {attempts} {when}", attempts=advice.attempts + 1, when=_in(advice, now))


def _in(advice: Advice, now: Instant) -> str:
    if advice.next_due_at is None or is_due(advice, now):
        return say("soon")
    left_s = (advice.next_due_at - now.wall).total_seconds()
    return say("in {age_text}", age_text=age_text(_whole_s(left_s)))


def _whole_s(seconds: float) -> int:
    """Round up: nothing is said to be due before it is."""
    return int(-(-seconds // 1))


def _sentences(owed: Owed, now: Instant) -> Iterable[str]:
    advice = owed.advice
    last = last_answer(advice)
    tries = say_number("once", "{count} times", advice.attempts)
    if advice.attempts:
        yield (
            say("Tried {tries}. Last answer: {last}.", tries=tries, last=last)
            if last
            else say("Tried {tries}.", tries=tries)
        )
    if not owed.is_set_up:
        yield say(NOT_SET_UP)
    elif owed.is_paused:
        yield say("Its queue stands still: see the card above.")
    elif advice.needs_a_person:
        reference = owed.redemption.reference
        yield say("Give the provider the reference {reference}.", reference=reference)
        yield say("The till tries again {when}.", when=_in(advice, now))
    elif hold_left_s(advice, now) > 0:
        yield voidable_words(hold_left_s(advice, now))
        yield say("Then the provider is told that the sale stands.")
    elif advice.is_under_way:
        yield say("The till is telling the provider now.")
    else:
        does = say("tries again") if advice.attempts else say("tells the provider")
        yield say("The till {does} by itself {when}.", does=does, when=_in(advice, now))


def last_answer(advice: Advice) -> str:
    """Return how the last attempt to deliver an advice ended, in a few words."""
    if advice.last_cause is None:
        return ""
    if advice.state is AdviceState.SUSPENDED:
        return say("the provider cannot read this {kind}", kind=_KIND[advice.kind])
    if advice.is_contradicted:
        return taken_back(is_refund=advice.is_refund)
    if advice.last_cause == UnknownCause.NO_NEWS:
        return say("the provider does not know it yet")
    known = {cause.value for cause in UnknownCause}
    return outcomes.unknown(UnknownCause(advice.last_cause)) if advice.last_cause in known else ""


def tried_now(advice: Advice) -> str:
    """Say how the attempt ended that a person had made with `TryNow`."""
    if advice.state is AdviceState.ACKNOWLEDGED:
        return say("The provider has it now")
    if advice.state is AdviceState.DISPUTED and advice.last_cause is not None:
        return outcomes.attention(AttentionCause(advice.last_cause))
    said = last_answer(advice)
    return say("Tried: {said}.", said=said) if said else say("Not tried yet.")


def taken_back(*, is_refund: bool) -> str:
    """Return the sentence about a provider that acknowledged a reversal and now denies it."""
    if is_refund:
        return say("the provider now says that the refund stands")
    return say("the provider now says that the sale stands")


# ---------------------------------------------------------------------------------- whole queues


def upstream_name(upstream: str) -> str:
    """Write an upstream's name for people."""
    return humanise(upstream)


def queue_id(standing: Standing) -> str:
    """Return an id for a queue's card in the list, which no redemption can have."""
    return f"queue:{standing.upstream}"


def queue_card(standing: Standing) -> CardRow:
    """Return the card of a queue that is paused or not set up."""
    return CardRow(
        redemption_id=queue_id(standing),
        tone=Tone.DECLINED,
        icon="key",
        state=say("Queue stands still"),
        amount=_owed_count(standing.backlog),
        voucher=upstream_name(standing.upstream),
        tail="",
        age=age_text(standing.backlog.oldest_s),
        next_step=say("See to the till's key, then resume"),
        owner=say("Supervisor"),
        paused_upstream=standing.upstream,
    )


def queue_detail(standing: Standing) -> DetailRow:
    """Return what a person must do about a queue that is paused or not set up."""
    name = upstream_name(standing.upstream)
    return DetailRow(
        redemption_id=queue_id(standing),
        amount=_owed_count(standing.backlog),
        voucher=name,
        tail="",
        tone=Tone.DECLINED,
        icon="key",
        state=say("Queue stands still"),
        what_to_do=(
            say(
                "{name} does not accept this till's key, so nothing is sent to it. Nothing is "
                "lost.\nHave the key put right, then resume.",
                name=name,
            )
        ),
        buttons=(spoken(_RESUME),),
    )


def description(doubtful: int, contradicted: int, standings: Iterable[Standing]) -> str:
    """Return how much is in doubt and how much is owed, as a sentence; empty for nothing."""
    sentences = [_doubtful(doubtful)] if doubtful else []
    if contradicted:
        sentences.append(
            say_number(
                "1 case in which a provider contradicts itself.",
                "{count} cases in which a provider contradicts itself.",
                contradicted,
            )
        )
    for standing in standings:
        name, owed = upstream_name(standing.upstream), standing.backlog
        if owed.level is BacklogLevel.RED and standing.is_set_up:
            # First, because a small window cuts the end.
            sentences.insert(
                0,
                say(
                    "{owed_count} to {name}: nothing new goes there until it has answered.",
                    owed_count=_owed_count(owed),
                    name=name,
                ),
            )
        elif not standing.is_set_up:
            sentences.append(
                say(
                    "{owed_count} to {name}, which is not in this till's settings.",
                    owed_count=_owed_count(owed),
                    name=name,
                )
            )
        elif owed.count > OWED_MAX:
            sentences.append(
                say(
                    "{owed_count} to {name}, of which the oldest are shown.",
                    owed_count=_owed_count(owed),
                    name=name,
                )
            )
        elif owed.count:
            sentences.append(
                say("{owed_count} to {name}.", owed_count=_owed_count(owed), name=name)
            )
    return " ".join(sentences)


def _doubtful(count: int) -> str:
    return say_number(
        "We are waiting for 1 answer. Do not use this voucher.",
        "We are waiting for {count} answers. Do not use these vouchers.",
        count,
    )


def _owed_count(owed: Backlog) -> str:
    return say_number("1 message still to send", "{count} messages still to send", owed.count)


speak_constants(__name__)
