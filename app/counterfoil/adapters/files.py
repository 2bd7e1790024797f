"""The one way in which the till makes a file.

A file begins under a name that nobody can guess, in a folder that is held open, never through a
link and never over something that is there, for its owner alone. It is synced, gets its name in one
step, and the folder is synced as well: it is there whole, or it is not there. So nobody who may
write into the folder too can turn what is written to another place, and a power cut leaves no half.
"""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.domain.causes.access import AccessProblem, NotOwn

UNFINISHED = "-begun"
"""What the name of a file ends in until all of it is durable."""

_BINARY: int = getattr(os, "O_BINARY", 0)
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_OTHERS_WRITE = 0o022
_WRITE = 0o222
_RIGHTS = 0o777
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
"""How a file system says that it has no hard links, as FAT does."""
_SYNCED_AT_ONCE_BYTES = 4 * 1024 * 1024
"""How much of a large file may wait for the disk: who syncs another meanwhile waits for it too."""
_FREED_AT_ONCE_BYTES = 16 * 1024 * 1024
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""How a file system says that it has no way of syncing a folder, as some shares do."""


class FreshFile:
    """A file that has no name yet. What is left of it without `publish` is removed at the end.

    ``is_own`` refuses a folder that is not the user's own, or that another user may write to.
    ``like`` is a file that others may read as well, and the same ones may read this.
    """

    def __init__(
        self, folder: Path, hint: str, *, is_own: bool = False, like: Path | None = None
    ) -> None:
        self._folder = folder
        self._held = _hold(folder)
        self._unsynced_bytes = 0
        self.is_in_place = False
        """Whether it has its name, be it durable or not."""
        try:
            if is_own and (objection := objection_to(folder)):
                raise PermissionError(errno.EPERM, objection)
            self._name = f".{hint}.{secrets.token_hex(8)}{UNFINISHED}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
            descriptor = os.open(self._at(self._name), flags, 0o600, dir_fd=self._held)
            self._file = os.fdopen(descriptor, "wb")
            if like is not None:
                _open_as(descriptor, like.stat())
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            os.unlink(self._at(self._name), dir_fd=self._held)
        self._let_go()

    @property
    def begun_at_s(self) -> float:
        """When the file was last written to, by the clock of its own disk."""
        return os.fstat(self._file.fileno()).st_mtime

    def write(self, part: bytes) -> None:
        """Add to the file; OSError where that is not possible."""
        self._file.write(part)
        self._unsynced_bytes += len(part)
        if self._unsynced_bytes >= _SYNCED_AT_ONCE_BYTES:
            self._sync()

    def publish(self, name: str, *, may_replace: bool = False) -> Path:
        """Make what was written durable under its name, and return the path.

        Raises:
            FileExistsError: the name is taken, be it by a link; another one may be tried.
            OSError: it cannot be made durable.

        """
        if not self._file.closed:
            self._sync()
            self._file.close()
        if may_replace:
            self._rename(name)
            self.is_in_place = True
            self._sync_folder()
        else:
            self._take_free_name(name)
            self.is_in_place = True
            with self._given_back(name):
                self._sync_folder()
        return self._folder / name

    @contextmanager
    def _given_back(self, name: str) -> Iterator[None]:
        """Take a name away again that cannot be made durable: who is refused makes another file."""
        try:
            yield
        except OSError:
            with suppress(OSError):
                os.unlink(self._at(name), dir_fd=self._held)
                self.is_in_place = False
            raise

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unsynced_bytes = 0

    def _at(self, name: str) -> str:
        """Spell a name in the folder, which is held open where the system can do that."""
        return str(self._folder / name) if self._held is None else name

    def _take_free_name(self, name: str) -> None:
        try:
            os.link(
                self._at(self._name),
                self._at(name),
                src_dir_fd=self._held,
                dst_dir_fd=self._held,
            )
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # The look and the rename are two steps; here is nothing that does both in one.
            with suppress(FileNotFoundError):
                os.stat(self._at(name), dir_fd=self._held, follow_symlinks=False)
                raise FileExistsError(errno.EEXIST, "the name is taken") from None
            self._rename(name)

    def _rename(self, name: str) -> None:
        os.replace(
            self._at(self._name), self._at(name), src_dir_fd=self._held, dst_dir_fd=self._held
        )

    def _sync_folder(self) -> None:
        if self._held is None:  # pragma: no cover - a folder cannot be opened there
            return
        try:
            os.fsync(self._held)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise

    def _let_go(self) -> None:
        if self._held is not None:
            os.close(self._held)


class PassingFile:
    """A file that is written, read again and gone: at the latest when it is closed.

    It lies in a folder of the user's own. It has a name until `lose_name`, for who opens it by one.
    """

    def __init__(self, folder: Path, hint: str) -> None:
        if objection := objection_to(folder):
            raise PermissionError(errno.EPERM, objection)
        self.path = folder / f".{hint}.{secrets.token_hex(8)}{UNFINISHED}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
        self._file = os.fdopen(os.open(self.path, flags, 0o600), "w+b")

    @property
    def size_bytes(self) -> int:
        """How long it is now."""
        self._file.flush()
        return os.fstat(self._file.fileno()).st_size

    def lose_name(self) -> None:
        """Take the name away, where an open file can be without one."""
        with suppress(OSError):
            self.path.unlink()

    def write(self, part: bytes) -> None:
        """Add to the file; OSError where that is not possible."""
        self._file.write(part)

    def write_at(self, place: int, part: bytes) -> None:
        """Write over what is there from byte ``place`` on, counted from 0; OSError if it cannot."""
        self._file.seek(place)
        self._file.write(part)
        self._file.flush()

    def begin_to_write_out(self) -> None:
        """Let the disk begin with what was written, where the system can be asked to.

        Otherwise it waits for a great deal, and who syncs another file then waits for all of it.
        """
        if hasattr(os, "posix_fadvise"):
            with suppress(OSError):
                os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def parts(self, part_bytes: int) -> Iterator[bytes]:
        """Return all of it in parts of so many bytes; the last one may be shorter."""
        self._file.seek(0)
        while part := self._file.read(part_bytes):
            yield part

    def close(self) -> None:
        """Let go of the file, and with it of all that was in it; twice does nothing.

        It is cut shorter step by step: a disk that frees very much at once lets nobody else in.
        """
        with suppress(OSError, ValueError):  # ValueError: it is closed already
            for size in reversed(range(0, self.size_bytes, _FREED_AT_ONCE_BYTES)):
                self._file.truncate(size)
        with suppress(OSError):
            self._file.close()
        self.lose_name()


def change_file(path: Path, content: bytes) -> None:
    """Put another content in the place of a file, whole or not at all; OSError where it cannot.

    Who may read and write it stays the same.
    """
    with FreshFile(path.parent, path.name, like=path) as file:
        file.write(content)
        file.publish(path.name, may_replace=True)


def make_file(path: Path, content: bytes, *, is_own: bool, may_replace: bool = False) -> None:
    """Make a file whole under its name, or not at all.

    Raises:
        FileExistsError: there is something of this name, and nothing may be replaced.
        OSError: it cannot be made; with ``is_own`` also where another user may write to the folder.

    """
    make_file_of(path, (content,), is_own=is_own, may_replace=may_replace)


def make_file_of(
    path: Path, parts: Iterable[bytes], *, is_own: bool, may_replace: bool = False
) -> None:
    """Make a file of parts that come one by one; else as `make_file`."""
    with FreshFile(path.parent, path.name, is_own=is_own) as file:
        for part in parts:
            file.write(part)
        file.publish(path.name, may_replace=may_replace)


@contextmanager
def taken_back(path: Path) -> Iterator[None]:
    """Remove a file that was made for something that is then refused."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def forget_unfinished(folder: Path) -> None:
    """Remove what a power cut left of files that never got their name; the rest stays as it is."""
    for left in folder.glob(f".*{UNFINISHED}"):
        with suppress(OSError):
            left.unlink()


