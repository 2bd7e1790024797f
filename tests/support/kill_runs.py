"""Carries out plans of kills, and says what each till did and whether its books were right."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil_sandbox.server import SandboxServer
from support import canary
from support.advised_flows import AdvisedScene
from support.flows import DoubledError, Flow, LostError, Scene
from support.kill_plans import IN_WINDOW, PRINTER, Plan
from support.killing import Cashier, Life, Nursery, live_from_nothing, open_nursery
from support.printed_flows import PrinterScene
from support.raw_printer import RawPrinter
from support.sandboxes import canary_sandbox

STARTING, TYPING, SELLING, RESULT, RECOVERING = (
    "while it started",
    "while somebody typed",
    "while it sold",
    "with a result in front",
    "while it recovered",
)
LOST, DOUBLED, WRONG = "lost", "doubled", "otherwise wrong"


@dataclass(slots=True, kw_only=True)
class Record:
    """What became of one plan."""

    face: str
    kind: UpstreamKind
    flow: str
    deaths: list[str] = field(default_factory=list)
    """At which boundary each killed process died, or which was its last."""
    moments: list[str] = field(default_factory=list)
    """What each was doing."""
    was_killed: bool = False
    """Whether the till that sold died before its end."""
    has_change_pin: bool = False
    """Whether the PIN of a change voucher is in the journal, as the upstream's ledger has it."""
    ready_s: float = 0.0
    """How long the last start took, until the till was ready."""
    is_cold: bool = False
    """That start inherited nothing."""
    finding: str = ""
    """What is wrong, if something is."""
    sort: str = ""
    """Whether that was lost, doubled, or otherwise wrong."""

    def as_document(self) -> dict[str, Any]:
        """Return what can be sent as JSON."""
        return asdict(self)


class Killer:
    """Kills tills at one upstream. Make one with `open_killer`."""

    def __init__(self, server: SandboxServer, nursery_of: Callable[[str], Nursery]) -> None:
        """Kill at ``server`` what the nursery of a face starts."""
        self._server = server
        self._nursery_of = nursery_of

    async def carry_out(self, plan: Plan, folder: Path) -> Record:
        """Kill a till as planned, start it once more, and compare its books with the ledger."""
        record = Record(face=plan.face, kind=plan.kind, flow=plan.flow.name, is_cold=plan.is_cold)
        with self._scene(plan, folder) as scene:
            if plan.fault is not None:
                self._server.add_rule(plan.fault)
            try:
                await _kill_and_start(scene, plan, record)
                await _compare(scene, plan, record)
                leaks = list(canary.hits_below(folder))
                assert not leaks, f"a secret was written down: {leaks}"
            except AssertionError as error:
                record.finding = f"{type(error).__name__}: {error}"
                kinds = {LostError: LOST, DoubledError: DOUBLED}
                record.sort = kinds.get(type(error), WRONG)
        return record

    @contextmanager
    def _scene(self, plan: Plan, folder: Path) -> Iterator[Scene | AdvisedScene]:
        """Make what a plan is carried out in, with a printer where it has one."""
        nursery = self._nursery_of(plan.face)
        if not isinstance(plan.flow, Flow):
            yield AdvisedScene(self._server, nursery, folder, plan.flow)
        elif plan.face == PRINTER:
            with RawPrinter() as printer:
                yield PrinterScene(
                    self._server, nursery, folder, plan.flow, printer, mutant=plan.mutant
                )
        else:
            yield Scene(self._server, nursery, folder, plan.flow)


async def _kill_and_start(scene: Scene | AdvisedScene, plan: Plan, record: Record) -> None:
    """Let one till die as planned, and then be ready; check after each death what was shown."""
    is_window = plan.face in IN_WINDOW
    life = (
        scene.live_in_window(plan.flow.cashier(), plan.kill)
        if is_window
        else scene.live_until(plan.kill)
    )
    _note(record, life)
    shown = list(life.shown)
    if life.passed:
        await _check_shown(scene, shown)
    for kill, after_s in zip(plan.again, plan.later_s, strict=True):
        died = scene.start_again(kill, after_s=after_s, is_window=is_window)
        _note_recovery(record, died)
        shown += died.shown
        await _check_shown(scene, shown)
    shown += _last_start(scene, plan, record).shown
    await _check_shown(scene, shown)


async def _check_shown(scene: Scene | AdvisedScene, shown: Sequence[dict[str, Any]]) -> None:
    life = Life(shown=list(shown))
    if isinstance(scene, Scene):
        await scene.check_before_recovery(life)
    else:
        await scene.check_before(life)


async def _compare(scene: Scene | AdvisedScene, plan: Plan, record: Record) -> None:
    """Check that journal and ledger agree once the till has done all it owes."""
    if isinstance(scene, AdvisedScene):
        scene.check_after(await scene.settle())
        return
    if plan.face in IN_WINDOW:
        scene.recover()
    books = await scene.check_after_recovery()
    record.has_change_pin = books.change_pin is not None


@contextmanager
def open_killer() -> Iterator[Killer]:
    """Start an upstream, and nurseries as they are needed; end them all."""
    with ExitStack() as stack:
        server = stack.enter_context(canary_sandbox())

        @cache
        def nursery_of(face: str) -> Nursery:
            return stack.enter_context(open_nursery(has_windows=face in IN_WINDOW))

        yield Killer(server, nursery_of)


def _last_start(scene: Scene | AdvisedScene, plan: Plan, record: Record) -> Life:
    """Start a till for the last time, and see that it is ready."""
    job = scene.window(Cashier()) if plan.face in IN_WINDOW else scene.recovery()
    if plan.is_cold:
        life, record.ready_s = live_from_nothing(job)
    else:
        begun_s = perf_counter()
        life = scene.live_as(job)
        record.ready_s = life.marks.get("ready", perf_counter() - begun_s)
    assert not life.was_killed, "a start that nobody killed died"
    if plan.face in IN_WINDOW:
        assert (life.codes, life.said) == ([0], ""), f"the window was not ready: {life.said}"
        assert "ready" in life.marks, "the window was not ready"
    else:
        assert len(life.codes) == len(job.lines), "recovery did not come to its end"
        # A void that is asked for once more may be refused; recovery may leave work for a person.
        assert life.codes[-1] in {0, 2}, f"recovery failed: {life.said}"
    return life


def _note(record: Record, life: Life) -> None:
    """Record the till that sold."""
    record.was_killed = life.was_killed
    if not life.was_killed:
        assert record.face not in IN_WINDOW or not life.said, life.said
        return
    record.deaths.append(life.boundary or "before the first boundary")
    if record.face in IN_WINDOW:
        record.moments.append((STARTING, TYPING, SELLING, RESULT, RESULT)[len(life.marks)])
    else:
        record.moments.append(SELLING if life.passed else STARTING)


def _note_recovery(record: Record, life: Life) -> None:
    if life.was_killed:
        record.deaths.append(f"recovery {life.boundary or 'before its first boundary'}")
        record.moments.append(RECOVERING)
