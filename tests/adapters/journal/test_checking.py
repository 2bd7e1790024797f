"""Records are proven while the till is open; one that was altered is kept apart, and so is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.journal.integrity import checking
from counterfoil.adapters.journal.integrity.watch import TAIL_LENGTH
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import row_macs
from counterfoil.adapters.journal.storage.chain import beginning_of
from counterfoil.adapters.journal.storage.codecs import id_text
from counterfoil.domain import audit
from counterfoil.domain.failures import (
    JournalCorruptError,
    RecordAlteredError,
    RecordUnreadableError,
)
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import (
    AttemptStarted,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    SaleClosed,
    SaleOpened,
    TypesKept,
)
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Damage, Place
from support import samples as sample
from support.journals import accepted, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples, commit

OLD = 30
"""So many redemptions lie between the first and the end of the chain, which the start proves."""


@pytest.fixture
def samples() -> Samples:
    """Return a source of records that differ."""
    return Samples()


@pytest.fixture
async def folder(tmp_path: Path, samples: Samples) -> Path:
    """Return a closed journal with a whole story that lies far from its end."""
    async with opened(tmp_path / "till") as journal:
        await sample.whole_story(journal, samples)
        await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,)))
        for _ in range(OLD):
            await samples.in_state(journal, RedemptionState.ABANDONED)
        await commit(journal, TypesKept("moment", NOON, (sample.GIFT_CARD,)))
        await samples.prepared(journal)
    return tmp_path / "till"


async def a_round(journal: SqliteJournal) -> tuple[Damage, ...]:
    """Check every record once, and return what was found."""
    place = Place()
    while True:
        checked = await journal.check_some(place)
        place = checked.next
        if place == Place():
            return checked.damages


async def test_a_round_can_begin_anywhere(folder: Path) -> None:
    """Each share of all records has its place, and from each the round comes to its end."""
    async with opened(folder) as journal:
        places = [await journal.place_at(number / 100) for number in range(100)]
        assert places[0] == Place()
        assert places == sorted(places, key=lambda place: (place.part, place.number))
        assert {place.part for place in places} >= {0, 1, 7}
        for begun in places[::9]:
            checked = await journal.check_some(begun)
            while checked.next != Place():
                checked = await journal.check_some(checked.next)


async def test_a_journal_without_records_begins_at_its_beginning(tmp_path: Path) -> None:
    """Nothing lies before anything."""
    async with opened(tmp_path / "till") as journal:
        assert await journal.place_at(0.9) == Place()


async def sell(journal: SqliteJournal, samples: Samples, upstream: str) -> None:
    """Write a new redemption at an upstream."""
    sale = samples.sale()
    new = samples.redemption(sale)
    await commit(
        journal, SaleOpened(sale), RedemptionPrepared(at_upstream(new, upstream), sample.REQUEST)
    )


def at_upstream(redemption: Redemption, upstream: str) -> Redemption:
    """Return the same at another upstream."""
    return replace(redemption, upstream=upstream)


@pytest.mark.parametrize("slice_", [1, 3, 100])
async def test_a_sound_journal_is_checked_to_its_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch, slice_: int
) -> None:
    """Whatever the size of a slice, every record is proven once, and no secret is opened."""
    monkeypatch.setattr(checking, "SLICE", slice_)
    async with opened(folder) as journal:
        rows = await journal._run(
            lambda connection: sum(
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
                for table in ("sale", "redemption", "attempt", "advice", "print_job", "kept_types")
            )
        )
        proven: list[object] = []
        whole = row_macs.is_mac_right

        def counted(*arguments: object) -> bool:
            proven.append(arguments)
            return whole(*arguments)  # type: ignore[arg-type]  # the wrapped method takes them

        monkeypatch.setattr(checking, "is_mac_right", counted)
        monkeypatch.setattr(MemoryVault, "open", lambda *_: pytest.fail("a secret was opened"))
        assert await a_round(journal) == ()
        assert len(proven) == rows


ALTERED = [
    ("UPDATE redemption SET cashier = 'X' WHERE slip_number = 1", "redemption 200-000", "moment"),
    ("UPDATE redemption SET upstream = 'x' WHERE slip_number = 1", "redemption 200-000", "moment"),
    ("UPDATE attempt SET outcome = 'declined' WHERE number = 2", "attempt 2 of 200-000", "moment"),
    ("UPDATE print_job SET queued_by = 'X'", "paper 1 of 200-000", "moment"),
    ("UPDATE event SET content = '[]' WHERE sequence = 3", "event 3", "moment"),
    ("UPDATE sale SET due_cents = 1 WHERE sequence = 1", "sale sale-1", None),
    ("UPDATE kept_types SET types = '[]'", "types of moment", None),
]


@pytest.mark.fault("D5", "X4")
@pytest.mark.parametrize(("edit", "where", "upstream"), ALTERED, ids=[one[0] for one in ALTERED])
async def test_an_altered_record_stops_new_sales_where_it_belongs(
    folder: Path, samples: Samples, edit: str, where: str, upstream: str | None
) -> None:
    """At its provider, or everywhere where it belongs to none; before anything is sent (D5)."""
    with tampering(folder) as connection:
        connection.execute(edit)
    async with opened(folder) as journal:
        await sell(journal, samples, "moment")
        reference = "200-000" if upstream else ""
        assert await a_round(journal) == (Damage(where, upstream, reference),)
        with pytest.raises(RecordAlteredError):
            await sell(journal, samples, "moment")
        if upstream is None:
            with pytest.raises(RecordAlteredError):
                await sell(journal, samples, "electrum")
        else:
            await sell(journal, samples, "electrum")
        await end_what_was_begun(journal)


@pytest.mark.fault("D5", "X4")
@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM event WHERE slip_number = 1",
        "UPDATE event SET content = replace(content, 'moment', 'x') WHERE kind = 4",
    ],
)
async def test_where_an_altered_record_belongs_is_not_guessed(folder: Path, edit: str) -> None:
    """Where its first event proves nothing, new sales stop everywhere."""
    with tampering(folder) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(edit)
        found = beginning_of(connection, MemoryVault(), 1)
    assert found is None


async def end_what_was_begun(journal: SqliteJournal) -> None:
    """Move on what is open, which nothing that was found stops."""
    for redemption in await journal.open_redemptions():
        await sample.moved(journal, redemption, RedemptionState.ABANDONED)
    assert await journal.open_redemptions() == ()


@pytest.mark.fault("D5")
async def test_a_list_leaves_an_altered_record_out_and_keeps_it_apart(
    folder: Path, samples: Samples
) -> None:
    """One is no reason to show none; by itself it is never read, and the check tells of it."""
    with tampering(folder) as connection:
        connection.execute("UPDATE redemption SET cashier = 'Another' WHERE slip_number = 1")
        (key,) = connection.execute("SELECT id FROM redemption WHERE slip_number = 1").fetchone()
    async with opened(folder) as journal:
        shown = await journal.history(99)
        assert len(shown) == OLD + 1
        assert (await journal.check_some(Place(1))).damages == (
            Damage("redemption 200-000", "moment", "200-000"),
        )
        with pytest.raises(RecordAlteredError):
            await sell(journal, samples, "moment")
        with pytest.raises(JournalCorruptError):
            await journal.redemption(id_text(key))
    async with opened(folder) as journal:
        await sell(journal, samples, "moment")


@pytest.mark.fault("D5")
@pytest.mark.parametrize("use", ["redemption", "request"])
async def test_whoever_meets_an_altered_record_tells_of_it(
    folder: Path, samples: Samples, use: str
) -> None:
    """What was to be read by itself is refused, and from then on its provider sells nothing new."""
    with tampering(folder) as connection:
        connection.execute("UPDATE redemption SET cashier = 'Another' WHERE slip_number = 1")
        (key,) = connection.execute("SELECT id FROM redemption WHERE slip_number = 1").fetchone()
    async with opened(folder) as journal:
        with pytest.raises(RecordUnreadableError):
            await getattr(journal, use)(id_text(key))
        with pytest.raises(RecordAlteredError):
            await sell(journal, samples, "moment")
        await sell(journal, samples, "electrum")


@pytest.mark.fault("D5", "X4")
async def test_what_was_under_way_last_is_proven_at_the_start(
    folder: Path, samples: Samples
) -> None:
    """The end of the chain names it; it is kept apart, and the till opens."""
    with tampering(folder) as connection:
        connection.execute("UPDATE redemption SET cashier = 'Another' WHERE state = 'prepared'")
    async with opened(folder) as journal:
        with pytest.raises(RecordAlteredError):
            await sell(journal, samples, "moment")
        assert await journal.open_redemptions() == ()


@pytest.mark.fault("D5", "X4")
@pytest.mark.parametrize(("edit", "where", "upstream"), ALTERED, ids=[one[0] for one in ALTERED])
async def test_a_supervisor_can_accept_an_altered_record(
    folder: Path, samples: Samples, edit: str, where: str, upstream: str | None
) -> None:
    """Then it stops nothing any more, is still never read, and who accepted it is an event."""
    with tampering(folder) as connection:
        connection.execute(edit)
    assert accepted(folder) == (f"{where} was altered",)
    assert accepted(folder) == ()
    async with opened(folder) as journal:
        assert await a_round(journal) == ()
        assert not journal.is_damaged
        await sell(journal, samples, upstream or "moment")
        assert where in {one.where for one in await journal.verify()}
        if where == "redemption 200-000":
            assert len(await journal.history(99)) == OLD + 2
    with tampering(folder) as connection:
        connection.execute("UPDATE sale SET due_cents = 7 WHERE sequence = 2")
    assert accepted(folder) == ("sale sale-3 was altered",)


@pytest.mark.fault("D5", "X4")
async def test_the_story_of_a_redemption_tells_no_altered_event(
    folder: Path, samples: Samples
) -> None:
    """One that reads well is left out as well: nobody may be told that something else happened."""
    with tampering(folder) as connection:
        connection.execute(
            "UPDATE event SET content = replace(content, 'Nomsa', 'X') WHERE slip_number = 1"
        )
        (key,) = connection.execute("SELECT id FROM redemption WHERE slip_number = 1").fetchone()
    async with opened(folder) as journal:
        told = [one.event for one in await journal.events(id_text(key))]
        assert not [one for one in told if isinstance(one, audit.RedemptionPrepared)]
        assert [one for one in told if isinstance(one, audit.RedemptionChanged)]
        with pytest.raises(RecordAlteredError):
            await sell(journal, samples, "electrum")


@pytest.mark.fault("D5", "X4")
@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("redemption", "slip_number"),
        ("attempt", "slip_number"),
        ("print_job", "slip_number"),
        ("sale", "sequence"),
    ],
)
async def test_an_older_copy_of_a_record_is_kept_apart(
    tmp_path: Path, table: str, key: str
) -> None:
    """It has its own row MAC, and still is not as its last event left it."""
    folder, samples = tmp_path / "till", Samples()
    async with opened(folder) as journal:
        prepared = await samples.prepared(journal)
        asked = replace(
            prepared, state=RedemptionState.INFLIGHT, attempts=1, first_sent=sample.instant(1)
        )
        pending = sample.paper(prepared, kind=SlipKind.PENDING)
        await commit(
            journal,
            RedemptionChanged(prepared.state, asked, sample.later(1)),
            AttemptStarted(sample.attempt(prepared)),
            PrintQueued(pending),
            SaleOpened(open_sale := samples.sale()),
        )
    with raw(folder) as connection:
        read = f"SELECT * FROM {table} ORDER BY {key} DESC"  # noqa: S608 - our own names
        old = dict(connection.execute(read).fetchone())
    async with opened(folder) as journal:
        waiting = replace(asked, attempts_ended=1, last_ended=sample.instant(2), known_age_s=1.0)
        await commit(
            journal,
            sample.ended(prepared),
            RedemptionChanged(asked.state, waiting, sample.later(2)),
            PrintMoved(pending.state, replace(pending, state=PrintState.SENT), sample.later(3)),
            SaleClosed(open_sale.id, SaleEnding.PAID_OTHERWISE),
        )
        assert await a_round(journal) == ()
    with tampering(folder) as connection:
        names = ", ".join(f"{name} = :{name}" for name in old)
        connection.execute(f"UPDATE {table} SET {names} WHERE {key} = :{key}", old)  # noqa: S608 - our own names
    async with opened(folder) as journal:
        (damage,) = await a_round(journal)
        assert damage.where.startswith({"print_job": "paper"}.get(table, table))
        with pytest.raises(RecordAlteredError):
            await sell(journal, samples, "moment")


@pytest.mark.fault("D5", "X4")
@pytest.mark.parametrize(
    ("was", "left_as"),
    [
        (RedemptionState.PREPARED, RedemptionState.ABANDONED),
        (RedemptionState.ATTENTION, RedemptionState.RESOLVED),
    ],
)
async def test_an_older_copy_of_what_was_not_over_is_never_gone_on_with(
    folder: Path, samples: Samples, was: RedemptionState, left_as: RedemptionState
) -> None:
    """However long ago it was under way, the start finds it and does nothing with it again."""
    async with opened(folder) as journal:
        before = await samples.in_state(journal, was)
    with raw(folder) as connection:
        read = "SELECT * FROM redemption ORDER BY slip_number DESC"
        old = dict(connection.execute(read).fetchone())
    async with opened(folder) as journal:
        await sample.moved(journal, before, left_as)
        for _ in range(TAIL_LENGTH // 2):
            await samples.prepared(journal)
        still_open = await journal.open_redemptions()
    with tampering(folder) as connection:
        names = ", ".join(f"{name} = :{name}" for name in old)
        connection.execute(f"UPDATE redemption SET {names} WHERE slip_number = :slip_number", old)  # noqa: S608 - our own names
    async with opened(folder) as journal:
        assert journal.is_damaged
        assert await journal.open_redemptions() == still_open
        assert not await journal.redemptions_for_a_person()
        assert before.id not in {one.id for one in await journal.history(200)}
        with pytest.raises(RecordUnreadableError):
            await journal.redemption(before.id)
        with pytest.raises(RecordAlteredError):
            await sell(journal, samples, "moment")
