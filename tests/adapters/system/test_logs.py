"""The log file: useful lines, and no secret in them however hard it is tried."""

import json
import logging
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from counterfoil.adapters.system.logs import (
    LOG_NAME,
    LineFormatter,
    _report,
    describe_failure,
    opened_logs,
    report_loop_failure,
    scrub,
)
from support.canary import (
    CANARY_API_KEY,
    CANARY_CHANGE_PIN,
    CANARY_PHONE,
    CANARY_PIN,
    CANARY_TOKEN,
    names_in_text,
)
from support.log_witness import ExpectLog

REDEMPTION_ID = "5b3f2c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f"
GROUPED = " ".join(CANARY_PIN[at : at + 4] for at in range(0, 16, 4))


def lines(folder: Path) -> list[dict[str, object]]:
    """Read the log."""
    text = (folder / LOG_NAME).read_text(encoding="ascii")
    return [json.loads(line) for line in text.splitlines()]


def written(record: logging.LogRecord) -> str:
    """Write one record as the log does."""
    return LineFormatter().format(record)


def a_record(message: str, *args: object, name: str = "counterfoil.x") -> logging.LogRecord:
    """Build a record without any logger seeing it."""
    return logging.LogRecord(name, logging.WARNING, "file.py", 1, message, args, None)


def test_a_line_says_what_happened_in_allowed_fields(tmp_path: Path) -> None:
    """A field nobody allowed is not there, whatever it holds."""
    with opened_logs(tmp_path):
        facts = {"redemption_id": REDEMPTION_ID, "attempt": 2, "outcome": "approved"}
        facts |= {"took_ms": 17.5, "weather": "rain"}
        logging.getLogger("counterfoil.gateway").info("attempt classified", extra=facts)
        logging.getLogger("counterfoil.gateway").debug("not heard")
    (line,) = lines(tmp_path)
    assert line.pop("at")
    assert line == {
        "level": "info",
        "logger": "counterfoil.gateway",
        "event": "attempt classified",
        "redemption_id": REDEMPTION_ID,
        "attempt": 2,
        "outcome": "approved",
        "took_ms": 17.5,
    }


@pytest.mark.fault("X14")
@pytest.mark.parametrize(
    "secret",
    [
        CANARY_PIN,
        CANARY_CHANGE_PIN,
        CANARY_TOKEN,
        CANARY_PHONE,
        CANARY_API_KEY,
        GROUPED,
        GROUPED.replace(" ", "-"),
        f"pin={CANARY_PIN}.",
        f"pin{CANARY_PIN}",
        f"Bearer {CANARY_API_KEY}",
    ],
)
def test_a_secret_that_slips_into_words_is_masked(secret: str) -> None:
    """The last net: in an event, in a field, in an id's field."""
    record = a_record("got %s there", secret)
    for name in ("cause", "redemption_id", "reference"):
        setattr(record, name, secret)
    line = written(record)
    assert names_in_text(line) == frozenset()
    assert "got" in line
    assert "there" in line


def test_a_secret_that_is_a_number_is_masked() -> None:
    """A code is a code even when it lost its quotes."""
    record = a_record("odd")
    record.count = int(CANARY_PIN)
    assert names_in_text(written(record)) == frozenset()


def test_ordinary_words_and_small_numbers_stay() -> None:
    """Masking that eats everything would be useless."""
    text = "attempt 2 of 5 ended after 1234 ms with 503"
    assert scrub(text) == text


def test_of_a_library_only_the_template_is_written() -> None:
    """Its arguments may be anything, and it may say them in its own fields."""
    record = a_record("connected to %s", "customer Jane", name="httpcore.http11")
    record.cause = "Jane"
    line = written(record)
    assert "connected to %s" in line
    assert "Jane" not in line


@pytest.mark.fault("X14")
def test_of_a_failure_only_kinds_and_places_are_written() -> None:
    """Neither its words nor the variables around it."""

    def fail() -> None:
        pin = CANARY_PIN
        try:
            raise KeyError(pin)
        except KeyError as error:
            raise RuntimeError(f"no {pin}") from error

    with pytest.raises(RuntimeError) as failed:
        fail()
    said = describe_failure(failed.value)
    record = a_record("failed")
    record.exc_info = (RuntimeError, failed.value, failed.tb)
    assert said["failure"] == "RuntimeError from KeyError"
    assert "test_logs.py" in str(said["where"])
    assert "fail" in str(said["where"])
    assert names_in_text(written(record)) == frozenset()
    assert "no " not in json.loads(written(record))["event"]


