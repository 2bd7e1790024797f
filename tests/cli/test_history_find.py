"""``history --find``: as in the window, and a voucher's number only as a line of input."""

from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.tills import CommandLine

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")


def test_a_sale_is_found_by_what_is_known_of_it(server: SandboxServer, till: CommandLine) -> None:
    """By amount, day, cashier, and the whole number of its voucher; what is no sale finds none."""
    del server
    sold = till.json(*PART, stdin=CANARY_PIN)["reference"]
    for text in ("19.00", "today", "thandi", sold, CANARY_PIN[-4:]):
        found = till.json("history", "--find", text)
        assert [one["reference"] for one in found] == [sold], text
    by_number = till.json("history", "--find", "-", stdin=CANARY_PIN)
    assert [one["reference"] for one in by_number] == [sold]
    assert till.run("history", "--find", "-", stdin="0000111122223333").out == (
        "Nothing was found.\n"
    )
    refused = till.run("history", "--find", "0000111122223333")
    assert (refused.code, "--find -" in refused.err) == (64, True)
    assert "0000111122223333" not in refused.err
