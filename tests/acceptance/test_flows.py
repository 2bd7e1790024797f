"""Each flow of the public voucher redemption page, end to end over real HTTP.

Every one ends with the same question: do the ledger and the journal agree to the cent, and is
nothing owed? Each is played in both manners of the sandbox where the vendor's own test server can
play it; what that one cannot do by itself the dials do.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from counterfoil.domain import audit
from counterfoil.domain.advice import AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.forwarding import RESEND_AFTER_S, UNKNOWN_AFTER_S
from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.redemption import AttemptKind, AttentionCause, Redemption
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Approved, DeclineReason
from counterfoil.domain.voids import NotVoidedReason
from counterfoil.service.voiding import NotVoided, Voided
from counterfoil_sandbox.faults import (
    Dials,
    Drop,
    DuplicateDelivery,
    Endpoint,
    Rule,
    Status,
)
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.vouchers import SuvSituation
from support.shop import BAOBAB, Shop, open_shop, until

pytestmark = pytest.mark.many_runs

S = RedemptionState
CONFIRMED, REVERSED = ("confirmation", 202, True), ("reversal", 202, True)
NOT_KNOWN = ("reversal", 404, False)
AttemptedDelivery = audit.AdviceAttemptStarted | audit.AdviceAttemptEnded
SHORT_S = 0.3
"""How long a till waits for an answer here, in real time."""
NO_LOOKUP = Rule(endpoint="suv_lookup_redemption", action=Status(kind="status", status=503))


@pytest.fixture(scope="module", params=list(Manner), ids=str)
def either(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    """Serve in one manner after the other."""
    with SandboxServer(manner=request.param) as server:
        yield server


@pytest.fixture(scope="module")
def specified() -> Iterator[SandboxServer]:
    """Serve as specified."""
    with SandboxServer() as server:
        yield server


@pytest.fixture(scope="module")
def vendor() -> Iterator[SandboxServer]:
    """Serve as the vendor's test server."""
    with SandboxServer(manner=Manner.VENDOR_TEST_SERVER) as server:
        yield server


