"""The command line redeems: what it says, and with which exit code it leaves."""

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import pytest
from typing_extensions import override

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.cli.commands import main
from counterfoil.domain.failures import JournalFullError, StaleChangeError
from counterfoil.domain.rows import AttemptEnded, RedemptionPrepared, Row
from counterfoil.service.redeem import Redeemer
from counterfoil_sandbox.faults import Dials, Drop, Rule, Status, WrongBody
from counterfoil_sandbox.pins import (
    ONE_VOUCHER,
    SandboxPin,
    Situation,
    pins_for,
    sandbox_pins,
)
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_CHANGE_PIN, CANARY_PHONE, CANARY_PIN
from support.log_witness import ExpectLog
from support.people import CASHIER_NUMBER, MANAGER_NUMBER, PINS
from support.sandboxes import (
    MadeUpUpstream,
    always,
    fields_of,
    lose_answers,
    voucher,
)
from support.tills import CommandLine, command_line

NEEDED = frozenset(
    {"id", "type", "state", "amount_cents", "redeemed_cents", "currency", "reference"}
    | {"change_voucher"}
)
PIN_BY_INPUT = ("--type", ONE_VOUCHER, "--field", "pin=-")
PART = ("redeem", *PIN_BY_INPUT, "--amount", "19.00")
USABLE = [
    row
    for row in sandbox_pins(extra_types=True)
    if row.situation is Situation.USABLE and row.value_cents == 5_000
]
EACH_TYPE = list({row.type: row for row in USABLE}.values())


# ----------------------------------------------------------------------------- each kind of voucher


def test_every_type_on_offer_is_redeemed_by_what_discovery_tells(till: CommandLine) -> None:
    """Types, fields and values come from the upstream; nothing here or there names a type."""
    offered = till.json("types")
    assert {one["type"] for one in offered} == {row.type for row in EACH_TYPE}
    for row in EACH_TYPE:
        (told,) = [one for one in offered if one["type"] == row.type]
        assert set(row.source) <= {field["name"] for field in told["fields"]}
        said = till.json("redeem", "--type", row.type, *fields_of(row.source), "--amount", "19.00")
        assert said.keys() >= NEEDED
        assert (said["state"], said["redeemed_cents"]) == ("final", 1_900)


@pytest.mark.parametrize("row", EACH_TYPE, ids=lambda row: row.type)
def test_the_whole_value_of_each_type_is_taken_once(
    server: SandboxServer, till: CommandLine, row: SandboxPin
) -> None:
    """The ledger holds one debit of everything, with our id as its reference."""
    said = till.json("redeem", "--type", row.type, *fields_of(row.source), "--whole")
    assert (said["amount_cents"], said["redeemed_cents"]) == (None, 5_000)
    (debit,) = voucher(server, row.pin)["debits"]
    assert (debit["amount_cents"], debit["external_reference"]) == (5_000, said["id"])


@pytest.mark.parametrize("amount", ["--whole", "--amount=123.45"])
def test_a_type_made_up_on_the_spot_is_listed_looked_up_and_redeemed(
    tmp_path: Path, amount: str
) -> None:
    """A type with every kind of field works without a line of code for it."""
    made_up = {
        "type": "airtime.zuma_bytes",
        "category": "airtime",
        "name": "Zuma Bytes",
        "capabilities": {"redeem": True, "lookup": True, "change_voucher": "NONE"},
        "required_fields": [
            {"name": "shape", "type": "enum", "choices": ["round", "square"]},
            {"name": "code", "type": "string", "sensitive": True, "example": "12345678"},
            {"name": "year", "type": "integer"},
            {"name": "paid", "type": "money"},
            {"name": "msisdn", "type": "string", "required": False},
            {"name": "nickname", "type": "hologram", "required": False},
        ],
    }
    source: dict[str, str | int] = {
        "shape": "Square",
        "code": CANARY_PIN,
        "year": 1999,
        "paid": "12.50",
    }
    expected = {"shape": "square", "code": CANARY_PIN, "year": 1999, "paid": 1_250}
    source["paid"] = "12.50"
    typed = (*fields_of(source), "--field", f"msisdn={CANARY_PHONE.replace('+27', '0')}")
    with MadeUpUpstream(made_up).serving() as upstream:
        till = command_line(tmp_path, upstream.url)
        assert [one["name"] for one in till.json("types")] == ["Zuma Bytes"]
        looked_up = till.json("lookup", "--type", "airtime.zuma_bytes", *typed)
        assert looked_up["amount_cents"] == 12_345
        said = till.json("redeem", "--type", "airtime.zuma_bytes", *typed, amount)
    assert (said["state"], said["redeemed_cents"]) == ("final", 12_345)
    assert upstream.requests[-1]["source"] == {**expected, "msisdn": CANARY_PHONE}


