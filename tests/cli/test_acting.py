"""As whom a command acts, who approves it, and who works at the till."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from counterfoil.domain.training import TRAINEE_CASHIER, TRAINEE_MANAGER, TRAINEE_SUPERVISOR
from counterfoil.service.commands import ConfirmSlip
from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.doors import OpenTill, open_with_door
from support.people import (
    CASHIER_NUMBER,
    MANAGER_NUMBER,
    PASSPHRASE,
    PINS,
    SUPERVISOR_NUMBER,
    THANDI,
)
from support.sandboxes import voucher
from support.tills import CommandLine, command_line

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")


@pytest.fixture
def new(server: SandboxServer, tmp_path: Path) -> CommandLine:
    """Return the command line of a till at which nobody works yet."""
    return command_line(tmp_path, server.url, has_staff=False)


def bare(till: CommandLine) -> CommandLine:
    """Return the same till, to which a test says itself who acts."""
    return CommandLine(till.data_dir, till.settings)


# ---------------------------------------------------------------------------------------- nobody


ACTING = {
    "lookup": ("lookup", "--type", ONE_VOUCHER),
    "redeem": PART,
    "show --reveal": ("show", "K7Q-42F", "--reveal"),
    "set-aside": ("set-aside", "K7Q-42F"),
    "answer": ("answer", "K7Q-42F", "gone"),
    "void": ("void", "K7Q-42F", "--reason", "goods_returned"),
    "slip": ("slip", "K7Q-42F", "--output", "slip.pdf"),
    "staff add": ("staff", "add", "41", "--name", "Zodwa", "--role", "cashier"),
    "staff lock": ("staff", "lock", "17"),
    "staff unlock": ("staff", "unlock", "17"),
    "staff reset": ("staff", "reset", "17"),
    "staff badge": ("staff", "badge", "17"),
    "staff role": ("staff", "role", "17", "cashier"),
    "staff acknowledge": ("staff", "acknowledge"),
}


@pytest.mark.parametrize("command", ACTING)
def test_on_a_real_till_nobody_acts_without_saying_who_they_are(
    server: SandboxServer, till: CommandLine, command: str
) -> None:
    """The training cashier's number and PIN stand in the program; no till of a shop has them."""
    said = bare(till).run(*ACTING[command], stdin=CANARY_PIN, as_json=True)
    assert (said.code, said.document["error"]["code"]) == (1, "nobody_acts")
    assert said.err == "Say who you are: --as NUMBER. Nothing was done.\n"
    assert voucher(server, CANARY_PIN)["debits"] == []


@pytest.mark.parametrize(
    "command", [("types",), ("history",), ("owed",), ("recover",), ("backup",), ("staff", "list")]
)
def test_reading_and_what_a_timer_does_needs_nobody(
    till: CommandLine, command: tuple[str, ...]
) -> None:
    """Also where nobody works yet, as in a till that was updated."""
    assert bare(till).run(*command).code == 0


def test_a_till_without_staff_recovers_and_says_how_to_begin(new: CommandLine) -> None:
    """What is owed is delivered; nothing is sold before there is a manager."""
    assert new.run("recover").code == 0
    assert "counterfoil staff begin" in new.run("staff", "list").out
    said = new.run(*PART, stdin=CANARY_PIN, as_json=True)
    assert (said.code, said.document["error"]["code"]) == (1, "nobody_acts")
    assert "counterfoil staff begin NUMBER --name NAME" in said.err


# ------------------------------------------------------------------------------ PINs and approvals


def test_an_empty_pin_is_no_try(till: CommandLine) -> None:
    """A script without its input would lock its person out otherwise."""
    for option, stdin in (("--as", ""), ("--approved-by", PINS[CASHIER_NUMBER])):
        who = ("--as", CASHIER_NUMBER, "--approved-by", SUPERVISOR_NUMBER, "--reason", "asked")
        line = bare(till).line("show", "K7Q-42F", "--reveal", *who)
        said = till.program(*line[:-4], stdin=stdin)
        assert said.code in {1, 64}, option
    assert [one["failures"] for one in till.json("staff", "list")] == [0, 0, 0, 0]


