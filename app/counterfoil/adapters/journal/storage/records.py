"""Rows of the file and the records of the domain, each made from the other."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from dataclasses import fields as parts_of
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from counterfoil.adapters.journal.storage.chain import Link
from counterfoil.adapters.journal.storage.marks import Columns, SqlValue
from counterfoil.adapters.journal.storage.packing import PACKED, pack, unpack
from counterfoil.domain.advice import Advice, AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.audit import Recorded
from counterfoil.domain.money import Exact, FullValue, Limits
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import (
    Attempt,
    AttemptKind,
    AttentionCause,
    Redemption,
    Sale,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import (
    ChangeCode,
    ChangeVoucher,
    DeclineReason,
    FollowUp,
    UnknownCause,
)
from counterfoil.domain.voucher_type import (
    ChangeManner,
    Choice,
    FieldKind,
    FieldSpec,
    UpstreamKind,
    VoucherType,
    WireKind,
)
from counterfoil.ports.vault import Vault

REQUEST = "request"
CHANGE = "change"
ADVICE = "advice"
_ENCODING = "utf-8"
_ERRORS = "surrogatepass"

_TYPE_PARTS = frozenset(part.name for part in parts_of(VoucherType))
_FIELD_PARTS = frozenset(part.name for part in parts_of(FieldSpec))
"""A newer till may have kept more of a type; what is not known here is passed over."""

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Seals:
    """Seals and opens the fields of one redemption."""

    vault: Vault
    redemption_id: str
    row_key: bytes

    def seal(self, column: str, secret: Secret) -> bytes:
        """Seal a secret into a column."""
        packed = pack(secret.reveal().encode(_ENCODING, _ERRORS))
        return PACKED + self.vault.seal(self.row_key, self.redemption_id, _packed(column), packed)

    def open(self, column: str, sealed: bytes) -> Secret:
        """Open a sealed column.

        Raises:
            JournalCorruptError: it was altered, moved, or sealed by another till.

        """
        if sealed.startswith(PACKED):
            place, sealed = _packed(column), sealed.removeprefix(PACKED)
            plain = unpack(self.vault.open(self.row_key, self.redemption_id, place, sealed))
        else:
            plain = self.vault.open(self.row_key, self.redemption_id, column, sealed)
        return Secret(plain.decode(_ENCODING, _ERRORS))


def _packed(column: str) -> str:
    """Name the place of a packed text, which does not open as one that is not."""
    return f"packed {column}"


def body_column(number: int) -> str:
    """Name the sealed column of an attempt's answer, so that answers cannot change places."""
    return f"body of attempt {number}"


def seals_of(vault: Vault, columns: Columns) -> Seals:
    """Return what opens the sealed columns of a redemption's row."""
    return Seals(vault, columns["id"], columns["row_key"])


# --------------------------------------------------------------------------------------- writing


def sale_columns(sale: Sale) -> dict[str, SqlValue]:
    """Write a sale."""
    return {
        "id": sale.id,
        "currency": sale.currency,
        "due_cents": sale.due_cents,
        "opened_at": time_text(sale.opened_at),
        "state": sale.state.value,
    }


def fixed_columns(redemption: Redemption, seals: Seals, request: Secret) -> dict[str, SqlValue]:
    """Write what a redemption is prepared with and keeps."""
    amount = redemption.amount
    return {
        "slip_number": redemption.slip_number,
        "id": redemption.id,
        "reference": redemption.reference,
        "sale_id": redemption.sale_id,
        "upstream": redemption.upstream,
        "type_id": redemption.type_id,
        "type_name": redemption.type_name,
        "fingerprint": redemption.fingerprint,
        "voucher_tail": redemption.voucher_tail,
        "amount_cents": amount.cents if isinstance(amount, Exact) else None,
        "is_full_value": int(isinstance(amount, FullValue)),
        "currency": redemption.currency,
        "idempotency_key": redemption.idempotency_key,
        "cashier": redemption.cashier,
        "created_at": time_text(redemption.created_at),
        "sms_to": redemption.sms_to,
        "change_manner": redemption.change_manner.value,
        **_kind_columns(redemption),
        "row_key": seals.row_key,
        "request_sealed": seals.seal(REQUEST, request),
    }


