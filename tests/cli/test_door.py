"""Commands while the till is open: they go through its door, and the till carries them out."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

from counterfoil import __version__
from counterfoil.adapters.door import DOOR_NAME, Streams, door
from counterfoil.adapters.languages import translations
from counterfoil.cli import answering, calling
from counterfoil.cli.calls import Line
from counterfoil.cli.commands import app, read_quietly
from counterfoil.cli.running import Alone, InTill
from counterfoil.domain.failures import JournalFullError
from counterfoil.domain.language import Language
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.staff import NOBODY
from counterfoil.presentation.words.speaking import ENGLISH, on_screen, say, use, use_on_screen
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.doors import OpenTill, open_with_door
from support.log_witness import ExpectLog
from support.people import CASHIER_NUMBER, MANAGER_NUMBER, PINS, SUPERVISOR_NUMBER
from support.sandboxes import voucher
from support.shop import until
from support.terminals import at_terminal
from support.tills import CommandLine, command_line

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
SOON_S = 5.0


@pytest.fixture
async def open_till(till: CommandLine) -> AsyncIterator[OpenTill]:
    """Return a till that is open, with its door."""
    async with open_with_door(till) as opened:
        yield opened


IN_OPEN_TILL = (
    *("types", "history", "owed", "slips", "recover", "settle", "lookup --type x", "staff list"),
    *("redeem --type x --whole", "show x", "answer x here", "set-aside x", "slip x --output y"),
    *("void x --reason wrong_amount", "staff begin 1 --name x", "staff recover 1"),
    *("staff add 1 --name x --role y", "staff reset 1", "staff badge 1", "staff role 1 x"),
    *("staff lock 1", "staff unlock 1", "staff acknowledge"),
    *("shift open 1", "shift pay-in 1 --reason x", "shift pay-out 1 --reason x", "shift x"),
    *("shift drop 1 --reason x", "shift no-sale --reason x", "shift rest x", "shift list"),
    *("shift count --pieces 1=1", "shift z", "shift print 1", "report day"),
    "settings log",
    *("retention run", "retention export --phone 1", "reconcile file x --provider y"),
    "health",
    *("reconcile list", "reconcile runs", "reconcile resolve 1 --reason x"),
)
ALONE = (
    *("backup", "backups", "restore x --check", "key export --to x", "key import x", "printers"),
    *("journal verify", "journal accept --reason x", "sandbox", "demo --output x", "printer test"),
    *("printer resume", "reconcile sample --provider x --output y"),
    *("settings check", "settings show", "about"),
)


def names(group: Any, before: str = "") -> Iterator[str]:
    """Return the whole name of each command of a program."""
    for name, command in group.commands.items():
        whole = f"{before} {name}".strip()
        yield from names(command, whole) if hasattr(command, "commands") else (whole,)


def test_each_command_goes_through_the_door_or_needs_the_folder_alone() -> None:
    """A new one belongs into one of the two lists, and reading it does nothing yet."""
    lines = [*IN_OPEN_TILL, *ALONE]
    commands = set(names(typer.main.get_command(app)))
    assert len(lines) == len(commands)
    assert all(any(line.startswith(one) for line in lines) for one in commands)
    read = {line: type(read_quietly(line.split())) for line in lines}
    assert read == {line: InTill if line in IN_OPEN_TILL else Alone for line in lines}


# ------------------------------------------------------------------------------ what is carried out


async def test_a_sale_goes_through_the_open_till(
    server: SandboxServer, open_till: OpenTill
) -> None:
    """The PIN of the cashier and that of the voucher are read here, and the till hears of it."""
    told: list[Redemption] = []
    with open_till.till.notices.listening(told.append):
        sold = await open_till.json(*PART, stdin=CANARY_PIN)
    assert (sold["state"], sold["cashier"]) == ("final", "Thandi M.")
    assert told[-1].id == sold["id"]
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1
    said = await open_till.run("history")
    assert (said.code, said.err) == (0, "")
    assert f"{sold['reference']}  1Voucher  R19.00  Paid" in said.out


async def test_at_a_terminal_the_pins_are_asked_for_there(
    server: SandboxServer, open_till: OpenTill
) -> None:
    """The till that is open has no terminal; the person has one, where nothing typed is shown."""
    line = ("redeem", "--type", ONE_VOUCHER, "--amount", "19.00")
    done = await asyncio.to_thread(at_terminal, open_till.line, *line, typed=CANARY_PIN)
    assert done.code == 0, done.out
    assert "HAND OVER NOW" in done.out


async def test_who_acts_is_not_who_is_at_the_window(open_till: OpenTill) -> None:
    """Neither signs the other in or out, and a wrong PIN is counted once."""
    await open_till.json(*PART, stdin=CANARY_PIN)
    assert open_till.till.session.actor == NOBODY
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(PINS, CASHIER_NUMBER, "99988")
        refused = await open_till.json(*PART, stdin=CANARY_PIN, code=1)
    assert refused["error"]["code"] == "sign_in_refused"
    assert [one["failures"] for one in await open_till.json("staff", "list")] == [1, 0, 0, 0]


async def test_what_needs_another_person_needs_them_here_too(open_till: OpenTill) -> None:
    """The gate is the same; the PIN of who approves is the second line."""
    sold = (await open_till.json(*PART, stdin=CANARY_PIN))["reference"]
    void = ("void", sold, "--reason", "goods_returned", "--given", "cash", "--as", CASHIER_NUMBER)
    assert (await open_till.json(*void, code=1))["error"]["code"] == "not_permitted"
    done = await open_till.json(*void, "--approved-by", SUPERVISOR_NUMBER)
    assert done["settlement"]["approved_by"] == "Nomsa D."


async def test_sales_that_come_by_the_door_are_not_at_the_counter(open_till: OpenTill) -> None:
    """Or the counter could not leave its own any more without a supervisor."""
    gate = open_till.till.gate
    sold = await open_till.json(*PART, stdin=CANARY_PIN)
    assert (await open_till.till.visited()).gate is not gate
    assert sold["sale_id"] not in gate._at_counter


async def test_a_command_speaks_the_tills_language(open_till: OpenTill) -> None:
    """And not that of who happens to be signed in at the window, which is spoken there."""
    seen: list[str] = []
    with open_till.till.notices.listening(on_screen(lambda _: seen.append(say("Paid")))):
        use(translations(Language.AFRIKAANS))
        use_on_screen(translations(Language.ISIZULU))
        try:
            await asyncio.to_thread(open_till.line.program, *PART, stdin=CANARY_PIN)
            listed = await asyncio.to_thread(open_till.line.program, "history")
        finally:
            use(ENGLISH)
    assert "Betaal" in listed.out
    assert set(seen) == {"Kukhokhiwe"}


async def test_a_slip_is_written_where_the_command_was_typed(
    open_till: OpenTill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is of the folder of the command line, and is said as it was typed."""
    sold = (await open_till.json(*PART, stdin=CANARY_PIN))["reference"]
    monkeypatch.chdir(tmp_path)
    done = await open_till.json("slip", sold, "--output", "slip.pdf")
    assert done["output"] == "slip.pdf"
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    refused = await open_till.json("slip", sold, "--output", "-", code=64)
    assert refused["error"]["cause"] == "standard_output"


