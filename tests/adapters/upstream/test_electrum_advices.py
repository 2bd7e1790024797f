"""Every row of the table that says what the answer to an advice means."""

from dataclasses import dataclass

import pytest

from counterfoil.adapters.upstream.electrum.advices import (
    ADVICE_ROWS,
    classify_advice,
    find_advice_row,
    read_advice_outcome,
)
from counterfoil.adapters.upstream.exchange import Loss, Lost, NotConnected, Obstacle, Outcome
from counterfoil.domain.advice import AdviceKind, AdviceVerdict, Repeat
from support.suv_bodies import (
    ADVICE_ID,
    HTML,
    OTHER_ID,
    PAGE,
    REQUEST_ID,
    advice,
    advice_echo,
    advice_error,
    answered,
)

TEXT = "text/plain"
CONFIRM, REVERSE = AdviceKind.CONFIRMATION, AdviceKind.REVERSAL
BOTH = (CONFIRM, REVERSE)


@dataclass(frozen=True)
class Case:
    """One outcome of an advice, the row that must decide, and what it must say."""

    row: str
    outcome: Outcome
    expected: str
    """The verdict's name in small letters; for a repetition with its cause."""
    kinds: tuple[AdviceKind, ...] = BOTH
    is_refund: bool = False


def say(verdict: AdviceVerdict) -> str:
    """Write a verdict as a case writes it."""
    name = type(verdict).__name__.lower()
    return f"{name} {verdict.cause}" if isinstance(verdict, Repeat) else name


CASES = [
    # Nothing came back.
    Case("no credentials", NotConnected(Obstacle.NO_KEY), "repeat not_authorised"),
    Case("no token", NotConnected(Obstacle.KEY_REFUSED), "notallowed"),
    *(
        Case("not connected", NotConnected(why), "repeat no_connection")
        for why in set(Obstacle) - {Obstacle.NO_KEY, Obstacle.KEY_REFUSED}
    ),
    Case("time-out", Lost(Loss.TIME_OUT), "repeat time_out"),
    Case("time-out", Lost(Loss.TIME_OUT, 202), "repeat time_out"),
    Case("too large", Lost(Loss.TOO_LARGE, 202), "repeat too_large"),
    Case("compressed", Lost(Loss.ENCODED, 202), "repeat unreadable"),
    Case("cut off", Lost(Loss.CUT_OFF, 202), "repeat cut_off"),
    # Its status.
    *(Case("redirected", answered(code), "repeat redirected") for code in (301, 302, 307)),
    Case("the network wants a login", answered(511, PAGE, HTML), "repeat not_the_upstream"),
    *(
        Case("not taken at all", answered(code, advice_error("GENERAL_ERROR")), "unreadable")
        for code in (405, 413, 415, 422, 501)
    ),
    Case("not taken at all", answered(501), "unreadable"),
    *(
        Case("upstream error", answered(code, body), "repeat upstream_error")
        for code in (500, 502, 503, 504)
        for body in (b"", advice_error("DUPLICATE_RECORD"))
    ),
    Case("upstream error", answered(502, PAGE, HTML), "repeat upstream_error"),
    Case("rate limited", answered(429), "repeat rate_limited"),
    *(
        Case("not allowed", answered(code, advice_error(kind)), "notallowed")
        for code, kind in (
            (400, "AUTHENTICATION_ERROR"),
            (401, "AUTHENTICATION_ERROR"),
            (401, "GENERAL_ERROR"),
            (403, "AUTHENTICATION_ERROR"),
        )
    ),
    # Nobody knows who said so, and a queue that stands still waits for a person.
    *(
        Case("anything else", answered(code, body), "repeat unreadable")
        for code in (401, 403)
        for body in (b"", b'{"message": "Forbidden"}', b"[]")
    ),
    *(
        Case("anything else", answered(code, b"Access denied", TEXT), "repeat unreadable")
        for code in (401, 403)
    ),
    # Whose word it is.
    *(
        Case("a page", answered(code, PAGE, HTML), "repeat not_the_upstream")
        for code in (200, 202, 400, 401, 403, 404)
    ),
    *(
        Case("about another", answered(202, body), "repeat mismatch")
        for body in (
            advice_echo(id=OTHER_ID),
            advice_echo(requestId=OTHER_ID),
            advice_echo(id=..., requestId=OTHER_ID),
        )
    ),
    *(
        Case("about another", answered(code, advice_error(kind, **ids)), "repeat mismatch")
        for code, kind in (
            (404, "UNABLE_TO_LOCATE_RECORD"),
            (400, "DUPLICATE_RECORD"),
            (403, "AUTHENTICATION_ERROR"),
        )
        for ids in ({"id": OTHER_ID}, {"originalId": OTHER_ID})
    ),
    # Acknowledged.
    *(
        Case("acknowledged", answered(code, advice_echo()), "acknowledged")
        for code in (200, 201, 202)
    ),
    *(
        Case("acknowledged", answered(202, body), "acknowledged")
        for body in (
            advice_echo(id=...),
            advice_echo(requestId=...),
            advice_echo(id=ADVICE_ID.upper(), time=..., news=[1]),
        )
    ),
    Case("done before", answered(400, advice_error("DUPLICATE_RECORD")), "acknowledged"),
    Case(
        "done before",
        answered(400, advice_error("DUPLICATE_RECORD", id=..., originalId=...)),
        "acknowledged",
    ),
    Case(
        "done before",
        answered(400, advice_error("DUPLICATE_RECORD", id=REQUEST_ID)),
        "acknowledged",
    ),
    *(
        Case("done before", answered(400, advice_error(word)), "acknowledged", (kind,))
        for kind, word in (
            (REVERSE, "REDEMPTION_ALREADY_REVERSED"),
            (REVERSE, "VOUCHER_ALREADY_REVERSED"),
            (CONFIRM, "REDEMPTION_ALREADY_CONFIRMED"),
            (CONFIRM, "VOUCHER_ALREADY_CONFIRMED"),
        )
    ),
    *(
        Case("the opposite was done", answered(400, advice_error(word)), "contradicted", (kind,))
        for kind, word in (
            (CONFIRM, "REDEMPTION_ALREADY_REVERSED"),
            (CONFIRM, "VOUCHER_ALREADY_REVERSED"),
            (REVERSE, "REDEMPTION_ALREADY_CONFIRMED"),
            (REVERSE, "VOUCHER_ALREADY_CONFIRMED"),
        )
    ),
    # The same about refunds, of which only the refund's own words count.
    *(
        Case(row, answered(400, advice_error(word)), said, (kind,), is_refund=True)
        for row, kind, word, said in (
            ("done before", REVERSE, "REFUND_ALREADY_REVERSED", "acknowledged"),
            ("done before", CONFIRM, "REFUND_ALREADY_CONFIRMED", "acknowledged"),
            ("the opposite was done", REVERSE, "REFUND_ALREADY_CONFIRMED", "contradicted"),
            ("the opposite was done", CONFIRM, "REFUND_ALREADY_REVERSED", "contradicted"),
            ("cannot be read there", REVERSE, "REDEMPTION_ALREADY_CONFIRMED", "unreadable"),
        )
    ),
    Case(
        "cannot be read there", answered(400, advice_error("REFUND_ALREADY_REVERSED")), "unreadable"
    ),
    # Not known.
    Case(
        "not known there", answered(404, advice_error("UNABLE_TO_LOCATE_RECORD")), "notknownthere"
    ),
    Case("not known there", answered(404), "notknownthere"),
    Case("not known there", answered(404, b"", ""), "notknownthere"),
    Case(
        "not known there", answered(400, advice_error("UNABLE_TO_LOCATE_RECORD")), "notknownthere"
    ),
    # Known, but nothing waits for a confirmation.
    *(
        Case(row, answered(400, advice_error(word)), said, (kind,), is_refund=is_refund)
        for row, kind, word, said, is_refund in (
            ("nothing waits for it there", CONFIRM, "VOUCHER_NOT_REDEEMED", "notwaiting", False),
            ("nothing waits for it there", CONFIRM, "VOUCHER_NOT_REFUNDED", "notwaiting", True),
            ("cannot be read there", CONFIRM, "VOUCHER_NOT_REFUNDED", "unreadable", False),
            ("cannot be read there", CONFIRM, "VOUCHER_NOT_REDEEMED", "unreadable", True),
            ("cannot be read there", REVERSE, "VOUCHER_NOT_REDEEMED", "unreadable", False),
            ("cannot be read there", REVERSE, "VOUCHER_NOT_REFUNDED", "unreadable", True),
        )
    ),
    # What is left.
    *(
        Case("passing trouble", answered(400, advice_error(kind)), "repeat upstream_error")
        for kind in ("GENERAL_ERROR", "UPSTREAM_UNAVAILABLE", "ROUTING_ERROR")
    ),
    *(
        Case("cannot be read there", answered(400, body), "unreadable")
        for body in (
            advice_error("FORMAT_ERROR"),
            advice_error("FORMAT_ERROR", id=..., originalId=...),
            advice_error("FUNCTION_NOT_SUPPORTED"),
            advice_error("INVALID_MERCHANT"),
            advice_error("SOMETHING_OF_NEXT_YEAR"),
            b"",
            {"detail": "no"},
        )
    ),
    *(
        Case("anything else", answered(code, body), "repeat unreadable")
        for code, body in (
            (200, b""),
            (202, {}),
            (202, []),
            (200, {"status": "ok"}),
            (200, advice_error("DUPLICATE_RECORD")),
            (204, b""),
            (404, {"message": "no Route matched with those values"}),
            (408, b""),
            (409, b""),
            (410, b""),
        )
    ),
    Case("anything else", answered(202, advice_echo(), "text/plain"), "repeat unreadable"),
]

