"""Wrong codes slow down who tries them, and then stop them until somebody has looked (X13)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain.code_guess_limit import CASHIER_MAX, TILL_MAX, Miss, patience
from counterfoil.domain.failures import TooManyTriesError
from counterfoil.domain.money import Exact
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import EVERYTHING, Actor, Permission, StaffDeed
from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.ports.gateway import Balance, LookupRefusal, LookupRefused
from counterfoil.service.commands import AllowMoreTries, CheckBalance, RedeemVoucher, WaitForResult
from service.test_gate import SUPERVISOR_PIN, Counter, open_counter
from support.advised import ADVISED_VOUCHER
from support.clocks import START

NALEDI = Actor("Naledi P.", EVERYTHING - {Permission.ALLOW_MORE_TRIES}, "17")
NOMSA = Actor("Nomsa D.", EVERYTHING, "21")
UNKNOWN = Declined(reason=DeclineReason.NOT_FOUND)
pytestmark = pytest.mark.fault("X13")


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    """Return a till with its people."""
    async with open_counter() as one:
        await one.hired()
        yield one


def wanted(number: int) -> RedeemVoucher:
    """Return the wish to redeem the code of this number."""
    fields = {"pin": Secret(f"4455{number:012d}")}
    return RedeemVoucher(voucher_type=ADVISED_VOUCHER, fields=fields, amount=Exact(1900))


async def tried(counter: Counter, number: int, by: Actor, verdict: Declined = UNKNOWN) -> None:
    """Redeem a code that the provider declines."""
    counter.gateway.script.append(verdict)
    redemption = await counter.gate.run(wanted(number), by)
    await counter.gate.run(WaitForResult(redemption.id), by)


async def test_the_sixth_wrong_code_of_a_cashier_is_not_sent(counter: Counter) -> None:
    """Each one waits longer. The others go on, and so does this one after a while."""
    waits = []
    for number in range(CASHIER_MAX):
        before = counter.clock.now().monotonic_s
        await tried(counter, number, NALEDI)
        waits.append(round(counter.clock.now().monotonic_s - before))
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] < waits[4]
    asked = counter.seen()
    with pytest.raises(TooManyTriesError):
        await counter.gate.run(wanted(99), NALEDI)
    assert counter.seen() == asked
    await tried(counter, 98, NOMSA)
    await counter.clock.advance(601)
    await tried(counter, 97, NALEDI)


async def test_what_is_no_wrong_code_is_not_counted(counter: Counter) -> None:
    """A provider that is down, or too little on a voucher, is no guess."""
    for number, reason in enumerate((DeclineReason.PROVIDER_DOWN, DeclineReason.INSUFFICIENT) * 4):
        await tried(counter, number, NALEDI, Declined(reason=reason))
    await tried(counter, 99, NALEDI)


async def test_all_who_work_at_a_till_share_its_limit() -> None:
    """Four people with a few each are as many as one."""
    misses = [Miss(f"person {number}", START) for number in range(TILL_MAX)]
    assert patience(misses, "another", START).is_over
    assert not patience(misses[1:], "another", START).is_over
    assert not patience(misses, "another", START + timedelta(hours=1, seconds=1)).is_over
    assert patience(misses, "another", START - timedelta(days=1)).is_over, "a clock set back"


async def test_refused_questions_for_a_balance_count_too(counter: Counter) -> None:
    """They tell whoever guesses as much; a balance that is told does not count."""
    ask = CheckBalance(ADVISED_VOUCHER, {"pin": Secret("4455000000000001")})
    counter.gateway.balances.clear()
    answers = [LookupRefused(LookupRefusal.NOT_FOUND)] * CASHIER_MAX
    counter.gateway.balances.extend(
        (Balance(amount_cents=1, currency="ZAR"), LookupRefused(LookupRefusal.NOT_OFFERED))
    )
    counter.gateway.balances.extend(answers)
    for _ in range(CASHIER_MAX + 2):
        await counter.gate.run(ask, NALEDI)
    with pytest.raises(TooManyTriesError):
        await counter.gate.run(ask, NALEDI)
    with pytest.raises(TooManyTriesError):
        await counter.gate.run(wanted(1), NALEDI)


async def test_a_supervisor_lets_them_go_on_and_that_is_on_record(counter: Counter) -> None:
    """By approving the very sale, or by the command; the count begins anew."""
    for number in range(CASHIER_MAX):
        await tried(counter, number, NALEDI)
    command = wanted(98)
    with pytest.raises(TooManyTriesError) as refused:
        await counter.gate.run(command, NALEDI)
    approval = await counter.gate.approve(
        command,
        refused.value.permission,
        asked_by=NALEDI,
        number="21",
        pin=SUPERVISOR_PIN,
        reason="a new batch",
    )
    counter.gateway.script.append(UNKNOWN)
    redemption = await counter.gate.run(command, NALEDI, approval)
    await counter.gate.run(WaitForResult(redemption.id), NALEDI)
    kept = [one for rows in counter.journal.commits for one in rows]
    deeds = [one for one in kept if getattr(one, "deed", None) is StaffDeed.TRIES_ALLOWED]
    assert [(one.after.number, one.by) for one in deeds] == [("17", "Nomsa D.")]  # type: ignore[union-attr]  # of the staff
    for number in range(100, 100 + CASHIER_MAX - 1):
        await tried(counter, number, NALEDI)
    with pytest.raises(TooManyTriesError):
        await counter.gate.run(wanted(1), NALEDI)
    await counter.gate.run(AllowMoreTries(), replace(NALEDI, permissions=EVERYTHING))
    await tried(counter, 200, NALEDI)


async def test_where_nobody_signs_in_nobody_is_counted(counter: Counter) -> None:
    """There is nobody to tell from another, and nobody to ask."""
    nobody = Actor("Thandi M.", EVERYTHING)
    for number in range(CASHIER_MAX + 1):
        await tried(counter, number, nobody)
    await counter.gate.run(AllowMoreTries(), nobody)
