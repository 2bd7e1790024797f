"""What the tests that kill share: one upstream and two nurseries outlive every till of a session.

Each scene puts the upstream back to its start, so no till finds what another one left there.
"""

from collections.abc import Iterator

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.killing import Nursery, open_nursery
from support.sandboxes import canary_sandbox


@pytest.fixture(scope="session")
def ledger_server() -> Iterator[SandboxServer]:
    """Return the upstream, of both kinds."""
    with canary_sandbox() as server:
        yield server


@pytest.fixture(scope="session")
def line_nursery() -> Iterator[Nursery]:
    """Return what starts tills without a window."""
    with open_nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
def window_nursery() -> Iterator[Nursery]:
    """Return what starts tills with windows."""
    with open_nursery(has_windows=True) as nursery:
        yield nursery
