"""Turns redemptions into the records that pages show; pure functions."""

from collections.abc import Mapping
from datetime import date, datetime
from math import ceil

from counterfoil.domain.money import Exact, format_cents
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.slip_facts import group_lengths, is_remainder_by_sms
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import ChangeShape
from counterfoil.ports.gateway import Balance, BalanceFact
from counterfoil.presentation.monogram import Monogram, monogram
from counterfoil.presentation.screens import (
    CardRow,
    ChangeRow,
    Fact,
    HiddenCode,
    LastRow,
    Tone,
)
from counterfoil.presentation.words import counter, outcomes, refunds, slips
from counterfoil.presentation.words.slips import (
    amount_text,
    code_label,
    code_notes,
    value_text,
    what_came,
)
from counterfoil.presentation.words.speaking import SpokenTable, dated, say, speak_constants

_FACTS: Mapping[str, str] = SpokenTable(
    {
        BalanceFact.PRODUCT: "Product",
        BalanceFact.EXPIRES: "Expires",
        BalanceFact.EXPIRED: "Expired",
        BalanceFact.SERIAL_NUMBER: "Serial number",
        BalanceFact.INSTRUCTIONS: "Instructions",
    }
)
_EXPIRY = frozenset({BalanceFact.EXPIRES, BalanceFact.EXPIRED})
_WHOLE_SENTENCES = frozenset({BalanceFact.INSTRUCTIONS, BalanceFact.PRODUCT})
"""What says by itself what it is."""
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


def kept_cents(redemption: Redemption) -> int:
    """Return what the shop keeps of a redemption in cents: 0 for a refund or what was refunded."""
    is_kept = redemption.state is RedemptionState.FINAL
    if not is_kept or redemption.is_refund or redemption.is_refunded:
        return 0
    return redemption.redeemed_cents or 0


def amount_of(redemption: Redemption) -> str:
    """Write what was redeemed, or else what was asked for; for a refund with a minus."""
    sign = "\N{MINUS SIGN}" if redemption.is_refund else ""
    if redemption.redeemed_cents is not None:
        return sign + format_cents(redemption.redeemed_cents, redemption.currency)
    return sign + amount_text(redemption.amount, redemption.currency)


def amount_in_sentence(redemption: Redemption) -> str:
    """Write the amount as it stands within a sentence: ``R19.00``, or ``the whole value``."""
    is_told = redemption.redeemed_cents is not None or isinstance(redemption.amount, Exact)
    return amount_of(redemption) if is_told else counter.THE_WHOLE_VALUE


def tail_of(redemption: Redemption) -> str:
    """Write the voucher's last four characters with dots before them."""
    dots = "\N{BULLET}" * 4
    return f"{dots} {redemption.voucher_tail}" if redemption.voucher_tail else dots


def facts_of(redemption: Redemption) -> tuple[Fact, ...]:
    """Return the row of facts that is shown above a banner."""
    return (
        Fact(label=refunds.title(redemption), value=tail_of(redemption), is_mono=True),
        Fact(label=say("Amount"), value=amount_of(redemption)),
        Fact(label=say("Reference"), value=redemption.reference, is_mono=True),
    )


def change_of(redemption: Redemption) -> ChangeRow | None:
    """Return the change voucher's panel, without its codes; None where there is no change.

    What was settled by hand has one, too: the customer may never have had it.
    """
    is_by_hand = redemption.settled_as is SettledAs.BY_HAND
    is_kept = redemption.state in {RedemptionState.FINAL, RedemptionState.UNCLAIMED} or is_by_hand
    if not is_kept:
        return None
    if is_remainder_by_sms(redemption):
        to = say(" to {sms_to}", sms_to=redemption.sms_to) if redemption.sms_to else ""
        return ChangeRow(redemption_id=redemption.id, sms_text=say("Sent by SMS{to}", to=to))
    change = redemption.change
    if change is None:
        return None
    notes = dict.fromkeys(note for one in change.vouchers for note in code_notes(one))
    return ChangeRow(
        redemption_id=redemption.id,
        codes=_hidden_codes(change, redemption.currency),
        facts=_change_facts(change, redemption.currency) if not change.more else (),
        trouble=_change_trouble(redemption, change),
        notes=" ".join(notes),
    )


def _hidden_codes(change: ChangeShape, currency: str) -> tuple[HiddenCode, ...]:
    """Return the places of all codes; one that is not the only PIN says what it is."""
    if not change.more and [code_label(one) for one in change.codes] == [say("PIN")]:
        return (HiddenCode(groups=group_lengths(change.codes[0].length)),)
    return tuple(
        HiddenCode(
            groups=group_lengths(code.length),
            caption=_caption(code_label(code), value_text(one, currency) if change.more else ""),
        )
        for one in change.vouchers
        for code in one.codes
    )


def _caption(label: str, value: str | None) -> str:
    return f"{label}, {value}" if value else label


def _change_facts(change: ChangeShape, currency: str) -> tuple[Fact, ...]:
    value = value_text(change, currency) or say("Check the balance")
    told = (
        (say("Value"), value),
        (say("Expires"), change.expires),
        (say("Serial"), change.serial_number),
    )
    return tuple(Fact(label=label, value=text) for label, text in told if text)