@pytest.fixture
async def shop(either: SandboxServer, tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a till at either manner."""
    async with open_shop(either, tmp_path / "till") as opened:
        yield opened


@pytest.fixture
async def hasty(either: SandboxServer, tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a till at either manner that does not wait long."""
    async with open_shop(either, tmp_path / "till", deadline_s=SHORT_S) as opened:
        yield opened


@pytest.fixture
async def strict(specified: SandboxServer, tmp_path: Path) -> AsyncIterator[Shop]:
    """Open a till at a sandbox as specified."""
    async with open_shop(specified, tmp_path / "till") as opened:
        yield opened


def rule(endpoint: Endpoint, action: object = None, **more: object) -> Rule:
    """Make a fault that happens once, unless told otherwise."""
    return Rule.model_validate({"endpoint": endpoint, "action": action, "times": 1, **more})


DROP = Drop(kind="drop")


def assert_done_once(told: list[tuple[str, int, bool]], first: tuple[str, int, bool]) -> None:
    """Check that an advice had its effect once; one that took too long is repeated, without."""
    assert told[0] == first
    assert {(kind, had_effect) for kind, _, had_effect in told[1:]} <= {(first[0], False)}


async def reason_of(shop: Shop, redemption: Redemption) -> ReversalReason | None:
    """Return the reason of the reversal of a redemption."""
    advice = await shop.till.journal.advice(redemption.id)
    assert advice is not None
    assert advice.kind is AdviceKind.REVERSAL
    return advice.reason


# ------------------------------------------------------------------------------ the public flows


async def test_successful_dual_messaging(shop: Shop) -> None:
    """Redeemed, then confirmed; the rest stays on the voucher."""
    sold = await shop.redeem(shop.issue())
    assert sold.state is S.FINAL
    assert shop.told(sold) == []
    assert len(await shop.till.journal.owed_advices()) == 1
    await shop.settle()
    assert shop.told(sold) == [CONFIRMED]
    assert len(shop.calls("/redemptions")) == 1
    await shop.agree()


async def test_successful_single_messaging(shop: Shop) -> None:
    """Redeemed, and finished: nothing more is said to an upstream of one message."""
    sold = await shop.redeem(shop.issue(BAOBAB, cents=10_000), BAOBAB, Exact(10_000))
    assert sold.state is S.FINAL
    await shop.settle()
    assert [what for _, what in shop.sent] == ["POST /suv/v1/redemptions"]
    await shop.agree()


async def test_successful_single_messaging_of_the_whole_value(strict: Shop) -> None:
    """The answer says how much all of it was."""
    sold = await strict.redeem(strict.issue(BAOBAB, cents=10_000), BAOBAB, FullValue())
    assert (sold.state, sold.redeemed_cents) == (S.FINAL, 10_000)
    await strict.settle()
    await strict.agree()


async def test_error_at_the_originating_system(either: SandboxServer, tmp_path: Path) -> None:
    """The till stops before it has written the yes; the next start reverses it (P1)."""
    async with open_shop(either, tmp_path / "till") as shop:
        either.add_rule(rule("suv_redeem", DROP, after_effect=True))
        looked_up = asyncio.Event()
        shop.gateway.before_lookup = lambda: _hang(looked_up)
        redeeming = asyncio.create_task(shop.redeem(shop.issue()))  # noqa: TID251 - it must outlive the till that would own it
        await looked_up.wait()
        await shop.close()
        with pytest.raises(asyncio.CancelledError):
            await redeeming
        await shop.open()
        (found,) = await shop.till.journal.history(9)
        assert shop.taken_cents(found) == 1900
        assert (found.state, await reason_of(shop, found)) == (S.REVERSING, ReversalReason.TIMEOUT)
        await shop.settle()
        assert shop.told(found) == [REVERSED]
        assert (await shop.stored(found)).state is S.REVERSED
        await shop.agree()


async def _hang(begun: asyncio.Event) -> None:
    begun.set()
    await asyncio.Event().wait()


async def test_error_at_the_originating_system_when_the_sale_is_gone(shop: Shop) -> None:
    """The customer left while the request was under way: what is approved then is cancelled."""
    shop.server.add_rule(rule("suv_redeem", delay_s=0.2))
    prepared = await shop.till.engine.redeemer.prepare(shop.intent(shop.issue()))
    asking = shop.till.owner.spawn(
        shop.till.engine.redeemer.see_through(prepared.id), "counter", is_awaited=True
    )
    await until(lambda: bool(shop.sent))
    await shop.till.engine.redeemer.close_without_voucher(
        prepared.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
    )
    assert (await asking).state is S.REVERSING
    assert await reason_of(shop, prepared) is ReversalReason.CANCELLED
    await shop.settle()
    assert shop.told(prepared) == [REVERSED]
    await shop.agree()


async def test_time_out_at_the_originating_system(hasty: Shop) -> None:
    """No answer in time: a reversal, and the answer that comes later changes nothing (N8)."""
    hasty.server.add_rule(rule("suv_redeem", delay_s=4 * SHORT_S, after_effect=True))
    hasty.server.add_rule(NO_LOOKUP)
    doubtful = await hasty.redeem(hasty.issue())
    assert doubtful.state is S.REVERSING
    assert await reason_of(hasty, doubtful) is ReversalReason.TIMEOUT
    await until(lambda: hasty.taken_cents(doubtful) == 1900)
    await hasty.settle()
    assert hasty.told(doubtful)[-1] == REVERSED
    await hasty.agree()


@pytest.mark.parametrize("situation", [SuvSituation.USED, SuvSituation.UNKNOWN])
async def test_error_upstream(shop: Shop, situation: SuvSituation) -> None:
    """Refused with proof: no advice at all, and the customer may try another voucher at once."""
    is_known = situation is not SuvSituation.UNKNOWN
    code = shop.issue(situation=situation) if is_known else "6501900000000000"
    refused = await shop.redeem(code)
    assert refused.state is S.DECLINED
    assert (await shop.redeem(shop.issue())).state is S.FINAL
    await shop.settle()
    assert shop.told(refused) == []
    assert await shop.till.journal.advice(refused.id) is None
    await shop.agree()


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (SuvSituation.DECLINED, DeclineReason.REFUSED),
        (SuvSituation.EXPIRED, DeclineReason.EXPIRED),
        (SuvSituation.INSUFFICIENT, DeclineReason.INSUFFICIENT),
    ],
)
async def test_error_upstream_says_why(
    strict: Shop, situation: SuvSituation, reason: DeclineReason
) -> None:
    """The reason is the upstream's, in the till's own words."""
    row = next(
        one
        for one in strict.report()["vouchers"]
        if (one["situation"], one["provider"]) == (situation.value, "karoo")
    )
    refused = await strict.redeem(row["code"])
    assert (refused.state, refused.decline) == (S.DECLINED, reason)
    await strict.settle()
    assert strict.told(refused) == []
    await strict.agree()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("is_taken", [False, True], ids=["nothing taken", "taken"])
