"""How the sandbox starts, stops and keeps its ledger on disk."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer, SandboxServerError

CREATE = "/collect/redemptions"
TYPES = "/collect/redemptions/types"
HEADERS = {"Authorization": "Bearer sk_test_till"}
APP = Path(__file__).parents[2] / "app"
PIN = pins_for(ONE_VOUCHER, Situation.USABLE, value_cents=5000)[0]
PROGRAM = """
import sys
from pathlib import Path
from counterfoil_sandbox.server import serve
sys.exit(serve(port=0, data_file=Path(sys.argv[1]) if sys.argv[1:] else None, extra_types=True))
"""


def client_of(url: str) -> httpx.Client:
    """Return a client with a key that the sandbox takes."""
    return httpx.Client(base_url=url, headers=HEADERS, trust_env=False)


@contextmanager
def served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the sandbox as a program; give it and the line it wrote when it was ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(APP), "PYTHONWARNINGS": "error"},
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def test_a_damaged_ledger_file_is_said_in_words(tmp_path: Path) -> None:
    """Whoever starts a sandbox learns of it as of any other trouble, and the file is kept."""
    ledger = tmp_path / "sandbox.db"
    ledger.write_bytes(b"no ledger at all" * 500)
    with pytest.raises(SandboxServerError, match="ledger"):
        SandboxServer(data_file=ledger)
    assert ledger.read_bytes() == b"no ledger at all" * 500


def test_it_is_ready_when_the_context_is_entered_and_gone_after() -> None:
    """The port answers inside and refuses outside."""
    with SandboxServer() as server, client_of(server.url) as client:
        assert client.get(TYPES).status_code == 200
    with client_of(server.url) as client, pytest.raises(httpx.ConnectError):
        client.get(TYPES)


def test_stop_and_start_keep_the_port_and_the_ledger() -> None:
    """In between, connections are refused: a line that is really down."""
    with SandboxServer() as server, client_of(server.url) as client:
        url = server.url
        client.post(CREATE, json={"type": ONE_VOUCHER, "source": {"pin": PIN}})
        server.stop()
        with pytest.raises(httpx.ConnectError):
            client.get(TYPES)
        server.start()
        assert server.url == url
        rows = client.get("/_sandbox/ledger", params={"pin": PIN}).json()["vouchers"]
        assert rows[0]["status"] == "used"


def test_it_stops_within_a_second_while_a_slow_request_is_open() -> None:
    """The request is cut without an effect, and nothing is logged."""
    pin = pins_for(ONE_VOUCHER, Situation.SLOW)[0]
    failures: list[Exception] = []
    server = SandboxServer().start()

    def ask() -> None:
        with client_of(server.url) as client:
            try:
                client.post(CREATE, json={"type": ONE_VOUCHER, "source": {"pin": pin}}, timeout=9)
            except httpx.TransportError as error:
                failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    pause = threading.Event()
    while not server.sandbox.connections.transports:
        pause.wait(0.01)
    pause.wait(0.1)
    started = time.perf_counter()
    server.stop()
    assert time.perf_counter() - started < 1
    asking.join()
    assert len(failures) == 1
    voucher = server.ledger.find_by_pin(ONE_VOUCHER, pin)
    server.close()
    assert voucher is not None
    assert voucher.balance_cents == 5000


def test_a_port_that_is_taken_is_told() -> None:
    """As the operating system's own error."""
    with SandboxServer() as server:
        port = int(server.url.rpartition(":")[2])
        other = SandboxServer(port=port)
        with pytest.raises(OSError, match="in use"):
            other.start()
        other.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_writes_one_line_and_ends_well(number: signal.Signals) -> None:
    """The line has the address; a signal ends it with code 0 and nothing more written."""
    with served() as (process, line):
        assert line == {"url": line["url"], "ready": True, "pid": process.pid}
        with client_of(line["url"]) as client:
            assert client.get(TYPES).status_code == 200
        process.send_signal(number)
        rest, complaints = process.communicate(timeout=5)
        assert (process.returncode, rest, complaints) == (0, "", "")


def test_a_ledger_on_disk_survives_a_kill(tmp_path: Path) -> None:
    """Debit, redemption and stored answer are there again, and the same key replays."""
    (tmp_path / "upstream").mkdir()
    data_file = tmp_path / "upstream" / "ledger.sqlite"
    body = {"type": ONE_VOUCHER, "source": {"pin": PIN}, "amount": 1900, "currency": "ZAR"}
    answers = []
    report: dict[str, Any] = {}
    for _ in range(2):
        with served(str(data_file)) as (process, line), client_of(line["url"]) as client:
            answers.append(client.post(CREATE, json=body, headers={"Idempotency-Key": "disk"}))
            report = client.get("/_sandbox/ledger", params={"pin": PIN}).json()
            process.kill()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert answers[1].content == answers[0].content
    assert [debit["amount_cents"] for debit in report["vouchers"][0]["debits"]] == [1900]
    totals = report["totals"]
    assert totals["issued_cents"] == totals["balance_cents"] + totals["debited_cents"]


def test_a_ledger_on_disk_gets_the_extra_types_when_they_are_switched_on(tmp_path: Path) -> None:
    """What was redeemed before stays redeemed."""
    (tmp_path / "upstream").mkdir()
    data_file = tmp_path / "upstream" / "ledger.sqlite"
    body = {"type": ONE_VOUCHER, "source": {"pin": PIN}}
    for extra_types, status in ((False, "confirmed"), (True, "failed")):
        server = SandboxServer(data_file=data_file, extra_types=extra_types)
        with server, client_of(server.start().url) as client:
            assert client.post(CREATE, json=body).json()["status"] == status
            types = {row["type"] for row in client.get("/_sandbox/ledger").json()["vouchers"]}
            assert ("gift_cards.centre" in types) == extra_types
