"""Every row of the table that says what an answer proves."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from counterfoil.adapters.upstream.exchange import Loss, Lost, NotConnected, Obstacle, Outcome
from counterfoil.adapters.upstream.moment.classify import ROWS, classify, find_row
from counterfoil.adapters.upstream.moment.reading import Question, read
from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.verdict import (
    Approved,
    Declined,
    DeclineReason,
    Unknown,
)
from counterfoil.domain.voucher_type import ChangeManner
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.moment_bodies import (
    PROBLEM,
    REFERENCE,
    UPSTREAM_ID,
    answered,
    change_voucher,
    problem,
    question,
    redemption,
)

SEND, RESEND, FETCH = AttemptKind.SEND, AttemptKind.RESEND, AttemptKind.FETCH
FIRST, AGAIN, BY_ID = question(), question(RESEND), question(FETCH)
AGAIN_KNOWN = question(RESEND, upstream_id=UPSTREAM_ID, upstream_version=2)
WHOLE = question(amount=FullValue())
PAGE = b"<!doctype html><title>Please log in</title>"
OTHER_ID = "rdm_000000000000000000000000"


@dataclass(frozen=True)
class Case:
    """One outcome, the row that must decide, and what it must say."""

    row: str
    outcome: Outcome
    question: Question
    expected: str
    """``approved 1900``, ``declined <reason>``, or ``unknown <cause> <follow-up>``."""
    remark: str = ""


def say(verdict: Approved | Declined | Unknown) -> str:
    """Write a verdict as a case writes it."""
    match verdict:
        case Approved():
            return f"approved {verdict.redeemed_cents}"
        case Declined():
            return f"declined {verdict.reason}"
        case Unknown():
            return f"unknown {verdict.cause} {verdict.follow_up}"


def _without(key: str) -> dict[str, Any]:
    """Build an approval that lacks one key."""
    return {name: value for name, value in redemption().items() if name != key}


AT_FIRST = {
    Obstacle.NO_KEY: ("no key on the first attempt", "declined not_authorised"),
    Obstacle.TLS: ("not secure on the first attempt", "declined not_secure"),
}
NOT_SENT = ("not connected on the first attempt", "declined not_sent")

OBSTACLES = [
    case
    for why in Obstacle
    for case in (
        Case(
            AT_FIRST.get(why, NOT_SENT)[0],
            NotConnected(why),
            FIRST,
            AT_FIRST.get(why, NOT_SENT)[1],
        ),
        Case("not connected later", NotConnected(why), AGAIN, "unknown no_connection resend"),
        Case("not connected later", NotConnected(why), BY_ID, "unknown no_connection fetch"),
    )
]

LOSSES = [
    Case("time-out", Lost(Loss.TIME_OUT), FIRST, "unknown time_out resend"),
    Case("time-out", Lost(Loss.TIME_OUT, 200), BY_ID, "unknown time_out fetch"),
    Case("too large", Lost(Loss.TOO_LARGE, 200), FIRST, "unknown too_large resend"),
    Case("compressed", Lost(Loss.ENCODED, 200), FIRST, "unknown unreadable resend"),
    Case("compressed", Lost(Loss.ENCODED, 200), AGAIN_KNOWN, "unknown unreadable fetch"),
    Case("cut off", Lost(Loss.CUT_OFF), AGAIN, "unknown cut_off resend"),
    Case("cut off", Lost(Loss.CUT_OFF, 201), BY_ID, "unknown cut_off fetch"),
]

BY_STATUS = [
    *(
        Case("redirected", answered(code), FIRST, "unknown redirected resend")
        for code in (301, 307)
    ),
    Case("redirected", answered(302), BY_ID, "unknown redirected fetch"),
    Case(
        "the network wants a login",
        answered(511, PAGE, "text/html"),
        FIRST,
        "unknown not_the_upstream resend",
    ),
    Case("conflict", answered(409, problem(409), PROBLEM), FIRST, "unknown conflict resend"),
    Case(
        "conflict",
        answered(409, problem(409), PROBLEM, idempotent_replayed="true"),
        AGAIN,
        "unknown conflict resend",
    ),
    *(
        Case(
            "stored error",
            answered(code, problem(code), PROBLEM, idempotent_replayed="true"),
            AGAIN,
            "unknown stored_error person",
        )
        for code in (429, 500, 502, 503, 504)
    ),
    Case(
        "stored error",
        answered(500, problem(500), PROBLEM, idempotent_replayed="True"),
        AGAIN_KNOWN,
        "unknown stored_error fetch",
    ),
    Case("rate limited", answered(429), FIRST, "unknown rate_limited resend"),
    Case("rate limited", answered(429), BY_ID, "unknown rate_limited fetch"),
    *(
        Case("upstream error", answered(code, PAGE, "text/html"), FIRST, expected)
        for code, expected in (
            (500, "unknown upstream_error resend"),
            (502, "unknown upstream_error resend"),
            (599, "unknown upstream_error resend"),
        )
    ),
    Case(
        "upstream error",
        answered(500, idempotent_replayed="true"),
        BY_ID,
        "unknown upstream_error fetch",
    ),
    Case(
        "upstream error",
        answered(500, idempotent_replayed="false"),
        AGAIN,
        "unknown upstream_error resend",
    ),
    *(
        Case(
            "a page about the first attempt",
            answered(code, b"<html>Blocked</html>", kind),
            FIRST,
            "unknown not_the_upstream resend",
        )
        for code in (401, 403, 404)
        for kind in ("text/html", "text/plain")
    ),
    *(
        Case(
            "not authorised on the first attempt",
            answered(code, problem(code), PROBLEM),
            FIRST,
            "declined not_authorised",
        )
        for code in (401, 403)
    ),
    *(
        Case(
            "not found on the first attempt",
            answered(404, body, PROBLEM),
            FIRST,
            f"declined {reason}",
        )
        for body, reason in (
            (problem(404, "Voucher not found"), "not_found"),
            (problem(404, "The PIN does not exist"), "not_found"),
            (problem(404, "The requested resource was not found"), "not_authorised"),
            (problem(404, "The token has expired"), "not_authorised"),
            (b"", "not_authorised"),
        )
    ),
    *(
        Case(
            "not authorised later",
            answered(code, problem(code), PROBLEM, idempotent_replayed=replayed),
            AGAIN,
            "unknown not_authorised resend",
        )
        for code in (401, 403, 404)
        for replayed in ("true", "false")
    ),
    Case("not authorised later", answered(401), BY_ID, "unknown not_authorised fetch"),
    Case("not authorised later", answered(403), BY_ID, "unknown not_authorised fetch"),
    Case("nothing found by id", answered(404), BY_ID, "unknown no_news resend"),
    *(
        Case(
            "refused with proof",
            answered(code, problem(code), PROBLEM),
            FIRST,
            "declined bad_request" if code == 400 else "declined refused",
        )
        for code in (400, 402, 422)
    ),
    Case(
        "refused with proof",
        answered(422, problem(422, "Voucher expired"), idempotent_replayed="true"),
        AGAIN,
        "declined expired",
    ),
    Case(
        "refused with proof",
        answered(402, problem(402, "Insufficient balance", status=...)),
        FIRST,
        "declined insufficient",
    ),
    Case("refused without proof", answered(400, problem(400)), AGAIN, "unknown no_news resend"),
    Case(
        "refused without proof",
        answered(422, problem(422), idempotent_replayed="true"),
        BY_ID,
        "unknown no_news fetch",
    ),
    *(
        Case("refused unreadably", outcome, FIRST, "unknown unreadable resend")
        for outcome in (
            answered(400, PAGE, "text/html"),
            answered(400, b""),
            answered(402, b"[]"),
            answered(422, problem(400)),
            answered(422, problem(400, "Voucher expired")),
            answered(400, {"error": {"code": "E-77", "message": "No."}}),
            answered(400, {"error": "The provider timed out"}),
            answered(410),
            answered(410, PAGE, "text/html"),
            answered(422, {"error": "EXPIRED"}, "text/plain"),
            answered(422, problem(422), "text/plain"),
            answered(422, redemption("failed", external_reference=...)),
            answered(400, b'{"title":"a","title":"b"}'),
        )
    ),
    *(
        Case("refused in other words", outcome, FIRST, f"declined {reason}")
        for outcome, reason in (
            (answered(400, {"error": {"code": "EXPIRED", "message": "Too late"}}), "expired"),
            (answered(402, {"error": {"code": "EXPIRED", "message": "Too late"}}), "expired"),
            (answered(402, {"message": "Insufficient balance"}), "insufficient"),
            (answered(410, {"errors": [{"code": "ALREADY_USED"}]}), "already_used"),
            (answered(422, {"detail": "Not Found"}), "not_found"),
            (answered(422, {"detail": [{"loc": ["body"], "msg": "missing"}]}), "bad_request"),
        )
    ),
    Case(
        "refused in other words",
        answered(400, {"error": "E-77"}, idempotent_replayed="true"),
        AGAIN,
        "declined bad_request",
        "words that say nothing are proof once the upstream repeats them as its own",
    ),
    Case(
        "refused with proof",
        answered(410, problem(410, "Voucher expired")),
        FIRST,
        "declined expired",
    ),
    Case(
        "refused without proof",
        answered(402, {"error": "EXPIRED"}),
        AGAIN,
        "unknown no_news resend",
        "nothing says that it is about the first request",
    ),
    *(
        Case("asking by id is not offered", answered(code), BY_ID, "unknown no_news resend")
        for code in (405, 501)
    ),
    Case(
        "refused unreadably",
        answered(422, redemption("failed")),
        AGAIN,
        "unknown unreadable fetch",
        "it repeats our reference, so its id is ours",
    ),
    *(
        Case("status not described", answered(code), FIRST, "unknown unreadable resend")
        for code in (101, 405, 408, 413, 418, 600)
    ),
]

BENT: tuple[dict[str, Any], ...] = (
    {"amount": "19.00"},
    {"amount": "1 900"},
    {"amount": "١٩٠٠"},
    {"amount": 19.5},
    {"amount": True},
    {"amount": 10**20},
    {"redeemed_amount": -1},
    {"redeemed_amount": "9" * 13},
    {"version": 0},
    {"version": "three"},
    {"status": None},
    {"status": ["confirmed"]},
    {"currency": 710},
)

DIFFERENT: list[tuple[str, Question, dict[str, Any]]] = [
    ("another id", BY_ID, {"id": OTHER_ID}),
    ("another type", FIRST, {"type": "vouchers.blu"}),
    ("another reference", FIRST, {"external_reference": "till-7-000123"}),
    ("another currency", FIRST, {"currency": "USD"}),
    ("another amount", FIRST, {"amount": 1901}),
]

BODIES = [
    Case("a page", answered(200, PAGE, "text/html"), FIRST, "unknown not_the_upstream resend"),
    Case("a page", answered(200, PAGE, "text/plain"), BY_ID, "unknown not_the_upstream fetch"),
    *(
        Case("no redemption", outcome, FIRST, "unknown unreadable resend")
        for outcome in (
            answered(204),
            answered(200, b""),
            answered(200, b"null"),
            answered(200, b"[]"),
            answered(200, b'{"id":'),
            answered(200, b"\xff\xfe"),
            answered(200, b"[" * 200_000),
            answered(200, b'{"a":' * 50_000),
            answered(200, b'{"amount":' + b"9" * 5_000 + b"}"),
            answered(200, b'{"amount":NaN}'),
            answered(200, b'{"amount":-Infinity}'),
            answered(200, b"ok", "text/plain"),
            answered(200, redemption(external_reference=...), ""),
            answered(200, redemption(external_reference=...), "text/plain"),
            answered(200, redemption(external_reference="other"), "application/octet-stream"),
            answered(200, redemption(id=..., external_reference=...)),
            answered(200, redemption(status=..., external_reference=...)),
            answered(200, redemption(id="../../payments/1")),
            answered(200, redemption(id=7)),
            answered(200, redemption(external_reference=7)),
            answered(200, {"data": redemption()}),
        )
    ),
    *(
        Case(
            "no redemption",
            answered(200, redemption(**changes)),
            FIRST,
            "unknown unreadable fetch",
        )
        for changes in BENT
    ),
    *(
        Case(row, answered(201, redemption(status, **changes)), asked, "unknown mismatch person")
        for row, asked, changes in DIFFERENT
        for status in ("confirmed", "failed", "draft")
    ),
    Case(
        "stale",
        answered(200, redemption(version=1)),
        AGAIN_KNOWN,
        "unknown stale fetch",
    ),
    Case(
        "stale",
        answered(200, redemption("failed", version=1)),
        AGAIN_KNOWN,
        "unknown stale fetch",
    ),
    Case(
        "failed but redeemed",
        answered(200, redemption("failed", redeemed_amount=1)),
        FIRST,
        "unknown mismatch person",
    ),
    Case("failed", answered(201, redemption("failed")), FIRST, "declined already_used"),
    Case("failed", answered(200, redemption("failed")), BY_ID, "declined already_used"),
    Case(
        "failed",
        answered(
            200,
            redemption(
                "failed", version=..., operations=..., redeemed_amount=..., last_error="odd"
            ),
        ),
        AGAIN_KNOWN,
        "declined refused",
        "as their own example of a failure leaves them out",
    ),
    Case("not final", answered(202, redemption("draft")), FIRST, "unknown not_final fetch"),
    Case("not final", answered(200, redemption("reserved")), BY_ID, "unknown not_final fetch"),
    Case(
        "not final",
        answered(200, redemption("draft", version=..., amount=...)),
        FIRST,
        "unknown not_final fetch",
    ),
    *(
        Case(
            "status word unknown",
            answered(200, redemption(word)),
            FIRST,
            "unknown unreadable fetch",
        )
        for word in ("succeeded", "reversed", "confirmed ")
    ),
    Case(
        "confirmed but reversed",
        answered(200, redemption(reversed_amount=1900)),
        FIRST,
        "unknown mismatch person",
    ),
    *(
        Case(
            "confirmed but incomplete",
            answered(200, _without(key)),
            FIRST,
            "unknown unreadable fetch",
        )
        for key in ("amount",)
    ),
    *(
        Case(
            "confirmed but incomplete",
            answered(200, _without(key)),
            WHOLE,
            "unknown unreadable fetch",
        )
        for key in ("currency", "redeemed_amount")
    ),
    *(
        Case(
            "amount written otherwise",
            answered(200, redemption(amount=amount, redeemed_amount=amount)),
            FIRST,
            "unknown unreadable fetch",
            "it could be rand",
        )
        for amount in ("19", 19.0)
    ),
    *(
        Case(
            "redeemed written otherwise",
            answered(200, redemption(redeemed_amount=amount)),
            asked,
            "unknown unreadable fetch",
        )
        for amount in ("19", 1e3, "1800", 1800.0)
        for asked in (FIRST, WHOLE)
    ),
    Case(
        "redeemed not told, and a step of another amount",
        answered(
            200, redemption(redeemed_amount=..., operations=[{"type": "confirm", "amount": 1800}])
        ),
        FIRST,
        "unknown unreadable fetch",
    ),
    Case(
        "confirmed but incomplete",
        answered(200, redemption(redeemed_amount=None)),
        WHOLE,
        "unknown unreadable fetch",
    ),
    Case(
        "confirmed but nothing redeemed",
        answered(200, redemption(redeemed_amount=0)),
        FIRST,
        "unknown mismatch person",
    ),
    Case(
        "confirmed above what was asked",
        answered(200, redemption(redeemed_amount=1901)),
        FIRST,
        "unknown mismatch person",
    ),
    Case(
        "approved in part",
        answered(200, redemption(redeemed_amount=1800)),
        FIRST,
        "approved 1800",
    ),
    Case("approved", answered(201, redemption()), FIRST, "approved 1900"),
    Case(
        "approved", answered(200, redemption(), idempotent_replayed="true"), AGAIN, "approved 1900"
    ),
    Case("approved", answered(200, redemption()), BY_ID, "approved 1900"),
    Case("approved", answered(200, redemption(version=2)), AGAIN_KNOWN, "approved 1900"),
    Case(
        "approved",
        answered(201, redemption(amount=5000, redeemed_amount=5000)),
        WHOLE,
        "approved 5000",
    ),
    Case("approved", answered(201, redemption(amount=...)), WHOLE, "approved 1900"),
    *(
        Case("approved", answered(201, redemption(**changes)), FIRST, "approved 1900")
        for changes in (
            {"status": "CONFIRMED"},
            {"amount": "1900", "redeemed_amount": "1900"},
            {"amount": 1900.0, "redeemed_amount": 1900.0, "reversed_amount": "0"},
            {"version": ...},
            {"version": "3"},
            {"currency": ...},
            {"currency": "zar"},
            {"redeemed_amount": ...},
            {"redeemed_amount": ..., "operations": [{"type": "confirm", "amount": 1900}]},
        )
    ),
    Case("approved", answered(201, redemption(version=...)), WHOLE, "approved 1900"),
    Case("failed", answered(201, redemption("FAILED")), FIRST, "declined refused"),
    *(
        Case("approved", answered(201, redemption(), kind), FIRST, "approved 1900", "it names ours")
        for kind in ("text/plain", "", "application/octet-stream")
    ),
    Case(
        "approved",
        answered(200, redemption(external_reference=...), "text/plain"),
        BY_ID,
        "approved 1900",
        "it was asked for by this id",
    ),
    Case(
        "approved",
        answered(201, b"\xef\xbb\xbf" + json.dumps(redemption()).encode()),
        FIRST,
        "approved 1900",
        "some servers put a mark before their text",
    ),
    Case(
        "approved",
        answered(201, redemption(type=..., external_reference=..., reversed_amount=...)),
        FIRST,
        "approved 1900",
    ),
    Case(
        "approved",
        answered(
            201,
            redemption(
                provider_reference="odd",
                operations=None,
                last_error=7,
                new_field={"deep": [1.5]},
                change_voucher=[],
            ),
            "application/json; charset=utf-8",
        ),
        FIRST,
        "approved 1900",
        "odd fields that do not decide",
    ),
]

CASES = [*OBSTACLES, *LOSSES, *BY_STATUS, *BODIES]
NAMES = [f"{number} {case.row}: {case.expected}" for number, case in enumerate(CASES, 1)]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_right_row_decides_and_says_the_right_thing(case: Case) -> None:
    """Each case of the protocol's table, and the readings chosen where the table is open."""
    assert find_row(read(case.outcome, case.question)).name == case.row
    assert say(classify(case.outcome, case.question)) == case.expected


