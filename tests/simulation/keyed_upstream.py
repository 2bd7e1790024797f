"""A keyed upstream: it keeps keys for a day, and has moods.

It knows the truth that the till must end up with: what was taken from which voucher, for which of
the till's references, and which change vouchers it gave for it.
"""

import random  # noqa: TID251 - a seed repeats a run exactly
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from counterfoil.adapters.upstream.exchange import Answered, Call
from simulation.network import answer, document_of, problem
from simulation.watch import KEY_KEPT_S

FORGETFUL_S = 30.0
"""For how long a new redemption may not be found by its id."""
_UNDECIDED = frozenset({"draft", "reserved"})


class Mood(StrEnum):
    """How the provider treats one new request."""

    FINE = "fine"
    REFUSES = "refuses"
    DRAFT = "draft"
    ERROR_BEFORE = "error before"
    ERROR_AFTER = "error after"
    STORED_BEFORE = "stored error before"
    STORED_AFTER = "stored error after"
    STORED_429 = "stored 429"
    BUSY = "busy"
    """Decided later; who asks meanwhile gets a conflict."""


@dataclass(slots=True)
class Voucher:
    """What is on a voucher; a sticky one keeps its rest, another gives a new one for it."""

    value_cents: int
    is_sticky: bool = False


@dataclass(slots=True)
class _Order:
    """What was asked under one key."""

    id: str
    reference: str
    type_id: str
    pin: str
    amount: int | None
    taken_on_s: float
    word: str = "draft"
    version: int = 1
    redeemed: int = 0
    change: dict[str, Any] | None = None
    busy_until_s: float = 0.0
    refusal: int = 0
    stored: tuple[int, bytes] | None = None
    """The stored answer, with its status."""


