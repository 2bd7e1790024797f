"""A short form of ``python tests/crash/random_kills.py``, and what its figures rest on (P1, P2)."""

from pathlib import Path

import pytest

from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil_sandbox.server import SandboxServer
from support.kill_figures import Figures, percentile
from support.kill_plans import (
    FACES,
    FLOWS_BY_NAME,
    LINE,
    PRINTER,
    WINDOW,
    boundary_plan,
    flows_of,
    random_plan,
)
from support.kill_runs import DOUBLED, LOST, Killer, Record
from support.killing import Nursery

SEED = 20_267
PLANS = 4


@pytest.fixture
def killer(ledger_server: SandboxServer, line_nursery: Nursery, window_nursery: Nursery) -> Killer:
    """Return what kills at the upstream that all tests share."""
    nurseries = {LINE: line_nursery, WINDOW: window_nursery, PRINTER: window_nursery}
    return Killer(ledger_server, nurseries.__getitem__)


@pytest.mark.fault("P1", "P2", "H8")
async def test_kills_by_chance_lose_and_double_nothing(killer: Killer, tmp_path: Path) -> None:
    """After every death and every start both books agree, in every face."""
    figures = Figures(seed=SEED)
    for number in range(PLANS):
        plan = random_plan(SEED, number, FACES)
        record = await killer.carry_out(plan, tmp_path / str(number))
        assert record.finding == "", f"SEED={SEED} number {number}: {record.deaths}"
        figures.add(record)
    assert figures.kills >= PLANS // 2
    assert f"kills: {figures.kills}; lost: 0, doubled: 0, otherwise wrong: 0\n" in figures.say()


@pytest.mark.parametrize("face", [LINE, WINDOW])
@pytest.mark.parametrize(
    ("flow", "at", "mutant", "sort"),
    [
        ("part of a 1Voucher", 5, "shows first", LOST),
        ("time-out upstream, value taken", 30, "advises first", DOUBLED),
        ("void outside the voucher", 16, "settles later", LOST),
    ],
)
async def test_a_till_that_breaks_a_rule_is_caught(
    killer: Killer, tmp_path: Path, *, face: str, flow: str, at: int, mutant: str, sort: str
) -> None:
    """The control of all this: what is shown or sent before it is written is found, and counted."""
    record = await killer.carry_out(boundary_plan(face, flow, at, mutant), tmp_path / "till")
    assert record.sort == sort, record.finding


def test_a_plan_depends_on_seed_and_number_alone() -> None:
    """What was found can be tried again, whatever ran before it or beside it."""
    plans = [random_plan(SEED, number, FACES) for number in range(400)]
    assert plans == [random_plan(SEED, number, FACES) for number in range(400)]
    assert plans[:50] != [random_plan(SEED + 1, number, FACES) for number in range(50)]
    for face in FACES:
        flows = {plan.flow.name for plan in plans if plan.face == face}
        assert flows == {flow.name for flow in flows_of(face)}
    assert {flow.name for flow in flows_of(WINDOW)} == set(FLOWS_BY_NAME)


def test_findings_are_counted_by_their_sort() -> None:
    """The figures say what was lost and what was doubled, and never that nothing was."""
    figures = Figures(seed=1)
    keyed, advised = UpstreamKind.KEYED, UpstreamKind.ADVISED
    lost = Record(face=LINE, kind=keyed, flow="declined", deaths=["3: x"], finding="x", sort=LOST)
    figures.add(lost)
    figures.add(Record(face=WINDOW, kind=advised, flow="refused", deaths=["1: y", "2: z"]))
    said = figures.say()
    assert "kills: 3; lost: 1, doubled: 0, otherwise wrong: 0\n" in said
    assert "window: 0 keyed, 2 advised; 1 of 24 flows, 2 places\n" in said


def test_a_percentile_is_a_time_that_was_measured() -> None:
    """With few times the last one is the 99th of a hundred."""
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0
