"""A change voucher's codes are opened one at a time, and by no list."""

from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.records import CHANGE, seals_of
from counterfoil.adapters.journal.storage.row_macs import columns_of
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import RedemptionChanged
from counterfoil.domain.states import TERMINAL, RedemptionState
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.overriding import override
from counterfoil.ports.journal import Journal
from support import samples as sample
from support.canary import CANARY_CHANGE_PIN
from support.journals import QUICK, lay_first_version, lay_version, opened, raw
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


async def with_change(
    journal: Journal, samples: Samples, change: ChangeVoucher = sample.CHANGE
) -> str:
    """Write a redemption that has a change voucher, and return its id."""
    inflight = await samples.in_state(journal, RedemptionState.INFLIGHT)
    approved = replace(
        inflight, state=RedemptionState.APPROVED, redeemed_cents=100, change=change.shape
    )
    learnt = RedemptionChanged(inflight.state, approved, later(4), change)
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


@pytest.mark.parametrize(
    "instructions", [None, "", "Dial *120#", f"Dial *130*{CANARY_CHANGE_PIN}#"]
)
async def test_only_what_may_not_be_seen_is_sealed(
    tmp_path: Path, instructions: str | None
) -> None:
    """The codes, and words that repeat one; the rest lies beside them, and no code does."""
    change = replace(
        sample.CHANGE,
        instructions=instructions,
        more=(replace(sample.CHANGE, amount_cents=7, instructions=instructions, more=()),),
    )
    vault, samples = MemoryVault(), Samples()
    async with SqliteJournal.open(tmp_path, lambda: vault, QUICK) as journal:
        redemption_id = await with_change(journal, samples, change)
        assert await journal.change(redemption_id) == change
    with raw(tmp_path) as connection:
        (row,) = connection.execute("SELECT * FROM redemption").fetchall()
        seals = seals_of(connection, vault, columns_of(row))
    assert CANARY_CHANGE_PIN not in row["change_shape"]
    text = seals.open(CHANGE, row["change_sealed"]).reveal()
    assert CANARY_CHANGE_PIN in text
    assert not any(seen in text for seen in ("SN 0042", "2029", "pin", "state", "120"))


async def test_change_of_a_till_of_version_3_stays_as_it_lies(tmp_path: Path) -> None:
    """Its shape names its parts, and what is sealed beside it is whole; a later change loses none.

    What is learnt once is refused in any other form.
    """
    lay_version(tmp_path, "3.0")
    before = lying(tmp_path)
    async with opened(tmp_path) as journal:
        old = [one for one in await journal.history(99) if one.change and can_move(one)]
        assert len(old) > 1
        for one in old:
            whole = await journal.change(one.id)
            assert whole is not None
            assert whole.shape == one.change
            known = replace(one, upstream_reference="UP-78")
            await commit(journal, RedemptionChanged(one.state, known, later(9)))
            assert await stored(journal, one.id) == known
            assert await journal.change(one.id) == whole
        assert await journal.verify() == ()
    assert lying(tmp_path) == before


def lying(folder: Path) -> list[tuple[object, ...]]:
    """Return the change of each redemption as it lies in a closed journal."""
    with raw(folder) as connection:
        return [
            tuple(row)
            for row in connection.execute("SELECT change_shape, change_sealed FROM redemption")
        ]


def can_move(redemption: Redemption) -> bool:
    """Whether a redemption is not over."""
    return redemption.state not in TERMINAL