TRIALS = [(case, kind) for case in CASES for kind in case.kinds]
IDS = [f"{number}-{one.row}-{kind}-{one.expected}" for number, (one, kind) in enumerate(TRIALS)]


@pytest.mark.parametrize(("case", "kind"), TRIALS, ids=IDS)
def test_the_right_row_decides_and_says_the_right_thing(case: Case, kind: AdviceKind) -> None:
    """Each case of the protocol's table, for either advice."""
    told = advice(kind, is_refund=case.is_refund)
    reading = read_advice_outcome(case.outcome, told, REQUEST_ID)
    assert find_advice_row(reading).name == case.row
    verdict = classify_advice(case.outcome, told, REQUEST_ID)
    assert say(verdict) == case.expected


def test_every_row_has_a_case() -> None:
    """A row that nobody tries could say anything."""
    assert {row.name for row in ADVICE_ROWS} == {case.row for case in CASES}


def test_every_row_has_its_own_name() -> None:
    """A name in a log or a test means one row."""
    assert len({row.name for row in ADVICE_ROWS}) == len(ADVICE_ROWS)


@pytest.mark.parametrize(("wish", "seconds"), [("7", 7.0), ("999999", 900.0), ("soon", None)])
def test_the_wish_to_wait_is_passed_on(wish: str, seconds: float | None) -> None:
    """N18: within reason, and nothing where it makes no sense."""
    verdict = classify_advice(answered(503, retry_after=wish), advice(), REQUEST_ID)
    assert isinstance(verdict, Repeat)
    assert verdict.retry_after_s == seconds
    assert verdict.http_status == 503
