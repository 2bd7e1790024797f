"""What the network does over minutes and days, and where it must never lead the till."""

import asyncio
import json

import pytest

from counterfoil.adapters.upstream.exchange import Answered, Call, Exchange
from counterfoil.domain.advice import AdviceState
from counterfoil.domain.forwarding import RESEND_AFTER_S, UNKNOWN_AFTER_S
from counterfoil.domain.pacing import Pace
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import UnknownCause
from support.network.expected import Column
from support.network.golden import Golden, Kind, as_json, written
from support.network.jumping_loop import run
from support.network.matrix import (
    SCENARIOS,
    Cell,
    Scenario,
    Stage,
    Step,
    open_stage,
)
from support.network.network_faults import ELSEWHERE, TLS_GOOD, Fault, always
from support.network.rough_server import Conversation, Line

S = RedemptionState
NOWHERE = Fault(name="nowhere", row="", numbers=(), play=always(b""))
"""Opens the server that must never be asked."""
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def scenario(column: Column) -> Scenario:
    """Return how a till comes to the first try of a request."""
    return next(one for one in SCENARIOS if (one.column, one.step) == (column, Step.FIRST))


def not_known(stage: Stage) -> Conversation:
    """Say that nothing is known of the request, in the upstream's own words."""

    def build(golden: Golden) -> bytes:
        return written(404, golden.error(404, "UNABLE_TO_LOCATE_RECORD"))

    return stage.golden.answering(build)


def reversals(stage: Stage) -> list[bytes]:
    """Return the bytes of each reversal that was sent."""
    return [one.body for one in stage.server.requests if one.path.endswith("/reversals")]


@pytest.mark.fault("N9")
def test_a_request_that_may_still_be_on_its_way_is_not_taken_for_never_received() -> None:
    """Two minutes must pass before "not known" counts, and a day later it is sent once more."""

    async def main() -> None:
        async with open_stage() as stage:
            cell = Cell(stage, scenario(Column.REVERSE))
            await cell.open()
            await cell.come_to()
            for passed_s in (0.0, UNKNOWN_AFTER_S - 10.0):
                await stage.clock.advance(passed_s)
                stage.server.script.append(not_known(stage))
                await cell.till.forwarder.forward_due(is_everything_due=True)
                assert await cell.state() == "reversing owed"
            await stage.clock.advance(20.0)
            stage.server.script.append(not_known(stage))
            await cell.till.forwarder.forward_due(is_everything_due=True)
            assert await cell.state() == "reversed acknowledged"
            await stage.clock.advance(RESEND_AFTER_S + 1.0)
            await cell.till.forwarder.forward_due()
            assert await cell.state() == "reversed acknowledged"
            sent = reversals(stage)
            assert (len(sent), len(set(sent))) == (4, 1)
            await cell.till.forwarder.forward_due(is_everything_due=True)
            assert len(reversals(stage)) == 4
            await cell.close()

    run(main())


@pytest.mark.fault("N10")
def test_a_duplicate_of_a_first_request_is_undone_and_never_sent_under_a_new_id() -> None:
    """The network may have delivered it twice: then the first delivery took the money."""

    async def main() -> None:
        async with open_stage() as stage:
            cell = Cell(stage, scenario(Column.REQUEST))
            await cell.open()

            def duplicate(golden: Golden) -> bytes:
                return written(400, golden.error(400, "DUPLICATE_RECORD"))

            stage.server.script.append(stage.golden.answering(duplicate))
            redemption = await cell.redemption()
            asked = await cell.till.redeemer.ask(redemption.id, Pace.COUNTER)
            assert (asked.state, asked.last_cause) == (S.INFLIGHT, UnknownCause.CONFLICT)
            await cell.heal()
            assert (await cell.redemption()).state is S.FINAL  # the look-up found the first yes
            sent = [one for one in stage.server.requests if one.path.endswith("/redemptions")]
            assert len(sent) == 1
            assert json.loads(sent[0].body)["id"] == redemption.id
            await cell.close()

    run(main())


