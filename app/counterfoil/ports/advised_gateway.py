"""What the till asks of an advised upstream: a request, then exactly one advice."""

from typing import Protocol, runtime_checkable

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice, AdviceVerdict
from counterfoil.domain.secret import Secret
from counterfoil.ports.gateway import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """A redemption that is to be given back whole, by a new transaction with an id of its own.

    ``request`` and ``answer`` are the redemption's: what was sent, and what came back.
    """

    id: str
    redemption_id: str
    type_id: str
    amount_cents: int
    currency: str
    request: Secret
    answer: Secret | None


@runtime_checkable
class AdvisedGateway(Gateway, Protocol):
    """An upstream whose requests are never resent and whose advices are repeated.

    ``ask`` with AttemptKind.SEND sends the request. With AttemptKind.FETCH it asks by the request's
    id what became of it; only the original approval or the original refusal decides anything. A
    refund is sent in the same way, and never asked about later; what is approved of it was given
    back.
    """

    confirmation_hold_s: float = 0.0
    """How long the till waits before it confirms, so that a sale can be voided meanwhile."""

    def compose_refund(self, order: RefundOrder) -> Secret:
        """Build the request of a refund; it is called once, and the journal keeps what it returns.

        Raises:
            EntryError: the currency cannot be sent.

        """
        ...

    def compose_advice(self, advice: Advice, request: Secret, answer: Secret | None) -> Secret:
        """Build the text of an advice; it is called once, and every attempt sends this text.

        ``request`` is what was sent, and ``answer`` what came back, if anything did. The
        identifiers of third parties are taken from the answer, or else from the request. An answer
        that cannot be read counts as none, because an advice must be written whatever came back.
        """
        ...

    def slip_lines(self, request: Secret, answer: Secret | None) -> tuple[str, ...]:
        """Return the lines that an answer wants on the customer's slip, without control characters.

        ``request`` is what was sent: no line may repeat the voucher's code or PIN in it.
        """
        del request, answer
        return ()

    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        """Make one attempt to deliver an advice and classify the answer; nothing is raised."""
        ...
