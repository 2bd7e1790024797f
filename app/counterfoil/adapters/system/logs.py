"""The till's log: one JSON object a line, in which no secret can stand.

Three measures, so that each catches what another lets through:

- only the fields in ``FIELDS`` are written, whatever else a record carries;
- of a failure only the exception types and the places in the code are written: never its text,
  never the values of variables; of a library's record only its template, never its arguments;
- whatever still looks like a code, a number of 8 to 20 digits in any grouping, or a key, is masked.

Core and adapters log through the standard library alone, so this is the only place that knows how.
"""

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from counterfoil.domain.text import clean_text
from counterfoil.overriding import override

LOG_NAME = "till.log"
FILE_BYTES_MAX = 1_000_000
FILES_MAX = 5

FIELDS = (
    "redemption_id",
    "reference",
    "attempt",
    "kind",
    "state",
    "outcome",
    "cause",
    "method",
    "http_status",
    "took_ms",
    "seconds",
    "count",
    "failure",
    "where",
    "stage",
)
"""The only fields of a record that are written, in this order."""

_OURS = "counterfoil"
_MASK = "[…]"
_TEXT_MAX = 500
_SCRUBBED_MAX = 16_384
_CODE_SPAN_MAX = 64
"""No code, grouped or not, is longer than this."""
_PLACES_MAX = 8
_SMALL_NUMBER_MAX = 9_999_999
_CAUSES_MAX = 5
_CODE = re.compile(r"(?<![0-9A-Za-z])\+?\d(?:[\s\-\u00a0\u202f]?\d){7,19}(?!\d)")
_LONG_CODE = re.compile(r"\d{8,}")
_KEY = re.compile(r"\b(?:sk|pk|whsec)_\w+|\bBearer\s+\S+", re.IGNORECASE)
_OUR_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9A-Z]{3}-[0-9A-Z]{3}"
)
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+00:00")
_HEAD = ("level", "logger", "event")
_LINE_BYTES_READ = 400
"""So many bytes are read for each line that is wanted; most are shorter."""
_ID_FIELDS = frozenset({"redemption_id", "reference"})

_log = logging.getLogger("counterfoil.till")


def scrub(text: str) -> str:
    """Mask whatever looks like a voucher's code, a phone number or a key.

    A text longer than any line of the log is cut first.
    """
    looked_at = text[:_SCRUBBED_MAX]
    without_keys = _KEY.sub(_MASK, looked_at)
    scrubbed = _LONG_CODE.sub(_MASK, _CODE.sub(_MASK, without_keys))
    # A code that the cut went through is too short to be seen as one, so the end goes with it.
    return scrubbed if len(looked_at) == len(text) else scrubbed[:-_CODE_SPAN_MAX]


def last_lines(directory: Path, lines_max: int) -> tuple[str, ...]:
    """Return the end of the log, each line masked once more, as an older till may have written it.

    What is no line of this log is left out, and so are fields that it does not know. None where
    nothing can be read.
    """
    try:
        with (directory / LOG_NAME).open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - lines_max * _LINE_BYTES_READ))
            written = file.read().decode("ascii", "replace").splitlines()
    except OSError:
        return ()
    read = (_masked_line(line) for line in written[-lines_max:])
    return tuple(line for line in read if line)


def _masked_line(written: str) -> str:
    """Return a line of the log for people to read; empty where it is none."""
    try:
        line = json.loads(written)
    except ValueError:
        return ""
    if not isinstance(line, dict) or not _AT.fullmatch(str(line.get("at", ""))):
        return ""
    head = [str(line["at"])] + [_plain(str(line.get(name, ""))) for name in _HEAD]
    fields = [f"{name}={_field(name, line[name])}" for name in FIELDS if name in line]
    return "  ".join((*head, *fields))


class LineFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON, with the allowed fields alone."""
        is_ours = record.name == _OURS or record.name.startswith(f"{_OURS}.")
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _plain(record.getMessage() if is_ours else str(record.msg)),
        }
        for name in FIELDS if is_ours else ():
            value = getattr(record, name, None)
            if value is not None:
                line[name] = _field(name, value)
        if record.exc_info and record.exc_info[1] is not None:
            line |= describe_failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def describe_failure(error: BaseException) -> dict[str, str]:
    """Return the exception types and the places in the code of a failure; its text is left out.

    The keys are ``failure`` and ``where``.
    """
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _CAUSES_MAX:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES_MAX:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"failure": " from ".join(kinds), "where": " > ".join(places)}


@contextmanager
def opened_logs(directory: Path) -> Iterator[None]:
    """Write the log into a directory while the till runs, uncaught exceptions included.

    Of libraries, only warnings and worse are written. When the log cannot be written the till goes
    on: the journal is what must be written, and its failures stop the till.
    """
    root, ours = logging.getLogger(), logging.getLogger(_OURS)
    levels = (root.level, ours.level)
    handler = _open_handler(directory)
    handler.setFormatter(LineFormatter())
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.INFO)
    try:
        with _caught_failures():
            yield
    finally:
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
        root.removeHandler(handler)
        handler.close()


class _PrivateFile(RotatingFileHandler):
    """A log that only its owner may read, and that never complains aloud."""

    @override
    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self.baseFilename, flags, 0o600)
        return os.fdopen(descriptor, "a", encoding="ascii", errors="backslashreplace")

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Stay silent: the library would print the record, arguments and all."""


def _open_handler(directory: Path) -> logging.Handler:
    try:
        return _PrivateFile(
            directory / LOG_NAME, maxBytes=FILE_BYTES_MAX, backupCount=FILES_MAX - 1
        )
    except OSError:
        return logging.NullHandler()


@contextmanager
def _caught_failures() -> Iterator[None]:
    """Hear of every failure that nobody caught, without the words that Python would print."""
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    sys.excepthook = _report
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def report_loop_failure(_: object, context: Mapping[str, Any]) -> None:
    """Log an exception that the event loop caught.

    It is the handler for ``loop.set_exception_handler``.
    """
    error = context.get("exception")
    facts = describe_failure(error) if isinstance(error, BaseException) else {}
    _log.error("failure in the event loop", extra=facts)


# The failure itself never goes into a record: another handler might write its words.


def _report(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return
    facts = describe_failure(error)
    _log.critical("failure nobody caught", extra=facts)
    sys.stderr.write(f"counterfoil: {facts['failure']}; see {LOG_NAME}\n")


def _report_thread(details: threading.ExceptHookArgs) -> None:
    error = details.exc_value or details.exc_type()
    _report(details.exc_type, error, details.exc_traceback)


def _report_unraisable(details: "sys.UnraisableHookArgs") -> None:
    facts = describe_failure(details.exc_value or details.exc_type())
    _log.error("failure while cleaning up", extra=facts)


def _plain(text: str) -> str:
    return clean_text(scrub(text), _TEXT_MAX)


def _field(name: str, value: object) -> object:
    """Write one field: small numbers and our own ids as they are, all else as scrubbed text."""
    if isinstance(value, bool | int | float) and abs(value) <= _SMALL_NUMBER_MAX:
        return value
    text = str(value)
    if name in _ID_FIELDS and _OUR_ID.fullmatch(text):
        return text
    return _plain(text)