@pytest.mark.fault("N23")
@pytest.mark.parametrize("place", [None, TLS_GOOD])
def test_no_proxy_of_the_environment_sees_a_request(
    place: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can set a variable does not get the voucher, in the open or over TLS."""

    async def main() -> None:
        async with open_stage() as stage:
            await stage.play(NOWHERE)
            proxy = stage._urls[ELSEWHERE]
            for name in PROXIES:
                monkeypatch.setenv(name, proxy)
            monkeypatch.setenv("NO_PROXY", "")
            gateway = stage.gateway(Kind.MOMENT, await stage.url_of(place))
            cell = Cell(stage, scenario(Column.FIRST))
            await cell.open()
            redemption = await cell.redemption()
            request = await cell.till.journal.request(redemption.id)
            _ = await gateway.ask(redemption, AttemptKind.SEND, request)
            assert len(stage.server.requests) == 1
            assert stage.elsewhere.connections == 0
            await cell.close()

    run(main())


@pytest.mark.fault("N26")
def test_a_connection_that_died_idle_is_never_used_again() -> None:
    """Each request opens its own, so that a dead one cannot put a redemption in doubt."""

    async def main() -> None:
        async with open_stage() as stage:
            said = asyncio.Event()

            async def keep(line: Line) -> None:
                await line.read_request()
                body = as_json({"kept": True})
                await line.say(written(200, body, "application/json", "connection: keep-alive"))
                said.set()
                await line.wait_until_they_leave()

            stage.server.begin(keep, keep)
            exchange = Exchange()
            call = Call(method="GET", url=await stage.url_of(None) + "/collect/x", headers={})
            for number in (1, 2):
                assert isinstance(await exchange.make(call), Answered)
                assert stage.server.connections == number
            await stage.server.settle()  # the till hung up both times
            assert said.is_set()

    run(main())


@pytest.mark.fault("X8")
def test_no_picture_that_an_upstream_names_is_ever_fetched() -> None:
    """A logo's address may be a trap; the till has pictures of its own."""

    async def main() -> None:
        async with open_stage() as stage:
            await stage.play(NOWHERE)
            trap = stage._urls[ELSEWHERE]
            names = ("logo", "logo_url", "icon", "image", "brand_logo", "website", "$ref")
            entry = {
                "type": "vouchers.trap",
                "name": f"<img src='{trap}'>",
                "required_fields": [{"name": "pin", "type": "string", "description": trap}],
                **dict.fromkeys(names, trap),
            }

            async def talk(line: Line) -> None:
                await line.read_request()
                await line.say(written(200, as_json({"data": [entry], "next": trap})))

            stage.server.begin(talk)
            gateway = stage.gateway(Kind.MOMENT, await stage.url_of(None))
            found = await gateway.fetch_types()
            assert [one.id for one in found] == ["vouchers.trap"]
            assert found[0].website == ""
            assert len(stage.server.requests) == 1
            assert stage.elsewhere.connections == 0

    run(main())


@pytest.mark.fault("N24", "N25")
def test_advices_wait_for_days_and_then_go_out_with_the_same_bytes() -> None:
    """However often the line comes and goes, nothing is dropped, doubled or changed."""

    async def main() -> None:
        async with open_stage() as stage:
            cell = Cell(stage, scenario(Column.CONFIRM))
            await cell.open()
            await cell.come_to()
            for _ in range(48):
                stage.server.script.append(stage.golden.answering(lambda _: b""))
                await cell.till.forwarder.forward_due(is_everything_due=True)
                assert await cell.state() == "final owed"
                await stage.clock.advance(3_600.0)
            await cell.till.forwarder.forward_due(is_everything_due=True)
            advice = await cell.advice()
            assert advice is not None
            assert (advice.state, advice.attempts) == (AdviceState.ACKNOWLEDGED, 49)
            sent = [one for one in stage.server.requests if one.path.endswith("/confirmations")]
            assert (len(sent), len({one.body for one in sent})) == (49, 1)
            await cell.close()

    run(main())
