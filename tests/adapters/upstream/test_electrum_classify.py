"""Every row of the table that says what the answer to a request proves, where advices exist."""

from dataclasses import dataclass
from typing import Any

import pytest

from counterfoil.adapters.upstream.electrum.classify import ROWS, classify, find_row
from counterfoil.adapters.upstream.electrum.reading import Question, read
from counterfoil.adapters.upstream.electrum.reasons import (
    ABOUT_THE_VOUCHER,
    PROVE_NOTHING,
    REASONS,
    find_reason,
)
from counterfoil.adapters.upstream.exchange import Loss, Lost, NotConnected, Obstacle, Outcome
from counterfoil.domain.money import FullValue
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.verdict import Approved, Declined, DeclineReason, FollowUp, Unknown
from support.canary import CANARY_PIN
from support.suv_bodies import (
    ASKED_CENTS,
    HTML,
    OTHER_ID,
    PAGE,
    REQUEST_ID,
    advice_echo,
    answered,
    error,
    money,
    question,
    transaction,
)

SEND, BY_ID = question(), question(AttemptKind.FETCH)
WHOLE = question(amount=FullValue())
LATER = question(is_first=False)

SUV_1_14_TYPES = [
    "DUPLICATE_RECORD",
    "FORMAT_ERROR",
    "FUNCTION_NOT_SUPPORTED",
    "GENERAL_ERROR",
    "INVALID_AMOUNT",
    "ROUTING_ERROR",
    "TRANSACTION_NOT_SUPPORTED",
    "UNABLE_TO_LOCATE_RECORD",
    "UPSTREAM_UNAVAILABLE",
    "VOUCHER_ALREADY_REDEEMED",
    "VOUCHER_ALREADY_PROVISIONED",
    "VOUCHER_NOT_REDEEMABLE",
    "INVALID_MERCHANT",
    "INVALID_VOUCHER",
    "AUTHENTICATION_ERROR",
    "VOUCHER_ALREADY_CONFIRMED",
    "VOUCHER_ALREADY_REVERSED",
    "VOUCHER_ALREADY_REFUNDED",
    "VOUCHER_NOT_REFUNDED",
    "VOUCHER_NOT_REDEEMED",
    "REDEMPTION_ALREADY_CONFIRMED",
    "REDEMPTION_NOT_CONFIRMED",
    "REDEMPTION_ALREADY_REVERSED",
    "REFUND_ALREADY_CONFIRMED",
    "REFUND_ALREADY_REVERSED",
    "INSUFFICIENT_AMOUNT",
    "VOUCHER_STATUS_UNKNOWN",
    "DO_NOT_HONOUR",
]
LATER_TYPES = [
    "DO_NOT_HONOR",
    "INSUFFICIENT_FUNDS",
    "INVALID_ACCOUNT",
    "TRANSACTION_DECLINED",
    "LIMIT_EXCEEDED",
]
NEW_TYPE = "SOMETHING_OF_NEXT_YEAR"


@dataclass(frozen=True)
class Case:
    """One outcome, the row that must decide, and what it must say."""

    row: str
    outcome: Outcome
    question: Question
    expected: str
    """``approved 5000``, ``declined <reason>``, or ``unknown <cause>``."""


def say(verdict: Approved | Declined | Unknown) -> str:
    """Write a verdict as a case writes it."""
    match verdict:
        case Approved():
            return f"approved {verdict.redeemed_cents}"
        case Declined():
            return f"declined {verdict.reason}"
        case Unknown():
            return f"unknown {verdict.cause}"


def _amounts(**amounts: Any) -> dict[str, Any]:
    return transaction(amounts=amounts)


BROKEN_ERRORS: list[Any] = [
    b"",
    b"{",
    [],
    {},
    error(errorType=...),
    error(errorType=7),
    error(id=7),
]
NO_TRANSACTIONS: list[Any] = [
    b"",
    {},
    [],
    {"id": REQUEST_ID},
    advice_echo(id=REQUEST_ID),
    transaction(id=...),
    transaction(time=...),
    transaction(client=...),
    transaction(originator=...),
    transaction(thirdPartyIdentifiers=["S-771"]),
    transaction(amounts=[]),
    _amounts(approvedAmount=money(-1)),
    _amounts(approvedAmount={"amount": "5000", "currency": "710"}),
    _amounts(approvedAmount={"amount": 5000}),
    _amounts(approvedAmount=money(5000, "ZAR")),
    _amounts(approvedAmount=money(5000, "7100")),
    _amounts(approvedAmount=money(5000, currency=True)),
    error(),
    {**transaction(), **error()},
]

