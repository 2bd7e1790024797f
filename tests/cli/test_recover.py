"""Recovery by the command line: what was lost is asked for again, and taken once."""

import asyncio
from threading import Event
from time import perf_counter
from typing import Any
from unittest.mock import patch

import pytest

from counterfoil.adapters.settings.till_settings import API_KEY_VARIABLE
from counterfoil.bootstrap import Places, Till, open_till
from counterfoil.domain.failures import VoucherInUseError
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import OPEN
from counterfoil.service.commands import RedeemVoucher, RefreshTypes, WaitForResult
from counterfoil_sandbox.faults import Dials, RateLimit, Rule
from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_API_KEY, CANARY_PIN
from support.flows import books_of
from support.journals import tampering
from support.killing import Job, open_nursery
from support.people import THANDI
from support.sandboxes import always, lose_answers, voucher
from support.tills import CommandLine, EagerChance, typed_for

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
CROWD = 20
PAUSE = Event()
"""Never set: its time-out is a pause between two looks at another process."""


def test_a_lost_answer_is_resolved_by_replay_when_the_line_is_back(
    server: SandboxServer, till: CommandLine
) -> None:
    """One debit in the ledger, one redemption in the journal, the PIN of the replacement."""
    lose_answers(server)
    lost = till.json(*PART, stdin=CANARY_PIN, code=2)
    assert lost["state"] == "inflight"
    server.stop()
    try:
        down = till.json("recover", "--for", "0", code=2)
    finally:
        server.board.clear()
        server.start()
    assert [one["id"] for one in down["owed"]] == [lost["id"]]
    assert down["owed"][0]["attempts"] > lost["attempts"]
    assert owed_states(till.json("recover", code=2)) == ["unclaimed"]
    (only,) = till.json("history")
    assert (only["id"], only["state"], only["redeemed_cents"]) == (lost["id"], "unclaimed", 1_900)
    (debit,) = voucher(server, CANARY_PIN)["debits"]
    assert (debit["amount_cents"], debit["external_reference"]) == (1_900, lost["id"])
    pin = till.json("show", lost["id"], "--reveal")["change_voucher"]["pin"]
    assert pin == voucher(server, CANARY_PIN)["replaced_by"]


@pytest.mark.fault("D5", "X4")
def test_an_altered_open_record_keeps_the_till_open_and_its_provider_closed(
    server: SandboxServer, till: CommandLine
) -> None:
    """It is not recovered and in no list; who sells reads why nothing new is sold there."""
    lose_answers(server)
    lost = till.json(*PART, stdin=CANARY_PIN, code=2)
    server.board.clear()
    with tampering(till.data_dir) as connection:
        connection.execute("UPDATE redemption SET cashier = 'Another'")
    said = till.run("history")
    assert said.code == 0
    assert lost["reference"] not in said.out
    assert f"altered behind the till's back: {lost['reference']}." in said.err
    assert till.run("recover").code == 2
    (other,) = pins_for(ONE_VOUCHER, Situation.USABLE)[:1]
    for number in (CANARY_PIN, other):
        refused = till.json(*PART, stdin=number, code=1)
        assert refused["error"]["code"] == "record_altered"
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1
    assert voucher(server, other)["debits"] == []
    by = ("--by", "Naledi", "--reason", "the provider says it was taken")
    accepted = till.json("journal", "accept", *by)["accepted"]
    assert accepted == [f"redemption {lost['reference']} was altered"]
    again = till.json(*PART, stdin=CANARY_PIN, code=1)
    assert again["error"]["code"] == "voucher_in_use"
    assert till.json(*PART, stdin=other)["state"] == "final"
    assert till.run("recover").err == ""


def killed_while_the_provider_works(server: SandboxServer, till: CommandLine) -> None:
    """Redeem in a process of its own, and kill it once the provider has taken the value."""
    till.json("types")
    server.add_rule(Rule(endpoint="create", times=1, delay_s=5.0, after_effect=True))
    with till.started(*PART) as program:
        assert program.stdin is not None
        program.stdin.write(typed_for(till.line(*PART)) + CANARY_PIN + "\n")
        program.stdin.close()
        while not voucher(server, CANARY_PIN)["debits"] and program.poll() is None:
            PAUSE.wait(0.02)
        program.kill()


def owed_states(said: Any) -> list[str]:
    """Return the states of what is owed still."""
    return [one["state"] for one in said["owed"]]


