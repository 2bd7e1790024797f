"""What is killed, and when: each plan is made by a seed and a number, or names one boundary."""

import random  # noqa: TID251 - a plan is repeated by its seed
from dataclasses import dataclass

from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil_sandbox.faults import Cut, Drop, DuplicateDelivery, RateLimit, Rule, Status
from support.advised_flows import ADVISED_FLOWS, LATER_S, AdvisedFlow
from support.flows import FLOWS, SETTLED_FLOWS, Flow, Kill
from support.killing import BEFORE_PAPER
from support.printed_flows import PRINTED_FLOWS

LINE, WINDOW, PRINTER = "command line", "window", "window with a receipt printer"
FACES = (LINE, WINDOW, PRINTER)
IN_WINDOW = frozenset({WINDOW, PRINTER})
AnyFlow = Flow | AdvisedFlow
KEYED_FLOWS: tuple[Flow, ...] = (*FLOWS, *SETTLED_FLOWS)
ALL_FLOWS: tuple[AnyFlow, ...] = (*KEYED_FLOWS, *ADVISED_FLOWS)
FLOWS_BY_NAME = {flow.name: flow for flow in ALL_FLOWS}


def flows_of(face: str) -> tuple[AnyFlow, ...]:
    """Return what is killed in a face."""
    return PRINTED_FLOWS if face == PRINTER else ALL_FLOWS


