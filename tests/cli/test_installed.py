"""The installed program: every command it lists is carried out by it, and every one it tells of."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import typer

from counterfoil.cli.commands import app, main
from counterfoil_sandbox.pins import BLU, ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.sandboxes import lose_answers
from support.tills import ROOT, CommandLine, acting, typed_for

PROGRAM = Path(sys.executable).with_name("counterfoil")
PAUSE = Event()
"""Never set: its time-out is a pause between two looks at another process."""
PASSPHRASE = "seven small goats jump"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a command: what is typed, what it reads, how it ends, what it then has said."""

    line: str
    says: str
    stdin: str = ""
    code: int = 0


USES = {
    "types": Use("types", "OTT"),
    "lookup": Use(
        f"lookup --type {BLU} --field token=-", "R50.00", pins_for(BLU, Situation.USABLE)[0]
    ),
    "redeem": Use(
        f"redeem --type {BLU} --field token=- --amount 19.00",
        "HAND OVER NOW",
        pins_for(BLU, Situation.USABLE)[1],
    ),
    "show": Use("show {reference}", "{reference}"),
    "history": Use("history --limit 5", "{reference}"),
    "slips": Use("slips", ""),
    "owed": Use("owed", "answer {reference}"),
    "answer": Use("answer {reference} gone", "closed without this voucher"),
    "recover": Use("recover --for 10", "Is this customer still here?", code=2),
    "set-aside": Use("set-aside {reference}", "closed without this voucher"),
    "void": Use("void {reference} --reason goods_returned", "", code=1),
    "settle": Use("settle", "Nothing waits for a person"),
    "slip": Use("slip {reference} --output {tmp}/slip.pdf", "Wrote"),
    "printers": Use("printers", "Slips go to: folder"),
    "printer resume": Use("printer resume", "The settings name no print queue.", code=1),
    "printer test": Use("printer test", "Test slip sent: test.pdf"),
    "health": Use("health --support {tmp}/support.txt", "support.txt"),
    "about": Use("about", "pyside6-essentials"),
    "settings check": Use("settings check", "nothing is wrong"),
    "settings log": Use("settings log", "Nobody has changed"),
    "settings show": Use("settings show", 'window.theme = "system"  (default)'),
    "journal verify": Use("journal verify", "sound"),
    "journal accept": Use("journal accept --by Me --reason moved", "nothing to accept"),
    "backup": Use("backup --check", "The backup is good"),
    "backups": Use("backups", "whole"),
    "restore": Use("restore {backup} --check", "The backup is good"),
    "key export": Use("key export --to {tmp}/again.key", "Wrote", PASSPHRASE),
    "key import": Use("key import {tmp}/till.key --data-dir {tmp}/new", "in key.file", PASSPHRASE),
    "staff list": Use("staff list", "Nomsa D."),
    "staff begin": Use("staff begin 41 --name Zodwa", "has a manager already", PASSPHRASE, code=1),
    "staff add": Use(
        "staff add 41 --name Zodwa --role cashier --language zu --as 31", "Done.", "58203"
    ),
    "staff reset": Use("staff reset 17 --as 31", "Done.", "58203"),
    "staff badge": Use("staff badge 17 --remove --as 31", "Done."),
    "staff role": Use("staff role 17 supervisor --new-pin --as 31", "Done.", "582037"),
    "staff lock": Use("staff lock 17 --as 31", "Done."),
    "staff unlock": Use("staff unlock 17 --as 31", "Done."),
    "staff recover": Use("staff recover 31", "This PIN is not right.", f"x\n{PASSPHRASE}", code=1),
    "staff acknowledge": Use("staff acknowledge --as 31", "Recovery code: "),
    "shift open": Use("shift open 500", "opened"),
    "shift pay-in": Use("shift pay-in 10 --reason change", "No shift is open", code=1),
    "shift pay-out": Use("shift pay-out 10 --reason milk", "No shift is open", code=1),
    "shift drop": Use("shift drop 10 --reason safe", "No shift is open", code=1),
    "shift no-sale": Use("shift no-sale --reason stuck", "No shift is open", code=1),
    "shift rest": Use("shift rest {reference} --cash 31", "do not add up", code=1),
    "shift x": Use("shift x", "No shift is open", code=1),
    "shift count": Use("shift count --pieces 200=3", "No shift is open", code=1),
    "shift z": Use("shift z", "No shift is open", code=1),
    "shift print": Use("shift print 1", "no Z with this number", code=1),
    "shift list": Use("shift list", "No shift was opened yet"),
    "report": Use("report day --as 31", "Nothing was sold in this time"),
    "retention run": Use("retention run --as 31", "Removed from 0"),
    "retention export": Use("retention export --phone 0821234567 --as 31", "Nothing"),
    "reconcile file": Use(
        "reconcile {tmp}/nothing.csv --provider moment --as 31", "There is no such file", code=1
    ),
    "reconcile list": Use("reconcile list", "No difference"),
    "reconcile runs": Use("reconcile runs", "No statement"),
    "reconcile resolve": Use(
        "reconcile resolve 9 --reason known", "No difference of this number", code=1
    ),
    "reconcile sample": Use(
        "reconcile sample --provider moment --output {tmp}/s.csv",
        "there is no training til",
        code=64,
    ),
    "sandbox": Use("sandbox --port 0", "ready"),
    "demo": Use("demo --output {tmp}/settings.toml", "cannot be written", code=64),
}
"""Every command once, with arguments. A new one belongs here."""
SERVES = frozenset({"sandbox"})


