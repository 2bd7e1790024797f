"""Settlements in the file: whole, once, for good, and found where they are altered."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.journal.verifying import find_faults_in
from counterfoil.domain.causes.journal import RowFault
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import RedemptionChanged, SettlementKept
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal, Place
from support.journals import QUICK, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import Samples, commit, later, moved, settled, stored

S = RedemptionState


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """Return a new journal."""
    async with opened(tmp_path / "till") as one:
        yield one


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return the folder of a closed journal with a settlement of each kind."""
    samples = Samples()
    async with opened(tmp_path / "till") as one:
        final = await samples.in_state(one, S.FINAL)
        await moved(one, final, S.RESOLVED)
        await samples.in_state(one, S.RESOLVED)
    return tmp_path / "till"


@pytest.mark.parametrize("state", [S.ATTENTION, S.UNCLAIMED, S.FINAL])
async def test_a_settlement_comes_back_whole(journal: Journal, state: RedemptionState) -> None:
    """By hand with the provider's word, outside the voucher without."""
    redemption = await Samples().in_state(journal, state)
    await moved(journal, redemption, S.RESOLVED)
    assert await journal.settlements(redemption.id) == (settled(redemption),)


async def test_what_was_not_settled_has_none(journal: Journal) -> None:
    """Nor has what is not there."""
    redemption = await Samples().in_state(journal, S.FINAL)
    assert await journal.settlements(redemption.id) == ()
    assert await journal.settlements("00000000-0000-4000-8000-00000000dead") == ()


@pytest.mark.parametrize("state", sorted(set(S) - {S.UNCLAIMED, S.ATTENTION}))
async def test_only_what_waits_for_a_person_is_settled_by_hand(
    journal: Journal, state: RedemptionState
) -> None:
    """The file refuses it, whatever the till thinks."""
    redemption = await Samples().in_state(journal, state)
    by_hand = replace(settled(redemption), settled_as=SettledAs.BY_HAND, evidence=Evidence.TAKEN)
    with pytest.raises(StaleChangeError):
        await commit(journal, SettlementKept(by_hand))


@pytest.mark.parametrize("state", sorted(set(S) - {S.FINAL}))
async def test_only_what_is_final_is_voided_outside_the_voucher(
    journal: Journal, state: RedemptionState
) -> None:
    """Nothing was sold with anything else, and nothing is given back twice."""
    redemption = await Samples().in_state(journal, state)
    outside = replace(settled(redemption), settled_as=SettledAs.OUTSIDE, evidence=None)
    with pytest.raises(StaleChangeError):
        await commit(journal, SettlementKept(outside))


@pytest.mark.parametrize(
    ("settled_as", "evidence"),
    [(SettledAs.BY_HAND, None), (SettledAs.OUTSIDE, Evidence.TAKEN)],
)
async def test_the_provider_s_word_belongs_to_what_is_settled_by_hand(
    journal: Journal, settled_as: SettledAs, evidence: Evidence | None
) -> None:
    """A mistake of the till's own stops before anything is written."""
    redemption = await Samples().in_state(journal, S.ATTENTION)
    wrong = replace(settled(redemption), settled_as=settled_as, evidence=evidence)
    with pytest.raises(AssertionError):
        await commit(journal, SettlementKept(wrong))


async def resolve(journal: Journal, redemption: Redemption, settled_as: SettledAs | None) -> None:
    """Call a redemption resolved, without writing how."""
    after = replace(redemption, state=S.RESOLVED, settled_as=settled_as)
    await commit(journal, RedemptionChanged(redemption.state, after, later(1)))


@pytest.mark.parametrize("settled_as", [None, *SettledAs])
async def test_nothing_is_resolved_without_its_settlement(
    journal: Journal, settled_as: SettledAs | None
) -> None:
    """The one commit has both."""
    redemption = await Samples().in_state(journal, S.ATTENTION)
    with pytest.raises(AssertionError):
        await resolve(journal, redemption, settled_as)
    assert await stored(journal, redemption.id) == redemption


@pytest.mark.parametrize(
    "statement", ["UPDATE settlement SET got = 'cash'", "DELETE FROM settlement"]
)
def test_a_settlement_is_for_good(folder: Path, statement: str) -> None:
    """Whoever writes to the file."""
    with raw(folder) as connection, pytest.raises(sqlite3.IntegrityError, match="settlement"):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "where", "what"),
    [
        ("UPDATE settlement SET got = 'goods'", "settlement {} of ", RowFault.ALTERED),
        ("UPDATE settlement SET settled_by = 'Somebody'", "settlement {} of ", RowFault.ALTERED),
        ("DELETE FROM settlement", "settlement {} of ", RowFault.MISSING),
    ],
)
def test_an_altered_settlement_is_named(
    folder: Path, statement: str, where: str, what: RowFault
) -> None:
    """Each by its kind and the reference of its redemption."""
    with tampering(folder) as connection:
        connection.execute(statement)
    found = find_faults_in(folder, MemoryVault, QUICK)
    for settled_as in SettledAs:
        named = [one for one in found if one.where.startswith(where.format(settled_as))]
        assert [one.problem for one in named] == [what]


async def test_an_altered_settlement_is_found_while_the_till_is_open(folder: Path) -> None:
    """The check of records comes to it, and knows it from the other one of its redemption."""
    with tampering(folder) as connection:
        connection.execute("UPDATE settlement SET got = ? WHERE settled_as = 'outside'", ("goods",))
    async with opened(folder) as journal:
        found = await _all_of(journal)
    assert [one.split(" of ")[0] for one in found] == ["settlement outside"]


async def _all_of(journal: Journal) -> list[str]:
    """Check all records of an open journal, and name those that are not as they were written."""
    checked = await journal.check_some(Place())
    while checked.next != Place():
        checked = await journal.check_some(checked.next)
    return [damage.where for damage in checked.damages]


def test_what_the_customer_got_is_one_of_a_few(folder: Path) -> None:
    """An unknown word is none."""
    assert set(CustomerGot) == {"nothing", "goods", "cash", "credit", "other"}
    with tampering(folder) as connection, pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        connection.execute("UPDATE settlement SET got = 'much'")