async def test_time_out_upstream(shop: Shop, status: int, *, is_taken: bool) -> None:
    """The provider was silent: nobody knows, so it is undone, whether or not there was effect."""
    silence = Status(kind="status", status=status)
    shop.server.add_rule(rule("suv_redeem", silence, after_effect=is_taken))
    shop.server.add_rule(NO_LOOKUP)
    doubtful = await shop.redeem(shop.issue())
    assert doubtful.state is S.REVERSING
    assert await reason_of(shop, doubtful) is ReversalReason.RESPONSE_NOT_FINAL
    assert shop.taken_cents(doubtful) == (1900 if is_taken else 0)
    await shop.settle()
    assert (await shop.stored(doubtful)).state is S.REVERSED
    assert shop.told(doubtful)[0] == (REVERSED if is_taken else NOT_KNOWN)
    await shop.agree()


async def test_an_upstream_that_swallows_advices(strict: Shop) -> None:
    """The reversal is acknowledged and does nothing, and the till says that it cannot know."""
    code = strict.issue(BAOBAB, cents=10_000, situation=SuvSituation.UPSTREAM_TIMEOUT_TAKEN)
    doubtful = await strict.redeem(code, BAOBAB, Exact(10_000))
    assert doubtful.state is S.REVERSING
    await strict.settle()
    assert strict.told(doubtful) == [("reversal", 202, False)]
    assert (await strict.stored(doubtful)).state is S.REVERSED_UNVERIFIED
    await strict.agree(unverified_cents=10_000)


# ------------------------------------------------------------- while the customer stands there


async def test_a_rescue_by_look_up_brings_the_original_yes(strict: Shop) -> None:
    """The answer was lost; looked up, it is the yes, and the sale is closed and confirmed."""
    strict.server.add_rule(rule("suv_redeem", DROP, after_effect=True))
    sold = await strict.redeem(strict.issue())
    assert (sold.state, sold.attempts) == (S.FINAL, 2)
    await strict.settle()
    assert strict.told(sold) == [CONFIRMED]
    await strict.agree()


async def test_a_rescue_by_look_up_brings_the_original_refusal(strict: Shop) -> None:
    """Then nothing is owed, and nothing is said."""
    strict.server.add_rule(rule("suv_redeem", DROP, after_effect=True))
    refused = await strict.redeem(strict.issue(situation=SuvSituation.USED))
    assert (refused.state, refused.decline) == (S.DECLINED, DeclineReason.ALREADY_USED)
    await strict.settle()
    assert strict.told(refused) == []
    await strict.agree()


