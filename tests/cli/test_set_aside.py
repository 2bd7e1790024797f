"""A sale that was paid otherwise, said on the command line: no late approval pays it then."""

from typing import Any

import pytest

from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
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
    assert aside["sale_ending"] == "paid_otherwise"
    (owed,) = till.json("recover", code=2)["owed"]
    assert (owed["id"], owed["state"]) == (lost["id"], "unclaimed")
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


def test_a_late_yes_pays_for_a_new_sale_of_its_customer(
    server: SandboxServer, till: CommandLine, lost: Any
) -> None:
    """Nobody is asked, the slip with the change is named, and the voucher is free again."""
    till.json("set-aside", lost["reference"])
    till.json("recover", code=2)
    offered = till.run("settle", lost["reference"]).out
    assert "Use it for a new sale of this customer" in offered
    assert f"settle {lost['reference']} --provider-says taken --got goods" in offered
    use = ("settle", lost["reference"], "--provider-says", "taken", "--got")
    assert till.json(*use, "other", code=64)["error"]["cause"] == "text_needed"
    said = till.run(*use, "goods")
    assert said.code == 0
    assert "provider says taken (in its answer); customer got goods" in said.out
    assert f"counterfoil slip {lost['reference']}" in said.out
    assert till.json(*use, "cash", code=1)["error"]["code"] == "settle_refused"
    assert till.json("recover") == {"recovered": [], "settled": [], "owed": []}
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


@pytest.mark.parametrize("ending", ["cancelled", "customer-left", "paid-otherwise"])
@pytest.mark.parametrize("is_asked", [True, False])
def test_a_sale_that_is_closed_says_how_it_ended(
    till: CommandLine, lost: Any, ending: str, is_asked: bool
) -> None:
    """Also where a stop had left it open; the report of the day needs them apart."""
    if is_asked:
        till.json("recover", code=2)
    aside = till.json("set-aside", lost["reference"], "--ending", ending)
    assert (aside["sale_state"], aside["sale_ending"]) == ("set_aside", ending.replace("-", "_"))
    till.json("set-aside", lost["reference"], code=64)


@pytest.mark.fault("H7")
def test_a_late_yes_for_a_sale_that_was_left_open_waits_for_a_word(
    server: SandboxServer, till: CommandLine, lost: Any
) -> None:
    """Resolved by replay, with one debit; it pays once somebody says that the customer is here."""
    (owed,) = till.json("recover", code=2)["owed"]
    assert (owed["state"], owed["waits_for"]) == ("unclaimed", "customer")
    paid = till.json("answer", lost["reference"], "here")
    assert (paid["state"], paid["hand_over"], paid["slip_due"]) == ("final", True, True)
    assert till.json("recover") == {"recovered": [], "settled": [], "owed": []}
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


@pytest.mark.fault("H7")
@pytest.mark.parametrize("said", ["paid-otherwise", "gone"])
@pytest.mark.parametrize("is_early", [True, False])
def test_a_customer_who_is_not_here_is_never_paid_for(
    till: CommandLine, lost: Any, said: str, is_early: bool
) -> None:
    """Said before the yes or after it: a supervisor is called, and nobody is asked again."""
    if not is_early:
        till.json("recover", code=2)
    answered = till.json("answer", lost["reference"], said)
    assert answered["hand_over"] is False
    (owed,) = till.json("recover", code=2)["owed"]
    assert (owed["state"], owed["waits_for"]) == ("unclaimed", "supervisor")
    again = till.json("answer", lost["reference"], "here", code=64)
    assert "nobody is asked" in again["error"]["message"]


@pytest.mark.fault("H7")
def test_saying_that_the_customer_is_here_says_hand_over(till: CommandLine, lost: Any) -> None:
    """In the words of a redemption that ended just now, with 0, and what is due."""
    told = till.run("answer", lost["reference"], "here")
    assert told.code == 0
    for words in ("HAND OVER NOW", "R19.00", "The slip is due"):
        assert words in told.out


@pytest.mark.fault("H7")
def test_setting_aside_says_what_to_do_when_a_yes_comes(till: CommandLine, lost: Any) -> None:
    """In the words of the window, with 0."""
    said = till.run("set-aside", lost["reference"].replace("-", "").lower())
    assert said.code == 0
    assert said.out.strip() == (
        "The sale was closed without this voucher. If an approval still comes, call a supervisor."
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
    assert f"Customer paid another way? counterfoil set-aside {found['reference']}" in said.out
    assert f"counterfoil answer {found['reference']} here" in till.run("owed").out
    till.json("set-aside", found["id"])
    assert "counterfoil answer" not in till.run("owed").out


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
        assert "no approval can come any more" in refused["error"]["message"]
        assert till.json("show", settled["id"])["state"] == settled["state"]
    draft = till.json(*PART, stdin=pins_for(ONE_VOUCHER, Situation.STAYS_DRAFT)[0], code=2)
    till.json("set-aside", draft["id"])
    again = till.json("set-aside", draft["id"], code=64)
    assert "its sale is closed already" in again["error"]["message"]
    unknown = till.run("set-aside", "ZZZ-ZZZ")
    assert (unknown.code, unknown.out) == (64, "")
    assert unknown.err.strip() == "redemption: the journal has none with this id or reference"