EVERY_KIND = {
    "type": "x.every_kind",
    "name": "Every kind",
    "max_amount": 500_000,
    "capabilities": {"redeem": True},
    "required_fields": [
        {"name": "pin", "type": "pin", "sensitive": "true", "length": 16},
        {"name": "age", "type": "enum", "choices": [{"value": "a", "label": "Adult"}]},
        {"name": "branch", "type": "enum", "options": list(range(60))},
        {"name": "people", "type": "integer", "minimum": 1, "maximum": 6},
        {"name": "rate", "type": "number"},
        {"name": "member", "type": "boolean"},
        {"name": "day", "type": "string", "format": "date"},
        {"name": "mail", "type": "string", "format": "email"},
        {"name": "mark", "type": "string", "pattern": "^[A-Z]{3}$"},
        {"name": "trap", "type": "string", "pattern": "(a+)+$", "required": False},
    ],
}
TYPED = {
    "pin": f"]C1{CANARY_PIN}",
    "age": "Adult",
    "branch": "59",
    "people": "6",
    "rate": "12,5",
    "member": "yes",
    "day": "2026-11-30",
    "mail": "thandi@example.org",
    "mark": "SUN",
}
SENT = {
    "pin": CANARY_PIN,
    "age": "a",
    "branch": 59,
    "people": 6,
    "rate": 12.5,
    "member": True,
    "day": "2026-11-30",
    "mail": "thandi@example.org",
    "mark": "SUN",
}


def test_a_field_of_each_kind_is_checked_and_sent_in_its_own_type(tmp_path: Path) -> None:
    """What it cannot be is refused by the field's name, and nothing leaves the till."""
    wrong = {
        "pin": "Your voucher 1115 6840 0000 0101 is worth R50",
        "age": "Child",
        "branch": "60",
        "people": "7",
        "rate": "half",
        "member": "maybe",
        "day": "2026-02-30",
        "mail": "nope",
        "mark": "sun",
        "trap": "a" * 200 + "!",
    }
    with MadeUpUpstream(EVERY_KIND).serving() as upstream:
        till = command_line(tmp_path, upstream.url)
        start = ("redeem", "--type", "x.every_kind")
        for name, text in {**wrong, "people": "-1"}.items():
            refused = till.run(*start, *fields_of({**TYPED, name: text}), "--amount", "12.5")
            assert (refused.code, name in refused.err) == (64, True), (name, refused.err)
        assert till.run(*start, *fields_of(TYPED), "--amount", "99999").code == 64
        assert upstream.requests == []
        till.json(*start, *fields_of(TYPED), "--amount", "12.5")
    assert upstream.requests[-1]["source"] == SENT
    assert upstream.requests[-1]["amount"] == 1_250


