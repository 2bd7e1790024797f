"""The contract of a loudspeaker: the one of tests, the system's players, and Windows."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import pytest

from counterfoil.adapters.system.loudspeaker import (
    ProgramLoudspeaker,
    WindowsLoudspeaker,
    loudspeaker,
)
from counterfoil.assets import resource_path
from counterfoil.ports.loudspeaker import Loudspeaker
from support.loudspeakers import FakePlayers, MemoryLoudspeaker, fake_winsound

SOUND = resource_path("sounds", "approved.wav")


@dataclass(frozen=True, slots=True)
class Heard:
    """A loudspeaker, and what was heard of it."""

    speaker: Loudspeaker
    names: Callable[[], list[str]]


class Device(Enum):
    """Whether anything can be heard."""

    THERE = auto()
    NONE = auto()


Made = Callable[[Device], Heard]
"""Makes a loudspeaker, with a device or without."""


@pytest.fixture
def players(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePlayers:
    """Return a system on which no player is installed yet."""
    made = FakePlayers(tmp_path)
    made.set_mode("play")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return made


@pytest.fixture(params=["memory", "program", "windows"])
def made(
    request: pytest.FixtureRequest, players: FakePlayers, monkeypatch: pytest.MonkeyPatch
) -> Made:
    """Return what makes one loudspeaker of each kind."""

    def memory(device: Device) -> Heard:
        speaker = MemoryLoudspeaker(has_device=device is Device.THERE)
        return Heard(speaker, lambda: speaker.heard)

    def program(device: Device) -> Heard:
        players.add("aplay")
        players.set_mode("play" if device is Device.THERE else "no device")
        return Heard(ProgramLoudspeaker(), players.heard)

    def windows(device: Device) -> Heard:
        heard: list[str] = []
        monkeypatch.setitem(
            sys.modules, "winsound", fake_winsound(heard, has_device=device is Device.THERE)
        )
        return Heard(WindowsLoudspeaker(), lambda: heard)

    kinds: dict[str, Made] = {"memory": memory, "program": program, "windows": windows}
    return kinds[request.param]


async def until_begun(players: FakePlayers) -> None:
    """Wait until a player has begun."""
    while not players.heard():  # noqa: ASYNC110 - a process has no event to wait for
        await asyncio.sleep(0)


async def test_a_sound_is_played(made: Made) -> None:
    """It is said that it was heard."""
    heard = made(Device.THERE)
    assert await heard.speaker.play(SOUND)
    assert heard.names() == ["approved.wav"]


async def test_without_a_device_it_is_said_that_nothing_was_heard(made: Made) -> None:
    """So that something else may be done, and nothing fails."""
    heard = made(Device.NONE)
    assert not await heard.speaker.play(SOUND)
    assert heard.names() == []


async def test_a_file_that_is_not_there_is_not_heard(made: Made, tmp_path: Path) -> None:
    """It is no failure of the till."""
    assert not await made(Device.THERE).speaker.play(tmp_path / "none.wav")


async def test_where_no_player_is_installed_nothing_is_heard(players: FakePlayers) -> None:
    """As on a machine without a sound system."""
    assert not await ProgramLoudspeaker().play(SOUND)


async def test_a_file_that_is_no_program_plays_nothing(players: FakePlayers) -> None:
    """The next player is asked."""
    players.add("aplay")
    players.add("pw-play")
    (players.home / "bin" / "pw-play").write_bytes(b"\x7fELF, and no more")
    assert await ProgramLoudspeaker().play(SOUND)


async def test_a_new_sound_ends_the_one_before(players: FakePlayers) -> None:
    """The one that hangs keeps neither the next one nor a thread."""
    players.add("aplay")
    players.set_mode("hang")
    speaker = ProgramLoudspeaker()
    first = asyncio.get_running_loop().create_task(speaker.play(SOUND))
    await until_begun(players)
    players.set_mode("play")
    assert await speaker.play(SOUND)
    assert await first


async def test_a_sound_that_is_cancelled_ends(players: FakePlayers) -> None:
    """A till that closes waits for no player."""
    players.add("aplay")
    players.set_mode("hang")
    playing = asyncio.get_running_loop().create_task(ProgramLoudspeaker().play(SOUND))
    await until_begun(players)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing


async def test_a_player_that_hangs_is_ended(
    players: FakePlayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been heard, so nothing else plays the same again."""
    monkeypatch.setattr("counterfoil.adapters.system.loudspeaker.LIMIT_S", 0.0)
    players.add("aplay")
    players.set_mode("hang")
    assert await ProgramLoudspeaker().play(SOUND)


def test_each_system_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows plays by itself."""
    assert isinstance(loudspeaker(), ProgramLoudspeaker)
    monkeypatch.setattr(sys, "platform", "win32")
    assert isinstance(loudspeaker(), WindowsLoudspeaker)
