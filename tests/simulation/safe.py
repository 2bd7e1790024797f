"""Backups in the midst of it all, and a journal that is put back from one: what came since is lost.

Some seeds have a safe. It makes the program's own backups after some commits, in the middle of
whatever goes on. At a later standstill the disk is lost, or somebody puts an older journal back on
purpose: by the program's own functions it is checked, put back, found held, and accepted. Then the
shop goes on with what the backup knows. What happened since is in no journal any more, while the
provider's books, the goods and the cash are as they are; what that costs is counted as the gap.
"""

import random  # noqa: TID251 - a seed repeats a run exactly
import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.adapters.journal import restoring
from counterfoil.adapters.journal.accepting import accept_journal
from counterfoil.adapters.journal.backup.backup_file import opened_backup
from counterfoil.adapters.journal.backups import BackupChoice, SealedBackups
from counterfoil.adapters.journal.integrity.anchor import head_of
from counterfoil.adapters.journal.integrity.audit import faults_of_schema, find_faults
from counterfoil.adapters.journal.integrity.watch import Acceptance
from counterfoil.adapters.journal.opening import open_file
from counterfoil.adapters.journal.restore_check import check_restore
from counterfoil.adapters.journal.restoring import Restored
from counterfoil.domain.causes.journal import HeldFault
from counterfoil.domain.failures import BackupError, JournalHeldError
from simulation.life import Life
from simulation.people import Purse
from simulation.staff import LERATO
from simulation.watch import Noted
from support.quick_journal import LIMITS, VAULT

if TYPE_CHECKING:
    from simulation.world import World

_HAS_SAFE = 0.12
"""Checking, putting back and accepting take a while, so that few seeds do it."""
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there, for its owner alone
"""Where files need not wait for a disk; elsewhere than on Linux there is none."""
_BACKUPS_MAX = 3
_RESTORES_MAX = 2
_COMMITS_MAX = 15
_BOUNDARIES_MAX = 40


@dataclass(frozen=True, slots=True)
class _Kept:
    """A backup, and what was in the journal when it was taken."""

    path: Path
    noted: Noted
    event: int
    """The number of the journal's last event."""
    at_s: float
    purses: dict[str, Purse]
    """What had gone over the counter by then."""


