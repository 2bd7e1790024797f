"""What the customer is shown of the stage at the counter; pure functions from values to records.

Only the state, the amount and thanks: never a code, a number of a phone or of a voucher, and never
why a voucher was refused, which others in the queue would read. A stage holds one customer's sale,
so the next stage shows nothing of the one before.
"""

from dataclasses import replace

from counterfoil.declaring import dataclass
from counterfoil.domain.money import format_cents
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.counter_stages import (
    CounterStage,
    Form,
    Result,
    Working,
    form_of,
)
from counterfoil.presentation.result_screen import REFUSED, Outcome
from counterfoil.presentation.rooms import Room, Tone
from counterfoil.presentation.words import customers
from counterfoil.presentation.words.rows import amount_of
from counterfoil.presentation.words.slips import amount_text

S = RedemptionState
COLUMNS = 20
"""What a line display has in each of its two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerScreen:
    """A state in a few words, an amount, and sentences; the last two may be empty."""

    state: str
    amount: str = ""
    lines: tuple[str, ...] = ()
    tone: Tone = Tone.NONE


def closed() -> CustomerScreen:
    """Return what is shown while nothing can be sold."""
    return CustomerScreen(state=customers.CLOSED)


def welcome(shop: str) -> CustomerScreen:
    """Return what the customer sees before a sale begins, and while nobody is signed in."""
    return CustomerScreen(state=customers.WELCOME, lines=(shop,))


def in_training(screen: CustomerScreen) -> CustomerScreen:
    """Return a screen that says that nothing on it is real."""
    return replace(screen, lines=(customers.TRAINING, *screen.lines))


def customer_screen(stage: CounterStage, room: Room, shop: str) -> CustomerScreen:
    """Return what the customer is shown of a stage; no balance, which the cashier tells them."""
    if isinstance(stage, Result):
        return _result(stage.outcome)
    form = form_of(stage)
    if form is None or room is Room.BALANCE:
        return welcome(shop)
    return _form(form, shop, is_checking=isinstance(stage, Working))


def line_texts(screen: CustomerScreen) -> tuple[str, str]:
    """Return a screen as the two lines of a line display, with the amount at the right.

    The display cuts what is longer than its columns.
    """
    second = f"{screen.amount:>{COLUMNS}}" if screen.amount else next(iter(screen.lines), "")
    return screen.state, second


def _form(form: Form, shop: str, *, is_checking: bool) -> CustomerScreen:
    entry = form.entry
    if entry.rest is not None:
        owed = format_cents(entry.rest.owed.minor_units, entry.rest.owed.currency)
        state = customers.CHECKING if is_checking else customers.STILL_TO_PAY
        return CustomerScreen(state=state, amount=owed)
    amount = entry.amount(form.chosen)
    if amount is None:
        return welcome(shop)
    state = customers.CHECKING if is_checking else customers.TO_PAY
    return CustomerScreen(state=state, amount=amount_text(amount, form.chosen.currency))


def _result(outcome: Outcome) -> CustomerScreen:
    redemption = outcome.redemption
    if outcome.is_asked:
        # Whoever stands there now may be another customer.
        return CustomerScreen(state=customers.ONE_MOMENT)
    if redemption.state in REFUSED:
        return _owing(outcome) or CustomerScreen(
            state=customers.NOT_ACCEPTED,
            lines=(customers.NOTHING_TAKEN, customers.CASHIER_HELPS),
            tone=Tone.DECLINED,
        )
    match redemption.state:
        case S.PREPARED | S.INFLIGHT | S.APPROVED if not outcome.is_not_known:
            return CustomerScreen(
                state=customers.CHECKING,
                amount=amount_of(redemption),
                lines=(customers.ONE_MOMENT,),
                tone=Tone.INFO,
            )
        case S.PREPARED | S.INFLIGHT | S.APPROVED:
            return _keeping(customers.NOT_KNOWN, Tone.UNKNOWN)
        case S.FINAL if not redemption.is_refunded:
            return _owing(outcome) or CustomerScreen(
                state=customers.PAID,
                amount=amount_of(redemption),
                lines=customers.about_change(redemption),
                tone=Tone.APPROVED,
            )
        case S.REVERSING | S.REVERSED | S.REVERSED_UNVERIFIED:
            return _keeping(customers.NOT_PAID, Tone.RESTORED)
        case _:
            return CustomerScreen(state=customers.ONE_MOMENT, lines=(customers.CASHIER_HELPS,))


def _keeping(state: str, tone: Tone) -> CustomerScreen:
    lines = (customers.KEEP_VOUCHER, customers.CASHIER_HELPS)
    return CustomerScreen(state=state, lines=lines, tone=tone)


def _owing(outcome: Outcome) -> CustomerScreen | None:
    """Return what a sale still owes, of which a voucher paid a part; None where it owes nothing."""
    if not outcome.rest_cents:
        return None
    redemption = outcome.redemption
    owed = format_cents(outcome.rest_cents, redemption.currency)
    return CustomerScreen(
        state=customers.STILL_TO_PAY, amount=owed, lines=(customers.CASHIER_HELPS,)
    )
