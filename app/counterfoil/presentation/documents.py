"""Redemptions, types and balances as JSON and as lines of text; a PIN only if asked for."""

from collections.abc import Iterator
from typing import Any

from counterfoil.domain.money import Exact, format_cents
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import group_lengths, is_remainder_by_sms
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState
from counterfoil.domain.verdict import ChangeShape, ChangeVoucher
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.screens import Banner
from counterfoil.presentation.words import outcomes, owed, refunds
from counterfoil.presentation.words.slips import (
    NO_CODE,
    code_label,
    code_notes,
    value_text,
    what_came,
)

Document = dict[str, Any]


def redemption_document(
    redemption: Redemption, *, reveal: bool = False, opened: ChangeVoucher | None = None
) -> Document:
    """Return a redemption as JSON; with ``reveal`` the change voucher ``opened`` is in it whole."""
    amount = redemption.amount
    return {
        "id": redemption.id,
        "type": redemption.type_id,
        "name": redemption.type_name,
        "refund_of": redemption.refund_of,
        "is_refunded": redemption.is_refunded,
        "state": redemption.state.value,
        "amount_cents": amount.cents if isinstance(amount, Exact) else None,
        "is_whole": not isinstance(amount, Exact),
        "redeemed_cents": redemption.redeemed_cents,
        "currency": redemption.currency,
        "reference": redemption.reference,
        "voucher_tail": redemption.voucher_tail,
        "change_voucher": _change_document(redemption, opened, reveal=reveal),
        "decline": redemption.decline.value if redemption.decline else None,
        "reason": reason_words(redemption),
        "attention": attention_words(redemption),
        "attempts": redemption.attempts,
        "next_try_at": redemption.next_due_at.isoformat() if redemption.next_due_at else None,
        "upstream": redemption.upstream,
        "upstream_id": redemption.upstream_id,
        "upstream_reference": redemption.upstream_reference,
        "sale_id": redemption.sale_id,
        "slip_number": redemption.slip_number,
        "cashier": redemption.cashier,
        "created_at": redemption.created_at.isoformat(),
    }


def _change_document(
    redemption: Redemption, opened: ChangeVoucher | None, *, reveal: bool
) -> Document | None:
    change = redemption.change
    if change is not None and not change.is_sent_by_sms:
        first, *more = [
            _inline_change(shape, one, reveal=reveal) for shape, one in _beside(change, opened)
        ]
        return first | {"more": more}
    if redemption.state is RedemptionState.FINAL and is_remainder_by_sms(redemption):
        return {"is_sent_by_sms": True, "sms_to": redemption.sms_to}
    return None


def _beside(
    change: ChangeShape, opened: ChangeVoucher | None
) -> Iterator[tuple[ChangeShape, ChangeVoucher | None]]:
    """Pair each change voucher with itself opened, where it was."""
    whole = opened.vouchers if opened else (None,) * len(change.vouchers)
    yield from zip(change.vouchers, whole, strict=True)


def _inline_change(change: ChangeShape, opened: ChangeVoucher | None, *, reveal: bool) -> Document:
    document: Document = {
        "amount_cents": change.amount_cents,
        "serial_number": change.serial_number,
        "expires": change.expires,
        "codes": [one.name for one in change.codes],
        "unread": list(change.unread),
    }
    if reveal:
        # Providers repeat a code in their instructions, so these are as secret.
        document["instructions"] = opened.instructions if opened else change.instructions
    if reveal and opened:
        document |= {one.name: one.text.reveal() for one in opened.codes}
    return document


def attention_words(redemption: Redemption) -> str | None:
    """Return what a person must do, or None where nobody is needed."""
    if redemption.state is RedemptionState.ATTENTION:
        return outcomes.attention(redemption.attention)
    return outcomes.UNCLAIMED_WORDS if redemption.state is RedemptionState.UNCLAIMED else None


