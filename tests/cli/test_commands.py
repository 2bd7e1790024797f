"""The commands that move no money, and every reason for which the till stays closed."""

import errno
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, LOCK_NAME
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.adapters.system.vault import KEY_FILE_NAME
from counterfoil.cli import commands
from counterfoil.upstreams import LEDGER_FILE
from counterfoil_sandbox.faults import Action, Drop, Html, Rule, Status, WrongBody
from counterfoil_sandbox.pins import BLU, ONE_VOUCHER, Situation, pins_for, sandbox_pins
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN, PAPER
from support.log_witness import ExpectLog
from support.sandboxes import (
    MadeUpUpstream,
    always,
    lose_answers,
    start_anew,
    voucher,
)
from support.tills import CommandLine, command_line, typed_for

PAUSE = Event()
"""Never set: its time-out is a pause between two looks at another process."""
PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")


@pytest.fixture
def till(server: SandboxServer, tmp_path: Path) -> CommandLine:
    """Return the command line of a new till."""
    (tmp_path / PAPER).mkdir()
    return command_line(tmp_path, server.url)


# ------------------------------------------------------------------------------------ types, lookup


def test_types_are_told_offline_as_they_were_told_last(
    server: SandboxServer, till: CommandLine
) -> None:
    """The journal keeps them; before that nothing is known, and that is said."""
    always(server, "types", Drop(kind="drop"))
    said = till.run("types", as_json=True)
    assert said.code == 1
    assert said.document["error"]["code"] == "gateway_unavailable"
    start_anew(server)
    told = till.json("types")
    assert {one["is_fresh"] for one in told} == {True}
    always(server, "types", Drop(kind="drop"))
    assert till.json("types") == [one | {"is_fresh": False} for one in told]
    assert "Offline: as told" in till.run("types").out
    (told_at,) = {one["told_at"] for one in told}
    assert datetime.fromisoformat(told_at).tzinfo is not None


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("is_told_before", [False, True])
def test_a_key_that_is_not_accepted_is_said_to_be_wrong(
    server: SandboxServer, till: CommandLine, status: int, is_told_before: bool
) -> None:
    """Not "the provider does not answer", whether or not the types are known."""
    if is_told_before:
        till.json("types")
    always(server, "types", Status(kind="status", status=status))
    for command in (("types",), PART):
        said = till.run(*command, stdin=CANARY_PIN, as_json=True)
        assert said.code == 1
        assert said.document["error"]["code"] == "gateway_unauthorised"
        assert "does not accept this till's key" in said.err
    assert till.json("history") == []


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (Status(kind="status", status=200, body={"items": []}), "unreadable", "cannot be read"),
        (Status(kind="status", status=200, body=[{"type": "x"}]), "unreadable", "cannot be read"),
        (
            Status(kind="status", status=200, body={"data": []}, content_type="text/plain"),
            "unreadable",
            "cannot be read",
        ),
        (Status(kind="status", status=200, body={"data": []}), "empty", "offers no vouchers"),
        (Html(kind="html"), "page", "may want a login"),
        (Status(kind="status", status=503), "failed", "something failed there"),
        (Drop(kind="drop"), "unavailable", "does not answer"),
    ],
    ids=["items", "bare list", "no type", "empty", "HTML", "failure", "silence"],
)
def test_an_answer_about_the_types_is_called_what_it_is(
    server: SandboxServer, till: CommandLine, answer: Action, code: str, said: str
) -> None:
    """Only what was asked and did not answer does not answer."""
    always(server, "types", answer)
    for command in (("types",), PART):
        told = till.run(*command, stdin=CANARY_PIN, as_json=True)
        assert told.code == 1
        assert told.document["error"]["code"] == f"gateway_{code}"
        assert said in told.err


def test_a_voucher_is_looked_up_by_any_field_that_names_it(till: CommandLine) -> None:
    """By the number on its back, without the token that redeems it."""
    row, *_ = [
        one
        for one in sandbox_pins(extra_types=True)
        if (one.type, one.situation, one.value_cents) == (BLU, Situation.USABLE, 10_000)
    ]
    by_serial = ("lookup", "--type", BLU, "--field", f"serial_number={row.serial_number}")
    assert till.json(*by_serial)["amount_cents"] == 10_000
    nothing = till.run("lookup", "--type", BLU, "--field", "serial_number=")
    assert nothing.code == 64
    assert "token: " in nothing.err


