"""A disk that remembers each thing done to it, under the journal's own code.

The journal opens its file through the module ``sqlite3``. `recording` puts a stand-in for that
module in its place, which hands the same statements to SQLite over a file system of our own. So the
order of the settings, the transactions and the statements are those of the till, and each write,
sync, truncation and deletion that they cause is on record, with what had been acknowledged by then.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol
from unittest.mock import patch

import apsw
from typing_extensions import override

from counterfoil.adapters.journal import opening
from counterfoil.adapters.journal.storage.place import create_file, sync_folder

_NAMES = count(1)
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
EMPTY = "empty"
"""The state of a file without a table, and of one that is not there."""


@dataclass(frozen=True, slots=True)
class Created:
    """A name came into the folder."""

    name: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes were written."""

    name: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file was cut, or made longer with zeros."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A file's bytes were made durable."""

    name: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """A name left the folder; ``is_synced`` says that the folder was synced after it."""

    name: str
    is_synced: bool


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file got another name, in place of what had it."""

    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """All names of the folder were made durable."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A commit returned; ``state`` stands for all that the file held then."""

    name: str
    state: str


Event = Created | Wrote | Truncated | Synced | Deleted | Renamed | FolderSynced | Acknowledged


@dataclass(slots=True)
class Recording:
    """What happened to a folder, in order. ``before`` are the files that were there."""

    folder: Path
    before: dict[str, bytes] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    change_setting: Callable[[str], str] = str
    """What becomes of a statement on its way, for a control that must lose rows."""
    settings: Sequence[str] = ()
    """Statements that each connection runs first."""

    def name_of(self, path: str) -> str | None:
        """Name a file of the folder; none of another folder's."""
        found = Path(path)
        return found.name if found.parent == self.folder else None

    def add(self, path: str | Path, make: Callable[[str], Event]) -> None:
        """Write down what happened to a file of the folder."""
        name = self.name_of(str(path))
        if name is not None:
            self.events.append(make(name))


class _Executing(Protocol):
    def execute(self, sql: str, /) -> Any: ...


def state_of(connection: _Executing) -> str:
    """Return a short text that differs whenever anything in a journal's file does."""
    tables = [row[0] for row in connection.execute(_TABLES)]
    if not tables:
        return EMPTY
    told = hashlib.sha256()
    schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
    version = "PRAGMA user_version"
    for query in (version, schema, *(f"SELECT * FROM {table}" for table in tables)):  # noqa: S608 - names from the schema
        for row in connection.execute(query):
            told.update(repr(tuple(row)).encode())
    return told.hexdigest()


# ----------------------------------------------------------------------------- the file system


class _RecordedFile(apsw.VFSFile):
    """A real file, whose changes are written down."""

    def __init__(
        self, recording: Recording, filename: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        path = filename.filename() if isinstance(filename, apsw.URIFilename) else filename
        is_new = path is not None and not Path(path).exists()
        super().__init__("", filename, flags)
        self._path = path or ""
        self._recording = recording
        if is_new:
            recording.add(self._path, Created)

    @override
    def xWrite(self, data: Any, offset: int) -> None:
        super().xWrite(data, offset)
        self._recording.add(self._path, lambda name: Wrote(name, offset, bytes(data)))

    @override
    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._recording.add(self._path, lambda name: Truncated(name, newsize))

    @override
    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._recording.add(self._path, Synced)


class _RecordedFiles(apsw.VFS):
    """The system's own files, recorded."""

    def __init__(self, name: str, recording: Recording) -> None:
        super().__init__(name, "")
        self._recording = recording

    @override
    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _RecordedFile(self._recording, name, flags)

    @override
    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self._recording.add(filename, lambda name: Deleted(name, bool(syncdir)))


# --------------------------------------------------------------------------- instead of sqlite3


class _Row(tuple[Any, ...]):  # noqa: SLOT001 - a tuple can have no slots of its own
    """A row that also answers to the names of its columns."""

    names: tuple[str, ...]

    def keys(self) -> list[str]:
        """Name the columns."""
        return list(self.names)

    @override
    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)


