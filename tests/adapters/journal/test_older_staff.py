"""An older copy of somebody's entry, with fewer wrong PINs, is found when they sign in."""

from pathlib import Path

import pytest

from counterfoil.domain.failures import RecordUnreadableError
from counterfoil.domain.rows import StaffKept
from counterfoil.domain.staff import Person, StaffDeed
from counterfoil.ports.journal import Journal
from support.journals import opened, raw, tampering
from support.samples import PERSON, commit, instant, later


async def tried(journal: Journal, person: Person, seconds: int) -> Person:
    """Count one more wrong PIN."""
    after = person.with_try(instant(seconds))
    await commit(
        journal,
        StaffKept(
            before=person,
            after=after,
            at=later(seconds),
            deed=StaffDeed.PIN_TRIED,
            by=person.name,
        ),
    )
    return after


@pytest.mark.fault("X10")
async def test_an_older_entry_lets_nobody_try_again(tmp_path: Path) -> None:
    """Its own MAC is right: the last event about it says that it is old."""
    async with opened(tmp_path) as journal:
        new = StaffKept(
            before=None, after=PERSON, at=later(0), deed=StaffDeed.ADDED, by="Lindiwe K."
        )
        await commit(journal, new)
        first = await tried(journal, PERSON, 1)
    with raw(tmp_path) as connection:
        old = dict(connection.execute("SELECT * FROM staff").fetchone())
    async with opened(tmp_path) as journal:
        await tried(journal, first, 2)
    with tampering(tmp_path) as connection:
        sets = ", ".join(f"{name} = :{name}" for name in old)
        connection.execute(f"UPDATE staff SET {sets}", old)  # noqa: S608 - of names
    async with opened(tmp_path) as journal:
        (person,) = await journal.staff()
        assert person == first
        with pytest.raises(RecordUnreadableError):
            await tried(journal, person, 3)
        assert journal.is_damaged
        assert [person] == list(await journal.staff())