@pytest.mark.fault("H7")
def test_recovery_names_what_was_taken_and_waits_for_a_word_about_the_customer(
    server: SandboxServer, till: CommandLine
) -> None:
    """A till that died while the provider thought: taken, with its change, and paid by nobody."""
    killed_while_the_provider_works(server, till)
    said = till.json("recover", "--for", "10", code=2)
    (one,) = said["recovered"]
    (owed,) = said["owed"]
    assert (one["id"], said["settled"]) == (owed["id"], [])
    assert (owed["state"], owed["redeemed_cents"]) == ("unclaimed", 1_900)
    assert owed["change_voucher"]["amount_cents"] == 3_100
    needs = {name: owed[name] for name in ("pays_its_sale", "hand_over", "waits_for", "slip_due")}
    assert needs == {
        "pays_its_sale": False,
        "hand_over": False,
        "waits_for": "customer",
        "slip_due": False,
    }
    told = till.run("recover")
    assert told.code == 2
    for words in ("R19.00", "R31.00", "Do not hand over.", "Is this customer still here?"):
        assert words in told.out
    assert f"counterfoil answer {owed['reference']} here, paid-otherwise or gone" in told.out
    assert "Nothing waits" not in told.out


@pytest.mark.fault("H7")
def test_recovery_lists_what_paid_its_sale_and_the_slip_that_is_due(
    server: SandboxServer, till: CommandLine
) -> None:
    """Somebody said that the customer is here; the answer came later, and counted over a stop."""
    lose_answers(server)
    lost = till.json(*PART, stdin=CANARY_PIN, code=2)
    assert till.json("answer", lost["reference"], "here", code=2)["state"] == "inflight"
    server.board.clear()
    said = till.json("recover")
    (settled,) = said["settled"]
    assert (settled["id"], settled["state"], said["owed"]) == (lost["id"], "final", [])
    assert (settled["pays_its_sale"], settled["hand_over"]) == (True, True)
    assert (settled["slip_due"], settled["waits_for"]) == (True, None)


def test_recovery_says_what_it_settled_in_words(server: SandboxServer, till: CommandLine) -> None:
    """Paid: hand over, and the slip is due. It is never just *Nothing waits*."""
    lose_answers(server)
    lost = till.json(*PART, stdin=CANARY_PIN, code=2)
    till.json("answer", lost["reference"], "here", code=2)
    server.board.clear()
    told = till.run("recover")
    assert told.code == 0
    for words in ("R19.00", "R31.00", "It paid its sale. Hand over", "The slip is due"):
        assert words in told.out
    assert told.out.rstrip().endswith("Nothing else waits.")


def test_recovering_again_changes_nothing(server: SandboxServer, till: CommandLine) -> None:
    """Twice is once, with and without something to do (I20)."""
    assert till.json("recover") == {"recovered": [], "settled": [], "owed": []}
    lose_answers(server)
    till.json(*PART, stdin=CANARY_PIN, code=2)
    server.board.clear()
    owed = till.json("recover", code=2)["owed"]
    before = till.json("history")
    assert till.json("recover", code=2) == {"recovered": [], "settled": [], "owed": owed}
    assert till.json("history") == before
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


def test_a_request_that_never_arrived_is_redeemed_once_by_recovery(
    server: SandboxServer, till: CommandLine
) -> None:
    """The line was cut before anything took effect; the same bytes then take it once."""
    till.json("types")
    server.set_dials(Dials(offline=True))
    till.json(*PART, stdin=CANARY_PIN, code=2)
    assert voucher(server, CANARY_PIN)["debits"] == []
    server.board.clear()
    till.json("recover", code=2)
    assert till.json("history")[0]["state"] == "unclaimed"
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


def test_a_draft_is_fetched_until_it_is_decided(server: SandboxServer, till: CommandLine) -> None:
    """It stays unknown while the upstream has not decided, and is final once it has."""
    pin = pins_for(ONE_VOUCHER, Situation.STAYS_DRAFT)[0]
    draft = till.json(*PART, stdin=pin, code=2)
    assert (draft["state"], draft["reason"]) == ("inflight", "not decided yet")
    assert till.json("recover", "--for", "0", code=2)["owed"][0]["id"] == draft["id"]
    server.set_dials(Dials(draft_completes_after_s=0))
    assert owed_states(till.json("recover", code=2)) == ["unclaimed"]
    assert till.json("show", draft["id"])["redeemed_cents"] == 1_900
    assert len(voucher(server, pin)["debits"]) == 1


def test_a_draft_that_fails_is_declined_by_recovery(
    server: SandboxServer, till: CommandLine
) -> None:
    """The upstream decided against it: nothing was taken, and nothing is owed."""
    pin = pins_for(ONE_VOUCHER, Situation.STAYS_DRAFT)[0]
    draft = till.json(*PART, stdin=pin, code=2)
    server.sandbox.desk.complete(draft["upstream_id"], outcome="failed")
    said = till.json("recover")
    assert said["owed"] == []
    assert [(one["state"], one["hand_over"]) for one in said["settled"]] == [("declined", False)]
    assert till.json("show", draft["id"])["state"] == "declined"
    assert voucher(server, pin)["debits"] == []


