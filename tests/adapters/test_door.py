"""The local door: who gets in, what is left of it, and where a folder can have none."""

import asyncio
import hmac
import os
import re
import socket
import stat
import subprocess
import sys
from asyncio import StreamReader, StreamReaderProtocol, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.door import (
    DOOR_NAME,
    PATH_BYTES_MAX,
    Door,
    LoopPipes,
    PipeDoor,
    SocketDoor,
    Streams,
    door,
    user_behind,
)
from support.log_witness import ExpectLog
from support.second_user import NUMBER

AS_ANOTHER = """
import os, socket, sys
number = int(sys.argv[2])
os.setgroups([])
os.setgid(number)
os.setuid(number)
line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
line.settimeout(5)
try:
    line.connect(sys.argv[1])
    line.sendall(b"let me in")
    print("heard", line.recv(100))
except OSError as error:
    print(type(error).__name__)
"""


@dataclass(slots=True)
class Hall:
    """Who came in; everybody is greeted and shown out."""

    writers: list[StreamWriter] = field(default_factory=list)

    def admit(self, _: StreamReader, writer: StreamWriter) -> None:
        """Greet whoever comes."""
        self.writers.append(writer)
        writer.write(b"welcome\n")
        writer.close()


class LocalPipes:
    """Named pipes of a made-up system, each a socket in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.names: list[str] = []

    async def serve(self, make: Callable[[], StreamReaderProtocol], name: str) -> Callable[[], Any]:
        """Serve a pipe of this name."""
        self.names.append(name)
        loop = asyncio.get_running_loop()
        server = await loop.create_unix_server(make, self.path(name))
        return server.close

    async def connect(self, make: Callable[[], StreamReaderProtocol], name: str) -> Any:
        """Connect to the pipe of this name."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_unix_connection(make, str(self.path(name)))
        return transport

    def path(self, name: str) -> Path:
        """Return where the socket of a pipe is."""
        return self._folder / name[-8:]


