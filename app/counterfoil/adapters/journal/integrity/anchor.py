"""The rollback anchor: a note outside the journal's file of how far the journal had come.

An old copy of a journal is whole, and every row in it is authentic: only something outside of it
can tell that there was more. The anchor holds how often the journal was opened, the number of its
last event, and that event's link in the chain. It is authenticated with the journal's key, and lies
beside the journal, in the user's state folder and, where there is a keyring, there as well. It is
written after a commit, never before, so it is at most as new as the journal: a journal that is
behind its anchor has lost something.
"""

import hmac
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from counterfoil.adapters.files import make_file
from counterfoil.adapters.journal.integrity.marker import Marker
from counterfoil.adapters.journal.storage.chain import NO_LINK, Chain
from counterfoil.adapters.journal.storage.place import ANCHOR_NAME
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.row_macs import key_id_of
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.adapters.journal.storage.spec import HAPPENING, KEEPER, OPENED_COUNT
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.journal import Finding, HeldFault, not_as_left
from counterfoil.ports.vault import Vault

SLOT_BYTES = 512
"""One sector, which disks write whole; two slots are written in turn, so one is always whole."""
SYNC_EVERY = 16
"""After so many commits the anchor is synced; what a power cut loses of it makes it only older."""
_SLOTS = 2
_LINE = re.compile(
    r"counterfoil-anchor 1 (?P<opened>\d+) (?P<event>\d+) (?P<head>[0-9a-f]*) (?P<origin>[a-z]+)"
    r" (?P<mark>[0-9a-f]{64})\n"
)
_BINARY: int = getattr(os, "O_BINARY", 0)
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)

KEPT = "kept"
RESTORED = "restored"
"""Where the journal came from: this till's own work, or a backup."""


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """How far a journal had come: the number of openings, and its last event with the link.

    ``link`` is empty before the first event.
    """

    opened_count: int
    sequence: int
    link: bytes
    origin: str = KEPT


NOTHING = Anchor(0, 0, NO_LINK)
"""How far a journal had come that was never opened."""


class SecondPlace(Protocol):
    """A further place for the anchor, which putting an old folder back does not reach."""

    def read(self) -> str | None:
        """Return the anchor that was kept; None where there is none, or no such place."""
        ...

    def write(self, line: str) -> None:
        """Keep an anchor; raise OSError where it cannot be kept."""
        ...


class NoSecondPlace:
    """The second place of a till without a keyring."""

    def read(self) -> str | None:
        """Return nothing."""
        return None

    def write(self, line: str) -> None:
        """Keep nothing."""


@dataclass(frozen=True, slots=True)
class FoundAnchors:
    """The anchors that were found; ``troubles`` say what is wrong with them.

    ``is_remembered`` says that the user's state folder knows this till, so that there always was an
    anchor beside its journal.
    """

    anchors: tuple[Anchor, ...]
    troubles: tuple[Finding, ...] = ()
    is_file_missing: bool = False
    is_remembered: bool = False


class AnchorFile:
    """A file with two slots that are written in turn: if one is torn, the other is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = 0

    def read(self) -> list[str] | None:
        """Return the texts in the slots; None where there is no file.

        Raises:
            OSError: it cannot be read.

        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | _BINARY | _NO_FOLLOW)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(SLOT_BYTES * _SLOTS)
        slots = [content[at : at + SLOT_BYTES] for at in range(0, len(content), SLOT_BYTES)]
        return [slot.rstrip(b"\0").decode("ascii", "replace") for slot in slots]

    def begin(self, line: str) -> None:
        """Replace the file, whole or not at all; raise OSError where that is not possible."""
        make_file(self._path, _slot(line) * _SLOTS, is_own=True, may_replace=True)
        self._written = 0

    def write(self, line: str, *, is_synced: bool) -> None:
        """Write into the slot whose turn it is; raise OSError where that is not possible."""
        self._written += 1
        descriptor = os.open(self._path, os.O_WRONLY | _BINARY | _NO_FOLLOW)
        _write_all(
            descriptor, self._written % _SLOTS * SLOT_BYTES, _slot(line), is_synced=is_synced
        )


