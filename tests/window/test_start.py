"""What the window loads before it can be seen."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters.settings.look_memory import LookMemory
from counterfoil_sandbox.server import SandboxServer
from support.tills import command_line

LATE = {
    "babel",
    "escpos",
    "fastapi",
    "httpx",
    "phonenumbers",
    "pydantic",
    "pypdfium2",
    "reportlab",
    "starlette",
    "truststore",
    "typer",
    "uvicorn",
    "zxingcpp",
}
"""What is only needed later, or never by the window."""

ALLOWED = {
    "PySide6",
    "_cffi_backend",
    "cryptography",
    "platformdirs",
    "qasync",
    "shiboken6",
}
"""Every package from outside the standard library that is loaded when the window is painted."""

WITH_SETTINGS = ALLOWED | {"pydantic_core", "typing_extensions"}
"""With a settings file also the engine that checks it, without its models."""

LISTING = """
import json, linecache, sys
from pathlib import Path

def list_modules():
    roots = {name.partition(".")[0] for name in sys.modules}
    painted_with = vars(sys.modules["PySide6.QtWidgets"])
    files = {root: str(getattr(sys.modules.get(root), "__file__", "")) for root in roots}
    packages = sorted(root for root, file in files.items() if "site-packages" in file)
    print(json.dumps({
        "roots": sorted(roots), "packages": packages, "has_style": "QStyle" in painted_with,
        "sources": sorted(linecache.cache),
        "core": sorted(name for name in sys.modules if name.startswith("counterfoil.domain.")),
    }))
"""
FRAME = f"""
from PySide6.QtWidgets import QApplication
from counterfoil import opening
{LISTING}
def begin(loading):
    list_modules()
    QApplication.closeAllWindows()

opening._Loading.begin = begin
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""
WINDOW = f"""
from counterfoil import desktop, opening
{LISTING}
def begin(face, kept):
    list_modules()
    face.window.close_requested.emit()

desktop.begin = begin
raise SystemExit(opening.open_window(*map(Path, sys.argv[1:])))
"""
TRAINING = WINDOW.replace("*map(Path, sys.argv[1:])", "Path(sys.argv[1]), None")
FORM = """
import json, sys
from pathlib import Path
from counterfoil import desktop, opening

def begin(face, kept):
    focused = face.window.focusWidget()
    fields = [one.name for one in face.counter.screen().fields]
    print(json.dumps({"fields": fields, "focus": focused and [focused.objectName()]}))
    face.window.close_requested.emit()

desktop.begin = begin
raise SystemExit(opening.open_window(*map(Path, sys.argv[1:])))
"""


UNPAINTED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from counterfoil import desktop, opening

desktop.Window.show = lambda window: QTimer.singleShot(0, window.close)
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


def modules_loaded(script: str, folder: Path, *settings: Path) -> dict[str, Any]:
    """Open the till in a process of its own and list what it has loaded by then."""
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), *map(str, settings)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_the_frame_loads_qt_and_nothing_else(tmp_path: Path) -> None:
    """Until there is something to see, every library is one too many, even the small ones."""
    loaded = modules_loaded(FRAME, tmp_path / "till")
    assert set(loaded["packages"]) == {"PySide6", "shiboken6"}
    assert not {"asyncio", "sqlite3", "ssl", "tomllib"} & set(loaded["roots"])
    assert not loaded["core"], "a frame needs no rules"
    assert not loaded["has_style"], "its enumerations alone take 6 ms"
    assert not (tmp_path / "till").exists(), "nothing is written before the till opens"


LOOKS = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from counterfoil import opening
from counterfoil.ui import theme

def begin(loading):
    print(theme.current().name, theme.current().scale_asked, QApplication.desktopFileName())
    QApplication.closeAllWindows()

opening._Loading.begin = begin
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


