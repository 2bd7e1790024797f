"""The line to an upstream: it loses, delays, doubles, cuts and forges, below the classifier.

It stands where the guarded exchange stands, so that what a redirect, a page or half an answer
proves is decided by the shipped classifiers. An exchange that has begun goes on when the till dies.
"""

import asyncio
import json
import random  # noqa: TID251 - a seed repeats a run exactly
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from typing_extensions import override

from counterfoil.adapters.upstream.exchange import (
    DEADLINE_S,
    Answered,
    Call,
    Exchange,
    Loss,
    Lost,
    NotConnected,
    Obstacle,
    Outcome,
)
from simulation.machine import Machine

LIFE_S = 110.0
"""A request that the till gave up arrives within this, or never."""
VERY_LATE_S = 20 * 3600.0
_JSON = {"content-type": "application/json"}
_HTML = {"content-type": "text/html; charset=utf-8"}
_PAGE = b"<!doctype html><title>Please log in</title>"


class Weather(StrEnum):
    """What becomes of one exchange."""

    FINE = "fine"
    NOT_CONNECTED = "not connected"
    LOST_BEFORE = "lost before"
    LOST_AFTER = "lost after"
    LATE = "late"
    """Given up by the till, and delivered all the same."""
    VERY_LATE = "very late"
    TWICE = "twice"
    SLOW = "slow"
    CUT = "cut answer"
    ENCODED = "compressed"
    TOO_LARGE = "too large"
    PORTAL = "portal's page"
    REDIRECT = "redirect"
    PROXY_ERROR_BEFORE = "5xx of a proxy before"
    PROXY_ERROR_AFTER = "5xx of a proxy after"
    PROXY_REFUSAL_BEFORE = "4xx of a proxy before"
    PROXY_REFUSAL_AFTER = "4xx of a proxy after"
    RATE_LIMITED = "429"
    OTHER_JSON = "json of another"
    """Nothing arrived; a cache answered with somebody else's yes."""
    WRONG_ANSWER = "wrong answer"
    """It arrived, and the answer names another id or amount."""


COMMON = (
    Weather.NOT_CONNECTED,
    Weather.LOST_BEFORE,
    Weather.LOST_AFTER,
    Weather.LOST_AFTER,
    Weather.LATE,
    Weather.LATE,
    Weather.VERY_LATE,
    Weather.TWICE,
    Weather.SLOW,
    Weather.CUT,
    Weather.PROXY_ERROR_BEFORE,
    Weather.PROXY_ERROR_AFTER,
)
RARE = tuple(one for one in Weather if one is not Weather.FINE)


_REFUSALS = (401, 403, 404, 407, 408, 418)
_UNREADABLE = {Weather.ENCODED: Loss.ENCODED, Weather.TOO_LARGE: Loss.TOO_LARGE}


class Upstream(Protocol):
    """What stands at the other end."""

    def receive(self, call: Call, *, is_very_late: bool = False) -> Answered:
        """Take a request into account and answer it."""
        ...

    def likeness(self, call: Call) -> bytes:
        """Return an approval about somebody else's request."""
        ...