def test_a_field_that_is_given_twice_is_refused(server: SandboxServer, till: CommandLine) -> None:
    """Which of the two was meant is not guessed, and neither is repeated."""
    other = pins_for(ONE_VOUCHER, Situation.USABLE)[1]
    line = ("redeem", "--type", ONE_VOUCHER, "--whole")
    said = till.run(*line, "--field", f"pin={other}", "--field", "pin=-", stdin=CANARY_PIN)
    assert said.code == 64
    assert "pin is given twice" in said.err
    assert other not in said.err
    assert voucher(server, other)["debits"] == []


def test_a_lookup_tells_the_balance_and_takes_nothing(
    server: SandboxServer, till: CommandLine
) -> None:
    """By token and with the form's other fields."""
    pin = pins_for(BLU, Situation.USABLE, value_cents=10_000)[0]
    told = till.json("lookup", "--type", BLU, "--field", "token=-", stdin=pin)
    assert (told["amount_cents"], told["currency"]) == (10_000, "ZAR")
    assert "Balance: R100.00" in till.run("lookup", "--type", BLU, "--field", f"token={pin}").out
    assert voucher(server, pin)["debits"] == []
    assert till.json("history") == []


@pytest.mark.parametrize(
    ("type_id", "field", "situation", "code"),
    [
        (ONE_VOUCHER, "pin", Situation.USABLE, "not_offered"),
        (BLU, "token", Situation.USED, "already_used"),
        (BLU, "token", Situation.EXPIRED, "expired"),
        (BLU, "token", Situation.UNKNOWN, "not_found"),
    ],
)
def test_a_lookup_that_tells_nothing_leaves_with_one(
    till: CommandLine, type_id: str, field: str, situation: Situation, code: str
) -> None:
    """The reason is ours, never the provider's words."""
    pin = pins_for(type_id, situation)[0]
    said = till.run("lookup", "--type", type_id, "--field", f"{field}=-", stdin=pin, as_json=True)
    assert said.code == 1
    assert said.document["error"]["code"] == code


def test_a_lookup_on_a_dead_line_leaves_with_one(server: SandboxServer, till: CommandLine) -> None:
    """It moves no money, so nothing is owed."""
    always(server, "lookup", Drop(kind="drop"))
    pin = pins_for(BLU, Situation.USABLE)[0]
    said = till.run("lookup", "--type", BLU, "--field", "token=-", stdin=pin)
    assert said.code == 1
    assert "does not answer" in said.err


# --------------------------------------------------------------------------- show, history, journal


def test_history_and_owed_list_and_show_finds_by_id_and_reference(
    server: SandboxServer, till: CommandLine
) -> None:
    """Newest first; a reference is read in small letters too."""
    assert till.json("history") == till.json("owed") == []
    assert till.run("owed").out == "Nothing waits.\n"
    first = till.json(*PART, stdin=CANARY_PIN)
    lose_answers(server)
    other = pins_for(ONE_VOUCHER, Situation.USABLE)[1]
    second = till.json(*PART, stdin=other, code=2)
    assert [one["id"] for one in till.json("history")] == [second["id"], first["id"]]
    assert [one["id"] for one in till.json("history", "--limit", "1")] == [second["id"]]
    assert [one["id"] for one in till.json("owed")] == [second["id"]]
    assert till.json("show", first["reference"].lower())["id"] == first["id"]
    assert till.json("show", first["reference"].replace("-", ""))["id"] == first["id"]
    assert till.json("show", first["id"]) == first
    assert till.run("show", "ZZZ-ZZZ").code == 64
    assert till.run("history", "--limit", "0").code == 64
    said = "These are the newest 1 of 2 payments. To see more: --limit 2"
    for is_json in ((), ("--json",)):
        assert said in till.run("history", "--limit", "1", *is_json).err
        assert "newest" not in till.run("history", *is_json).err


