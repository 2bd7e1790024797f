"""A till in a folder of its own, and its command line run in this process or as a program.

Whatever a command says is searched for the canaries, unless it was asked to reveal.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typing_extensions import override

from counterfoil.adapters.settings.till_settings import API_KEY_VARIABLE
from counterfoil.adapters.system.chance import SystemChance
from counterfoil.cli.commands import main
from support import canary

ROOT = Path(__file__).parents[2]

ELECTRUM = """
[electrum]
base_url = "{url}"
terminal_id = "TILL0001"
credentials_from = "environment"
types = ["electrum.voucher"]
[electrum.client]
id = "22222222"
name = "Acquirer"
[electrum.originator]
id = "11111111"
name = "Corner Shop"
[electrum.receiver]
id = "50010001"
name = "Karoo Vouchers"
[electrum.merchant]
type = "5411"
id = "CORNERSHOP00001"
name = "Corner Shop"
city = "Cape Town"
region = "WC"
country = "ZA"
"""
"""Settings of an advised upstream at a sandbox; ``url`` is where it is."""


class EagerChance(SystemChance):
    """Ids as ever, and no pause between two attempts."""

    @override
    def jitter(self) -> float:
        """Return the least."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The command line of one till. Commands run in this process, without pauses."""

    data_dir: Path
    settings: Path | None = None
    api_key: str = canary.CANARY_API_KEY

    def run(self, *arguments: str, stdin: str = "", as_json: bool = False) -> Said:
        """Carry out a command in this process."""
        line = self.line(*arguments, as_json=as_json)
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, {API_KEY_VARIABLE: self.api_key}),
            patch("counterfoil.bootstrap.SystemChance", EagerChance),
            patch("sys.stdin", io.StringIO(stdin)),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = main(line)
        return checked(Said(int(code), out.getvalue(), err.getvalue()), line)

    def json(self, *arguments: str, stdin: str = "", code: int = 0) -> Any:
        """Carry out a command that must end with ``code``, and return its JSON."""
        said = self.run(*arguments, stdin=stdin, as_json=True)
        assert said.code == code, (said.code, said.out, said.err)
        return said.document

    def line(self, *arguments: str, as_json: bool = False) -> list[str]:
        """Return a whole command line."""
        line = [*arguments, "--data-dir", str(self.data_dir)]
        line += ["--settings", str(self.settings)] if self.settings else []
        return [*line, "--json"] if as_json else line

    @contextmanager
    def started(self, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """Start a command as a program of its own, and end it."""
        line = self.line(*arguments)
        process = subprocess.Popen(
            [sys.executable, "-m", "counterfoil", *line],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(**variables),
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def program(self, *arguments: str, stdin: str = "", **variables: str) -> Said:
        """Carry out a command as a program of its own."""
        with self.started(*arguments, **variables) as process:
            out, err = process.communicate(stdin, timeout=15)
        return checked(Said(process.returncode, out, err), arguments)

    def environment(self, **variables: str) -> dict[str, str]:
        """Return the environment of a program."""
        ours = {"PYTHONPATH": str(ROOT / "app"), API_KEY_VARIABLE: self.api_key}
        return {**os.environ, **ours, **variables}


def checked(said: Said, arguments: object) -> Said:
    """Return what was said once no secret is in it that nobody asked to see."""
    found = canary.names_in_text(said.out + said.err)
    if "--reveal" in str(arguments):
        found -= {"CANARY_CHANGE_PIN"}
    assert not found, f"{arguments} said {sorted(found)}"
    return said


def command_line(folder: Path, url: str, *more: str) -> CommandLine:
    """Return the command line of a new till in this folder, at an upstream."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "settings.toml"
    lines = [
        "[moment]",
        f'base_url = "{url}"',
        'api_key_from = "environment"',
        "[journal]",
        'key_in = "file"',
        *more,
    ]
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CommandLine(folder / "till", settings)
