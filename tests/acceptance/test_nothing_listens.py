"""Nobody can talk to a till: in earnest it listens nowhere, and in training to itself alone."""

import socket
from pathlib import Path

import pytest

from counterfoil.adapters.settings.till_settings import TillSettings, UpstreamSettings
from counterfoil.bootstrap import open_till_in
from counterfoil.domain.till import TillProfile


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the address of every socket that begins to listen."""
    noted: list[str] = []
    listen = socket.socket.listen

    def note(self: socket.socket, *arguments: int) -> None:
        noted.append(str(self.getsockname()[0]))
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
