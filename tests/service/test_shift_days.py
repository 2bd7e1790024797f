"""The Zs of random days add up to the rows of the journal, and the cash to the drawer."""

from pathlib import Path

import pytest

from counterfoil.domain.bookkeeping import Bookkeeper
from counterfoil.domain.books import Entry
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import CustomerGot
from counterfoil.domain.tender import TenderKind
from support.shift_days import live

DAYS = 8
"""So many seeds; each lives through some shifts."""


@pytest.mark.many_runs
@pytest.mark.parametrize("seed", range(DAYS))
async def test_the_zs_are_the_sum_of_the_rows(seed: int, tmp_path: Path) -> None:
    """Whatever the clock says, and wherever a shift ends: all is on one Z, and on one only."""
    await live(seed, tmp_path / "till")


@pytest.mark.parametrize("planted", ["void", "cash", "card"])
async def test_a_wrong_sum_is_found(
    planted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: books that forget voids, or cash given back, or what was paid by card."""
    original = Bookkeeper.book

    def forgetful(self: Bookkeeper, event: object, of: Redemption | None) -> None:
        before = (dict(self._sums), self._moved)
        original(self, event, of)  # type: ignore[arg-type]  # any event that the journal gave
        if planted == "void":
            self._sums = {key: one for key, one in self._sums.items() if key[0] != Entry.VOIDED}
        if planted == "cash" and getattr(event, "got", None) is CustomerGot.CASH:
            self._moved = before[1]
        if planted == "card" and getattr(event, "kind", None) is TenderKind.CARD:
            self._sums = before[0]

    monkeypatch.setattr(Bookkeeper, "book", forgetful)
    for seed in range(DAYS):
        try:
            await live(seed, tmp_path / f"till-{seed}")
        except AssertionError:
            return
    pytest.fail("the model notices nothing")
