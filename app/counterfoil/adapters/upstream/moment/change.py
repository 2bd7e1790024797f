"""Reads the parts of an answer whose names vary: the change voucher and the provider's reference.

Their key names are not published, so several are looked for, in any case, alone, in a list or one
level down. Each code keeps the name that it came under and is never taken for another. A part that
cannot be read is left out and never spoils the rest: a PIN that can be read must not be lost
because an expiry date cannot.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from counterfoil.domain.money import AMOUNT_CENTS_MAX
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import ascii_digits, clean_text
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher
from counterfoil.domain.voucher_type import ChangeManner

_VOUCHER_KEYS = frozenset(
    {
        "changevoucher",
        "changevouchers",
        "newvoucher",
        "replacementvoucher",
        "replacementvouchers",
        "residualvoucher",
    }
)
"""Where a change voucher may stand in an answer, as ``_flat`` writes it."""
_TYPED_ENDS = ("pin", "token")
_TYPED_KEYS = frozenset({"code", "pinnumber", "redemptioncode", "vouchercode", "vouchernumber"})
_AMOUNT_KEYS = ("amount", "balance", "value")
_SERIAL_KEYS = ("serialnumber", "serial", "voucherserialnumber")
_EXPIRY_KEYS = ("expirydate", "expiresat", "expires", "expiry", "expirationdate", "validuntil")
_INSTRUCTION_KEYS = ("instructions", "redemptioninstructions")
_REFERENCE_KEYS = ("serialnumber", "reference", "transactionreference")

_KEY_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_BARE_CODE = re.compile(r"\d(?:[ -]?\d){11,63}")
"""What stands alone where a voucher should is a code only when it cannot be anything else."""
_INSIDE_A_CODE = ("value", "data", "number", "text")
_OTHER_VOUCHERS = frozenset({"original", "previous", "old", "source", "redeemed", "parent"})
"""Words of keys that hold the voucher that was redeemed: its code is never handed out."""
_CODE_LENGTHS = range(4, 65)
_BARCODE_LENGTHS = range(1, 257)
_WORD_MAX = 64
_NAME_MAX = 40
_INSTRUCTIONS_MAX = 500
_DEPTH_MAX = 3
_NOTHING: tuple[Any, ...] = (None, {}, [])
VOUCHERS_MAX = 10
_UNREAD_MAX = 12


def find_change(document: Mapping[str, Any]) -> Any:
    """Return the part of an answer that is about new vouchers, unchanged.

    None where there is none.
    """
    told = [
        part
        for key, part in document.items()
        if _flat(key) in _VOUCHER_KEYS and part not in _NOTHING
    ]
    return told[0] if len(told) == 1 else told or None


def read_change(part: Any, manner: ChangeManner) -> ChangeVoucher | None:
    """Read the part of an approval that is about new vouchers; None when it has none.

    A part that is there and cannot be read gives a change voucher without a code, and the names of
    what came: the whole answer is in the journal, and a person can be called.

    ``is_sent_by_sms`` is true only where discovery said that this provider sends the remainder by
    SMS, and no code came.
    """
    found = [*_vouchers_in("change_voucher", part, _DEPTH_MAX)][:VOUCHERS_MAX]
    if not found:
        return None
    if manner is ChangeManner.SMS and not _with_codes(found):
        return ChangeVoucher(amount_cents=found[0].amount_cents, is_sent_by_sms=True)
    return replace(found[0], more=tuple(found[1:]))


def read_upstream_reference(part: Any) -> str | None:
    """Read the provider's own reference, such as a serial number; never the PIN beside it."""
    is_object = isinstance(part, Mapping)
    return _word(_by_flat_key(part), _REFERENCE_KEYS, _WORD_MAX) if is_object else None


def _vouchers_in(name: str, part: Any, depth: int) -> Iterator[ChangeVoucher]:
    """Find the vouchers in a part; one of which no code can be read counts as well."""
    if part in _NOTHING:
        return
    if isinstance(part, list) and depth:
        for item in part:
            yield from _vouchers_in(name, item, depth - 1)
    elif isinstance(part, Mapping):
        yield from _vouchers_of(part, depth)
    else:
        yield _bare_voucher(name, part)


def _vouchers_of(part: Mapping[str, Any], depth: int) -> Iterator[ChangeVoucher]:
    own = _read_voucher(part)
    nested = (
        [*_vouchers_in(key, one, depth - 1)]
        for key, one in part.items()
        if depth and _may_hold_vouchers(key, one)
    )
    inner = [one for found in nested if _with_codes(found) for one in found]
    if own.codes or not inner:
        yield own
    if not own.codes and len(inner) == 1:
        yield _filled_up(inner[0], own)
    else:
        yield from inner


