"""What a command loads: only what it is about to use."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.tills import command_line

LISTING = """
import json, sys
from counterfoil.adapters.system.shielding import shield_process
from counterfoil.cli.commands import main
shield_process()
code = main(sys.argv[1:])
print()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules if sys.modules[name]})))
raise SystemExit(code)
"""
NEVER = {
    "PySide6",
    "click",
    "fastapi",
    "phonenumbers",
    "pygments",
    "pypdfium2",
    "qasync",
    "reportlab",
    "rich",
    "uvicorn",
    "zxingcpp",
}
"""What no command needs that only reads and asks for types, here with a key kept in a file."""
NO_LINE = NEVER | {"anyio", "h11", "httpcore", "httpx", "truststore"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Return where a sandbox answers."""
    with SandboxServer() as server:
        yield server.url


@pytest.mark.parametrize(
    ("command", "spared"),
    [("types", NEVER), ("history", NO_LINE), ("--help", NO_LINE | {"tomllib"})],
)
def test_a_command_loads_only_what_it_uses(
    tmp_path: Path, provider: str, command: str, spared: set[str]
) -> None:
    """Whoever asks for a list pays for no window, no printing and no command line of others."""
    till = command_line(tmp_path, provider)
    line = [command] if command == "--help" else till.line(command)
    done = subprocess.run(
        [sys.executable, "-c", LISTING, *line],
        env=till.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert loaded & spared == set()