@pytest.fixture(params=["socket", "pipe"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Door:
    """Return a door of each kind."""
    if request.param == "socket":
        return SocketDoor()
    pipes = tmp_path / "p"
    pipes.mkdir()
    return PipeDoor(LocalPipes(pipes))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a till's folder."""
    folder = tmp_path / "till"
    folder.mkdir(mode=0o700)
    return folder


@asynccontextmanager
async def standing_open(kind: Door, folder: Path) -> AsyncIterator[Hall]:
    """Keep a door open that greets."""
    hall = Hall()
    async with kind.opened(folder, hall.admit):
        yield hall
    for writer in hall.writers:
        with suppress(OSError):
            await writer.wait_closed()


async def heard(streams: Streams | None) -> bytes:
    """Return what is said to who knocked."""
    assert streams is not None
    reader, writer = streams
    said = await reader.read()
    writer.close()
    await writer.wait_closed()
    return said


async def heard_by(kind: Door, folder: Path) -> bytes:
    """Return what is said to who knocks at a door."""
    return await heard(await kind.knock(folder))


# ---------------------------------------------------------------------------------- on each system


async def test_who_knocks_is_let_in_while_the_door_is_open(kind: Door, folder: Path) -> None:
    """Before and after there is nobody, and nothing is left in the folder."""
    assert await kind.knock(folder) is None
    async with standing_open(kind, folder) as hall:
        assert await heard(await kind.knock(folder)) == b"welcome\n"
        assert await heard(await kind.knock(folder)) == b"welcome\n"
        assert len(hall.writers) == 2
        mode = (folder / DOOR_NAME).lstat().st_mode
        assert stat.S_IMODE(mode) == 0o600
    assert await kind.knock(folder) is None
    assert list(folder.iterdir()) == []


async def test_no_folder_no_door(kind: Door, tmp_path: Path) -> None:
    """A till whose folder is not there is told, and nobody is found in it."""
    with pytest.raises(OSError, match="No such file"):
        async with standing_open(kind, tmp_path / "gone"):
            pytest.fail("there is no folder")
    assert await kind.knock(tmp_path / "gone") is None


async def test_a_door_that_is_taken_away_leaves_no_failure(kind: Door, folder: Path) -> None:
    """Somebody tidied the folder up."""
    async with standing_open(kind, folder):
        (folder / DOOR_NAME).unlink()
        assert await kind.knock(folder) is None


def test_each_system_has_its_own_kind() -> None:
    """Only Windows has no sockets with a name."""
    assert isinstance(door("win32"), PipeDoor)
    assert isinstance(door("linux"), SocketDoor)
    assert isinstance(door(), SocketDoor)


# -------------------------------------------------------------------------------------- sockets


async def test_the_socket_of_a_killed_till_is_replaced(folder: Path) -> None:
    """Nobody listens there any more: the new till holds the journal's lock."""
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(folder / DOOR_NAME))
    left.close()
    assert await SocketDoor().knock(folder) is None
    async with standing_open(SocketDoor(), folder):
        assert await heard(await SocketDoor().knock(folder)) == b"welcome\n"


async def test_what_is_no_socket_stays(folder: Path) -> None:
    """It was put there by somebody, and is not the till's to remove."""
    (folder / DOOR_NAME).write_text("notes", encoding="utf-8")
    with pytest.raises(FileExistsError):
        async with standing_open(SocketDoor(), folder):
            pytest.fail("a file is there")
    assert (folder / DOOR_NAME).read_text(encoding="utf-8") == "notes"
    assert await SocketDoor().knock(folder) is None


async def test_a_folder_with_a_long_path_has_a_door_too(tmp_path: Path) -> None:
    """A socket's own name may have no more than 107 bytes."""
    folder = tmp_path.joinpath(*["a long name of a folder"] * 6)
    folder.mkdir(parents=True)
    assert len(os.fsencode(folder)) > PATH_BYTES_MAX
    async with standing_open(SocketDoor(), folder):
        assert stat.S_ISSOCK((folder / DOOR_NAME).lstat().st_mode)
        assert await heard(await SocketDoor().knock(folder)) == b"welcome\n"
    assert list(folder.iterdir()) == []


async def test_another_user_hears_nothing(folder: Path, expect_log: ExpectLog) -> None:
    """Whatever the rights of the socket say: the system tells whose the other end is."""
    another = os.geteuid() + 1
    async with standing_open(SocketDoor(user_of=lambda _: another), folder) as hall:
        assert await heard(await SocketDoor().knock(folder)) == b""
        assert hall.writers == []
        expect_log("counterfoil.door", "another user of this machine was refused at the door")


async def test_nobody_is_told_a_pin_by_mistake(folder: Path) -> None:
    """A socket that another user serves is taken for none."""
    async with standing_open(SocketDoor(), folder):
        assert await SocketDoor(user_of=lambda _: os.geteuid() + 1).knock(folder) is None


async def test_who_cannot_be_told_is_nobody(folder: Path, expect_log: ExpectLog) -> None:
    """The other end is gone, or the system does not say whose it is."""

    def fail(_: Any) -> int:
        raise OSError("not connected")

    async with standing_open(SocketDoor(user_of=fail), folder) as hall:
        assert await heard(await SocketDoor().knock(folder)) == b""
        assert hall.writers == []
        expect_log("counterfoil.door", "another user of this machine was refused at the door")


def test_the_other_end_of_a_socket_is_of_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system that does not say of whom, nobody is there."""
    one, other = socket.socketpair()
    with one, other:
        assert user_behind(one) == os.geteuid()
        monkeypatch.delattr(socket, "SO_PEERCRED")
        assert user_behind(one) < 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
@pytest.mark.parametrize("is_street", [False, True], ids=["rights as they are", "rights opened"])
async def test_a_process_of_another_user_is_refused(
    folder: Path, expect_log: ExpectLog, *, is_street: bool
) -> None:
    """By the folder first; and where somebody has opened that, by the till itself."""
    async with standing_open(SocketDoor(), folder) as hall:
        if is_street:
            (folder / DOOR_NAME).chmod(0o666)
            for one in (folder, *folder.parents[:-2]):
                one.chmod(0o755)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", AS_ANOTHER, str(folder / DOOR_NAME), str(NUMBER)),
            stdout=subprocess.PIPE,
        )
        said, _ = await process.communicate()
        assert hall.writers == []
    if is_street:
        assert said in {b"heard b''\n", b"ConnectionResetError\n", b"BrokenPipeError\n"}
        expect_log("counterfoil.door", "another user of this machine was refused at the door")
    else:
        assert said == b"PermissionError\n"


# ---------------------------------------------------------------------------------------- pipes


async def test_the_name_of_a_pipe_is_new_each_time_and_private(
    folder: Path, tmp_path: Path
) -> None:
    """Who cannot read the till's folder cannot have made a pipe of that name before."""
    pipes = LocalPipes(tmp_path)
    for _ in range(2):
        async with standing_open(PipeDoor(pipes), folder):
            written = (folder / DOOR_NAME).read_text(encoding="ascii")
            name, _, key = written.partition(" ")
            assert name == pipes.names[-1]
            assert re.fullmatch(r"\\\\\.\\pipe\\counterfoil-[0-9a-f]{32}", name)
            assert re.fullmatch("[0-9a-f]{64}", key)
    assert len(set(pipes.names)) == 2


@pytest.mark.parametrize("name", ["", "\\\\.\\pipe\\another", "x" * 5_000])
async def test_a_name_that_no_till_wrote_is_not_asked(
    folder: Path, tmp_path: Path, name: str
) -> None:
    """It may be a program that listens for PINs."""
    (folder / DOOR_NAME).write_text(name, encoding="ascii")
    assert await PipeDoor(LocalPipes(tmp_path)).knock(folder) is None


async def stranger(pipes: LocalPipes, *said: bytes) -> bytes:
    """Come to a pipe by its name, which every user may list; return what is to be heard."""
    reader, writer = await asyncio.open_unix_connection(pipes.path(pipes.names[-1]))
    for line in said:
        writer.write(line + b"\n")
    found = await reader.read()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return found


@pytest.mark.parametrize("said", [(), (b"",), (b"0" * 32 + b" " + b"0" * 64,), (b"x" * 200_000,)])
async def test_who_cannot_read_the_key_hears_nothing_of_the_till(
    folder: Path, tmp_path: Path, expect_log: ExpectLog, said: tuple[bytes, ...]
) -> None:
    """By the rights that Windows gives, another user may come to the pipe: silent or guessing."""
    pipes = LocalPipes(tmp_path)
    async with standing_open(PipeDoor(pipes, limit_s=0.2), folder) as hall:
        heard = await stranger(pipes, *said)
        assert re.fullmatch(rb"[0-9a-f]{32}\n", heard), "a number that was never said before"
        assert hall.writers == []
        expect_log("counterfoil.door", "another user of this machine was refused at the door")
        assert await heard_by(PipeDoor(pipes), folder) == b"welcome\n"


async def test_a_proof_is_good_once(folder: Path, tmp_path: Path, expect_log: ExpectLog) -> None:
    """Who has listened to one visit proves nothing by repeating it."""
    pipes = LocalPipes(tmp_path)
    async with standing_open(PipeDoor(pipes, limit_s=0.2), folder) as hall:
        _, _, key = (folder / DOOR_NAME).read_bytes().partition(b" ")
        proof = hmac.digest(key, b"visitor " + b"1" * 32 + b" " + b"2" * 32, "sha256").hex()
        _ = await stranger(pipes, b"2" * 32 + b" " + proof.encode("ascii"))
        assert hall.writers == []
        expect_log("counterfoil.door", "another user of this machine was refused at the door")


@pytest.mark.parametrize("answer", [b"", b"1" * 32 + b"\n" + b"0" * 64 + b"\n"])
async def test_nobody_is_told_a_pin_who_serves_a_pipe_of_a_till_s_name(
    folder: Path, tmp_path: Path, answer: bytes
) -> None:
    """As after a kill: the file is still there, and another user may have taken the name."""
    pipes = LocalPipes(tmp_path)
    name = rf"\\.\pipe\counterfoil-{'a' * 32}"
    (folder / DOOR_NAME).write_text(f"{name} {'b' * 64}", encoding="ascii")
    told: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def listen(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(answer)
        told.set_result(await reader.read())
        writer.close()

    def make() -> StreamReaderProtocol:
        return StreamReaderProtocol(StreamReader(), listen)

    close = await pipes.serve(make, name)
    assert await PipeDoor(pipes, limit_s=0.2).knock(folder) is None
    async with asyncio.timeout(5):
        lines = (await told).splitlines()
    close()
    assert len(lines) == bool(answer), "no more than a proof, which is good for nothing else"
    assert b"b" * 64 not in b"".join(lines)


async def test_a_pipe_is_served_and_reached_as_the_loop_of_windows_does_it() -> None:
    """The two calls that only that loop has: their names, and what they are given and return."""
    called: list[tuple[str, str]] = []

    class Served:
        def close(self) -> None:
            called.append(("closed", ""))

    async def start_serving_pipe(make: Any, name: str) -> list[Served]:
        called.append((make(), name))
        return [Served()]

    async def create_pipe_connection(make: Any, name: str) -> tuple[str, str]:
        return f"transport {name}", make()

    loop: Any = asyncio.get_running_loop()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loop, "start_serving_pipe", start_serving_pipe, raising=False)
        patched.setattr(loop, "create_pipe_connection", create_pipe_connection, raising=False)
        made: Any = lambda: "protocol"  # noqa: E731
        close = await LoopPipes().serve(made, "a pipe")
        assert await LoopPipes().connect(made, "a pipe") == "transport a pipe"
        close()
    assert called == [("protocol", "a pipe"), ("closed", "")]