def test_a_type_that_cannot_be_redeemed_is_refused_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    """Discovery says that it only tells balances; the till believes it."""
    made_up = {
        "type": "x.only_told",
        "name": "Only told",
        "capabilities": {"redeem": False, "lookup": True},
        "required_fields": [{"name": "pin", "type": "pin"}],
    }
    with MadeUpUpstream(made_up).serving() as upstream:
        till = command_line(tmp_path, upstream.url)
        line = ("redeem", "--type", "x.only_told", "--field", "pin=12345678", "--whole")
        assert till.run(*line).code == 64
        assert till.json("history") == []
    assert upstream.requests == []


def test_a_part_of_what_is_only_taken_whole_is_refused_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    """Discovery says that no part can be taken."""
    made_up = {
        "type": "x.whole",
        "name": "Whole",
        "capabilities": {"partial": False},
        "required_fields": [{"name": "pin", "type": "pin"}],
    }
    line = ("redeem", "--type", "x.whole", "--field", "pin=12345678")
    with MadeUpUpstream(made_up).serving() as upstream:
        till = command_line(tmp_path, upstream.url)
        assert till.run(*line, "--amount", "1.00").code == 64
        assert upstream.requests == []
        assert till.run(*line, "--whole").code == 0


# -------------------------------------------------------------------------------- what it says


def test_a_part_gives_a_change_voucher_whose_pin_is_only_revealed(
    server: SandboxServer, till: CommandLine
) -> None:
    """The PIN equals the ledger's replacement, and stands only where it was asked for."""
    said = till.json(*PART, stdin=CANARY_PIN + "\n")
    assert said["change_voucher"]["amount_cents"] == 3_100
    assert "pin" not in said["change_voucher"]
    revealed = till.json("show", said["reference"], "--reveal")
    assert revealed["change_voucher"]["pin"] == voucher(server, CANARY_PIN)["replaced_by"]
    words = till.run("show", said["id"]).out
    assert "R31.00" in words
    assert "6208 8419 3775 4026" in till.run("show", said["id"], "--reveal").out


def test_who_may_not_see_the_pin_has_redeemed_all_the_same(till: CommandLine) -> None:
    """Money has moved by then, so the command ends as ever; the PIN alone is kept back."""
    alone = ("--as", CASHIER_NUMBER, "--reveal")
    said = till.run(*PART, *alone, stdin=CANARY_PIN + "\n", as_json=True)
    assert said.code == 0
    assert "You may not see the code of a change voucher" in said.err
    assert "pin" not in said.document["change_voucher"]
    shown = till.run("show", said.document["id"], *alone, as_json=True)
    assert shown.code == 1
    refused = shown.document["error"]
    assert (refused["code"], refused["cause"]) == ("not_permitted", "reveal_change")


@pytest.mark.parametrize(
    ("approver", "said"),
    [(CASHIER_NUMBER, "may not approve"), ("99", "Nobody has this number")],
)
def test_who_may_not_approve_undoes_nothing_that_was_redeemed(
    server: SandboxServer, till: CommandLine, approver: str, said: str
) -> None:
    """A refusal would say that nothing was taken."""
    who = ("--as", CASHIER_NUMBER, "--approved-by", approver, "--reason", "asked")
    told = till.run(*PART, *who, "--reveal", stdin=CANARY_PIN + "\n", as_json=True)
    assert told.code == 0
    assert said in told.err
    assert "pin" not in told.document["change_voucher"]
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


def test_who_may_not_redeem_takes_nothing(server: SandboxServer, tmp_path: Path) -> None:
    """The voucher is as it was, and the refusal says whom to call."""
    till = command_line(tmp_path, server.url, "[roles]", 'looker = ["check_balance"]')
    looker = ("staff", "role", CASHIER_NUMBER, "looker", "--new-pin", "--as", MANAGER_NUMBER)
    till.json(*looker, stdin="628147\n")
    with patch.dict(PINS, {CASHIER_NUMBER: "628147"}):
        said = till.run(*PART, stdin=CANARY_PIN + "\n")
    assert said.code == 1
    assert said.err == "You may not redeem vouchers. Call a supervisor.\n"
    assert voucher(server, CANARY_PIN)["debits"] == []
    assert till.json("history") == []