@pytest.mark.parametrize("how", ["102", "102_held", "202", "404", "503"])
async def test_a_rescue_waits_while_it_is_still_worked_on(
    specified: SandboxServer, tmp_path: Path, how: str
) -> None:
    """However the server says so, or says nothing; then the yes is there."""
    async with open_shop(specified, tmp_path / "till", deadline_s=SHORT_S) as shop:
        dials = {"slow_s": 2.0, "suv_still_processing": how}
        specified.set_dials(Dials.model_validate(dials))
        lookups = 0

        async def wait_for_the_effect() -> None:
            nonlocal lookups
            lookups += 1
            if lookups > 1:
                await until(lambda: shop.report()["requests"][0]["state"] == "approved")

        shop.gateway.before_lookup = wait_for_the_effect
        shop.clock.is_automatic = True
        busy = shop.clock.is_busy
        shop.clock.is_busy = lambda: busy() or lookups > 1
        sold = await shop.redeem(shop.issue(situation=SuvSituation.SLOW))
        shop.clock.is_busy = busy
        assert (sold.state, lookups) == (S.FINAL, 2)
        await shop.settle()
        assert_done_once(shop.told(sold), CONFIRMED)
        await shop.agree()


async def test_what_is_still_worked_on_after_every_look_up_is_reversed(
    specified: SandboxServer, tmp_path: Path
) -> None:
    """The reversal overtakes the effect, and the upstream remembers it."""
    async with open_shop(specified, tmp_path / "till", deadline_s=SHORT_S) as shop:
        specified.set_dials(Dials(slow_s=2.0))
        doubtful = await shop.redeem(shop.issue(situation=SuvSituation.SLOW))
        assert (doubtful.state, doubtful.attempts) == (S.REVERSING, 4)
        await shop.settle()
        await until(lambda: shop.report()["requests"][0]["state"] != "processing")
        assert shop.taken_cents(doubtful) == 0
        await shop.agree()


async def test_a_look_up_that_finds_nothing_proves_nothing(strict: Shop) -> None:
    """The request was on its way when it was looked up: 404 must not be taken for a decline."""
    late = Drop(kind="drop", effect_after_s=3.0)
    strict.server.add_rule(rule("suv_redeem", late))
    doubtful = await strict.redeem(strict.issue())
    assert len(strict.calls(f"/redemptions/{doubtful.id}")) == 3
    assert doubtful.state is S.REVERSING
    await until(lambda: strict.taken_cents(doubtful) == 1900)
    await strict.settle()
    assert strict.told(doubtful)[-1] == REVERSED
    await strict.agree()


async def test_what_is_being_reversed_is_never_looked_up_again(strict: Shop) -> None:
    """An approval that could be had by now comes too late, and is not asked for."""
    strict.server.add_rule(rule("suv_redeem", DROP, after_effect=True))
    strict.server.add_rule(rule("suv_lookup_redemption", DROP, times=3))
    doubtful = await strict.redeem(strict.issue())
    assert doubtful.state is S.REVERSING
    looked_up = len(strict.calls(f"/redemptions/{doubtful.id}"))
    await strict.till.engine.resolver.resolve_due(is_everything_due=True)
    assert await strict.till.engine.redeemer.ask(doubtful.id) == await strict.stored(doubtful)
    await strict.settle()
    assert len(strict.calls(f"/redemptions/{doubtful.id}")) == looked_up == 3
    assert (await strict.stored(doubtful)).state is S.REVERSED
    await strict.agree()


# --------------------------------------------------------------------------- answers to advices


async def test_a_reversal_that_is_not_known_early_is_repeated_and_resent(shop: Shop) -> None:
    """Repeated until 120 s have passed since the request ended, and once more a day later (N9)."""
    shop.server.add_rule(rule("suv_redeem", DROP))
    shop.server.add_rule(NO_LOOKUP)
    doubtful = await shop.redeem(shop.issue())
    assert doubtful.last_ended is not None
    await shop.settle(UNKNOWN_AFTER_S - 30)
    early = shop.calls("/reversals")
    assert early
    assert (await shop.stored(doubtful)).state is S.REVERSING
    await shop.settle(3600)
    assert (await shop.stored(doubtful)).state is S.REVERSED
    on_time = shop.calls("/reversals")
    assert on_time[-1] - doubtful.last_ended.monotonic_s >= UNKNOWN_AFTER_S
    await shop.settle()
    resent = shop.calls("/reversals")
    assert len(resent) == len(on_time) + 1
    assert resent[-1] - on_time[-1] >= RESEND_AFTER_S - 1
    assert set(shop.told(doubtful)) == {NOT_KNOWN}
    await shop.agree()


