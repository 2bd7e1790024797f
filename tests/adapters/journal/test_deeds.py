"""What people did beside selling is read by an index, back to where somebody has seen it."""

import re
from pathlib import Path

import pytest

from counterfoil.adapters.journal.integrity.watch import TAIL_LENGTH
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.domain.audit import StaffDone, VoidAsked
from counterfoil.domain.conduct import Sold
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.rows import VoidAsked as VoidAskedRow
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import StaffDeed
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from support.clocks import SteppedClock
from support.journals import opened, raw, tampering
from support.people import SUPERVISOR_NUMBER, SUPERVISOR_PIN, hire, made_people
from support.samples import NOON, Samples


async def deeds(journal: Journal) -> list[StaffDeed]:
    """Return what the supervisor has not seen of the staff."""
    found = await journal.deeds(SUPERVISOR_NUMBER)
    return [one.event.deed for one in found.events if isinstance(one.event, StaffDone)]


async def test_what_was_seen_is_not_read_again(tmp_path: Path) -> None:
    """Each person has seen what they have said to have seen; what was sold since is counted."""
    async with opened(tmp_path) as journal:
        assert await journal.deeds(SUPERVISOR_NUMBER) == await journal.deeds("99")
        people, samples = made_people(journal, SteppedClock()), Samples()
        await samples.in_state(journal, RedemptionState.FINAL)
        await hire(people)
        assert await deeds(journal) == [StaffDeed.ADDED] * 5
        assert (await journal.deeds(SUPERVISOR_NUMBER)).sold == ()
        sold = await samples.in_state(journal, RedemptionState.FINAL)
        await samples.in_state(journal, RedemptionState.DECLINED)
        await journal.commit((VoidAskedRow(sold.id, NOON, VoidReason.WRONG_AMOUNT, "Thandi M."),))
        found = await journal.deeds(SUPERVISOR_NUMBER)
        assert found.sold == (Sold("Nomsa", 1, 1),)
        (asked,) = [one for one in found.events if isinstance(one.event, VoidAsked)]
        assert asked.redemption_id == sold.id
        supervisor = await people.proven(SUPERVISOR_NUMBER, Secret(SUPERVISOR_PIN))
        await people.note_alerts_seen(supervisor)
        assert await deeds(journal) == []
        assert (await journal.deeds("1")).sold == (Sold("Nomsa", 1, 1),)


async def test_an_altered_deed_is_left_out(tmp_path: Path) -> None:
    """Nor does one that cannot be read stand in the way of the others."""
    async with opened(tmp_path) as journal:
        people = made_people(journal, SteppedClock())
        await hire(people)
        for _ in range(TAIL_LENGTH):
            await people.sign_out(await people.actor(SUPERVISOR_NUMBER))
    with tampering(tmp_path) as connection:
        first = connection.execute("SELECT min(sequence) FROM event WHERE kind = 18").fetchone()[0]
        connection.execute("UPDATE event SET content = '[1]' WHERE sequence = ?", (first,))
    async with opened(tmp_path) as journal:
        assert await deeds(journal) == [StaffDeed.ADDED] * 4 + [StaffDeed.SIGNED_OUT] * TAIL_LENGTH


@pytest.mark.parametrize("name", ["read_deeds", "read_first_prepared", "tally_sold"])
async def test_deeds_are_read_from_where_they_begin(tmp_path: Path, name: str) -> None:
    """However many years the journal holds."""
    async with opened(tmp_path):
        pass
    sql = queries()[name]
    values = dict.fromkeys(re.findall(r":([a-z_]+)", sql))
    with raw(tmp_path) as connection:
        plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert plan[0].startswith("SEARCH")
    assert "PRIMARY KEY" in plan[0]