@pytest.mark.many_runs
def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Also after it was turned over, and however wide the process's mask is."""
    with opened_logs(tmp_path):
        log = logging.getLogger("counterfoil.till")
        for _ in range(5_000):
            log.info("x" * 250)
    files = sorted(tmp_path.iterdir())
    assert len(files) > 1
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert sum(file.stat().st_size for file in files) < 6_000_000


def test_libraries_are_heard_from_warnings_upwards(tmp_path: Path, expect_log: ExpectLog) -> None:
    """Their chatter is not ours to keep."""
    expect_log("some.library", "trouble")
    with opened_logs(tmp_path):
        logging.getLogger("some.library").info("chatter")
        logging.getLogger("some.library").warning("trouble")
    assert [line["event"] for line in lines(tmp_path)] == ["trouble"]


def test_a_disk_that_takes_no_log_does_not_stop_the_till(tmp_path: Path) -> None:
    """The journal is what must be written."""
    with opened_logs(tmp_path / "missing"):
        logging.getLogger("counterfoil.till").info("still running")


def test_a_link_in_the_logs_place_is_not_followed(tmp_path: Path) -> None:
    """Nobody may turn the log onto another file."""
    target = tmp_path / "target"
    target.write_text("")
    (tmp_path / LOG_NAME).symlink_to(target)
    with opened_logs(tmp_path):
        logging.getLogger("counterfoil.till").info("to nobody")
    assert target.read_text() == ""


def test_what_was_set_before_is_set_again(tmp_path: Path) -> None:
    """Opening and closing leaves nothing behind."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), sys.excepthook, threading.excepthook)
    with opened_logs(tmp_path):
        assert sys.excepthook is not before[2]
    assert (root.level, list(root.handlers), sys.excepthook, threading.excepthook) == before


@pytest.mark.fault("P7")
def test_a_failure_in_a_thread_is_reported_without_its_words(
    tmp_path: Path, expect_log: ExpectLog, capsys: pytest.CaptureFixture[str]
) -> None:
    """P7: nobody waits for a thread, so the log must."""
    expect_log("counterfoil.till", "failure nobody caught")

    def fail() -> None:
        raise ValueError(CANARY_PIN)

    with opened_logs(tmp_path):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    (line,) = lines(tmp_path)
    assert line["failure"] == "ValueError"
    assert capsys.readouterr().err == f"counterfoil: ValueError; see {LOG_NAME}\n"


def test_a_person_who_stops_the_till_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """Control-C and an ordered exit are not reported."""
    _report(KeyboardInterrupt, KeyboardInterrupt(), None)
    _report(SystemExit, SystemExit(), None)
    assert capsys.readouterr().err == ""


@pytest.mark.fault("P7")
def test_a_failure_in_the_loop_is_reported_without_its_words(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    """Whatever the loop says about it stays with the loop."""
    expect_log("counterfoil.till", "failure in the event loop")
    expect_log("counterfoil.till", "failure in the event loop")
    with opened_logs(tmp_path):
        report_loop_failure(None, {"message": CANARY_PIN, "exception": ValueError(CANARY_PIN)})
        report_loop_failure(None, {"message": CANARY_PIN})
    first, second = lines(tmp_path)
    assert first["failure"] == "ValueError"
    assert "failure" not in second


SCRIPT = """
import gc, pathlib, sys
from counterfoil.adapters.system.logs import opened_logs

class Odd:
    def __del__(self):
        raise ValueError("{pin}")

with opened_logs(pathlib.Path(sys.argv[1])):
    odd = Odd()
    del odd
    try:
        raise KeyError("{pin}")
    except KeyError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
"""


@pytest.mark.fault("P7", "X14")
def test_nothing_python_prints_by_itself_shows_a_secret(tmp_path: Path) -> None:
    """Uncaught failures and those in destructors, in a process of their own."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("{pin}", CANARY_PIN), str(tmp_path)],
        cwd=root / "app",
        capture_output=True,
        text=True,
        check=True,
        timeout=15,
    )
    assert names_in_text(done.stdout + done.stderr) == frozenset()
    assert [line["event"] for line in lines(tmp_path)] == [
        "failure while cleaning up",
        "failure nobody caught",
    ]