def test_the_frame_has_the_look_that_was_chosen_last(tmp_path: Path) -> None:
    """A till in the dark does not begin with a flash of white; its desktop knows its name."""
    memory = LookMemory(tmp_path / "training")
    (tmp_path / "training").mkdir(mode=0o700)
    memory.keep_theme("dark")
    memory.keep_text_scale(1.25)
    done = subprocess.run(
        [sys.executable, "-c", LOOKS, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["dark", "1.25", "counterfoil"], done.stderr


def test_the_window_loads_nothing_heavy_before_it_is_painted(tmp_path: Path) -> None:
    """Printing, HTTP, models, phone tables and the sandbox come after it."""
    folder = tmp_path / "till"
    folder.mkdir()
    modules_loaded(TRAINING, folder)  # the very first start looks for a keyring for its key
    loaded = modules_loaded(TRAINING, folder)
    assert not LATE & set(loaded["roots"])
    assert not loaded["sources"], "read by Qt's binding, which takes time, and kept for ever"
    assert set(loaded["packages"]) <= ALLOWED, "a new package at first paint needs its reason here"


def test_a_settings_file_adds_only_what_checks_it(tmp_path: Path) -> None:
    """So it is in a shop; in training there is none."""
    till = command_line(tmp_path, "http://127.0.0.1:1")
    modules_loaded(WINDOW, till.data_dir, tmp_path / "settings.toml")
    loaded = modules_loaded(WINDOW, till.data_dir, tmp_path / "settings.toml")
    assert set(loaded["packages"]) <= WITH_SETTINGS


def test_the_first_that_is_seen_of_the_window_asks_who_is_there(tmp_path: Path) -> None:
    """A cashier types at once; behind it lies a form, by the types of the last discovery."""
    with SandboxServer() as provider:
        till = command_line(tmp_path, provider.url)
        assert till.program("types").code == 0
    shown = modules_loaded(FORM, till.data_dir, tmp_path / "settings.toml")
    assert "pin" in shown["fields"]
    assert shown["focus"] == ["sign-in-number"]


def test_a_window_that_is_never_painted_can_be_closed(tmp_path: Path) -> None:
    """On a locked or covered screen no paint event may ever come."""
    done = subprocess.run(
        [sys.executable, "-c", UNPAINTED, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert done.returncode == 0, done.stderr


CLOSED_LAST = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from counterfoil import desktop, opening

show = desktop.Window.show

def close_frame(window):
    for one in QApplication.topLevelWidgets():
        if one.objectName() == "opening":
            one.close()
    show(window)

def begin(face, kept):
    print("the till is open")
    face.window.close_requested.emit()

desktop.Window.show, desktop.begin = close_frame, begin
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


def test_who_closes_the_frame_in_the_last_moment_gets_no_till(tmp_path: Path) -> None:
    """The till was open by then, and its window was not painted yet."""
    done = subprocess.run(
        [sys.executable, "-c", CLOSED_LAST, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


SLOW = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from counterfoil import desktop, opening
from counterfoil.adapters import keyrings

desktop.PATIENCE_S = 0.1
keyrings.ANSWER_LIMIT_S = 3600.0 if sys.argv[2] == "close" else 0.6
show = opening.OpeningWindow.show_wait

def say(window, words):
    show(window, words)
    print(window.isVisible(), words)
    if sys.argv[2] == "close" and window.isVisible():
        window.close()

def see(face, kept):
    print([one.objectName() for one in QApplication.topLevelWidgets() if one.isVisible()])
    face.window.close_requested.emit()

opening.OpeningWindow.show_wait, desktop.begin = say, see
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


def open_slowly(tmp_path: Path, what: str) -> subprocess.CompletedProcess[str]:
    """Open the real window where a Secret Service takes the call and never answers."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        return subprocess.run(
            [sys.executable, "-c", SLOW, str(tmp_path / "till"), what],
            env={
                **os.environ,
                "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'bus'}",
                "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
            },
            capture_output=True,
            text=True,
            timeout=45,
            check=False,
        )


@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's")
def test_a_till_whose_keyring_is_silent_says_what_it_waits_for(tmp_path: Path) -> None:
    """A screen with nothing on it is taken for a program that did not start."""
    done = open_slowly(tmp_path, "wait")
    *waited, last = done.stdout.splitlines()
    assert done.returncode == 74, done.stderr
    assert any(one.startswith("True It waits for this computer's keyring.") for one in waited)
    assert last == "['window']"


@pytest.mark.skipif(sys.platform != "linux", reason="the Secret Service is Linux's")
def test_who_closes_a_till_that_is_still_opening_gets_none(tmp_path: Path) -> None:
    """Nothing comes up later by itself, and no process stays until a silent keyring answers."""
    done = open_slowly(tmp_path, "close")
    assert done.returncode == 0, done.stderr
    assert "['window']" not in done.stdout.splitlines()


PLACED = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QWidget
from counterfoil import desktop, opening

def measure(face, kept):
    window = face.window
    foot = window.findChild(QWidget, "footer-help")
    inside, frame = ([*one.getRect()] for one in (window.geometry(), window.frameGeometry()))
    print(json.dumps({
        "window": inside,
        "frame": frame,
        "foot": window.mapFromGlobal(foot.mapToGlobal(foot.rect().bottomLeft())).y() + 1,
    }))
    if len(sys.argv) > 2:
        window.showNormal()
        window.setGeometry(*map(int, sys.argv[2:]))
    window.close_requested.emit()

desktop.begin = measure
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


def placed(folder: Path, screen: tuple[int, int], *move_to: int) -> dict[str, Any]:
    """Open the real window on a screen of this size, move it, close it, and tell where it was."""
    one = {"name": "one", "x": 0, "y": 0, "width": screen[0], "height": screen[1]}
    told = folder.parent / "screens.json"
    told.write_text(json.dumps({"screens": [one | {"logicalDpi": 96, "dpr": 1}]}))
    done = subprocess.run(
        [sys.executable, "-c", PLACED, str(folder), *map(str, move_to)],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={told}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("screen", [(1024, 768), (3840, 2160)])
def test_the_first_start_shows_the_whole_window_and_its_footer(
    tmp_path: Path, screen: tuple[int, int]
) -> None:
    """The window fills the screen, whatever its size, and nothing lies outside."""
    found = placed(tmp_path / "till", screen)
    assert found["frame"] == [0, 0, *screen]
    assert screen[1] - 48 < found["foot"] <= screen[1]


def test_the_window_opens_where_it_was_and_on_the_screen_of_today(tmp_path: Path) -> None:
    """A size and place that somebody chose are kept, as far as the screen still has them."""
    placed(tmp_path / "till", (3840, 2160), 2000, 900, 1400, 900)
    assert placed(tmp_path / "till", (3840, 2160))["window"] == [2000, 900, 1400, 900]
    x, y, width, height = placed(tmp_path / "till", (1366, 768))["window"]
    assert x >= 0
    assert y >= 0
    assert x + width <= 1366
    assert y + height <= 768
