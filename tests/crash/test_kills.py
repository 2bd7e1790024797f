"""The shipped till, killed with SIGKILL on each side of every call of a port (P1, P2, H8).

One flow is killed once at each boundary, and each other one at every second boundary from its first
request on, which leaves no state of the books out; what was found is kept for all tests here.
Longer forms are not part of the default run: ``python tests/crash/random_kills.py`` kills at
arbitrary moments, and with ``--all`` at every boundary of every flow first.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count

import pytest

from counterfoil.domain.printing import PrintState
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.server import SandboxServer
from support.flows import FLOWS, LOST, PART, SETTLED_FLOWS, Autopsy, Flow, Kill, Scene, journal_of
from support.killing import MUTANTS, Life, Nursery

RECOVERIES_KILLED = 5
AFTER_FINAL = 12
"""The boundary at which a part of a 1Voucher is paid and no paper is asked for."""
AFTER_SEND = 8
"""The boundary at which the first answer is there and not written."""
NewScene = Callable[[Flow], Scene]
Autopsies = Callable[[Flow], Awaitable[list[Autopsy]]]


@pytest.fixture(scope="module")
def new_scene(
    tmp_path_factory: pytest.TempPathFactory, ledger_server: SandboxServer, line_nursery: Nursery
) -> NewScene:
    """Return what makes a till of its own at an upstream that outlives them all."""

    def make(flow: Flow) -> Scene:
        return Scene(ledger_server, line_nursery, tmp_path_factory.mktemp("till"), flow)

    return make


@pytest.fixture(scope="module")
def autopsies(new_scene: NewScene) -> Autopsies:
    """Return what kills a flow at each of its boundaries, once for all tests."""
    kept: dict[str, list[Autopsy]] = {}

    async def kill_everywhere(flow: Flow) -> list[Autopsy]:
        if flow.name not in kept:
            kept[flow.name] = [one async for one in _kill_everywhere(new_scene, flow)]
        return kept[flow.name]

    return kill_everywhere


async def _kill_everywhere(new_scene: NewScene, flow: Flow) -> AsyncIterator[Autopsy]:
    recovers_again = flow in (PART, LOST)
    for kill_at in count(flow.first, flow.every):
        done = await new_scene(flow).autopsy(kill_at=kill_at, recovers_again=recovers_again)
        yield done
        if not done.life.was_killed:
            return


@pytest.mark.fault("P1", "H8")
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
async def test_a_kill_at_any_boundary_loses_nothing(autopsies: Autopsies, flow: Flow) -> None:
    """After every kill the next start brings journal and upstream to agree (P1, I2, I11, I12)."""
    done = await autopsies(flow)
    boundaries = [one.life.boundary for one in done if one.life.was_killed]
    assert any("commit AttemptEnded" in boundary for boundary in boundaries)
    assert not done[-1].life.was_killed
    assert done[-1].life.passed == flow.boundaries
    assert all(one.recovery.codes in ([0], [2]) for one in done)


@pytest.mark.fault("P1", "X21")
@pytest.mark.parametrize("flow", SETTLED_FLOWS, ids=lambda flow: flow.name)
async def test_a_kill_around_a_settlement_leaves_one(autopsies: Autopsies, flow: Flow) -> None:
    """People do again what they do not see done; the journal has it once, and both books agree."""
    done = await autopsies(flow)
    assert any("commit SettlementKept" in one.life.boundary for one in done if one.life.was_killed)
    assert not done[-1].life.was_killed
    assert done[-1].life.passed == flow.boundaries
    for one in done:
        assert [kept.redemption_id for kept in one.books.settlements] == [
            settled.id for settled in one.books.redemptions
        ]


@pytest.mark.parametrize("flow", [PART, LOST], ids=lambda flow: flow.name)
async def test_the_change_pin_survives_from_the_answer_on(autopsies: Autopsies, flow: Flow) -> None:
    """Killed at any moment after an answer arrived, the till has the PIN after its next start."""
    debited = [one for one in await autopsies(flow) if one.debits]
    assert len(debited) >= 9
    for one in debited:
        assert one.replaced_by is not None
        assert one.change_pin == one.replaced_by, one.life.boundary


async def test_a_kill_before_the_answer_is_written_ends_in_a_replay(autopsies: Autopsies) -> None:
    """The answer died with the till; the same request brings it again, with the same PIN."""
    unwritten = [
        one for one in await autopsies(PART) if "before commit AttemptEnded" in one.life.boundary
    ]
    (one,) = unwritten
    assert one.found.only is not None
    assert one.found.only.state is RedemptionState.INFLIGHT
    assert one.found.only.change is None
    assert one.books.only is not None
    assert (one.books.only.state, one.books.only.attempts) == (RedemptionState.UNCLAIMED, 2)
    assert one.change_pin == one.replaced_by


async def test_an_approval_that_was_not_closed_is_for_a_person(autopsies: Autopsies) -> None:
    """Killed between the yes and the closed sale: unclaimed, with words, and exit code 2."""
    approved = [
        one
        for one in await autopsies(PART)
        if one.found.only is not None and one.found.only.state is RedemptionState.APPROVED
    ]
    assert approved
    for one in approved:
        assert one.books.only is not None
        assert one.books.only.state is RedemptionState.UNCLAIMED
        assert one.recovery.codes == [2]
        assert "The voucher was used" in one.recovery.said


async def test_what_was_never_sent_is_abandoned_without_a_debit(autopsies: Autopsies) -> None:
    """Killed before the attempt was written, the voucher is untouched and free (3.7)."""
    for one in await autopsies(PART):
        if one.found.only is not None and one.found.only.state is RedemptionState.PREPARED:
            assert one.books.only is not None
            assert one.books.only.state is RedemptionState.ABANDONED
            assert not one.debits


async def test_an_interrupted_paper_is_uncertain_after_a_start(autopsies: Autopsies) -> None:
    """A till that died while printing does not know whether paper came out, and says so."""
    interrupted = [one for one in await autopsies(PART) if one.life.boundary.endswith(" paper")]
    assert len(interrupted) == 2
    for one in interrupted:
        assert [job.state for job in one.found.papers] == [PrintState.QUEUED]
        assert [job.state for job in one.books.papers] == [PrintState.UNCERTAIN]


@pytest.mark.fault("R5")
async def test_a_second_paper_never_says_original(new_scene: NewScene) -> None:
    """Killed on either side of a paper, the next paper says COPY, and a slip is owed (R5)."""
    kinds = []
    for kill_at in count(AFTER_FINAL):
        scene = new_scene(PART)
        life = scene.live(kill_at=kill_at)
        scene.recover()
        async with journal_of(scene.line) as journal:
            (owed,) = await journal.slips_to_finish()
            papers = await journal.print_jobs(owed.id)
        printed = scene.reprint(owed)
        expected = "copy" if papers else "original"
        assert f'"kind": "{expected}"' in printed.said, life.boundary
        kinds.append(expected)
        if not life.was_killed:
            break
    assert kinds[:2] == ["original", "original"]
    assert kinds[2:] == ["copy"] * 6


@pytest.mark.fault("P2")
@pytest.mark.parametrize("flow", [PART, LOST], ids=lambda flow: flow.name)
async def test_recovery_may_be_killed_again_and_again(new_scene: NewScene, flow: Flow) -> None:
    """Recovery that dies at boundary after boundary ends as one that ran through (P2)."""
    scene = new_scene(flow)
    shown = scene.live(kill_at=AFTER_SEND).shown
    deaths = []
    for number in range(1, RECOVERIES_KILLED + 1):
        died = scene.recover(Kill(at=number))
        shown += died.shown
        await scene.check_before_recovery(Life(shown=shown))
        deaths.append(died.boundary if died.was_killed else "")
    assert all(deaths), deaths
    scene.recover()
    books = await scene.check_after_recovery()
    assert books.only is not None
    assert books.only.state in {RedemptionState.FINAL, RedemptionState.UNCLAIMED}


@pytest.mark.parametrize(("mutant", "first"), MUTANTS.items())
async def test_a_till_that_breaks_a_rule_is_caught(
    new_scene: NewScene, mutant: str, first: int
) -> None:
    """The same checks find each mutant: they can fail."""
    for kill_at in count(first):
        scene = new_scene(PART)
        life = scene.live(kill_at=kill_at, mutant=mutant)
        try:
            await scene.check_before_recovery(life)
            scene.recover()
            await scene.check_after_recovery()
        except AssertionError:
            return
        assert life.was_killed, "it ran through and nobody noticed"
