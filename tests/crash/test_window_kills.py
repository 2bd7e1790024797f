"""The shipped window, worked by a cashier and killed with SIGKILL, then opened again (P1, P2, H8).

``python tests/crash/random_kills.py --window`` does the same at arbitrary moments, for as long as
one likes.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.server import SandboxServer
from support.advised_flows import HELD_FLOW, REFUND_FLOW, TAKEN_FLOW, AdvisedFlow, AdvisedScene
from support.flows import LOST, PART, SETTLED_FLOWS, Flow, Kill, Scene, books_of
from support.killing import Cashier, Life, Nursery

S = RedemptionState
NewFolder = Callable[[], Path]


@pytest.fixture
def new_folder(tmp_path: Path) -> NewFolder:
    """Return what names a folder for one more till."""
    numbers = count(1)
    return lambda: tmp_path / f"till-{next(numbers)}"


def reopened(scene: Scene | AdvisedScene, cashier: Cashier | None = None) -> Life:
    """Open the window of a dead till again, and see that it is ready to sell."""
    life = scene.live_in_window(cashier or Cashier())
    assert (life.codes, life.said) == ([0], "")
    assert "ready" in life.marks
    return life


@pytest.mark.fault("P1", "H8")
@pytest.mark.parametrize(
    "kill",
    [
        Kill(at=2),
        Kill(at=8),
        Kill(at=13),
        Kill(at=17),
        Kill(after_s=0.3),
        Kill(after_s=0.05, since="pressed"),
        Kill(after_s=0.1, since="answered"),
    ],
    ids=str,
)
async def test_a_killed_window_loses_and_doubles_nothing(
    ledger_server: SandboxServer, window_nursery: Nursery, new_folder: NewFolder, kill: Kill
) -> None:
    """The next window is ready, both books agree, and the change voucher's PIN is there."""
    scene = Scene(ledger_server, window_nursery, new_folder(), LOST if kill.at == 13 else PART)
    life = scene.live_in_window(scene.flow.cashier(), kill)
    assert life.was_killed
    await scene.check_before_recovery(life)
    again = reopened(scene)
    await scene.check_before_recovery(Life(shown=life.shown + again.shown))
    scene.recover()
    books = await scene.check_after_recovery()
    if scene.debits:
        assert books.change_pin is not None, life.boundary


@pytest.mark.fault("P1", "H7")
@pytest.mark.parametrize("is_here", [True, False], ids=["still here", "next customer first"])
async def test_what_a_killed_window_left_open_is_paid_by_nobodys_silence(
    ledger_server: SandboxServer, window_nursery: Nursery, new_folder: NewFolder, is_here: bool
) -> None:
    """Killed while the provider works: the next window asks, and pays only for who is here."""
    scene = Scene(ledger_server, window_nursery, new_folder(), PART)
    life = scene.live_in_window(PART.cashier(), Kill(at=8))
    assert life.was_killed
    reopened(scene, Cashier(is_customer_here=is_here))
    books = await books_of(scene.line)
    assert books.only is not None
    assert books.only.state is (S.FINAL if is_here else S.UNCLAIMED)
    assert len(books.papers) == is_here
    assert len(scene.debits) == 1


@pytest.mark.fault("P1", "X21")
@pytest.mark.parametrize(
    ("flow", "at"),
    [(SETTLED_FLOWS[0], 16), (SETTLED_FLOWS[1], 19)],
    ids=["void outside", "by hand"],
)
async def test_what_people_end_in_a_killed_window_ends_once(
    ledger_server: SandboxServer,
    window_nursery: Nursery,
    new_folder: NewFolder,
    flow: Flow,
    at: int,
) -> None:
    """Killed just after the commit or just before it, it is settled once when all is done."""
    scene = Scene(ledger_server, window_nursery, new_folder(), flow)
    life = scene.live_in_window(flow.cashier(), Kill(at=at))
    assert life.was_killed
    assert "SettlementKept" in life.boundary
    again = reopened(scene)
    await scene.check_before_recovery(Life(shown=life.shown + again.shown))
    scene.recover()
    books = await scene.check_after_recovery()
    assert len(books.settlements) == 1


@pytest.mark.fault("P1", "P2")
@pytest.mark.parametrize(
    ("flow", "at"),
    [(TAKEN_FLOW, 8), (TAKEN_FLOW, 30), (REFUND_FLOW, 36), (HELD_FLOW, 24)],
    ids=lambda one: one.name if isinstance(one, AdvisedFlow) else str(one),
)
async def test_a_killed_window_owes_its_advice_still(
    ledger_server: SandboxServer,
    window_nursery: Nursery,
    new_folder: NewFolder,
    flow: AdvisedFlow,
    at: int,
) -> None:
    """At an advised upstream each advice reaches it, once, whenever the till died."""
    scene = AdvisedScene(ledger_server, window_nursery, new_folder(), flow)
    life = scene.live_in_window(flow.cashier(), Kill(at=at))
    assert life.was_killed
    await scene.check_before(life)
    again = reopened(scene)
    await scene.check_before(Life(shown=life.shown + again.shown))
    scene.check_after(await scene.settle())


@pytest.mark.parametrize("paper_s", [0.0, 1.5], ids=["quick paper", "slow paper"])
async def test_a_cashier_sells_in_the_window_that_is_not_killed(
    ledger_server: SandboxServer, window_nursery: Nursery, new_folder: NewFolder, paper_s: float
) -> None:
    """The control of all this: left alone, keys and clicks redeem and print.

    However long the printer takes, nobody answers for a slip before they are asked.
    """
    scene = Scene(ledger_server, window_nursery, new_folder(), PART)
    life = scene.live_in_window(replace(PART.cashier(), paper_s=paper_s))
    assert (life.codes, life.said) == ([0], "")
    assert list(life.marks) == ["ready", "pressed", "answered", "done"]
    books = await scene.check_after_recovery()
    assert books.only is not None
    assert (books.only.state, len(books.papers)) == (S.FINAL, 1)


async def test_a_window_that_shows_a_yes_too_early_is_caught(
    ledger_server: SandboxServer, window_nursery: Nursery, new_folder: NewFolder
) -> None:
    """The checks can fail: a till that shows what it has not written is found."""
    for at in count(8):
        scene = Scene(ledger_server, window_nursery, new_folder(), PART)
        life = scene.live_in_window(PART.cashier(), Kill(at=at, mutant="shows first"))
        assert life.was_killed, "it ran through and nobody noticed"
        try:
            await scene.check_before_recovery(life)
        except AssertionError:
            return
