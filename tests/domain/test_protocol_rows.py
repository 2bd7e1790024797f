"""The rules for upstreams with advices, row by row: what each answer does to the till's books.

Twenty-six rows: the answers to a request, to a look-up at the counter, to a confirmation and to a
reversal. Each case plays real bytes to the real gateway, below the real services.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from counterfoil.domain.advice import Advice, AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.forwarding import RESEND_AFTER_S, SUSPENDED_EVERY_S, UNKNOWN_AFTER_S
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.states import RedemptionState
from support.advised import ADVISED_VOUCHER
from support.busy import BusyExchange
from support.clocks import SteppedClock
from support.suv_bodies import ASKED_CENTS, HTML, JSON, PAGE, Wire, error, transaction
from support.till import Till, intent, open_till

S, A = RedemptionState, AdviceState
CONFIRM, REVERSE = AdviceKind.CONFIRMATION, AdviceKind.REVERSAL
CODE = "6501000000000101"

Answer = tuple[int, Any] | type[httpx.TransportError]
"""A status and a body, or how the line fails; in the body ``id`` stands for the right one."""

YES: Answer = (201, transaction())
SILENCE: Answer = httpx.ReadTimeout
NOT_FOUND: Answer = (404, b"")
ECHOED = {"is": "echo"}
"""Stands for the message that was sent."""


def refused(kind: str) -> Answer:
    """Answer 400 with this error."""
    return 400, error(kind)


@dataclass(slots=True)
class Line:
    """Answers requests, look-ups and advices; the last answer of each again and again."""

    requests: list[Answer] = field(default_factory=lambda: [YES])
    lookups: list[Answer] = field(default_factory=lambda: [NOT_FOUND])
    advices: list[Answer] = field(default_factory=lambda: [(202, ECHOED)])
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    before_answer: Callable[[], Awaitable[object]] | None = None

    async def answer(self, asked: httpx.Request) -> httpx.Response:
        """Answer one exchange."""
        body = await asked.aread()
        self.seen.append((f"{asked.method} {asked.url.path}", body))
        if asked.method == "GET":
            return self._say(self.lookups, {"id": asked.url.path.rpartition("/")[2]})
        sent = json.loads(body)
        if asked.url.path.endswith("/redemptions"):
            if self.before_answer is not None:
                await self.before_answer()
            return self._say(self.requests, sent)
        return self._say(self.advices, sent)

    def _say(self, answers: list[Answer], sent: dict[str, Any]) -> httpx.Response:
        answer: Answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, type):
            raise answer("")
        status, body = answer
        kind = JSON
        if body == ECHOED:
            body = sent
        elif isinstance(body, dict):
            body = {**body, "id": sent["id"]}
        else:
            kind = HTML if body == PAGE else JSON
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(
            status, headers={"content-type": kind}, stream=httpx.ByteStream(content)
        )


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is answered, and how the till's books must stand after it."""

    row: str
    answers: Sequence[Answer]
    state: RedemptionState
    advice: tuple[AdviceKind, AdviceState] | None = None
    reason: ReversalReason | None = None
    attention: AttentionCause | None = None
    wait_s: tuple[float, float] | None = None
    """Between how many seconds after the end of its attempt the advice is due again."""
    is_late: bool = False
    """Whether the answer to the advice comes when the request can be nowhere on its way."""
    is_left: bool = False
    """Whether the sale is closed without the voucher before the answer comes."""


FINAL_OWED = (CONFIRM, A.OWED)
REVERSED_OWED = (REVERSE, A.OWED)
TIMEOUT, NOT_FINAL, CANCELLED = (
    ReversalReason.TIMEOUT,
    ReversalReason.RESPONSE_NOT_FINAL,
    ReversalReason.CANCELLED,
)
TROUBLE: tuple[Answer, ...] = (
    SILENCE,
    httpx.ReadError,
    *((code, b"") for code in (500, 502, 503, 504, 429)),
    (502, PAGE),
    (200, PAGE),
)
UNSIGNED: tuple[Answer, ...] = tuple((code, body) for code in (401, 403) for body in (PAGE, b""))
"""Nobody knows who refused what: a proxy, a login portal, or the provider."""
PROVE_NOTHING: tuple[Answer, ...] = (
    *((code, b"") for code in (302, 400, 403, 404)),
    (201, {}),
)