def test_every_row_has_a_case() -> None:
    """A row that nobody tries could say anything."""
    assert {row.name for row in ROWS} == {case.row for case in CASES}


def test_every_row_has_its_own_name() -> None:
    """A name in a log or a test means one row."""
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_an_approval_carries_all_that_must_be_kept() -> None:
    """Id, version, the provider's reference, the change voucher and the whole answer."""
    body = redemption(redeemed_amount=1900, change_voucher=change_voucher())
    verdict = classify(answered(201, body), FIRST)
    assert isinstance(verdict, Approved)
    assert (verdict.upstream_id, verdict.upstream_version) == (UPSTREAM_ID, 3)
    assert verdict.upstream_reference == "20260601101112123456"
    assert verdict.http_status == 201
    assert verdict.change is not None
    assert verdict.change.pin is not None
    assert verdict.change.pin.reveal() == CANARY_CHANGE_PIN
    assert verdict.body is not None
    assert CANARY_CHANGE_PIN in verdict.body.reveal()


def test_no_verdict_shows_a_secret_by_accident() -> None:
    """The answer echoes PINs; neither the verdict nor the reading prints them."""
    body = redemption(change_voucher=change_voucher(), source={"pin": CANARY_PIN})
    outcome = answered(201, body)
    for shown in (classify(outcome, FIRST), read(outcome, FIRST), outcome):
        assert CANARY_PIN not in repr(shown)
        assert CANARY_CHANGE_PIN not in repr(shown)


