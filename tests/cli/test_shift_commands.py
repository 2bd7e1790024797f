"""The drawer from the command line: a whole shift, blind, with a part paid in cash, and its Z."""

import pytest

from counterfoil_sandbox.pins import BLU, LESSONS, ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.tills import CommandLine


def sell(till: CommandLine) -> str:
    """Take R19.00 of a voucher, and return its reference."""
    part = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
    reference: str = till.json(*part, stdin=CANARY_PIN)["reference"]
    return reference


def test_a_shift_from_float_to_z(server: SandboxServer, till: CommandLine) -> None:
    """Each number on the Z is the sum of what was done; the count says nothing of it before."""
    del server
    opened = till.json("shift", "open", "500")
    assert (opened["number"], opened["state"], opened["float_cents"]) == (1, "open", 50_000)
    sell(till)
    till.json("shift", "pay-in", "100", "--reason", "more change")
    till.json("shift", "pay-out", "R45.50", "--reason", "milk")
    till.json("shift", "drop", "200", "--reason", "to the safe")
    till.json("shift", "no-sale", "--reason", "coin stuck")
    counted = till.json("shift", "count", "--pieces", "200=1", "--pieces", "50=3")
    assert counted == {"shift": 1, "counted_cents": 35_000}
    assert "354" not in till.run("shift", "count", "--pieces", "50=7").out
    x = till.json("shift", "x")
    assert (x["z_number"], x["drawer"]["expected_cents"]) == (None, 35_450)
    again = till.json("shift", "x")
    assert again | {"journal": x["journal"]} == x, "an X changes nothing but who signed in"
    z = till.json("shift", "z")
    assert (z["z_number"], z["shift"]["state"], z["vouchers_cents"]) == (1, "closed", 1_900)
    assert z["drawer"] == {
        "float_cents": 50_000,
        "expected_cents": 35_450,
        "counted_cents": 35_000,
        "difference_cents": -450,
        "counts": 2,
    }
    entries = {line["entry"]: line["cents"] for line in z["lines"]}
    assert entries == {
        "redeemed": 1_900,
        "paid_in": 10_000,
        "paid_out": 4_550,
        "dropped": 20_000,
        "no_sale": 0,
    }
    assert [one["number"] for one in till.json("shift", "list")] == [1]
    assert till.run("journal", "verify").code == 0


def test_a_z_is_printed_and_its_copies_are_numbered(
    server: SandboxServer, till: CommandLine
) -> None:
    """The first paper is none, each later one says so."""
    del server
    till.json("shift", "open", "0")
    till.json("shift", "count", "--pieces", "1=0")
    assert "Slip printed" in till.run("shift", "z", "--print").err
    again = till.json("shift", "print", "1")
    assert again == {"z_number": 1, "copy_number": 1, "print": "sent"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("shift open 12,345.6.7", "float: "),
        ("shift pay-in 0 --reason x", "no amount"),
        ("shift count --pieces 200", "such as 200=3"),
        ("shift count --pieces 200=-3", "such as 200=3"),
        ("shift count --pieces 201=1", "each note and coin"),
        ("shift pay-out 5 --reason 1234567890123456", "looks like a code"),
        ("shift z", "Count the drawer first"),
        ("shift print 7", "no Z with this number"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    server: SandboxServer, till: CommandLine, line: str, said: str
) -> None:
    """Nothing is written, and the words say what to do."""
    del server
    till.json("shift", "open", "500")
    before = till.json("shift", "x")
    done = till.run(*line.split())
    assert done.code != 0
    assert said in done.err
    assert till.json("shift", "x") | {"journal": before["journal"]} == before


def test_a_difference_needs_a_word(server: SandboxServer, till: CommandLine) -> None:
    """And the Z keeps it."""
    del server
    till.json("shift", "open", "500")
    till.json("shift", "count", "--pieces", "200=2")
    refused = till.json("shift", "z", code=1)
    assert refused["error"]["cause"] == "not_explained"
    assert till.json("shift", "z", "--explanation", "robbed")["explanation"] == "robbed"


def test_the_rest_is_paid_in_cash(server: SandboxServer, till: CommandLine) -> None:
    """What no voucher paid goes into the drawer, and the change out of it; once only."""
    del server
    till.json("shift", "open", "500")
    used = pins_for(BLU, Situation.USED)[0]
    part = ("redeem", "--type", BLU, "--field", "token=-", "--amount", "19.00")
    reference = till.json(*part, stdin=used, code=1)["reference"]
    rest = ("shift", "rest", reference, "--cash", "9", "--given", "50", "--card", "10")
    assert till.json(*rest) == {
        "reference": reference,
        "sale_state": "set_aside",
        "paid": [{"tender": "cash", "cents": 900}, {"tender": "card", "cents": 1_000}],
        "change_due_cents": 4_100,
    }
    assert "Nothing is left to pay of this sale" in till.run(*rest).err
    assert till.json("shift", "x")["drawer"]["expected_cents"] == 50_900


def test_what_the_voucher_for_practice_does_not_hold_is_paid_in_cash(
    server: SandboxServer, till: CommandLine
) -> None:
    """It pays a part of the sale, as training shows it, and the drawer has the rest."""
    del server
    till.json("shift", "open", "500")
    sold = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "50.00")
    found = till.json(*sold, stdin=LESSONS["rest"].pin)
    assert found["redeemed_cents"] == 1_900
    rest = till.json("shift", "rest", found["reference"], "--cash", "31", "--given", "50")
    assert rest["change_due_cents"] == 1_900
    report = till.json("shift", "x")
    assert report["drawer"]["expected_cents"] == 50_000 + 3_100