def _kind_columns(redemption: Redemption) -> dict[str, SqlValue]:
    """Write the kind of upstream; of the first kind nothing, as before there was a second."""
    if redemption.kind is UpstreamKind.KEYED:
        names = ("upstream_kind", "has_confirmation", "is_advice_effective", "can_refund")
        return dict.fromkeys((*names, "refund_of"))
    return {
        "upstream_kind": redemption.kind.value,
        "has_confirmation": int(redemption.has_confirmation),
        "is_advice_effective": int(redemption.is_advice_effective),
        "can_refund": int(redemption.can_refund),
        "refund_of": redemption.refund_of,
    }


def changing_columns(redemption: Redemption, change_sealed: bytes | None) -> dict[str, SqlValue]:
    """Write what is learnt of a redemption."""
    change = redemption.change
    return {
        "state": redemption.state.value,
        "attempts": redemption.attempts,
        "attempts_ended": redemption.attempts_ended,
        "conflicts": redemption.conflicts,
        **_instant_columns("first_sent", redemption.first_sent),
        **_instant_columns("last_ended", redemption.last_ended),
        "known_age_s": redemption.known_age_s,
        "next_due_at": _time_text_or_none(redemption.next_due_at),
        "last_cause": redemption.last_cause and redemption.last_cause.value,
        "follow_up": redemption.follow_up.value,
        "is_resend_spent": int(redemption.is_resend_spent),
        "upstream_id": redemption.upstream_id,
        "upstream_version": redemption.upstream_version,
        "upstream_reference": redemption.upstream_reference,
        "redeemed_cents": redemption.redeemed_cents,
        "change_cents": None if change is None else change.amount_cents,
        "change_sealed": change_sealed,
        "decline": redemption.decline and redemption.decline.value,
        "attention": redemption.attention and redemption.attention.value,
    }


def advice_columns(advice: Advice) -> dict[str, SqlValue]:
    """Write an advice, its place and its bytes apart."""
    return {
        "id": advice.id,
        "upstream": advice.upstream,
        "fingerprint": advice.fingerprint,
        "kind": advice.kind.value,
        "reason": advice.reason and advice.reason.value,
        "created_at": time_text(advice.created_at),
        "state": advice.state.value,
        "attempts": advice.attempts,
        "attempts_ended": advice.attempts_ended,
        "last_ended_at": _time_text_or_none(advice.last_ended_at),
        "next_due_at": _time_text_or_none(advice.next_due_at),
        "last_cause": advice.last_cause,
        "acknowledged_at": _time_text_or_none(advice.acknowledged_at),
    }


def change_text(change: ChangeVoucher) -> Secret:
    """Write whole change vouchers as one secret: instructions, too, may repeat a code."""
    return Secret(json.dumps(_change_fields(change), separators=(",", ":")))


def _change_fields(change: ChangeVoucher) -> dict[str, object]:
    return {
        "codes": [[code.name, code.text.reveal(), code.is_number] for code in change.codes],
        "amount_cents": change.amount_cents,
        "serial_number": change.serial_number,
        "expires": change.expires,
        "instructions": change.instructions,
        "is_sent_by_sms": change.is_sent_by_sms,
        "unread": change.unread,
        "more": [_change_fields(one) for one in change.more],
    }


def types_text(types: Sequence[VoucherType]) -> str:
    """Write voucher types as JSON."""
    return json.dumps([asdict(voucher_type) for voucher_type in types])


def time_text(at: datetime) -> str:
    """Write an aware time as ISO 8601 in UTC."""
    assert at.tzinfo is not None, "a time has a zone"
    return at.astimezone(UTC).isoformat()


def _instant_columns(name: str, instant: Instant | None) -> dict[str, SqlValue]:
    """Write a reading of both clocks as three columns."""
    return {
        f"{name}_wall": None if instant is None else time_text(instant.wall),
        f"{name}_monotonic_s": None if instant is None else float(instant.monotonic_s),
        f"{name}_boot_id": None if instant is None else instant.boot_id,
    }