_OFFSET_S = 0.03
"""How long after a boundary a kill at a time comes, at most: some boundaries further on."""
_START_S = 0.05
_WINDOW_START_S = 0.35
"""About how long the window takes until a voucher can be typed."""
_SOLD_S = 0.25
"""About how long it takes from the key that redeems to the result and its slip."""
_PRINTED_S = 0.3
"""About how long it takes from the first byte of a slip to the question whether it came out."""
_PIECES = 40
"""About how many boundaries lie between the first byte of a slip and the printer's last answer."""
_RECOVERIES_MAX = 4
_COLD = 0.1
"""How many of the last starts inherit nothing."""
FAULTS: tuple[Rule, ...] = (
    Rule(endpoint="create", times=1, action=Drop(kind="drop", reset=True)),
    Rule(endpoint="create", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="create", times=2, action=Cut(kind="cut", cut_at=300)),
    Rule(endpoint="create", times=1, action=Status(kind="status", status=503)),
    Rule(endpoint="create", times=1, action=RateLimit(kind="rate_limit", retry_after=None)),
    Rule(endpoint="create", times=1, action=DuplicateDelivery(kind="duplicate_delivery")),
    Rule(endpoint="create", times=1, delay_s=0.1),
    Rule(endpoint="create", times=1, delay_s=0.1, after_effect=True),
)
ADVISED_FAULTS: tuple[Rule, ...] = (
    Rule(endpoint="suv_redeem", times=1, action=Drop(kind="drop", reset=True)),
    Rule(endpoint="suv_redeem", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="suv_redeem", times=1, action=Cut(kind="cut", cut_at=300)),
    Rule(endpoint="suv_redeem", times=1, action=Status(kind="status", status=503)),
    Rule(endpoint="suv_redeem", times=1, action=DuplicateDelivery(kind="duplicate_delivery")),
    Rule(endpoint="suv_redeem", times=1, delay_s=0.1, after_effect=True),
    Rule(endpoint="suv_refund", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="suv_refund", times=1, action=Cut(kind="cut", cut_at=300)),
    Rule(endpoint="suv_lookup_redemption", times=2, action=Drop(kind="drop")),
    Rule(endpoint="suv_advice", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="suv_advice", times=2, action=Cut(kind="cut", cut_at=60)),
    Rule(endpoint="suv_advice", times=1, action=Status(kind="status", status=504)),
    Rule(endpoint="suv_advice", times=1, action=DuplicateDelivery(kind="duplicate_delivery")),
    Rule(endpoint="suv_advice", times=1, delay_s=0.1, after_effect=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One till's deaths. After them it is started once more, and must be ready and right."""

    face: str
    flow: AnyFlow
    kill: Kill
    """The till that sells dies so."""
    again: tuple[Kill, ...] = ()
    """So die those that recover, one after the other."""
    later_s: tuple[float, ...] = ()
    """So long after the one before each of those begins."""
    fault: Rule | None = None
    """What is wrong with the line, besides what belongs to the flow."""
    is_cold: bool = False
    """The last start inherits nothing, as a till is started, and not from a process that has
    loaded everything."""
    mutant: str = ""

    @property
    def kind(self) -> UpstreamKind:
        """How its upstream is spoken to."""
        return UpstreamKind.KEYED if isinstance(self.flow, Flow) else UpstreamKind.ADVISED


def boundary_plan(face: str, flow_name: str, at: int, mutant: str = "") -> Plan:
    """Return a plan for one boundary."""
    kill = Kill(at=at, mutant=mutant)
    return Plan(face=face, flow=FLOWS_BY_NAME[flow_name], kill=kill, mutant=mutant)


def random_plan(seed: int, number: int, faces: tuple[str, ...], mutant: str = "") -> Plan:
    """Return a plan that depends on these numbers alone."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - a plan is repeated by its seed
    face = chance.choice(faces)
    flows: tuple[AnyFlow, ...] = KEYED_FLOWS if chance.random() < 0.5 else ADVISED_FLOWS
    flow = chance.choice(PRINTED_FLOWS if face == PRINTER else flows)
    faults = FAULTS if isinstance(flow, Flow) else ADVISED_FAULTS
    fault = chance.choice(faults) if chance.random() < 0.5 and not flow.rules else None
    kill = {LINE: _line_kill, WINDOW: _window_kill, PRINTER: _paper_kill}[face](
        chance, flow, mutant
    )
    again: list[Kill] = []
    while chance.random() < 0.45 and len(again) < _RECOVERIES_MAX:
        again.append(_recovery_kill(chance, face))
    return Plan(
        face=face,
        flow=flow,
        kill=kill,
        again=tuple(again),
        later_s=tuple(chance.choice(LATER_S) for _ in again),
        fault=fault,
        is_cold=chance.random() < _COLD,
        mutant=mutant,
    )


def _line_kill(chance: random.Random, flow: AnyFlow, mutant: str) -> Kill:
    """Choose a boundary, or a moment after one: so the speed of a machine decides nothing."""
    at = chance.randrange(flow.boundaries)
    if chance.random() < 0.3:
        return Kill(at=at + 1, mutant=mutant)
    if at == 0:
        return Kill(after_s=chance.random() * _START_S, mutant=mutant)
    return Kill(since=str(at), after_s=chance.random() * _OFFSET_S, mutant=mutant)


def _window_kill(chance: random.Random, flow: AnyFlow, mutant: str) -> Kill:
    """Choose a boundary or a moment, of the start, the typing, the sale or the result after it."""
    which = chance.random()
    if which < 0.7:
        return _line_kill(chance, flow, mutant)
    since, until_s = (
        ("", _WINDOW_START_S)
        if which < 0.77
        else ("ready", 0.08)
        if which < 0.82
        else ("pressed", _SOLD_S)
        if which < 0.92
        else ("answered", _SOLD_S)
    )
    return Kill(since=since, after_s=chance.random() * until_s, mutant=mutant)


def _paper_kill(chance: random.Random, flow: AnyFlow, mutant: str) -> Kill:
    """Choose a piece of the slip on its way to the printer, mostly, or a moment after its first."""
    which = chance.random()
    if which < 0.6:
        return Kill(since=BEFORE_PAPER, at=chance.randint(1, _PIECES), mutant=mutant)
    if which < 0.8:
        return Kill(since=BEFORE_PAPER, after_s=chance.random() * _PRINTED_S, mutant=mutant)
    return _window_kill(chance, flow, mutant)


def _recovery_kill(chance: random.Random, face: str) -> Kill:
    """Choose a boundary of a recovery, or a moment where it has fewer; or a piece of a slip."""
    if face == PRINTER and chance.random() < 0.7:
        return Kill(since=BEFORE_PAPER, at=chance.randint(1, _PIECES))
    until_s = _START_S if face == LINE else _WINDOW_START_S
    return Kill(at=chance.randint(1, 8), after_s=chance.random() * until_s)
