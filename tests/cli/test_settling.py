"""Settling by hand on the command line, and a void that says what the customer got instead."""

import pytest

from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from support.canary import CANARY_PIN
from support.people import CASHIER_NUMBER, SUPERVISOR_NUMBER
from support.tills import CommandLine

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
TOLD = {
    "--provider-says": "not_taken",
    "--said-by": "Lindiwe, desk",
    "--provider-reference": "RC-2026-001042",
    "--got": "goods",
    "--reason": "she called back",
}


def told(**changes: str) -> list[str]:
    """Return the options by which something is settled; an empty one is left out."""
    options = TOLD | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return [word for name, value in options.items() if value for word in (name, value)]


@pytest.fixture
def stuck(till: CommandLine) -> str:
    """Return the reference of what the till cannot decide."""
    pin = pins_for(ONE_VOUCHER, Situation.STORED_ERROR)[0]
    return str(till.json(*PART, stdin=pin, code=2)["reference"])


def test_what_waits_for_a_person_is_listed_with_what_to_ask(till: CommandLine, stuck: str) -> None:
    """With the numbers by which the provider finds it, and the command that comes next."""
    (one,) = till.json("settle")
    assert (one["reference"], one["can_settle"], one["settlements"]) == (stuck, True, [])
    assert one["ask"][0] == "Was value taken from this voucher under this number, and how much?"
    assert one["id"] in one["ask"][1]
    said = till.run("settle").out
    assert till.run("settle", stuck).out == said
    assert f"counterfoil settle {stuck} --provider-says taken" in said


def test_where_nobody_has_to_settle_anything_that_is_said(till: CommandLine) -> None:
    """Of all, and of one that is paid."""
    assert till.run("settle").out == "Nothing waits for a person.\n"
    assert till.json("settle") == []
    paid = till.json(*PART, stdin=CANARY_PIN)["reference"]
    assert not till.json("settle", paid)["can_settle"]
    assert "Nobody has to settle this" in till.run("settle", paid).out
    assert till.json("settle", paid, *told(), code=1)["error"]["code"] == "settle_refused"


def test_it_is_settled_by_what_the_provider_says(till: CommandLine, stuck: str) -> None:
    """All of it is kept, and nothing waits any more."""
    done = till.json("settle", stuck, *told())
    assert (done["state"], done["settled_as"], done["can_settle"]) == ("resolved", "by_hand", False)
    (kept,) = done["settlements"]
    assert kept["at"]
    assert {name: kept[name] for name in kept if name != "at"} == {
        "settled_as": "by_hand",
        "got": "goods",
        "by": "Lindiwe K.",
        "approved_by": None,
        "provider_says": "not_taken",
        "said_by": "Lindiwe, desk",
        "provider_reference": "RC-2026-001042",
        "reason": "she called back",
    }
    assert till.json("settle") == []
    assert till.json("recover") == {"recovered": [], "settled": [], "owed": []}


def test_a_cashier_settles_only_with_a_supervisor(till: CommandLine, stuck: str) -> None:
    """The reason of the settlement is that of the approval."""
    by = ("--as", CASHIER_NUMBER)
    assert till.json("settle", stuck, *told(), *by, code=1)["error"]["code"] == "not_permitted"
    said = till.run("settle", stuck, *told(), *by, "--approved-by", SUPERVISOR_NUMBER)
    assert said.code == 0
    assert (
        "Settled by hand: provider says not taken (Lindiwe, desk, RC-2026-001042); customer got "
        "goods, by Thandi M. and Nomsa D.: she called back"
    ) in said.out


@pytest.mark.parametrize("missing", list(TOLD))
def test_it_is_settled_with_all_that_must_be_known_or_not_at_all(
    till: CommandLine, stuck: str, missing: str
) -> None:
    """What is missing is said before anybody types a PIN."""
    said = till.json("settle", stuck, *told(**{missing[2:]: ""}), code=64)
    assert said["error"].get("cause", "text_needed") == "text_needed"
    assert till.json("settle")[0]["settlements"] == []


def test_what_is_to_be_settled_is_named(till: CommandLine) -> None:
    """Evidence about nothing is refused."""
    assert till.json("settle", *told(), code=64)["error"]["code"] == "usage"
    assert till.json("settle", "nothing", code=64)["error"]["cause"] == "no_such_redemption"


def test_a_code_is_not_kept_in_clear(till: CommandLine, stuck: str) -> None:
    """Texts of a settlement are kept and printed as they are."""
    said = till.json("settle", stuck, *told(reason="1115 6840 9141 9838"), code=1)
    assert said["error"]["code"] == "settlement_text"
    assert "leave out codes" in said["error"]["message"]


# ----------------------------------------------------------------------------------------- slips


def due(till: CommandLine) -> list[str]:
    """Return the references of what is to be given a slip."""
    return [one["reference"] for one in till.json("slips")]


@pytest.mark.parametrize(("says", "is_due"), [("taken", True), ("not_taken", False)])
def test_what_was_settled_is_among_the_slips_to_finish(
    till: CommandLine, stuck: str, says: str, is_due: bool
) -> None:
    """Where value was taken; in JSON it says so itself, and in words which command writes it."""
    assert due(till) == []
    till.json("settle", stuck, *told(provider_says=says))
    assert due(till) == ([stuck] if is_due else [])
    assert all(one["slip_due"] for one in till.json("slips"))
    said = till.run("slips").out
    assert (f"The slip is due: counterfoil slip {stuck} --output slip.pdf" in said) is is_due
    assert ("Every slip is out" in said) is not is_due


# ----------------------------------------------------------------------------------------- voids


def test_a_void_outside_the_voucher_says_what_the_customer_got(till: CommandLine) -> None:
    """As the window's does; without it nothing is kept, and a second one finds it done."""
    sold = till.json(*PART, stdin=CANARY_PIN)["reference"]
    void = ("void", sold, "--reason", "goods_returned")
    assert till.json(*void, code=1)["error"]["code"] == "no_reversals"
    done = till.json(*void, "--given", "cash")
    assert (done["way"], done["settled_as"], done["refund"]) == ("outside", "outside", None)
    assert (done["settlement"]["got"], done["settlement"]["provider_says"]) == ("cash", None)
    assert till.json(*void, "--given", "cash", code=1)["error"]["code"] == "not_final"
    assert due(till) == [sold], "its own slip is to be signed"


def test_a_void_says_in_words_what_was_given_and_what_that_does_not_do(till: CommandLine) -> None:
    """The voucher stays used."""
    sold = till.json(*PART, stdin=CANARY_PIN)["reference"]
    said = till.run("void", sold, "--reason", "goods_returned", "--given", "credit")
    assert said.out == (
        "Voided. The customer got R19.00 another way: store credit. "
        "This does not put value back on the voucher.\n"
    )
