"""A second person stands behind what somebody may not do alone: once, for this, and for 120 s.

Every command is tried as every role, alone and with every approval that is not good.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.domain.audit import CodeShown, PrintQueued, StaffDone, VoidAsked
from counterfoil.domain.failures import (
    ApprovalRefusal,
    ApprovalRefusedError,
    CounterfoilError,
    NotPermittedError,
    OwnSaleError,
    SignInRefusal,
    SignInRefusedError,
    UnknownSaleError,
)
from counterfoil.domain.message import MessageWay
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import (
    EVERYTHING,
    MANAGER,
    NEVER_FOR_OWN_SALE,
    NOBODY,
    OWN_ROLES,
    SUPERVISOR,
    Actor,
    Permission,
    StaffDeed,
)
from counterfoil.ports.pins import Pins
from counterfoil.presentation.words import failures
from counterfoil.service.approvals import APPROVAL_LIMIT_S, Approval
from counterfoil.service.commands import (
    Command,
    PrintSlip,
    RevealAnswer,
    RevealChange,
    SetSaleAside,
    VoidRedemption,
)
from counterfoil.service.tasks import TaskOwner
from service.test_gate import (
    _GIVEN,
    _ONLY_ASKS,
    NALEDI,
    PASSPHRASE,
    SUPERVISOR_PIN,
    Counter,
    difference_about,
    open_counter,
    settle_by_hand,
)
from support.advised import ADVISED_VOUCHER
from support.people import THANDI
from support.till import approved, intent

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
            assert (counter.seen() == before) is (kind in _ONLY_ASKS)
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
        is_over = permission is Permission.REOPEN_CHANGE
        sold = await (counter.handed_over() if is_over else counter.sold())
        await counter.engine.slips.print_slip(sold.id, THANDI)
        own = Actor(sold.cashier, EVERYTHING, "17")
        commands: dict[Permission, Command[Any]] = {
            Permission.VOID: VoidRedemption(sold.id, VoidReason.WRONG_AMOUNT),
            Permission.PRINT_COPY: PrintSlip(sold.id),
            Permission.REVEAL_CHANGE: RevealChange(sold.id),
            Permission.REOPEN_CHANGE: RevealAnswer(sold.id),
        }
        if permission is Permission.SETTLE_BY_HAND:
            commands[permission] = await settle_by_hand(counter, sold)
        if permission is Permission.RESOLVE_DIFFERENCE:
            commands[permission] = await difference_about(counter, sold)
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
        assert not counter.gate._approvals.given
        (nomsa,) = [one for one in await counter.engine.people.staff() if one.number == "21"]
        assert nomsa.failures == 1


Opening = Callable[[str], Command[Any]]
_OPENINGS: Mapping[str, Opening] = {
    "on the screen": RevealChange,
    "for a message": lambda redemption_id: RevealChange(redemption_id, MessageWay.WHATSAPP),
    "in the answer": RevealAnswer,
    "on paper": PrintSlip,
}
"""The ways on which the code of a change voucher comes out of the till."""


@pytest.mark.fault("X1")
@pytest.mark.parametrize("role", OWN_ROLES)
@pytest.mark.parametrize("way", _OPENINGS)
async def test_what_the_customer_has_is_opened_by_a_manager_alone(way: str, role: str) -> None:
    """Nothing is written, shown or printed for anybody else, and the journal says that it was."""
    actor = Actor(NALEDI, OWN_ROLES[role], "17")
    async with open_counter() as counter:
        command = _OPENINGS[way]((await counter.handed_over()).id)
        before = counter.seen()
        if role == MANAGER:
            await counter.gate.run(command, actor)
            assert [(one.by, one.approved_by) for one in await _opened(counter)] == [(NALEDI, None)]
        else:
            with pytest.raises(NotPermittedError) as refused:
                await counter.gate.run(command, actor)
            assert refused.value.permission is Permission.REOPEN_CHANGE
            assert "The customer has this slip already" in failures.failure(refused.value)
            assert counter.seen() == before


@pytest.mark.fault("X1")
@pytest.mark.parametrize("way", _OPENINGS)
async def test_a_supervisor_cannot_approve_that_and_a_manager_can(way: str) -> None:
    """For a supervisor as for a cashier; what was approved as usual before is not enough."""
    async with open_counter() as counter:
        await counter.hired()
        command = _OPENINGS[way]((await counter.handed_over()).id)
        needed = Permission.REOPEN_CHANGE
        before = counter.seen()
        with pytest.raises(ApprovalRefusedError) as refused:
            await counter.gate.approve(
                command, needed, asked_by=CASHIER, number="21", pin=SUPERVISOR_PIN, reason=REASON
            )
        assert refused.value.why is ApprovalRefusal.NEEDS_MANAGER
        assert counter.seen() == before
        for usual in (Permission.REVEAL_CHANGE, Permission.PRINT_COPY):
            approval = await _approved(counter, command, usual)
            before = counter.seen()
            with pytest.raises(NotPermittedError) as barred:
                await counter.gate.run(command, CASHIER, approval)
            assert barred.value.permission is needed
            assert counter.seen() == before
        for actor in (CASHIER, NOMSA):
            good = await _approved(counter, command, needed, asked_by=actor)
            await counter.gate.run(command, actor, good)
        assert [(one.by, one.approved_by) for one in await _opened(counter)] == [
            (NALEDI, "Lindiwe K."),
            (NOMSA.name, "Lindiwe K."),
        ]
        assert await counter.journal.verify() == ()


@pytest.mark.fault("X1")
async def test_until_somebody_says_that_the_slip_is_whole_a_supervisor_is_enough() -> None:
    """A slip that did not come out is in nobody's hand; what holds no code is no secret."""
    async with open_counter() as counter:
        sold = await counter.sold()
        for is_complete in (None, False):
            await counter.engine.slips.print_slip(sold.id, THANDI)
            if is_complete is not None:
                await counter.engine.slips.confirm(sold.id, THANDI.name, is_complete=is_complete)
            for opening in _OPENINGS.values():
                await counter.gate.run(opening(sold.id), NOMSA)
        counter.gateway.script.append(approved(change=None))
        wanted = intent(pin="4455667700000103", voucher_type=ADVISED_VOUCHER)
        whole = await counter.engine.redeemer.redeem(wanted)
        await counter.engine.slips.print_slip(whole.id, THANDI)
        await counter.engine.slips.confirm(whole.id, THANDI.name, is_complete=True)
        for opening in _OPENINGS.values():
            await counter.gate.run(opening(whole.id), NOMSA)
        assert await _opened(counter) == []