def _change_trouble(redemption: Redemption, change: ChangeShape) -> str:
    """Say which value no code could be read for, what came instead, and what to do."""
    lost = [one for one in change.vouchers if not one.codes]
    if not lost:
        return ""
    of_them = (
        say("{no_code} for one of {vouchers}", no_code=slips.NO_CODE, vouchers=len(change.vouchers))
        if change.more
        else slips.NO_CODE
    )
    return say(
        "{of_them}. {what_came} Call a supervisor before the customer goes: "
        "counterfoil show {reference} --reveal --answer",
        of_them=of_them,
        what_came=what_came(lost[0]),
        reference=redemption.reference,
    )


def expiry_of(balance: Balance) -> tuple[Fact, ...]:
    """Return until when a voucher can be used; empty if the provider does not say."""
    dates = (one for one in balance.facts if one[0] in _EXPIRY)
    return tuple(Fact(label=fact_label(what), value=fact_value(value)) for what, value in dates)


def lines_of(balance: Balance) -> tuple[str, ...]:
    """Return the other facts of a balance, a line for each."""
    rest = (one for one in balance.facts if one[0] not in _EXPIRY)
    return tuple(
        fact_value(value) if what in _WHOLE_SENTENCES else f"{fact_label(what)} {fact_value(value)}"
        for what, value in rest
    )


def fact_label(what: BalanceFact | str) -> str:
    """Return the label of a fact about a voucher; the upstream's own stays as it is."""
    return _FACTS[what] if isinstance(what, BalanceFact) else what


def fact_value(value: str | date) -> str:
    """Write the value of a fact about a voucher."""
    return value if isinstance(value, str) else dated(value, f"{value.day} %B %Y")


def last_row(
    redemption: Redemption,
    colours: Mapping[str, str],
    *,
    is_checked: bool = False,
    today: date | None = None,
) -> LastRow:
    """Return one line of a list of redemptions; ``colours`` are the brand colours by type id.

    ``is_checked`` says that the counter still waits for its answer. With ``today`` the line says
    which day it was.
    """
    icon, word, tone = outcomes.state_word(redemption, is_checked=is_checked)
    return LastRow(
        redemption_id=redemption.id,
        time=f"{redemption.created_at.astimezone():%H:%M}",
        day=_day_text(redemption.created_at, today) if today else "",
        monogram=mark_of(redemption, colours),
        name=refunds.title(redemption),
        tail=redemption.voucher_tail,
        amount=amount_of(redemption),
        icon=icon,
        tone=tone,
        word=word,
    )


def _day_text(at: datetime, today: date) -> str:
    day = at.astimezone().date()
    if day == today:
        return say("Today")
    return dated(day, "%d %b" if day.year == today.year else "%d %b %y")


def mark_of(redemption: Redemption, colours: Mapping[str, str]) -> Monogram:
    """Return the monogram that the redemption's type also has on its tile."""
    type_id = redemption.type_id
    return monogram(type_id, redemption.type_name, colours.get(type_id, ""))


def doubt_card(redemption: Redemption, now: datetime, *, is_checked: bool = False) -> CardRow:
    """Return the card of a redemption that is not settled, or that the counter waits for."""
    icon, word, tone = outcomes.state_word(redemption, is_checked=is_checked)
    state, next_step, owner = outcomes.doubt(redemption)
    if is_checked:
        state = word
    return _card(
        redemption, now, (tone, icon, state, asks_next(redemption, now) or next_step, owner)
    )


def asks_next(redemption: Redemption, now: datetime) -> str:
    """Return when the till asks again about a redemption in doubt, and how the last try ended."""
    due_at, cause = redemption.next_due_at, redemption.last_cause
    if redemption.state is not RedemptionState.INFLIGHT or due_at is None:
        return ""
    left_s = ceil((due_at - now).total_seconds())
    when = say("in {age_text}", age_text=age_text(left_s)) if left_s > 0 else say("soon")
    last = say(". Last: {unknown}", unknown=outcomes.unknown(cause)) if cause else ""
    return say(
        "Try {attempts} {when}{last}", attempts=redemption.attempts + 1, when=when, last=last
    )


def slip_card(redemption: Redemption, now: datetime) -> CardRow:
    """Return the card of a slip that nobody has confirmed."""
    has_change = change_of(redemption) is not None
    state = say("Change not given") if has_change else say("Slip not confirmed")
    next_step = say("Print it, or confirm it")
    return _card(redemption, now, (Tone.NONE, "printer", state, next_step, say("Cashier")))


def _card(redemption: Redemption, now: datetime, said: tuple[Tone, str, str, str, str]) -> CardRow:
    tone, icon, state, next_step, owner = said
    return CardRow(
        redemption_id=redemption.id,
        tone=tone,
        icon=icon,
        state=state,
        amount=amount_of(redemption),
        voucher=refunds.title(redemption),
        tail=tail_of(redemption),
        age=age_text((now - redemption.created_at).total_seconds()),
        next_step=next_step,
        owner=owner,
    )


def age_text(seconds: float) -> str:
    """Write how long ago something was: ``6 min``, ``1 h 12 min``, ``2 d 3 h``."""
    whole = max(0, int(seconds))
    if whole < _MINUTE_S:
        return say("{seconds} s", seconds=whole)
    if whole < _HOUR_S:
        return say("{minutes} min", minutes=whole // _MINUTE_S)
    if whole < _DAY_S:
        return say(
            "{hours} h {minutes} min", hours=whole // _HOUR_S, minutes=whole % _HOUR_S // _MINUTE_S
        )
    return say("{days} d {hours} h", days=whole // _DAY_S, hours=whole % _DAY_S // _HOUR_S)


speak_constants(__name__)
