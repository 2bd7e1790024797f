"""What holds for every test.

Where things are: a test lies on the shelf of what it tests, such as ``tests/service``, or on that
of the whole program: ``acceptance`` (with its parts put together), ``crash``, ``simulation`` and
``project`` (the sources, the tools and these tests themselves). It gets the marker of its shelf; a
test elsewhere, or a Qt fixture outside ``window``, stops the collection. What tests share lies in
``tests/support`` and is imported as ``support.canary``: the folder ``tests`` is on the path, and no
folder of it has an ``__init__.py``.

Loops: an ``async def`` test or fixture in ``tests/window`` runs on the Qt loop, any other on a
plain asyncio loop; nothing needs a marker.

Every test fails when it leaves a task behind, logs a warning or worse that it did not announce
with ``expect_log``, or logs a secret of ``support.canary``. In ``tests/window`` it also fails when
a window stays visible or a timer stays active, and garbage is collected at its end, by the
thread that runs it. When the session ends, all its files are searched for those secrets.
"""

import asyncio
import gc
import inspect
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import hypothesis
import pytest
from hypothesis import is_hypothesis_test

from counterfoil import garbage
from support import canary
from support.log_witness import ExpectLog, LogWitness
from support.measuring import Measuring

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test may reach the keyring of whoever runs it.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

ROOT = Path(__file__).parent
SHELVES = (
    "domain",
    "service",
    "presentation",
    "window",
    "adapters",
    "cli",
    "sandbox",
    "acceptance",
    "crash",
    "simulation",
    "project",
)
QT_FIXTURES = frozenset({"qapp", "qapp_args", "qapp_cls", "qtbot", "qtlog", "qtmodeltester"})
MANY_RUNS_TIMEOUT_S = 120
"""The limit of a test that is many runs in one: marked ``many_runs``, or one of Hypothesis."""
MEASURED = (
    *("adapters/journal/", "adapters/upstream/", "domain/", "presentation/", "service/"),
    *("adapters/printing/test_lettering.py", "adapters/printing/test_slip_formats.py"),
    "acceptance/test_paper_keeping.py",
    *("cli/test_acting.py", "cli/test_health.py", "cli/test_recover.py"),
    *("cli/test_report_command.py", "cli/test_verify.py"),
)
"""The tests that are there to reach every line of what lies above the coverage floor.

What the others pass in their thousands of runs has a test of its own among these.
"""
QUICK = frozenset({"domain", "service", "presentation"})
"""Shelves whose tests start no program: they have the limit of pyproject.toml."""
TIMEOUT_S = 60
"""The limit of a test on the other shelves. A limit ends what hangs; it measures nothing."""

_measuring = Measuring()
_witness = LogWitness()
_application: "list[QApplication]" = []

hypothesis.settings.register_profile("till", deadline=None, print_blob=True)
hypothesis.settings.load_profile("till")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Measure coverage only of what is loaded here, and of nothing else that finds the tests.

    Nothing of what is loaded and found is garbage, so nobody looks for some there: that takes half
    a second each time.
    """
    with _measuring.loads_measured(), garbage.collected_by_nobody():
        found = yield
    gc.freeze()
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Measure coverage only in tests that are there for it: it makes them take twice as long."""
    if not _is_measured(item):
        return (yield)
    with _measuring.measured():
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Save the coverage now: a process that takes long to end is killed, and saves nothing."""
    _measuring.save()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its shelf, and stop when one has none or uses Qt elsewhere."""
    for item in items:
        shelf = shelf_of(item.path)
        if shelf is None:
            message = f"{item.nodeid}: a test lies in one of tests/{{{','.join(SHELVES)}}}"
            raise pytest.UsageError(message)
        item.add_marker(shelf)
        if _is_many_runs(item) or shelf in {"crash", "simulation"}:
            item.add_marker(pytest.mark.timeout(MANY_RUNS_TIMEOUT_S))
        elif shelf not in QUICK:
            item.add_marker(pytest.mark.timeout(TIMEOUT_S))
        if shelf != "window" and (found := QT_FIXTURES & set(getattr(item, "fixturenames", ()))):
            message = f"{item.nodeid}: {', '.join(sorted(found))} only in tests/window"
            raise pytest.UsageError(message)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let what a test logged reach the process that prints, whatever text it was about."""
    return _encodable((yield))


def _encodable(told: Any) -> Any:
    """Write out half letters, which no text that is sent may hold, in all parts of a report."""
    if isinstance(told, str):
        return told.encode(errors="backslashreplace").decode()
    if isinstance(told, dict):
        return {_encodable(name): _encodable(part) for name, part in told.items()}
    if isinstance(told, list | tuple):
        return type(told)(map(_encodable, told))
    return told


def _is_many_runs(item: pytest.Item) -> bool:
    is_marked = item.get_closest_marker("many_runs") is not None
    return is_marked or is_hypothesis_test(getattr(item, "function", None))


def _is_measured(item: pytest.Item) -> bool:
    inside = item.path.relative_to(ROOT).as_posix()
    return inside.startswith(MEASURED) and not _is_many_runs(item)


def shelf_of(path: Path) -> str | None:
    """Name the shelf that a test file lies on, if any."""
    parts = path.relative_to(ROOT).parts if path.is_relative_to(ROOT) else ()
    return parts[0] if len(parts) > 1 and parts[0] in SHELVES else None


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run the tests of the window on the Qt loop, and all others on a plain one."""
    if shelf_of(item.path) == "window":
        return {"qt": _new_qt_loop}
    return {"plain": asyncio.new_event_loop}


