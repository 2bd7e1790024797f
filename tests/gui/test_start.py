"""What the window loads before it can be seen."""

import json
import subprocess
import sys
from pathlib import Path

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
    "typing_extensions",
}
"""Every package from outside the standard library that is loaded at first paint."""

SCRIPT = """
import json, sys
from pathlib import Path
from counterfoil import desktop

def list_modules(face):
    roots = {name.partition(".")[0] for name in sys.modules}
    files = {root: str(getattr(sys.modules.get(root), "__file__", "")) for root in roots}
    packages = sorted(root for root, file in files.items() if "site-packages" in file)
    print(json.dumps({"roots": sorted(roots), "packages": packages}))
    face.window.close_requested.emit()

desktop.begin = list_modules
raise SystemExit(desktop.open_window(Path(sys.argv[1]), None))
"""


UNPAINTED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from counterfoil import desktop

desktop.Window.show = lambda window: QTimer.singleShot(0, window.close)
raise SystemExit(desktop.open_window(Path(sys.argv[1]), None))
"""


def modules_at_first_paint(folder: Path) -> dict[str, list[str]]:
    """Open the real window in a process of its own and list what it has loaded by then."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_the_window_loads_nothing_heavy_before_its_first_paint(tmp_path: Path) -> None:
    """Printing, HTTP, models, phone tables and the sandbox come after the first paint."""
    folder = tmp_path / "till"
    folder.mkdir()
    modules_at_first_paint(folder)  # the very first start looks for a keyring to keep its key in
    loaded = modules_at_first_paint(folder)
    assert not LATE & set(loaded["roots"])
    assert set(loaded["packages"]) <= ALLOWED, "a new package at first paint needs its reason here"


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
