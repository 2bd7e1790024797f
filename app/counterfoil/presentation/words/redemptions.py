"""Redemptions, voucher types and what is still needed as lines of text, for the command line."""

from counterfoil.domain.money import Exact, format_cents
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import beside, group_lengths, is_remainder_by_sms
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState
from counterfoil.domain.verdict import ChangeShape, ChangeVoucher
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.presentation.needs import Needs, WaitsFor
from counterfoil.presentation.screens import Banner
from counterfoil.presentation.words import command_line, counter, outcomes, owed, refunds, slips
from counterfoil.presentation.words.slips import code_label, code_notes, value_text, what_came
from counterfoil.presentation.words.speaking import say, speak_constants


def attention_words(redemption: Redemption) -> str | None:
    """Return what a person must do, or None where nobody is needed."""
    if redemption.state is RedemptionState.ATTENTION:
        return outcomes.attention(redemption.attention)
    return outcomes.UNCLAIMED_WORDS if redemption.state is RedemptionState.UNCLAIMED else None


def reason_words(redemption: Redemption) -> str | None:
    """Return why a redemption was refused, or how its last attempt ended; None for neither."""
    if redemption.state in {RedemptionState.DECLINED, RedemptionState.ABANDONED}:
        return outcomes.declined(redemption.decline, redemption.type_name)
    if redemption.state is RedemptionState.INFLIGHT and redemption.last_cause:
        return outcomes.unknown(redemption.last_cause)
    return None


def redemption_lines(
    redemption: Redemption,
    *,
    opened: ChangeVoucher | None = None,
    banner: Banner | None = None,
    is_owed: bool = False,
) -> list[str]:
    """Return a redemption as lines for a person.

    ``opened`` is the change voucher with its codes, where they may be shown. ``banner`` is that of
    a redemption that ended just now; without it the redemption is past, and no line tells anybody
    to hand over goods. ``is_owed`` is for the list of what is not settled.
    """
    said = banner or outcomes.banner(redemption, outcomes.NOT_KNOWN_FROM_S)
    first = said.first if banner else _past_word(redemption, said, is_owed=is_owed)
    given_back = say(", and given back") if redemption.is_refunded else ""
    lines = [f"  {line}" for line in said.lines]
    asked = redemption.amount
    amount = (
        format_cents(asked.cents, redemption.currency)
        if isinstance(asked, Exact)
        else say("the whole value")
    )
    told = [
        f"{redemption.reference}  {refunds.title(redemption)}  {amount}  {first}",
        *(f"{line}{given_back}" for line in lines[:1]),
        *lines[1:],
        say(
            "  id {id}, state {state}, tries {attempts}",
            id=redemption.id,
            state=redemption.state,
            attempts=redemption.attempts,
        ),
    ]
    if redemption.state in FOR_A_PERSON:
        told.append(f"  {attention_words(redemption)}")
    change = redemption.change
    if change is not None and not change.is_sent_by_sms:
        told += [
            line
            for shape, one in beside(change, opened)
            for line in _change_lines(redemption, shape, one)
        ]
    elif redemption.state is RedemptionState.FINAL and is_remainder_by_sms(redemption):
        told.append(
            say(
                "  Change voucher: sent by SMS to {sms_to}",
                sms_to=redemption.sms_to or say("the customer"),
            )
        )
    return told


_RESTORED = {RedemptionState.REVERSED, RedemptionState.REVERSED_UNVERIFIED}


def _past_word(redemption: Redemption, said: Banner, *, is_owed: bool) -> str:
    if is_owed and redemption.state is RedemptionState.FINAL:
        return owed.TO_BE_CONFIRMED[redemption.is_refund]
    if is_owed and redemption.state in _RESTORED:
        return say(
            "Needs a person: {taken_back}",
            taken_back=owed.taken_back(is_refund=redemption.is_refund),
        )
    is_past = said.is_hand_over or redemption.is_refunded
    return outcomes.state_word(redemption)[1] if is_past else said.first


def _change_lines(
    redemption: Redemption, change: ChangeShape, opened: ChangeVoucher | None
) -> list[str]:
    value = value_text(change, redemption.currency) or say("check the balance")
    if not change.codes:
        return [
            say(
                "  Change voucher: {value}. {no_code}. {what_came} Call a supervisor.",
                value=value,
                no_code=slips.NO_CODE,
                what_came=what_came(change),
            ),
            say(
                "  What the provider said: counterfoil show {reference} --reveal --answer",
                reference=redemption.reference,
            ),
        ]
    hidden = [say("in the journal, see --reveal")] * len(change.codes)
    texts = [_grouped(one.text) for one in opened.codes] if opened else hidden
    named = zip(change.codes, texts, strict=True)
    codes = (f"{code_label(one)} {text}" for one, text in named)
    lines = [say("  Change voucher: {value}, {codes}", value=value, codes=", ".join(codes))]
    return lines + [f"  {note}" for note in code_notes(change)]


def _grouped(code: Secret) -> str:
    text, groups = code.reveal(), []
    for length in group_lengths(len(code)):
        groups.append(text[:length])
        text = text[length:]
    return " ".join(groups)


def type_line(one: VoucherType) -> str:
    """Return a voucher type as a line for a person."""
    fields = ", ".join(spec.name if spec.is_required else f"[{spec.name}]" for spec in one.fields)
    lookup = "balance" if one.can_look_up else say("no balance")
    return f"{one.id:<28} {one.name:<20} {lookup:<11} {fields}"


_NOTHING_TAKEN = frozenset({RedemptionState.DECLINED, RedemptionState.ABANDONED})


def needs_lines(redemption: Redemption, needs: Needs) -> list[str]:
    """Return what is still needed, as lines that each name the command for it."""
    lines = [f"  {_hand_over(redemption, needs)}"]
    reference = redemption.reference
    if needs.waits_for is WaitsFor.CUSTOMER:
        lines.append(
            say(
                "  {still_here} counterfoil answer {reference} here, paid-otherwise or gone",
                still_here=counter.STILL_HERE,
                reference=reference,
            )
        )
    elif needs.waits_for is WaitsFor.SUPERVISOR:
        lines.append(say("  Call a supervisor."))
    if needs.is_slip_due:
        lines.append(f"  {command_line.slip_due(reference)}")
    return lines


def _hand_over(redemption: Redemption, needs: Needs) -> str:
    if needs.to_collect_cents:
        rest = format_cents(needs.to_collect_cents, redemption.currency)
        return say("It paid a part of its sale. Collect {rest} first, then hand over.", rest=rest)
    if needs.may_hand_over:
        return say("It paid its sale. Hand over, if that was not done.")
    if redemption.state in _NOTHING_TAKEN:
        return say("Nothing was taken. {no_hand_over}", no_hand_over=outcomes.NO_HAND_OVER)
    return outcomes.NO_HAND_OVER


speak_constants(__name__)