async def test_the_sweep_undoes_a_request_that_came_hours_late(strict: Shop) -> None:
    """It arrived after its reversal was settled, at an upstream that had forgotten that (N9)."""
    strict.server.add_rule(rule("suv_redeem", DROP))
    code = strict.issue()
    doubtful = await strict.redeem(code)
    await strict.settle(3600)
    assert (await strict.stored(doubtful)).state is S.REVERSED
    request = await strict.till.engine.journal.request(doubtful.id)
    strict.server.ledger.run("UPDATE suv_advice SET is_remembered = 0")
    late = await strict.gateway.ask(doubtful, AttemptKind.SEND, request)
    assert isinstance(late, Approved)
    assert strict.taken_cents(doubtful) == 1900
    await strict.settle()
    assert strict.told(doubtful)[-1] == REVERSED
    await strict.agree()


async def test_a_confirmation_that_is_not_known_is_for_a_person(shop: Shop) -> None:
    """They deny an approval that goods were sold on: nobody may say that all is well."""
    sold = await shop.redeem(shop.issue())
    shop.server.suv_ledger.drop_request("redemption", sold.id)
    await shop.settle()
    denied = await shop.stored(sold)
    assert (denied.state, denied.attention) == (S.ATTENTION, AttentionCause.APPROVAL_DENIED)
    await shop.agree(for_a_person=frozenset({sold.id}))


async def test_a_duplicate_record_on_a_first_send_is_reversed(strict: Shop) -> None:
    """The network delivered it twice and the second answer came: it is undone, not sent anew."""
    twice = DuplicateDelivery(kind="duplicate_delivery", answer="second")
    strict.server.add_rule(rule("suv_redeem", twice))
    strict.server.add_rule(NO_LOOKUP)
    doubtful = await strict.redeem(strict.issue())
    assert doubtful.state is S.REVERSING
    assert await reason_of(strict, doubtful) is ReversalReason.RESPONSE_NOT_FINAL
    await strict.settle()
    assert strict.told(doubtful) == [REVERSED]
    assert len(strict.calls("/redemptions")) == 1
    await strict.agree()


@pytest.mark.parametrize("how", ["acknowledged", "duplicate_record"])
@pytest.mark.parametrize("endpoint", ["suv_confirm_redeem", "suv_reverse_redeem"])
async def test_an_advice_whose_answer_was_lost_is_repeated_and_done_once(
    strict: Shop, how: str, endpoint: Endpoint
) -> None:
    """Its answer to the repetition may be an echo or DUPLICATE_RECORD; both settle it."""
    strict.server.set_dials(Dials.model_validate({"suv_repeated_advice": how}))
    strict.server.add_rule(rule(endpoint, DROP, after_effect=True))
    if endpoint == "suv_reverse_redeem":
        strict.server.add_rule(rule("suv_redeem", DROP, after_effect=True))
        strict.server.add_rule(NO_LOOKUP)
    redemption = await strict.redeem(strict.issue())
    await strict.settle()
    first, again = strict.told(redemption)
    assert first in {CONFIRMED, REVERSED}
    assert again[0] == first[0]
    assert not again[2]
    await strict.agree()