class _Found:
    """All rows that a statement gave."""

    def __init__(self, rows: list[_Row], rowcount: int) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[_Row]:
        return self._rows

    def fetchone(self) -> _Row | None:
        """Return the next row."""
        return next(self._rows, None)

    def fetchall(self) -> list[_Row]:
        """Return the rows that are left."""
        return list(self._rows)


def _name_columns(cursor: apsw.Cursor, values: tuple[Any, ...]) -> _Row:
    row = _Row(values)
    row.names = tuple(column[0] for column in cursor.get_description())
    return row


class RecordedConnection:
    """What the journal uses of a connection, over the recorded file system."""

    row_factory: object = None

    def __init__(self, recording: Recording, files: str, path: Path, timeout_s: float) -> None:
        self._recording = recording
        self._path = path
        self._connection = apsw.Connection(str(path), vfs=files)
        self._connection.set_busy_timeout(int(timeout_s * 1000))
        for setting in recording.settings:
            self.execute(setting)

    @property
    def in_transaction(self) -> bool:
        """Say whether a transaction has begun."""
        return bool(self._connection.in_transaction)

    def create_function(self, name: str, arguments: int, function: Callable[..., Any]) -> None:
        """Let statements call a function."""
        self._connection.create_scalar_function(name, function, arguments)

    def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> _Found:
        """Run a statement to its end, and write down what a commit has acknowledged."""
        changed = self._recording.change_setting(sql)
        try:
            cursor = self._connection.cursor()
            cursor.row_trace = _name_columns
            rows = list(cursor.execute(changed, values)) if changed else []
        except apsw.Error as error:
            raise _as_stdlib(error) from error
        if sql == "COMMIT":
            state = state_of(self._connection)
            self._recording.add(self._path, lambda name: Acknowledged(name, state))
        return _Found(rows, self._connection.changes())

    def backup(
        self,
        target: sqlite3.Connection,
        **_: object,
    ) -> None:
        """Copy everything, at once, as a database that says that no log lies beside it."""
        whole = apsw.Connection(":memory:")
        with whole.backup("main", self._connection, "main") as copying:
            while not copying.done:
                copying.step()
        content = bytearray(whole.serialize("main"))
        content[18:20] = b"\x01\x01"
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(bytes(content))
            copy.backup(target)

    def setconfig(self, option: int, enable: bool) -> None:
        """Turn an option on or off."""
        self._connection.config(option, int(enable))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _as_stdlib(error: apsw.Error) -> sqlite3.Error:
    """Return the error that the standard library would have raised."""
    is_constraint = isinstance(error, apsw.ConstraintError)
    kind = sqlite3.IntegrityError if is_constraint else sqlite3.OperationalError
    found = kind(str(error))
    found.sqlite_errorcode = getattr(error, "extendedresult", sqlite3.SQLITE_ERROR)
    return found


@contextmanager
def recording(
    folder: Path,
    *,
    change_setting: Callable[[str], str] = str,
    settings: Sequence[str] = (),
) -> Iterator[Recording]:
    """Record all that the journal does to the files of a folder."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    record = Recording(folder, before, change_setting=change_setting, settings=settings)
    files = f"recorded-{next(_NAMES)}"
    vfs = _RecordedFiles(files, record)

    def connect(path: Path, timeout: float = 5.0, **_: object) -> RecordedConnection:
        return RecordedConnection(record, files, path, timeout)

    def create(path: Path) -> bool:
        is_new = create_file(path)
        if is_new:
            record.add(path, Created)
        return is_new

    def sync(directory: Path) -> None:
        sync_folder(directory)
        record.events.append(FolderSynced())

    stand_in = SimpleNamespace(**{**vars(sqlite3), "connect": connect})
    with (
        patch.object(opening, "sqlite3", stand_in),
        patch.object(opening, "create_file", create),
        patch.object(opening, "sync_folder", sync),
        nullcontext(vfs),
    ):
        yield record
