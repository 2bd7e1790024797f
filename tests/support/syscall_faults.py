"""Every call to the disk of one redemption, failing in every way, and what must hold after each.

The till begins in an empty folder: it makes its key and its journal, redeems a part of a voucher at
a real sandbox and prints the slip. After the fault the disk is whole again, and the till recovers.
"""

import random  # noqa: TID251 - a run is repeated by its seed
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from typing_extensions import override

from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.server import SandboxServer
from support.failing_disk import HOWS, Fault
from support.flows import PART, Flow, Scene
from support.killing import Life, Nursery

_CODES = frozenset({0, 1, 2, 74})
JOURNAL_CODE = 74
NO_SUCH_CODE = 64


@dataclass(frozen=True, slots=True)
class Cell:
    """One call, counted from 1, what it does, and how it fails."""

    at: int
    call: str
    how: str

    @override
    def __str__(self) -> str:
        return f"{self.how} at call {self.at}, {self.call}"


@dataclass(slots=True)
class Matrix:
    """What was tried, and what was wrong."""

    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind of call and way to fail."""
    ends: Counter[str] = field(default_factory=Counter)
    """How the till ended: its exit code, or killed."""
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bench:
    """What makes tills whose disk fails. ``new_folder`` gives each a folder of its own."""

    server: SandboxServer
    nursery: Nursery
    new_folder: Callable[[], Path]
    flow: Flow = PART

    def scene(self) -> Scene:
        """Return a till that has never been opened."""
        return Scene(self.server, self.nursery, self.new_folder(), self.flow)

    def calls(self) -> list[str]:
        """Return every call of a redemption in which nothing fails."""
        scene = self.scene()
        log = scene.line.data_dir.with_name("calls")
        life = self.live(scene, Fault(below=str(scene.line.data_dir), log=str(log)))
        assert life.codes == [0, 0], life
        return log.read_text(encoding="utf-8").splitlines()

    def live(self, scene: Scene, fault: Fault) -> Life:
        """Redeem and print on a disk that fails."""
        return self.nursery.live(replace(self.flow.job(scene.line), fault=fault))

    async def try_cell(self, cell: Cell, matrix: Matrix) -> None:
        """Let one call fail, and note what must not be."""
        scene = self.scene()
        life = self.live(scene, Fault(below=str(scene.line.data_dir), at=cell.at, how=cell.how))
        matrix.cells[cell.call.split()[0], cell.how] += 1
        ended = "killed" if life.was_killed else " ".join(map(str, life.codes))
        matrix.ends[ended] += 1
        try:
            await check(scene, life)
        except AssertionError as error:
            matrix.violations.append(f"{cell}: ended {ended}: {error} {life.said[-300:]}")


async def check(scene: Scene, life: Life) -> None:
    """Check a till whose disk failed, let it recover, and check it against the upstream."""
    if not life.was_killed:
        _check_words(scene, life)
    if (scene.line.data_dir / JOURNAL_NAME).exists():
        await scene.check_before_recovery(life)
    else:
        assert not life.shown, "shown without a journal"
    recovery = scene.recover()
    assert recovery.codes in ([0], [2]), f"recover ended {recovery.codes}: {recovery.said}"
    books = await scene.check_after_recovery()
    if life.codes[:1] == [0] and not life.was_killed:
        assert books.only is not None
        assert books.only.state is RedemptionState.FINAL


def _check_words(scene: Scene, life: Life) -> None:
    """Check that a till that lived on ended with a code and words that a person can act on."""
    # A redemption that was not begun has no slip, and no id to ask for one by.
    allowed = _CODES if life.shown else _CODES | {NO_SUCH_CODE}
    assert life.codes[0] in _CODES, life.codes
    assert set(life.codes) <= allowed, life.codes
    assert "Traceback" not in life.said
    redeemed = life.codes[0]
    if redeemed == JOURNAL_CODE:
        assert not scene.debits, "it said that no redemption was begun"
    if redeemed != 0:
        assert "HAND OVER NOW" not in life.said, "approved without a row"
        assert life.said.strip(), "not a word"


def cells_of(calls: Sequence[str]) -> Iterator[Cell]:
    """Return every cell of the matrix."""
    for at, call in enumerate(calls, 1):
        for how in HOWS:
            yield Cell(at, call, how)


def some_cells(calls: Sequence[str], count: int, seed: int) -> list[Cell]:
    """Choose cells by chance, so that each kind of call and each way to fail is among them."""
    chance = random.Random(seed)  # noqa: S311 - a run is repeated by its seed
    every = list(cells_of(calls))
    chance.shuffle(every)
    first = {(cell.call.split()[0], cell.how): cell for cell in every}
    chosen = list(first.values())
    rest = [cell for cell in every if cell not in chosen]
    return chosen + rest[: max(0, count - len(chosen))]
