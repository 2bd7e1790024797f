"""A second person stands behind what somebody may not do alone: once, for this, and for 120 s.

Every command is tried as every role, alone and with every approval that is not good.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from counterfoil.domain.audit import CodeShown, PrintQueued, StaffDone, VoidAsked
from counterfoil.domain.failures import (
    ApprovalRefusal,
    ApprovalRefusedError,
    CounterfoilError,
    NotPermittedError,
    OwnSaleError,
    SignInRefusedError,
)
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import (
    EVERYTHING,
    NEVER_FOR_OWN_SALE,
    NOBODY,
    OWN_ROLES,
    SUPERVISOR,
    Actor,
    Permission,
    StaffDeed,
)
from counterfoil.service.commands import (
    APPROVAL_LIMIT_S,
    Approval,
    Command,
    PrintSlip,
    RevealChange,
    VoidRedemption,
)
from service.test_gate import (
    _GIVEN,
    NALEDI,
    PASSPHRASE,
    SUPERVISOR_PIN,
    Counter,
    open_counter,
    settle_by_hand,
)

CASHIER = Actor(NALEDI, OWN_ROLES["cashier"], "17")
NOMSA = Actor("Nomsa D.", OWN_ROLES[SUPERVISOR], "21")
REASON = "wrong_amount"


async def _approved(
    counter: Counter,
    command: Command[Any],
    permission: Permission,
    *,
    asked_by: Actor = CASHIER,
) -> Approval:
    """Let the manager approve a command."""
    return await counter.gate.approve(
        command, permission, asked_by=asked_by, number="31", pin=PASSPHRASE, reason=REASON
    )


@pytest.mark.fault("X1", "X21")
@pytest.mark.parametrize("role", ["nobody", *OWN_ROLES])
@pytest.mark.parametrize("kind", _GIVEN, ids=lambda kind: kind.__name__)
async def test_a_role_alone_does_what_it_may_and_nothing_else(
    kind: type[Command[Any]], role: str
) -> None:
    """Nothing is written, asked, told or printed for who may not."""
    permission, given = _GIVEN[kind]
    actor = NOBODY if role == "nobody" else Actor(NALEDI, OWN_ROLES[role], "17")
    async with open_counter() as counter:
        command = await given(counter)
        before = counter.seen()
        try:
            await counter.gate.run(command, actor)
        except NotPermittedError:
            assert not actor.may(permission)
            assert counter.seen() == before
        except CounterfoilError:
            assert actor.may(permission)
        else:
            assert actor.may(permission)


def _used(approval: Approval) -> Approval:
    return approval


def _altered(approval: Approval) -> Approval:
    return replace(approval, until_s=approval.until_s + 3600)


def _made_up(approval: Approval) -> Approval:
    return replace(approval, id="made up")


@pytest.mark.parametrize("spoil", [_used, _altered, _made_up], ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "kind",
    [kind for kind, (permission, _) in _GIVEN.items() if not CASHIER.may(permission)],
    ids=lambda kind: kind.__name__,
)
async def test_an_approval_lets_one_command_through_and_none_that_was_spoilt(
    kind: type[Command[Any]], spoil: Callable[[Approval], Approval]
) -> None:
    """A used one is spent, an altered one is no more, and one that nobody gave never was."""
    permission, given = _GIVEN[kind]
    async with open_counter() as counter:
        command = await given(counter)
        if not await counter.engine.people.has_staff():
            await counter.hired()
        passphrase = Secret("another kite and horse")
        is_recovered = kind.__name__ == "AcknowledgeRecovery"
        approval = await counter.gate.approve(
            command,
            permission,
            asked_by=CASHIER,
            number="31",
            pin=passphrase if is_recovered else PASSPHRASE,
            reason=REASON,
        )
        if spoil is _used:
            before = counter.seen()
            await counter.gate.run(command, CASHIER, approval)
            assert counter.seen() != before
        before = counter.seen()
        with pytest.raises(ApprovalRefusedError) as refused:
            await counter.gate.run(command, CASHIER, spoil(approval))
        assert refused.value.why is ApprovalRefusal.NOT_VALID
        assert counter.seen() == before


async def test_an_approval_ends_after_two_minutes() -> None:
    """Control 12 of the faults; and it does not come back."""
    async with open_counter() as counter:
        await counter.hired()
        command = RevealChange((await counter.sold()).id)
        approval = await _approved(counter, command, Permission.REVEAL_CHANGE)
        await counter.clock.advance(APPROVAL_LIMIT_S)
        before = counter.seen()
        for why in (ApprovalRefusal.EXPIRED, ApprovalRefusal.NOT_VALID):
            with pytest.raises(ApprovalRefusedError) as refused:
                await counter.gate.run(command, CASHIER, approval)
            assert refused.value.why is why
        assert counter.seen() == before


async def test_an_approval_is_for_this_command_and_this_person() -> None:
    """Another sale, another reason, another act and another cashier all need their own."""
    async with open_counter() as counter:
        await counter.hired()
        sold, other = await counter.sold(), await counter.prepared()
        command = VoidRedemption(sold.id, VoidReason.WRONG_AMOUNT)
        others: list[tuple[Command[Any], Actor]] = [
            (replace(command, redemption_id=other.id), CASHIER),
            (replace(command, reason=VoidReason.GOODS_RETURNED), CASHIER),
            (RevealChange(sold.id), CASHIER),
            (command, replace(CASHIER, name="Zinhle N.", number="18")),
        ]
        for wanted, actor in others:
            approval = await _approved(counter, command, Permission.VOID)
            before = counter.seen()
            with pytest.raises(ApprovalRefusedError) as refused:
                await counter.gate.run(wanted, actor, approval)
            assert refused.value.why is ApprovalRefusal.NOT_VALID
            assert counter.seen() == before


@pytest.mark.fault("X21")
@pytest.mark.parametrize("permission", sorted(NEVER_FOR_OWN_SALE))
async def test_nobody_does_it_to_a_sale_of_their_own(permission: Permission) -> None:
    """Nor approves it; and an approval for something else is of no help."""
    async with open_counter() as counter:
        await counter.hired()
        sold = await counter.sold()
        await counter.engine.slips.print_slip(sold.id, CASHIER)
        own = Actor(sold.cashier, EVERYTHING, "17")
        commands: dict[Permission, Command[Any]] = {
            Permission.VOID: VoidRedemption(sold.id, VoidReason.WRONG_AMOUNT),
            Permission.PRINT_COPY: PrintSlip(sold.id),
            Permission.REVEAL_CHANGE: RevealChange(sold.id),
        }
        if permission is Permission.SETTLE_BY_HAND:
            commands[permission] = await settle_by_hand(counter, sold)
        command = commands[permission]
        before = counter.seen()
        with pytest.raises(NotPermittedError) as refused:
            await counter.gate.run(command, own)
        assert refused.value.permission is permission
        assert isinstance(refused.value, OwnSaleError) or permission is Permission.PRINT_COPY
        assert counter.seen() == before
        helpless = await _approved(counter, command, Permission.REDEEM, asked_by=own)
        before = counter.seen()
        with pytest.raises(NotPermittedError):
            await counter.gate.run(command, own, helpless)
        assert counter.seen() == before
        good = await _approved(counter, command, permission, asked_by=own)
        await counter.gate.run(command, own, good)


async def test_the_seller_does_not_approve_their_own_sale() -> None:
    """Nor does who asks: two people have to look."""
    async with open_counter() as counter:
        await counter.hired()
        sold = await counter.sold()
        await counter.engine.people.add(
            "22", sold.cashier, SUPERVISOR, Secret("902651"), Actor("Lindiwe K.", EVERYTHING)
        )
        command = RevealChange(sold.id)
        before = counter.seen()
        for number, pin, asked_by, why in (
            ("22", "902651", CASHIER, ApprovalRefusal.OWN_SALE),
            ("21", "482057", NOMSA, ApprovalRefusal.OWN_SALE),
            ("17", "36925", NOMSA, ApprovalRefusal.NOT_PERMITTED),
        ):
            with pytest.raises(ApprovalRefusedError) as refused:
                await counter.gate.approve(
                    command,
                    Permission.REVEAL_CHANGE,
                    asked_by=asked_by,
                    number=number,
                    pin=Secret(pin),
                    reason=REASON,
                )
            assert refused.value.why is why
        assert counter.seen() == before


async def test_a_wrong_pin_approves_nothing() -> None:
    """It counts as any wrong PIN does."""
    async with open_counter() as counter:
        await counter.hired()
        command = RevealChange((await counter.sold()).id)
        with pytest.raises(SignInRefusedError):
            await counter.gate.approve(
                command,
                Permission.REVEAL_CHANGE,
                asked_by=CASHIER,
                number="21",
                pin=Secret("111111"),
                reason=REASON,
            )
        assert counter.gate._approvals == {}
        (nomsa,) = [one for one in await counter.engine.people.staff() if one.number == "21"]
        assert nomsa.failures == 1


@pytest.mark.fault("X1")
async def test_the_journal_says_who_asked_and_who_approved() -> None:
    """The approval with its reason, and what was done by it."""
    async with open_counter() as counter:
        await counter.hired()
        sold = await counter.sold()
        await counter.engine.slips.print_slip(sold.id, CASHIER)
        acts: list[tuple[Command[Any], Permission]] = [
            (RevealChange(sold.id), Permission.REVEAL_CHANGE),
            (PrintSlip(sold.id), Permission.PRINT_COPY),
            (VoidRedemption(sold.id, VoidReason.WRONG_AMOUNT), Permission.VOID),
        ]
        for command, permission in acts:
            approval = await counter.gate.approve(
                command,
                permission,
                asked_by=CASHIER,
                number="21",
                pin=SUPERVISOR_PIN,
                reason=REASON,
            )
            await counter.gate.run(command, CASHIER, approval)
        told = [one.event for one in await counter.journal.events(sold.id)]
        approvals = [one for one in told if isinstance(one, StaffDone)]
        assert approvals == [
            StaffDone(
                number="21",
                deed=StaffDeed.APPROVED,
                by="Nomsa D.",
                of=NALEDI,
                permission=permission,
                reason=REASON,
            )
            for _, permission in acts
        ]
        done = [one for one in told if isinstance(one, CodeShown | PrintQueued | VoidAsked)]
        assert [(one.by, one.approved_by) for one in done] == [
            (NALEDI, None),
            *[(NALEDI, "Nomsa D.")] * 3,
        ]
        assert await counter.journal.verify() == ()


async def test_an_approval_is_for_the_amount_that_was_seen() -> None:
    """What has taken money since needs another look."""
    async with open_counter() as counter:
        await counter.hired()
        prepared = await counter.prepared()
        command = RevealChange(prepared.id)
        approval = await _approved(counter, command, Permission.REVEAL_CHANGE)
        await counter.engine.redeemer.see_through(prepared.id)
        with pytest.raises(ApprovalRefusedError) as refused:
            await counter.gate.run(command, CASHIER, approval)
        assert refused.value.why is ApprovalRefusal.NOT_VALID
