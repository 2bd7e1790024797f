"""What is kept about customers goes on its day, never early, and on record."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from counterfoil.adapters.journal.storage.chain import Chain
from counterfoil.domain.audit import PhoneExported, RetentionDone
from counterfoil.domain.audit import SecretsShredded as ShreddedEvent
from counterfoil.domain.failures import JournalFullError, SecretsShreddedError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.retention import (
    Holding,
    Retention,
    SecretKind,
    WhyKept,
    kinds_of,
    why_kept,
)
from counterfoil.domain.rows import CodeShown, RedemptionPrepared, Row, SaleOpened, SecretsShredded
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import masked_phone
from counterfoil.domain.staff import MACHINE
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voids import NotRefundedReason
from counterfoil.service.recovery import recover
from counterfoil.service.refunding import Refunder
from counterfoil.service.retention_days import RetentionDays
from counterfoil.service.revealing import Revealer, repeats_code
from counterfoil.service.shredding import EVERY_S, START_PAUSE_S, Shredder, phone_fingerprint
from counterfoil.service.tasks import TaskOwner
from support.clocks import SteppedClock
from support.journals import accepted, opened, tampering
from support.memory_vault import MemoryVault
from support.people import THANDI
from support.quick_journal import VAULT, QuickJournal
from support.samples import NOON, Samples, commit, moved, whole_story

S = RedemptionState
DAY = timedelta(days=1)
PHONE = Secret("+27829999463")
MASKED = masked_phone(PHONE.reveal())


@dataclass(slots=True)
class Keeping:
    """A journal, and who shreds in it at a time that the test sets."""

    journal: QuickJournal
    clock: SteppedClock
    shredder: Shredder
    samples: Samples

    async def kinds(self, *recorded: type) -> list[object]:
        """Return the events of these kinds, of no redemption."""
        links = self.journal._transact(lambda connection: list(Chain(connection).links()))
        events = [link.event() for link in links]
        return [one for one in events if isinstance(one, recorded)]


@asynccontextmanager
async def keeping(retention: Retention = Retention()) -> AsyncIterator[Keeping]:  # noqa: B008 - it is frozen
    """Open a journal, with the clock at the time of what the samples write."""
    journal, clock = QuickJournal(), SteppedClock(NOON, is_automatic=True)
    shredder = Shredder(journal=journal, vault=VAULT, clock=clock, retention=retention)
    yield Keeping(journal, clock, shredder, Samples())


@pytest.mark.parametrize(
    ("after_days", "is_gone"), [(29, False), (30, False), (30.01, True), (400, True)]
)
async def test_a_change_code_goes_thirty_days_after_it_was_touched_last(
    after_days: float, is_gone: bool
) -> None:
    """The days count from the last event, which here was some seconds after noon."""
    async with keeping() as held:
        story = await whole_story(held.journal, held.samples)
        held.clock.shift_wall(after_days * DAY)
        done = await held.shredder.shred(MACHINE)
        assert done.shredded == int(is_gone)
        assert (held.journal.read(story.id).shredded_at is not None) == is_gone
        (recorded,) = await held.kinds(RetentionDone)
        assert recorded == RetentionDone(by="machine", shredded=int(is_gone), kept=0)
        assert await held.journal.verify() == ()


async def test_what_was_shown_again_is_kept_as_long_again() -> None:
    """A customer who came back with a slip that cannot be read may come once more."""
    async with keeping() as held:
        story = await whole_story(held.journal, held.samples)
        held.clock.shift_wall(29 * DAY)
        assert await Revealer(held.journal, held.clock).change(story.id, THANDI)
        held.clock.shift_wall(29 * DAY)
        assert (await held.shredder.shred(MACHINE)).shredded == 0
        held.clock.shift_wall(2 * DAY)
        assert (await held.shredder.shred(MACHINE)).shredded == 1


@pytest.mark.parametrize("state", [S.PREPARED, S.INFLIGHT, S.APPROVED, S.UNCLAIMED, S.ATTENTION])
async def test_what_is_not_settled_is_never_shredded(state: RedemptionState) -> None:
    """However old: recovery still has all that it may need, and what is held back is said."""
    async with keeping() as held:
        one = await held.samples.in_state(held.journal, state)
        held.clock.shift_wall(3000 * DAY)
        assert (await held.shredder.state()).held == {WhyKept.NOT_OVER: 1}
        done = await held.shredder.shred(MACHINE)
        assert (done.shredded, done.kept) == (0, 1)
        assert (await held.journal.request(one.id)).reveal()


async def test_a_slip_that_nobody_confirmed_is_never_shredded() -> None:
    """The customer may have nothing in hand."""
    async with keeping() as held:
        await held.samples.in_state(held.journal, S.FINAL)
        held.clock.shift_wall(3000 * DAY)
        assert (await held.shredder.state()).held == {WhyKept.SLIP_NOT_CONFIRMED: 1}
        assert (await held.shredder.shred(MACHINE)).shredded == 0


async def test_what_is_asked_for_later_says_when_it_was_removed() -> None:
    """And nobody is on record as having seen what was not there; recovery needs none of it."""
    async with keeping() as held:
        story = await whole_story(held.journal, held.samples)
        held.clock.shift_wall(40 * DAY)
        await held.shredder.shred(MACHINE)
        revealer, at = Revealer(held.journal, held.clock), held.journal.read(story.id).shredded_at
        for ask in (revealer.change, revealer.answer):
            with pytest.raises(SecretsShreddedError) as refused:
                await ask(story.id, THANDI)
            assert refused.value.at == at == held.clock.now().wall
        events = [one.event for one in await held.journal.events(story.id)]
        assert events[-1] == ShreddedEvent(by="machine")
        assert not any(isinstance(one, CodeShown) for one in events)
        recovered = await recover(held.journal, held.clock, None)
        assert (recovered.changed, recovered.open) == ((), ())


async def test_several_hundred_go_in_small_parts() -> None:
    """Each commit drops a few keys, and others come in between."""
    async with keeping() as held:
        for _ in range(230):
            await held.samples.in_state(held.journal, S.ABANDONED)
        held.clock.shift_wall(200 * DAY)
        commits: list[int] = []
        commit = held.journal.commit

        async def counted(rows: Sequence[Row]) -> None:
            commits.append(len(rows))
            await commit(rows)

        held.journal.commit = counted  # type: ignore[method-assign]  # each commit is counted
        assert (await held.shredder.shred(MACHINE)).shredded == 230
        assert max(commits) == 5
        assert held.clock.slept, "it pauses between parts"
        assert await held.journal.verify() == ()


async def test_all_about_a_phone_number_is_found_and_that_is_on_record() -> None:
    """By the keyed hash, before and after shredding; no event says the number."""
    async with keeping() as held:
        hashed = phone_fingerprint(VAULT, PHONE)
        mine = await _written(held, hashed=hashed, sms_to=MASKED)
        older = await _written(held, hashed=None, sms_to=MASKED)
        await _written(held, hashed=None, sms_to="083 *** 1111")
        held.clock.shift_wall(400 * DAY)
        found = await held.shredder.about_phone(PHONE, THANDI)
        assert [one.id for one in found] == [mine.id, older.id]
        await held.shredder.shred(MACHINE)
        (kept,) = await held.shredder.about_phone(PHONE, THANDI)
        assert (kept.id, kept.sms_to) == (mine.id, "*** 463")
        first, second = await held.kinds(PhoneExported)
        assert first == PhoneExported(by=THANDI.name, phone_end="463", found=2)
        assert second == PhoneExported(by=THANDI.name, phone_end="463", found=1)


async def _written(held: Keeping, *, hashed: str | None, sms_to: str) -> Redemption:
    """Write a redemption with a phone number that was given up."""
    sale = held.samples.sale()
    made = replace(held.samples.redemption(sale), phone_fingerprint=hashed, sms_to=sms_to)
    await commit(held.journal, SaleOpened(sale), RedemptionPrepared(made, Secret("{}")))
    return await moved(held.journal, held.journal.read(made.id), S.ABANDONED)


async def test_the_fewest_days_of_all_that_is_held_count() -> None:
    """One key opens it all, so that nothing is kept longer than its own days say."""
    retention = Retention(change_pin_days=30, phone_days=90, request_days=120)
    async with keeping() as held:
        whole = await whole_story(held.journal, held.samples)
    bare = replace(whole, change=None, sms_to=None)
    for one, days in ((whole, 30), (replace(whole, change=None), 90), (bare, 120)):
        assert retention.days_of(one) == days
        assert SecretKind.REQUEST in kinds_of(one)
        holding = Holding(redemption=one, last_at=NOON, is_over=True, is_slip_confirmed=True)
        assert why_kept(holding, retention, NOON + days * DAY) is None
        early = NOON + days * DAY - timedelta(seconds=1)
        assert why_kept(holding, retention, early) is WhyKept.NOT_DUE


async def test_an_open_till_does_it_once_a_day_and_a_bad_day_is_not_the_last() -> None:
    """Soon after the start, then daily; what fails is told."""
    clock, told = SteppedClock(NOON), list[Exception]()
    failures: list[Exception | None] = [ValueError(), None, None, JournalFullError()]
    ran = 0

    async def shred() -> None:
        nonlocal ran
        ran += 1
        if (failure := failures[ran - 1]) is not None:
            raise failure

    async with TaskOwner(print) as owner:
        days = owner.spawn(RetentionDays(shred, clock).run(told.append), "days", is_awaited=True)
        for seconds, times in ((START_PAUSE_S - 1, 0), (2, 1), (EVERY_S + 100, 2), (EVERY_S, 3)):
            await clock.advance(seconds)
            assert ran == times
        assert [type(one) for one in told] == [ValueError]
        await clock.advance(EVERY_S + 100)
        with pytest.raises(JournalFullError):
            await days


async def test_one_that_changed_meanwhile_is_left_and_the_others_go() -> None:
    """Nobody waits for the one that somebody is at."""
    async with keeping() as held:
        gone = await whole_story(held.journal, held.samples)
        other = await whole_story(held.journal, held.samples)
        await commit(held.journal, SecretsShredded(gone.id, NOON, "machine"))
        assert await held.shredder._drop([gone.id, other.id], MACHINE) == 1
        assert held.journal.read(other.id).shredded_at is not None
        assert not await repeats_code(held.journal, held.journal.read(other.id), "any words")


async def test_what_was_shredded_is_not_refunded() -> None:
    """Its request is gone, so that the provider cannot be asked for it."""
    async with keeping() as held:
        story = await whole_story(held.journal, held.samples)
        taken = replace(story, can_refund=True, shredded_at=NOON)
        assert Refunder._why_never(cast(Refunder, None), taken) is NotRefundedReason.SHREDDED


async def test_the_last_round_is_told_and_one_that_was_altered_is_not(tmp_path: Path) -> None:
    """Who made it and what it removed; what nobody can prove is left out."""
    async with opened(tmp_path / "till") as journal:
        clock = SteppedClock(NOON, is_automatic=True)
        held = Shredder(journal=journal, vault=MemoryVault(), clock=clock, retention=Retention())
        assert (await held.state()).last is None
        await held.shred(MACHINE)
        last = (await held.state()).last
        assert last is not None
        assert (last.by, last.shredded, last.kept) == ("machine", 0, 0)
    with tampering(tmp_path / "till") as connection:
        connection.execute("UPDATE event SET content = replace(content, 'machine', 'nobody')")
    accepted(tmp_path / "till")
    async with opened(tmp_path / "till") as journal:
        held = Shredder(journal=journal, vault=MemoryVault(), clock=clock, retention=Retention())
        assert (await held.state()).last is None
