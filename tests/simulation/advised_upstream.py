"""An advised upstream: it takes each request once, then one advice about it, and has moods."""

import random  # noqa: TID251 - a seed repeats a run exactly
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from counterfoil.adapters.upstream.exchange import Answered, Call
from counterfoil.domain.advice import AdviceKind
from simulation.network import answer, document_of

_CURRENCY = "710"
_EMPTY = Answered(404, {}, b"")


class Mood(StrEnum):
    """How the provider treats one message."""

    FINE = "fine"
    REFUSES = "refuses"
    ERROR_BEFORE = "error before"
    ERROR_AFTER = "error after"
    GENERAL_ERROR_BEFORE = "general error before"
    GENERAL_ERROR_AFTER = "general error after"
    DUPLICATE = "duplicate"
    """Processed, and answered as if it had been seen before."""
    NOT_ALLOWED = "not allowed"
    POISON = "poison"


@dataclass(slots=True)
class Entry:
    """What the books say of one request."""

    id: str
    pin: str
    asked: dict[str, Any]
    cents: int
    word: str
    """``held``, ``confirmed``, ``reversed`` or ``declined``."""
    is_refund: bool = False
    """It puts its cents back on the voucher."""


@dataclass
class AdvisedUpstream:
    """Keeps vouchers and requests in dictionaries.

    One that ``forgets`` answers a reversal of what it does not know with 404, and takes a request
    that comes later all the same; another remembers the reversal. One that ``swallows`` passes
    advices on to nobody.
    """

    chance: random.Random
    on_debit: Callable[..., None]
    on_advice: Callable[[str, AdviceKind], None]
    forgets: bool
    swallows: bool
    trouble: float = 0.0
    has_lookup: bool = True
    is_baffled: bool = False
    """For now it can read no advice."""
    vouchers: dict[str, int] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    moods: Counter[Mood] = field(default_factory=Counter)
    _blocked: set[str] = field(default_factory=set)
    _times: Counter[str] = field(default_factory=Counter)

    def receive(self, call: Call, *, is_very_late: bool = False) -> Answered:
        """Take a message into account and answer it."""
        if call.method == "GET":
            return self._find(call.url.rpartition("/")[2])
        asked = document_of(call)
        mood = self._mood()
        if mood is Mood.ERROR_BEFORE:
            return _error(self.chance.choice([500, 503]), "UPSTREAM_UNAVAILABLE")
        if mood is Mood.GENERAL_ERROR_BEFORE:
            return _error(400, "GENERAL_ERROR")
        if call.url.endswith(("/redemptions", "/refunds")):
            said = self._request(asked, mood, is_very_late=is_very_late)
        else:
            is_reversal = call.url.endswith("/reversals")
            said = self._advice(asked, mood, is_reversal=is_reversal)
        if mood is Mood.ERROR_AFTER:
            return _error(self.chance.choice([500, 504]), "UPSTREAM_UNAVAILABLE")
        if mood is Mood.GENERAL_ERROR_AFTER:
            return _error(400, "GENERAL_ERROR")
        return said

    def net_cents(self, request_id: str) -> int:
        """Return what is taken for a request."""
        entry = self.entries.get(request_id)
        return entry.cents if entry and entry.word in {"held", "confirmed"} else 0

    def likeness(self, call: Call) -> bytes:
        """Return an approval about somebody else's request, or about another amount."""
        asked: dict[str, Any] = document_of(call) if call.body is not None else {}
        if "requestId" in asked:
            return answer(200, asked | {"id": "another", "requestId": "another"}).body
        wrong = {"amount": 777, "currency": _CURRENCY}
        other = {"time": "t", "originator": {}, "client": {}, **asked, "id": "another"}
        if "amounts" in asked and self.chance.random() < 0.5:
            # One about the whole value can only be told by its id from ours.
            other |= {"id": asked["id"], "amounts": {"requestAmount": wrong}}
        return answer(200, other).body

    def calm(self) -> None:
        """Have no moods any more."""
        self.trouble = 0.0

    def _mood(self) -> Mood:
        mood = Mood.FINE
        if self.chance.random() < self.trouble:
            mood = self.chance.choice([*Mood])
        if mood in {Mood.NOT_ALLOWED, Mood.POISON} and self.chance.random() < 0.7:
            mood = Mood.FINE
        self.moods[mood] += 1
        return mood

    # ------------------------------------------------------------------------------------ request

    def _request(self, asked: dict[str, Any], mood: Mood, *, is_very_late: bool) -> Answered:
        request_id, pin = asked["id"], asked["voucher"]["code"]
        if request_id in self.entries:
            return _error(400, "DUPLICATE_RECORD", request_id)
        is_refund = "redemptionId" in asked
        value = self._worth(asked["redemptionId"]) if is_refund else self.vouchers[pin]
        amount = asked.get("amounts", {}).get("requestAmount", {}).get("amount")
        is_refused = mood in {Mood.REFUSES, Mood.POISON, Mood.NOT_ALLOWED}
        cents = value if amount is None else min(value, amount)
        entry = Entry(request_id, pin, asked, cents, "declined", is_refund)
        self.entries[request_id] = entry
        if is_refused or request_id in self._blocked or not cents:
            return _error(400, "VOUCHER_ALREADY_REDEEMED", request_id)
        entry.word = "held"
        self._move(entry, -1)
        self._times[request_id] += 1
        self.on_debit(request_id, self._times[request_id], is_very_late=is_very_late)
        if mood is Mood.DUPLICATE:
            return _error(400, "DUPLICATE_RECORD", request_id)
        return answer(self.chance.choice([200, 201]), _yes(entry))

    def _worth(self, redemption_id: str) -> int:
        """Return what a refund of a redemption can put back."""
        taken = self.entries.get(redemption_id)
        has_refund = any(
            one.asked.get("redemptionId") == redemption_id and one.word in {"held", "confirmed"}
            for one in self.entries.values()
        )
        is_open = taken is not None and taken.word in {"held", "confirmed"} and not has_refund
        return taken.cents if taken is not None and is_open else 0

    def _move(self, entry: Entry, sign: int) -> None:
        """Take an entry's cents from its voucher, or put them back; a refund does the opposite."""
        self.vouchers[entry.pin] += entry.cents * (-sign if entry.is_refund else sign)

    def _find(self, request_id: str) -> Answered:
        entry = self.entries.get(request_id)
        if not self.has_lookup:
            return _error(501, "FUNCTION_NOT_SUPPORTED")
        if entry is None:
            return self.chance.choice([_error(404, "UNABLE_TO_LOCATE_RECORD"), _EMPTY])
        if self.chance.random() < self.trouble / 2:
            return Answered(self.chance.choice([102, 403]), {}, b"")
        if entry.word == "declined":
            return _error(400, "VOUCHER_ALREADY_REDEEMED", request_id)
        if entry.word == "reversed":
            return _error(400, "REDEMPTION_ALREADY_REVERSED", request_id)
        return answer(200, _yes(entry))

    # ------------------------------------------------------------------------------------- advice

    def _advice(self, asked: dict[str, Any], mood: Mood, *, is_reversal: bool) -> Answered:
        request_id = asked["requestId"]
        if mood is Mood.NOT_ALLOWED:
            return _error(401, "AUTHENTICATION_ERROR")
        if mood is Mood.POISON or self.is_baffled:
            return _error(400, "FORMAT_ERROR", request_id)
        kind = AdviceKind.REVERSAL if is_reversal else AdviceKind.CONFIRMATION
        self.on_advice(request_id, kind)
        entry = self.entries.get(request_id)
        if self.swallows:
            return answer(202, asked)
        if entry is None:
            return self._unknown(asked, is_reversal=is_reversal)
        return self._reverse(entry, asked) if is_reversal else self._confirm(entry, asked)

    def _unknown(self, asked: dict[str, Any], *, is_reversal: bool) -> Answered:
        if is_reversal and not self.forgets:
            self._blocked.add(asked["requestId"])
            return answer(202, asked)
        return self.chance.choice([_error(404, "UNABLE_TO_LOCATE_RECORD"), _EMPTY])

    def _reverse(self, entry: Entry, asked: dict[str, Any]) -> Answered:
        match entry.word:
            case "held":
                entry.word = "reversed"
                self._move(entry, 1)
                return answer(202, asked)
            case "confirmed":
                return _error(400, "REDEMPTION_ALREADY_CONFIRMED", asked["id"])
            case "reversed":
                return self._done(asked, "REDEMPTION_ALREADY_REVERSED")
            case _:
                return answer(202, asked)

    def _confirm(self, entry: Entry, asked: dict[str, Any]) -> Answered:
        match entry.word:
            case "held":
                entry.word = "confirmed"
                return answer(202, asked)
            case "confirmed":
                return self._done(asked, "REDEMPTION_ALREADY_CONFIRMED")
            case _:
                return _error(400, "REDEMPTION_ALREADY_REVERSED", asked["id"])

    def _done(self, asked: dict[str, Any], error: str) -> Answered:
        again = [answer(200, asked), _error(400, "DUPLICATE_RECORD"), _error(400, error)]
        return self.chance.choice(again)


def _yes(entry: Entry) -> dict[str, Any]:
    told = {"amount": entry.cents, "currency": _CURRENCY}
    amounts = {**entry.asked.get("amounts", {}), "approvedAmount": told}
    return {**entry.asked, "id": entry.id, "amounts": amounts}


def _error(status: int, error_type: str, error_id: str | None = None) -> Answered:
    document = {"errorType": error_type, "errorMessage": "said so"}
    return answer(status, document if error_id is None else document | {"id": error_id})
