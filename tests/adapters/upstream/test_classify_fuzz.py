"""Nothing an upstream can say makes the classifier fall over or believe a false approval."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.adapters.upstream.exchange import Answered
from counterfoil.adapters.upstream.moment.classify import classify
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.verdict import Approved, Declined, Unknown
from support.moment_bodies import ASKED_CENTS, REFERENCE, TYPE_ID, UPSTREAM_ID, question, redemption
from support.spoiling import EXAMPLES, spoilt

KINDS = st.sampled_from(AttemptKind)
STATUSES = st.integers(100, 999)
TYPES = st.sampled_from(
    ["application/json", "application/problem+json", "text/html", "", "application/json;q=1"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["confirmed", "failed", "draft", REFERENCE, UPSTREAM_ID, TYPE_ID, "ZAR"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
CHANGES = st.dictionaries(
    st.sampled_from([*redemption(), "change_voucher", "last_error", "title", "detail"]),
    VALUES,
    max_size=3,
)
HEADERS = st.fixed_dictionaries(
    {}, optional={"retry-after": st.text(max_size=30), "idempotent-replayed": st.text(max_size=9)}
)


@given(KINDS, STATUSES, TYPES, HEADERS, st.binary(max_size=200))
def test_any_bytes_are_classified(
    kind: AttemptKind, status: int, content_type: str, headers: dict[str, str], body: bytes
) -> None:
    """Raw bytes never prove that money moved."""
    outcome = Answered(status, {"content-type": content_type, **headers}, body)
    assert isinstance(classify(outcome, question(kind)), Declined | Unknown)


@pytest.mark.fault("X9")
@settings(max_examples=400)
@given(KINDS, STATUSES, CHANGES, st.sampled_from(["confirmed", "failed", "draft"]))
def test_a_bent_redemption_is_believed_only_when_all_that_decides_is_whole(
    kind: AttemptKind, status: int, changes: dict[str, Any], word: str
) -> None:
    """X9, N21: an approval means 2xx, confirmed, our redemption, our amount, something redeemed."""
    document = redemption(word) | changes
    outcome = Answered(status, {"content-type": "application/json"}, json.dumps(document).encode())
    verdict = classify(outcome, question(kind))
    if isinstance(verdict, Approved):
        assert 200 <= status <= 299
        assert document["status"].casefold() == "confirmed"
        assert document["external_reference"] in {REFERENCE, None}
        assert document["type"] in {TYPE_ID, None}
        assert int(document["amount"]) == ASKED_CENTS
        assert (document["currency"] or "ZAR").casefold() == "zar"
        told = document["redeemed_amount"]
        assert 0 < verdict.redeemed_cents <= ASKED_CENTS
        assert verdict.redeemed_cents == (ASKED_CENTS if told is None else int(told))
        assert type(told) is int or verdict.redeemed_cents == ASKED_CENTS
        assert int(document["reversed_amount"] or 0) == 0
    if isinstance(verdict, Declined) and 200 <= status <= 299:
        assert document["status"].casefold() == "failed"
        assert document["external_reference"] in {REFERENCE, None}
        assert int(document["redeemed_amount"] or 0) == 0


@pytest.mark.fault("N12", "N21", "X9")
@settings(max_examples=EXAMPLES)
@given(KINDS, spoilt(json.dumps(redemption()).encode()))
def test_spoilt_bytes_are_believed_only_when_all_that_decides_reads_the_same(
    kind: AttemptKind, body: bytes
) -> None:
    """Bits that flip, pieces that are cut out, doubled or moved: no other yes comes of it.

    Only part of the amount may be taken for what was redeemed, where the body says so: a digit that
    was lost leaves the answer to a voucher that held less.
    """
    outcome = Answered(200, {"content-type": "application/json"}, body)
    verdict = classify(outcome, question(kind))
    if isinstance(verdict, Approved):
        read, golden = json.loads(body), redemption()
        assert read["status"].casefold() == golden["status"]
        assert int(read["amount"]) == golden["amount"]
        assert int(read.get("redeemed_amount") or ASKED_CENTS) == verdict.redeemed_cents
        assert (read.get("currency") or "ZAR").casefold() == "zar"
        assert read.get("external_reference", REFERENCE) in {REFERENCE, None}
        assert read.get("type", TYPE_ID) in {TYPE_ID, None}
        assert 0 < verdict.redeemed_cents <= ASKED_CENTS
