"""The program's own process: what it takes away from itself before anything else is loaded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.adapters.system.shielding import LEADING_ASTRAY
from support.canary import CANARY_API_KEY

ROOT = Path(__file__).parents[3]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it on Linux alone")

LOOK = """
import ctypes, json, os, resource, sys
sys.path.insert(0, "app")
from counterfoil.adapters.system.shielding import LEADING_ASTRAY, shield_process
before = resource.getrlimit(resource.RLIMIT_CORE)
taken = shield_process()
print(json.dumps({
    "taken": taken,
    "left": [name for name in LEADING_ASTRAY if name in os.environ],
    "platform": os.environ.get("QT_QPA_PLATFORM"),
    "plugins_off": os.environ.get("PYDANTIC_DISABLE_PLUGINS"),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
}))
"""


def run(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of code in an interpreter of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
    )


@LINUX
@pytest.mark.fault("X16", "X20")
def test_the_process_is_shielded(tmp_path: Path) -> None:
    """No core file, nobody looks into its memory, and no variable leads it to foreign parts."""
    astray = {
        name: str(tmp_path) for name in LEADING_ASTRAY if not name.startswith(("PYTHON", "OPENSSL"))
    }
    done = run(LOOK, **astray, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(astray) <= set(told["taken"])
    assert told["left"] == []
    assert told["platform"] == "offscreen"
    assert told["plugins_off"] == "1", "no package adds its own part to the models"
    assert told["core"] == [0, 0]
    assert told["dumpable"] == 0


WATCHED = """
import json, os, sys
sys.path.insert(0, "app")
seen = {}

def watch(event, arguments):
    if event == "import" and arguments[0] in {"PySide6", "ssl", "httpx"}:
        seen.setdefault(arguments[0], "SSLKEYLOGFILE" in os.environ)
        if arguments[0] == "PySide6":
            raise SystemExit  # the window is not wanted

sys.addaudithook(watch)
import counterfoil.__main__ as program
sys.argv = ["counterfoil", *sys.argv[1:]]
try:
    program.main()
except SystemExit:
    pass
print(json.dumps(seen, sort_keys=True))
"""


@pytest.mark.fault("X16")
@pytest.mark.parametrize(
    ("command", "loaded"),
    [((), "PySide6"), (("types",), "ssl")],
    ids=["window", "command"],
)
def test_the_shield_is_up_before_anything_is_loaded(
    command: tuple[str, ...], loaded: str, tmp_path: Path
) -> None:
    """The variables are gone when Qt and the line's library are looked for."""
    keys, till = tmp_path / "keys", tmp_path / "till"
    keys.mkdir()
    options = (*command, "--data-dir", str(till)) if command else ()
    done = run(WATCHED, *options, SSLKEYLOGFILE=str(keys / "log"), QT_QPA_PLATFORM="offscreen")
    seen = json.loads(done.stdout.splitlines()[-1])
    assert loaded in seen, done.stderr
    assert not any(seen.values())
    assert list(keys.iterdir()) == []


@pytest.mark.fault("X16")
def test_the_start_command_takes_no_module_from_the_working_folder(tmp_path: Path) -> None:
    """Whoever can write there must not be able to plant a part of the till."""
    assert " -I -m counterfoil " in (ROOT / "packaging" / "start").read_text(encoding="utf-8")
    (tmp_path / "counterfoil.py").write_text("print('planted')\n")
    (tmp_path / "typer.py").write_text("print('planted')\n")
    done = subprocess.run(
        [sys.executable, "-I", "-m", "counterfoil", "redeem", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
    )
    assert "planted" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr


DYING = """
import os, sys
sys.path.insert(0, "app")
from counterfoil.adapters.system.shielding import shield_process
shield_process()
pin = sys.stdin.read()
os.abort()
"""


@LINUX
@pytest.mark.fault("X20")
def test_a_breakdown_writes_no_memory_to_the_disk(tmp_path: Path) -> None:
    """A process that aborts with a key in memory leaves no file; the canary scan looks too."""
    done = subprocess.run(
        [sys.executable, "-c", DYING.replace('"app"', repr(str(ROOT / "app")))],
        cwd=tmp_path,
        input=CANARY_API_KEY,
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
    )
    assert done.returncode < 0
    assert list(tmp_path.iterdir()) == []
