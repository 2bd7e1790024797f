"""A change voucher's codes are opened one at a time, and by no list."""

from dataclasses import replace
from pathlib import Path

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import RedemptionChanged
from counterfoil.domain.states import TERMINAL, RedemptionState
from counterfoil.overriding import override
from counterfoil.ports.journal import Journal
from support import samples as sample
from support.journals import QUICK, lay_first_version
from support.memory_vault import MemoryVault
from support.samples import Samples, commit, later, moved, stored

ROWS = 200


class CountingVault(MemoryVault):
    """Counts what is opened."""

    opened = 0

    @override
    def open(self, wrapped_key: bytes, row_id: str, column: str, sealed: bytes) -> bytes:
        """Decrypt a field."""
        self.opened += 1
        return super().open(wrapped_key, row_id, column, sealed)


async def with_change(journal: Journal, samples: Samples) -> str:
    """Write a redemption that has a change voucher, and return its id."""
    inflight = await samples.in_state(journal, RedemptionState.INFLIGHT)
    approved = replace(
        inflight, state=RedemptionState.APPROVED, redeemed_cents=100, change=sample.CHANGE.shape
    )
    learnt = RedemptionChanged(inflight.state, approved, later(4), sample.CHANGE)
    await commit(journal, learnt)
    await moved(journal, approved, RedemptionState.UNCLAIMED)
    return inflight.id


async def test_a_list_of_200_opens_no_code(tmp_path: Path) -> None:
    """It shows that there is change, what it is worth and its shape, and decrypts nothing."""
    vault, samples = CountingVault(), Samples()
    async with SqliteJournal.open(tmp_path, lambda: vault, QUICK) as journal:
        ids = [await with_change(journal, samples) for _ in range(ROWS)]
        vault.opened = 0
        listed = await journal.history(ROWS)
        waiting = await journal.redemptions_for_a_person()
        one = await journal.redemption(ids[0])
        assert vault.opened == 0
        assert [len(listed), len(waiting)] == [ROWS, ROWS]
        assert one is not None
        assert {found.change for found in (*listed, one)} == {sample.CHANGE.shape}
        assert await journal.change(ids[0]) == sample.CHANGE
        assert vault.opened == 1


async def test_a_row_of_before_version_2_3_is_read_of_what_is_sealed(tmp_path: Path) -> None:
    """Such a journal kept the shape only with the codes; a later change loses neither."""
    lay_first_version(tmp_path)
    vault = CountingVault()
    async with SqliteJournal.open(tmp_path, lambda: vault, QUICK) as journal:
        old = next(one for one in await journal.history(99) if one.change and can_move(one))
        whole = await journal.change(old.id)
        assert whole is not None
        assert whole.shape == old.change
        known = replace(old, upstream_reference="UP-78")
        await commit(journal, RedemptionChanged(old.state, known, later(9)))
        vault.opened = 0
        assert await stored(journal, old.id) == known
        assert vault.opened == 0
        assert await journal.change(old.id) == whole
        assert await journal.verify() == ()


def can_move(redemption: Redemption) -> bool:
    """Whether a redemption is not over."""
    return redemption.state not in TERMINAL