def test_redeem_itself_reveals_when_it_is_told_to(till: CommandLine) -> None:
    """One command is enough for a script that hands the PIN on."""
    said = till.json(*PART, "--reveal", stdin=CANARY_PIN)
    assert said["change_voucher"]["pin"] == CANARY_CHANGE_PIN


def test_instructions_that_repeat_the_pin_are_not_printed(
    server: SandboxServer, till: CommandLine
) -> None:
    """Providers write the PIN into their instructions; without --reveal it stands nowhere."""
    change = {"pin": CANARY_CHANGE_PIN, "instructions": f"Dial *130*{CANARY_CHANGE_PIN}#"}
    put = WrongBody(kind="wrong_body", put={"change_voucher": change})
    always(server, "create", put)
    said = till.json(*PART, stdin=CANARY_PIN)
    assert said["state"] == "final"
    assert "instructions" not in said["change_voucher"]
    revealed = till.json("show", said["id"], "--reveal")["change_voucher"]
    assert revealed["instructions"] == change["instructions"]


def test_change_that_is_only_a_barcode_is_not_hidden(
    server: SandboxServer, till: CommandLine
) -> None:
    """A barcode is what the customer spends the rest with, where there is no PIN."""
    change = {"barcode": CANARY_CHANGE_PIN, "amount": 3_100}
    always(server, "create", WrongBody(kind="wrong_body", put={"change_voucher": change}))
    said = till.json(*PART, "--reveal", stdin=CANARY_PIN)
    assert said["change_voucher"]["amount_cents"] == 3_100
    assert said["change_voucher"]["barcode"] == CANARY_CHANGE_PIN
    shown = till.json("show", said["id"])["change_voucher"]
    assert shown["amount_cents"] == 3_100
    assert "barcode" not in shown
    assert "6208 8419 3775 4026" in till.run("show", said["id"], "--reveal").out


def test_secrets_are_read_from_the_input_line_by_line(till: CommandLine) -> None:
    """Each "-" takes the next line, whatever ends it."""
    line = ("--type", "vouchers.ott", "--field", "pin=-", "--field", "phone_number=-")
    pin = pins_for("vouchers.ott", Situation.USABLE)[0]
    said = till.json("redeem", *line, "--whole", stdin=f"{pin}\r\n{CANARY_PHONE}\n")
    assert said["state"] == "final"


def test_an_empty_input_is_a_missing_field(till: CommandLine) -> None:
    """No PIN came, so nothing is asked."""
    said = till.run(*PART, stdin="")
    assert said.code == 64
    assert "pin: " in said.err


# ------------------------------------------------------------------------------ exit codes 1 and 2


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (Situation.USED, "already_used"),
        (Situation.EXPIRED, "expired"),
        (Situation.UNKNOWN, "not_found"),
        (Situation.CANCELLED, "cancelled"),
    ],
)
@pytest.mark.parametrize("decline_as", ["failed", "402", "422"])
def test_a_decline_leaves_with_one_and_says_why(
    server: SandboxServer,
    till: CommandLine,
    situation: Situation,
    reason: str,
    decline_as: str,
) -> None:
    """Declined with proof: nothing was taken, however the upstream says no."""
    server.set_dials(Dials.model_validate({"decline_as": decline_as}))
    pin = pins_for(ONE_VOUCHER, situation)[0]
    said = till.json(*PART, stdin=pin, code=1)
    assert (said["state"], said["decline"]) == ("declined", reason)
    assert said["redeemed_cents"] is None
    assert said["reason"]


def test_asking_for_more_than_there_is_is_declined(till: CommandLine) -> None:
    """A voucher of R5 does not pay R19."""
    pin = pins_for(ONE_VOUCHER, Situation.INSUFFICIENT)[0]
    said = till.json(*PART, stdin=pin, code=1)
    assert said["state"] == "declined"
    assert said["decline"] in {"insufficient", "amount_refused"}