async def test_new_secrets_are_asked_for_where_the_command_was_typed(open_till: OpenTill) -> None:
    """Who is hired by it can sign in at once."""
    hire = ("staff", "add", "41", "--name", "Zodwa", "--role", "cashier", "--as", MANAGER_NUMBER)
    await open_till.json(*hire, stdin="58203")
    assert [one["name"] for one in await open_till.json("staff", "list")][-1] == "Zodwa"


async def test_nothing_was_recovered_for_who_comes_by_the_door(open_till: OpenTill) -> None:
    """What the till found at its start is not told again to each of them."""
    assert await open_till.json("recover", "--for", "0") == {
        "recovered": [],
        "settled": [],
        "owed": [],
    }


async def test_a_failure_ends_only_the_command(
    open_till: OpenTill, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """Whether or not somebody foresaw it: the till goes on, and it is told by its kind alone."""
    journal = type(open_till.till.journal)
    for method, error, code, name in (
        ("open_redemptions", JournalFullError(CANARY_PIN), 74, "journal_full"),
        ("open_redemptions", ValueError(CANARY_PIN), 2, "unexpected"),
        ("history", ValueError(CANARY_PIN), 2, "unexpected"),
    ):

        async def fail(*_: object, failure: Exception = error) -> None:
            raise failure

        with monkeypatch.context() as patched:
            patched.setattr(journal, method, fail)
            said = await open_till.json("history", code=code)
        assert said["error"]["code"] == name
    expect_log("counterfoil.cli", "a command failed")
    assert await open_till.json("history") == []


async def test_what_needs_the_folder_alone_says_so(open_till: OpenTill) -> None:
    """It is not for the open till to do."""
    said = await open_till.run("backup", as_json=True)
    assert (said.code, said.document["error"]["code"]) == (74, "journal_locked")
    assert said.err == (
        "Another Counterfoil is open with the same journal, and this needs it alone. "
        "Close it first, or wait until its command has ended.\n"
    )


async def test_a_till_without_a_door_is_as_before(till: CommandLine) -> None:
    """Two command lines at once: the second one is told."""
    async with open_with_door(till) as opened:
        (opened.till.directory / DOOR_NAME).unlink()
        said = await opened.json("history", code=74)
    assert said["error"]["code"] == "journal_locked"


async def test_the_socket_that_a_killed_till_left_keeps_nobody_out(till: CommandLine) -> None:
    """It is nobody's, so a command opens the till itself."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(till.data_dir / DOOR_NAME))
    assert await asyncio.to_thread(till.json, "history") == []


# ---------------------------------------------------------------------- what goes wrong on the way


async def talk(open_till: OpenTill, *lines: bytes) -> list[Any]:
    """Say this at the door, and return what is heard until it closes."""
    streams = await door().knock(open_till.till.directory)
    assert streams is not None
    reader, writer = streams
    writer.writelines(lines)
    heard = [json.loads(line) async for line in reader]
    Line(streams).break_off()
    await asyncio.sleep(0)
    return heard


def call_of_line(line: str) -> bytes:
    """Return a call as it is sent."""
    said = {"arguments": line.split(), "folder": "/", "pins": [None, None]}
    return json.dumps(said).encode() + b"\n"


NOT_TAKEN = (
    b"hello\n",
    b'{"arguments": []}\n',
    *map(call_of_line, ("", "--help", "nothing", "staff add", "sandbox", "demo --output x")),
    *map(call_of_line, ("backup", "history --limit many")),
)


async def test_what_the_till_does_not_take_is_refused_and_changes_nothing(
    open_till: OpenTill,
) -> None:
    """The command line never sends it; a hostile one gets no more than this."""
    for sent in NOT_TAKEN:
        heard = await talk(open_till, sent)
        assert heard == [{"window": __version__}, {"refused": True}], sent
    assert await open_till.json("history") == []


async def test_reading_a_command_leaves_the_hooks_of_the_window(open_till: OpenTill) -> None:
    """The library would put its own in the place of what logs a failure without its words."""
    before = sys.excepthook
    await talk(open_till, call_of_line("nothing"))
    assert (await open_till.run("history")).code == 0
    assert sys.excepthook is before


async def test_who_says_nothing_is_shown_out_in_time(
    open_till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so is who stops in the middle of a line."""
    monkeypatch.setattr(answering, "SPOKEN_S", 0.01)
    assert await talk(open_till, b"") == [{"window": __version__}, {"refused": True}]
    assert await talk(open_till, b'{"argu') == [{"window": __version__}, {"refused": True}]


async def test_who_leaves_in_the_middle_of_a_sale_leaves_it_to_the_till(
    server: SandboxServer, open_till: OpenTill
) -> None:
    """Money may move by then, so it goes on to its end, and the history has it."""
    streams = await door().knock(open_till.till.directory)
    assert streams is not None
    line = Line(streams)
    await line.hear(SOON_S)
    pins = [PINS[CASHIER_NUMBER], None]
    arguments = [*open_till.line.line(*PART)]
    line.say({"arguments": arguments, "folder": "/", "pins": pins})
    assert await line.hear(SOON_S) == {"ask": "pin", "is_new": False}
    assert open_till.visits.is_under_way
    line.say({"answer": CANARY_PIN})
    line.break_off()
    await until(lambda: not open_till.visits.is_under_way)
    (sold,) = await open_till.json("history")
    assert sold["state"] == "final"


async def test_who_does_not_type_the_secret_has_done_nothing(
    server: SandboxServer, open_till: OpenTill
) -> None:
    """Cancelled, or gone."""
    streams = await door().knock(open_till.till.directory)
    assert streams is not None
    line = Line(streams)
    await line.hear(SOON_S)
    line.say(
        {
            "arguments": open_till.line.line(*PART),
            "folder": "/",
            "pins": [PINS[CASHIER_NUMBER], None],
        }
    )
    await line.hear(SOON_S)
    line.say({"answer": None})
    heard = [await line.hear(SOON_S), await line.hear(SOON_S)]
    assert heard == [{"aside": "pin: it was not typed; nothing was sent\n"}, {"exit": 64}]
    line.break_off()
    assert voucher(server, CANARY_PIN)["debits"] == []


async def test_while_a_command_works_in_silence_the_till_is_still_there(
    open_till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So whoever waits knows a slow provider from a till that stands still."""
    monkeypatch.setattr(answering, "BEAT_S", 0.01)
    kept = open_till.till.journal.history

    async def slow(*_: object, **__: object) -> object:
        await asyncio.sleep(0.1)
        return await kept(9)

    monkeypatch.setattr(type(open_till.till.journal), "history", slow)
    heard = await talk(open_till, call_of_line("history --data-dir x"))
    assert {"beat": True} in heard
    assert heard[-1] == {"exit": 0}


# --------------------------------------------------------------- a window that does not do its part


@asynccontextmanager
async def pretender(folder: Path, *says: dict[str, object] | None) -> AsyncIterator[None]:
    """Keep something at the door that says this at once; with None it then stands still."""
    lines: list[Line] = []

    def admit(*streams: *Streams) -> None:
        lines.append(line := Line(streams))
        for said in says:
            if said is not None:
                line.say(said)
        if None not in says:
            streams[1].close()

    async with door().opened(folder, admit):
        yield
    for line in lines:
        line.break_off()
    await asyncio.sleep(0)


OTHER: dict[str, object] = {"window": "0.0.1"}
SAME: dict[str, object] = {"window": __version__}


WAYS: tuple[tuple[tuple[dict[str, object] | None, ...], str, int], ...] = (
    ((OTHER,), "window_of_other_version", 74),
    (({"refused": True},), "window_busy", 74),
    ((SAME, {"refused": True}), "not_taken", 64),
    ((SAME,), "window_gone", 2),
    ((SAME, {"exit": 7}), "window_gone", 2),
    ((SAME, {"nonsense": 1}), "window_gone", 2),
    ((SAME, None), "window_gone", 2),
)
"""What is said at the door, and how a command then ends."""


async def test_what_a_window_may_do_is_told_in_words(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another version, busy, gone in the middle, or standing still."""
    monkeypatch.setattr(calling, "SILENCE_S", 0.05)
    for says, code, exit_code in WAYS:
        async with pretender(till.data_dir, *says):
            said = await asyncio.to_thread(till.run, "history", as_json=True)
        assert (said.code, said.document["error"]["code"]) == (exit_code, code)
        assert said.err == said.document["error"]["message"] + "\n"


async def test_what_is_at_the_door_and_no_window_hears_nothing(
    server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command goes on as if nobody were there."""
    monkeypatch.setattr(calling, "SPOKEN_S", 0.05)
    till = command_line(tmp_path, server.url)
    for says in ((), (None,), ({"hello": 1},)):
        async with pretender(till.data_dir, *says):
            assert await asyncio.to_thread(till.json, "history") == []