def reason_words(redemption: Redemption) -> str | None:
    """Return why a redemption was refused, or how the last attempt ended.

    None where neither is so.
    """
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
    """Return a redemption as lines for a person, with the codes of the change that was opened.

    ``banner`` is that of a redemption that ended just now; without it the redemption is past, and
    no line tells anybody to hand over goods. ``is_owed`` is for the list of what is not settled.
    With ``reveal`` the change voucher's PIN is in it.
    """
    said = banner or outcomes.banner(redemption, outcomes.NOT_KNOWN_FROM_S)
    first = said.first if banner else _past_word(redemption, said, is_owed=is_owed)
    line = " ".join(said.lines) + (", and given back" if redemption.is_refunded else "")
    asked = redemption.amount
    amount = (
        format_cents(asked.cents, redemption.currency)
        if isinstance(asked, Exact)
        else "the whole value"
    )
    told = [
        f"{redemption.reference}  {refunds.title(redemption)}  {amount}  {first}",
        *([f"  {line}"] if line else []),
        f"  id {redemption.id}, state {redemption.state}, tries {redemption.attempts}",
    ]
    if redemption.state in FOR_A_PERSON:
        told.append(f"  {attention_words(redemption)}")
    change = redemption.change
    if change is not None and not change.is_sent_by_sms:
        told += [
            line
            for shape, one in _beside(change, opened)
            for line in _change_lines(redemption, shape, one)
        ]
    elif redemption.state is RedemptionState.FINAL and is_remainder_by_sms(redemption):
        told.append(f"  Change voucher: sent by SMS to {redemption.sms_to or 'the customer'}")
    return told


_RESTORED = {RedemptionState.REVERSED, RedemptionState.REVERSED_UNVERIFIED}


def _past_word(redemption: Redemption, said: Banner, *, is_owed: bool) -> str:
    if is_owed and redemption.state is RedemptionState.FINAL:
        return owed.TO_BE_CONFIRMED[redemption.is_refund]
    if is_owed and redemption.state in _RESTORED:
        return f"Needs a person: {owed.taken_back(is_refund=redemption.is_refund)}"
    is_past = said.is_hand_over or redemption.is_refunded
    return outcomes.state_word(redemption)[1] if is_past else said.first


def _change_lines(
    redemption: Redemption, change: ChangeShape, opened: ChangeVoucher | None
) -> list[str]:
    value = value_text(change, redemption.currency) or "check the balance"
    if not change.codes:
        return [
            f"  Change voucher: {value}. {NO_CODE}. {what_came(change)} Call a supervisor.",
            f"  What the provider said: counterfoil show {redemption.reference} --reveal --answer",
        ]
    hidden = ["in the journal, see --reveal"] * len(change.codes)
    texts = [_grouped(one.text) for one in opened.codes] if opened else hidden
    named = zip(change.codes, texts, strict=True)
    codes = (f"{code_label(one)} {text}" for one, text in named)
    lines = [f"  Change voucher: {value}, {', '.join(codes)}"]
    return lines + [f"  {note}" for note in code_notes(change)]


def _grouped(code: Secret) -> str:
    text, groups = code.reveal(), []
    for length in group_lengths(len(code)):
        groups.append(text[:length])
        text = text[length:]
    return " ".join(groups)


def type_document(one: VoucherType) -> Document:
    """Return a voucher type as JSON."""
    return {
        "type": one.id,
        "category": one.category,
        "name": one.name,
        "description": one.description,
        "upstream": one.upstream,
        "currency": one.currency,
        "can_look_up": one.can_look_up,
        "can_redeem": one.can_redeem,
        "can_redeem_part": one.can_redeem_part,
        "change": one.change.value,
        "fields": [
            {
                "name": spec.name,
                "label": spec.label,
                "kind": spec.kind.value,
                "is_required": spec.is_required,
                "is_sensitive": spec.is_sensitive,
                "hint": spec.hint,
                "length": spec.length,
                "choices": [one.value for one in spec.choices],
            }
            for spec in one.fields
        ],
    }


def type_line(one: VoucherType) -> str:
    """Return a voucher type as a line for a person."""
    fields = ", ".join(spec.name if spec.is_required else f"[{spec.name}]" for spec in one.fields)
    lookup = "balance" if one.can_look_up else "no balance"
    return f"{one.id:<28} {one.name:<20} {lookup:<11} {fields}"


def balance_document(answer: Balance) -> Document:
    """Return a balance as JSON."""
    return {
        "amount_cents": answer.amount_cents,
        "currency": answer.currency,
        "facts": dict(answer.facts),
    }
