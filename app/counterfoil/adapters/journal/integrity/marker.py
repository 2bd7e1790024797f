"""The marker: what the user's own state folder remembers of a till, outside the till's folder.

Whoever puts back an old folder, empties it, or plants a key there does not reach what lies
elsewhere. The marker remembers that there is a till in the folder, where its key is and which one,
and an anchor of its own. It is this user's, on this machine, and goes by the folder's path: a
folder that is moved or taken to another machine is simply not known there yet.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from counterfoil.adapters.files import make_file
from counterfoil.adapters.journal.storage.place import ANCHOR_NAME, JOURNAL_NAME
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.journal import Finding, HeldFault, not_as_left

MARKER_NAME = "till.json"
_BYTES_MAX = 16 * 1024
_APPEARED = {"file": HeldFault.KEY_FILE_APPEARED, "keyring": HeldFault.KEY_ENTRY_APPEARED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What a marker holds.

    ``key_in`` is ``file`` or ``keyring``; ``key_id`` names the key, no more.
    """

    folder: str
    key_in: str
    key_id: str


class Marker:
    """The marker of one till's folder.

    ``find_key`` returns where the folder's key is now, without reading or making one; None if there
    is none. A folder for training may be deleted as a whole, and then begins anew.
    """

    def __init__(
        self,
        state: Path,
        directory: Path,
        find_key: Callable[[], str | None],
        *,
        is_practice: bool = False,
    ) -> None:
        self._directory = directory.absolute()
        name = hashlib.sha256(str(self._directory.resolve()).encode("utf-8", "surrogateescape"))
        self._home = state / name.hexdigest()[:32]
        self._find_key = find_key
        self._is_practice = is_practice

    @property
    def anchor_path(self) -> Path:
        """Where the marker's own anchor is."""
        return self._home / ANCHOR_NAME

    @property
    def is_known(self) -> bool:
        """Whether the state folder remembers a till in this folder."""
        return (self._home / MARKER_NAME).exists() and not self._is_thrown_away

    def faults(self) -> tuple[Finding, ...]:
        """Return how the folder differs from what the marker remembers, before any key is read."""
        if not self.is_known:
            return ()
        kept = self._read()
        if kept is None:
            return (not_as_left(HeldFault.MARKER_DAMAGED),)
        found = []
        key_in = self._find_key()
        if key_in is not None and key_in != kept.key_in:
            found.append(not_as_left(_APPEARED[key_in]))
        journal = self._directory / JOURNAL_NAME
        if not journal.exists():
            found.append(not_as_left(HeldFault.JOURNAL_MISSING))
        return tuple(found)

    def key_faults(self, key_id: str) -> tuple[Finding, ...]:
        """Return a finding if the till's key is another one than before; else nothing."""
        kept = self._read() if self.is_known else None
        if kept is None or kept.key_id == key_id:
            return ()
        return (not_as_left(HeldFault.OTHER_KEY),)

    def remember(self, key_id: str) -> None:
        """Remember the till as it is now; its anchor is there already.

        Raises:
            OSError: it cannot be written.

        """
        key_in = self._find_key()
        if key_in is None:
            return
        now = Remembered(folder=str(self._directory), key_in=key_in, key_id=key_id)
        if self._read() != now:
            text = json.dumps(asdict(now), indent=2)
            path = self._home / MARKER_NAME
            make_file(path, f"{text}\n".encode("ascii"), is_own=True, may_replace=True)

    def prepare(self) -> None:
        """Make the folder that the marker lies in; raise OSError where that is not possible."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _read(self) -> Remembered | None:
        """Read the marker; None where it is not there, or is not one of ours."""
        try:
            with (self._home / MARKER_NAME).open("rb") as file:
                kept = Remembered(**json.loads(file.read(_BYTES_MAX)))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return kept if kept.key_in in _APPEARED else None

    @cached_property
    def _is_thrown_away(self) -> bool:
        """Whether a folder for practice had nothing of a till in it when it was first asked."""
        if not self._is_practice:
            return False
        names = (JOURNAL_NAME, ANCHOR_NAME)
        return not any((self._directory / name).exists() for name in names) and (
            self._find_key() is None
        )