REQUESTS = (
    *(
        Case(
            row="request: 200, 201 or 202, valid",
            answers=[(code, transaction())],
            state=S.FINAL,
            advice=FINAL_OWED,
        )
        for code in (200, 201, 202)
    ),
    *(
        Case(row="request: 400 with proof", answers=[refused(kind)], state=S.DECLINED)
        for kind in ("VOUCHER_ALREADY_REDEEMED", "INVALID_AMOUNT", "FORMAT_ERROR", "NEW_ONE")
    ),
    *(
        Case(row="request: not sent", answers=[failure], state=S.DECLINED)
        for failure in (httpx.ConnectError, httpx.ConnectTimeout)
    ),
    *(
        Case(
            row="request: 400 that proves nothing",
            answers=[refused(kind)],
            state=S.REVERSING,
            advice=REVERSED_OWED,
            reason=NOT_FINAL,
        )
        for kind in (
            "DUPLICATE_RECORD",
            "GENERAL_ERROR",
            "ROUTING_ERROR",
            "UPSTREAM_UNAVAILABLE",
            "VOUCHER_STATUS_UNKNOWN",
        )
    ),
    *(
        Case(
            row="request: everything else",
            answers=[answer],
            state=S.REVERSING,
            advice=REVERSED_OWED,
            reason=TIMEOUT if isinstance(answer, type) else NOT_FINAL,
        )
        for answer in (*TROUBLE, *PROVE_NOTHING)
    ),
    Case(
        row="request: approved for a sale that is gone",
        answers=[YES],
        state=S.REVERSING,
        advice=REVERSED_OWED,
        reason=CANCELLED,
        is_left=True,
    ),
)
LOOKUPS = (
    Case(
        row="look-up: 200, the original yes",
        answers=[(200, transaction())],
        state=S.FINAL,
        advice=FINAL_OWED,
    ),
    Case(
        row="look-up: the original refusal",
        answers=[refused("VOUCHER_ALREADY_REDEEMED")],
        state=S.DECLINED,
    ),
    Case(
        row="look-up: 102, still working",
        answers=[(102, b""), (200, transaction())],
        state=S.FINAL,
        advice=FINAL_OWED,
    ),
    Case(
        row="look-up: 102, still working",
        answers=[(102, b"")],
        state=S.REVERSING,
        advice=REVERSED_OWED,
        reason=TIMEOUT,
    ),
    *(
        Case(
            row=f"look-up: {code}",
            answers=[(code, body)],
            state=S.REVERSING,
            advice=REVERSED_OWED,
            reason=TIMEOUT,
        )
        for code in (403, 404)
        for body in (b"", error("UNABLE_TO_LOCATE_RECORD"))
    ),
)
CONFIRMATIONS = (
    *(
        Case(
            row="confirmation: 200, 201 or 202",
            answers=[(code, ECHOED)],
            state=S.FINAL,
            advice=(CONFIRM, A.ACKNOWLEDGED),
        )
        for code in (200, 201, 202)
    ),
    *(
        Case(
            row="confirmation: 400, processed before",
            answers=[refused(kind)],
            state=S.FINAL,
            advice=(CONFIRM, A.ACKNOWLEDGED),
        )
        for kind in ("DUPLICATE_RECORD", "REDEMPTION_ALREADY_CONFIRMED")
    ),
    Case(
        row="confirmation: 400, reversed",
        answers=[refused("REDEMPTION_ALREADY_REVERSED")],
        state=S.ATTENTION,
        advice=(CONFIRM, A.DISPUTED),
        attention=AttentionCause.CONTRADICTED,
    ),
    Case(
        row="confirmation: 404",
        answers=[NOT_FOUND],
        state=S.ATTENTION,
        advice=(CONFIRM, A.DISPUTED),
        attention=AttentionCause.APPROVAL_DENIED,
    ),
    *(
        Case(
            row="confirmation: no final answer",
            answers=[answer],
            state=S.FINAL,
            advice=FINAL_OWED,
            wait_s=(0, 900),
        )
        for answer in (*TROUBLE, *UNSIGNED)
    ),
    *(
        Case(
            row="confirmation: cannot be read",
            answers=[answer],
            state=S.FINAL,
            advice=(CONFIRM, A.SUSPENDED),
            wait_s=(SUSPENDED_EVERY_S, SUSPENDED_EVERY_S + 900),
        )
        for answer in (refused("FORMAT_ERROR"), *((code, b"") for code in (501, 405, 413)))
    ),
    *(
        Case(
            row="confirmation: not allowed",
            answers=[(code, {"errorType": "AUTHENTICATION_ERROR", "errorMessage": "no"})],
            state=S.FINAL,
            advice=FINAL_OWED,
        )
        for code in (401, 403)
    ),
)
REVERSALS = (
    *(
        Case(
            row="reversal: 200, 201 or 202",
            answers=[(code, ECHOED)],
            state=S.REVERSED,
            advice=(REVERSE, A.ACKNOWLEDGED),
        )
        for code in (200, 201, 202)
    ),
    *(
        Case(
            row="reversal: 400, processed before",
            answers=[refused(kind)],
            state=S.REVERSED,
            advice=(REVERSE, A.ACKNOWLEDGED),
        )
        for kind in ("DUPLICATE_RECORD", "REDEMPTION_ALREADY_REVERSED")
    ),
    Case(
        row="reversal: 400, confirmed",
        answers=[refused("REDEMPTION_ALREADY_CONFIRMED")],
        state=S.ATTENTION,
        advice=(REVERSE, A.DISPUTED),
        attention=AttentionCause.CONTRADICTED,
    ),
    Case(
        row="reversal: 404, late",
        answers=[NOT_FOUND],
        state=S.REVERSED,
        advice=(REVERSE, A.ACKNOWLEDGED),
        wait_s=(RESEND_AFTER_S, RESEND_AFTER_S),
        is_late=True,
    ),
    Case(
        row="reversal: 404, early",
        answers=[NOT_FOUND],
        state=S.REVERSING,
        advice=REVERSED_OWED,
        wait_s=(0, 60),
    ),
    *(
        Case(
            row="reversal: no final answer",
            answers=[answer],
            state=S.REVERSING,
            advice=REVERSED_OWED,
            wait_s=(0, 900),
        )
        for answer in (*TROUBLE, *UNSIGNED)
    ),
    *(
        Case(
            row="reversal: cannot be read",
            answers=[answer],
            state=S.REVERSING,
            advice=(REVERSE, A.SUSPENDED),
            wait_s=(SUSPENDED_EVERY_S, SUSPENDED_EVERY_S + 900),
        )
        for answer in (refused("FORMAT_ERROR"), *((code, b"") for code in (501, 405, 413)))
    ),
    *(
        Case(
            row="reversal: not allowed",
            answers=[(code, {"errorType": "AUTHENTICATION_ERROR", "errorMessage": "no"})],
            state=S.REVERSING,
            advice=REVERSED_OWED,
        )
        for code in (401, 403)
    ),
)
ADVICES = (*CONFIRMATIONS, *REVERSALS)
CASES = (*REQUESTS, *LOOKUPS, *ADVICES)
ROWS = (
    "request: 200, 201 or 202, valid",
    "request: 400 with proof",
    "request: not sent",
    "request: 400 that proves nothing",
    "request: everything else",
    "request: approved for a sale that is gone",
    "look-up: 200, the original yes",
    "look-up: the original refusal",
    "look-up: 102, still working",
    "look-up: 403",
    "look-up: 404",
    "confirmation: 200, 201 or 202",
    "confirmation: 400, processed before",
    "confirmation: 400, reversed",
    "confirmation: 404",
    "confirmation: no final answer",
    "confirmation: cannot be read",
    "confirmation: not allowed",
    "reversal: 200, 201 or 202",
    "reversal: 400, processed before",
    "reversal: 400, confirmed",
    "reversal: 404, late",
    "reversal: 404, early",
    "reversal: no final answer",
    "reversal: cannot be read",
    "reversal: not allowed",
)
"""The table itself, so that a row without a case is found."""


