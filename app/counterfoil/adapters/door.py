"""The local door: the way to an open till for programs of the same user on the same machine.

All that differs between systems stands here. On Unix the door is a socket in the till's folder. It
refuses every process of another user, whatever the rights of the file say. On Windows the door is a
named pipe. There every user may list the names of pipes and read from one; so both sides first
prove that they know the key in the till's folder. Before that neither sends a command or an answer.

Only who holds the journal's lock opens a door, so what is left of an older one is nobody's.
"""

import asyncio
import hmac
import logging
import os
import re
import secrets
import socket
import stat
import struct
import sys
from asyncio import StreamReader, StreamReaderProtocol, StreamWriter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from counterfoil.adapters.files import make_file

DOOR_NAME = "till.door"
LINE_BYTES_MAX = 128 * 1024
"""How long a line is that either side still reads."""
KNOCK_S = 2.0
"""How long it may take until somebody is at the door."""
PATH_BYTES_MAX = 103
"""How long the path of a socket may be on every Unix."""
_NOBODY = -1
_CREDENTIALS = struct.Struct("3i")
_PIPE = re.compile(rb"(\\\\\.\\pipe\\counterfoil-[0-9a-f]{32}) ([0-9a-f]{64})")
"""What the file of a pipe holds: its name, and the key that both sides must know."""
_PIPE_BYTES_MAX = 200
_NONCE_BYTES = 16

_log = logging.getLogger("counterfoil.door")

Streams = tuple[StreamReader, StreamWriter]
Admit = Callable[[StreamReader, StreamWriter], None]
"""What is called with each visitor; it must not wait."""


class Door(Protocol):
    """One kind of door; `door` returns that of this system."""

    def opened(self, folder: Path, admit: Admit) -> AbstractAsyncContextManager[None]:
        """Let visitors in for as long as the context lasts.

        Raises:
            OSError: this folder can have no door.

        """
        ...

    async def knock(self, folder: Path) -> Streams | None:
        """Return a line to the till that has opened the door of this folder; None if none has."""
        ...


def door(platform: str = sys.platform) -> Door:
    """Return the kind of door that a system has."""
    return PipeDoor() if platform == "win32" else SocketDoor()


def _refuse(writer: StreamWriter) -> None:
    _log.warning("another user of this machine was refused at the door")
    writer.transport.abort()


# ------------------------------------------------------------------------------------------- Unix


def user_behind(line: Any) -> int:
    """Return the number of the user whose process is at the other end of a socket.

    A system that cannot say so has nobody there.
    """
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return _NOBODY
    found = line.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(found)
    return int(user)


class SocketDoor:
    """A Unix socket; ``user_of`` says whose the other end is."""

    def __init__(self, user_of: Callable[[Any], int] = user_behind) -> None:
        self._user_of = user_of

    @asynccontextmanager
    async def opened(self, folder: Path, admit: Admit) -> AsyncIterator[None]:
        """Listen for as long as the context lasts, and leave no socket behind."""

        def let_in(reader: StreamReader, writer: StreamWriter) -> None:
            if self._is_ours(writer):
                admit(reader, writer)
            else:
                _refuse(writer)

        with _spelled(folder) as path:
            server = await asyncio.start_unix_server(
                let_in, sock=_bound(path), limit=LINE_BYTES_MAX
            )
            try:
                yield
            finally:
                server.close()
                with suppress(OSError):
                    path.unlink()

    async def knock(self, folder: Path) -> Streams | None:
        """Connect, and hear nobody but the same user."""
        try:
            with _spelled(folder) as path:
                async with asyncio.timeout(KNOCK_S):
                    reader, writer = await asyncio.open_unix_connection(path, limit=LINE_BYTES_MAX)
        except OSError:
            return None
        if not self._is_ours(writer):
            # Whoever it is gets no PIN to hear.
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
            return None
        return reader, writer

    def _is_ours(self, writer: StreamWriter) -> bool:
        try:
            return self._user_of(writer.get_extra_info("socket")) == os.geteuid()
        except OSError:
            return False


@contextmanager
def _spelled(folder: Path) -> Iterator[Path]:
    """Return a path of the door that is short enough, for as long as the context lasts."""
    path = folder / DOOR_NAME
    if len(os.fsencode(path)) <= PATH_BYTES_MAX:
        yield path
        return
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Path(f"/proc/self/fd/{held}", DOOR_NAME)
    finally:
        os.close(held)


