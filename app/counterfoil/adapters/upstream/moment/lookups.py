"""Reads the answer to a balance lookup: a balance, or why there is none."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from counterfoil.adapters.upstream.answers import SUCCESS, UnreadableError, parse_json_body
from counterfoil.adapters.upstream.exchange import Answered, Outcome
from counterfoil.adapters.upstream.moment import wire
from counterfoil.adapters.upstream.moment.reading import read_prose
from counterfoil.adapters.upstream.reasons import find_reason
from counterfoil.adapters.upstream.troubles import unusable
from counterfoil.domain.failures import GatewayUnreadableError
from counterfoil.domain.money import AMOUNT_CENTS_MAX, format_cents
from counterfoil.domain.text import clean_text, humanise
from counterfoil.domain.verdict import DeclineReason
from counterfoil.ports.gateway import Balance, BalanceFact, LookupRefusal, LookupRefused

FACTS_MAX = 8

_REFUSALS = frozenset({400, 402, 404, 422})
_NOT_OFFERED_WORDS = ("not support", "unsupported", "not available", "not offered")
_MONEY_WORDS = ("amount", "balance", "denomination", "value")
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){7,}")
"""Anything as long as a code stays off the screen, whatever it is called."""

_REFUSAL_OF: Mapping[DeclineReason, LookupRefusal] = {
    DeclineReason.ALREADY_USED: LookupRefusal.ALREADY_USED,
    DeclineReason.EXPIRED: LookupRefusal.EXPIRED,
    DeclineReason.NOT_FOUND: LookupRefusal.NOT_FOUND,
    DeclineReason.CANCELLED: LookupRefusal.CANCELLED,
    DeclineReason.BAD_REQUEST: LookupRefusal.BAD_REQUEST,
    DeclineReason.PROVIDER_DOWN: LookupRefusal.PROVIDER_DOWN,
}


def read_lookup(outcome: Outcome, type_id: str, *, is_offered: bool) -> Balance | LookupRefused:
    """Read what is on a voucher, or why the upstream does not give it.

    ``is_offered`` says whether discovery offers a lookup for this type; where it does not, a
    refusal without a reason is taken to mean that.

    Raises:
        GatewayUnavailableError: there is no usable answer.

    """
    document = parse_json_body(outcome) if isinstance(outcome, Answered) else None
    if not isinstance(outcome, Answered) or document is None:
        raise unusable(outcome)
    if outcome.status in SUCCESS:
        return _read_balance(document, type_id)
    if outcome.status in _REFUSALS:
        return LookupRefused(_read_refusal(document, outcome.status, is_offered=is_offered))
    raise unusable(outcome)


def _read_balance(document: dict[str, Any], type_id: str) -> Balance | LookupRefused:
    told = document.get("type")  # anything at all, so it is not looked for in a set
    if told is not None and told != type_id:
        raise GatewayUnreadableError
    if document.get("error"):
        reason = find_reason(read_prose(document["error"]), DeclineReason.REFUSED)
        return LookupRefused(_REFUSAL_OF.get(reason, LookupRefusal.REFUSED))
    balance, currency = document.get("balance"), document.get("currency")
    is_amount = type(balance) is int and 0 <= balance <= AMOUNT_CENTS_MAX
    if balance is not None and not is_amount:
        raise GatewayUnreadableError
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        currency = "ZAR"
    return Balance(
        amount_cents=balance,
        currency=currency,
        facts=_read_facts(document.get("provider_metadata"), currency),
    )


def _read_refusal(document: dict[str, Any], status: int, *, is_offered: bool) -> LookupRefusal:
    try:
        problem = wire.read_problem(document, status)
    except UnreadableError:
        raise GatewayUnreadableError from None
    prose = f"{problem.title} {problem.detail or ''}"
    if any(words in prose.casefold() for words in _NOT_OFFERED_WORDS):
        return LookupRefusal.NOT_OFFERED
    is_request = status == HTTPStatus.BAD_REQUEST
    otherwise = DeclineReason.BAD_REQUEST if is_request else DeclineReason.REFUSED
    refusal = _REFUSAL_OF.get(find_reason(prose, otherwise), LookupRefusal.REFUSED)
    is_unexplained = refusal is LookupRefusal.REFUSED and not is_offered
    return LookupRefusal.NOT_OFFERED if is_unexplained else refusal


_KNOWN_FACTS: Mapping[str, BalanceFact] = {one.value: one for one in BalanceFact}


def _read_facts(part: Any, currency: str) -> tuple[tuple[BalanceFact | str, str], ...]:
    if not isinstance(part, Mapping):
        return ()
    facts = [
        (_KNOWN_FACTS.get(key) or humanise(key, 30), text)
        for key, value in part.items()
        if (text := _fact(str(key), value, currency))
    ]
    return tuple(facts[:FACTS_MAX])


def _fact(key: str, value: Any, currency: str) -> str:
    """Write one fact for people; nothing when it is no plain fact or could be a code."""
    if type(value) is int and 0 <= value <= AMOUNT_CENTS_MAX:
        is_money = any(word in key.lower() for word in _MONEY_WORDS)
        text = format_cents(value, currency) if is_money else str(value)
    else:
        text = clean_text(value, 60) if isinstance(value, str) else ""
    return "" if _LONG_NUMBER.search(text) else text