def forget_second_name(path: Path) -> None:
    """Remove the name under which a file began, where a stop came once it had its own as well.

    A link is not followed: what it names is somebody's own file.
    """
    with suppress(OSError):
        own = path.lstat()
        for left in path.parent.glob(f".{path.name}.*{UNFINISHED}"):
            if stat.S_ISREG(own.st_mode) and os.path.samestat(left.lstat(), own):
                left.unlink()


def objection_to(folder: Path) -> NotOwn | None:
    """Return why nothing that must stay this user's may lie in a folder; None where it may.

    The folders above count as well: who may write to one of those can put another folder in the
    place of what is below.

    Raises:
        OSError: one of them cannot be looked at.

    """
    if sys.platform == "win32":  # pragma: no cover - the rights of a folder there are its own
        return None
    whole = folder.resolve(strict=True)
    ours = os.geteuid()
    found = whole.stat()
    if found.st_uid != ours:
        return NotOwn(AccessProblem.OF_ANOTHER_USER, str(whole))
    if found.st_mode & _OTHERS_WRITE:
        return NotOwn(AccessProblem.OTHERS_MAY_WRITE, str(whole))
    for above in whole.parents:
        found = above.stat()
        if found.st_uid not in {0, ours}:
            return NotOwn(AccessProblem.OF_ANOTHER_USER, str(above), below=str(whole))
        if _may_others_replace(found):
            return NotOwn(AccessProblem.OTHERS_MAY_WRITE, str(above), below=str(whole))
    return None


