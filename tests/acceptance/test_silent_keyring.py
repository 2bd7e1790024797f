"""A keyring that waits for a person, or fails oddly, neither ends nor hangs a till."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from keyring.errors import KeyringError

from counterfoil.adapters import keyrings
from counterfoil.adapters.settings.till_settings import KeySource, api_key_reader
from counterfoil.adapters.system.vault import KEY_FILE_NAME, KeyPlace, KeyringAnchor, open_vault
from counterfoil.domain.failures import KeyringSilentError, VaultUnavailableError
from support.keyrings import AnsweringKeyring, ShelfKeyring
from support.tills import CommandLine


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a moment only; and what one test leaves unanswered is its own."""
    monkeypatch.setattr(keyrings, "ANSWER_LIMIT_S", 0.1)
    monkeypatch.setattr(keyrings, "_unanswered", set())


@pytest.fixture
def locked() -> Iterator[Event]:
    """Return what unlocks the keyring; at the end it is unlocked."""
    unlocked = Event()
    yield unlocked
    unlocked.set()


def waiting(unlocked: Event) -> AnsweringKeyring:
    """Make a keyring that answers once somebody has unlocked it."""

    def answer(*_: str) -> str:
        unlocked.wait()
        return "the key"

    return AnsweringKeyring(answer)


def test_a_locked_keyring_is_waited_for_within_a_limit_and_asked_once(
    locked: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it has not answered nothing more is asked; once it has, it is asked again."""
    asked: list[str] = []

    def answer(service: str, _: str) -> str | None:
        asked.append(service)
        return waiting(locked).get_password(service, "")

    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(answer))
    read = api_key_reader(KeySource.AUTO, {})
    for _ in range(3):
        with pytest.raises(KeyringSilentError):
            read()
    assert len(asked) == 1
    (first,) = keyrings._unanswered
    locked.set()
    first.result(5)
    assert read().reveal() == "the key"


def test_whatever_a_keyring_raises_means_that_it_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backend may raise anything, and its words are not repeated."""

    def fail(*_: str) -> str:
        raise LookupError("a secret perhaps")

    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(fail))
    with pytest.raises(VaultUnavailableError, match="upstream_keyring_unusable"):
        api_key_reader(KeySource.KEYRING, {})()
    with pytest.raises(VaultUnavailableError, match="keyring_unusable"):
        open_vault(KeyPlace.KEYRING, tmp_path, AnsweringKeyring(fail))
    with pytest.raises(KeyringError, match=r"^LookupError$"):
        keyrings.ask(fail)


def test_a_locked_keyring_is_not_replaced_by_a_key_file(locked: Event, tmp_path: Path) -> None:
    """It would be a weaker till than the machine can have, without a word."""
    with pytest.raises(KeyringSilentError):
        open_vault(KeyPlace.AUTO, tmp_path, waiting(locked))
    assert not (tmp_path / KEY_FILE_NAME).exists()


def test_a_keyring_that_falls_silent_does_not_hold_up_the_journal(
    locked: Event, tmp_path: Path
) -> None:
    """Its anchor is a second one; the first lies beside the journal."""
    open_vault(KeyPlace.KEYRING, tmp_path, ShelfKeyring())
    anchor = KeyringAnchor(KeyPlace.KEYRING, tmp_path, waiting(locked))
    assert anchor.read() is None
    with pytest.raises(OSError, match="Input/output"):
        anchor.write("line")


@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's")
def test_the_command_line_says_that_it_waited_for_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Secret Service that takes the call and never answers: 74 in words, within the limit."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
        monkeypatch.setenv(keyrings.BACKEND_VARIABLE, "keyring.backends.SecretService.Keyring")
        said = CommandLine(tmp_path / "till").run("history")
        assert said.code == 74
        assert "keyring holds the journal's key and does not answer" in said.err
