"""A void turns a confirmation that never left into a reversal, or changes nothing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from counterfoil.domain import rows as row
from counterfoil.domain.advice import AdviceKind, Repeat, ReversalReason
from counterfoil.domain.money import Exact
from counterfoil.domain.rows import Row
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import UnknownCause
from counterfoil.domain.voids import NotVoidedReason
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.service.voiding import NotVoided, Voided
from support.advised import ADVISED_VOUCHER, SINGLE_VOUCHER, AdvisedScriptedGateway
from support.gateways import ScriptedGateway
from support.till import ONE_VOUCHER, USED, Till, approved, intent, open_till

S = RedemptionState
R = NotVoidedReason


async def refusal(till: Till, redemption_id: str) -> NotVoidedReason:
    """Return why a void was refused; nothing may have changed."""
    before = await till.journal.redemption(redemption_id)
    owed = await till.journal.owed_advices()
    outcome = await till.voider.void(redemption_id)
    assert isinstance(outcome, NotVoided)
    assert outcome.redemption == before == await till.journal.redemption(redemption_id)
    assert await till.journal.owed_advices() == owed
    return outcome.reason


async def test_a_confirmation_that_never_left_becomes_a_reversal() -> None:
    """One commit, the same advice id; the upstream is told the reversal and nothing else."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        confirmation = await till.journal.advice(done.id)
        commits = len(till.journal.commits)
        outcome = await till.voider.void(done.id)
        assert isinstance(outcome, Voided)
        assert outcome.redemption.state is S.REVERSING
        assert len(till.journal.commits) == commits + 1
        reversal = await till.journal.advice(done.id)
        assert confirmation is not None
        assert reversal is not None
        assert (reversal.id, reversal.kind) == (confirmation.id, AdviceKind.REVERSAL)
        assert reversal.reason is ReversalReason.CANCELLED
        await till.forwarder.forward_due()
        assert [one.advice.kind for one in gateway.told] == [AdviceKind.REVERSAL]
        assert (await till.stored(done)).state is S.REVERSED
        sale = await till.journal.sale(done.sale_id)
        assert sale is not None
        assert sale.paid_cents == 0
        assert till.told[-1].state is S.REVERSED
        assert await refusal(till, done.id) is R.NOT_FINAL


@pytest.mark.fault("X21")
async def test_once_it_may_have_left_a_confirmation_stands() -> None:
    """Whether or not it was acknowledged: confirm and reverse are never both told (I8)."""
    lost = Repeat(UnknownCause.TIME_OUT)
    gateway = AdvisedScriptedGateway([approved()], advices=[lost])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        for _ in range(2):
            await till.forwarder.forward_due(is_everything_due=True)
            assert await refusal(till, done.id) is R.CONFIRMATION_LEFT
    assert {one.advice.kind for one in gateway.told} == {AdviceKind.CONFIRMATION}


@pytest.mark.fault("X21")
async def test_a_confirmation_that_leaves_during_the_void_stands() -> None:
    """The file decides who was first."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        advice = await till.journal.advice(done.id)
        assert advice is not None

        def leave_first(rows: Sequence[Row]) -> None:
            if any(isinstance(one, row.ConfirmationReplaced) for one in rows):
                till.journal.before_commit = lambda _: None
                counted = replace(advice, attempts=1)
                till.journal.write(row.AdviceAttemptStarted(counted, done.created_at))

        till.journal.before_commit = leave_first
        outcome = await till.voider.void(done.id)
        assert isinstance(outcome, NotVoided)
        assert outcome.reason is R.CONFIRMATION_LEFT


@pytest.mark.parametrize(
    ("voucher_type", "answer", "reason"),
    [
        (ADVISED_VOUCHER, USED, R.NOT_FINAL),
        (SINGLE_VOUCHER, approved(), R.COMPLETE),
    ],
)
async def test_what_cannot_be_reversed_says_why(
    voucher_type: VoucherType, answer: object, reason: NotVoidedReason
) -> None:
    """Declined, or complete without a confirmation."""
    gateway = AdvisedScriptedGateway([answer])  # type: ignore[list-item]  # both are verdicts
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=voucher_type))
        assert await refusal(till, done.id) is reason


@pytest.mark.fault("X21")
async def test_an_upstream_with_a_key_has_no_reversals() -> None:
    """There the value is given back outside the voucher."""
    async with open_till(ScriptedGateway([approved()])) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ONE_VOUCHER))
        assert await refusal(till, done.id) is R.NO_REVERSALS


async def test_a_voucher_that_is_used_again_is_settled_first() -> None:
    """A voucher has one open redemption at a time, and a void opens one."""
    gateway = AdvisedScriptedGateway([approved(1000), approved(900)])
    async with open_till(gateway) as till:
        first = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        await till.redeemer.prepare(intent(voucher_type=ADVISED_VOUCHER))
        assert await refusal(till, first.id) is R.VOUCHER_IN_USE


async def test_a_sale_with_another_open_redemption_is_settled_first() -> None:
    """A sale has one open redemption at a time, and a void opens one."""
    gateway = AdvisedScriptedGateway([approved(1000), approved(900)])
    async with open_till(gateway) as till:
        first = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        second = await till.redeemer.redeem(
            intent(Exact(900), pin="8" * 16, sale_id=first.sale_id, voucher_type=ADVISED_VOUCHER)
        )
        assert isinstance(await till.voider.void(first.id), Voided)
        assert await refusal(till, second.id) is R.SALE_IN_USE
        await till.forwarder.try_now(first.id)
        assert isinstance(await till.voider.void(second.id), Voided)


async def test_an_upstream_that_left_the_settings_cannot_be_told() -> None:
    """Nothing is promised that nobody will deliver."""
    gateway = AdvisedScriptedGateway([approved()])
    async with open_till(gateway) as till:
        done = await till.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
    async with open_till(ScriptedGateway(), journal=till.journal) as other:
        assert await refusal(other, done.id) is R.NOT_SET_UP
