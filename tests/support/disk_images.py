"""What a power cut may leave of a recorded folder, and whether the journal in it is whole.

The disk of this model keeps no promise that it was not held to: bytes that were not synced are
there, or not, sector by sector; a name is there once its file or its folder was synced; a name that
was deleted comes back until the folder is synced. SQLite also syncs the folder when it first syncs
a write-ahead log, but it says nothing when that fails, so the model does not count on it.
"""

import random  # noqa: TID251 - images are repeated by their seed
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from counterfoil.adapters.journal import opening
from counterfoil.adapters.journal.integrity.anchor import NOTHING, Anchors
from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.domain.failures import CounterfoilError
from support.journals import QUICK
from support.memory_vault import MemoryVault
from support.recorded_disk import (
    EMPTY,
    Acknowledged,
    Created,
    Deleted,
    Event,
    FolderSynced,
    Recording,
    Renamed,
    Synced,
    Truncated,
    Wrote,
    state_of,
)

SECTOR = 512
_BIT_COUNTS = (0.08, 0.5, 0.92)
"""How much of what was not synced survives in an image."""
Image = Mapping[str, bytes]
"""The files that are there after the power came back."""


@dataclass(slots=True, eq=False)
class _File:
    """What is durable of a file, and what was done to it since."""

    durable: bytes = b""
    pending: list[Wrote | Truncated] = field(default_factory=list)

    def sync(self) -> None:
        """Make all of it durable."""
        self.durable = self.content(lambda: True)
        self.pending.clear()

    def content(self, is_kept: Callable[[], bool], *, is_torn: bool = False) -> bytes:
        """Return what is there when each thing done since the last sync is kept or lost."""
        found = bytearray(self.durable)
        for one in self.pending:
            if isinstance(one, Truncated):
                if is_kept():
                    _resize(found, one.size)
            elif is_torn:
                for piece in _sectors(one):
                    if is_kept():
                        _put(found, piece)
            elif is_kept():
                _put(found, one)
        return bytes(found)


def _resize(found: bytearray, size: int) -> None:
    found.extend(bytes(max(0, size - len(found))))
    del found[size:]


def _put(found: bytearray, one: Wrote) -> None:
    """Write into a file; what lies between its old end and the new bytes is zeros."""
    found.extend(bytes(max(0, one.offset - len(found))))
    found[one.offset : one.offset + len(one.content)] = one.content