def _may_hold_vouchers(key: str, part: Any) -> bool:
    is_other = not _OTHER_VOUCHERS.isdisjoint(_words(key))
    return isinstance(part, Mapping | list) and not is_other and _lengths_of_code(key) is None


def _with_codes(vouchers: list[ChangeVoucher]) -> list[ChangeVoucher]:
    return [one for one in vouchers if one.codes]


def _filled_up(inner: ChangeVoucher, outer: ChangeVoucher) -> ChangeVoucher:
    """Give the only voucher in an envelope what stands on the envelope."""
    return replace(
        inner,
        amount_cents=outer.amount_cents if inner.amount_cents is None else inner.amount_cents,
        serial_number=inner.serial_number or outer.serial_number,
        expires=inner.expires or outer.expires,
        instructions=inner.instructions or outer.instructions,
    )


def _bare_voucher(name: str, part: Any) -> ChangeVoucher:
    """Read a text or a number that stands where a voucher should; only what looks like a code."""
    code = _code(name, part, _CODE_LENGTHS)
    if code is None or _BARE_CODE.fullmatch(code.text.reveal()) is None:
        return ChangeVoucher(unread=(_name(name),))
    return ChangeVoucher(codes=(code,))


def _read_voucher(part: Mapping[str, Any]) -> ChangeVoucher:
    flat = _by_flat_key(part)
    codes = tuple(_codes(part))
    return ChangeVoucher(
        codes=codes,
        amount_cents=_cents(flat),
        serial_number=_word(flat, _SERIAL_KEYS, _WORD_MAX),
        expires=_word(flat, _EXPIRY_KEYS, _WORD_MAX),
        instructions=_word(flat, _INSTRUCTION_KEYS, _INSTRUCTIONS_MAX),
        unread=() if codes else tuple(_names(part, _DEPTH_MAX))[:_UNREAD_MAX],
    )


def _codes(part: Mapping[str, Any]) -> Iterator[ChangeCode]:
    """Read each code once, what is typed before what is scanned, and a PIN before all."""
    known: set[str] = set()
    for name in sorted(part, key=_order_of_use):
        lengths = _lengths_of_code(name)
        code = None if lengths is None else _code(name, part[name], lengths)
        if code is not None and code.text.reveal() not in known:
            known.add(code.text.reveal())
            yield code


def _lengths_of_code(key: str) -> range | None:
    """Return how long a code under this key may be, or None where the key names no code."""
    words = _words(key)
    if not words:
        return None
    if words[-1] == "barcode":
        return _BARCODE_LENGTHS
    is_typed = words[-1] in _TYPED_ENDS or "".join(words) in _TYPED_KEYS
    return _CODE_LENGTHS if is_typed else None


def _order_of_use(key: str) -> int:
    last = _words(key)[-1:]
    return 2 if not last else {"pin": 0, "token": 1, "barcode": 3}.get(last[0], 2)


def _code(name: str, value: Any, lengths: range) -> ChangeCode | None:
    """Read one code; its digits are written as a keyboard has them."""
    if isinstance(value, Mapping):
        flat = _by_flat_key(value)
        value = next((flat[key] for key in _INSIDE_A_CODE if key in flat), None)
    is_number = type(value) is int and value >= 0
    if not is_number and not isinstance(value, str):
        return None
    text = ascii_digits(str(value).strip())
    if len(text) not in lengths or not text.isprintable():
        return None
    return ChangeCode(_name(name), Secret(text), is_number)


def _name(key: str) -> str:
    """Write a provider's key so that it can be shown and printed."""
    return clean_text(key, _NAME_MAX) or "no name"


def _names(part: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Name what is in a part, with what is one level down behind a full stop."""
    for key, value in part.items():
        name = _name(key)
        if isinstance(value, Mapping) and value and depth:
            yield from (f"{name}.{inner}" for inner in _names(value, depth - 1))
        elif value is not None:
            yield name


def _cents(flat: Mapping[str, Any]) -> int | None:
    for key in _AMOUNT_KEYS:
        cents = flat.get(key)
        if type(cents) is int and 0 < cents <= AMOUNT_CENTS_MAX:
            return cents
    return None


def _word(flat: Mapping[str, Any], keys: tuple[str, ...], limit: int) -> str | None:
    for key in keys:
        text = flat.get(key)
        if type(text) is int:
            text = str(text)
        if isinstance(text, str) and (word := ascii_digits(clean_text(text, limit))):
            return word
    return None


def _by_flat_key(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part by keys that are written alike; the first of two such keys counts."""
    flat: dict[str, Any] = {}
    for key, value in part.items():
        flat.setdefault(_flat(key), value)
    return flat


def _flat(key: str) -> str:
    return "".join(_words(key))


def _words(key: str) -> list[str]:
    """Take a key apart: ``voucherPin``, ``voucher_pin`` and ``VOUCHER-PIN`` are the same."""
    return [word.lower() for word in _KEY_WORD.findall(key)]