AT_FIRST = {
    Obstacle.NO_KEY: ("no credentials for the request", "declined not_authorised"),
    Obstacle.KEY_REFUSED: ("no credentials for the request", "declined not_authorised"),
    Obstacle.TLS: ("no secure line for the request", "declined not_secure"),
}
NOT_SENT = ("request not sent", "declined not_sent")

NOTHING_CAME = [
    *(
        Case(
            AT_FIRST.get(why, NOT_SENT)[0],
            NotConnected(why),
            SEND,
            AT_FIRST.get(why, NOT_SENT)[1],
        )
        for why in Obstacle
    ),
    *(
        Case("not connected later", NotConnected(why), asked, "unknown no_connection")
        for why in (Obstacle.DNS, Obstacle.NO_KEY)
        for asked in (BY_ID, LATER)
    ),
    Case("time-out", Lost(Loss.TIME_OUT), SEND, "unknown time_out"),
    Case("time-out", Lost(Loss.TIME_OUT, 201), SEND, "unknown time_out"),
    Case("still processing", Lost(Loss.TIME_OUT), BY_ID, "unknown not_final"),
    Case("too large", Lost(Loss.TOO_LARGE, 200), SEND, "unknown too_large"),
    Case("compressed", Lost(Loss.ENCODED, 200), SEND, "unknown unreadable"),
    Case("cut off", Lost(Loss.CUT_OFF), SEND, "unknown cut_off"),
    Case("cut off", Lost(Loss.CUT_OFF, 200), BY_ID, "unknown cut_off"),
]

BY_STATUS = [
    Case("still processing", answered(102), BY_ID, "unknown not_final"),
    Case("still processing", answered(102), SEND, "unknown not_final"),
    Case("still processing", answered(202, transaction()), BY_ID, "unknown not_final"),
    Case("still processing", answered(201, transaction()), BY_ID, "unknown not_final"),
    *(
        Case("redirected", answered(code, transaction()), SEND, "unknown redirected")
        for code in (301, 302, 307, 308)
    ),
    Case("the network wants a login", answered(511, PAGE, HTML), SEND, "unknown not_the_upstream"),
    *(
        Case("upstream error", answered(code, body), asked, "unknown upstream_error")
        for code in (500, 501, 502, 503, 504, 599)
        for body in (b"", error("INVALID_VOUCHER"))
        for asked in (SEND, BY_ID)
    ),
    Case("upstream error", answered(503, PAGE, HTML), SEND, "unknown upstream_error"),
    Case("rate limited", answered(429, error()), SEND, "unknown rate_limited"),
    Case("conflict", answered(409, error()), SEND, "unknown conflict"),
    *(
        Case("not authorised", answered(401, error("AUTHENTICATION_ERROR")), asked, said)
        for asked, said in (
            (LATER, "unknown not_authorised"),
            (BY_ID, "unknown not_authorised"),
        )
    ),
    *(
        Case(
            "a page about the request", answered(401, PAGE, kind), SEND, "unknown not_the_upstream"
        )
        for kind in (HTML, "text/plain")
    ),
    *(
        Case("request not authorised", answered(401, body), SEND, "declined not_authorised")
        for body in (b"", error("AUTHENTICATION_ERROR"), PAGE)
    ),
    *(
        Case("not found or not ours", answered(code, body), asked, "unknown no_news")
        for code in (403, 404)
        for body in (b"", error("INVALID_VOUCHER"))
        for asked in (SEND, BY_ID)
    ),
    *(
        Case("status not described", answered(code, error()), SEND, "unknown unreadable")
        for code in (402, 405, 408, 413, 422)
    ),
    *(
        Case("status not described", answered(code, transaction()), SEND, "unknown unreadable")
        for code in (203, 204, 206)
    ),
]

