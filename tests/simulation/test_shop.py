"""The simulation's world, driven rule by rule: what Hypothesis finds wrong it makes short.

The seeds of the simulation are many and quick; here a story that breaks an invariant is told with
as few steps as it takes. That the world is not blind is shown there, with tills that are broken on
purpose.
"""

import gc
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from typing_extensions import override

from counterfoil.domain.voucher_type import UpstreamKind
from simulation.machine import VirtualLoop
from simulation.world import Happening, World

SEEDS = st.integers(0, 2**16)
LIMITS = settings(
    max_examples=30,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Shop(RuleBasedStateMachine):
    """One shop: customers, and what happens between them, in any order."""

    kind = UpstreamKind.KEYED

    @initialize(seed=SEEDS)
    def open(self, seed: int) -> None:
        """Open the shop."""
        self.loop = VirtualLoop()
        self.world = World(seed, self.kind, self.loop)
        self.loop.run_until_complete(self.world.open())

    @rule(seed=SEEDS)
    def serve(self, seed: int) -> None:
        """Let one customer come."""
        self.world.chance.seed(seed)
        self.loop.run_until_complete(self.world.serve())

    @rule(seed=SEEDS, what=st.sampled_from(Happening))
    def happen(self, seed: int, what: Happening) -> None:
        """Let something happen between two customers."""
        self.world.chance.seed(seed)
        self.loop.run_until_complete(self.world.happen(what))

    @override
    def teardown(self) -> None:
        """End all faults: the books agree (I1 to I25)."""
        if not hasattr(self, "world"):
            return
        try:
            self.loop.run_until_complete(self.world.settle())
        finally:
            self.loop.run_until_complete(self.world.shut())
            self.loop.close()


class AdvisedShop(Shop):
    """The same with the second kind of upstream."""

    kind = UpstreamKind.ADVISED


TestShop: type[Any] = Shop.TestCase
TestShop.settings = LIMITS
TestAdvisedShop: type[Any] = AdvisedShop.TestCase
TestAdvisedShop.settings = LIMITS


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Log nothing and collect seldom, as the simulation's command does."""
    thresholds = gc.get_threshold()
    logging.disable(logging.CRITICAL)
    gc.set_threshold(50_000, 20, 100)
    yield
    gc.set_threshold(*thresholds)
    logging.disable(logging.NOTSET)
