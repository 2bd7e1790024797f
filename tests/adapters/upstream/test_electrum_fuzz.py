"""Nothing an upstream can say makes the tables fall over or believe what is not there."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.adapters.upstream.electrum.advices import classify_advice
from counterfoil.adapters.upstream.electrum.classify import classify
from counterfoil.adapters.upstream.electrum.reading import is_page
from counterfoil.adapters.upstream.exchange import Answered
from counterfoil.domain.advice import Acknowledged, AdviceKind, Contradicted, NotKnownThere
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.verdict import Approved, Declined, Unknown
from support.spoiling import EXAMPLES, spoilt
from support.suv_bodies import (
    ADVICE_ID,
    ASKED_CENTS,
    REQUEST_ID,
    advice,
    advice_echo,
    advice_error,
    question,
    transaction,
)

KINDS = st.sampled_from([AttemptKind.SEND, AttemptKind.FETCH])
ADVICES = st.sampled_from(AdviceKind)
STATUSES = st.integers(100, 999) | st.sampled_from([200, 201, 202, 400, 401, 404])
TYPES = st.sampled_from(["application/json", "text/html", "", "application/json;q=1"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([REQUEST_ID, ADVICE_ID, "710", 710, ASKED_CENTS])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def changes(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Bend up to three parts of a document."""
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=3)


def as_answer(status: int, document: dict[str, Any]) -> Answered:
    """Build an answer that says that it is JSON."""
    return Answered(status, {"content-type": "application/json"}, json.dumps(document).encode())


@given(KINDS, ADVICES, STATUSES, TYPES, st.binary(max_size=200))
def test_any_bytes_are_classified(
    kind: AttemptKind, told: AdviceKind, status: int, content_type: str, body: bytes
) -> None:
    """Raw bytes never prove that money moved, or that an advice arrived."""
    outcome = Answered(status, {"content-type": content_type}, body)
    said = classify(outcome, question(kind))
    # Credentials that are refused keep a first request out, whatever is written beside; only a
    # web page may be somebody else's.
    is_kept_out = status == 401 and kind is AttemptKind.SEND and not is_page(outcome)
    assert isinstance(said, Declined) if is_kept_out else isinstance(said, Unknown)
    verdict = classify_advice(outcome, advice(told), REQUEST_ID)
    assert not isinstance(verdict, Acknowledged | Contradicted)
    if isinstance(verdict, NotKnownThere):
        assert status == 404


@settings(max_examples=300)
@given(KINDS, STATUSES, changes(*transaction(), "errorType", "errorMessage"))
def test_a_bent_yes_is_believed_only_when_all_that_decides_is_whole(
    kind: AttemptKind, status: int, bent: dict[str, Any]
) -> None:
    """An approval means 2xx, our id, our money, and no error beside it."""
    document = transaction() | bent
    verdict = classify(as_answer(status, document), question(kind))
    if isinstance(verdict, Approved):
        assert status == 200 or (kind is AttemptKind.SEND and status in {201, 202})
        assert document["id"].casefold() == REQUEST_ID
        assert "errorType" not in document
        assert 0 < verdict.redeemed_cents <= ASKED_CENTS
    if isinstance(verdict, Declined) and status != 401:
        assert status == 400
        assert isinstance(document["errorType"], str)


@settings(max_examples=300)
@given(ADVICES, STATUSES, changes(*advice_echo(), "errorType"))
def test_a_bent_acknowledgement_still_names_the_advice(
    told: AdviceKind, status: int, bent: dict[str, Any]
) -> None:
    """At least one id must be ours, and none may be another's."""
    document = advice_echo() | bent
    verdict = classify_advice(as_answer(status, document), advice(told), REQUEST_ID)
    if isinstance(verdict, Acknowledged) and status != 400:
        assert status in {200, 201, 202}
        assert (document["id"] or ADVICE_ID).casefold() == ADVICE_ID
        assert (document["requestId"] or REQUEST_ID).casefold() == REQUEST_ID
        assert document["id"] or document["requestId"]


@given(ADVICES, st.sampled_from([400, 404]), changes(*advice_error("DUPLICATE_RECORD")))
def test_a_bent_error_settles_nothing_about_another_message(
    told: AdviceKind, status: int, bent: dict[str, Any]
) -> None:
    """What names somebody else's advice or request is no word about ours."""
    document = advice_error("DUPLICATE_RECORD") | bent
    verdict = classify_advice(as_answer(status, document), advice(told), REQUEST_ID)
    if isinstance(verdict, Acknowledged | Contradicted | NotKnownThere):
        assert {document["id"], document["originalId"]} <= {ADVICE_ID, REQUEST_ID, None}


@pytest.mark.fault("N12", "N21", "X9")
@settings(max_examples=EXAMPLES)
@given(KINDS, spoilt(json.dumps(transaction()).encode()))
def test_spoilt_bytes_are_believed_only_when_all_that_decides_reads_the_same(
    kind: AttemptKind, body: bytes
) -> None:
    """Bits that flip, pieces that are cut out, doubled or moved: no other yes comes of it."""
    outcome = Answered(200, {"content-type": "application/json"}, body)
    verdict = classify(outcome, question(kind))
    if isinstance(verdict, Approved):
        read = json.loads(body)
        assert read["id"].casefold() == REQUEST_ID
        amounts = read.get("amounts") or {}
        told = [amounts.get(name) for name in ("requestAmount", "approvedAmount")]
        taken = [one["amount"] for one in told if one is not None]
        assert all(int(one["currency"]) == 710 for one in told if one is not None)
        assert verdict.redeemed_cents == (
            taken[-1] if amounts.get("approvedAmount") else ASKED_CENTS
        )
        assert verdict.redeemed_cents <= ASKED_CENTS


@pytest.mark.fault("N12", "N21")
@settings(max_examples=EXAMPLES)
@given(ADVICES, spoilt(json.dumps(advice_echo()).encode()))
def test_spoilt_bytes_acknowledge_no_other_advice(told: AdviceKind, body: bytes) -> None:
    """What is acknowledged names the advice or its request, and nobody else's."""
    outcome = Answered(202, {"content-type": "application/json"}, body)
    if isinstance(classify_advice(outcome, advice(told), REQUEST_ID), Acknowledged):
        read = json.loads(body)
        named = {(read.get("id") or "").casefold(), (read.get("requestId") or "").casefold()}
        assert named - {""} <= {ADVICE_ID, REQUEST_ID}
        assert named != {""}
