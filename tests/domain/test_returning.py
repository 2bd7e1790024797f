"""A till that stopped over an open sale: nothing pays it until somebody speaks for its customer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from counterfoil.domain import audit
from counterfoil.domain.failures import SaleClosedError, StaleChangeError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.returning import HERE_COUNTS_FOR_S, must_be_asked
from counterfoil.domain.rows import CustomerNoted, RedemptionChanged, Row
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.service.recovery import recover
from support.clocks import SteppedClock
from support.gateways import ScriptedGateway
from support.till import (
    NOW,
    TIME_OUT,
    Till,
    WatchedJournal,
    approved,
    in_state,
    instant,
    intent,
    open_till,
    sale,
)

S, C = RedemptionState, Customer
AT_ONCE, A_NIGHT = timedelta(minutes=1), timedelta(hours=9)


def gateway() -> ScriptedGateway:
    """Return a provider that approves only once the counter has waited long enough."""
    return ScriptedGateway([TIME_OUT] * 5, otherwise=approved())


@asynccontextmanager
async def started(before: Till, off: timedelta = AT_ONCE) -> AsyncIterator[Till]:
    """Start the till again over what another left, and ask nothing yet."""
    before.clock.reboot(off=off)
    async with open_till(
        before.gateway,
        journal=before.journal.reopened(),
        clock=before.clock,
        chance=before.chance,
    ) as till:
        await recover(till.journal, till.clock)
        yield till


async def stopped(upstream: ScriptedGateway) -> Till:
    """Stop over a redemption that is not decided."""
    async with open_till(upstream, clock=SteppedClock(is_automatic=True)) as till:
        await till.redeemer.redeem(intent())
    return till


async def only(till: Till) -> tuple[Redemption, SaleState, Customer | None]:
    """Return the one redemption, with its sale's state and its customer."""
    (found,) = await till.journal.history(10)
    its = await till.journal.sale(found.sale_id)
    assert its is not None
    return found, its.state, its.customer


# ------------------------------------------------------------------------------ who must be asked

ASKED_OVER = {S.INFLIGHT, S.APPROVED, S.REVERSING}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("customer", [None, C.ASKED, C.HERE])
@pytest.mark.parametrize("after_s", [-60.0, 0.0, HERE_COUNTS_FOR_S - 1, HERE_COUNTS_FOR_S])
def test_a_start_asks_for_the_customer_of_what_the_till_stopped_over(
    state: RedemptionState, customer: Customer | None, after_s: float
) -> None:
    """Once; and again after ten minutes, or for an approval that nobody was shown."""
    open_sale = sale(customer=customer, customer_at=customer and NOW.wall)
    is_here = customer is C.HERE and 0 <= after_s < HERE_COUNTS_FOR_S
    wanted = customer is not C.ASKED and (
        (state in ASKED_OVER and not (is_here and state is not S.APPROVED))
        or (state is S.UNCLAIMED and customer is C.HERE)
    )
    found = in_state(state)
    assert must_be_asked(found, open_sale, instant(after_s)) is wanted
    for closed in (SaleState.PAID, SaleState.SET_ASIDE):
        gone = sale(customer=customer, customer_at=customer and NOW.wall, state=closed)
        assert not must_be_asked(found, gone, instant(after_s))


# ---------------------------------------------------------------------------------- what is said


@pytest.mark.fault("H7")
async def test_a_late_yes_after_a_restart_pays_nothing_by_itself() -> None:
    """The customer may have gone: it is money taken, until somebody speaks for the customer."""
    async with started(await stopped(gateway())) as till:
        _, state, customer = await only(till)
        assert (state, customer) == (SaleState.OPEN, C.ASKED)
        await till.resolver.resolve_due()
        found, state, _ = await only(till)
        assert (found.state, state) == (S.UNCLAIMED, SaleState.OPEN)
        assert S.FINAL not in till.states_told