def test_a_sms_provider_that_names_no_pin_sent_it_by_sms() -> None:
    """Only discovery can say that the remainder goes by SMS."""
    outcome = answered(201, redemption(change_voucher={"amount": 3100}))
    by_sms = classify(outcome, question(change_manner=ChangeManner.SMS))
    inline = classify(outcome, question(change_manner=ChangeManner.INLINE))
    assert isinstance(by_sms, Approved)
    assert isinstance(inline, Approved)
    assert by_sms.change is not None
    assert inline.change is not None
    assert by_sms.change.is_sent_by_sms
    assert not inline.change.is_sent_by_sms


def test_a_decline_keeps_the_id_and_never_the_prose() -> None:
    """The words for the cashier come from the reason alone."""
    verdict = classify(answered(201, redemption("failed")), FIRST)
    assert isinstance(verdict, Declined)
    assert verdict.upstream_id == UPSTREAM_ID
    assert "please use another" not in repr(verdict)


def test_an_undecided_redemption_leaves_its_id_and_version() -> None:
    """What is needed to ask by id and to see a stale answer."""
    verdict = classify(answered(201, redemption("draft", version=1)), FIRST)
    assert isinstance(verdict, Unknown)
    assert (verdict.upstream_id, verdict.upstream_version) == (UPSTREAM_ID, 1)


