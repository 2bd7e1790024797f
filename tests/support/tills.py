"""A till in a folder of its own, and its command line run in this process or as a program.

Whatever a command says is searched for the canaries, unless it was asked to reveal.
"""

import asyncio
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
)
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typing_extensions import override

from counterfoil import bootstrap
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.settings.till_settings import (
    API_KEY_VARIABLE,
    TillSettings,
    load_settings,
)
from counterfoil.adapters.system.chance import SystemChance
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.cli.commands import main
from counterfoil.service.people import People
from support import canary, people
from support.people import CASHIER_NUMBER, MANAGER_NUMBER, PINS, SUPERVISOR_NUMBER, made_pins

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
    has_staff: bool = False
    """Whether `hire` was called here: then commands that act are given as somebody."""

    def run(self, *arguments: str, stdin: str = "", as_json: bool = False) -> Said:
        """Carry out a command in this process."""
        line = self.line(*arguments, as_json=as_json)
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, {API_KEY_VARIABLE: self.api_key}),
            patch("counterfoil.bootstrap.SystemChance", EagerChance),
            patch("sys.stdin", io.StringIO(typed_for(line) + stdin)),
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
        who = acting(arguments) if self.has_staff else ()
        line = [*arguments, *who, "--data-dir", str(self.data_dir)]
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
            pins = typed_for(self.line(*arguments))
            out, err = process.communicate(pins + stdin, timeout=15)
        return checked(Said(process.returncode, out, err), arguments)

    def environment(self, **variables: str) -> dict[str, str]:
        """Return the environment of a program."""
        ours = {"PYTHONPATH": str(ROOT / "app"), API_KEY_VARIABLE: self.api_key}
        return {**os.environ, **ours, **variables}


_BY_CASHIER = {"redeem", "lookup", "answer"}
_BY_MANAGER = {
    *("set-aside", "void", "settle", "slip", "restore", "accept", "export", "import"),
    *("file", "resolve", "run"),
}
_OF_SHIFT = {"open", "rest", "count", "z", "drop", "pay-in"}
"""What a cashier does with a drawer; all else with it the manager does, but for the list."""


def acting(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the options with which somebody gives a command who may, unless it has them.

    The cashier sells, and the manager does all that a cashier may not do to a sale of their own.
    """
    words, reveals = set(arguments[:2]), "--reveal" in arguments
    if "--as" in arguments:
        return ()
    if "report" in words:
        return ("--as", SUPERVISOR_NUMBER)
    if "shift" in words:
        by_whom = CASHIER_NUMBER if words & _OF_SHIFT else MANAGER_NUMBER
        return () if "list" in words else ("--as", by_whom)
    if words & _BY_CASHIER:
        approved = ("--approved-by", SUPERVISOR_NUMBER, "--reason", "asked")
        return ("--as", CASHIER_NUMBER, *(approved if reveals else ()))
    return ("--as", MANAGER_NUMBER) if words & _BY_MANAGER or reveals else ()


def typed_for(line: Sequence[str]) -> str:
    """Return the lines of standard input by which those prove who they are who are in a command."""
    numbers = [
        line[line.index(option) + 1] for option in ("--as", "--approved-by") if option in line
    ]
    return "".join(f"{PINS.get(number, '00000')}\n" for number in numbers)


def hire(data_dir: Path, settings: Path) -> None:
    """Let the staff of tests work at a till, whose key lies in its folder.

    A new folder is a copy of one in which they were hired before, since to begin a journal takes
    all migrations.
    """
    if not _hired:
        till = Path(tempfile.mkdtemp(), "till")
        _carried_out(_hire(till, load_settings(settings)))
        _hired.append(till)
    if not data_dir.exists():
        shutil.copytree(_hired[0], data_dir)
    _carried_out(_settle_in(data_dir, load_settings(settings)))


_hired: list[Path] = []


def _carried_out(work: Coroutine[Any, Any, None]) -> None:
    """Carry out work in a thread, because a test may have a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _settle_in(data_dir: Path, settings: TillSettings) -> None:
    """Have a till remembered in its place."""
    async with _opened(data_dir, settings):
        pass


async def _hire(data_dir: Path, settings: TillSettings) -> None:
    async with _opened(data_dir, settings) as journal:
        staff = People(
            journal=journal,
            pins=made_pins(journal.vault),
            clock=SystemClock(),
            chance=SystemChance(),
        )
        await people.hire(staff)


def _opened(data_dir: Path, settings: TillSettings) -> AbstractAsyncContextManager[SqliteJournal]:
    return SqliteJournal.open(
        data_dir,
        partial(bootstrap.vault_of, data_dir, settings),
        second=bootstrap.second_place(data_dir, settings),
        marker=bootstrap.marker_of(data_dir, settings),
    )


def checked(said: Said, arguments: object) -> Said:
    """Return what was said once no secret is in it that nobody asked to see."""
    found = canary.names_in_text(said.out + said.err)
    if "--reveal" in str(arguments):
        found -= {"CANARY_CHANGE_PIN"}
    assert not found, f"{arguments} said {sorted(found)}"
    return said


def command_line(
    folder: Path, url: str, *more: str, has_staff: bool = True, data_dir: str = "till"
) -> CommandLine:
    """Return the command line of a new till in this folder, at an upstream.

    Without staff there is only its settings file: the till begins with the first command.
    """
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
    if has_staff:
        hire(folder / data_dir, settings)
    return CommandLine(folder / data_dir, settings, has_staff=has_staff)