def test_a_wrong_pin_is_counted_and_sells_nothing(server: SandboxServer, till: CommandLine) -> None:
    """As at the counter."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(PINS, CASHIER_NUMBER, "99988")
        said = till.run(*PART, stdin=CANARY_PIN, as_json=True)
    assert (said.code, said.document["error"]["code"]) == (1, "sign_in_refused")
    assert till.json("staff", "list")[0]["failures"] == 1
    assert voucher(server, CANARY_PIN)["debits"] == []


def test_a_cashier_voids_their_own_sale_with_another_person(till: CommandLine) -> None:
    """Alone they may not, and neither may a supervisor alone what they sold."""
    sold = till.json(*PART, stdin=CANARY_PIN)["reference"]
    void = ("void", sold, "--reason", "goods_returned")
    alone = till.json(*void, "--as", CASHIER_NUMBER, code=1)
    assert alone["error"]["code"] == "not_permitted"
    own = till.json(*void, "--as", CASHIER_NUMBER, "--approved-by", CASHIER_NUMBER, code=1)
    assert own["error"]["code"] == "approval_refused"
    both = till.json(*void, "--as", CASHIER_NUMBER, "--approved-by", SUPERVISOR_NUMBER, code=1)
    assert both["error"]["code"] == "no_reversals"


def test_an_approval_needs_a_reason(till: CommandLine) -> None:
    """It is said before anybody types a PIN."""
    line = (
        "show",
        "K7Q-42F",
        "--reveal",
        "--as",
        CASHIER_NUMBER,
        "--approved-by",
        SUPERVISOR_NUMBER,
    )
    said = till.json(*line, code=64)
    assert said["error"]["cause"] == "no_reason"


# ---------------------------------------------------------------- what the customer has taken


HANDED_OVER = {
    "show": ("show", "--reveal"),
    "answer": ("show", "--reveal", "--answer"),
    "copy": ("slip", "--output", "again.pdf"),
}
"""The commands by which the code of a change voucher comes out again."""


async def hand_over(opened: OpenTill, *by: str, pin: str) -> str:
    """Redeem in part, write the slip, say at the counter that it is whole; return its reference."""
    sold = await opened.json(*PART, *by, stdin=pin)
    await opened.json("slip", sold["reference"], *by, "--output", "slip.pdf")
    whole = ConfirmSlip(redemption_id=sold["id"], is_complete=True)
    assert await opened.till.gate.run(whole, THANDI) is not None
    reference: str = sold["reference"]
    return reference


@pytest.mark.fault("X1")
@pytest.mark.parametrize("wanted", HANDED_OVER)
async def test_what_the_customer_has_comes_out_with_a_manager_alone(
    till: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    """A supervisor was enough before; the refusal says why not any more."""
    monkeypatch.chdir(tmp_path)
    name, *options = HANDED_OVER[wanted]
    async with open_with_door(till) as opened:
        line = (name, await hand_over(opened, "--as", CASHIER_NUMBER, pin=CANARY_PIN), *options)
        alone = await opened.run(*line, "--as", SUPERVISOR_NUMBER, as_json=True)
        assert (alone.code, alone.document["error"]["cause"]) == (1, "reopen_change")
        assert "The customer has this slip already. Only a manager can" in alone.err
        asked = (*line, "--as", CASHIER_NUMBER, "--reason", "asked", "--approved-by")
        refused = await opened.run(*asked, SUPERVISOR_NUMBER, as_json=True)
        assert (refused.code, refused.document["error"]["cause"]) == (1, "needs_manager")
        assert "Only a manager can approve this." in refused.err
        assert not (tmp_path / "again.pdf").exists()
        done = await opened.json(*asked, MANAGER_NUMBER)
        if name == "slip":
            assert (done["kind"], done["copy_number"]) == ("copy", 1)
        else:
            assert done["change_voucher"]["pin"]


@pytest.mark.fault("X1")
async def test_in_training_the_manager_is_at_hand_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it can be tried; a supervisor who is named is refused there as well."""
    monkeypatch.chdir(tmp_path)
    pin = pins_for(ONE_VOUCHER, Situation.USABLE)[0]
    async with open_with_door(CommandLine(tmp_path / "training")) as trying:
        opened = replace(trying, line=CommandLine(tmp_path))
        line = ("show", await hand_over(opened, pin=pin), "--reveal")
        assert (await opened.json(*line))["change_voucher"]["pin"]
        patched = {TRAINEE_SUPERVISOR.number: TRAINEE_SUPERVISOR.pin.reveal()}
        with patch.dict(PINS, patched):
            named = ("--approved-by", TRAINEE_SUPERVISOR.number, "--reason", "asked")
            said = await opened.json(*line, *named, code=1)
        assert said["error"]["cause"] == "needs_manager"


