"""The change voucher on the command line and on paper, in every shape that a provider may give."""

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from counterfoil_sandbox.faults import WrongBody
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.sandboxes import always
from support.tills import CommandLine

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")


def redeemed(
    server: SandboxServer, till: CommandLine, folder: Path, change: Any
) -> tuple[str, str]:
    """Redeem a part, answered with this change voucher; return what is shown and printed."""
    always(server, "create", WrongBody(kind="wrong_body", put={"change_voucher": change}))
    reference = till.json(*PART, stdin=f"{CANARY_PIN}\n")["reference"]
    shown = till.run("show", reference, "--reveal").out
    slip = folder / "slip.pdf"
    assert till.run("slip", reference, "--output", str(slip)).code == 0
    with pypdfium2.PdfDocument(slip) as document:
        printed = "\n".join(page.get_textpage().get_text_range() for page in document)
    return shown, printed


def test_a_barcode_alone_is_never_called_a_pin(
    server: SandboxServer, till: CommandLine, tmp_path: Path
) -> None:
    """It is shown and printed under its own name, and no PIN is promised."""
    change = {"pin": None, "barcode": "6001234567892", "amount": 3100}
    for text in redeemed(server, till, tmp_path, change):
        assert "Barcode" in text
        assert "6001 2345 6789 2" in text
        assert "without a PIN" in text
    hidden = till.run("history").out
    assert "Barcode in the journal" in hidden
    assert "PIN in the journal" not in hidden


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"pin": 9000000000541588}, ["9000 0000 0054 1588"]),
        ({"PIN": "9000000000541588"}, ["9000 0000 0054 1588"]),
        ({"voucher": {"pin": "9000000000541588"}}, ["9000 0000 0054 1588"]),
        ({"pin": "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"}, ["1234 5678"]),
        (
            [{"pin": "55443322", "amount": 2000}, {"pin": "66554433", "amount": 1100}],
            ["5544 3322", "R20.00", "6655 4433", "R11.00"],
        ),
    ],
    ids=["number", "capitals", "one level down", "Arabic digits", "two vouchers"],
)
def test_a_pin_in_another_shape_is_shown_and_printed(
    server: SandboxServer, till: CommandLine, tmp_path: Path, change: Any, wanted: list[str]
) -> None:
    """No way of writing it costs the customer the rest of the money."""
    for text in redeemed(server, till, tmp_path, change):
        assert all(one in text for one in wanted)


def test_a_voucher_without_a_code_names_what_came_and_the_answer_can_be_read(
    server: SandboxServer, till: CommandLine, tmp_path: Path
) -> None:
    """A loud state on screen and paper, and the way to what the provider said."""
    shown, printed = redeemed(
        server, till, tmp_path, {"secret_part": {"x": "Q-7781"}, "amount": 3100}
    )
    for text in (shown, printed):
        assert "no code could be read" in text.lower()
        assert "secret_part.x" in text
        assert "supervisor" in text
        assert "Q-7781" not in text
    reference = shown.split()[0]
    assert f"counterfoil show {reference} --reveal --answer" in shown
    assert "Q-7781" in till.run("show", reference, "--reveal", "--answer").out
    told = till.json("show", reference, "--reveal", "--answer")
    assert json.loads(told["answer"])["change_voucher"]["secret_part"] == {"x": "Q-7781"}


def test_an_answer_is_not_read_without_saying_that_secrets_are_wanted(
    till: CommandLine,
) -> None:
    """It may hold a PIN, so the same word asks for both."""
    said = till.run("show", "K7Q-42F", "--answer")
    assert said.code == 64
    assert "--reveal" in said.err