@pytest.fixture
def line() -> Line:
    """Make a line that answers as all goes well, but for look-ups."""
    return Line()


@asynccontextmanager
async def opened(line: Line) -> AsyncIterator[Till]:
    """Open a till whose gateway is on this line; time stands still while it exchanges."""
    wire = Wire((200, {}))
    wire.answer = line.answer  # type: ignore[method-assign]  # this line answers instead
    exchange = BusyExchange(transport=httpx.MockTransport(wire.answer))
    gateway = wire.gateway(exchange=exchange)
    await gateway.warm_up()
    clock = SteppedClock(is_automatic=True)
    clock.is_busy = exchange.is_busy
    async with open_till(gateway, clock=clock) as till:
        yield till


async def redeem(till: Till) -> Redemption:
    """Redeem what the sample answers say."""
    wanted = intent(Exact(ASKED_CENTS), pin=CODE, voucher_type=ADVISED_VOUCHER, code=CODE)
    return await till.redeemer.redeem(wanted)


def names(cases: Sequence[Case]) -> list[str]:
    """Name each case by its row and its number there."""
    rows = [case.row for case in cases]
    return [f"{row}-{rows[:number].count(row) + 1}" for number, row in enumerate(rows)]


def test_every_row_has_a_case() -> None:
    """Twenty-six rows, and no case of any other."""
    assert len(set(ROWS)) == len(ROWS) == 26
    assert {case.row for case in CASES} == set(ROWS)