# ---------------------------------------------------------------------------------------- training


def test_training_acts_as_its_cashier_with_its_supervisor_at_hand(tmp_path: Path) -> None:
    """Nothing is typed for it; what a supervisor may not approve is refused all the same."""
    bare_till = CommandLine(tmp_path / "till")
    pin = pins_for(ONE_VOUCHER, Situation.USABLE)[0]
    sold = bare_till.json(*PART, stdin=pin)
    assert sold["cashier"] == TRAINEE_CASHIER.name
    said = bare_till.json("void", sold["id"], "--reason", "goods_returned", code=1)
    assert said["error"]["code"] == "no_reversals"
    staff = ("staff", "lock", TRAINEE_CASHIER.number)
    assert bare_till.json(*staff, code=1)["error"]["code"] == "approval_refused"
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(PINS, TRAINEE_MANAGER.number, TRAINEE_MANAGER.pin.reveal())
        bare_till.json(*staff, "--as", TRAINEE_MANAGER.number)
    assert bare_till.json(*PART, stdin=pin, code=1)["error"]["code"] == "sign_in_refused"


@pytest.mark.parametrize("command", ["redeem", "key export"])
def test_no_folder_of_a_real_till_can_be_opened_as_training(
    server: SandboxServer, tmp_path: Path, command: str
) -> None:
    """Its people have PINs of their own, so who calls it training is nobody there."""
    real = command_line(tmp_path, server.url, data_dir="training")
    assert real.settings is not None
    # In the folder above it would be that till's own, which is no training.
    real = replace(real, settings=real.settings.rename(tmp_path / "shop.toml"))
    key = tmp_path / "key.txt"
    export = ("key", "export", "--to", str(key))
    line = {"redeem": PART, "key export": export}[command]
    said = CommandLine(tmp_path).run(*line, stdin="seven small goats jump\n", as_json=True)
    assert (said.code, said.document["error"]["code"]) == (1, "sign_in_refused")
    assert not key.exists()
    assert real.json("history") == []


# ------------------------------------------------------------------------------------------- staff


def test_a_shop_hires_from_the_first_manager_on(new: CommandLine) -> None:
    """The recovery code is printed once; everybody has a PIN that nobody sees."""
    begun = new.run("staff", "begin", "31", "--name", "Lindiwe K.", stdin=PASSPHRASE)
    assert begun.code == 0
    assert "Recovery code: " in begun.out
    assert "never shown again" in begun.out
    by = ("--as", MANAGER_NUMBER)
    add = ("staff", "add", "17", "--name", "Thandi M.", "--role", "cashier", *by)
    new.json(*add, stdin=PINS[CASHIER_NUMBER])
    assert new.json(*PART, "--as", CASHIER_NUMBER, stdin=CANARY_PIN)["cashier"] == "Thandi M."
    new.json("staff", "lock", "17", *by)
    assert "17  Thandi M.                       cashier      locked" in new.run("staff", "list").out
    new.json("staff", "unlock", "17", *by)
    new.json("staff", "reset", "17", *by, stdin="58203")
    new.json("staff", "role", "17", "supervisor", "--new-pin", *by, stdin="582037")
    new.json("staff", "badge", "17", *by, stdin="card-0017")
    (thandi, _) = new.json("staff", "list")
    assert (thandi["role"], thandi["has_badge"], thandi["is_locked"]) == ("supervisor", True, False)
    new.json("staff", "badge", "17", "--remove", *by)
    assert new.json("staff", "list")[0]["has_badge"] is False


def test_a_lost_passphrase_is_recovered_once_and_seen(new: CommandLine) -> None:
    """Until a manager acknowledges it, each sign-in of somebody who supervises says so."""
    code = new.json("staff", "begin", "31", "--name", "Z", stdin=PASSPHRASE)["recovery_code"]
    new.json("staff", "recover", "31", stdin=f"{code}\nthree blue umbrellas\n")
    again = new.json("staff", "recover", "31", stdin=f"{code}\nfour blue umbrellas\n", code=1)
    assert again["error"]["code"] == "sign_in_refused"
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(PINS, MANAGER_NUMBER, "three blue umbrellas")
        by = ("--as", MANAGER_NUMBER)
        assert "recovery code was used" in new.run("staff", "unlock", "31", *by).err
        assert new.json("staff", "acknowledge", *by)["recovery_code"] != code
        assert new.run("staff", "unlock", "31", *by).err == ""