def objection_to_reading(path: Path) -> NotOwn | None:
    """Return why a file may be somebody else's word; None where it is the user's or root's.

    Where a link leads counts, and where the link lies, and every folder above either.

    Raises:
        OSError: it cannot be looked at.

    """
    if sys.platform == "win32":  # pragma: no cover - the rights of a file there are its own
        return None
    whole, trusted = path.resolve(strict=True), {0, os.geteuid()}
    for one in (whole, path):
        if one.lstat().st_uid not in trusted:
            return NotOwn(AccessProblem.OF_ANOTHER_USER, str(one))
    if _may_others_write(whole.stat()):
        return NotOwn(AccessProblem.OTHERS_MAY_WRITE, str(whole))
    for above in (*whole.parents, *path.absolute().parents):
        found = above.stat()
        if found.st_uid not in trusted or _may_others_replace(found):
            return NotOwn(AccessProblem.OTHERS_MAY_WRITE, str(above), below=path.name)
    return None


def is_read_only(path: Path) -> bool:
    """Whether a file cannot be changed or made; it is replaced, so its folder counts as well.

    Root is held to it too where something was made read-only for everybody.
    """
    there = path if path.exists() else path.parent
    while not there.exists():
        there = there.parent
    places = {there, there.parent} if there == path else {there}
    return not all(os.access(one, os.W_OK) and one.stat().st_mode & _WRITE for one in places)


def _open_as(descriptor: int, found: os.stat_result) -> None:
    """Give a file the rights and the group of another; without the group, none of its rights."""
    if sys.platform == "win32":  # pragma: no cover - a file there has the rights of its folder
        return
    mode = stat.S_IMODE(found.st_mode) & _RIGHTS
    try:
        os.fchown(descriptor, -1, found.st_gid)
    except OSError:
        mode &= ~stat.S_IRWXG
    os.fchmod(descriptor, mode)


def _may_others_replace(found: os.stat_result) -> bool:
    """Say whether somebody else may put another file in the place of one in a folder."""
    return not found.st_mode & stat.S_ISVTX and _may_others_write(found)


def _may_others_write(found: os.stat_result) -> bool:
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and not _is_private_group(found.st_gid)


def _is_private_group(group_id: int) -> bool:
    """Say whether a group has this user alone, as on systems that give each user one."""
    if sys.platform == "win32":  # pragma: no cover - there are none
        return False
    import grp
    import pwd

    try:
        name, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(group_id)
    except KeyError:
        return False
    return group.gr_name == name and not set(group.gr_mem) - {name}


def _hold(folder: Path) -> int | None:
    """Open a folder, so that it stays the one that was looked at."""
    if sys.platform == "win32":  # pragma: no cover - a folder cannot be opened there
        return None
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
