"""As whom a command of the command line acts, and who approves it.

A PIN never stands on a command line: it is asked for, or is a line of standard input. In training,
where the PINs are known to everybody, nobody needs to say who they are: the training cashier acts,
and the training supervisor approves, or the manager for a change voucher that its customer has.
Their PINs are checked like any other, so on a real till, which has no such people, nothing can be
switched on by it.
"""

from typing import Annotated

import typer

from counterfoil.bootstrap import Till
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.terminal import read_secret
from counterfoil.declaring import dataclass
from counterfoil.domain.failures import NobodyActsError, NotPermittedError
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import (
    CASHIER,
    MANAGER,
    NOBODY,
    SUPERVISOR,
    Actor,
    Permission,
    Proof,
)
from counterfoil.domain.training import Trainee
from counterfoil.presentation.words import command_line, options
from counterfoil.service.commands import Answer, Command, SignIn

As = Annotated[str, typer.Option("--as", help=options.AS)]
ApprovedBy = Annotated[str, typer.Option("--approved-by", help=options.APPROVED_BY)]
Reason = Annotated[str, typer.Option("--reason", help=options.REASON)]
_IN_TRAINING = "training"
"""The reason that an approval has in training where none was given."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts and who approves, as staff numbers that were typed; empty for nobody."""

    number: str = ""
    approver: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Who acts and who approves, with their PINs; None for nobody."""

    actor: Proof | None = None
    approver: Proof | None = None
    reason: str = ""


def read_proofs(who: Who) -> Proofs:
    """Ask for the PINs: first for the person who acts, then for the one who approves.

    Raises:
        OptionError: one was not typed, or an approval has no reason.

    """
    if who.approver and not who.reason:
        raise OptionError("--reason", OptionProblem.NO_REASON, command_line.NO_REASON)
    return Proofs(
        actor=_read_proof("--as", who.number),
        approver=_read_proof("--approved-by", who.approver),
        reason=who.reason,
    )


def _read_proof(option: str, number: str) -> Proof | None:
    if not number:
        return None
    pin = read_secret(command_line.pin_of(number))
    if not pin:
        # An empty one would be counted as a wrong one.
        raise OptionError(option, OptionProblem.NOT_TYPED, command_line.NOT_TYPED)
    return Proof(number, Secret(pin))


class Hand:
    """Gives commands to an open till as one person; another one approves them if that is needed."""

    def __init__(self, till: Till, proofs: Proofs | None = None) -> None:
        self.till = till
        self._proofs = proofs or Proofs()
        self._is_trying = False
        """Whether nobody had to say who they are, as in training."""
        self.actor: Actor = NOBODY
        """Who acts."""

    async def sign_in(self) -> None:
        """Sign in the person who acts; in training, the training cashier.

        Raises:
            NobodyActsError: no person was named, and this is no training till.
            SignInRefusedError: they are not let in.

        """
        actor = self._proofs.actor
        if actor is None and self.till.trainees:
            self._is_trying = True
            actor = next(_as_proof(one) for one in self.till.trainees if one.role == CASHIER)
        if actor is None:
            raise NobodyActsError(has_staff=await self.till.staff.has_staff())
        self.actor = await self.till.gate.run(SignIn(actor.number, actor.pin), NOBODY)

    async def run(self, command: Command[Answer]) -> Answer:
        """Carry out a command; if it needs an approval, ask the approver who was named.

        Raises:
            CounterfoilError: what `Gate.run` and `Gate.approve` raise.

        """
        gate, actor = self.till.gate, self.actor
        try:
            return await gate.run(command, actor)
        except NotPermittedError as refused:
            permission = refused.permission
            approver = self._proofs.approver or self._at_hand(permission)
            if approver is None:
                raise
        approval = await gate.approve(
            command,
            permission,
            asked_by=actor,
            number=approver.number,
            pin=approver.pin,
            reason=self._proofs.reason or _IN_TRAINING,
        )
        return await gate.run(command, actor, approval)

    def _at_hand(self, permission: Permission) -> Proof | None:
        """Return who approves it in training where nobody was named.

        The manager comes for what is sold, and leaves people and journal to who says their number.
        """
        role = MANAGER if permission is Permission.REOPEN_CHANGE else SUPERVISOR
        trainees = self.till.trainees if self._is_trying else ()
        return next((_as_proof(one) for one in trainees if one.role == role), None)


def _as_proof(trainee: Trainee) -> Proof:
    return Proof(trainee.number, trainee.pin)
