"""Nobody can talk to a till over a network: in earnest it listens on none, in training to itself.

The door for the command line is a file of its own folder.
"""

import socket
from pathlib import Path

import pytest

from counterfoil.adapters.door import DOOR_NAME, door
from counterfoil.adapters.settings.till_settings import TillSettings, UpstreamSettings
from counterfoil.bootstrap import open_till_in
from counterfoil.domain.till import TillProfile


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the address of every socket that begins to listen."""
    noted: list[str] = []
    listen = socket.socket.listen

    def note(self: socket.socket, *arguments: int) -> None:
        name = self.getsockname()
        noted.append(name if isinstance(name, str) else name[0])
        listen(self, *arguments)

    monkeypatch.setattr(socket.socket, "listen", note)
    return noted


@pytest.mark.fault("X6")
async def test_a_till_in_earnest_listens_nowhere(tmp_path: Path, listening: list[str]) -> None:
    """X6: there is nothing to which a recorded answer could be played."""
    settings = TillSettings(
        profile=TillProfile(is_training=False),
        upstream=UpstreamSettings(base_url="http://127.0.0.1:9"),
        vault="file",
    )
    async with open_till_in(tmp_path / "till", settings) as till:
        await till.engine.catalogue.refresh()
    assert listening == []


async def test_training_listens_to_this_machine_alone(tmp_path: Path, listening: list[str]) -> None:
    """The control, and a promise of its own: the pretend provider is on the loopback address."""
    settings = TillSettings(profile=TillProfile(is_training=True), vault="file")
    async with open_till_in(tmp_path / "till", settings) as till:
        await till.engine.catalogue.refresh()
    assert listening
    assert set(listening) == {"127.0.0.1"}


async def test_the_door_is_a_socket_in_the_folder_of_the_till(
    tmp_path: Path, listening: list[str]
) -> None:
    """Whoever has no rights to that folder does not even find it."""
    async with door().opened(tmp_path, lambda *_: None):
        assert listening == [str(tmp_path / DOOR_NAME)]
