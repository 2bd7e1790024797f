"""What is said through the local door: whole lines in time, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.door import DOOR_NAME, LINE_BYTES_MAX, Streams
from counterfoil.cli.calls import ARGUMENTS_MAX, Call, Line, call_of, pieces
from counterfoil.domain.secret import Secret
from support.canary import CANARY_PIN

SOON_S = 5.0
GOOD: dict[str, Any] = {"arguments": ["history"], "folder": "/home", "pins": [None, None]}


@asynccontextmanager
async def both_ends(folder: Path) -> AsyncIterator[tuple[Streams, Streams]]:
    """Return the two ends of a line."""
    arrived: asyncio.Queue[Streams] = asyncio.Queue()
    path = folder / DOOR_NAME
    server = await asyncio.start_unix_server(
        lambda *streams: arrived.put_nowait(streams), path, limit=LINE_BYTES_MAX
    )
    here = await asyncio.open_unix_connection(path, limit=LINE_BYTES_MAX)
    there = await arrived.get()
    try:
        yield here, there
    finally:
        for _, writer in (here, there):
            Line((_, writer)).break_off()
        await asyncio.sleep(0)
        server.close()
        await server.wait_closed()


@pytest.fixture
async def ends(tmp_path: Path) -> AsyncIterator[tuple[Streams, Streams]]:
    """Return the two ends of a line."""
    async with both_ends(tmp_path) as ends:
        yield ends


async def test_what_is_said_is_heard(ends: tuple[Streams, Streams]) -> None:
    """To the letter, also what no file can hold."""
    here, there = map(Line, ends)
    here.say({"out": "R19.00 – \ud800 ✓\n"})
    assert await there.hear(SOON_S) == {"out": "R19.00 – \ud800 ✓\n"}


async def test_a_long_text_comes_in_pieces(ends: tuple[Streams, Streams]) -> None:
    """Each is a line that the other side reads, whatever letters are in it."""
    here, there = map(Line, ends)
    text = "𝄞" * 20_000
    here.say_text("out", text)
    heard = ""
    while len(heard) < len(text):
        heard += (await there.hear(SOON_S) or {})["out"]
    assert heard == text
    assert pieces("") == []


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b'{"half": "a mess',
        b"[1]\n",
        b"no JSON\n",
        b"\xff\xfe\n",
        b"[" * 50_000 + b"\n",
        b'{"out": "' + b"x" * (LINE_BYTES_MAX * 2) + b'"}\n',
    ],
    ids=["nothing", "half", "a list", "no JSON", "no text", "deep", "too long"],
)
async def test_what_is_no_line_is_not_heard(ends: tuple[Streams, Streams], sent: bytes) -> None:
    """However hostile it is, nothing fails and nothing is kept."""
    (_, writer), there = ends[0], Line(ends[1])
    writer.write(sent)
    writer.write_eof()
    assert await there.hear(SOON_S) is None


async def test_half_a_line_is_not_waited_for(ends: tuple[Streams, Streams]) -> None:
    """Whoever stops in the middle has had their time."""
    (_, writer), there = ends[0], Line(ends[1])
    writer.write(b'{"half": "a mess')
    assert await there.hear(0.01) is None


async def test_who_is_gone_misses_what_is_said(ends: tuple[Streams, Streams]) -> None:
    """It fails for nobody, before and after the line is known to be gone."""
    here, there = map(Line, ends)
    here.break_off()
    for _ in range(20):
        there.say({"out": "x" * 1000})
        await asyncio.sleep(0)
    assert await there.hear(SOON_S) is None
    await there.end()


async def test_all_that_was_said_is_read_before_the_end(ends: tuple[Streams, Streams]) -> None:
    """More than the system keeps for a reader who is slow."""
    here, there = map(Line, ends)
    here.say_text("out", "x" * 2_000_000)
    here.say({"exit": 0})
    read = 0

    async def read_all() -> None:
        nonlocal read
        while "exit" not in (said := await there.hear(SOON_S) or {"exit": None}):
            read += len(said["out"])

    await asyncio.gather(here.end(), read_all())
    assert read == 2_000_000


async def test_a_reader_who_never_reads_is_not_waited_for(ends: tuple[Streams, Streams]) -> None:
    """What is not taken in time is lost, and the line is gone."""
    here, _ = map(Line, ends)
    here.say_text("out", "x" * 2_000_000)
    await here.end(0.01)
    assert ends[0][1].is_closing()


# ----------------------------------------------------------------------------------------- calls


def test_a_call_is_understood_as_it_was_sent() -> None:
    """With the PINs of who acts and who approves."""
    call = Call(("show", "K7Q-42F"), "/home", (Secret(CANARY_PIN), None))
    understood = call_of(json.loads(json.dumps(call.said())))
    assert understood == call
    assert CANARY_PIN not in repr(understood)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        GOOD | {"arguments": "history"},
        GOOD | {"arguments": [["history"]]},
        GOOD | {"arguments": ["x"] * (ARGUMENTS_MAX + 1)},
        GOOD | {"folder": None},
        GOOD | {"pins": []},
        GOOD | {"pins": [1, None]},
        GOOD | {"pins": [None, None, None]},
    ],
)
def test_what_is_no_call_is_none(said: dict[str, Any] | None) -> None:
    """The control is understood."""
    assert call_of(GOOD) is not None
    assert call_of(said) is None