def test_what_only_a_person_can_settle_stays_owed(till: CommandLine) -> None:
    """Recovery cannot move it: exit code 2, with the words of what to do."""
    pin = pins_for(ONE_VOUCHER, Situation.STORED_ERROR)[0]
    till.json(*PART, stdin=pin, code=2)
    begun_s = perf_counter()
    said = till.run("recover")
    assert said.code == 2
    assert "Ask them" in said.out
    assert perf_counter() - begun_s < 2


def test_recovery_keeps_the_wait_that_the_upstream_asks_for(
    server: SandboxServer, till: CommandLine
) -> None:
    """Told to wait two minutes, it asks once and does not sit the minute out (N18)."""
    till.json("types")
    server.set_dials(Dials(offline=True))
    lost = till.json(*PART, stdin=CANARY_PIN, code=2)
    always(server, "create", RateLimit(kind="rate_limit", retry_after="120"))
    begun_s = perf_counter()
    said = till.json("recover", code=2)
    assert perf_counter() - begun_s < 2
    assert said["owed"][0]["attempts"] == lost["attempts"] + 1


def test_recovery_ends_when_its_time_is_over(server: SandboxServer, till: CommandLine) -> None:
    """It says what is still owed."""
    lose_answers(server)
    till.json(*PART, stdin=CANARY_PIN, code=2)
    begun_s = perf_counter()
    assert till.json("recover", "--for", "1", code=2)["owed"]
    assert perf_counter() - begun_s < 5
    assert till.run("recover", "--for=-1").code == 64


def test_recovery_goes_on_until_the_line_is_back(server: SandboxServer, till: CommandLine) -> None:
    """With time given, it needs no second start."""
    lose_answers(server)
    till.json(*PART, stdin=CANARY_PIN, code=2)
    cut = server.board.dials.rules[0]
    server.set_dials(Dials(rules=[cut.model_copy(update={"times": 3})]))
    assert owed_states(till.json("recover", "--for", "15", code=2)) == ["unclaimed"]
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


# ------------------------------------------------------------------------------ twenty at once


@pytest.mark.parametrize("is_answer_lost", [False, True])
async def test_twenty_programs_take_a_voucher_once(
    server: SandboxServer, till: CommandLine, is_answer_lost: bool
) -> None:
    """Twenty processes at one journal: one debit at most, and one open redemption at most."""
    till_types = till.line("types")
    if is_answer_lost:
        lose_answers(server)
    with open_nursery() as nursery:
        nursery.live(Job(lines=(till_types,)))
        lives = nursery.crowd(Job(lines=(till.line(*PART),), stdin=CANARY_PIN, count=CROWD))
    codes = [code for life in lives for code in life.codes]
    assert len(codes) == CROWD
    assert codes.count(2 if is_answer_lost else 0) == 1
    assert set(codes) <= {0, 1, 2, 74}
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1
    redemptions = (await books_of(till)).redemptions
    assert sum(one.state in OPEN for one in redemptions) == is_answer_lost


async def test_twenty_first_starts_at_once_make_one_journal(
    server: SandboxServer, till: CommandLine
) -> None:
    """A new folder, twenty programs: one key, one journal, and no debit too many."""
    with open_nursery() as nursery:
        lives = nursery.crowd(Job(lines=(till.line(*PART),), stdin=CANARY_PIN, count=CROWD))
    codes = [code for life in lives for code in life.codes]
    assert codes.count(0) == 1
    assert set(codes) <= {0, 1, 74}
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1
    await books_of(till)


async def test_twenty_tries_in_one_till_take_a_voucher_once(
    server: SandboxServer, till: CommandLine
) -> None:
    """One is redeemed while the others are refused; afterwards the provider refuses it."""
    server.add_rule(Rule(endpoint="create", delay_s=0.2, times=1))
    with (
        patch.dict("os.environ", {API_KEY_VARIABLE: CANARY_API_KEY}),
        patch("counterfoil.bootstrap.SystemChance", EagerChance),
    ):
        async with open_till(Places(till.data_dir, till.settings)) as opened:
            opened.session._be(THANDI)
            ended = await asyncio.gather(
                *(_redeem(opened) for _ in range(CROWD)), return_exceptions=True
            )
            redemptions = await opened.journal.history(99)
    refused = [one for one in ended if isinstance(one, VoucherInUseError)]
    assert len(refused) == CROWD - 1
    assert len(redemptions) == 1
    assert len(voucher(server, CANARY_PIN)["debits"]) == 1


async def _redeem(opened: Till) -> Redemption:
    kind = (await opened.run(RefreshTypes())).find(ONE_VOUCHER)
    assert kind is not None
    fields = {"pin": Secret(CANARY_PIN)}
    wanted = RedeemVoucher(voucher_type=kind, fields=fields, amount=Exact(1_900))
    return await opened.run(WaitForResult((await opened.run(wanted)).id))