class Anchors:
    """Reads and writes the rollback anchor of one folder in all its places.

    ``second`` is the place in the keyring. ``marker`` keeps one in the user's state folder.
    """

    def __init__(
        self,
        directory: Path,
        vault: Vault,
        second: SecondPlace | None = None,
        marker: Marker | None = None,
    ) -> None:
        self._beside = AnchorFile(directory / ANCHOR_NAME)
        self._away = None if marker is None else AnchorFile(marker.anchor_path)
        self._vault = vault
        self._second = second or NoSecondPlace()
        self._marker = marker
        self._is_marked = False
        self._commits = 0
        self._last: Anchor | None = None

    @property
    def is_marked(self) -> bool:
        """Whether the marker in the user's state folder could be written."""
        return self._is_marked

    def find(self) -> FoundAnchors:
        """Read the newest anchor of each place.

        Raises:
            OSError: a file cannot be read.

        """
        is_remembered = self._is_known()
        beside = self._beside.read()
        lines: list[tuple[str, list[str] | None]] = [("folder", beside)]
        kept = self._second.read()
        lines.append(("keyring", None if kept is None else [f"{kept}\n"]))
        troubles = [*self._marker.key_faults(key_id_of(self._vault))] if self._marker else []
        if is_remembered and self._away is not None and not troubles:
            lines.append(("state_folder", self._away.read() or []))
        anchors = []
        for where, slots in lines:
            whole = [anchor for slot in slots or () if (anchor := self._parse(slot)) is not None]
            if whole:
                anchors.append(max(whole))
            elif slots is not None:
                troubles.append(not_as_left(HeldFault.ANCHOR_DAMAGED, where))
        return FoundAnchors(
            tuple(anchors),
            tuple(troubles),
            is_file_missing=beside is None,
            is_remembered=is_remembered,
        )

    def begin_beside(self, anchor: Anchor) -> None:
        """Replace the anchor beside the journal.

        Raises:
            OSError: it cannot be written.

        """
        self._beside.begin(self._spell(anchor))
        self._commits, self._last = 0, anchor

    def begin(self, anchor: Anchor, *, must_reach_all: bool = False) -> None:
        """Replace the anchor in all its places, in each as a whole or not at all.

        The one beside the journal must be written; with ``must_reach_all`` so must the one in every
        other place that exists.

        Raises:
            OSError: one that must be written cannot be.

        """
        was_known = self._is_known()
        self.begin_beside(anchor)
        for write, is_needed in ((self._write_second, True), (self._mark, was_known)):
            try:
                write(anchor)
            except OSError:
                if must_reach_all and is_needed:
                    raise

    def follow(self, anchor: Anchor) -> None:
        """Write how far a commit has brought the journal.

        A failure is ignored: the commit is on the disk, and the anchor is only older than the
        journal.
        """
        if anchor == self._last:
            return
        self._commits += 1
        self._last = anchor
        self._write_slots(anchor, is_synced=self._commits % SYNC_EVERY == 0)

    def rest(self) -> None:
        """Sync the last anchor to the disk in all places, because the journal is being closed."""
        assert self._last is not None, "a journal that was opened has its anchor"
        self._write_slots(self._last, is_synced=True)
        with suppress(OSError):
            self._write_second(self._last)

    def _is_known(self) -> bool:
        return self._marker is not None and self._marker.is_known

    def _write_slots(self, anchor: Anchor, *, is_synced: bool) -> None:
        line = self._spell(anchor)
        for file in (self._beside, self._away if self._is_marked else None):
            if file is not None:
                with suppress(OSError):
                    file.write(line, is_synced=is_synced)

    def _write_second(self, anchor: Anchor) -> None:
        self._second.write(self._spell(anchor).rstrip("\n"))

    def _mark(self, anchor: Anchor) -> None:
        """Remember the till in the user's state folder: first its anchor, then that it is there."""
        if self._marker is None or self._away is None:
            return
        self._is_marked = False
        self._marker.prepare()
        self._away.begin(self._spell(anchor))
        self._marker.remember(key_id_of(self._vault))
        self._is_marked = True

    def _spell(self, anchor: Anchor) -> str:
        plain = (
            f"counterfoil-anchor 1 {anchor.opened_count} {anchor.sequence} {anchor.link.hex()} "
            f"{anchor.origin}"
        )
        return f"{plain} {self._vault.authenticate(plain.encode()).hex()}\n"

    def _parse(self, line: str) -> Anchor | None:
        """Read an anchor; None for anything that this till did not write."""
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        anchor = Anchor(
            int(match["opened"]),
            int(match["event"]),
            bytes.fromhex(match["head"]),
            match["origin"],
        )
        return anchor if hmac.compare_digest(self._spell(anchor), line) else None


def _slot(line: str) -> bytes:
    return line.encode("ascii").ljust(SLOT_BYTES, b"\0")


def _write_all(descriptor: int, offset: int, content: bytes, *, is_synced: bool) -> None:
    """Write at a place in an open file, and close it."""
    try:
        os.lseek(descriptor, offset, os.SEEK_SET)
        os.write(descriptor, content)
        if is_synced:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def head_of(connection: sqlite3.Connection) -> Anchor:
    """Return how far a journal has come; `NOTHING` for a file that has no tables yet."""
    if not {KEEPER.name, HAPPENING} <= tables_of(connection):
        return NOTHING
    keeper = connection.execute(queries()["read_keeper"]).fetchone()
    last = Chain(connection).tail(1)
    return Anchor(
        0 if keeper is None else keeper[OPENED_COUNT],
        last[0].sequence if last else 0,
        last[0].mac if last else NO_LINK,
    )


def tables_of(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the names of a journal's tables."""
    return frozenset(name for (name,) in connection.execute(queries()["read_table_names"]))


def link_at(connection: sqlite3.Connection, sequence: int) -> bytes | None:
    """Return the chain's link of an event; None where the journal has no such event."""
    link = Chain(connection).at(sequence)
    return None if link is None else link.mac


def losses(
    found: FoundAnchors, head: Anchor, find_link: Callable[[int], bytes | None]
) -> tuple[Finding, ...]:
    """Return what a journal has lost, compared with its anchors.

    ``find_link`` returns the chain's link of an event in the journal, or None if that is not there.
    """
    lost = list(found.troubles)
    for anchor in found.anchors:
        if anchor.origin == RESTORED:
            lost.append(not_as_left(HeldFault.PUT_BACK))
        elif anchor.sequence > head.sequence:
            ends = HeldFault.ENDS_EARLY
            lost.append(not_as_left(ends, found=head.sequence, had=anchor.sequence))
        elif anchor.sequence and find_link(anchor.sequence) != anchor.link:
            lost.append(not_as_left(HeldFault.OTHER_EVENT, had=anchor.sequence))
        elif anchor.opened_count > head.opened_count:
            less = HeldFault.OPENED_LESS
            lost.append(not_as_left(less, found=head.opened_count, had=anchor.opened_count))
    return tuple(dict.fromkeys(lost))


def find_anchors(anchors: Anchors) -> FoundAnchors:
    """Read the anchors, and turn a failure of the disk into one of the journal.

    Raises:
        JournalUnavailableError: they cannot be read.

    """
    try:
        return anchors.find()
    except OSError as error:
        raise sort_failure(error) from error
