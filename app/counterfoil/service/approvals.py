"""Approvals: what a supervisor allowed somebody else to do, once and for a short time."""

from typing import Any

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import ApprovalRefusal, ApprovalRefusedError
from counterfoil.domain.staff import Actor, Backing
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.service.commands import Command

APPROVAL_LIMIT_S = 120.0
"""How many seconds an approval may be used after it was given.

A request for an approval is closed after as many seconds without an answer.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A supervisor's permission for one command of one person, to be used once, for a short time.

    ``redemption_id`` is the redemption that the command was about when it was approved (of a sale
    its newest one), and ``cents`` what that took; both are None where it is about none.
    """

    id: str
    command: Command[Any]
    asked_by: str
    backing: Backing
    redemption_id: str | None
    cents: int | None
    until_s: float
    """The monotonic time at which it ends, in seconds."""


class Approvals:
    """The approvals that were given and not used yet; in memory only, so a restart ends them."""

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._chance = chance
        self._given: dict[str, Approval] = {}

    @property
    def given(self) -> tuple[Approval, ...]:
        """The approvals that were not used yet, the oldest first; some may have expired."""
        return tuple(self._given.values())

    def give(
        self,
        command: Command[Any],
        asked_by: Actor,
        backing: Backing,
        seen: tuple[str | None, int | None],
    ) -> Approval:
        """Store a new approval and return it.

        ``seen`` is the id of the redemption that it is about, and the amount in cents that this
        took.
        """
        redemption_id, cents = seen
        approval = Approval(
            id=self._chance.new_id(),
            command=command,
            asked_by=asked_by.name,
            backing=backing,
            redemption_id=redemption_id,
            cents=cents,
            until_s=self._clock.now().monotonic_s + APPROVAL_LIMIT_S,
        )
        self._given[approval.id] = approval
        return approval

    def use_up(self, approval: Approval, command: Command[Any], actor: Actor) -> None:
        """Use an approval for this command of this person; it is used up even when it is refused.

        Raises:
            ApprovalRefusedError: it is not one of those given, was used before, is for something
                else or somebody else, or has expired.

        """
        given = self._given.pop(approval.id, None)
        is_for_this = approval.command == command and approval.asked_by == actor.name
        if given != approval or not is_for_this:
            raise ApprovalRefusedError(ApprovalRefusal.NOT_VALID)
        if self._clock.now().monotonic_s >= approval.until_s:
            raise ApprovalRefusedError(ApprovalRefusal.EXPIRED)
