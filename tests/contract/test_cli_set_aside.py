"""A sale that was paid otherwise, said on the command line: no late yes pays it then."""

from typing import Any

import pytest

from counterfoil.sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil.sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.sandboxes import lose_answers, voucher
from support.tills import CommandLine

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")


@pytest.fixture
def lost(server: SandboxServer, till: CommandLine) -> Any:
    """Return a redemption of which the answer was lost; the line is back."""
    lose_answers(server)
    redemption = till.json(*PART, stdin=CANARY_PIN, code=2)
    server.board.clear()
    return redemption


@pytest.mark.fault("H7")
def test_a_late_yes_for_a_sale_that_was_set_aside_is_unclaimed(
    server: SandboxServer, till: CommandLine, lost: Any
) -> None:
    """Answer lost, paid in cash, said so, line back: one debit, and a supervisor is called."""
    aside = till.json("set-aside", lost["reference"])
    assert (aside["id"], aside["state"], aside["sale_state"]) == (
        lost["id"],
        "inflight",
        "set_aside",
    )
    (owed,) = till.json("recover", code=2)["owed"]
    assert (owed["id"], owed["state"]) == (lost["id"], "unclaimed")
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


@pytest.mark.fault("H7")
def test_a_late_yes_for_a_sale_that_was_left_open_pays_it(
    server: SandboxServer, till: CommandLine, lost: Any
) -> None:
    """Nobody has to touch it: resolved by replay, with one debit."""
    assert till.json("recover") == {"recovered": [], "owed": []}
    assert till.json("show", lost["id"])["state"] == "final"
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


@pytest.mark.fault("H7")
def test_setting_aside_says_what_to_do_when_a_yes_comes(till: CommandLine, lost: Any) -> None:
    """In the words of the window, with 0."""
    said = till.run("set-aside", lost["reference"].replace("-", "").lower())
    assert said.code == 0
    assert said.out.strip() == (
        "The sale was closed without this voucher. If a yes still comes, call a supervisor."
    )


@pytest.mark.fault("H7")
def test_an_unknown_result_says_how_to_set_its_sale_aside(
    server: SandboxServer, till: CommandLine
) -> None:
    """One line, in redeem and in owed, for as long as it can be done."""
    lose_answers(server)
    said = till.run(*PART, stdin=CANARY_PIN)
    assert said.code == 2
    (found,) = till.json("history")
    line = f"Paid otherwise? counterfoil set-aside {found['reference']}"
    assert line in said.out
    assert line in till.run("owed").out
    till.json("set-aside", found["id"])
    assert "set-aside" not in till.run("owed").out


@pytest.mark.fault("H7")
def test_nothing_is_set_aside_where_no_late_yes_can_pay(
    server: SandboxServer, till: CommandLine
) -> None:
    """Paid, refused, for a person, set aside before, or not there: 64, and the words say which."""
    paid = till.json(*PART, stdin=CANARY_PIN)
    used = till.json(*PART, stdin=pins_for(ONE_VOUCHER, Situation.USED)[0], code=1)
    stuck = till.json(*PART, stdin=pins_for(ONE_VOUCHER, Situation.STORED_ERROR)[0], code=2)
    for settled in (paid, used, stuck):
        refused = till.json("set-aside", settled["id"], code=64)
        assert refused["error"]["code"] == "entry"
        assert "no yes can come any more" in refused["error"]["message"]
        assert till.json("show", settled["id"])["state"] == settled["state"]
    draft = till.json(*PART, stdin=pins_for(ONE_VOUCHER, Situation.STAYS_DRAFT)[0], code=2)
    till.json("set-aside", draft["id"])
    again = till.json("set-aside", draft["id"], code=64)
    assert "its sale is closed already" in again["error"]["message"]
    unknown = till.run("set-aside", "ZZZ-ZZZ")
    assert (unknown.code, unknown.out) == (64, "")
    assert unknown.err.strip() == "redemption: the journal has none with this id or reference"
