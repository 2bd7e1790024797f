"""What tests of a till's command line share: a sandbox, and a new till at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.sandboxes import canary_sandbox, issue, start_anew
from support.tills import CommandLine, command_line


@pytest.fixture(scope="module")
def upstream() -> Iterator[SandboxServer]:
    """Return a sandbox for all tests of a module."""
    with canary_sandbox() as opened:
        yield opened


@pytest.fixture
def server(upstream: SandboxServer) -> SandboxServer:
    """Return the sandbox as it is at its start, with the canary's voucher."""
    start_anew(upstream)
    issue(upstream, ONE_VOUCHER, CANARY_PIN)
    return upstream


@pytest.fixture
def till(server: SandboxServer, tmp_path: Path) -> CommandLine:
    """Return the command line of a new till."""
    return command_line(tmp_path, server.url)
