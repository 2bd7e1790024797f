"""A real voucher's number that is typed in training: no file of the sandbox keeps it."""

import sqlite3
from pathlib import Path

import httpx
import pytest

from counterfoil_sandbox.ledger import Ledger
from counterfoil_sandbox.pins import BLU, CARD_BRANDS, CENTRE, KOPANO, ONE_VOUCHER, OTT
from counterfoil_sandbox.server import SandboxServer
from support.tills import CommandLine

REAL = "7390518264417735"
"""A number of a real voucher's shape; the sandbox has none like it."""
REAL_OF = {OTT: REAL[:12], CENTRE: REAL + "902", KOPANO: REAL[:10]}
KAROO = "electrum.karoo"
MORE_OF = {
    OTT: ("phone_number=0821234567",),
    CENTRE: (f"card_brand={CARD_BRANDS[0]}", "security_code=739"),
    KOPANO: ("birth_year=1981",),
}


def holders(folder: Path, text: str) -> list[str]:
    """Return the files in a folder that hold a text, in whatever spelling of bytes."""
    spellings = [text.encode(), text.encode("utf-16-le"), text.encode().hex().encode()]
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in spellings)
    )


@pytest.mark.parametrize(
    ("type_id", "field"),
    [
        (ONE_VOUCHER, "pin"),
        (OTT, "pin"),
        (BLU, "token"),
        (CENTRE, "card_number"),
        (KOPANO, "member_number"),
        (KAROO, "code"),
    ],
)
def test_a_real_number_typed_in_training_lies_in_no_file(
    tmp_path: Path, type_id: str, field: str
) -> None:
    """It is refused as unknown, and neither the refusal nor its replay is kept with it."""
    bare = CommandLine(tmp_path / "till")
    number = REAL_OF.get(type_id, REAL)
    line = ("--type", type_id, "--field", f"{field}=-")
    more = [word for one in MORE_OF.get(type_id, ()) for word in ("--field", one)]
    said = bare.run("redeem", *line, *more, "--amount", "19.00", stdin=number)
    assert said.code == 1, said.err
    assert "not the number of a test voucher" in said.err
    bare.run("lookup", *line, stdin=number)
    assert holders(tmp_path, number) == []


def test_an_unknown_number_is_answered_alike_each_time(tmp_path: Path) -> None:
    """First answer, replay and fetch are one document, with a hash where the number was."""
    body = {
        "type": ONE_VOUCHER,
        "source": {"pin": REAL, "phone_number": "+27821234567"},
        "amount": 1900,
        "currency": "ZAR",
        "external_reference": "abc",
    }
    headers = {"Authorization": "Bearer sk_test_x", "Idempotency-Key": "k"}
    with SandboxServer(data_file=tmp_path / "ledger.db") as server:
        asked = [
            httpx.post(f"{server.url}/collect/redemptions", json=body, headers=headers)
            for _ in range(2)
        ]
        first, again = (one.json() for one in asked)
        fetched = httpx.get(f"{server.url}/collect/redemptions/{first['id']}", headers=headers)
    assert first == again == fetched.json()
    assert asked[1].headers["Idempotent-Replayed"] == "true"
    assert REAL not in asked[0].text
    assert first["provider_reference"]["pin"].startswith("unknown-")


def test_the_hash_of_a_number_is_keyed_by_each_ledger(tmp_path: Path) -> None:
    """Nobody who finds one can look it up in a table of all numbers."""
    with Ledger(tmp_path / "one.db") as one, Ledger(tmp_path / "two.db") as two:
        assert one.hash(REAL) != two.hash(REAL)
        before = one.hash(REAL)
    with Ledger(tmp_path / "one.db") as one:
        assert one.hash(REAL) == before


def test_a_ledger_of_an_older_sandbox_forgets_the_numbers_it_kept(tmp_path: Path) -> None:
    """What was asked with an unknown number is gone from the file, with the stored answers."""
    path = tmp_path / "ledger.db"
    with SandboxServer(data_file=path):
        pass
    with sqlite3.connect(path) as old:
        old.execute("DROP TABLE secret")
        old.execute("PRAGMA user_version = 0")
        old.execute(
            "INSERT INTO redemption VALUES ('rdm_1', 'moment', NULL, NULL, 'k', ?, ?, '')",
            (f'{{"pin": "{REAL}"}}', f'{{"number": "{REAL}"}}'),
        )
        old.execute(
            "INSERT INTO stored_answer VALUES ('k', 'f', 201, 'application/json', ?, '')",
            (f'{{"pin": "{REAL}"}}'.encode(),),
        )
    old.close()
    assert holders(tmp_path, REAL) != []
    with SandboxServer(data_file=path) as server:
        assert server.ledger.totals()["issued_cents"] > 0
        assert holders(tmp_path, REAL) == []


def test_no_record_of_the_sandbox_shows_a_number(tmp_path: Path) -> None:
    """An exception's text or a debugger's line would carry it on."""
    with SandboxServer() as server:
        new = server.sandbox.desk.new_voucher(ONE_VOUCHER, 1900, pin=REAL)
        shown = repr(new) + repr(server.ledger.issue(new))
        karoo = server.sandbox.suv.specified.new_voucher("karoo", 1900, code=REAL)
        shown += repr(karoo) + repr(server.suv_ledger.issue(karoo))
    assert REAL not in shown
