"""Voids from the command line after the confirmation: refunds over real HTTP, and their words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from counterfoil_sandbox.faults import Drop, Rule, Status
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.vouchers import SuvSituation, codes_for
from support.tills import CommandLine, command_line

ELECTRUM = """
[electrum]
base_url = "{url}"
terminal_id = "TILL0001"
credentials_from = "environment"
types = ["electrum.voucher"]
[electrum.client]
id = "22222222"
name = "Acquirer"
[electrum.originator]
id = "11111111"
name = "Corner Shop"
[electrum.receiver]
id = "50010003"
name = "Protea Prepaid"
[electrum.merchant]
type = "5411"
id = "CORNERSHOP00001"
name = "Corner Shop"
city = "Cape Town"
region = "WC"
country = "ZA"
"""
CODE = codes_for("protea", SuvSituation.USABLE)[0]
FULL_CENTS, SPENT_CENTS = 5_000, 1_900


@dataclass(frozen=True, slots=True)
class Shop:
    """A till and the sandbox that it redeems at."""

    line: CommandLine
    server: SandboxServer

    def sell(self, *, is_confirmed: bool = True) -> str:
        """Use voucher for R19.00 of the voucher, and return the redemption's id."""
        arguments = ("--type", "electrum.voucher", "--field", "code=-", "--amount", "19.00")
        sold = str(self.line.json("redeem", *arguments, stdin=f"{CODE}\n")["id"])
        if is_confirmed:
            self.line.json("recover")
        return sold

    def void(self, redemption_id: str, code: int = 0) -> Any:
        """Take a redemption back, and return what was said."""
        said = self.line.json("void", redemption_id, "--reason", "goods_returned", code=code)
        return said if code == 0 else said["error"]

    def fail(self, endpoint: Any, action: Any, *, after_effect: bool = False) -> None:
        """Let the next request to an endpoint go wrong."""
        self.server.add_rule(
            Rule(endpoint=endpoint, action=action, times=1, after_effect=after_effect)
        )

    def settle(self, spent_cents: int) -> None:
        """Deliver all, and compare the ledger with the journal: nothing is owed on either side."""
        self.line.json("recover")
        assert self.line.json("owed") == []
        report = self.server.suv_ledger.report(code=CODE)
        (voucher,) = report["vouchers"]
        assert (voucher["balance_cents"], voucher["held_cents"]) == (FULL_CENTS - spent_cents, 0)
        kept = [
            one["redeemed_cents"]
            for one in self.line.json("history")
            if one["state"] == "final" and not one["is_refunded"] and one["refund_of"] is None
        ]
        assert sum(kept) == spent_cents
        assert self.line.json("journal", "verify")["is_sound"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Return a new till at a sandbox of its own."""
    monkeypatch.setenv("COUNTERFOIL_ELECTRUM_PASSWORD", "made-up")
    with SandboxServer() as server:
        line = command_line(tmp_path / "shop", server.url, ELECTRUM.format(url=server.url))
        yield Shop(line, server)


def test_what_was_confirmed_is_refunded_from_end_to_end(shop: Shop) -> None:
    """Request, yes, final, confirmed: the value is on the voucher and nothing is owed."""
    sold = shop.sell()
    done = shop.void(sold)
    assert (done["id"], done["way"], done["state"]) == (sold, "refunded", "final")
    assert done["is_refunded"]
    refund = done["refund"]
    assert (refund["refund_of"], refund["redeemed_cents"]) == (sold, SPENT_CENTS)
    assert [one["id"] for one in shop.line.json("owed")] == [refund["id"]]
    shop.settle(0)


def test_a_refund_never_looks_like_a_redemption(shop: Shop) -> None:
    """History and show name what it gives back, and nobody is told to hand anything over."""
    sold = shop.sell()
    said = shop.line.run("void", sold, "--reason", "wrong_amount")
    assert said.out == "Refunded: R19.00 is back on the voucher. Take the goods back.\n"
    reference = shop.line.json("show", sold)["reference"]
    newest, oldest = shop.line.json("history")
    assert (newest["refund_of"], oldest["id"]) == (sold, sold)
    shown = shop.line.run("show", newest["id"]).out
    assert f"Refund of {reference}  R19.00  Given back" in shown
    first, second, *_ = shop.line.run("show", sold).out.splitlines()
    assert first.endswith("Electrum voucher  R19.00  Refunded")
    assert second == "  R19.00 paid by voucher, and given back"
    assert "Refunded, to be confirmed" in shop.line.run("owed").out
    assert "HAND OVER" not in shop.line.run("history").out + shown


def test_a_refund_has_a_slip_of_its_own(shop: Shop, tmp_path: Path) -> None:
    """It is printed when it is wanted; a redemption's later copy says that it was refunded."""
    done = shop.void(shop.sell())
    for number, one in enumerate((done["refund"], done)):
        output = tmp_path / f"{number}.pdf"
        assert shop.line.json("slip", one["id"], "--output", str(output))["kind"] == "original"
        assert output.read_bytes().startswith(b"%PDF")


def test_a_second_refund_is_refused(shop: Shop) -> None:
    """Also that of the refund itself; the provider is not even asked."""
    sold = shop.sell()
    refund = shop.void(sold)["refund"]["id"]
    assert shop.void(sold, code=1)["code"] == "already_refunded"
    # Who voided the sale made its refund, and nobody voids alone what they made.
    another = ("--as", "21", "--reason", "goods_returned")
    said = shop.line.json("void", refund, *another, code=1)
    assert said["error"]["code"] == "is_a_refund"
    shop.settle(0)


def test_a_refund_that_the_provider_refuses_is_settled_outside(shop: Shop) -> None:
    """The words say that nothing was given back, and what to do."""
    sold = shop.sell()
    refusal = {"errorType": "DO_NOT_HONOUR", "errorMessage": "No"}
    shop.fail("suv_refund", Status(kind="status", status=400, body=refusal))
    refused = shop.void(sold, code=1)
    assert refused["code"] == "refund_refused"
    assert "Nothing was given back. Give the value back outside" in refused["message"]
    shop.settle(SPENT_CENTS)


def test_what_another_till_gave_back_is_not_given_back_again(shop: Shop) -> None:
    """Refused because it is done already: nobody is told to pay it out a second time."""
    sold = shop.sell()
    refusal = {"errorType": "VOUCHER_ALREADY_REFUNDED", "errorMessage": "Already refunded"}
    shop.fail("suv_refund", Status(kind="status", status=400, body=refusal))
    said = shop.void(sold, code=1)["message"]
    assert "Look up the voucher before you give anything" in said
    assert "outside" not in said


@pytest.mark.parametrize("after_effect", [False, True], ids=["not received", "answer lost"])
def test_a_refund_in_doubt_is_reversed(shop: Shop, *, after_effect: bool) -> None:
    """Nothing was given back yet, whether or not it arrived; then it may be tried again."""
    sold = shop.sell()
    action = Status(kind="status", status=504) if not after_effect else Drop(kind="drop")
    shop.fail("suv_refund", action, after_effect=after_effect)
    doubtful = shop.void(sold, code=2)
    assert doubtful["code"] == "refund_not_known"
    assert "being undone" in doubtful["message"]
    assert shop.void(sold, code=1)["code"] == "already_refunded"
    if not after_effect:
        return  # a reversal of what never arrived is believed only after two minutes
    shop.settle(SPENT_CENTS)
    assert shop.void(sold)["way"] == "refunded"
    shop.settle(0)


def test_a_confirmation_that_was_lost_goes_again_before_the_refund(shop: Shop) -> None:
    """The void gives it its chance, and only then asks for the refund."""
    sold = shop.sell(is_confirmed=False)
    shop.fail("suv_confirm_redeem", Drop(kind="drop"))
    shop.line.run("recover", "--for", "0")
    assert shop.void(sold)["way"] == "refunded"
    shop.settle(0)


def test_a_confirmation_of_a_refund_that_is_lost_goes_again(shop: Shop) -> None:
    """It is repeated like every advice."""
    sold = shop.sell()
    shop.void(sold)
    shop.fail("suv_confirm_refund", Drop(kind="drop"), after_effect=True)
    shop.settle(0)


def test_before_its_confirmation_left_it_is_reversed_and_not_refunded(shop: Shop) -> None:
    """The first way that is open is taken."""
    sold = shop.sell(is_confirmed=False)
    done = shop.void(sold)
    assert (done["way"], done["refund"]) == ("reversed", None)
    shop.settle(0)


def test_a_refunded_voucher_can_be_used_again(shop: Shop) -> None:
    """And what is taken of it then can be refunded as well."""
    for _ in range(2):
        shop.void(shop.sell())
        shop.settle(0)
    shop.sell()
    shop.settle(SPENT_CENTS)
