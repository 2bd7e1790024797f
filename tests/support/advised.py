"""Advised upstreams for tests: a gateway that answers from a script, and records of its kind."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from typing_extensions import override

from counterfoil.domain.advice import (
    Acknowledged,
    Advice,
    AdviceKind,
    AdviceState,
    AdviceVerdict,
    ReversalReason,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.advised_gateway import AdvisedGateway, RefundOrder
from counterfoil.ports.journal import Journal
from support.clocks import START
from support.gateways import ScriptedGateway, ScriptedVerdict
from support.till import ONE_VOUCHER, REDEMPTION_ID, in_state, prepared, under_way, waiting

UPSTREAM = "electrum"
ACKNOWLEDGED = Acknowledged(200)
ADVISED_VOUCHER = replace(
    ONE_VOUCHER,
    id="electrum.voucher",
    upstream=UPSTREAM,
    kind=UpstreamKind.ADVISED,
    has_confirmation=True,
)
SINGLE_VOUCHER = replace(ADVISED_VOUCHER, id="electrum.single", has_confirmation=False)
REFUNDED_VOUCHER = replace(ADVISED_VOUCHER, id="electrum.refunded", can_refund=True)
SWALLOWED_VOUCHER = replace(ADVISED_VOUCHER, id="electrum.stellr", is_advice_effective=False)

_KIND = {"upstream": UPSTREAM, "kind": UpstreamKind.ADVISED, "has_confirmation": True}


def advised_prepared(**changes: object) -> Redemption:
    """Return a redemption at an advised upstream that was written and not sent."""
    return prepared(**{**_KIND, **changes})


def advised_under_way(attempts: int = 1, **changes: object) -> Redemption:
    """Return one whose latest attempt has started and not ended."""
    return under_way(attempts, **{**_KIND, **changes})


def advised_waiting(attempts: int = 1, **changes: object) -> Redemption:
    """Return one that is in doubt between two attempts."""
    return waiting(attempts, **{**_KIND, **changes})


def advised_in_state(state: RedemptionState, **changes: object) -> Redemption:
    """Return a plausible one in any state."""
    return replace(in_state(state), **{**_KIND, **changes})  # type: ignore[arg-type]  # mypy cannot see fields through a mapping


def owed(kind: AdviceKind = AdviceKind.REVERSAL, **changes: object) -> Advice:
    """Return an advice that is owed and was never attempted."""
    plain = Advice(
        id="d4c0a1f2-43a1-4f6e-9d0e-1c8a4b7d2e91",
        redemption_id=REDEMPTION_ID,
        upstream=UPSTREAM,
        fingerprint="f1",
        kind=kind,
        reason=ReversalReason.TIMEOUT if kind is AdviceKind.REVERSAL else None,
        created_at=START,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # mypy cannot see fields through a mapping


def counted(kind: AdviceKind = AdviceKind.REVERSAL, attempts: int = 1, **changes: object) -> Advice:
    """Return an advice whose latest attempt has started and not ended."""
    return owed(kind, **{"attempts": attempts, "attempts_ended": attempts - 1, **changes})


def resent(**changes: object) -> Advice:
    """Return an acknowledged reversal that is sent once more."""
    return owed(
        AdviceKind.REVERSAL,
        **{
            "state": AdviceState.ACKNOWLEDGED,
            "attempts": 1,
            "attempts_ended": 1,
            "acknowledged_at": START,
            "next_due_at": START,
            **changes,
        },
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One attempt to deliver an advice, as the gateway was asked to make it."""

    advice: Advice
    body: Secret


ScriptedAdvice = AdviceVerdict | Callable[[Told], AdviceVerdict]


class AdvisedScriptedGateway(ScriptedGateway, AdvisedGateway):
    """Answers requests from ``script`` and advices from ``advices``, then ``acknowledge`` for ever.

    ``told`` records every attempt to deliver an advice when it begins. With ``journal`` it checks
    that each was counted before, and that no advice overtakes its request.
    """

    def __init__(
        self,
        script: Iterable[ScriptedVerdict] = (),
        *,
        otherwise: ScriptedVerdict | None = None,
        advices: Iterable[ScriptedAdvice] = (),
        acknowledge: ScriptedAdvice = ACKNOWLEDGED,
        upstream: str = UPSTREAM,
        confirmation_hold_s: float = 0.0,
    ) -> None:
        super().__init__(script, otherwise=otherwise, upstream=upstream)
        self.confirmation_hold_s = confirmation_hold_s
        self.advices: deque[ScriptedAdvice] = deque(advices)
        self.acknowledge: ScriptedAdvice = acknowledge
        self.told: list[Told] = []
        self.composed: list[tuple[Advice, Secret, Secret | None]] = []
        self.journal: Journal | None = None
        self.before_answer: Callable[[Told], object] = lambda _: None

    @override
    def compose_refund(self, order: RefundOrder) -> Secret:
        """Build a refund that differs whenever what it is made of does."""
        echo = "" if order.answer is None else order.answer.reveal()
        what = f"{order.amount_cents} {order.currency} of {order.redemption_id}"
        return Secret(f"refund {order.id} {what}: {order.request.reveal()} after {echo}")

    @override
    def compose_advice(self, advice: Advice, request: Secret, answer: Secret | None) -> Secret:
        """Build an advice that differs whenever what it is made of does."""
        self.composed.append((advice, request, answer))
        echo = "" if answer is None else answer.reveal()
        return Secret(
            f"{advice.kind} {advice.id} of {advice.redemption_id} {advice.reason} after {echo}"
        )

    @override
    def slip_lines(self, request: Secret, answer: Secret | None) -> tuple[str, ...]:
        """Return the parts of an answer, which semicolons divide."""
        return tuple(answer.reveal().split(";")) if answer and ";" in answer.reveal() else ()

    @override
    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        """Record the attempt, and answer from the script."""
        told = Told(advice, body)
        self.told.append(told)
        if self.journal is not None:
            assert await self.journal.advice(advice.redemption_id) == advice, "not counted before"
            (*_, last) = await self.journal.attempts(advice.redemption_id)
            assert last.ended_at is not None, "an advice overtook its request"
        self.before_answer(told)
        if self.gate is not None:
            await self.gate.wait()
        step = self.advices.popleft() if self.advices else self.acknowledge
        return step(told) if callable(step) else step