def _time_text_or_none(at: datetime | None) -> str | None:
    """Write a time that may be absent."""
    return None if at is None else time_text(at)


# --------------------------------------------------------------------------------------- reading


def read_sale(columns: Columns, paid_cents: int) -> Sale:
    """Read a sale."""
    return Sale(
        id=columns["id"],
        currency=columns["currency"],
        due_cents=columns["due_cents"],
        opened_at=datetime.fromisoformat(columns["opened_at"]),
        state=SaleState(columns["state"]),
        paid_cents=paid_cents,
        customer=Customer(said) if (said := columns["customer"]) else None,
        customer_at=_time_or_none(columns["customer_at"]),
    )


def read_redemption(columns: Columns, vault: Vault) -> Redemption:
    """Read a redemption and open its change voucher."""
    amount_cents = columns["amount_cents"]
    sealed = columns["change_sealed"]
    change = None if sealed is None else seals_of(vault, columns).open(CHANGE, sealed)
    return Redemption(
        id=columns["id"],
        sale_id=columns["sale_id"],
        upstream=columns["upstream"],
        type_id=columns["type_id"],
        type_name=columns["type_name"],
        fingerprint=columns["fingerprint"],
        voucher_tail=columns["voucher_tail"],
        amount=FullValue() if amount_cents is None else Exact(amount_cents),
        currency=columns["currency"],
        idempotency_key=columns["idempotency_key"],
        cashier=columns["cashier"],
        created_at=datetime.fromisoformat(columns["created_at"]),
        sms_to=columns["sms_to"],
        change_manner=ChangeManner(columns["change_manner"]),
        kind=UpstreamKind(columns["upstream_kind"] or UpstreamKind.KEYED),
        has_confirmation=columns["has_confirmation"] == 1,
        is_advice_effective=columns["is_advice_effective"] != 0,
        can_refund=columns["can_refund"] == 1,
        refund_of=columns["refund_of"],
        is_refunded=columns["is_refunded"] == 1,
        slip_number=columns["slip_number"],
        state=RedemptionState(columns["state"]),
        attempts=columns["attempts"],
        attempts_ended=columns["attempts_ended"],
        conflicts=columns["conflicts"],
        first_sent=_instant(columns, "first_sent"),
        last_ended=_instant(columns, "last_ended"),
        known_age_s=columns["known_age_s"],
        next_due_at=_time_or_none(columns["next_due_at"]),
        last_cause=_word_or_none(UnknownCause, columns["last_cause"]),
        follow_up=FollowUp(columns["follow_up"]),
        is_resend_spent=columns["is_resend_spent"] == 1,
        upstream_id=columns["upstream_id"],
        upstream_version=columns["upstream_version"],
        upstream_reference=columns["upstream_reference"],
        redeemed_cents=columns["redeemed_cents"],
        change=None if change is None else _read_change(json.loads(change.reveal())),
        decline=_word_or_none(DeclineReason, columns["decline"]),
        attention=_word_or_none(AttentionCause, columns["attention"]),
    )


def _read_change(fields: dict[str, Any]) -> ChangeVoucher:
    """Read a change voucher. Journals of version 1 name a PIN and a barcode, and nothing else."""
    old = [(name, fields.pop(name, None)) for name in ("pin", "barcode")]
    codes = [*((name, text, False) for name, text in old if text), *fields.pop("codes", ())]
    return ChangeVoucher(
        codes=tuple(ChangeCode(name, Secret(text), number) for name, text, number in codes),
        unread=tuple(fields.pop("unread", ())),
        more=tuple(_read_change(one) for one in fields.pop("more", ())),
        **fields,
    )


def read_attempt(columns: Columns, redemption_id: str) -> Attempt:
    """Read an attempt."""
    return Attempt(
        redemption_id=redemption_id,
        number=columns["number"],
        kind=AttemptKind(columns["kind"]),
        started_at=datetime.fromisoformat(columns["started_at"]),
        ended_at=_time_or_none(columns["ended_at"]),
        outcome=columns["outcome"],
        cause=columns["cause"],
        http_status=columns["http_status"],
    )