def listed(group: Any, *before: str) -> Iterator[tuple[str, Any]]:
    """Return the commands of the program as it is parsed, each with its whole name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from listed(command, *before, name)
        else:
            yield " ".join((*before, name)), command


PROGRAM_GROUP: Any = typer.main.get_command(app)
COMMANDS = dict(listed(PROGRAM_GROUP))
GROUPS = {
    name: group
    for name, group in PROGRAM_GROUP.commands.items()
    if getattr(group, "invoke_without_command", False)
}
"""Those that do something without a command of theirs."""


def test_the_table_has_every_command_that_help_lists() -> None:
    """As the installed program prints it, a group by its own help."""
    shown: set[str] = set()
    groups = {name.partition(" ")[0] for name in USES if " " in name}
    for before in ("", *sorted(groups)):
        told = run(*before.split(), "--help").stdout.partition("Commands:")[2]
        names = re.findall(r"^  ([a-z-]+)  ", told, re.MULTILINE)
        assert names, before
        shown |= {f"{before} {name}".strip() for name in names} - groups
    assert shown == set(USES) == set(COMMANDS)


@pytest.mark.parametrize("command", USES)
def test_a_command_says_what_it_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With 0, and each option that its use here has."""
    assert main([*command.split(), "--help"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in USES[command].line.split() if word.startswith("--"))


@pytest.mark.parametrize("command", USES)
def test_a_command_that_help_lists_is_carried_out(
    server: SandboxServer, till: CommandLine, tmp_path: Path, command: str
) -> None:
    """By the installed program, with its arguments: none of them is refused as unknown."""
    use = USES[command]
    places = {"tmp": str(tmp_path)}
    if "{reference}" in use.line + use.says or command == "recover":
        lose_answers(server)
        part = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
        places["reference"] = till.json(*part, stdin=CANARY_PIN, code=2)["reference"]
        server.board.clear()
    if "backup" in command or command == "restore":
        places["backup"] = till.json("backup")["path"]
    if command == "key import":
        till.json("key", "export", "--to", str(tmp_path / "till.key"), stdin=PASSPHRASE)
    line = [word.format(**places) for word in use.line.split()]
    if "--data-dir" not in line:
        line += ["--data-dir", str(till.data_dir)]
    line += [*acting(line), "--settings", str(till.settings)]
    done = run(
        *line, stdin=typed_for(line) + use.stdin, serves=command in SERVES, **till.environment()
    )
    assert done.returncode == use.code, (done.stdout, done.stderr)
    assert use.says.format(**places) in done.stdout + done.stderr


def run(
    *line: str, stdin: str = "", serves: bool = False, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed program; one that serves is ended once it has said something."""
    process = subprocess.Popen(
        [PROGRAM, *line],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )
    with process:
        assert process.stdout is not None
        first = process.stdout.readline() if serves else ""
        if serves:
            process.terminate()
        out, err = process.communicate(stdin, timeout=15)
    return subprocess.CompletedProcess(line, process.returncode, first + out, err)


def test_a_folder_with_the_name_of_a_command_is_a_folder(tmp_path: Path) -> None:
    """``--data-dir demo`` opens the window on the folder demo, and drives no demonstration."""
    process = subprocess.Popen(
        [PROGRAM, "--data-dir", "demo"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    journal = tmp_path / "demo" / "training" / "journal.db"
    with process:
        while process.poll() is None and not journal.exists():
            PAUSE.wait(0.05)
        process.kill()
        assert journal.exists(), process.communicate()[1]


@pytest.mark.parametrize(
    "line",
    [
        ("--data-dir", "x", "history"),
        ("--settings", "demo", "--data-dir"),
        ("set-asid", "K7Q-42F"),
        ("--data", "demo"),
    ],
)
def test_what_is_no_command_and_no_window_is_refused_in_words(line: tuple[str, ...]) -> None:
    """Nothing opens, nothing is written, and the words say what is wrong."""
    done = run(*line)
    assert done.returncode == 64
    assert done.stderr.startswith(("Usage: ", "Error: "))


# ------------------------------------------------------------------- the commands people are told

SPOKEN = re.compile(r"\bcounterfoil ((?:-{0,2}[a-z])[^`\n#…]*)")


def spoken() -> Iterator[tuple[str, str]]:
    """Return each use of the program that the till's words or its papers tell people of."""
    for path in (*(ROOT / "app").rglob("*.py"), *(ROOT / "packaging").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from ((path.name, said) for said in SPOKEN.findall(node.value))
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        for shown in re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL):
            yield from ((path.name, said) for said in SPOKEN.findall(shown))


def is_known(said: str) -> bool:
    """Say whether the program has the command and takes the options; its own are of the window."""
    words = re.findall(r"[\w-]+", said.partition("  ")[0])
    if said.startswith("--"):
        return set(re.findall(r"--[\w-]+", said)) <= {"--data-dir", "--settings", "--help"}
    names = (" ".join(words[:2]), words[0], f"{words[0]} file")
    command = next((COMMANDS[name] for name in names if name in COMMANDS), None)
    command = command or GROUPS.get(words[0])
    if command is None:
        return False
    options = {option for one in command.params for option in one.opts}
    return {word for word in words if word.startswith("--")} <= options


def test_every_command_that_people_are_told_of_is_there() -> None:
    """In the till's own words, the README and the papers: the command, and each of its options."""
    told = set(spoken())
    assert {name for name, _ in told} >= {
        "README.md",
        "operating.md",
        "failures.py",
        "command_line.py",
    }
    missing = sorted(f"{name}: counterfoil {said}" for name, said in told if not is_known(said))
    assert not missing