def test_a_voucher_that_is_not_settled_here_is_refused_by_the_till(
    server: SandboxServer, till: CommandLine
) -> None:
    """The second try sends nothing and leaves with 1; there is one debit and one redemption."""
    lose_answers(server)
    first = till.json(*PART, stdin=CANARY_PIN, code=2)
    assert first["state"] == "inflight"
    assert first["reason"]
    refused = till.json(*PART, stdin=CANARY_PIN, code=1)
    assert refused["error"]["code"] == "voucher_in_use"
    assert len(till.json("history")) == 1
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


def test_an_offline_upstream_after_discovery_is_unknown(
    server: SandboxServer, till: CommandLine
) -> None:
    """The line opened and was cut: the bytes may have arrived (N4)."""
    till.json("types")
    server.set_dials(Dials(offline=True))
    said = till.json(*PART, stdin=CANARY_PIN, code=2)
    assert (said["state"], said["attempts"]) == ("inflight", 5)
    assert "do not know yet" in till.run("show", said["id"]).out


def test_a_line_that_never_opened_is_a_decline(server: SandboxServer, till: CommandLine) -> None:
    """Connection refused on the first attempt proves that nothing left (N1)."""
    till.json("types")
    server.stop()
    try:
        said = till.json(*PART, stdin=CANARY_PIN, code=1)
    finally:
        server.start()
    assert (said["state"], said["decline"]) == ("declined", "not_sent")


def test_a_stored_error_calls_a_person_in_words(till: CommandLine) -> None:
    """The upstream repeats its error: exit code 2, attention, and what to do."""
    pin = pins_for(ONE_VOUCHER, Situation.STORED_ERROR)[0]
    said = till.json(*PART, stdin=pin, code=2)
    assert said["state"] == "attention"
    assert "Ask them" in said["attention"]
    assert till.json("owed")[0]["attention"] == said["attention"]
    assert "Ask them" in till.run("owed").out


def test_a_missing_key_at_the_upstream_is_a_decline(
    server: SandboxServer, till: CommandLine
) -> None:
    """A key that the upstream refuses is told on the first attempt, and nothing was taken."""
    till.json("types")
    always(server, "create", Status(kind="status", status=401))
    said = till.json(*PART, stdin=CANARY_PIN, code=1)
    assert said["decline"] == "not_authorised"


# ------------------------------------------------------------------------------ failures of our own


class FullJournal(SqliteJournal):
    """A journal whose disk is full from the first row of some class on."""

    full_from: type[Row] = AttemptEnded

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows, or fail from then on."""
        if any(isinstance(one, self.full_from) for one in rows):
            raise JournalFullError("the disk is full")
        await super().commit(rows)


def test_a_disk_that_fills_while_the_provider_answers_is_no_plain_closed_till(
    server: SandboxServer, till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Money may have been taken: exit code 2, what to do, and what to do it with."""
    monkeypatch.setattr("counterfoil.bootstrap.SqliteJournal", FullJournal)
    said = till.run(*PART, stdin=CANARY_PIN, as_json=True)
    assert said.code == 2
    assert said.document["error"]["code"] == "journal_full"
    assert said.document["state"] == "inflight"
    assert "Do not try the voucher again. Run recover when" in said.err
    assert said.document["reference"] in said.err
    (debit,) = voucher(server, CANARY_PIN)["debits"]
    assert debit["external_reference"] == said.document["id"]
    monkeypatch.undo()
    (owed,) = till.json("recover", code=2)["owed"]
    assert (owed["id"], owed["state"]) == (said.document["id"], "unclaimed")
    assert till.json("answer", owed["id"], "here")["state"] == "final"


