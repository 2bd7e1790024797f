"""How a PIN reaches the command line: by its input, and with a warning where others can read it."""

import json
import sqlite3
import sys
from contextlib import closing

import pytest

from counterfoil_sandbox.pins import BLU, CENTRE, ONE_VOUCHER, Situation, sandbox_pins
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.sandboxes import issue
from support.terminals import at_terminal
from support.tills import CommandLine

SHOWN = "can read what stands on a command line"
OTHER_PIN = "1115684000000101"


def test_a_pin_that_is_left_out_is_read_from_standard_input(till: CommandLine) -> None:
    """The example of the README: nothing of it is in the list of processes."""
    said = till.run("redeem", "--type", ONE_VOUCHER, "--amount", "19.00", stdin=CANARY_PIN + "\n")
    assert (said.code, said.err) == (0, "")


def test_each_secret_of_a_type_is_a_line_in_the_order_of_its_form(till: CommandLine) -> None:
    """A gift card's number, then its security code; what is no secret is an option."""
    card = next(
        one
        for one in sandbox_pins(extra_types=True)
        if (one.type, one.situation) == (CENTRE, Situation.USABLE)
    )
    lines = f"{card.source['card_number']}\n{card.source['security_code']}\n"
    brand = f"card_brand={card.source['card_brand']}"
    line = ("redeem", "--type", CENTRE, "--field", brand, "--amount", "5.00")
    assert till.json(*line, stdin=lines)["state"] == "final"


def test_a_balance_is_asked_for_by_a_token_from_standard_input(
    server: SandboxServer, till: CommandLine
) -> None:
    """And by another field that names the voucher, without any secret."""
    row = next(
        one
        for one in sandbox_pins(extra_types=True)
        if (one.type, one.situation) == (BLU, Situation.USABLE)
    )
    assert till.run("lookup", "--type", BLU, stdin=row.pin + "\n").code == 0
    by_serial = ("lookup", "--type", BLU, "--field", f"serial_number={row.serial_number}")
    said = till.run(*by_serial, stdin="never read\n")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("command", ["redeem", "lookup"])
def test_a_pin_on_the_command_line_is_taken_and_warned_of(
    server: SandboxServer, till: CommandLine, command: str
) -> None:
    """On standard error, also where the answer is JSON; the PIN itself is not repeated."""
    issue(server, BLU, OTHER_PIN)
    more = ("--amount", "19.00") if command == "redeem" else ()
    line = (command, "--type", BLU, "--field", f"token={OTHER_PIN}", *more)
    said = till.run(*line, as_json=True)
    assert said.code == 0
    assert SHOWN in said.err
    assert OTHER_PIN not in said.err
    assert said.document


def test_a_missing_pin_is_still_a_missing_pin(till: CommandLine) -> None:
    """Where nothing comes, the field is named, and nothing is sent."""
    said = till.run("redeem", "--type", ONE_VOUCHER, "--whole", stdin="")
    assert said.code == 64
    assert said.err.startswith("pin: ")


def shown(till: CommandLine) -> list[str]:
    """Return who was shown a change voucher, by the journal's own record."""
    with closing(sqlite3.connect(till.data_dir / "journal.db")) as journal:
        found = journal.execute("SELECT content FROM event WHERE kind = 13")
        return [json.loads(content)[0] for (content,) in found]


@pytest.mark.parametrize("command", ["redeem", "show"])
def test_whoever_reveals_a_change_voucher_is_in_the_journal(
    till: CommandLine, command: str
) -> None:
    """Once for each time, with who it was; whoever only looks leaves nothing."""
    part = ("redeem", "--type", ONE_VOUCHER, "--amount", "19.00")
    if command == "redeem":
        till.json(*part, "--reveal", stdin=CANARY_PIN)
    else:
        reference = till.json(*part, stdin=CANARY_PIN)["reference"]
        till.json("show", reference)
        assert shown(till) == []
        till.json("show", reference, "--reveal")
    till.json("journal", "verify")
    assert shown(till) == [{"redeem": "Thandi M.", "show": "Lindiwe K."}[command]]


@pytest.mark.skipif(sys.platform == "win32", reason="only there terminals are made so")
def test_at_a_terminal_the_pin_is_asked_for_and_not_shown(till: CommandLine) -> None:
    """The installed program, with a person who types."""
    done = at_terminal(till, "redeem", "--type", ONE_VOUCHER, "--amount", "19.00", typed=CANARY_PIN)
    assert done.code == 0, done.out
    assert "HAND OVER NOW" in done.out
