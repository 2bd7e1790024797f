"""The command line at an upstream that takes advices: redeem, owe, deliver, void."""

from pathlib import Path

import pytest

from counterfoil.presentation.words.owed import NOT_SET_UP
from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.vouchers import SuvSituation, codes_for
from support.tills import ELECTRUM, CommandLine, command_line


@pytest.fixture
def training(tmp_path: Path) -> CommandLine:
    """Return a till without settings: training, at both upstreams of the sandbox."""
    return CommandLine(tmp_path / "upstream")


def redeem(line: CommandLine, code: str, *, exit_code: int = 0, kind: str = "karoo") -> str:
    """Use voucher for R19.00 of a voucher and return the redemption's id."""
    arguments = ("--type", f"electrum.{kind}", "--field", "code=-", "--amount", "19.00")
    return str(line.json("redeem", *arguments, stdin=f"{code}\n", code=exit_code)["id"])


def state_of(line: CommandLine, redemption_id: str) -> str:
    """Return the state of a redemption."""
    return str(line.json("show", redemption_id)["state"])


def balance_of(line: CommandLine, code: str) -> int:
    """Return what the upstream says is on a voucher."""
    arguments = ("--type", "electrum.karoo", "--field", "code=-")
    return int(line.json("lookup", *arguments, stdin=f"{code}\n")["amount_cents"])


def test_a_sale_that_stands_is_confirmed_until_it_is_acknowledged(training: CommandLine) -> None:
    """The confirmation is owed with the sale; recover delivers it, and nothing is owed then."""
    code = codes_for("karoo", SuvSituation.USABLE)[0]
    sold = redeem(training, code)
    assert [one["id"] for one in training.json("owed")] == [sold]
    assert "Karoo Vouchers  R19.00  Paid, to be confirmed\n" in training.run("owed").out
    training.json("recover")
    assert training.json("owed") == []
    assert state_of(training, sold) == "final"
    assert balance_of(training, code) == 3100


@pytest.mark.parametrize(
    "situation", [SuvSituation.UPSTREAM_TIMEOUT, SuvSituation.UPSTREAM_TIMEOUT_TAKEN]
)
def test_what_is_not_decided_is_reversed_and_the_value_is_back(
    training: CommandLine, situation: SuvSituation
) -> None:
    """A time-out upstream ends with a reversal, whether or not the value had been taken."""
    code = codes_for("karoo", situation)[0]
    doubtful = redeem(training, code, exit_code=2)
    assert state_of(training, doubtful) == "reversing"
    training.json("recover")
    assert state_of(training, doubtful) == "reversed"
    assert training.json("owed") == []
    _, second = training.run("show", doubtful).out.splitlines()
    assert second.startswith("  id ")
    assert balance_of(training, code) == 5000


def test_where_advices_are_swallowed_nothing_is_promised(training: CommandLine) -> None:
    """The provider acknowledges and does nothing, so the state says that it is not verified."""
    code = codes_for("baobab", SuvSituation.UPSTREAM_TIMEOUT)[0]
    arguments = ("--type", "electrum.baobab", "--field", "code=-", "--whole")
    doubtful = training.json("redeem", *arguments, stdin=f"{code}\n", code=2)["id"]
    training.json("recover")
    assert state_of(training, doubtful) == "reversed_unverified"


def test_a_void_before_the_confirmation_left_puts_the_value_back(training: CommandLine) -> None:
    """While the upstream provably was not told, the confirmation becomes a reversal."""
    code = codes_for("karoo", SuvSituation.USABLE)[1]
    sold = redeem(training, code)
    assert training.json("void", sold, "--reason", "goods_returned")["state"] == "reversing"
    training.json("recover")
    assert state_of(training, sold) == "reversed"
    assert balance_of(training, code) == 5000


def test_a_void_after_the_confirmation_left_changes_nothing(training: CommandLine) -> None:
    """What may be confirmed is not reversed; the words say what was not done."""
    sold = redeem(training, codes_for("karoo", SuvSituation.USABLE)[2])
    training.json("recover")
    refused = training.json("void", sold, "--reason", "goods_returned", code=1)["error"]
    assert refused["code"] == "no_refunds"
    assert "Nothing was given back" in refused["message"]
    assert "outside the voucher" in refused["message"]
    assert state_of(training, sold) == "final"


def test_an_upstream_without_reversals_is_settled_with_the_customer(
    training: CommandLine,
) -> None:
    """There is no reversal to send, and the words say so."""
    pin = pins_for(ONE_VOUCHER, Situation.USABLE, value_cents=5000)[3]
    arguments = ("--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
    sold = training.json("redeem", *arguments, stdin=f"{pin}\n")["id"]
    refused = training.json("void", sold, "--reason", "wrong_amount", code=1)["error"]
    assert refused["code"] == "no_reversals"


def test_one_settings_file_reaches_both_upstreams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The types of both stand side by side, and each redeems by its own rules."""
    monkeypatch.setenv("COUNTERFOIL_ELECTRUM_PASSWORD", "made-up")
    with SandboxServer() as server:
        line = command_line(tmp_path / "both", server.url, ELECTRUM.format(url=server.url))
        upstreams = {one["upstream"] for one in line.json("types")}
        assert upstreams == {"moment", "electrum"}
        code = codes_for("karoo", SuvSituation.USABLE)[3]
        redeem(line, code, kind="voucher")
        line.json("recover")
        assert line.json("owed") == []
        report = server.suv_ledger.report(code=code)
        assert [voucher["balance_cents"] for voucher in report["vouchers"]] == [3100]


def test_what_is_owed_to_a_provider_that_left_the_settings_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is listed, with why nothing is sent; back in the settings it is delivered."""
    monkeypatch.setenv("COUNTERFOIL_ELECTRUM_PASSWORD", "made-up")
    with SandboxServer() as server:
        more = ELECTRUM.format(url=server.url)
        line = command_line(tmp_path / "both", server.url, more)
        sold = redeem(line, codes_for("karoo", SuvSituation.USABLE)[3], kind="voucher")
        assert NOT_SET_UP not in line.run("owed").out
        line = command_line(tmp_path / "both", server.url)
        assert [one["id"] for one in line.json("owed")] == [sold]
        assert f"  {NOT_SET_UP}\n" in line.run("owed").out
        assert f"  {NOT_SET_UP}\n" in line.run("recover").out
        command_line(tmp_path / "both", server.url, more).json("recover")
        assert line.json("owed") == []
