"""The witness of every log record: warnings must be announced, secrets must not occur."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override

from support import canary


class ExpectLog(Protocol):
    """Announces that a test will cause a warning or worse."""

    def __call__(self, logger: str, contains: str = "") -> None:
        """Announce records of this logger, or below it, that contain these words."""


@dataclass
class _Expected:
    logger: str
    contains: str
    has_come: bool = False

    def matches(self, record: logging.LogRecord, text: str) -> bool:
        is_below = record.name == self.logger or record.name.startswith(f"{self.logger}.")
        return is_below and self.contains in text


class LogWitness(logging.Handler):
    """Sees every record that reaches the root logger.

    Records are judged as they come and not kept, so that a day of retries costs nothing.
    """

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self._expected: list[_Expected] = []
        self._warnings: list[tuple[logging.LogRecord, str]] = []
        self._leaks: list[str] = []

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Listen at the root logger, whatever its own handlers do."""
        root = logging.getLogger()
        level = root.level
        root.addHandler(self)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.setLevel(level)
            root.removeHandler(self)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        text = _text_of(record)
        for name in sorted(canary.names_in_text(f"{text} {vars(record)!r}")):
            test = os.environ.get("PYTEST_CURRENT_TEST", "no test")
            self._leaks.append(f"log record of {record.name!r} during {test}: {name}")
        if record.levelno >= logging.WARNING:
            self._warnings.append((record, text))

    def begin(self) -> None:
        """Forget what an earlier test announced and caused; leaks are never forgotten."""
        self._expected.clear()
        self._warnings.clear()

    def expect(self, logger: str, contains: str = "") -> None:
        """Announce records of this logger, or below it, that contain these words."""
        self._expected.append(_Expected(logger, contains))

    def take_surprises(self) -> list[str]:
        """Return what came unannounced, and what was announced and did not come."""
        surprises: list[str] = []
        for record, text in self._warnings:
            announced = [expected for expected in self._expected if expected.matches(record, text)]
            for expected in announced:
                expected.has_come = True
            if not announced:
                surprises.append(f"unannounced {record.levelname} of {record.name!r}: {text}")
        surprises.extend(
            f"announced but not logged: {expected.logger!r} {expected.contains!r}"
            for expected in self._expected
            if not expected.has_come
        )
        self.begin()
        return surprises

    def take_leaks(self) -> list[str]:
        """Return the secrets that were logged, by name, and forget them."""
        leaks, self._leaks = self._leaks, []
        return leaks


def _text_of(record: logging.LogRecord) -> str:
    return logging.Formatter("%(message)s").format(record)