async def test_a_confirmation_that_is_acknowledged_too_late_is_repeated_and_counted(
    specified: SandboxServer, tmp_path: Path
) -> None:
    """Its exchange has ended here before the same bytes go again: never two at once."""
    async with open_shop(specified, tmp_path / "till", deadline_s=SHORT_S) as shop:
        specified.add_rule(rule("suv_confirm_redeem", delay_s=2 * SHORT_S))
        sold = await shop.redeem(shop.issue())
        await shop.settle()
        await until(lambda: len(shop.told(sold)) > 1)
        assert_done_once(shop.told(sold), CONFIRMED)
        advice = await shop.till.journal.advice(sold.id)
        assert advice is not None
        assert advice.attempts >= len(shop.told(sold))
        assert len(shop.calls("/confirmations")) == advice.attempts
        recorded = [one.event for one in await shop.till.journal.events(sold.id)]
        delivery = [one for one in recorded if isinstance(one, AttemptedDelivery)]
        assert [isinstance(one, audit.AdviceAttemptEnded) for one in delivery] == (
            [False, True] * advice.attempts
        )
        await shop.agree()


async def test_a_repeated_confirmation_at_the_vendors_server_is_settled(
    vendor: SandboxServer, tmp_path: Path
) -> None:
    """VOUCHER_NOT_REDEEMED after one that may have arrived: it is not suspended for ever."""
    async with open_shop(vendor, tmp_path / "till") as shop:
        vendor.add_rule(rule("suv_confirm_redeem", DROP, after_effect=True))
        sold = await shop.redeem(shop.issue())
        await shop.settle()
        assert shop.told(sold) == [CONFIRMED, ("confirmation", 400, False)]
        advice = await shop.till.journal.advice(sold.id)
        assert advice is not None
        assert advice.state is AdviceState.ACKNOWLEDGED
        await shop.agree()


async def test_a_first_confirmation_that_nothing_waits_for_is_for_a_person(
    vendor: SandboxServer, tmp_path: Path
) -> None:
    """No earlier one can have arrived, so their books deny what was sold on."""
    async with open_shop(vendor, tmp_path / "till") as shop:
        code = shop.issue()
        sold = await shop.redeem(code)
        found = vendor.suv_ledger.find_by_code(code)
        assert found is not None
        vendor.suv_ledger.set_state(found.id, "CONFIRMED_PROVISIONED")
        await shop.settle()
        denied = await shop.stored(sold)
        assert (denied.state, denied.attention) == (S.ATTENTION, AttentionCause.APPROVAL_DENIED)
        await shop.agree(for_a_person=frozenset({sold.id}))


async def test_a_repeated_reversal_at_the_vendors_server_is_settled(
    vendor: SandboxServer, tmp_path: Path
) -> None:
    """It answers the second one 404, which is final once the request can be nowhere."""
    async with open_shop(vendor, tmp_path / "till") as shop:
        vendor.add_rule(rule("suv_redeem", DROP, after_effect=True))
        vendor.add_rule(rule("suv_reverse_redeem", DROP, after_effect=True))
        doubtful = await shop.redeem(shop.issue())
        await shop.settle()
        told = shop.told(doubtful)
        assert told[0] == REVERSED
        assert set(told[1:]) == {NOT_KNOWN}
        await shop.agree()


# -------------------------------------------------------------------- never both of the advices


async def test_a_void_before_the_confirmation_left_sends_only_a_reversal(shop: Shop) -> None:
    """The confirmation becomes the reversal, in one commit."""
    sold = await shop.redeem(shop.issue())
    assert isinstance(await shop.till.engine.void_desk._voider.void(sold.id), Voided)
    await shop.settle()
    assert shop.told(sold) == [REVERSED]
    assert (await shop.stored(sold)).state is S.REVERSED
    await shop.agree()


async def test_a_void_after_the_confirmation_left_sends_no_reversal(shop: Shop) -> None:
    """Its answer was lost, so it may have arrived: what may be confirmed is not reversed (I8)."""
    shop.server.add_rule(rule("suv_confirm_redeem", DROP, after_effect=True))
    sold = await shop.redeem(shop.issue())
    await shop.till.engine.forwarder.forward_due()
    refused = await shop.till.engine.void_desk._voider.void(sold.id)
    assert isinstance(refused, NotVoided)
    assert refused.reason is NotVoidedReason.CONFIRMATION_LEFT
    await shop.settle()
    assert {kind for kind, _, _ in shop.told(sold)} == {"confirmation"}
    await shop.agree()