ERRORS = [
    Case(
        "error about another request", answered(400, error(id=OTHER_ID)), SEND, "unknown mismatch"
    ),
    Case(
        "error about another request", answered(400, error(id=OTHER_ID)), BY_ID, "unknown mismatch"
    ),
    Case("duplicate record", answered(400, error("DUPLICATE_RECORD")), SEND, "unknown conflict"),
    Case("duplicate record", answered(400, error("DUPLICATE_RECORD")), BY_ID, "unknown conflict"),
    *(
        Case("error that proves nothing", answered(400, error(kind)), asked, said)
        for kind in sorted(PROVE_NOTHING - {"DUPLICATE_RECORD"})
        for asked in (SEND, BY_ID)
        for said in ("unknown upstream_error",)
    ),
    *(
        Case("refused with proof", answered(400, error(kind)), SEND, f"declined {REASONS[kind]}")
        for kind in (*SUV_1_14_TYPES, *LATER_TYPES)
        if kind not in PROVE_NOTHING
    ),
    Case("refused with proof", answered(400, error(NEW_TYPE)), SEND, "declined refused"),
    Case(
        "refused with proof",
        answered(400, error("FORMAT_ERROR", id=..., errorMessage="Bad formatting.")),
        SEND,
        "declined bad_request",
    ),
    Case("refused with proof", answered(400, error(id=None)), SEND, "declined not_found"),
    Case("refused with proof", answered(400, error(errorMessage=...)), SEND, "declined not_found"),
    Case(
        "refused with proof",
        answered(400, error(id=REQUEST_ID.upper())),
        SEND,
        "declined not_found",
    ),
    Case(
        "refused with proof",
        answered(400, error("REDEMPTION_ALREADY_REVERSED", originalId=OTHER_ID)),
        SEND,
        "declined cancelled",
    ),
    Case(
        "refused with proof",
        answered(400, error("VOUCHER_NOT_REDEEMABLE", errorMessage="Voucher has expired")),
        SEND,
        "declined expired",
    ),
    Case(
        "refused with proof",
        answered(400, error("DO_NOT_HONOR", providerErrorMsg="PIN already used")),
        SEND,
        "declined already_used",
    ),
    *(
        Case("refused with proof", answered(400, error(kind)), BY_ID, f"declined {REASONS[kind]}")
        for kind in sorted(ABOUT_THE_VOUCHER)
    ),
    *(
        Case("refused without proof", answered(400, error(kind)), BY_ID, "unknown no_news")
        for kind in (
            "FORMAT_ERROR",
            "AUTHENTICATION_ERROR",
            "FUNCTION_NOT_SUPPORTED",
            "UNABLE_TO_LOCATE_RECORD",
            NEW_TYPE,
        )
    ),
    Case("refused without proof", answered(400, error()), LATER, "unknown no_news"),
    Case("a page", answered(400, PAGE, HTML), SEND, "unknown not_the_upstream"),
    *(
        Case("refused unreadably", answered(400, body), SEND, "unknown unreadable")
        for body in BROKEN_ERRORS
    ),
]

YES = [
    Case("a page", answered(200, PAGE, HTML), SEND, "unknown not_the_upstream"),
    Case("a page", answered(201, PAGE, ""), SEND, "unknown not_the_upstream"),
    *(
        Case("no transaction", answered(200, body), SEND, "unknown unreadable")
        for body in NO_TRANSACTIONS
    ),
    Case("no transaction", answered(200, error()), BY_ID, "unknown unreadable"),
    Case("approved", answered(200, transaction(), "text/plain"), SEND, "approved 5000"),
    Case(
        "no transaction",
        answered(200, transaction(id="f" * 8), "text/plain"),
        SEND,
        "unknown unreadable",
    ),
    Case("another id", answered(200, transaction(id=OTHER_ID)), SEND, "unknown mismatch"),
    Case("another id", answered(200, transaction(id=OTHER_ID)), BY_ID, "unknown mismatch"),
    *(
        Case("another currency", answered(200, _amounts(**{name: money(5000, "840")})), SEND, said)
        for name in ("requestAmount", "approvedAmount", "balanceAmount")
        for said in ("unknown mismatch",)
    ),
    Case(
        "another amount",
        answered(200, _amounts(requestAmount=money(4999))),
        SEND,
        "unknown mismatch",
    ),
    Case("amount not said", answered(200, transaction(amounts=...)), WHOLE, "unknown unreadable"),
    Case(
        "amount not said",
        answered(200, _amounts(balanceAmount=money(0))),
        WHOLE,
        "unknown unreadable",
    ),
    Case(
        "nothing approved",
        answered(200, _amounts(approvedAmount=money(0))),
        SEND,
        "unknown mismatch",
    ),
    Case(
        "nothing approved",
        answered(200, _amounts(approvedAmount=money(0))),
        WHOLE,
        "unknown mismatch",
    ),
    Case(
        "approved above what was asked",
        answered(200, _amounts(approvedAmount=money(5001))),
        SEND,
        "unknown mismatch",
    ),
    Case(
        "approved in part",
        answered(200, _amounts(approvedAmount=money(4000))),
        SEND,
        "approved 4000",
    ),
    *(
        Case("approved", answered(code, transaction()), SEND, "approved 5000")
        for code in (200, 201, 202)
    ),
    Case("approved", answered(200, transaction()), BY_ID, "approved 5000"),
    Case("approved", answered(200, transaction(), "application/hal+json"), SEND, "approved 5000"),
    Case("approved", answered(201, transaction(id=REQUEST_ID.upper())), SEND, "approved 5000"),
    Case("approved", answered(201, transaction(amounts=...)), SEND, "approved 5000"),
    Case("approved", answered(201, transaction(amounts=None)), SEND, "approved 5000"),
    Case("approved", answered(201, _amounts(requestAmount=money(5000))), SEND, "approved 5000"),
    Case(
        "approved", answered(201, _amounts(approvedAmount=money(5000, 710))), SEND, "approved 5000"
    ),
    Case("approved", answered(201, transaction(thirdPartyIdentifiers=...)), SEND, "approved 5000"),
    Case("approved", answered(201, transaction(voucher=..., news={"x": 1})), SEND, "approved 5000"),
    Case("approved", answered(201, _amounts(approvedAmount=money(777))), WHOLE, "approved 777"),
]

