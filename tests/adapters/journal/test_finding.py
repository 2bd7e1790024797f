"""Finding in the file: the same as ``Search.finds`` says, by an index for each way."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest

from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import RedemptionPrepared, Row, SaleOpened
from counterfoil.domain.search import COUNTED_MAX, Search
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from counterfoil.service.shredding import phone_fingerprint
from support.journals import lay_version, opened, raw
from support.memory_vault import MemoryVault
from support.samples import CHANGE, NOON, REQUEST, Samples, commit, whole_story

_OF_THE_LAST_HOUR = {"read_declined_since", "read_slip_numbers_of"}
"""What asks for a time on purpose: refused codes of the last minutes, and a statement's days."""
_FINDING = [name for name in queries() if name.startswith(("find_by_", "next_type_", "read_by_s"))]

_MADE_FOR_FINDING = re.compile(r"SEARCH .* redemption_of_(tail|type_name|cents|second|state)")


@pytest.mark.parametrize("name", _FINDING)
async def test_no_way_of_finding_reads_the_whole_journal(tmp_path: Path, name: str) -> None:
    """Each query goes by an index, so that it stays quick with a million redemptions."""
    async with opened(tmp_path):
        pass
    sql = queries()[name]
    values = dict.fromkeys(re.findall(r":([a-z_]+)", sql))
    with raw(tmp_path) as connection:
        plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert any(step.startswith("SEARCH redemption USING") for step in plan)
    assert not any(step.startswith("SCAN redemption") for step in plan)


async def test_only_finding_goes_by_the_indexes_made_for_it(tmp_path: Path) -> None:
    """What a sale reads would otherwise be looked for among all redemptions in its state."""
    async with opened(tmp_path):
        pass
    with raw(tmp_path) as connection:
        for name, sql in queries().items():
            if name in _FINDING or name in _OF_THE_LAST_HOUR:
                continue
            values = dict.fromkeys(re.findall(r":([a-z_]+)", sql))
            for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values):
                assert not _MADE_FOR_FINDING.search(row["detail"]), name


async def test_the_file_finds_what_the_search_says(tmp_path: Path) -> None:
    """For each way that a text can be meant, alone and together, at the edges of each."""
    async with opened(tmp_path) as journal:
        there = await _many(journal)
        first = there[0]
        for search in (
            *(Search(text=text) for text in _texts(first)),
            *(Search(text="~", cents=one) for one in (1_900, 1_907, 1)),
            *(Search(text="~", days=days) for days in _spans()),
            Search(text="~", states=frozenset({RedemptionState.PREPARED})),
            Search(text="~", states=frozenset({RedemptionState.FINAL, RedemptionState.DECLINED})),
            Search(text="0940", cents=1_901, days=next(_spans())),
            *(Search(text="gift", within=days) for days in _spans()),
            Search(text="gift", only=frozenset({RedemptionState.PREPARED})),
            Search(text="gift", only=frozenset({RedemptionState.FINAL})),
            Search(days=next(_spans()), only=frozenset({RedemptionState.PREPARED})),
        ):
            meant = [one.id for one in reversed(there) if is_meant(search, one)]
            assert [one.id for one in await journal.find(search, 99)] == meant, search
            assert [one.id for one in await journal.find(search, 2)] == meant[:2], search
            assert await journal.count(search) == len(meant), search


