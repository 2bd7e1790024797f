"""What lies sealed in a column, and what is kept as JSON: change vouchers and voucher types."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from dataclasses import fields as parts_of
from typing import Any

from counterfoil.adapters.journal.storage.codecs import id_text
from counterfoil.adapters.journal.storage.events import without_empty_end
from counterfoil.adapters.journal.storage.packing import PACKED, pack, unpack
from counterfoil.adapters.journal.storage.row_keys import row_key_of
from counterfoil.adapters.journal.storage.spec import ID, ROW_KEY, SLIP_NUMBER
from counterfoil.adapters.journal.storage.table import Columns
from counterfoil.declaring import dataclass
from counterfoil.domain.money import Limits
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import ChangeCode, ChangeShape, ChangeVoucher
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


@dataclass(frozen=True, slots=True)
class Seals:
    """Encrypts and decrypts the fields of one redemption."""

    vault: Vault
    redemption_id: str
    row_key: bytes

    def seal(self, column: str, secret: Secret) -> bytes:
        """Encrypt a secret for one column."""
        packed = pack(secret.reveal().encode(_ENCODING, _ERRORS))
        return PACKED + self.vault.seal(self.row_key, self.redemption_id, _packed(column), packed)

    def open(self, column: str, sealed: bytes) -> Secret:
        """Decrypt a column.

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
    """Return the name under which an attempt's answer is sealed, so that none can be swapped."""
    return f"body of attempt {number}"


def seals_of(connection: sqlite3.Connection, vault: Vault, columns: Columns) -> Seals:
    """Return what opens the sealed columns of a redemption's row."""
    key = row_key_of(connection, columns[ROW_KEY], columns[SLIP_NUMBER])
    return Seals(vault, id_text(columns[ID]), key)


def change_text(change: ChangeVoucher) -> Secret:
    """Return as one secret text what the shape of a change voucher leaves out.

    That is the text of every code, and instructions that repeat one.
    """
    return Secret(json.dumps(_hidden_parts(change, change.shape), separators=(",", ":")))


def _hidden_parts(change: ChangeVoucher, shape: ChangeShape) -> list[Any]:
    codes = [code.text.reveal() for code in change.codes]
    instructions = change.instructions if shape.instructions is None else None
    more = [_hidden_parts(*one) for one in zip(change.more, shape.more, strict=True)]
    return without_empty_end([codes, instructions, more or None])


def read_change(text: Secret, shape: ChangeShape | None) -> ChangeVoucher:
    """Read what `change_text` has written; ``shape`` is what lies beside it.

    A journal before version 4.0 sealed the whole voucher.
    """
    kept = json.loads(text.reveal())
    if isinstance(kept, dict):
        return _read_fields(kept)
    assert shape is not None, "codes alone lie beside a shape"
    return _joined(shape, *kept)


def _joined(
    shape: ChangeShape,
    codes: Sequence[str],
    instructions: str | None = None,
    more: Sequence[Any] | None = None,
) -> ChangeVoucher:
    """Join what may be seen of a change voucher and what was hidden of it."""
    return ChangeVoucher(
        codes=tuple(
            ChangeCode(one.name, Secret(text), one.is_number)
            for one, text in zip(shape.codes, codes, strict=True)
        ),
        amount_cents=shape.amount_cents,
        serial_number=shape.serial_number,
        expires=shape.expires,
        instructions=instructions if shape.instructions is None else shape.instructions,
        is_sent_by_sms=shape.is_sent_by_sms,
        unread=shape.unread,
        more=tuple(_joined(one, *kept) for one, kept in zip(shape.more, more or (), strict=True)),
    )


def _read_fields(fields: dict[str, Any]) -> ChangeVoucher:
    """Read a change voucher. Journals of version 1 name a PIN and a barcode, and nothing else."""
    old = [(name, fields.pop(name, None)) for name in ("pin", "barcode")]
    codes = [*((name, text, False) for name, text in old if text), *fields.pop("codes", ())]
    return ChangeVoucher(
        codes=tuple(ChangeCode(name, Secret(text), number) for name, text, number in codes),
        unread=tuple(fields.pop("unread", ())),
        more=tuple(_read_fields(one) for one in fields.pop("more", ())),
        **fields,
    )


def types_text(types: Sequence[VoucherType]) -> str:
    """Return voucher types as JSON."""
    return json.dumps([asdict(voucher_type) for voucher_type in types])


def read_types(text: str) -> tuple[VoucherType, ...]:
    """Read voucher types from JSON; those that only a newer till understands are left out."""
    read: list[VoucherType] = []
    for entry in json.loads(text):
        with suppress(ValueError):  # a word of a newer till: such a type cannot be offered here
            read.append(_read_type(entry))
    return tuple(read)


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
