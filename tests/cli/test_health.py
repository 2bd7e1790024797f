"""How the till is, on the command line; and a support file in which nothing secret stands."""

import json
from pathlib import Path

from counterfoil.adapters.system.logs import LOG_NAME
from counterfoil_sandbox.faults import Dials
from counterfoil_sandbox.pins import ONE_VOUCHER, OTT
from counterfoil_sandbox.server import SandboxServer
from support.canary import (
    CANARY_API_KEY,
    CANARY_CHANGE_PIN,
    CANARY_PHONE,
    CANARY_PIN,
    CANARY_TOKEN,
    names_in_bytes,
)
from support.doors import open_with_door
from support.people import PINS
from support.sandboxes import issue
from support.tills import CommandLine, command_line

SECRETS = (CANARY_PIN, CANARY_CHANGE_PIN, CANARY_TOKEN, CANARY_PHONE, CANARY_API_KEY)


def plant(folder: Path, settings: Path) -> None:
    """Put every secret where an older till, or a careless person, may have left it."""
    event = " ".join(SECRETS)
    line = {"at": "2026-11-20T12:00:00.000+00:00", "level": "info", "logger": "counterfoil.x"}
    written = [
        json.dumps(line | {"event": event, "cause": CANARY_PIN, "body": CANARY_PIN}),
        json.dumps(line | {"at": CANARY_PIN, "event": "no time"}),
        f"no line of this log: {event}",
    ]
    with (folder / LOG_NAME).open("a", encoding="ascii") as log:
        log.write("\n".join(written) + "\n")
    text = settings.read_text(encoding="utf-8")
    shop = f'[shop]\ntrading_name = "Corner {CANARY_TOKEN}"\nhelpline = "{CANARY_PHONE}"\n'
    settings.write_text(f"{shop}{text}", encoding="utf-8")


def test_a_support_file_holds_no_secret_wherever_one_was_left(
    server: SandboxServer, till: CommandLine, tmp_path: Path
) -> None:
    """Not the customer's PIN, the change's, a phone, the key, nor what the staff sign in with."""
    issue(server, OTT, CANARY_TOKEN)
    line = ("redeem", "--type", ONE_VOUCHER, "--amount", "19.00", "--reveal")
    change = till.json(*line, stdin=CANARY_PIN)["change_voucher"]["pin"]
    phone = ("--field", f"phone_number={CANARY_PHONE}")
    till.run("redeem", "--type", OTT, *phone, "--amount", "5.00", stdin=CANARY_TOKEN)
    assert till.settings is not None
    plant(till.data_dir, till.settings)
    kept = tmp_path / "support.txt"
    said = till.json("health", "--support", str(kept))
    # What was planted here is nothing that the till has left.
    (till.data_dir / LOG_NAME).unlink()
    till.settings.unlink()
    written = kept.read_bytes()
    assert said["support_file"] == str(kept)
    assert names_in_bytes(written) == frozenset()
    assert not [secret for secret in (change, *PINS.values()) if secret.encode() in written]
    text = written.decode()
    assert "Waiting for an answer" in text
    assert "upstream.api_key_source = environment" in text
    assert "attempt classified" in text
    assert "no time" not in text


def test_what_has_to_be_done_now_ends_with_two_and_all_else_with_nothing(
    server: SandboxServer, till: CommandLine
) -> None:
    """A till whose provider answers needs no supervisor; who has no key is told so, and no more."""
    said = till.json("health")
    assert [one["level"] for one in said["lines"] if one["topic"] == "provider"] == ["good"]
    assert "Health" not in till.run("health").out
    no_key = CommandLine(till.data_dir, till.settings, api_key="")
    missing = no_key.json("health", code=2)["lines"][0]
    assert (missing["level"], missing["values"]["contact"]["line"]) == ("act", "no_key")
    server.sandbox.set_dials(Dials(offline=True))
    dead = till.json("health")["lines"][0]
    assert dead["values"]["contact"]["line"] == "no_answer"


def test_nothing_is_replaced_by_a_support_file(till: CommandLine, tmp_path: Path) -> None:
    """Whatever is there stays, and the command says so."""
    there = tmp_path / "there.txt"
    there.write_text("mine")
    said = till.run("health", "--support", str(there), as_json=True)
    assert said.code == 64
    assert json.loads(said.out)["error"]["cause"] == "file_is_there"
    assert there.read_text() == "mine"
    said = till.run("health", "--support", str(tmp_path / "no" / "folder.txt"), as_json=True)
    assert json.loads(said.out)["error"]["cause"] == "file_not_written"


def test_a_till_where_nobody_works_yet_says_how_it_is(
    server: SandboxServer, tmp_path: Path
) -> None:
    """Nobody needs to sign in for it: support is called before there is a manager."""
    assert command_line(tmp_path, server.url, has_staff=False).json("health")["level"] == "look"


async def test_a_till_that_is_open_says_it_through_its_door(
    till: CommandLine, tmp_path: Path
) -> None:
    """With what it has checked since it was opened; the file is of the caller's folder."""
    async with open_with_door(till) as opened:
        said = await opened.run("health", "--support", str(tmp_path / "s.txt"))
        assert said.code == 0, said.err
        assert (tmp_path / "s.txt").exists()
        assert opened.till.check.checked_at is not None
