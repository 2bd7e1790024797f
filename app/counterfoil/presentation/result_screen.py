"""How a redemption's result is shown: banner, facts, steps, slip and buttons."""

from dataclasses import replace

from counterfoil.declaring import dataclass
from counterfoil.domain.money import Exact
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.slip import Slip
from counterfoil.domain.slip_facts import NO_DETAILS, SlipDetails
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import DeclineReason
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.presentation.monogram import monogram
from counterfoil.presentation.screens import (
    Act,
    Banner,
    Button,
    NumberedStep,
    PaperRow,
    Question,
    ResultRow,
    Tone,
)
from counterfoil.presentation.words import buttons as named
from counterfoil.presentation.words import counter, outcomes, results, stopped
from counterfoil.presentation.words.owed import voidable_words
from counterfoil.presentation.words.rows import change_of, facts_of
from counterfoil.service.views import SlipsView

S = RedemptionState

REFUSED = frozenset({S.DECLINED, S.ABANDONED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A redemption whose result is shown, and what is known of its slip."""

    redemption: Redemption
    seconds: int = 0
    is_in_background: bool = False
    """The counter has waited long enough; the till goes on asking."""
    is_printing: bool = False
    paper: PrintState | None = None
    copy_number: int = 0
    details: SlipDetails = NO_DETAILS
    """What its slip says beside the redemption, once that was read."""
    trouble: str = ""
    is_queue_paused: bool = False
    """Its slip did not print because the print queue is paused."""
    voidable_s: float = 0.0
    """For how long the sale can still be voided, because its confirmation is held back."""
    continued_cents: int | None = None
    """What an open sale owed before this voucher; None where the sale began with it."""
    is_training: bool = False
    has_balance: bool = False
    """Whether the provider tells what is on a voucher."""
    is_returned: bool = False
    """It was open when the till stopped, and is shown again."""
    is_asked: bool = False
    """Nobody has said yet whether its customer is still here."""

    due: Exact | None = None
    """All that was to be paid in a sale of its own, where the voucher was to pay only a part."""

    @property
    def can_be_left(self) -> bool:
        """Whether the cashier can serve the next customer first.

        This one is shown again afterwards.
        """
        is_undecided = self.redemption.state is S.INFLIGHT
        return self.is_returned and (self.is_asked or is_undecided)

    @property
    def rest_cents(self) -> int:
        """What the customer still owes of the sale, in cents.

        0 after a refusal of a sale's first voucher: the next one opens a sale of its own.
        """
        redemption = self.redemption
        if redemption.state in REFUSED:
            return self.continued_cents or 0
        due = self.due or redemption.amount
        if redemption.state is not S.FINAL or not isinstance(due, Exact):
            return 0
        return (self.continued_cents or due.cents) - (redemption.redeemed_cents or 0)

    @property
    def is_not_known(self) -> bool:
        """Whether the screen says that the result is not known yet and the customer can go."""
        is_undecided = self.redemption.state in {S.PREPARED, S.INFLIGHT}
        return is_undecided and (self.is_in_background or self.seconds >= outcomes.NOT_KNOWN_FROM_S)


def result(outcome: Outcome) -> ResultRow:
    """Return everything that is shown of an outcome beside the slip."""
    redemption = outcome.redemption
    row = ResultRow(
        redemption_id=redemption.id,
        banner=_banner(outcome),
        monogram=monogram(redemption.type_id, redemption.type_name),
        facts=facts_of(redemption),
        buttons=buttons(outcome),
    )
    if outcome.is_asked:
        return _asked(row, redemption)
    if redemption.state in {S.UNCLAIMED, S.ATTENTION}:
        return _for_a_person(row, redemption)
    if redemption.state in REFUSED:
        return _refused(row, outcome)
    match redemption.state:
        case S.PREPARED | S.INFLIGHT:
            return _not_known(row, outcome) if outcome.is_not_known else _checking(row, outcome)
        case S.APPROVED:
            return replace(row, nothing_to_press=results.SAVING)
        case S.FINAL:
            return _final(row, outcome)
        case _:
            return replace(row, headline=outcomes.NO_HAND_OVER, steps=_while_restored(redemption))


def _asked(row: ResultRow, redemption: Redemption) -> ResultRow:
    return replace(
        row,
        facts=stopped.facts(redemption),
        sentence=stopped.known(redemption),
        question=stopped.QUESTION,
        foot=stopped.AFTER_NEXT,
    )


def _refused(row: ResultRow, outcome: Outcome) -> ResultRow:
    redemption = outcome.redemption
    ended = redemption.last_ended
    steps = outcomes.after_decline(
        redemption.decline,
        ended.wall if ended else None,
        has_balance=outcome.has_balance,
    )
    if outcome.is_training and redemption.decline is DeclineReason.NOT_FOUND:
        steps = (NumberedStep(counter.FOREIGN_NUMBER, counter.NEVER_REAL), *steps[:2])
    return replace(
        row,
        headline=results.NOTHING_TAKEN,
        steps=steps,
        foot=counter.still_owed(outcome.rest_cents, redemption.currency),
    )


def _for_a_person(row: ResultRow, redemption: Redemption) -> ResultRow:
    """Say what a cashier does with what only a supervisor can end; the banner forbids the rest."""
    change = change_of(redemption)
    is_unclaimed = redemption.state is S.UNCLAIMED
    why = outcomes.UNCLAIMED_BRIEFLY if is_unclaimed else outcomes.attention(redemption.attention)
    steps = (
        results.call_supervisor(why),
        results.KEEP_UNTIL_SETTLED,
    )
    # Beside a change voucher there is no room for what the button says by itself.
    printing = () if change else (results.print_pending(redemption.reference),)
    return replace(row, steps=(*steps, *printing), change=change)


def _banner(outcome: Outcome) -> Banner:
    if outcome.is_asked:
        return stopped.BANNER
    if outcome.is_not_known:
        return outcomes.not_known()
    if outcome.redemption.state is S.FINAL and outcome.rest_cents:
        return outcomes.short_paid(outcome.redemption, outcome.rest_cents)
    return outcomes.banner(outcome.redemption, outcome.seconds)


def _checking(row: ResultRow, outcome: Outcome) -> ResultRow:
    name = outcome.redemption.type_name
    asking = replace(row, nothing_to_press=results.asking(name))
    if outcomes.is_rescue(outcome.redemption):
        return replace(
            asking,
            headline=results.ASKING_WHAT_BECAME,
            sentence=results.NO_CERTAIN_ANSWER,
        )
    if outcome.seconds < outcomes.SLOW_FROM_S:
        return asking
    if outcome.redemption.kind is UpstreamKind.ADVISED:
        return replace(
            asking,
            headline=results.PROVIDER_SLOW,
            sentence=results.SENT_ONCE,
        )
    return replace(
        asking,
        headline=results.PROVIDER_SLOW,
        sentence=results.ASKED_ON,
    )


def _not_known(row: ResultRow, outcome: Outcome) -> ResultRow:
    redemption = outcome.redemption
    if redemption.kind is UpstreamKind.ADVISED:
        return replace(row, steps=_while_restored(redemption))
    last = redemption.last_ended or redemption.first_sent
    steps = (
        results.KEEP_UNTIL_SETTLED,
        results.print_pending(redemption.reference),
        results.other_payment_or_wait(redemption.attempts, last.wall if last else None),
    )
    return replace(row, steps=steps)


def _while_restored(redemption: Redemption) -> tuple[NumberedStep, ...]:
    """Say what to do with a voucher that may have been taken and is given back."""
    if redemption.state is S.RESOLVED:
        return results.SETTLED
    if redemption.state is S.REVERSED:
        return results.RESTORED
    if redemption.state is S.REVERSED_UNVERIFIED:
        return results.restored_unverified(redemption.reference)
    return (
        results.KEEP_UNTIL_RESTORED,
        results.print_pending(redemption.reference),
        results.OTHER_PAYMENT,
    )


def _final(row: ResultRow, outcome: Outcome) -> ResultRow:
    shown = replace(row, facts=(), change=change_of(outcome.redemption))
    shown = _asked_about_paper(shown, outcome)
    voidable = voidable_words(outcome.voidable_s)
    following = results.THEN_NEXT if shown.foot and not outcome.rest_cents else ""
    return replace(shown, foot=f"{voidable} {following}".strip()) if voidable else shown


def _asked_about_paper(shown: ResultRow, outcome: Outcome) -> ResultRow:
    if outcome.is_printing or (outcome.paper is None and not outcome.trouble):
        return replace(shown, question=Question(text=results.SLIP_PRINTING))
    if outcome.paper is PrintState.NOT_SENT:
        return replace(
            shown,
            question=Question(text=results.SLIP_NOT_PRINTED, how=outcome.trouble),
            foot=results.SLIP_WAITS,
        )
    if outcome.paper is PrintState.NOT_COMPLETE:
        return replace(
            shown,
            question=Question(text=results.PRINT_SLIP_AGAIN, how=results.NEXT_IS_COPY),
            foot=results.SLIP_WAITS,
        )
    how = f"{outcome.trouble} {results.look_for_reference(outcome.redemption.reference)}"
    return replace(
        shown,
        question=Question(text=results.IS_SLIP_WHOLE, how=how.strip()),
        foot=f"{_first(outcome)} {results.SLIP_WAITS}",
    )


def _first(outcome: Outcome) -> str:
    """Say what F2 is for while the slip is asked about: a rest comes before the next customer."""
    if outcome.rest_cents:
        return results.REST_FIRST
    return results.CUSTOMER_FIRST


def buttons(outcome: Outcome) -> tuple[Button, ...]:
    """Return the buttons of an outcome, of which one at most is proposed.

    There is none while the counter waits for the provider.
    """
    offered = _buttons(outcome)
    return named.resuming(offered) if outcome.is_queue_paused else offered


def _buttons(outcome: Outcome) -> tuple[Button, ...]:
    if outcome.is_asked:
        return stopped.BUTTONS
    match outcome.redemption.state:
        case S.REVERSING | S.UNCLAIMED | S.ATTENTION:
            return named.PRINT_PENDING, named.NEXT_CUSTOMER, *_otherwise(outcome)
        case S.PREPARED | S.INFLIGHT if outcome.is_not_known:
            following = named.NEXT_CUSTOMER
            # Else leaving it says so.
            return (
                named.PRINT_PENDING,
                following,
                *((named.PAID_ANOTHER_WAY,) if outcome.is_returned else ()),
            )
        case S.PREPARED | S.INFLIGHT | S.APPROVED:
            return ()
        case S.FINAL:
            return _final_buttons(outcome)
        case S.DECLINED if not outcome.is_returned:
            return *_declined_buttons(outcome), *_otherwise(outcome)
        case _:
            return replace(named.NEW_VOUCHER, is_primary=True), *_otherwise(outcome)


def acts(outcome: Outcome) -> frozenset[Act]:
    """Return the actions that are allowed: those of the buttons, and more after hand-over.

    The next voucher may then come before the question about the slip is answered; the slip stays in
    the list Slips to finish.
    """
    offered = frozenset(button.act for button in buttons(outcome))
    is_final = outcome.redemption.state is S.FINAL
    following = {Act.NEW_VOUCHER, *(button.act for button in _otherwise(outcome))}
    return offered | following if is_final else offered


def _final_buttons(outcome: Outcome) -> tuple[Button, ...]:
    following = _following(outcome), *_otherwise(outcome), *_voiding(outcome)
    if outcome.is_printing or outcome.paper is None:
        return following
    if outcome.paper in {PrintState.NOT_SENT, PrintState.NOT_COMPLETE}:
        return replace(named.PRINT_AGAIN, is_primary=True), *following
    return named.SLIP_COMPLETE, named.SLIP_NOT_COMPLETE, *_voiding(outcome)


def _voiding(outcome: Outcome) -> tuple[Button, ...]:
    """Return the way to take a sale back while its confirmation is held back."""
    return (named.VOID_NOW,) if outcome.voidable_s > 0 else ()


def _following(outcome: Outcome) -> Button:
    return named.COLLECT_REST if outcome.rest_cents else named.NEW_VOUCHER


def _otherwise(outcome: Outcome) -> tuple[Button, ...]:
    """Return the ways to close a sale of which something is still owed."""
    return (named.TAKE_REST, named.REST_PAID_OTHERWISE) if outcome.rest_cents else ()


_MAYBE_USED = frozenset({DeclineReason.ALREADY_USED, DeclineReason.NOT_FOUND})
"""After these the history tells whether the voucher was used at this till."""


def _declined_buttons(outcome: Outcome) -> tuple[Button, ...]:
    """Return what helps after a refusal, the best first."""
    reason = outcome.redemption.decline
    looking = (named.LOOK_IN_HISTORY,) if reason in _MAYBE_USED else ()
    text = outcomes.CORRECTIONS[outcomes.remedy_of(reason)]
    if text is None:
        return replace(named.REFUSED_NEXT, is_primary=True), *looking
    correct = Button(text, Act.CORRECT_ENTRY, "F11", is_primary=True)
    if outcomes.is_about_balance(reason) and outcome.has_balance:
        return named.LOOK_UP_BALANCE, replace(correct, is_primary=False), named.REFUSED_NEXT
    return correct, named.REFUSED_NEXT, *looking


def void_paper(slip: Slip) -> PaperRow:
    """Return the slip of a redemption that was taken back: dimmed, and stamped VOID."""
    return PaperRow(slip=slip, is_dimmed=True, stamp=results.VOID_STAMP, stamp_tone=Tone.UNKNOWN)


def paper(outcome: Outcome, slips: SlipsView, draft: Slip) -> PaperRow:
    """Return the slip as it is shown: dimmed and stamped until it may be handed over."""
    redemption = outcome.redemption
    match redemption.state:
        case S.FINAL:
            slip = slips.compose(
                redemption,
                copy_number=outcome.copy_number,
                details=outcome.details,
            )
            return PaperRow(slip=slip, is_torn=True)
        case S.DECLINED | S.ABANDONED:
            return PaperRow(
                slip=draft, is_dimmed=True, stamp=results.NO_SLIP_STAMP, stamp_tone=Tone.DECLINED
            )
        case S.PREPARED | S.INFLIGHT | S.APPROVED if not outcome.is_not_known:
            return PaperRow(
                slip=draft, is_dimmed=True, stamp=results.NOT_YET_STAMP, stamp_tone=Tone.UNKNOWN
            )
        case S.REVERSED | S.REVERSED_UNVERIFIED:
            return void_paper(slips.compose(redemption, details=outcome.details))
        case _:
            return PaperRow(slip=slips.compose(redemption, details=outcome.details))
