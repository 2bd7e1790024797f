"""Which keyring the till trusts: the system's own, and no code that somebody's settings name.

The library would load any class that a variable or a file in the user's settings folder names, from
any folder that the file adds to the path, and any that another package registers. Such a class
would be given the journal's key. Here only the library's own backends are known by name. If another
was chosen, the till refuses and says so; it does not silently use a key file instead.

A keyring may wait for a person who unlocks it, or for a service that never answers. So it is asked
in a thread of its own, and only for so long (see `ask`).
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from configparser import Error as ConfigError
from configparser import RawConfigParser
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any, Protocol, TypeVar

from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.failures import (
    CounterfoilError,
    ForeignKeyringError,
    KeyringSilentError,
)

_T = TypeVar("_T")
ANSWER_LIMIT_S = 20.0
"""How long a keyring is waited for: a person may have to type a password there."""
BACKEND_VARIABLE = "PYTHON_KEYRING_BACKEND"
SETTINGS_NAME = "keyringrc.cfg"
_SECTION = "backend"
_OF_THE_SYSTEM = (
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
    ("keyring.backends.kwallet", "DBusKeyringKWallet4"),
    ("keyring.backends.libsecret", "Keyring"),
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
)
_NONE_AT_ALL = (("keyring.backends.fail", "Keyring"), ("keyring.backends.null", "Keyring"))
"""How a person says that there is no keyring; the vault takes neither for one."""


class Keyring(Protocol):
    """The part of a keyring's backend that is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        ...


_unanswered: set[Future[Any]] = set()
"""What was waited for in vain. Until it has an answer nothing more is asked."""
_waiting: set[Future[Any]] = set()
"""What is being waited for."""
_given_up: Future[None] = Future()
"""Done once nobody wants an answer any more."""


def is_waited_for() -> bool:
    """Whether any thread of this process is waiting for a keyring."""
    return bool(_waiting)


def give_up() -> None:
    """Stop waiting for any keyring, as long as this process runs: it is about to end."""
    if not _given_up.done():
        _given_up.set_result(None)


def ask(question: Callable[[], _T]) -> _T:
    """Call ``question`` in a thread of its own, and wait for its answer within `ANSWER_LIMIT_S`.

    A thread that nobody waits for any more does not keep the program from ending.

    Raises:
        KeyringSilentError: no answer came in time, or before `give_up`.
        KeyringError, RuntimeError, OSError: the keyring failed, whatever it raised.
        CounterfoilError: as the question raised it.

    """
    _unanswered.difference_update([one for one in _unanswered if one.done()])
    if _unanswered:
        raise KeyringSilentError(KeyProblem.KEYRING_SILENT)
    answer: Future[_T] = Future()
    Thread(target=_answer, args=(question, answer), name="keyring", daemon=True).start()
    _waiting.add(answer)
    either: set[Future[Any]] = {answer, _given_up}
    try:
        wait(either, ANSWER_LIMIT_S, FIRST_COMPLETED)
    finally:
        _waiting.discard(answer)
    if not answer.done():
        _unanswered.add(answer)
        raise KeyringSilentError(KeyProblem.KEYRING_SILENT)
    return answer.result()


def _answer(question: Callable[[], _T], answer: Future[_T]) -> None:
    from keyring.errors import KeyringError

    try:
        answer.set_result(question())
    except (CounterfoilError, KeyringError, RuntimeError, OSError) as error:
        answer.set_exception(error)
    except Exception as error:  # noqa: BLE001 - a backend may raise anything, and means one thing
        answer.set_exception(KeyringError(type(error).__name__))


def system_keyring() -> Keyring:
    """Return the system's keyring; one that keeps nothing where there is none.

    Blocking: the library is slow to load, and looks for the system's services.

    Raises:
        ForeignKeyringError: another keyring was named; nothing of it was loaded.

    """
    named = _named()
    if named is None:
        return max(_there(), key=lambda one: one[0])[1]
    for module, name in (*_OF_THE_SYSTEM, *_NONE_AT_ALL):
        if named == f"{module}.{name}":
            keyring: Keyring = _backend_class(module, name)()
            return keyring
    raise ForeignKeyringError(_foreign())


def _there() -> Iterator[tuple[float, Keyring]]:
    """Return the keyrings that work here, each with how well it suits; the last is none at all."""
    for module, name in _OF_THE_SYSTEM:
        backend = _backend_class(module, name)
        if backend.viable:
            yield float(backend.priority), backend()
    yield 0.0, _backend_class(*_NONE_AT_ALL[0])()


def _named() -> str | None:
    """Return which keyring somebody chose, by its full name; None where nobody did."""
    if variable := os.environ.get(BACKEND_VARIABLE):
        return variable
    settings = RawConfigParser()
    try:
        settings.read(_settings_file(), encoding="utf-8")
    except (ConfigError, UnicodeDecodeError):
        return ""
    if settings.has_option(_SECTION, "keyring-path"):
        return ""
    return settings.get(_SECTION, "default-keyring", fallback="").strip() or None


def _settings_file() -> Path:
    from keyring.util import platform_

    return Path(platform_.config_root()) / SETTINGS_NAME


def _backend_class(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def _foreign() -> NoKey:
    if os.environ.get(BACKEND_VARIABLE):
        return NoKey(KeyProblem.KEYRING_FOREIGN, variable=BACKEND_VARIABLE)
    return NoKey(KeyProblem.KEYRING_FOREIGN, file=str(_settings_file()))
