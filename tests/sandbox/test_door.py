"""Who gets in at the sandbox: programs of this machine, and nothing that a web page sends."""

from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from counterfoil_sandbox.faults import Dials
from counterfoil_sandbox.server import SandboxServer

RESET = "/_sandbox/reset"
FAULTS = "/_sandbox/faults"
TYPES = "/collect/redemptions/types"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """Return a sandbox with a dial that a reset would put back."""
    with SandboxServer() as opened:
        yield opened


def ask(server: SandboxServer, method: str, path: str, **headers: str) -> int:
    """Send one request with exactly these headers and return its status."""
    place = urlsplit(server.url)
    assert place.hostname
    connection = HTTPConnection(place.hostname, place.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in ({"Host": place.netloc} | named).items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://shop.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors"},
        {"Content_Type": FORM},
        {"Content_Type": "text/plain;charset=UTF-8"},
        {"Content_Type": "multipart/form-data; boundary=x"},
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1.rebound.example:80"},
        {"Host": "localhost.example"},
        {"Host": ""},
    ],
)
def test_no_other_site_resets_the_sandbox(server: SandboxServer, headers: dict[str, str]) -> None:
    """Not by a form, not by a script, and not by a name of its own that leads here."""
    server.set_dials(Dials(slow_s=7.0))
    assert ask(server, "POST", RESET, **headers) == 403
    assert server.board.dials.slow_s == 7.0


@pytest.mark.parametrize("path", [TYPES, FAULTS, "/_sandbox/ledger", "/suv/v1/redemptions"])
def test_no_other_site_reaches_anything_else(server: SandboxServer, path: str) -> None:
    """The ledger with its numbers least of all."""
    assert ask(server, "GET", path, Host="rebound.example") == 403
    assert ask(server, "GET", path, Sec_Fetch_Site="cross-site") == 403


def test_programs_of_this_machine_get_in(server: SandboxServer) -> None:
    """By each name of it, with its port and without; and a person who types the address."""
    port = urlsplit(server.url).port
    for host in ("127.0.0.1", f"127.0.0.1:{port}", f"localhost:{port}", "LocalHost", "[::1]:80"):
        assert ask(server, "GET", FAULTS, Host=host) == 200
    assert ask(server, "GET", FAULTS, Sec_Fetch_Site="none") == 200
    assert ask(server, "POST", RESET) == 200
    assert ask(server, "POST", RESET, Content_Type="application/json") == 200
