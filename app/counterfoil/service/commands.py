"""Every intent of a person that changes something, reveals a secret, or asks a provider.

A command only says what is wanted. `Gate.run` carries it out, and gives the answer that the
command's type names. Who wants it is no part of a command, and neither is what the till does by
itself: it recovers, asks on, forwards and backs up without anybody's permission.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from counterfoil.domain.advice import Advice
from counterfoil.domain.money import Amount
from counterfoil.domain.offer import Offer
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import Customer
from counterfoil.domain.voids import VoidOutcome
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.gateway import Balance, LookupRefused
from counterfoil.ports.printer import Printer, PrintOutcome

Answer = TypeVar("Answer")


class Command(Generic[Answer]):
    """What a person wants done; ``Answer`` is what they get."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemVoucher(Command[Redemption]):
    """Write a new redemption; nothing is sent before somebody waits for its result.

    The fields are cleaned, the amount is chosen. ``sale_id`` continues a sale.
    """

    voucher_type: VoucherType
    fields: Mapping[str, Secret]
    amount: Amount
    sale_id: str | None = None


@dataclass(frozen=True, slots=True)
class WaitForResult(Command[Redemption]):
    """Ask the provider until it is decided, or until the counter has waited long enough."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class AbandonRedemption(Command[Redemption]):
    """Give up a redemption that was written and never sent."""

    redemption: Redemption


@dataclass(frozen=True, slots=True)
class CheckBalance(Command[Balance | LookupRefused]):
    """Ask what is on a voucher; nothing is taken. The fields are cleaned."""

    voucher_type: VoucherType
    fields: Mapping[str, Secret]


@dataclass(frozen=True, slots=True)
class RefreshTypes(Command[Offer]):
    """Ask every provider at once which voucher types there are."""


@dataclass(frozen=True, slots=True)
class LeaveSale(Command[None]):
    """Turn from a sale at the counter to what comes next: it is closed as it stands.

    Its voucher was refused, is in doubt, or held too little. Who serves customers can always do
    this, or a late approval would pay the sale of somebody who is gone; any other sale than the one
    at the counter needs the permission of `SetSaleAside`.
    """

    sale_id: str


@dataclass(frozen=True, slots=True)
class SetSaleAside(Command[None]):
    """Close a sale without its voucher, away from the counter: it was paid another way."""

    sale_id: str


@dataclass(frozen=True, slots=True)
class AnswerForCustomer(Command[Redemption]):
    """Say where the customer of a sale is that the till had stopped over."""

    redemption_id: str
    customer: Customer


@dataclass(frozen=True, slots=True)
class VoidRedemption(Command[VoidOutcome]):
    """Take a redemption back as far as that can be. The goods come back before."""

    redemption_id: str
    reason: VoidReason


@dataclass(frozen=True, slots=True)
class PrintSlip(Command[tuple[PrintJob, PrintOutcome]]):
    """Print the slip of a redemption; without a ``printer``, on that of the till.

    Where there may be a paper already it is a copy, which needs a permission of its own.
    """

    redemption_id: str
    printer: Printer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSlip(Command[PrintJob | None]):
    """Say whether the whole slip came out; None comes back where there is none to speak of."""

    redemption_id: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class RevealChange(Command[tuple[Secret, ...]]):
    """Show the codes of a change voucher, in the order of its slip."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class RevealAnswer(Command[Secret | None]):
    """Show the provider's last answer whole, with the codes of the change that it holds.

    None comes back where no answer ever came.
    """

    redemption_id: str


@dataclass(frozen=True, slots=True)
class AskAgain(Command[Redemption]):
    """Ask the provider once, now, about a redemption that is in doubt."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class TryNow(Command[Advice | None]):
    """Tell the provider now what it is owed for a redemption, whatever that waits for."""

    redemption_id: str


@dataclass(frozen=True, slots=True)
class ResumeUpstream(Command[None]):
    """Send again to a provider that had not accepted the till's credentials."""

    upstream: str


@dataclass(frozen=True, slots=True)
class SettleAll(Command[None]):
    """Ask and tell providers about everything that is not settled, until nothing can move.

    It goes on for ``limit_s`` seconds; None ends it as soon as everything was tried often enough.
    """

    limit_s: float | None = None