@pytest.mark.fault("H7")
@pytest.mark.parametrize("is_early", [True, False], ids=["before the yes", "after the yes"])
@pytest.mark.parametrize(
    ("said", "state", "sale_state"),
    [
        (C.HERE, S.FINAL, SaleState.PAID),
        (C.PAID_OTHERWISE, S.UNCLAIMED, SaleState.SET_ASIDE),
        (C.GONE, S.UNCLAIMED, SaleState.SET_ASIDE),
    ],
)
async def test_what_is_said_of_the_customer_decides_whatever_comes_first(
    said: Customer, state: RedemptionState, sale_state: SaleState, is_early: bool
) -> None:
    """Answer and approval come in either order and end alike, each with one commit."""
    async with started(await stopped(gateway())) as till:
        found, _, _ = await only(till)
        if not is_early:
            await till.resolver.resolve_due()
        await till.redeemer.hear_of_customer(found.id, said, "Thandi M.")
        if is_early:
            await till.resolver.resolve_due()
        found, its, customer = await only(till)
        assert (found.state, its, customer) == (state, sale_state, said)
        assert till.states_told[-1] is state
        told = [type(one.event) for one in await till.journal.events(found.id)]
        assert told.count(audit.CustomerNoted) == 2


@pytest.mark.fault("H7")
async def test_an_answer_and_an_approval_at_the_same_moment_lose_neither() -> None:
    """The answer is written between the reading of the sale and the approval's own commit."""
    async with started(await stopped(gateway())) as till:
        found, _, _ = await only(till)

        def answer_first(rows: Sequence[Row]) -> None:
            is_unclaimed = any(
                isinstance(one, RedemptionChanged) and one.after.state is S.UNCLAIMED
                for one in rows
            )
            if is_unclaimed:
                till.journal.write(
                    CustomerNoted(
                        sale_id=found.sale_id,
                        redemption_id=found.id,
                        customer=C.HERE,
                        at=till.clock.now().wall,
                    )
                )

        till.journal.before_commit = answer_first
        await till.resolver.resolve_due()
        found, its, _ = await only(till)
        assert (found.state, its) == (S.FINAL, SaleState.PAID)


@pytest.mark.parametrize(
    ("off", "customer", "state"),
    [(AT_ONCE, C.HERE, S.FINAL), (A_NIGHT, C.ASKED, S.UNCLAIMED)],
    ids=["at once", "after a night"],
)
async def test_still_here_counts_over_one_more_stop_but_not_over_a_night(
    off: timedelta, customer: Customer, state: RedemptionState
) -> None:
    """Power that fails again does not ask again; a morning does."""
    async with started(await stopped(gateway())) as till:
        found, _, _ = await only(till)
        await till.redeemer.hear_of_customer(found.id, C.HERE, "Thandi M.")
    async with started(till, off) as again:
        assert (await only(again))[2] is customer
        await again.resolver.resolve_due()
        assert (await only(again))[0].state is state


@pytest.mark.parametrize("said", [C.PAID_OTHERWISE, C.GONE])
async def test_a_customer_who_is_not_here_is_never_asked_for_again(said: Customer) -> None:
    """The sale is closed, whatever stops the till later."""
    async with started(await stopped(gateway())) as till:
        found, _, _ = await only(till)
        await till.redeemer.hear_of_customer(found.id, said, "Thandi M.")
    async with started(till, A_NIGHT) as again:
        assert await again.journal.redemptions_left_open() == ()
        assert (await only(again))[2] is said


async def test_nobody_is_asked_twice() -> None:
    """A second press, or a sale that was closed, is told to whoever said it."""
    async with started(await stopped(gateway())) as till:
        found, _, _ = await only(till)
        await till.redeemer.hear_of_customer(found.id, C.HERE, "Thandi M.")
        with pytest.raises(StaleChangeError):
            await till.redeemer.hear_of_customer(found.id, C.HERE, "Thandi M.")
        await till.redeemer.hear_of_customer(found.id, C.GONE, "Thandi M.")
        with pytest.raises(SaleClosedError):
            await till.redeemer.hear_of_customer(found.id, C.HERE, "Thandi M.")


async def test_starting_twice_asks_once() -> None:
    """What was asked is not asked anew (I20)."""
    journal = WatchedJournal()
    assert await journal.redemptions_left_open() == ()
    async with started(await stopped(gateway())) as till:
        commits = len(till.journal.commits)
        await recover(till.journal, till.clock)
        assert len(till.journal.commits) == commits
        assert len(await till.journal.redemptions_left_open()) == 1