async def test_a_whole_number_finds_what_only_its_hash_is_kept_of(tmp_path: Path) -> None:
    """A voucher's, however it is typed; a phone's; and the serial number of a change voucher."""
    vault, samples = MemoryVault(), Samples()
    code, phone = Secret("0012 3456 7890 0937"), Secret("+27821234567")
    async with opened(tmp_path) as journal:
        for number in range(3):
            sale = samples.sale()
            one = replace(samples.redemption(sale), voucher_tail="0937")
            if number == 1:
                one = replace(
                    one,
                    fingerprint=vault.fingerprint("12345678900937"),
                    phone_fingerprint=phone_fingerprint(vault, phone),
                )
            await journal.commit((SaleOpened(sale), RedemptionPrepared(one, REQUEST)))
        wanted = await journal.history(3)
        story = await whole_story(journal, samples)
        shown = {}
        for name, search in {
            "voucher": Search(code=code),
            "phone": Search(code=Secret("0821234567"), phone=phone),
            "none": Search(code=Secret("0012 3456 7890 0938")),
            "serial": Search(code=Secret(CHANGE.serial_number or "")),
        }.items():
            shown[name] = [one.id for one in await journal.find(search, 9)]
            assert await journal.count(search) == len(shown[name])
        assert "3456" not in repr(search)
    assert shown["voucher"] == shown["phone"] == [wanted[1].id]
    assert shown["none"] == []
    assert shown["serial"] == [story.id]


async def test_a_journal_of_before_is_found_in_once_it_is_opened(tmp_path: Path) -> None:
    """Version 1.6 had no indexes to find by; the update makes them."""
    folder = tmp_path / "till"
    folder.mkdir(mode=0o700)
    lay_version(folder, "1.6")
    async with opened(folder) as journal:
        there = await journal.history(99)
        assert len(await journal.find(Search(text="voucher"), 99)) == len(there) > 0


async def test_very_many_found_are_not_all_counted(tmp_path: Path) -> None:
    """One more than is counted stands for all that are more."""
    async with opened(tmp_path) as journal:
        await _many(journal, COUNTED_MAX + 2)
        assert await journal.count(Search(text="voucher")) == COUNTED_MAX + 1
        assert await journal.count() == COUNTED_MAX + 2


def is_meant(search: Search, one: Redemption) -> bool:
    """Say what a search finds, without a file."""
    asked = one.amount.cents if isinstance(one.amount, Exact) else None
    cents = asked if one.redeemed_cents is None else one.redeemed_cents
    reference = one.reference.replace("-", "")
    if search.within is not None and not search.within[0] <= one.created_at < search.within[1]:
        return False
    if search.only and one.state not in search.only:
        return False
    return (
        (search.letters is not None and reference.startswith(search.letters))
        or (search.tail is not None and one.voucher_tail.startswith(search.tail))
        or search.means_name(one.type_name)
        or search.means_person(one.cashier)
        or (search.cents is not None and search.cents == cents)
        or (search.days is not None and search.days[0] <= one.created_at < search.days[1])
        or one.state in search.states
    )


async def _many(journal: Journal, count: int = 24) -> list[Redemption]:
    """Write redemptions that differ in all that is looked for, and return them as stored."""
    samples = Samples()
    rows: list[Row] = []
    for number in range(count):
        sale = samples.sale()
        one = replace(
            samples.redemption(sale, amount=Exact(1_900 + number % 9)),
            id=str(uuid5(NAMESPACE_OID, str(number))),
            type_name=("1Voucher", "Übervoucher", "Gift voucher")[number % 3],
            voucher_tail=("0937", "0940", "9370", "", "1904")[number % 5],
            # Not in the order of the slips, as after a clock that was set back.
            created_at=NOON + timedelta(seconds=number * 7_919 % 97 / 10),
        )
        rows += [SaleOpened(sale), RedemptionPrepared(one, REQUEST)]
    await commit(journal, *rows)
    return list(reversed(await journal.history(count)))


def _texts(one: Redemption) -> list[str]:
    letters = one.reference.replace("-", "").lower()
    parts = [letters[:length] for length in range(1, len(letters) + 1)]
    return [
        *parts,
        one.reference.lower(),
        f"{letters}0",
        "09",
        "093",
        "0937",
        "937",
        "09370",
        "über",
        "voucher",
        "v",
        "gift voucher",
        "%",
        "_",
        "nomsa",
        "oms",
        "om",
        "no such thing",
    ]


def _spans() -> Iterator[tuple[datetime, datetime]]:
    for since_s, until_s in ((0, 5), (0.1, 0.2), (2.5, 2.6), (-9, 99), (3, 3), (9.9996, 10)):
        yield NOON + timedelta(seconds=since_s), NOON + timedelta(seconds=until_s)