def _new_qt_loop() -> asyncio.AbstractEventLoop:
    import shiboken6
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    class ClosedWhole(QEventLoop):  # type: ignore[misc]  # qasync has no types
        """A loop that takes its Qt timers along.

        They outlive the loop, those of waits that ended early too, until the garbage is collected.
        Whatever thread does that ends them, and the process with them.
        """

        def close(self) -> None:
            timers = vars(self).get("_timer")
            super().close()
            if timers is not None:
                shiboken6.delete(timers)

    if QApplication.instance() is None:
        _application.append(QApplication(["counterfoil-tests"]))
    application = cast("QApplication", QApplication.instance())
    application.setQuitOnLastWindowClosed(False)
    return cast("asyncio.AbstractEventLoop", ClosedWhole(application, already_running=False))


@pytest.fixture(scope="session", autouse=True)
def _no_secret_in_any_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every file of the session in one place, and search it at the end."""
    everything = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        temporary = tmp_path_factory.mktemp("temporary")
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", str(temporary))
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.setenv(variable, str(tmp_path_factory.mktemp(variable.lower())))
        # What runs tests is measured. The programs that it starts would take twice as long.
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        with _witness.attached():
            yield
    hits = [*canary.hits_below(everything), *_witness.take_leaks()]
    if hits:
        pytest.fail("a secret was written down:\n" + "\n".join(hits), pytrace=False)


@pytest.fixture
def expect_log() -> ExpectLog:
    """Announce a warning or worse: ``expect_log("journal", "disk is full")``."""
    return _witness.expect


@pytest.fixture(autouse=True)
def _no_surprise_in_the_log() -> Iterator[None]:
    """Fail the test for a log line it did not announce, or announced in vain."""
    _witness.begin()
    yield
    surprises = [*_witness.take_leaks(), *_witness.take_surprises()]
    if surprises:
        pytest.fail("\n".join(surprises), pytrace=False)


def _show_as_usual(application: "QApplication") -> None:
    """Take back the text size that a test before left: less of a window fits into larger text."""
    from counterfoil.ui import theme

    theme.set_room(*theme.ANY_ROOM)
    if theme.current().scale != 1:
        theme.apply_theme(application, theme.ThemeName.LIGHT)


@pytest.fixture(autouse=True)
def _garbage_of_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no thread but this one end what Qt made, as in a process with a window."""
    if shelf_of(request.path) != "window":
        yield
        return
    with garbage.collected_by_nobody():
        yield
        gc.collect(1)


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test for what it left behind."""
    has_window = shelf_of(request.path) == "window"
    if has_window:
        _show_as_usual(request.getfixturevalue("qapp"))
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("_no_task_left")
    yield
    if has_window and (remains := list(_qt_remains())):
        pytest.fail("\n".join(remains), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _worked_out_while_measured(_no_secret_in_any_file: None) -> None:
    """Fill what is worked out once a process, which is else missed if it is not measured then."""
    if _measuring.is_wanted:
        from support.journals import use_once

        with _measuring.measured():
            asyncio.run(use_once())


@pytest.fixture
async def _no_task_left() -> AsyncIterator[None]:
    """Fail the test for tasks that outlive it."""
    yield
    for _ in range(3):
        # What was just cancelled or closed gets a few turns to finish.
        await asyncio.sleep(0)
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if left:
        names = ", ".join(f"{task.get_name()} ({task.get_coro()!r})" for task in left)
        pytest.fail(f"tasks left running: {names}", pytrace=False)


def _qt_remains() -> Iterator[str]:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import Shiboken

    for widget in QApplication.topLevelWidgets():
        if widget.isVisible():
            yield f"window left visible: {type(widget).__name__} {widget.objectName()!r}"
            widget.hide()
    for wrapper in Shiboken.getAllValidWrappers():
        if isinstance(wrapper, QTimer) and wrapper.isActive():
            owner = wrapper.parent()
            yield f"timer left active: {wrapper.objectName()!r} of {type(owner).__name__}"
            wrapper.stop()