class Line(Exchange):
    """The exchange port over bad weather."""

    def __init__(
        self,
        *,
        upstream: Upstream,
        machine: Machine,
        chance: random.Random,
        on_send: Callable[[Call], None],
        note: Callable[[str, object], None],
    ) -> None:
        super().__init__()
        self._upstream = upstream
        self._machine = machine
        self._chance = chance
        self._on_send = on_send
        self._note = note
        self.trouble = 0.0
        """How often the weather is bad, from 0 to 1."""
        self.counts: Counter[Weather] = Counter()

    @override
    async def warm_up(self) -> None:
        """Load nothing."""

    @override
    async def aclose(self) -> None:
        """Wait for nothing: what is under way is the world's."""

    @override
    async def make(self, call: Call) -> Outcome:
        """Make one call and tell what is known of it."""
        self._on_send(call)
        self._machine.boundary("before a send")
        weather = self._next()
        self.counts[weather] += 1
        self._note("send", weather)
        outcome = await self._meet(weather, call)
        self._machine.boundary("before an answer")
        self._note("answer", outcome if not isinstance(outcome, Answered) else outcome.status)
        return outcome

    def _next(self) -> Weather:
        if self._chance.random() >= self.trouble:
            return Weather.FINE
        return self._chance.choice(COMMON if self._chance.random() < 0.7 else RARE)

    async def _meet(self, weather: Weather, call: Call) -> Outcome:
        match weather:
            case Weather.NOT_CONNECTED:
                await self._wait(0, 5)
                return NotConnected(self._chance.choice([*Obstacle][:4]))
            case Weather.LOST_BEFORE:
                return await self._lose()
            case Weather.LATE | Weather.VERY_LATE:
                return await self._give_up(call, is_very=weather is Weather.VERY_LATE)
            case Weather.SLOW:
                answer = await self._deliver(call, 5, 40)
                await self._wait(1, 15)
                return answer
            case (
                Weather.PORTAL
                | Weather.REDIRECT
                | Weather.PROXY_ERROR_BEFORE
                | Weather.PROXY_REFUSAL_BEFORE
                | Weather.RATE_LIMITED
                | Weather.OTHER_JSON
            ):
                await self._wait(0, 5)
                return self._in_between(weather, call)
            case _:
                return await self._spoil(weather, call)

    def _in_between(self, weather: Weather, call: Call) -> Answered:
        """Answer as something on the way does, which passed nothing on."""
        pick = self._chance.choice
        match weather:
            case Weather.PORTAL:
                return pick([Answered(200, _HTML, _PAGE), Answered(511, _HTML, _PAGE)])
            case Weather.REDIRECT:
                return Answered(pick([301, 302, 307]), {**_HTML, "location": "/login"}, _PAGE)
            case Weather.PROXY_REFUSAL_BEFORE:
                return Answered(pick(_REFUSALS), _HTML, _PAGE)
            case Weather.RATE_LIMITED:
                return Answered(429, {**_JSON, "retry-after": pick(["1", "7", "1200"])}, b"{}")
            case Weather.OTHER_JSON:
                return Answered(200, _JSON, pick([self._upstream.likeness(call), b"{}", b"[]"]))
            case _:
                return Answered(pick([500, 502, 503, 504]), _HTML, _PAGE)

    async def _spoil(self, weather: Weather, call: Call) -> Outcome:
        """Deliver it, and spoil the answer."""
        answer = await self._deliver(call, 0, 3)
        await self._wait(0, 3)
        pick = self._chance
        if weather is Weather.LOST_AFTER:
            return await self._lose()
        if weather is Weather.TWICE:
            self._deliver_later(call, pick.uniform(0, 60))
        if weather is Weather.CUT:
            half = answer.body[: pick.randrange(len(answer.body) + 1)]
            is_seen = pick.random() < 0.5
            cut = Answered(answer.status, answer.headers, half)
            return Lost(Loss.CUT_OFF, answer.status) if is_seen else cut
        if weather in _UNREADABLE:
            return Lost(_UNREADABLE[weather], answer.status)
        if weather is Weather.PROXY_ERROR_AFTER:
            return Answered(pick.choice([500, 502, 503, 504]), _HTML, _PAGE)
        if weather is Weather.PROXY_REFUSAL_AFTER:
            return Answered(pick.choice(_REFUSALS), _HTML, _PAGE)
        if weather is Weather.WRONG_ANSWER:
            return Answered(200, _JSON, self._upstream.likeness(call))
        return answer

    async def _lose(self) -> Lost:
        if self._chance.random() < 0.5:
            await self._wait(0, 20)
            return Lost(Loss.CUT_OFF)
        await asyncio.sleep(DEADLINE_S)
        return Lost(Loss.TIME_OUT)

    async def _give_up(self, call: Call, *, is_very: bool) -> Lost:
        """Let the till wait in vain; it arrives later, also when the till is gone by then."""
        later_s = self._chance.uniform(3600, VERY_LATE_S) if is_very else self._late_s()
        try:
            await asyncio.sleep(DEADLINE_S)
        finally:
            self._deliver_later(call, later_s, is_very_late=is_very)
        return Lost(Loss.TIME_OUT)

    def _late_s(self) -> float:
        return self._chance.choice([self._chance.uniform(0, LIFE_S), LIFE_S])

    async def _deliver(self, call: Call, least_s: float, most_s: float) -> Answered:
        """Let it arrive; the way there is the network's, whether or not the till still lives."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[Answered] = loop.create_future()
        loop.call_later(self._chance.uniform(least_s, most_s), self._arrive, call, arrived)
        return await arrived

    def _arrive(self, call: Call, arrived: asyncio.Future[Answered]) -> None:
        answer = self._upstream.receive(call)
        self._note("arrived", answer.status)
        if not arrived.done():
            arrived.set_result(answer)

    def _deliver_later(self, call: Call, after_s: float, *, is_very_late: bool = False) -> None:
        def arrive() -> None:
            answer = self._upstream.receive(call, is_very_late=is_very_late)
            self._note("arrived late", answer.status)

        asyncio.get_running_loop().call_later(after_s, arrive)

    async def _wait(self, least_s: float, most_s: float) -> None:
        await asyncio.sleep(self._chance.uniform(least_s, most_s))


def document_of(call: Call) -> dict[str, object]:
    """Read what the till sent."""
    assert call.body is not None, "only what has a body is read"
    document: dict[str, object] = json.loads(call.body)
    return document


def answer(status: int, document: object, **headers: str) -> Answered:
    """Write an answer; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answered(status, {**_JSON, **named}, json.dumps(document).encode())


def problem(status: int, title: str, **headers: str) -> Answered:
    """Write problem details."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"title": title, "status": status}).encode()
    return Answered(status, {"content-type": "application/problem+json", **named}, body)