@dataclass
class KeyedUpstream:
    """Keeps vouchers, keys and debits in dictionaries."""

    now_s: Callable[[], float]
    later: Callable[[float, Callable[[], None]], object]
    chance: random.Random
    on_debit: Callable[..., None]
    trouble: float = 0.0
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    debits: Counter[str] = field(default_factory=Counter)
    """What was taken for each of the till's references, in cents."""
    times: Counter[str] = field(default_factory=Counter)
    changes: dict[str, str] = field(default_factory=dict)
    """The PIN of the change voucher that was given for a reference."""
    moods: Counter[Mood] = field(default_factory=Counter)
    is_whole_only: bool = False
    """It refuses an amount above the value, instead of taking what is there."""
    _carried: set[str] = field(default_factory=set)
    """References whose key was forgotten while the network carried a repetition."""
    _orders: dict[str, _Order] = field(default_factory=dict)
    _by_id: dict[str, _Order] = field(default_factory=dict)

    def receive(self, call: Call, *, is_very_late: bool = False) -> Answered:
        """Take a request into account and answer it."""
        if call.method == "GET":
            return self._find(call.url.rpartition("/")[2])
        key = call.headers["idempotency-key"]
        known = self._orders.get(key)
        if known is not None and self.now_s() - known.taken_on_s < KEY_KEPT_S:
            return self._again(known)
        if known is not None and is_very_late:
            self._carried.add(known.reference)
        return self._first(key, document_of(call))

    def likeness(self, call: Call) -> bytes:
        """Return an approval about somebody else's request, or about another amount."""
        asked: dict[str, Any] = document_of(call) if call.body is not None else {}
        # One about the whole value can only be told by its reference from ours.
        is_other = "amount" not in asked or self.chance.random() < 0.5
        order = _Order(
            id=f"rdm_{0xFFFF:024x}",
            reference="another" if is_other else asked["external_reference"],
            type_id=asked.get("type", "x"),
            pin="",
            amount=777,
            taken_on_s=0,
            word="confirmed",
            redeemed=777,
        )
        return answer(200, self._document(order)).body

    def calm(self) -> None:
        """Decide all that is not decided."""
        self.trouble = 0.0
        for order in list(self._by_id.values()):
            self._settle(order)

    def _find(self, order_id: str) -> Answered:
        order = self._by_id.get(order_id)
        if order is None:
            return problem(404, "Not found")
        is_young = self.now_s() - order.taken_on_s < FORGETFUL_S
        if is_young and self.chance.random() < self.trouble / 2:
            return problem(404, "Not found")
        return answer(200, self._document(order))

    def _again(self, order: _Order) -> Answered:
        if self.now_s() < order.busy_until_s:
            return problem(409, "Being processed")
        if order.stored is not None:
            status, body = order.stored
            return Answered(
                status, {"content-type": "application/json", "idempotent-replayed": "true"}, body
            )
        if order.refusal:
            return problem(order.refusal, "Refused", idempotent_replayed="true")
        return answer(200, self._document(order), idempotent_replayed="true")

    def is_undecided(self, reference: str) -> bool:
        """Whether the provider itself does not know yet what becomes of a request."""
        orders = self._orders.values()
        return any(one.reference == reference and one.word in _UNDECIDED for one in orders)

    def _first(self, key: str, asked: dict[str, Any]) -> Answered:
        number = len(self._by_id) + 1
        order = _Order(
            id=f"rdm_{number:024x}",
            reference=asked["external_reference"],
            type_id=asked["type"],
            pin=asked["source"]["pin"],
            amount=asked.get("amount"),
            taken_on_s=self.now_s(),
        )
        mood = Mood.FINE
        if self.chance.random() < self.trouble:
            mood = self.chance.choice([*Mood])
        self.moods[mood] += 1
        if mood is Mood.ERROR_BEFORE:
            return problem(self.chance.choice([500, 503]), "Error")
        self._orders[key] = self._by_id[order.id] = order
        return self._meet(mood, order)

    def _meet(self, mood: Mood, order: _Order) -> Answered:
        pick = self.chance.choice
        match mood:
            case Mood.REFUSES:
                order.word, order.refusal = "failed", pick([400, 402, 422])
                return problem(order.refusal, "Refused")
            case Mood.DRAFT:
                order.word = pick(["draft", "reserved"])
                first = answer(202, self._document(order))
                if self.chance.random() < 0.5:
                    order.stored = (202, first.body)
                self.later(pick([1.0, 20.0, 200.0, 100_000.0]), lambda: self._settle(order))
                return first
            case Mood.STORED_BEFORE | Mood.STORED_AFTER | Mood.STORED_429:
                if mood is Mood.STORED_AFTER:
                    self._settle(order)
                else:
                    order.word = "failed"
                status = 429 if mood is Mood.STORED_429 else pick([500, 502, 503])
                told = self._document(order) if self.chance.random() < 0.3 else {"title": "Error"}
                first = answer(status, told)
                order.stored = (status, first.body)
                return first
            case Mood.ERROR_AFTER:
                self._settle(order)
                return problem(500, "Error")
            case Mood.BUSY:
                busy_s = self.chance.uniform(5, 90)
                order.busy_until_s = self.now_s() + busy_s
                self.later(busy_s, lambda: self._settle(order))
                return problem(pick([409, 504]), "Being processed")
            case _:
                self._settle(order)
                return answer(201, self._document(order))

    def _settle(self, order: _Order) -> None:
        if order.word not in _UNDECIDED:
            return
        voucher = self.vouchers[order.pin]
        value, asked = voucher.value_cents, order.amount
        order.version += 1
        is_too_little = self.is_whole_only and asked is not None and asked > value
        if value == 0 or is_too_little:
            order.word = "failed"
            return
        taken = value if asked is None else min(value, asked)
        order.word, order.redeemed = "confirmed", taken
        voucher.value_cents -= taken
        if voucher.value_cents and not voucher.is_sticky:
            self._give_change(order, voucher)
        self.debits[order.reference] += taken
        self.times[order.reference] += 1
        self.on_debit(
            order.reference,
            self.times[order.reference],
            is_key_forgotten=order.reference in self._carried,
            arrived_on_s=order.taken_on_s,
        )

    def _give_change(self, order: _Order, voucher: Voucher) -> None:
        pin = f"77{len(self.vouchers):02d}{self.chance.getrandbits(38):012d}"
        self.vouchers[pin] = Voucher(voucher.value_cents)
        order.change = {"pin": pin, "amount": voucher.value_cents, "serial_number": "SN-1"}
        self.changes[order.reference] = pin
        voucher.value_cents = 0

    def _document(self, order: _Order) -> dict[str, Any]:
        document: dict[str, Any] = {
            "id": order.id,
            "status": order.word,
            "version": order.version,
            "type": order.type_id,
            "external_reference": order.reference,
            "amount": order.redeemed if order.amount is None else order.amount,
            "currency": "ZAR",
            "redeemed_amount": order.redeemed,
            "reversed_amount": 0,
        }
        if order.change is not None:
            document["change_voucher"] = order.change
        if order.word == "failed":
            document["last_error"] = {"message": "The voucher has already been used"}
        return document