CASES = [*NOTHING_CAME, *BY_STATUS, *ERRORS, *YES]
IDS = [f"{number}-{one.row}-{one.expected}" for number, one in enumerate(CASES)]


@pytest.mark.parametrize("case", CASES, ids=IDS)
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


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_what_is_unknown_is_looked_up_and_never_sent_again(case: Case) -> None:
    """There is no key that would make a second request the same as the first."""
    verdict = classify(case.outcome, case.question)
    if isinstance(verdict, Unknown):
        assert verdict.follow_up is FollowUp.FETCH


def test_every_error_type_of_the_interface_is_named() -> None:
    """Those of version 1.14, those that came later, and both spellings of one."""
    assert len(SUV_1_14_TYPES) == 28
    assert REASONS.keys() | PROVE_NOTHING == {*SUV_1_14_TYPES, *LATER_TYPES}
    assert REASONS.keys() >= ABOUT_THE_VOUCHER


def test_an_error_type_with_a_reason_is_not_overruled_by_its_prose() -> None:
    """The words are free text, in any language and about anything."""
    assert find_reason("INVALID_AMOUNT", "the voucher has expired") is DeclineReason.AMOUNT_REFUSED
    assert find_reason(NEW_TYPE, "The voucher has EXPIRED") is DeclineReason.EXPIRED


@pytest.mark.parametrize("kind", [AttemptKind.SEND, AttemptKind.FETCH])
def test_an_approval_carries_all_that_must_be_kept(kind: AttemptKind) -> None:
    """Our id, the reference on the issuer's slip, and the whole answer."""
    verdict = classify(answered(200, transaction()), question(kind))
    assert isinstance(verdict, Approved)
    assert (verdict.upstream_id, verdict.upstream_version) == (REQUEST_ID, 1)
    assert verdict.upstream_reference == "REF0001"
    assert verdict.http_status == 200
    assert verdict.body is not None
    assert "S-771" in verdict.body.reveal()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slipData": {"issuerReference": "A1"}, "rrn": "R1"}, "A1"),
        ({"slipData": None, "rrn": "R1"}, "R1"),
        ({"slipData": {"issuerReference": "A\n1"}, "rrn": 7}, "I-[9]"),
        ({"slipData": ["A1"], "thirdPartyIdentifiers": []}, None),
        ({"slipData": ..., "thirdPartyIdentifiers": ...}, None),
        ({"slipData": ..., "thirdPartyIdentifiers": [{"institutionId": "1"}, {}]}, None),
    ],
)
def test_the_reference_is_the_one_nearest_to_the_issuer(
    changes: dict[str, Any], expected: str | None
) -> None:
    """On the slip, else the original reference number, else the last party's own identifier."""
    verdict = classify(answered(201, transaction(**changes)), SEND)
    assert isinstance(verdict, Approved)
    assert verdict.upstream_reference == expected


def test_no_verdict_shows_a_secret_by_accident() -> None:
    """The answer echoes the voucher; neither the verdict nor the reading prints it."""
    outcome = answered(201, transaction())
    assert CANARY_PIN.encode() in outcome.body
    for shown in (classify(outcome, SEND), read(outcome, SEND), outcome):
        assert CANARY_PIN not in repr(shown)


def test_a_page_is_kept_only_in_part() -> None:
    """It proves nothing, and its beginning is enough to see what it was."""
    verdict = classify(answered(200, b"<html>" + b"x" * 100_000, HTML), SEND)
    assert isinstance(verdict, Unknown)
    assert verdict.body is not None
    assert len(verdict.body) == 4096


def test_the_wish_to_wait_is_passed_on() -> None:
    """In seconds, and within reason."""
    verdict = classify(answered(429, retry_after="7"), SEND)
    assert isinstance(verdict, Unknown)
    assert verdict.retry_after_s == 7.0


def test_the_asked_amount_is_the_samples_own() -> None:
    """The control: the cases above compare with what the sample answers."""
    assert transaction()["amounts"]["approvedAmount"]["amount"] == ASKED_CENTS