@pytest.mark.fault("X1")
@pytest.mark.parametrize("opening", [RevealChange, RevealAnswer])
async def test_a_hand_over_while_a_code_is_asked_for_shows_nothing(opening: Opening) -> None:
    """The gate has let it through, and then somebody says that the slip is whole."""
    async with open_counter() as counter:
        sold = await counter.sold()
        await counter.engine.slips.print_slip(sold.id, THANDI)
        use = counter.gate._table[type(opening(sold.id))]
        await counter.engine.slips.confirm(sold.id, THANDI.name, is_complete=True)
        before = counter.seen()
        with pytest.raises(NotPermittedError) as refused:
            await use.case(opening(sold.id), NOMSA)
        assert refused.value.permission is Permission.REOPEN_CHANGE
        assert counter.seen() == before


async def _opened(counter: Counter) -> list[CodeShown | PrintQueued]:
    """Return what the journal says was opened after a hand-over."""
    (sold, *_) = await counter.journal.history(1)
    events = [one.event for one in await counter.journal.events(sold.id)]
    return [one for one in events if isinstance(one, CodeShown | PrintQueued) and one.is_reopened]


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


async def test_an_approval_to_close_a_sale_names_it_and_is_for_what_it_took() -> None:
    """The deed stands with the sale's last redemption, and a new one needs another look."""
    async with open_counter() as counter:
        await counter.hired()
        prepared = await counter.prepared()
        command = SetSaleAside(prepared.sale_id)
        needed = Permission.SET_SALE_ASIDE
        early = await _approved(counter, command, needed)
        assert early.redemption_id == prepared.id
        told = [one.event for one in await counter.journal.events(prepared.id)]
        (deed,) = [one for one in told if isinstance(one, StaffDone)]
        assert (deed.deed, deed.of, deed.permission) == (StaffDeed.APPROVED, NALEDI, needed)
        await counter.engine.redeemer.see_through(prepared.id)
        with pytest.raises(ApprovalRefusedError) as refused:
            await counter.gate.run(command, CASHIER, early)
        assert refused.value.why is ApprovalRefusal.NOT_VALID
        await counter.gate.run(command, CASHIER, await _approved(counter, command, needed))


