"""What takes a second person: approvals in all the ways people use them, and what stands open.

Whoever may not do something alone calls somebody over. Now and then that somebody mistypes, is not
allowed to, or comes too late; an approval is used twice, for something else, or once the amount is
another. Supervisors settle what the till cannot decide by what the provider's books say.
"""

import random  # noqa: TID251 - a seed repeats a run exactly
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from counterfoil.domain.failures import (
    ApprovalRefusedError,
    NotPermittedError,
    SettleRefusedError,
    SignInRefusal,
    SignInRefusedError,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.settling import is_late_approval, needed_texts
from counterfoil.domain.staff import Actor, Permission
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voids import VoidOutcome, VoidWay
from counterfoil.service.approvals import Approval
from counterfoil.service.commands import (
    Answer,
    Command,
    SettleByHand,
    SignIn,
    TryNow,
    VoidRedemption,
)
from simulation.staff import CASHIERS, HABITS, LERATO, LINDIWE, STAFF, Employee, employee

if TYPE_CHECKING:
    from simulation.world import World

S = RedemptionState
APPROVAL_ENDS_S = 125.0
_REASON = "wrong_amount"
_TRIES = 3
_REFUSALS = (ApprovalRefusedError, SettleRefusedError)
_DOUBLED = (VoidRedemption, SettleByHand)
"""What two people may press at once."""


class Misuse(StrEnum):
    """What goes wrong with an approval."""

    NONE = "none"
    LATE = "late"
    TWICE = "twice"
    """The same approval, twice at once."""
    TWO = "two"
    """Two approvals by two people, at once."""
    ALTERED = "altered"
    """For the same redemption, and not what was approved."""
    OTHERS = "of another person"
    """Somebody else uses it."""


_MISUSES = (*Misuse, *[Misuse.NONE] * 5)


@dataclass
class Desk:
    """The people of one world, with habits of their own."""

    world: "World"
    misjudged: set[str] = field(default_factory=set)
    """Redemptions about which somebody wrote down what the provider had not said."""
    lost: set[str] = field(default_factory=set)
    """Redemptions and refunds whose goods a customer has for nothing, as the provider says."""
    asked_on_s: dict[str, float] = field(default_factory=dict)
    """When the provider was asked last about a redemption that people settle."""
    new_sales: set[str] = field(default_factory=set)
    """Late approvals that pay for goods of another sale of their customers."""

    def __post_init__(self) -> None:
        # Of their own, so that what else happens in a seed does not depend on it.
        self.chance = random.Random(f"desk {self.world.kind} {self.world.seed}")  # noqa: S311 - a seed repeats it

    def happens(self, chance: float) -> bool:
        """Whether people do something of this probability now."""
        return self.chance.random() < chance

    # ------------------------------------------------------------------------------- at the gate

    async def sign_in(self, name: str) -> None:
        """Say who is at the till, now and then with a wrong PIN first."""
        one = employee(name)
        pins = [one.pin, f"{one.pin}1"] if self.happens(0.2) else [one.pin]
        while pins:
            try:
                actor = await self._run(SignIn(one.number, Secret(pins.pop())), one.actor)
            except SignInRefusedError:
                continue
            self.world.watch.check(not pins, "I22", "a wrong PIN signs in")
            self.world.watch.check(actor == one.actor, "I22", "signed in as somebody else")

    async def give(self, command: Command[Answer], name: str) -> Answer:
        """Give a command, and call somebody over where it may not be done alone."""
        actor = employee(name).actor
        try:
            return await self._run(command, actor)
        except NotPermittedError as refused:
            return await self._backed(command, actor, refused.permission)

    async def approved(
        self, command: Command[Any], actor: Actor, needed: Permission, by: Employee | None = None
    ) -> Approval:
        """Let somebody approve a command of another, who waits where wrong PINs make them."""
        fitting = [one for one in (LINDIWE, LINDIWE, LERATO) if one.actor.may(needed)]
        by = by or self.chance.choice(fitting)
        self.world.faults["approvals"] += 1
        while True:
            try:
                return await self.world.life.gate.approve(
                    command,
                    needed,
                    asked_by=actor,
                    number=by.number,
                    pin=Secret(by.pin),
                    reason=_REASON,
                )
            except SignInRefusedError as refused:
                if refused.why is not SignInRefusal.MUST_WAIT:
                    raise
                await self.world.life.clock.sleep(refused.wait_s)

    async def try_refused(
        self, command: Command[Any], actor: Actor, approval: Approval, why: str
    ) -> None:
        """Use an approval that is good for nothing any more."""
        self.world.faults[f"approval {why}"] += 1
        try:
            await self._run(command, actor, approval)
        except ApprovalRefusedError:
            return
        except SettleRefusedError:
            pass  # the approval was good enough
        self.world.watch.wrong("I22", f"an approval was used: {why}")

    async def _run(
        self, command: Command[Answer], actor: Actor, approval: Approval | None = None
    ) -> Answer:
        return await self.world.life.gate.run(command, actor, approval)

    async def _backed(self, command: Command[Answer], actor: Actor, needed: Permission) -> Answer:
        """Give a command with an approval, after what people do with one that is no good."""
        if self.happens(0.1):
            await self._approve_in_vain(command, actor, needed)
        misuse = self.chance.choice(_MISUSES)
        if misuse in {Misuse.TWICE, Misuse.TWO} and type(command) in _DOUBLED:
            return await self._press_twice(command, actor, needed, misuse)
        if misuse in {Misuse.LATE, Misuse.ALTERED, Misuse.OTHERS}:
            approval = await self.approved(command, actor, needed)
            await self._misuse(command, actor, approval, misuse)
        approval = await self.approved(command, actor, needed)
        answer = await self._run(command, actor, approval)
        if self.happens(0.1):
            await self.try_refused(command, actor, approval, "used before")
        return answer

    async def _misuse(
        self, command: Command[Any], actor: Actor, approval: Approval, misuse: Misuse
    ) -> None:
        match misuse:
            case Misuse.LATE:
                await self.world.life.clock.sleep(APPROVAL_ENDS_S)
            case Misuse.OTHERS:
                others = [employee(one).actor for one in CASHIERS if one != actor.name]
                actor = self.chance.choice(others)
            case _:
                command = _altered(command)
                if command == approval.command:
                    return
        await self.try_refused(command, actor, approval, misuse.value)

    async def _approve_in_vain(
        self, command: Command[Any], actor: Actor, needed: Permission
    ) -> None:
        """Let somebody try who may not approve it, or who mistypes."""
        mistyped = replace(LINDIWE, pin=f"{LINDIWE.pin}1")
        themselves = employee(actor.name)
        others = [] if LINDIWE.actor.may(needed) else [LINDIWE]
        by = self.chance.choice([mistyped, themselves, *STAFF[:2], *others])
        try:
            await self.approved(command, actor, needed, by)
        except (ApprovalRefusedError, SignInRefusedError):
            return
        is_permitted = by.name != actor.name and by.actor.may(needed) and by is not mistyped
        self.world.watch.check(is_permitted, "I22", f"{by.name} approved {needed}")

    async def _press_twice(
        self, command: Command[Answer], actor: Actor, needed: Permission, misuse: Misuse
    ) -> Answer:
        """Press at the same moment; whichever had an effect counts."""
        first = await self.approved(command, actor, needed, LINDIWE)
        second = first
        if misuse is Misuse.TWO:
            second = await self.approved(command, actor, needed, LERATO)
        self.world.faults[f"approval {misuse}"] += 1
        ends = await self._at_once(
            self._run(command, actor, first), self._run(command, actor, second)
        )
        done: list[Answer] = [end for end in ends if not isinstance(end, BaseException)]
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, _REFUSALS):
                raise end
        is_twice = misuse is Misuse.TWICE and len(done) > 1
        self.world.watch.check(not is_twice, "I22", "an approval was used twice")
        if not done:
            raise next(end for end in ends if isinstance(end, BaseException))
        return max(done, key=has_effect)

    async def _at_once(self, *works: Coroutine[Any, Any, Any]) -> list[Any]:
        """Let both happen at the same moment, and wait for their ends."""
        owner = self.world.life.owner
        tasks = [owner.spawn(work, "pressed", is_awaited=True) for work in works]
        ends: list[Any] = []
        for task in tasks:
            try:
                ends.append(await task)
            except BaseException as error:  # noqa: BLE001 - the caller raises what is no refusal
                ends.append(error)
        return ends

    # ------------------------------------------------------------------------------ what is open

    async def waiting(self) -> list[Redemption]:
        """Return what people have to settle, as the till shows it to them."""
        journal, gateways = self.world.life.journal, self.world.life.gateways
        found = {one.id: one for one in await journal.redemptions_for_a_person()}
        for redemption_id in sorted(await journal.ids_for_a_call(gateways)):
            one = await journal.redemption(redemption_id)
            assert one is not None, "an advice has a redemption"
            found.setdefault(one.id, one)
        return list(found.values())

    async def settle(self, one: Redemption) -> None:
        """Ask the provider about a redemption, and write down what is said.

        Nothing is while the provider has not decided.
        """
        name = self.chance.choice(STAFF[:4]).name
        advice = await self.world.life.journal.advice(one.id)
        is_owed = advice is not None and advice.is_to_be_sent
        for _ in range(_TRIES):
            if self.happens(0.3):
                await self.world.life.clock.sleep(self.chance.uniform(1, 200))
            if HABITS.waits_for_an_answer and self.world.is_undecided(one.id):
                self.world.faults["not decided yet"] += 1
                return
            command = self._heard(one)
            self.asked_on_s[one.id] = self.world.loop.time()
            try:
                if is_owed and self.happens(0.8):
                    await self._settle_while_sent(command, name)
                else:
                    await self.give(command, name)
            except SettleRefusedError as refusal:
                self.world.note("not settled", refusal.why)
                del self.asked_on_s[one.id]
                continue
            self.world.faults[f"settled {command.evidence}"] += 1
            return

    async def _settle_while_sent(self, command: SettleByHand, name: str) -> None:
        """Send what is owed at the same moment."""
        sent = self.give(TryNow(command.redemption_id), name)
        for end in await self._at_once(sent, self._soon(command, name)):
            if isinstance(end, BaseException):
                raise end

    async def _soon(self, command: SettleByHand, name: str) -> Redemption:
        await self.world.life.clock.sleep(self.chance.choice([0.0, 0.5, 1.0, 3.0]))
        return await self.give(command, name)

    def _heard(self, one: Redemption) -> SettleByHand:
        """Return what somebody writes down after a call; it is not always what was said."""
        taken = self.world.taken_cents(one.id)
        evidence = Evidence.TAKEN if taken else Evidence.NOT_TAKEN
        if self.happens(0.08):
            self.misjudged.add(one.id)
            evidence = Evidence.NOT_TAKEN if taken else Evidence.TAKEN
        got = self._given_for(one, evidence)
        if not needed_texts(one, evidence, got):
            return SettleByHand(redemption_id=one.id, evidence=evidence, got=got)
        return SettleByHand(
            redemption_id=one.id,
            evidence=evidence,
            said_by="their desk",
            provider_reference="RC 1042",
            got=got,
            reason="asked by telephone",
        )

    def _given_for(self, one: Redemption, evidence: Evidence) -> CustomerGot:
        """Give back what was taken for nothing; goods that a customer has are paid with it."""
        self.new_sales.discard(one.id)
        sold = self.world.watch.rows[one.refund_of] if one.refund_of else one
        purse = self.world.purses.get(sold.sale_id)
        has_goods = purse is not None and purse.has_goods
        has_paid = purse is not None and purse.cash_cents > 0
        is_value_back = (evidence is Evidence.TAKEN) is one.is_refund
        if is_value_back and has_goods and not has_paid:
            self.lost.add(one.id)
        if evidence is Evidence.NOT_TAKEN:
            return CustomerGot.NOTHING
        has_all = one.state is S.RESOLVED or (one.state is S.FINAL and not has_goods)
        if one.is_refund or has_all:
            return CustomerGot.NOTHING
        if one.state is S.FINAL or (has_goods and not has_paid):
            return CustomerGot.GOODS
        if is_late_approval(one) and int(one.id[-1], 16) % 2:
            self.new_sales.add(one.id)
            return CustomerGot.GOODS
        return CustomerGot.CASH


def _altered(command: Command[Any]) -> Command[Any]:
    """Return nearly the same command, about the same redemption."""
    match command:
        case VoidRedemption():
            other = CustomerGot.CREDIT if command.given is not CustomerGot.CREDIT else None
            return replace(command, given=other)
        case SettleByHand():
            turned = {
                Evidence.TAKEN: Evidence.NOT_TAKEN,
                Evidence.NOT_TAKEN: Evidence.TAKEN,
            }
            return replace(command, evidence=turned[command.evidence])
        case _:
            return command


def has_effect(answer: object) -> bool:
    """Whether a press had an effect, so that what the person does next follows it."""
    if not isinstance(answer, VoidOutcome):
        return True
    given_back = {VoidWay.REVERSED, VoidWay.REFUNDED}
    return answer.way in given_back or answer.settlement is not None