def test_a_long_history_is_read_page_by_page(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is listed once, however the pages fall, and no more than were asked for."""
    pins = pins_for(ONE_VOUCHER, Situation.USABLE)
    sold = [till.json(*PART, stdin=pin)["id"] for pin in pins[:3]][::-1]
    for page in (1, 2, 3, 4):
        monkeypatch.setattr(commands, "_PAGE", page)
        assert [one["id"] for one in till.json("history")] == sold
        assert [one["id"] for one in till.json("history", "--limit", "2")] == sold[:2]


def test_only_the_redemption_itself_says_to_hand_over(till: CommandLine) -> None:
    """A list is no reason to give goods again."""
    said = till.run(*PART, stdin=CANARY_PIN)
    assert "HAND OVER NOW" in said.out
    reference = till.json("history")[0]["reference"]
    for command in (("history",), ("show", reference)):
        past = till.run(*command).out
        assert "HAND OVER" not in past
        assert "  Paid\n" in past
        assert "  R19.00 paid by voucher\n  The customer keeps R31.00\n" in past


def test_a_sale_that_still_owes_is_not_handed_over(
    server: SandboxServer, till: CommandLine
) -> None:
    """The voucher held less than was asked: the rest comes first."""
    less = WrongBody(kind="wrong_body", add={"redeemed_amount": -400})
    always(server, "create", less)
    said = till.run(*PART, stdin=CANARY_PIN)
    assert said.code == 0
    assert "HAND OVER NOW" not in said.out
    assert "Collect R4.00 first" in said.out


def test_a_sound_journal_says_so(till: CommandLine) -> None:
    """With what was written, too."""
    till.json(*PART, stdin=CANARY_PIN)
    assert till.json("journal", "verify") == {"is_sound": True, "findings": []}
    assert till.run("journal", "verify").out == "The journal is sound.\n"


# ------------------------------------------------------------------------------------- slips


def test_the_slip_carries_the_pin_in_groups_and_as_qr(
    server: SandboxServer, till: CommandLine
) -> None:
    """What is printed equals the ledger's replacement; a second slip says COPY 1."""
    said = till.json(*PART, stdin=CANARY_PIN)
    output = till.data_dir.parent / PAPER / "slip.pdf"
    line = ("slip", said["reference"], "--output", str(output))
    printed = till.json(*line)
    assert (printed["kind"], printed["copy_number"]) == ("original", 0)
    replacement = voucher(server, CANARY_PIN)["replaced_by"]
    text = text_of(output)
    assert "6208 8419 3775 4026" in text
    assert replacement == CANARY_CHANGE_PIN
    assert replacement in symbols_of(output)
    assert said["reference"] in symbols_of(output)
    assert "COPY" not in text
    assert CANARY_PIN not in text
    if os.name == "posix":
        assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert till.json(*line)["copy_number"] == 1
    assert "COPY 1" in text_of(output)
    assert replacement in symbols_of(output)


def test_the_slip_of_an_unknown_result_is_pending(server: SandboxServer, till: CommandLine) -> None:
    """It has a reference and no PIN; once its customer is here, the paid slip is an original."""
    lose_answers(server)
    said = till.json(*PART, stdin=CANARY_PIN, code=2)
    output = till.data_dir.parent / PAPER / "slip.pdf"
    line = ("slip", said["id"], "--output", str(output))
    assert till.json(*line)["kind"] == "pending"
    assert "PENDING: NOT CONFIRMED" in text_of(output)
    assert symbols_of(output) == [said["reference"]]
    server.board.clear()
    till.json("recover", code=2)
    assert till.json("answer", said["id"], "here")["state"] == "final"
    assert till.json(*line)["kind"] == "original"


def test_the_slip_of_a_declined_redemption_says_why(till: CommandLine) -> None:
    """A customer takes it to the provider; it gives nothing to spend."""
    pin = pins_for(ONE_VOUCHER, Situation.USED)[0]
    said = till.json(*PART, stdin=pin, code=1)
    output = till.data_dir.parent / PAPER / "slip.pdf"
    assert till.json("slip", said["id"], "--output", str(output))["kind"] == "pending"
    told = " ".join(text_of(output).split())
    assert "This voucher has already been used. Nothing was taken." in told
    assert told.count("NOT PAID") == 2
    assert symbols_of(output) == [said["reference"]]


def test_a_slip_that_cannot_be_written_is_not_counted(
    till: CommandLine, expect_log: ExpectLog
) -> None:
    """A folder that is not there: exit code 1, and the next slip is the original."""
    said = till.json(*PART, stdin=CANARY_PIN)
    expect_log("counterfoil.adapters.printing", "folder_missing")
    nowhere = till.data_dir.parent / PAPER / "not there" / "slip.pdf"
    assert till.run("slip", said["id"], "--output", str(nowhere)).code == 1
    output = till.data_dir.parent / PAPER / "slip.pdf"
    assert till.json("slip", said["id"], "--output", str(output))["kind"] == "original"


@pytest.mark.fault("R5")
@pytest.mark.skipif(os.name != "posix", reason="only there a folder is synchronised")
def test_a_slip_that_may_not_survive_a_power_cut_is_counted_and_told_as_there(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """It took the place of an older one: exit code 2, a warning, and the next one is a copy."""
    said = till.json(*PART, stdin=CANARY_PIN)
    folder = till.data_dir.parent / PAPER
    output = folder / "slip.pdf"
    line = ("slip", said["id"], "--output", str(output))
    assert till.json(*line)["kind"] == "original"
    sync = os.fsync

    def fail(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), folder.stat()):
            raise OSError(errno.EIO, "Input/output error")
        sync(descriptor)

    expect_log("counterfoil.adapters.printing.folder_printer", "slip not written")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        told = till.run(*line)
    assert told.code == 2
    for words in (
        "The slip is saved, and may be gone after a power cut.",
        "The next one says COPY.",
        "It shows the change voucher's code",
    ):
        assert words in told.err
    assert CANARY_CHANGE_PIN in symbols_of(output)
    assert "COPY 1" in text_of(output)
    assert till.json(*line)["copy_number"] == 2


def _put_text(path: Path) -> None:
    path.write_text("my own notes", encoding="utf-8")


def _put_link_to_pdf(path: Path) -> None:
    target = path.with_name("elsewhere.pdf")
    target.write_bytes(b"%PDF-1.7 of another program")
    path.symlink_to(target)


def _put_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


def _put_folder(path: Path) -> None:
    path.mkdir()


def _put_pipe(path: Path) -> None:
    os.mkfifo(path)


def _put_device(path: Path) -> None:
    # One of the test's own: a slip that did replace it would else take the system's away.
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("this user may not make a device")


@pytest.mark.parametrize(
    "put",
    [_put_text, _put_link_to_pdf, _put_dangling_link, _put_folder, _put_pipe, _put_device],
)
def test_a_slip_replaces_nothing_but_a_pdf(till: CommandLine, put: Callable[[Path], None]) -> None:
    """What is there stays, it is said, and no paper is counted."""
    if os.name != "posix":
        pytest.skip("this system has no such files")
    said = till.json(*PART, stdin=CANARY_PIN)
    output = till.data_dir.parent / PAPER / "slip.pdf"
    put(output)
    before = output.lstat()
    refused = till.run("slip", said["id"], "--output", str(output))
    assert refused.code == 64
    assert "--output: " in refused.err
    after = output.lstat()
    assert (after.st_ino, after.st_size, after.st_mode) == (
        before.st_ino,
        before.st_size,
        before.st_mode,
    )
    other = output.with_name("other.pdf")
    assert till.json("slip", said["id"], "--output", str(other))["kind"] == "original"


@pytest.mark.fault("X17")
def test_a_slip_replaces_nothing_in_the_tills_own_folder(till: CommandLine) -> None:
    """Neither journal nor key nor settings, nor another slip that lies there."""
    said = till.json(*PART, stdin=CANARY_PIN)
    ours = till.data_dir / "kept.pdf"
    ours.write_bytes(b"%PDF-1.7 kept")
    assert till.settings is not None
    for path in (till.data_dir / JOURNAL_NAME, till.data_dir / KEY_FILE_NAME, till.settings, ours):
        before = path.read_bytes()[:15], path.stat().st_ino
        assert till.run("slip", said["id"], "--output", str(path)).code == 64
        assert (path.read_bytes()[:15], path.stat().st_ino) == before
    assert till.json("journal", "verify")["is_sound"]


def test_a_slip_is_not_written_to_standard_output(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dash is no file name; and no paper is counted."""
    said = till.json(*PART, stdin=CANARY_PIN)
    paper = till.data_dir.parent / PAPER
    monkeypatch.chdir(paper)
    assert till.run("slip", said["id"], "--output", "-").code == 64
    assert list(paper.iterdir()) == []
    assert till.json("slip", said["id"], "--output", "other.pdf")["kind"] == "original"


@pytest.mark.parametrize("wanted", ["escpos", "text", "png"])
def test_a_slip_is_written_in_other_formats(till: CommandLine, wanted: str) -> None:
    """Each shows amount, reference and code, and each is a paper that counts."""
    said = till.json(*PART, stdin=CANARY_PIN)
    output = till.data_dir.parent / PAPER / f"slip.{wanted}"
    line = ("slip", said["reference"], "--output", str(output), "--format", wanted)
    printed = till.json(*line, "--paper", "58")
    assert (printed["format"], printed["kind"]) == (wanted, "original")
    content = output.read_bytes()
    if wanted == "png":
        picture = Image.open(io.BytesIO(content))
        assert picture.width == 464
        assert {code.text for code in zxingcpp.read_barcodes(picture)} == {
            CANARY_CHANGE_PIN,
            said["reference"],
        }
    else:
        for words in (b"R19.00", said["reference"].encode(), b"6208 8419", b"3775 4026"):
            assert words in content
    # Of a text nobody can tell whether it is a slip, so it is not replaced.
    again = till.run(*line, as_json=True)
    assert again.code == (64 if wanted == "text" else 0)
    if wanted == "text":
        assert again.document["error"]["cause"] == "other_file"
        assert output.read_bytes() == content


@pytest.mark.parametrize("line", [("--paper", "76"), ("--paper", "a4", "--format", "escpos")])
def test_a_paper_that_there_is_not_is_refused(till: CommandLine, line: tuple[str, ...]) -> None:
    """Receipt printers have no A4; no paper is counted."""
    said = till.json(*PART, stdin=CANARY_PIN)
    output = till.data_dir.parent / PAPER / "slip.pdf"
    refused = till.run("slip", said["id"], "--output", str(output), *line)
    assert refused.code == 64
    assert "--paper: is one of 80, 58" in refused.err
    assert till.json("slip", said["id"], "--output", str(output))["kind"] == "original"


def test_what_a_receipt_printer_is_sent_is_for_the_tills_own_model(till: CommandLine) -> None:
    """Written to a file as to the network: as wide as the model, unless a paper is named."""
    assert till.settings is not None
    said = till.json(*PART, stdin=CANARY_PIN)
    till.settings.write_text(
        till.settings.read_text(encoding="utf-8")
        + '\n[printer]\nkind = "network"\nhost = "127.0.0.1"\nprofile = "TM-T20II"\n',
        encoding="utf-8",
    )
    paper = till.data_dir.parent / PAPER
    for name, line, columns in (("own", (), 48), ("other", ("--paper", "58"), 32)):
        output = paper / f"{name}.bin"
        till.json("slip", said["id"], "--output", str(output), "--format", "escpos", *line)
        assert b"\n" + b"-" * columns + b"\n" in output.read_bytes()


def text_of(pdf: Path) -> str:
    """Return the words on a slip."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def symbols_of(pdf: Path) -> list[str]:
    """Return what a scanner reads from a slip."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=4).to_pil()
        return [found.text for found in zxingcpp.read_barcodes(image)]


# --------------------------------------------------------------------------- settings and the key


@pytest.mark.parametrize(
    "text",
    ["[moment", 'surprise = "yes"', '[moment]\napi_key = "sk_test_x"', '[journal]\nkey_in = "hat"'],
)
def test_settings_that_say_something_impossible_leave_with_64(till: CommandLine, text: str) -> None:
    """The till is not opened, and the sentence names the settings."""
    assert till.settings is not None
    till.settings.write_text(text, encoding="utf-8")
    new = replace(till, data_dir=till.data_dir.with_name("new"))
    said = new.run("types")
    assert said.code == 64
    assert "settings" in said.err
    assert not new.data_dir.exists()


def test_settings_that_are_not_there_leave_with_64(tmp_path: Path) -> None:
    """A mistyped name never becomes training."""
    till = CommandLine(tmp_path / "till", tmp_path / "missing.toml")
    assert till.run("types").code == 64


@pytest.mark.parametrize("command", [("types",), PART])
def test_a_missing_api_key_is_named(till: CommandLine, command: tuple[str, ...]) -> None:
    """Not "the provider does not answer": what to set, and where."""
    without = replace(till, api_key="")
    said = without.run(*command, stdin=CANARY_PIN, as_json=True)
    assert said.code == 64
    assert "COUNTERFOIL_MOMENT_API_KEY" in said.document["error"]["message"]


def test_without_a_key_but_with_known_types_nothing_is_redeemed(
    server: SandboxServer, till: CommandLine
) -> None:
    """The types are in the journal, and still the key is what is said to be missing."""
    till.json("types")
    without = replace(till, api_key="")
    assert without.run(*PART, stdin=CANARY_PIN).code == 64
    assert till.json("history") == []
    assert voucher(server, CANARY_PIN)["debits"] == []


# ------------------------------------------------------------------------------------ exit code 74


def test_a_journal_that_another_till_holds_is_said_to_be(till: CommandLine) -> None:
    """A second till leaves with 74 within seconds, while the first goes on (P3)."""
    till.json("types")
    lock = TillLock(till.data_dir / LOCK_NAME)
    lock.take(1.0)
    try:
        said = till.run("history", as_json=True)
    finally:
        lock.release()
    assert said.code == 74
    assert said.document["error"]["code"] == "journal_locked"
    assert "Another Counterfoil is open" in said.err
    assert till.run("history").code == 0


def _spoil_journal(till: CommandLine) -> None:
    path = till.data_dir / JOURNAL_NAME
    content = bytearray(path.read_bytes())
    content[100:4_000] = b"\xff" * 3_900
    path.write_bytes(content)


def _remove_key(till: CommandLine) -> None:
    (till.data_dir / KEY_FILE_NAME).unlink()


def _spoil_key(till: CommandLine) -> None:
    (till.data_dir / KEY_FILE_NAME).write_text("no key", encoding="ascii")


def _change_key(till: CommandLine) -> None:
    (till.data_dir / KEY_FILE_NAME).write_text("ab" * 32, encoding="ascii")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_spoil_journal, "damaged"),
        (_remove_key, "key"),
        (_spoil_key, "key"),
        (_change_key, "key"),
    ],
)
@pytest.mark.parametrize("command", [("history",), PART, ("recover",), ("journal", "verify")])
def test_a_journal_that_cannot_be_used_leaves_with_74(
    server: SandboxServer,
    till: CommandLine,
    spoil: Callable[[CommandLine], None],
    words: str,
    command: tuple[str, ...],
) -> None:
    """It says why, sells nothing, and deletes nothing."""
    till.json("types")
    spoil(till)
    before = (till.data_dir / JOURNAL_NAME).read_bytes()
    said = till.run(*command, stdin=CANARY_PIN)
    assert said.code == 74
    assert words in said.err
    assert voucher(server, CANARY_PIN)["debits"] == []
    assert (till.data_dir / JOURNAL_NAME).read_bytes() == before


def test_a_folder_that_cannot_be_made_leaves_with_74(till: CommandLine, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    elsewhere = CommandLine(tmp_path / "file" / "till", till.settings)
    assert elsewhere.run("history").code == 74


def test_a_first_start_on_a_full_disk_says_so_and_makes_no_key(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key's file is not the first thing that a disk without room is asked to hold."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    new = replace(till, data_dir=till.data_dir.with_name("new"))
    said = new.run("history", as_json=True)
    assert (said.code, said.document["error"]["code"]) == (74, "journal_full")
    assert not (new.data_dir / KEY_FILE_NAME).exists()


@pytest.mark.parametrize("name", ["OneDrive - Shop", "link"])
def test_no_key_is_left_in_a_folder_that_is_refused(
    till: CommandLine, tmp_path: Path, name: str
) -> None:
    """A synchronised folder would copy it away, and a link may lead anywhere."""
    target = tmp_path / "target"
    target.mkdir()
    folder = tmp_path / name
    if name == "link":
        folder.symlink_to(target)
    assert CommandLine(folder, till.settings).run("history").code == 74
    assert list(target.iterdir()) == []
    assert not (folder / KEY_FILE_NAME).exists()


def test_no_key_is_made_while_another_till_holds_the_folder(till: CommandLine) -> None:
    """The lock comes before the key, or two first starts could each make one."""
    new = replace(till, data_dir=till.data_dir.with_name("new"))
    new.data_dir.mkdir(mode=0o700)
    lock = TillLock(new.data_dir / LOCK_NAME)
    lock.take(1.0)
    try:
        assert new.json("history", code=74)["error"]["code"] == "journal_locked"
    finally:
        lock.release()
    assert not (new.data_dir / KEY_FILE_NAME).exists()


def test_a_read_only_disk_leaves_with_74(till: CommandLine, tmp_path: Path) -> None:
    """The till says so before a customer stands there (D3)."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ("-t", "tmpfs", "-o", "size=300m,mode=700", "counterfoil-test", str(disk))
    if not _mount(*mount):
        pytest.skip("this user may not mount a disk")
    try:
        there = CommandLine(disk / "till", till.settings)
        there.json("types")
        assert _mount("-o", "remount,ro", str(disk))
        first = CommandLine(disk / "another", till.settings).run("history")
        assert "cannot be written" in first.err
        said = there.run(*PART, stdin=CANARY_PIN)
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S607 - wherever the system has it
    assert said.code == 74
    assert "cannot be written" in said.err


def _mount(*arguments: str) -> bool:
    try:
        done = subprocess.run(["mount", *arguments], check=False, capture_output=True)  # noqa: S607 - wherever the system has it
    except OSError:
        return False
    return done.returncode == 0


# ------------------------------------------------------------------------------- as real programs


def test_the_program_runs_against_the_sandbox_command(tmp_path: Path) -> None:
    """One serves and prints its address, the other redeems with a PIN by its input."""
    data_file = tmp_path / "upstream" / "ledger.db"
    data_file.parent.mkdir()
    bare = CommandLine(tmp_path / "till")
    serve = ("sandbox", "--port", "0", "--data-file", str(data_file))
    with bare.started(*serve) as sandbox:
        assert sandbox.stdout is not None
        ready = json.loads(sandbox.stdout.readline())
        till = command_line(tmp_path / "at-it", ready["url"])
        pin = pins_for(ONE_VOUCHER, Situation.USABLE)[0]
        said = till.program(*PART, "--json", stdin=pin + "\n")
        assert said.code == 0, said.err
        assert said.document["state"] == "final"
        assert said.err == ""
        sandbox.terminate()
        assert sandbox.wait(10) == 0


def test_an_interrupted_program_owes_and_recovers(server: SandboxServer, till: CommandLine) -> None:
    """Ctrl+C while the provider thinks leaves with 2; the next start takes it once, and asks."""
    till.json("types")
    # Far longer than a program that closes waits for its answer, on a busy machine too.
    server.add_rule(Rule(endpoint="create", delay_s=10.0, times=1))
    # Where the tests run in the background the signal is ignored, and a program would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with till.started(*PART) as program:
        signal.signal(signal.SIGINT, before)
        assert program.stdin is not None
        program.stdin.write(typed_for(till.line(*PART)) + CANARY_PIN + "\n")
        program.stdin.close()
        while server.board.dials.rules and program.poll() is None:
            PAUSE.wait(0.02)
        program.send_signal(signal.SIGINT)
        assert program.wait(15) == 2
        assert program.stderr is not None
        assert program.stderr.read().startswith("Interrupted.")
    (owed,) = till.json("recover", "--for", "40", code=2)["owed"]
    assert (owed["state"], owed["waits_for"]) == ("unclaimed", "customer")
    assert till.json("answer", owed["id"], "here")["state"] == "final"
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


def test_training_needs_no_settings_and_keeps_its_ledger(tmp_path: Path) -> None:
    """Without a settings file there is a sandbox within; its vouchers are used up once."""
    bare = CommandLine(tmp_path / "till")
    pin = pins_for(ONE_VOUCHER, Situation.USABLE)[0]
    assert bare.json(*PART, stdin=pin)["state"] == "final"
    again = bare.json(*PART, stdin=pin, code=1)
    assert again["decline"] == "already_used"
    assert sorted(path.name for path in bare.data_dir.iterdir()) == ["training"]


def test_training_with_a_damaged_ledger_has_no_provider(tmp_path: Path) -> None:
    """The till opens, and says what it says of any provider that does not answer."""
    bare = CommandLine(tmp_path / "till")
    bare.json("history")
    (tmp_path / "till" / "training" / "sandbox.db").write_bytes(b"no ledger at all" * 500)
    said = bare.json("types", code=1)
    assert said["error"]["code"] == "gateway_unavailable"


@pytest.mark.fault("X14")
def test_no_title_of_a_process_holds_what_came_by_its_input(
    server: SandboxServer, till: CommandLine
) -> None:
    """While the provider thinks, the command line of the process shows a dash and no PIN."""
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("this system shows no titles")
    server.add_rule(Rule(endpoint="create", delay_s=1.0, times=1))
    with till.started(*PART) as program:
        assert program.stdin is not None
        program.stdin.write(typed_for(till.line(*PART)) + CANARY_PIN + "\n")
        program.stdin.flush()
        title = b""
        while program.poll() is None:
            title = Path(f"/proc/{program.pid}/cmdline").read_bytes() or title
            PAUSE.wait(0.02)
        assert program.returncode == 0
    assert b"pin=-" in title
    assert CANARY_PIN.encode() not in title


def test_a_terminal_without_our_characters_does_not_end_a_command(tmp_path: Path) -> None:
    """Provider and till use characters that an old code page has not; money has moved by then."""
    made_up = {
        "type": "x.zulu",
        "name": "Ngiyabonga → ✓",
        "required_fields": [{"name": "pin", "type": "pin"}],
    }
    line = ("redeem", "--type", "x.zulu", "--field", "pin=-", "--whole")
    with MadeUpUpstream(made_up).serving() as upstream:
        till = command_line(tmp_path, upstream.url)
        said = till.program(*line, stdin=CANARY_PIN, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert said.code == 0, said.err
    assert "HAND OVER NOW" in said.out


@pytest.mark.parametrize("command", [("types",), ("history",), PART])
def test_a_reader_that_goes_away_changes_no_exit_code(
    till: CommandLine, command: tuple[str, ...]
) -> None:
    """As ``| head -c 0`` does: nothing is said about it, and what was done is done."""
    till.json("types")
    with till.started(*command) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        program.stdin.write(typed_for(till.line(*command)) + CANARY_PIN + "\n")
        program.stdin.close()
        assert program.stderr.read() == ""
        assert program.wait(15) == 0


def test_an_output_that_cannot_be_written_is_said_and_changes_no_exit_code(
    till: CommandLine,
) -> None:
    """A full disk under the output does not undo a redemption."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no full device")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "counterfoil", *till.line(*PART)],
            input=typed_for(till.line(*PART)) + CANARY_PIN + "\n",
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=till.environment(),
            timeout=15,
        )
    assert done.returncode == 0
    assert done.stderr.startswith("The output could not be written")
    assert [one["state"] for one in till.json("history")] == ["final"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("redeem",),
        ("redeem", "--type", ONE_VOUCHER, "--field", "pin", "--whole"),
        ("history", "--limit", "0"),
        ("journal",),
        ("history", "--surprise"),
    ],
)
def test_a_command_that_cannot_be_read_is_told_as_json_too(
    till: CommandLine, arguments: tuple[str, ...]
) -> None:
    """A script finds the same object as for any other failure."""
    said = till.run(*arguments, as_json=True)
    assert said.code == 64
    assert said.document["error"]["code"] == "usage"
    assert said.document["error"]["message"]
    assert said.err


@pytest.mark.parametrize("arguments", [("nonsense",), (), ("--surprise",)])
def test_a_program_called_without_a_command_is_told_as_json_too(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Where the window has no use for ``--json`` either."""
    done = subprocess.run(
        [sys.executable, "-m", "counterfoil", *arguments, "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=CommandLine(tmp_path / "till").environment(),
        timeout=15,
    )
    assert done.returncode == 64
    assert json.loads(done.stdout)["error"]["code"] == "usage"
    assert done.stderr


def test_the_sandbox_command_keeps_its_ledger_in_the_folder_it_is_given(tmp_path: Path) -> None:
    """It takes the options that every command takes."""
    till = command_line(tmp_path, "http://127.0.0.1:1")
    with till.started("sandbox", "--json") as sandbox:
        assert sandbox.stdout is not None
        assert json.loads(sandbox.stdout.readline())["ready"]
        assert (till.data_dir / LEDGER_FILE).is_file()
        sandbox.terminate()
        assert sandbox.wait(10) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("--nonsense",),
        ("--data-dir",),
        ("types", "--settings"),
        ("sandbox", "--port", "0", "--data-file", "/"),
        ("sandbox", "--port", "65536"),
        ("sandbox", "--data-dir", f"{__file__}/x"),
        ("sandbox", "--settings", f"{__file__}/x"),
        ("demo", "--output", __file__),
        ("demo", "--output", f"{__file__}/x"),
        ("demo", "--output", "out", "--settings", f"{__file__}/x"),
    ],
)
def test_a_program_called_wrongly_leaves_with_64(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Neither a window nor a traceback."""
    environment = CommandLine(tmp_path / "till").environment()
    done = subprocess.run(
        [sys.executable, "-m", "counterfoil", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=15,
    )
    assert done.returncode == 64
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only there a window may lack its display")
def test_a_window_without_a_display_is_one_plain_sentence(tmp_path: Path) -> None:
    """Not the end of the program inside the toolkit."""
    till = CommandLine(tmp_path / "till")
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = subprocess.run(
        [sys.executable, "-m", "counterfoil", "--data-dir", str(till.data_dir)],
        capture_output=True,
        text=True,
        check=False,
        env=till.environment(**nowhere),
        timeout=15,
    )
    assert done.returncode == 64
    assert "counterfoil demo" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not till.data_dir.exists()
