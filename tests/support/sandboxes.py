"""Sandboxes whose secrets the session-end search knows, and an upstream made up on the spot."""

import json
import random  # noqa: TID251 - the sandbox's own chance, which no till shares
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from typing_extensions import override

from counterfoil_sandbox.faults import Action, Dials, Drop, Endpoint, Rule
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_CHANGE_PIN

_CHANGE_PIN_LENGTH = len(CANARY_CHANGE_PIN)


class CanaryChance(random.Random):
    """Gives each change voucher the canary's PIN, unless the ledger has just refused that."""

    _has_given = False

    @override
    def choices(self, population: Any, *args: Any, k: int = 1, **kwargs: Any) -> list[Any]:
        """Choose characters; a number of the canary's length is the canary."""
        is_number = "".join(population) == "0123456789" and k == _CHANGE_PIN_LENGTH
        if is_number and not self._has_given:
            self._has_given = True
            return list(CANARY_CHANGE_PIN)
        self._has_given = self._has_given and not is_number
        return super().choices(population, *args, k=k, **kwargs)


@contextmanager
def canary_sandbox(*, data_file: Path | None = None) -> Iterator[SandboxServer]:
    """Serve a sandbox whose change vouchers carry the canary's PIN."""
    server = SandboxServer(data_file=data_file)
    server.sandbox.desk._random = CanaryChance()
    with server:
        yield server


def start_anew(server: SandboxServer) -> None:
    """Put ledger, dials and chance back to the start; what a killed till asked for is cut first.

    An answer that is delayed would take its effect in the new ledger.
    """
    server.stop()
    server.reset()
    server.start()
    server.sandbox.desk._random = CanaryChance()


def issue(
    server: SandboxServer, type_id: str, pin: str, *, cents: int = 5_000, situation: str = "usable"
) -> None:
    """Put a voucher into the ledger."""
    new = server.sandbox.desk.new_voucher(type_id, cents, pin=pin, situation=situation)
    server.ledger.issue(new)


def voucher(server: SandboxServer, pin: str) -> dict[str, Any]:
    """Return what the ledger says of one voucher: value, debits, replacement."""
    found: list[dict[str, Any]] = server.ledger.report(pin=pin)["vouchers"]
    return next(one for one in found if one["pin"] == pin)


def lose_answers(server: SandboxServer, *, after_effect: int = 1) -> None:
    """Cut the line after so many requests took effect, and before every later one does."""
    cut = Drop(kind="drop")
    server.add_rule(Rule(endpoint="create", action=cut, times=after_effect, after_effect=True))
    server.add_rule(Rule(endpoint="create", action=cut))


def always(server: SandboxServer, endpoint: Endpoint, action: Action) -> None:
    """Let one thing go wrong with every request to an endpoint."""
    server.set_dials(Dials(rules=[Rule(endpoint=endpoint, action=action)]))


# --------------------------------------------------------------------- an upstream made up here


@dataclass(slots=True)
class MadeUpUpstream:
    """An upstream with one type nobody has coded for; ``requests`` are the bodies it was sent."""

    type_document: Mapping[str, Any]
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        """Answer a question for the types, a lookup or a redemption."""
        if body is None:
            return {"data": [dict(self.type_document)]}
        self.requests.append(body)
        if path.endswith("lookup"):
            return {"type": body["type"], "balance": 12_345, "currency": "ZAR"}
        amount = body.get("amount", 12_345)
        return {
            "id": "made_up_1",
            "status": "confirmed",
            "version": 1,
            "type": body["type"],
            "amount": amount,
            "redeemed_amount": amount,
            "currency": "ZAR",
            "external_reference": body["external_reference"],
        }

    @contextmanager
    def serving(self) -> Iterator["MadeUpUpstream"]:
        """Answer on a port of this machine."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_server_class())
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _make_server_class(self) -> type[BaseHTTPRequestHandler]:
        upstream = self

        class Requests(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(upstream.answer(self.path, None))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._say(upstream.answer(self.path, json.loads(body)))

            @override
            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

            def _say(self, document: dict[str, Any]) -> None:
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Requests


def fields_of(source: Mapping[str, str | int]) -> Sequence[str]:
    """Return the options that type these fields into a command."""
    return [part for name, value in source.items() for part in ("--field", f"{name}={value}")]
