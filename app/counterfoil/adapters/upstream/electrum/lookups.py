"""Reads the answer to a voucher's lookup: a balance, or why there is none.

The answer has no status, so nothing is concluded from the rest: an expiry date that has passed is
shown and not enforced. The voucher's own code never comes back onto the screen.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from counterfoil.adapters.upstream.answers import UnreadableError, parse_json_body
from counterfoil.adapters.upstream.electrum import wire
from counterfoil.adapters.upstream.electrum.currencies import letters_of
from counterfoil.adapters.upstream.electrum.reading import ACCEPTED, attempt, is_page
from counterfoil.adapters.upstream.electrum.reasons import find_reason
from counterfoil.adapters.upstream.electrum.slips import is_free_of
from counterfoil.adapters.upstream.exchange import Answered, Outcome
from counterfoil.adapters.upstream.troubles import unusable
from counterfoil.domain.failures import GatewayFailedError, GatewayUnreadableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.text import clean_text
from counterfoil.domain.verdict import DeclineReason
from counterfoil.ports.gateway import Balance, BalanceFact, LookupRefusal, LookupRefused

FACTS_MAX = 8
_INSTRUCTIONS_MAX = 4
_FACT_CHARACTERS_MAX = 120

_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
_NOT_OFFERED = frozenset({"FUNCTION_NOT_SUPPORTED", "TRANSACTION_NOT_SUPPORTED"})
_PASSING = frozenset({"GENERAL_ERROR", "UPSTREAM_UNAVAILABLE", "ROUTING_ERROR"})

_REFUSAL_OF: Mapping[DeclineReason, LookupRefusal] = {
    DeclineReason.ALREADY_USED: LookupRefusal.ALREADY_USED,
    DeclineReason.EXPIRED: LookupRefusal.EXPIRED,
    DeclineReason.NOT_FOUND: LookupRefusal.NOT_FOUND,
    DeclineReason.CANCELLED: LookupRefusal.CANCELLED,
    DeclineReason.BAD_REQUEST: LookupRefusal.BAD_REQUEST,
    DeclineReason.PROVIDER_DOWN: LookupRefusal.PROVIDER_DOWN,
}


def read_lookup(
    outcome: Outcome, fields: Mapping[str, Secret], currency: str, now: datetime
) -> Balance | LookupRefused:
    """Read what is on a voucher, or why the upstream does not give it.

    Raises:
        GatewayUnavailableError: there is no usable answer.

    """
    if not isinstance(outcome, Answered):
        raise unusable(outcome)
    if outcome.status == HTTPStatus.NOT_IMPLEMENTED:
        return LookupRefused(LookupRefusal.NOT_OFFERED)
    raw = parse_json_body(outcome)
    if outcome.status in _REFUSALS:
        return LookupRefused(_read_refusal(outcome, raw))
    if outcome.status not in ACCEPTED or raw is None:
        raise unusable(outcome)
    try:
        document = wire.read_lookup(raw)
    except UnreadableError:
        raise GatewayUnreadableError from None
    return _read_balance(document, fields, currency, now)


def _read_refusal(answer: Answered, raw: dict[str, Any] | None) -> LookupRefusal:
    error = attempt(wire.read_error, raw)
    if error is None:
        is_bare = not answer.body.strip() and not is_page(answer)
        if answer.status == HTTPStatus.NOT_FOUND and is_bare:
            return LookupRefusal.NOT_FOUND
        raise unusable(answer)
    if error.error_type in _PASSING:
        raise GatewayFailedError
    if error.error_type in _NOT_OFFERED:
        return LookupRefusal.NOT_OFFERED
    reason = find_reason(error.error_type, error.prose)
    return _REFUSAL_OF.get(reason, LookupRefusal.REFUSED)


def _read_balance(
    document: wire.LookupDocument, fields: Mapping[str, Secret], currency: str, now: datetime
) -> Balance:
    amounts = document.amounts
    told = (amounts.approved_amount or amounts.balance_amount) if amounts else None
    facts = _without(_read_facts(document, now), fields)
    return Balance(
        amount_cents=told.amount if told else None,
        currency=(letters_of(told.currency) or told.currency) if told else currency,
        facts=tuple(facts)[:FACTS_MAX],
    )


def _read_facts(
    document: wire.LookupDocument, now: datetime
) -> Iterable[tuple[BalanceFact, str | date]]:
    voucher = document.voucher
    product = document.product if isinstance(document.product, dict) else {}
    if name := _text(product.get("name")):
        yield BalanceFact.PRODUCT, name
    if expires := _read_date(voucher.expires):
        yield BalanceFact.EXPIRED if expires <= now else BalanceFact.EXPIRES, expires.date()
    if serial := _text(voucher.serial_number):
        yield BalanceFact.SERIAL_NUMBER, serial
    lines = voucher.instructions if isinstance(voucher.instructions, list) else []
    for line in lines[:_INSTRUCTIONS_MAX]:
        if text := _text(line):
            yield BalanceFact.INSTRUCTIONS, text


def _without(
    facts: Iterable[tuple[BalanceFact, str | date]], fields: Mapping[str, Secret]
) -> Iterable[tuple[BalanceFact, str | date]]:
    """Leave out whatever repeats the voucher's code or its PIN, grouped or not."""
    codes = [secret.reveal() for secret in fields.values()]
    return (fact for fact in facts if is_free_of(str(fact[1]), codes))


def _text(value: Any) -> str:
    return clean_text(value, _FACT_CHARACTERS_MAX) if isinstance(value, str) else ""


def _read_date(value: Any) -> datetime | None:
    """Read a moment of RFC 3339; one without a zone is taken for UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