def test_a_disk_that_is_full_before_anything_is_written_is_a_closed_till(
    server: SandboxServer, till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing left the till, so nothing can have been taken."""
    monkeypatch.setattr(FullJournal, "full_from", RedemptionPrepared)
    monkeypatch.setattr("counterfoil.bootstrap.SqliteJournal", FullJournal)
    said = till.run(*PART, stdin=CANARY_PIN, as_json=True)
    assert said.code == 74
    assert set(said.document) == {"error"}
    assert voucher(server, CANARY_PIN)["debits"] == []


def test_a_till_that_cannot_be_closed_has_redeemed_all_the_same(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is of what the command did, not of what came after."""

    async def fail(*_: object) -> None:
        raise JournalFullError("the disk is full")

    monkeypatch.setattr(Redeemer, "finish", fail)
    assert till.json(*PART, stdin=CANARY_PIN)["state"] == "final"


def test_a_mistake_of_the_till_is_never_taken_for_a_refusal(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    """A failure nobody foresaw leaves with 2, because money may have moved, and tells no words."""

    async def fail(*_: object) -> None:
        raise RuntimeError(f"the PIN is {CANARY_PIN}")

    monkeypatch.setattr(Redeemer, "see_through", fail)
    expect_log("counterfoil.cli", "a command failed")
    said = till.run(*PART, stdin=CANARY_PIN, as_json=True)
    assert said.code == 2
    assert said.document["error"]["code"] == "unexpected"
    assert "Traceback" not in said.err


def test_a_change_that_no_longer_applies_is_not_a_refusal(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what provably took nothing leaves with 1."""

    async def fail(*_: object) -> None:
        raise StaleChangeError("moved on")

    monkeypatch.setattr(Redeemer, "see_through", fail)
    assert till.run(*PART, stdin=CANARY_PIN).code == 2


@pytest.mark.fault("P9")
def test_an_interrupted_redemption_leaves_with_two(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C while the provider is asked settles nothing."""

    async def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Redeemer, "see_through", interrupt)
    assert till.run(*PART, stdin=CANARY_PIN).code == 2


# ------------------------------------------------------------------------------------- exit code 64


@pytest.mark.parametrize(
    "arguments",
    [
        ("redeem",),
        ("redeem", *PIN_BY_INPUT),
        ("redeem", *PIN_BY_INPUT, "--amount", "19.00", "--whole"),
        ("redeem", *PIN_BY_INPUT, "--amount", "0"),
        ("redeem", *PIN_BY_INPUT, "--amount=-5.00"),
        ("redeem", *PIN_BY_INPUT, "--amount", "1,234"),
        ("redeem", *PIN_BY_INPUT, "--amount", "nineteen"),
        ("redeem", *PIN_BY_INPUT, "--amount", "1000000.00"),
        ("redeem", "--type", ONE_VOUCHER, "--field", "pin", "--whole"),
        ("redeem", "--type", ONE_VOUCHER, "--field", "=-", "--whole"),
        ("redeem", "--type", "vouchers.nobody_knows", "--field", "pin=-", "--whole"),
        ("redeem", *PIN_BY_INPUT, "--field", "colour=red", "--whole"),
        ("redeem", *PIN_BY_INPUT, "--field", "phone_number=12", "--whole"),
        ("redeem", *PIN_BY_INPUT, "--sale", "no-such-sale", "--whole"),
        ("redeem", *PIN_BY_INPUT, "--whole", "--surprise"),
        ("redeem", *PIN_BY_INPUT, "--whole", "left over"),
        ("nothing",),
        ("journal",),
    ],
)
def test_what_cannot_be_carried_out_as_typed_leaves_with_64(
    server: SandboxServer, till: CommandLine, arguments: tuple[str, ...]
) -> None:
    """Nothing is written and nothing is sent."""
    said = till.run(*arguments, stdin=CANARY_PIN)
    assert said.code == 64
    assert said.err
    assert till.json("history") == []
    assert voucher(server, CANARY_PIN)["debits"] == []


def test_a_pin_that_is_too_short_is_not_repeated(till: CommandLine) -> None:
    """What was typed stands in no message."""
    said = till.run(*PART, stdin=CANARY_PIN[:9], as_json=True)
    assert said.code == 64
    assert CANARY_PIN[:9] not in said.out + said.err


def test_a_sale_goes_on_with_a_second_voucher(server: SandboxServer, till: CommandLine) -> None:
    """A voucher that held less leaves the sale open; more than is owed is refused with words."""
    rule = Rule(
        endpoint="create",
        times=1,
        action=WrongBody(kind="wrong_body", add={"redeemed_amount": -400}),
    )
    server.add_rule(rule)
    first = till.json(*PART, stdin=CANARY_PIN)
    assert (first["state"], first["redeemed_cents"]) == ("final", 1_500)
    other = pins_for(ONE_VOUCHER, Situation.USABLE, value_cents=10_000)[0]
    going_on = ("redeem", *PIN_BY_INPUT, "--sale", first["sale_id"])
    refused = till.json(*going_on, "--amount", "5.00", stdin=other, code=1)
    assert "owe" in refused["error"]["message"]
    second = till.json(*going_on, "--amount", "4.00", stdin=other)
    assert (second["state"], second["sale_id"]) == ("final", first["sale_id"])
    assert till.run(*going_on, "--amount", "4.00", stdin=other).code == 1


@pytest.mark.parametrize("group", [(), ("journal",), ("key",)])
def test_the_list_of_commands_is_not_cut(
    group: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The first sentence of each fits a terminal."""
    assert main([*group, "--help"]) == 0
    assert "...\n" not in capsys.readouterr().out.replace("[ARGS]...\n", "")


def test_help_leaves_with_zero() -> None:
    """Asking how it works is done."""
    assert main(["--help"]) == 0
    assert main(["redeem", "--help"]) == 0


def test_every_type_is_redeemed_from_memory_when_discovery_fails(
    server: SandboxServer, till: CommandLine
) -> None:
    """A till that starts while the list of types is not to be had still redeems."""
    till.json("types")
    always(server, "types", Drop(kind="drop"))
    for row in EACH_TYPE:
        said = till.json("redeem", "--type", row.type, *fields_of(row.source), "--whole")
        assert said["state"] == "final", row.type


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (402, {"error": {"code": "EXPIRED", "message": "Sorry"}}, "expired"),
        (400, {"message": "Voucher already used"}, "already been used"),
        (410, {"errors": [{"code": "VOUCHER_NOT_FOUND"}]}, "does not know"),
    ],
)
def test_a_refusal_in_plain_json_is_a_refusal_at_once(
    server: SandboxServer, till: CommandLine, status: int, body: object, said: str
) -> None:
    """Nobody waits a day for a voucher whose refusal was said in another shape."""
    refusal = Status(kind="status", status=status, body=body, content_type="application/json")
    always(server, "create", refusal)
    told = till.json(*PART, stdin=f"{CANARY_PIN}\n", code=1)
    assert (told["state"], told["attempts"]) == ("declined", 1)
    assert said in told["reason"]


def test_a_question_by_id_that_is_not_offered_falls_back_to_the_same_request(
    server: SandboxServer, till: CommandLine
) -> None:
    """The upstream keeps what it answered, and the request asks for it again."""
    draft = WrongBody(kind="wrong_body", put={"status": "draft"})
    not_offered = Status(kind="status", status=405, is_empty=True)
    rules = [
        Rule(endpoint="create", times=1, action=draft),
        Rule(endpoint="fetch", action=not_offered),
    ]
    server.set_dials(Dials(rules=rules))
    told = till.json(*PART, stdin=f"{CANARY_PIN}\n")
    assert (told["state"], told["redeemed_cents"]) == ("final", 1_900)
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1