def _sectors(one: Wrote) -> Iterator[Wrote]:
    """Cut a write at the borders of sectors."""
    at, end = one.offset, one.offset + len(one.content)
    while at < end:
        border = min(end, (at // SECTOR + 1) * SECTOR)
        yield Wrote(one.name, at, one.content[at - one.offset : border - one.offset])
        at = border


_NameChange = tuple[str, _File | None]
"""A name, and the file that it belongs to from then on."""


class Disk:
    """The folder as the events so far have made it."""

    def __init__(self, before: Mapping[str, bytes]) -> None:
        self._durable_names = {name: _File(content) for name, content in before.items()}
        self._names = dict(self._durable_names)
        self._changes: list[tuple[_NameChange, ...]] = []
        """What was done to the names since the folder was synced; each is there whole or not."""

    def apply(self, event: Event) -> None:
        """Let one more thing happen."""
        match event:
            case Created() | Deleted() | Renamed():
                self._apply_to_names(event)
            case Wrote(name) | Truncated(name):
                self._names[name].pending.append(event)
            case Synced(name):
                self._sync(self._names[name])
            case FolderSynced():
                self._sync_names()
            case Acknowledged():
                pass

    def _apply_to_names(self, event: Created | Deleted | Renamed) -> None:
        match event:
            case Created(name):
                self._rename((name, _File()))
            case Renamed(name, new_name):
                self._rename((name, None), (new_name, self._names[name]))
            case Deleted(name, is_synced):
                self._rename((name, None))
                if is_synced:
                    self._sync_names()

    def _rename(self, *changes: _NameChange) -> None:
        self._changes.append(changes)
        _change_names(self._names, changes)

    def _sync(self, file: _File) -> None:
        """Make a file durable, and the name that it was created under."""
        file.sync()
        for change in self._changes:
            name, named = change[0]
            if len(change) == 1 and named is file:
                self._durable_names[name] = file
                # What happened to this name before is history.
                self._changes = [one for one in self._changes if one[0][0] != name]

    def _sync_names(self) -> None:
        self._durable_names = dict(self._names)
        self._changes.clear()

    def with_nothing(self) -> Image:
        """Return what is there when nothing survives that was not synced."""
        return {name: file.durable for name, file in self._durable_names.items()}

    def with_everything(self) -> Image:
        """Return what is there when everything survives."""
        return {name: file.content(lambda: True) for name, file in self._names.items()}

    def with_some(self, chance: random.Random) -> Image:
        """Return what is there when chance decides."""
        share = chance.choice(_BIT_COUNTS)
        is_torn = chance.random() < 0.7

        def is_kept() -> bool:
            return chance.random() < share

        names = dict(self._durable_names)
        for change in self._changes:
            if is_kept():
                _change_names(names, change)
        return {name: file.content(is_kept, is_torn=is_torn) for name, file in names.items()}


def _change_names(names: dict[str, _File], changes: tuple[_NameChange, ...]) -> None:
    for name, file in changes:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


# ------------------------------------------------------------------------------------- verdicts

SOUND, LOST, UNREADABLE, GAP = "sound", "acknowledged rows lost", "unreadable", "gaps"
NO_COPY = "changed without a whole copy"
HARMS = (LOST, UNREADABLE, GAP, NO_COPY)


@dataclass(slots=True)
class Tally:
    """What was found in how many images."""

    flows: int = 0
    boundaries: int = 0
    images: int = 0
    distinct: int = 0
    """Images that differ; the others were looked at once."""
    opened: int = 0
    """Images that the till's own opening was tried on as well."""
    verdicts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    """Where each kind of harm was first seen."""

    @property
    def harmed(self) -> int:
        """Count the images in which something was wrong."""
        return self.images - self.verdicts[SOUND]


@dataclass(frozen=True, slots=True)
class Boundary:
    """A moment at which the power may go: what is on the disk, and what was promised by then."""

    disk: Disk
    number: int
    promised: tuple[str, ...]
    """Every state that was acknowledged, in order, the empty one first."""
    next_state: str | None
    """The state that the transaction under way, if there is one, leads to."""


def boundaries(record: Recording) -> Iterator[Boundary]:
    """Walk through a recording; a boundary lies after each thing that was done to the disk."""
    disk = Disk(record.before)
    states = [_first_state(record)]
    states += [
        one.state
        for one in record.events
        if isinstance(one, Acknowledged) and one.name == JOURNAL_NAME
    ]
    passed = 1
    yield Boundary(disk, 0, tuple(states[:1]), states[1] if len(states) > 1 else None)
    for number, event in enumerate(record.events, 1):
        disk.apply(event)
        if isinstance(event, Acknowledged):
            passed += event.name == JOURNAL_NAME
        next_state = states[passed] if passed < len(states) else None
        yield Boundary(disk, number, tuple(states[:passed]), next_state)


def _first_state(record: Recording) -> str:
    content = record.before.get(JOURNAL_NAME)
    if content is None:
        return EMPTY
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(_without_log(content))
        return state_of(connection)


def _without_log(content: bytes) -> bytes:
    """Mark a whole file as one that has no write-ahead log, which memory cannot have."""
    return content[:18] + b"\x01\x01" + content[20:]


def copies_in(record: Recording) -> frozenset[str]:
    """Name the copies that were made of a journal before it was changed."""
    made = {one.new_name for one in record.events if isinstance(one, Renamed)}
    made |= {one.name for one in record.events if isinstance(one, Created)}
    return frozenset(name for name in made if name.endswith(".backup"))


def judge(image: Image, at: Boundary, folder: Path, copies: frozenset[str]) -> str:
    """Open an image as the till does, and say what is wrong with it.

    It must hold exactly what was acknowledged, or that and the whole of the transaction that was
    under way. Once it is not as it was at first, a whole copy of that must be there.
    """
    _materialise(image, folder)
    try:
        with closing(sqlite3.connect(folder / JOURNAL_NAME, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            opening._settle(connection)
            if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                return UNREADABLE
            state = state_of(connection)
            # Nothing is asked of this file again, so its closing need not wait for the disk.
            connection.execute("PRAGMA synchronous=OFF")
    except (sqlite3.Error, CounterfoilError):
        return UNREADABLE
    if state not in {at.promised[-1], at.next_state}:
        return LOST if state in at.promised else GAP
    is_changed = state != at.promised[0]
    return _judge_copies(folder, copies, at.promised[0]) if is_changed else SOUND


def _judge_copies(folder: Path, copies: frozenset[str], state: str) -> str:
    """Say whether each copy holds what the journal held."""
    for name in copies:
        try:
            with closing(sqlite3.connect(folder / name)) as copy:
                if state_of(copy) != state:
                    return NO_COPY
        except sqlite3.Error:
            return NO_COPY
    return SOUND


def open_for_good(image: Image, at: Boundary, folder: Path, copies: frozenset[str]) -> str:
    """Let the till's own opening have an image, and look for a fault in row, chain or seal."""
    _materialise(image, folder)
    vault = MemoryVault()
    # The anchor is no part of the recording: the oldest there can be, which holds no journal.
    Anchors(folder, vault).begin(NOTHING)
    try:
        with closing(opening.open_file(folder, vault, QUICK)) as connection:
            if any(find_faults(connection, vault)):
                return GAP
    except (sqlite3.Error, CounterfoilError):
        return UNREADABLE
    return _judge_copies(folder, copies, at.promised[0])


def _materialise(image: Image, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)


@dataclass(slots=True, kw_only=True)
class Study:
    """Makes and judges the images of recordings."""

    folder: Path
    """An empty folder to lay images in."""
    per_boundary: int
    """How many images are made by chance at each boundary."""
    seed: int = 1
    share: float = 1.0
    """The share of all boundaries that is looked at."""
    open_every: int = 20
    """Each how many-th distinct image the till's own opening is tried on, where no copy is made."""

    def examine(self, name: str, record: Recording, tally: Tally) -> None:
        """Judge the images of one recording."""
        tally.flows += 1
        chance = random.Random(f"{self.seed} {name}")  # noqa: S311 - repeated by its seed
        seen: dict[tuple[object, ...], str] = {}
        copies = copies_in(record)
        for at in boundaries(record):
            if chance.random() >= self.share:
                continue
            tally.boundaries += 1
            for image in self._images(at.disk, chance):
                key = (hash(tuple(sorted(image.items()))), len(at.promised), at.next_state)
                if key not in seen:
                    seen[key] = self._judge(image, at, copies, tally)
                tally.images += 1
                tally.verdicts[seen[key]] += 1
                where = f"{name}, boundary {at.number} of seed {self.seed}"
                tally.first.setdefault(seen[key], where)

    def _images(self, disk: Disk, chance: random.Random) -> Iterator[Image]:
        yield disk.with_nothing()
        yield disk.with_everything()
        for _ in range(self.per_boundary):
            yield disk.with_some(chance)

    def _judge(self, image: Image, at: Boundary, copies: frozenset[str], tally: Tally) -> str:
        tally.distinct += 1
        verdict = judge(image, at, self.folder, copies)
        if verdict == SOUND and (copies or tally.distinct % self.open_every == 0):
            tally.opened += 1
            verdict = open_for_good(image, at, self.folder, copies)
        return verdict