def test_a_mismatch_teaches_no_id() -> None:
    """The id of another redemption must never be asked about as if it were ours."""
    verdict = classify(answered(201, redemption(external_reference="other")), FIRST)
    assert isinstance(verdict, Unknown)
    assert verdict.upstream_id is None
    assert verdict.body is not None


def test_an_unreadable_answer_teaches_an_id_only_beside_our_own_reference() -> None:
    """Without our reference an id in a broken answer could be anybody's."""
    ours = classify(answered(201, redemption(amount="a")), FIRST)
    nobodys = classify(answered(201, redemption(amount="a", external_reference=...)), FIRST)
    odd = classify(answered(201, redemption(amount="a", id="../x")), FIRST)
    assert isinstance(ours, Unknown)
    assert isinstance(nobodys, Unknown)
    assert isinstance(odd, Unknown)
    assert (ours.upstream_id, nobodys.upstream_id, odd.upstream_id) == (UPSTREAM_ID, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("1000000000", 900.0),
        ("9" * 400, 900.0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
        ("Fri, 20 Nov 2026 09:01:00 GMT", 60.0),
        ("Fri, 20 Nov 2026 09:01:00", 60.0),
        ("Fri, 20 Nov 2026 10:01:00 +0100", 60.0),
        ("Fri, 20 Nov 2026 08:59:00 GMT", None),
        ("Fri, 20 Nov 2099 09:00:00 GMT", 900.0),
    ],
)
def test_the_wish_to_wait_is_read_with_care(text: str, expected: float | None) -> None:
    """N18: seconds or a date against the answer's own clock; nonsense is no wish."""
    outcome = answered(429, retry_after=text, date="Fri, 20 Nov 2026 09:00:00 GMT")
    verdict = classify(outcome, FIRST)
    assert isinstance(verdict, Unknown)
    assert verdict.retry_after_s == expected


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 20, 9, 0, 52, tzinfo=UTC), 8.0),
        (datetime(2026, 11, 20, 9, 1, 1, tzinfo=UTC), None),
        (datetime(2026, 11, 19, 9, 1, 0, tzinfo=UTC), None),
        (None, None),
    ],
    ids=["8 s ahead", "over", "a clock that is a day off", "no clock"],
)
def test_a_date_without_the_answers_own_date_is_held_against_the_tills_clock(
    status: int, at: datetime | None, expected: float | None
) -> None:
    """The till's own clock may be a day off: a wait longer than any is no wish."""
    answer = answered(status, retry_after="Fri, 20 Nov 2026 09:01:00 GMT")
    verdict = classify(replace(answer, at=at), FIRST)
    assert isinstance(verdict, Unknown)
    assert verdict.retry_after_s == expected