@pytest.mark.parametrize("case", REQUESTS, ids=names(REQUESTS))
async def test_each_answer_to_a_request_does_what_its_row_says(line: Line, case: Case) -> None:
    """The request goes once; what is owed is written with the state that owes it."""
    line.requests = list(case.answers)
    async with opened(line) as till:
        if case.is_left:
            line.before_answer = _leaving(till)
        await check(till, await redeem(till), case)
    assert sum(what.startswith("POST") for what, _ in line.seen) == 1


@pytest.mark.parametrize("case", LOOKUPS, ids=names(LOOKUPS))
async def test_each_answer_to_a_look_up_does_what_its_row_says(line: Line, case: Case) -> None:
    """While the customer waits, and three times at the most; then the request is undone."""
    line.requests, line.lookups = [SILENCE], list(case.answers)
    async with opened(line) as till:
        await check(till, await redeem(till), case)
    looked = sum(what.startswith("GET") for what, _ in line.seen)
    assert 1 <= looked <= 3
    assert sum(what.startswith("POST") for what, _ in line.seen) == 1


@pytest.mark.parametrize("case", ADVICES, ids=names(ADVICES))
async def test_each_answer_to_an_advice_does_what_its_row_says(line: Line, case: Case) -> None:
    """It is sent once now, and what follows is in the journal before anything else happens."""
    assert case.advice is not None
    line.requests = [YES] if case.advice[0] is CONFIRM else [SILENCE]
    line.advices = list(case.answers)
    async with opened(line) as till:
        redemption = await redeem(till)
        if case.is_late:
            await till.clock.sleep(UNKNOWN_AFTER_S)
        await till.forwarder.forward_due()
        await check(till, redemption, case)
        is_stopped = case.row.endswith("not allowed")
        assert (till.forwarder.paused == {"electrum"}) is is_stopped
    assert sum("/redemptions/" in what and what[0] == "P" for what, _ in line.seen) == 1


def _leaving(till: Till) -> Callable[[], Awaitable[object]]:
    async def leave() -> None:
        (asked,) = await till.journal.open_redemptions()
        await till.redeemer.close_without_voucher(
            asked.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
        )
        await asyncio.sleep(0)

    return leave


async def check(till: Till, redemption: Redemption, case: Case) -> None:
    """Compare the journal with a case."""
    stored = await till.stored(redemption)
    assert (stored.state, stored.attention) == (case.state, case.attention)
    advice = await till.journal.advice(redemption.id)
    assert (advice and (advice.kind, advice.state)) == case.advice
    if advice is not None:
        assert advice.reason == case.reason or case.row.startswith(("rev", "conf"))
        check_wait(advice, case)


def check_wait(advice: Advice, case: Case) -> None:
    """Check when an advice is due again."""
    if case.wait_s is None:
        return
    assert advice.next_due_at is not None
    assert advice.last_ended_at is not None
    least_s, most_s = case.wait_s
    assert least_s <= (advice.next_due_at - advice.last_ended_at).total_seconds() <= most_s
