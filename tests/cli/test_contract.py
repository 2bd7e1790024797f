"""What scripts may rely on: command names, options, JSON keys, values and exit codes.

``cli_contract.json`` holds version 1 of it. What is added is added there as well. What is renamed
keeps its old spelling until the next major version, so nothing may leave the file before that.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer

from counterfoil.adapters.printing.slip_formats import SlipFormat
from counterfoil.cli.commands import app
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionProblem
from counterfoil.cli.report_command import ReportFormat
from counterfoil.domain.advice import AdviceKind, AdviceState
from counterfoil.domain.causes.access import AccessProblem, PlaceProblem
from counterfoil.domain.causes.backup import BackupProblem
from counterfoil.domain.causes.entry import EntryProblem
from counterfoil.domain.causes.journal import HeldFault, RowFault
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.causes.settings import FileProblem, SettingProblem
from counterfoil.domain.code import CodeProblem
from counterfoil.domain.contact import LineState
from counterfoil.domain.drawer import ShiftProblem
from counterfoil.domain.failures import ApprovalRefusal, SignInRefusal, StaffRefusal
from counterfoil.domain.money import AmountProblem
from counterfoil.domain.pin_rules import PinWeakness
from counterfoil.domain.reconciliation import DifferenceKind
from counterfoil.domain.redemption import AttentionCause, VoidReason
from counterfoil.domain.report import Mark, ReportKind
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.staff import Permission
from counterfoil.domain.statement import (
    AmountForm,
    LineFault,
    LineKind,
    StatementProblem,
    TimeForm,
    Zone,
)
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.verdict import DeclineReason, UnknownCause
from counterfoil.ports.printer import PathProblem
from counterfoil.presentation.needs import WaitsFor
from counterfoil.service.health import Level, Topic
from counterfoil_sandbox.pins import BLU, ONE_VOUCHER, OTT, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.statements import STATEMENTS
from support.canary import CANARY_PHONE, CANARY_PIN
from support.sandboxes import lose_answers
from support.tills import CommandLine

CONTRACT = Path(__file__).with_name("cli_contract.json")
CAUSES = (
    *(AccessProblem, AmountProblem, BackupProblem, CodeProblem, EntryProblem, FileProblem),
    *(HeldFault, KeyProblem, OptionProblem, PathProblem, PlaceProblem, RowFault, SettingProblem),
    *(ApprovalRefusal, Permission, PinWeakness, ShiftProblem, SignInRefusal, StaffRefusal),
    StatementProblem,
)
VALUES: dict[str, type[Enum]] = {
    "state": RedemptionState,
    "sale state": SaleState,
    "decline": DeclineReason,
    "advice.kind": AdviceKind,
    "advice.state": AdviceState,
    "needs.waits_for": WaitsFor,
    "unknown": UnknownCause,
    "attention_cause": AttentionCause,
    "void --reason": VoidReason,
    "void --given": CustomerGot,
    "settle --provider-says": Evidence,
    "settle --got": CustomerGot,
    "slip --format": SlipFormat,
    "health, level": Level,
    "health, topic": Topic,
    "health, contact.line": LineState,
    "report": ReportKind,
    "report --format": ReportFormat,
    "report, marks": Mark,
    "reconcile, kind": DifferenceKind,
    "reconcile, kind of a line": LineKind,
    "reconcile, fault of a line": LineFault,
    "reconcile --mapping amount_form": AmountForm,
    "reconcile --mapping time_form": TimeForm,
    "reconcile --mapping zone": Zone,
}
HIRED = ("staff", "add", "41", "--name", "Zodwa", "--role", "cashier", "--as", "31")
SETTLED = (
    *("--provider-says", "taken", "--said-by", "Lindiwe", "--provider-reference", "RC-1042"),
    *("--got", "nothing", "--reason", "she called back"),
)
WITH_PHONE = (
    *("redeem", "--type", OTT, "--field", "pin=-", "--field", "phone_number=-", "--whole"),
)
PASSPHRASE = "seven small goats jump"


def test_what_scripts_rely_on_is_what_the_contract_says(
    server: SandboxServer, till: CommandLine, tmp_path: Path
) -> None:
    """Neither more nor less: what was added is written down, what was there is still there."""
    found = {
        "version": 1,
        "exit codes": {one.name.lower(): one.value for one in Exit},
        "commands": dict(_commands(typer.main.get_command(app))),
        "values": {
            **{name: sorted(one.value for one in kind) for name, kind in VALUES.items()},
            "cause": sorted({one.value for kind in CAUSES for one in kind}),
        },
        "json": {
            command: sorted(set(_keys(document)))
            for command, document in (
                *_documents(server, till, tmp_path),
                *_documents_beside(till, tmp_path),
            )
        },
    }
    told = json.loads(CONTRACT.read_text(encoding="utf-8"))
    assert found == told, f"{CONTRACT.name}: {json.dumps(found, indent=1)}"


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        ({"a": 1, "b": {"c": None}}, ["a", "b", "b.c"]),
        ([{"a": [{"b": 1}]}, {"c": 2}], ["a", "a.b", "c"]),
        ({"a": ["x"]}, ["a"]),
    ],
)
def test_the_keys_of_a_document_are_found_at_every_depth(document: Any, keys: list[str]) -> None:
    """The control: a key that is added deep inside is seen."""
    assert sorted(set(_keys(document))) == keys


def _commands(group: Any, *before: str) -> Iterator[tuple[str, list[str]]]:
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _commands(command, *before, name)
        if getattr(command, "invoke_without_command", True):
            options = {text for one in command.params for text in (*one.opts, *one.secondary_opts)}
            yield " ".join((*before, name)), sorted(options - {"--help"})


def _keys(document: Any, before: str = "") -> Iterator[str]:
    if isinstance(document, list):
        for one in document:
            yield from _keys(one, before)
    elif isinstance(document, dict):
        for name, value in document.items():
            path = f"{before}.{name}" if before else name
            yield path
            yield from _keys(value, path)


def _documents(server: SandboxServer, till: CommandLine, folder: Path) -> Iterator[tuple[str, Any]]:
    """Use every command once that sells, or goes on; each kind of answer is among what comes."""
    part = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
    yield "types", till.json("types")
    blu = pins_for(BLU, Situation.USABLE)[0]
    yield "lookup", till.json("lookup", "--type", BLU, "--field", "token=-", stdin=blu)
    paid = till.json(*part, stdin=CANARY_PIN)
    yield "redeem", paid
    yield "show", till.json("show", paid["reference"])
    yield "show --reveal", till.json("show", paid["reference"], "--reveal")
    support = str(folder / "support.txt")
    yield "health", till.json("health", "--support", support)
    lose_answers(server)
    another = pins_for(ONE_VOUCHER, Situation.USABLE)
    lost = till.json(*part, stdin=another[0], code=2)
    yield "redeem, not known", lost
    yield "owed", till.json("owed")
    server.board.clear()
    yield "recover", till.json("recover", "--for", "10", code=2)
    yield "answer", till.json("answer", lost["reference"], "gone")
    yield "history", till.json("history")
    void = ("void", paid["reference"], "--reason", "goods_returned")
    yield "void", till.json(*void, code=1)
    output = str(folder / "slip.pdf")
    yield "slip", till.json("slip", paid["reference"], "--output", output)
    yield from ((name, till.json(*name.split())) for name in ("printers", "printer test"))
    lose_answers(server)
    again = till.json(*part, stdin=another[1], code=2)
    yield "set-aside", till.json("set-aside", again["reference"])
    yield "void --given", till.json(*void, "--given", "cash")
    server.board.clear()
    stuck = till.json(*part, stdin=pins_for(ONE_VOUCHER, Situation.STORED_ERROR)[0], code=2)
    yield "settle, to be settled", till.json("settle")
    yield "settle", till.json("settle", stuck["reference"], *SETTLED)
    yield "slips", till.json("slips")
    ott = pins_for(OTT, Situation.USABLE)[0]
    till.json(*WITH_PHONE, stdin=f"{ott}\n{CANARY_PHONE}\n")
    yield "retention export", till.json("retention", "export", "--phone", CANARY_PHONE)
    yield from _statement_documents(server, till, folder)


def _statement_documents(
    server: SandboxServer, till: CommandLine, folder: Path
) -> Iterator[tuple[str, Any]]:
    """Look at a statement with a line that cannot be read, and reconcile one without."""
    path, whole = folder / "statement.csv", STATEMENTS["moment"](server.ledger.rows)
    file = ("reconcile", "file", str(path), "--provider", "moment")
    path.write_bytes(whole + b"one,two")
    yield "reconcile --preview", till.json(*file, "--preview")
    path.write_bytes(whole + b"a,X-1,2026-11-29T00:00:00Z,b,confirmed,1.00,1.00,ZAR\n")
    done = till.json(*file, "--confirm", code=2)
    yield "reconcile file", done
    yield "reconcile runs", till.json("reconcile", "runs")
    yield "reconcile list", till.json("reconcile", "list")
    number = str(done["found"][-1]["difference"])
    yield "reconcile resolve", till.json("reconcile", "resolve", number, "--reason", "known")


def _documents_beside(till: CommandLine, folder: Path) -> Iterator[tuple[str, Any]]:
    """Use each command that sells nothing; a till must be there."""
    yield "journal verify", till.json("journal", "verify")
    yield "journal accept", till.json("journal", "accept", "--by", "Me", "--reason", "moved")
    backup = till.json("backup")
    yield "backup", backup
    yield "backups", till.json("backups")
    yield "restore --check", till.json("restore", backup["path"], "--check")
    key = str(folder / "till.key")
    yield "key export", till.json("key", "export", "--to", key, stdin=PASSPHRASE)
    new = replace(till, data_dir=folder / "new")
    yield "key import", new.json("key", "import", key, stdin=PASSPHRASE)
    begun = replace(till, data_dir=folder / "begun")
    yield "staff begin", begun.json("staff", "begin", "31", "--name", "Z", stdin=PASSPHRASE)
    yield "staff list", till.json("staff", "list")
    yield from (
        (name, till.json("shift", *name.split()[1:], *more))
        for name, *more in (
            ("shift open", "500"),
            ("shift pay-in", "10", "--reason", "change"),
            ("shift no-sale", "--reason", "stuck"),
            ("shift x",),
            ("shift count", "--pieces", "10=51"),
            ("shift z",),
            ("shift print", "1"),
            ("shift list",),
        )
    )
    yield "report", till.json("report", "day")
    yield "retention", till.json("retention")
    yield "retention run", till.json("retention", "run")
    yield "staff add", till.json(*HIRED, stdin="58203")
    bare = ("about", "settings check", "settings show")
    yield from ((one, till.json(*one.split())) for one in bare)
    wrong = replace(till, settings=folder / "wrong.toml")
    (folder / "wrong.toml").write_text("[window]\ntheme = 1\n", encoding="utf-8")
    yield "settings check, wrong", wrong.json("settings", "check", code=64)
    yield "an error", till.json("show", "nothing", code=64)