def test_of_a_page_only_the_beginning_is_kept() -> None:
    """A portal's page fills no journal."""
    verdict = classify(answered(200, PAGE + b"x" * 100_000, "text/html"), FIRST)
    assert isinstance(verdict, Unknown)
    assert verdict.body is not None
    assert len(verdict.body) == 4_096


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("The voucher you have entered has already been used", DeclineReason.ALREADY_USED),
        ("Voucher already redeemed", DeclineReason.ALREADY_USED),
        ("Voucher expired", DeclineReason.EXPIRED),
        ("This voucher is too old", DeclineReason.EXPIRED),
        ("Voucher already used or not enough value", DeclineReason.USED_OR_TOO_LITTLE),
        ("PROVIDER_UNAVAILABLE", DeclineReason.PROVIDER_DOWN),
        ("Provider temporarily unavailable", DeclineReason.PROVIDER_DOWN),
        ("Insufficient balance", DeclineReason.INSUFFICIENT),
        ("The voucher could not be found", DeclineReason.NOT_FOUND),
        ("Invalid voucher token", DeclineReason.NOT_FOUND),
        ("The voucher has been CANCELLED", DeclineReason.CANCELLED),
        ("Amount too small", DeclineReason.AMOUNT_REFUSED),
        ("Third party system error", DeclineReason.REFUSED),
        ("", DeclineReason.REFUSED),
    ],
)
@pytest.mark.parametrize("shape", ["object", "text", "code"])
def test_the_reason_is_found_in_the_providers_words(
    words: str, reason: DeclineReason, shape: str
) -> None:
    """Their error codes are coarse, so the words decide, wherever they stand."""
    error: object = {"error_code": "BAD_REQUEST", "message": words}
    if shape == "text":
        error = words
    if shape == "code":
        error = {"error_code": words, "message": 7}
    verdict = classify(answered(201, redemption("failed", last_error=error)), FIRST)
    assert isinstance(verdict, Declined)
    assert verdict.reason is reason


@pytest.mark.parametrize("error", [None, [], 7, {"message": None}])
def test_a_failure_without_words_is_simply_refused(error: object) -> None:
    """The error object is optional, and may be anything."""
    verdict = classify(answered(201, redemption("failed", last_error=error)), FIRST)
    assert isinstance(verdict, Declined)
    assert verdict.reason is DeclineReason.REFUSED


def test_only_a_first_send_is_first() -> None:
    """What proves that nothing left on attempt one proves nothing afterwards."""
    assert question(SEND, attempt=1).is_first
    assert not question(SEND, attempt=2).is_first
    assert not question(FETCH, attempt=1).is_first
    assert question(amount=Exact(1)).reference == REFERENCE