def _bound(path: Path) -> socket.socket:
    """Return a socket that has this name, and which nobody else may open."""
    _forget_socket(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(os.fsencode(path))
        path.chmod(0o600)
    except BaseException:
        bound.close()
        raise
    return bound


def _forget_socket(path: Path) -> None:
    """Remove the socket of a till that was killed; anything else of this name stays."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(path)
        path.unlink()


# ---------------------------------------------------------------------------------------- Windows


class Pipes(Protocol):
    """How a loop serves named pipes, and connects to them."""

    async def serve(self, make: Callable[[], StreamReaderProtocol], name: str) -> Callable[[], Any]:
        """Serve a pipe, and return what stops that."""
        ...

    async def connect(self, make: Callable[[], StreamReaderProtocol], name: str) -> Any:
        """Connect to a pipe, and return the transport."""
        ...


class LoopPipes:
    """Named pipes as the loop of Windows has them."""

    async def serve(self, make: Callable[[], StreamReaderProtocol], name: str) -> Callable[[], Any]:
        """Serve a pipe by the rights that Windows gives: everybody may read from it."""
        loop: Any = asyncio.get_running_loop()
        (server,) = await loop.start_serving_pipe(make, name)
        close: Callable[[], Any] = server.close
        return close

    async def connect(self, make: Callable[[], StreamReaderProtocol], name: str) -> Any:
        """Connect to a pipe."""
        loop: Any = asyncio.get_running_loop()
        transport, _ = await loop.create_pipe_connection(make, name)
        return transport


class PipeDoor:
    """A named pipe for those who can read the key in the till's folder.

    Its name is new each time, so that nobody can have made one of that name before. ``limit_s`` is
    how many seconds either side may take to prove that it knows the key.
    """

    def __init__(self, pipes: Pipes | None = None, *, limit_s: float = KNOCK_S) -> None:
        self._pipes = pipes or LoopPipes()
        self._limit_s = limit_s

    @asynccontextmanager
    async def opened(self, folder: Path, admit: Admit) -> AsyncIterator[None]:
        """Serve a pipe for as long as the context lasts, and write its name into the folder."""
        name = rf"\\.\pipe\counterfoil-{secrets.token_hex(16)}"
        key = secrets.token_hex(32)
        loop = asyncio.get_running_loop()

        async def let_in(reader: StreamReader, writer: StreamWriter) -> None:
            if await self._is_known(key.encode(), (reader, writer)):
                admit(reader, writer)
            else:
                _refuse(writer)

        def make() -> StreamReaderProtocol:
            return StreamReaderProtocol(StreamReader(LINE_BYTES_MAX, loop), let_in, loop)

        close = await self._pipes.serve(make, name)
        path = folder / DOOR_NAME
        try:
            make_file(path, f"{name} {key}".encode("ascii"), is_own=True, may_replace=True)
            yield
        finally:
            close()
            with suppress(OSError):
                path.unlink()

    async def knock(self, folder: Path) -> Streams | None:
        """Connect to the pipe whose name stands in the till's folder."""
        loop = asyncio.get_running_loop()
        reader = StreamReader(LINE_BYTES_MAX, loop)
        protocol = StreamReaderProtocol(reader, loop=loop)
        try:
            with (folder / DOOR_NAME).open("rb") as file:
                pipe = _PIPE.fullmatch(file.read(_PIPE_BYTES_MAX))
            if pipe is None:
                return None
            async with asyncio.timeout(KNOCK_S):
                transport = await self._pipes.connect(lambda: protocol, pipe[1].decode("ascii"))
        except OSError:
            return None
        streams = reader, StreamWriter(transport, protocol, reader, loop)
        if await self._is_till(pipe[2], streams):
            return streams
        # Whoever it is gets no PIN to hear.
        transport.abort()
        return None

    async def _is_known(self, key: bytes, streams: Streams) -> bool:
        """Tell whether a visitor knows the key, and prove to them that the till does."""
        nonce = _nonce()
        with suppress(OSError, ValueError):
            async with asyncio.timeout(self._limit_s):
                _say(streams, nonce)
                theirs, _, proof = (await _heard(streams)).partition(b" ")
                if hmac.compare_digest(proof, _proof(key, b"visitor", nonce, theirs)):
                    _say(streams, _proof(key, b"till", nonce, theirs))
                    return True
        return False

    async def _is_till(self, key: bytes, streams: Streams) -> bool:
        """Prove to the till that this side knows the key; return whether the till knows it too."""
        nonce = _nonce()
        with suppress(OSError, ValueError):
            async with asyncio.timeout(self._limit_s):
                theirs = await _heard(streams)
                _say(streams, nonce + b" " + _proof(key, b"visitor", theirs, nonce))
                proof = await _heard(streams)
                return hmac.compare_digest(proof, _proof(key, b"till", theirs, nonce))
        return False


def _nonce() -> bytes:
    return secrets.token_hex(_NONCE_BYTES).encode("ascii")


def _proof(key: bytes, whose: bytes, till_nonce: bytes, visitor_nonce: bytes) -> bytes:
    """Return what only who knows the key can say, once: nobody proves by repeating it."""
    said = b" ".join((whose, till_nonce, visitor_nonce))
    return hmac.digest(key, said, "sha256").hex().encode("ascii")


def _say(streams: Streams, line: bytes) -> None:
    streams[1].write(line + b"\n")


async def _heard(streams: Streams) -> bytes:
    return (await streams[0].readline()).rstrip(b"\n")