class Safe:
    """What people do with backups, by a chance of its own, so that other seeds stay as they are."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._chance = random.Random(f"safe {world.kind} {world.seed}")  # noqa: S311 - a seed repeats it
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._kept: list[_Kept] = []
        self._copied: _Kept | None = None
        self._commits_left = 0
        self._restores = 0
        self._is_disk_dying = False
        self.is_shut = True
        """Nobody makes a backup or puts one back, here or any more."""

    def open(self) -> None:
        """Begin to make backups, if this seed has a safe.

        A mutant may leave out a guard of the file, and no till opens such a backup.
        """
        disk = self._world.disk
        if not self._happens(_HAS_SAFE) or any(faults_of_schema(disk.connection)):
            return
        in_memory = _IN_MEMORY if _IN_MEMORY.is_dir() else None
        where = self._world.disk_folder or in_memory
        self._folder = tempfile.TemporaryDirectory(prefix="safe-", dir=where)
        self.is_shut = False
        disk.on_copied = self._on_copied
        disk.has_folder(self._path / "copies")
        self._wait_for_commits()

    def close(self) -> None:
        """Remove the backups."""
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def _path(self) -> Path:
        assert self._folder is not None, "a safe is opened first"
        return Path(self._folder.name)

    def _happens(self, chance: float) -> bool:
        return self._chance.random() < chance

    # ------------------------------------------------------------------------------------- backups

    def _wait_for_commits(self) -> None:
        self._commits_left = self._chance.randrange(1, _COMMITS_MAX)

    def committed(self, life: Life | None) -> None:
        """Hear of a commit; after some of them a backup begins, whatever else is under way."""
        if self.is_shut or life is None or len(self._kept) >= _BACKUPS_MAX:
            return
        self._commits_left -= 1
        if not self._commits_left:
            self._wait_for_commits()
            _ = life.owner.spawn(self._back_up(life), "backing up")

    async def _back_up(self, life: Life) -> None:
        world = self._world
        choice = BackupChoice(self._path / "backups")
        try:
            path = await SealedBackups(life.journal, choice).make_file(world.clock.now().wall)
        except BackupError:
            if not life.journal.is_broken:
                raise
            return
        assert self._copied is not None, "it was copied before it was sealed"
        # One that was made in the same second has the same name, and is written over.
        self._kept = [one for one in self._kept if one.path != path]
        self._kept.append(replace(self._copied, path=path))
        world.faults["backups"] += 1
        world.note("backup", self._copied.event)
        if self._restores < _RESTORES_MAX and self._happens(0.5):
            self._is_disk_dying = True
            world.machine.doom(self._chance.randrange(_BOUNDARIES_MAX))

    def _on_copied(self) -> None:
        world = self._world
        event = head_of(world.disk.connection).sequence
        purses = {sale_id: replace(purse) for sale_id, purse in world.purses.items()}
        self._copied = _Kept(Path(), world.watch.noted(), event, world.loop.time(), purses)

    # --------------------------------------------------------------------------------- putting back

    async def work(self) -> None:
        """Put a backup back between two customers, now and then."""
        if not self.is_shut and self._kept and not self._restores and self._happens(0.7):
            await self._world.restart(self._chance.choice((30.0, 300.0, 8 * 3600.0)))

    def at_standstill(self) -> None:
        """Put a backup back while the till is off, where its disk has died or somebody wants to."""
        is_possible = not self.is_shut and self._kept and self._restores < _RESTORES_MAX
        if is_possible and (self._is_disk_dying or self._happens(0.5)):
            self._put_back()
        self._is_disk_dying = False

    def _put_back(self) -> None:
        world = self._world
        last = len(self._kept) - 1
        number = last if self._happens(0.7) else self._chance.randrange(last + 1)
        kept = self._kept[number]
        # Those made since are of days that this journal never had.
        del self._kept[number + 1 :]
        self._restores += 1
        had = head_of(world.disk.connection).sequence
        is_over_another = self._happens(0.5)
        folder = self._path / f"till-{self._restores}"
        anchored = world.disk.lie_in(folder) if is_over_another else None
        restored = self._restored(kept.path, folder)
        self._check_behind(restored, kept.event, anchored)
        self._accept(folder)
        world.disk.go_on_from(folder)
        world.watch.went_back(kept.noted, by=LERATO.name)
        world.went_back(kept.at_s, kept.purses)
        world.faults["restores"] += 1
        world.faults["events lost with a restore"] += had - kept.event
        world.note("put back", kept.event, had, sorted(world.watch.gap.lost))

    def _restored(self, path: Path, folder: Path) -> Restored:
        folder.mkdir(mode=0o700, exist_ok=True)
        with opened_backup(path, VAULT, folder) as backup:
            found = check_restore(backup, VAULT).findings
            self._world.watch.check(not found, "I34", f"a backup is not sound: {found[:1]}")
            return restoring.restore_backup(backup, folder, VAULT, aside="aside", limits=LIMITS)

    def _check_behind(self, restored: Restored, event: int, anchored: int | None) -> None:
        """Find said what the backup lacks, where the journal that is lost had left its anchor."""
        check = self._world.watch.check
        lacks = [one for one in restored.behind if one.problem is HeldFault.ENDS_EARLY]
        found = [(one.found, one.had) for one in lacks]
        expected = [] if anchored is None or anchored <= event else [(event, anchored)]
        check(found == expected, "I34", f"it was said that it lacks {found}, and it is {expected}")
        is_kept = (restored.moved_to is None) is (anchored is None)
        check(is_kept, "I34", "the journal that was there is not kept")

    def _accept(self, folder: Path) -> None:
        """Find the journal held until somebody accepts it, and sound then."""
        world = self._world
        try:
            open_file(folder, VAULT, LIMITS).close()
        except JournalHeldError:
            pass
        else:
            world.watch.wrong("I34", "a journal that was put back opens, and nobody accepted it")
        acceptance = Acceptance(by=LERATO.name, reason="the disk", at=world.clock.now().wall)
        accept_journal(folder, lambda: VAULT, acceptance, limits=LIMITS)
        with closing(open_file(folder, VAULT, LIMITS)) as connection:
            found = tuple(find_faults(connection, VAULT))
        world.watch.check(not found, "I34", f"put back, and not sound: {found[:1]}")