def read_advice(columns: Columns, redemption_id: str, *, is_refund: bool) -> Advice:
    """Read an advice."""
    return Advice(
        id=columns["id"],
        redemption_id=redemption_id,
        upstream=columns["upstream"],
        fingerprint=columns["fingerprint"],
        kind=AdviceKind(columns["kind"]),
        reason=_word_or_none(ReversalReason, columns["reason"]),
        created_at=datetime.fromisoformat(columns["created_at"]),
        is_refund=is_refund,
        state=AdviceState(columns["state"]),
        attempts=columns["attempts"],
        attempts_ended=columns["attempts_ended"],
        last_ended_at=_time_or_none(columns["last_ended_at"]),
        next_due_at=_time_or_none(columns["next_due_at"]),
        last_cause=columns["last_cause"],
        acknowledged_at=_time_or_none(columns["acknowledged_at"]),
    )


def read_print_job(columns: Columns, redemption_id: str) -> PrintJob:
    """Read a paper."""
    return PrintJob(
        redemption_id=redemption_id,
        number=columns["number"],
        kind=SlipKind(columns["kind"]),
        copy_number=columns["copy_number"],
        state=PrintState(columns["state"]),
        queued_at=datetime.fromisoformat(columns["queued_at"]),
        by=columns["queued_by"],
    )


def read_event(link: Link, redemption_id: str) -> Recorded:
    """Read what happened to a redemption; its mark is the chain's, which only `verify` follows.

    Raises:
        JournalCorruptError: it cannot be read.

    """
    return Recorded(
        sequence=link.sequence, at=link.at, redemption_id=redemption_id, event=link.event()
    )


def read_types(columns: Columns) -> tuple[datetime, tuple[VoucherType, ...]]:
    """Read the types kept for an upstream; what only a newer till understands is left out."""
    read: list[VoucherType] = []
    for entry in json.loads(columns["types"]):
        with suppress(ValueError):  # a word of a newer till: such a type cannot be offered here
            read.append(_read_type(entry))
    return datetime.fromisoformat(columns["at"]), tuple(read)


def _read_type(entry: dict[str, Any]) -> VoucherType:
    """Read one voucher type from its JSON; one that was kept earlier may lack newer parts."""
    entry = {name: value for name, value in entry.items() if name in _TYPE_PARTS}
    read = {
        "fields": tuple(map(_read_field, entry["fields"])),
        "change": ChangeManner(entry["change"]),
        "kind": UpstreamKind(entry.get("kind", UpstreamKind.KEYED)),
        "limits": Limits(**entry.get("limits", {})),
    }
    return VoucherType(**entry | read)


def _read_field(entry: dict[str, Any]) -> FieldSpec:
    """Read one field of a voucher type from its JSON."""
    earlier = WireKind.INTEGER if entry.get("is_number") else WireKind.TEXT
    entry = {name: value for name, value in entry.items() if name in _FIELD_PARTS}
    read = {
        "kind": FieldKind(entry["kind"]),
        "wire": WireKind(entry.get("wire", earlier)),
        "choices": tuple(map(_read_choice, entry["choices"])),
    }
    return FieldSpec(**entry | read)


def _read_choice(entry: dict[str, Any] | str) -> Choice:
    """Read one choice of a field; earlier it was a text that was its own label."""
    if isinstance(entry, str):
        return Choice(value=entry, label=entry)
    return Choice(value=entry["value"], label=entry["label"], wire=WireKind(entry["wire"]))


def _word_or_none(words: type[_Word], value: str | None) -> _Word | None:
    """Take a word of an enumeration that may be absent."""
    return None if value is None else words(value)


def _time_or_none(value: str | None) -> datetime | None:
    """Take a time that may be absent."""
    return None if value is None else datetime.fromisoformat(value)


def _instant(columns: Columns, name: str) -> Instant | None:
    """Take a reading of both clocks that may be absent."""
    wall = _time_or_none(columns[f"{name}_wall"])
    if wall is None:
        return None
    return Instant(wall, columns[f"{name}_monotonic_s"], columns[f"{name}_boot_id"])