async def test_an_approval_to_close_a_sale_ends_with_another_voucher_in_it() -> None:
    """Also where neither of the two has taken anything."""
    async with open_counter() as counter:
        await counter.hired()
        first = await counter.prepared()
        await counter.engine.redeemer.abandon(first)
        command = SetSaleAside(first.sale_id)
        approval = await _approved(counter, command, Permission.SET_SALE_ASIDE)
        wanted = intent(pin="4455667700000102", voucher_type=ADVISED_VOUCHER)
        await counter.engine.redeemer.prepare(replace(wanted, sale_id=first.sale_id))
        with pytest.raises(ApprovalRefusedError) as refused:
            await counter.gate.run(command, CASHIER, approval)
        assert refused.value.why is ApprovalRefusal.NOT_VALID


async def test_nothing_is_approved_for_a_sale_that_is_not_there() -> None:
    """No PIN is tried for it either."""
    async with open_counter() as counter:
        await counter.hired()
        before = counter.seen()
        with pytest.raises(UnknownSaleError):
            await _approved(counter, SetSaleAside("none"), Permission.SET_SALE_ASIDE)
        assert counter.seen() == before


class _Meanwhile(Pins):
    """Checks a PIN as the till does, and lets something happen before it says so."""

    def __init__(self, pins: Pins, happen: Callable[[], Awaitable[None]]) -> None:
        self._pins = pins
        self._happen = happen

    @override
    async def verifier(self, pin: Secret) -> bytes:
        return await self._pins.verifier(pin)

    @override
    async def is_right(self, pin: Secret, verifier: bytes) -> bool:
        is_right = await self._pins.is_right(pin, verifier)
        await self._happen()
        return is_right

    @override
    def badge_hash(self, badge: Secret) -> bytes:
        return self._pins.badge_hash(badge)


@pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "demoted"])
@pytest.mark.parametrize("is_waiting", [True, False], ids=["before the check", "during it"])
async def test_who_may_no_more_approves_nothing(
    monkeypatch: pytest.MonkeyPatch, *, is_locked: bool, is_waiting: bool
) -> None:
    """What somebody may do is read again once their PIN was found right."""
    async with open_counter() as counter:
        await counter.hired()
        people, command = counter.engine.people, RevealChange((await counter.sold()).id)
        manager = await people.actor("31")
        roles = {**people._roles, "watcher": frozenset({Permission.BACK_UP})}
        monkeypatch.setattr(people, "_roles", roles)

        async def change() -> None:
            if is_locked:
                await people.lock("21", manager)
            else:
                await people.set_role("21", "watcher", None, manager)

        asked = counter.gate.approve(
            command,
            Permission.REVEAL_CHANGE,
            asked_by=CASHIER,
            number="21",
            pin=SUPERVISOR_PIN,
            reason=REASON,
        )

        async def ask() -> None:
            if not is_waiting:
                monkeypatch.setattr(people, "_pins", _Meanwhile(people._pins, change))
                await asked
                return
            async with TaskOwner(lambda *_: None) as owner:
                async with people._one_at_a_time:
                    asking = owner.spawn(asked, "asked", is_awaited=True)
                    await asyncio.sleep(0)
                    await change()
                await asking

        with pytest.raises((ApprovalRefusedError, SignInRefusedError)) as refused:
            await ask()
        why = SignInRefusal.LOCKED if is_locked else ApprovalRefusal.NOT_PERMITTED
        assert str(refused.value) == why.value
        assert not counter.gate._approvals.given
        told = [one.event for one in await counter.journal.events(command.redemption_id)]
        assert not any(isinstance(one, StaffDone) for one in told)
