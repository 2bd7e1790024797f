"""What the program does behind its window for as long as that is open."""

from types import SimpleNamespace
from typing import cast

import pytest
from typing_extensions import override

from counterfoil.bootstrap import Till
from counterfoil.desktop import OFFLINE_RETRY_S, Face, begin
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.service.catalogue import Catalogue
from counterfoil.service.checking import JournalCheck
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.notices import Notices
from counterfoil.service.resolver import Resolver
from counterfoil.service.token_bucket import TokenBuckets
from support.clocks import SeededChance
from support.gateways import ScriptedGateway
from support.log_witness import ExpectLog
from support.window import TYPES, open_window


class StumblingGateway(ScriptedGateway):
    """Fails once, in a way that nobody foresaw, when it is asked for its types."""

    has_stumbled = False

    @override
    async def fetch_types(self) -> tuple[VoucherType, ...]:
        """Fail the first time."""
        if not self.has_stumbled:
            self.has_stumbled = True
            raise RuntimeError("a mistake of ours")
        return await super().fetch_types()


async def _never(_: object) -> None:
    """Remove nothing."""


async def test_discovery_goes_on_after_a_failure_nobody_foresaw(
    caplog: pytest.LogCaptureFixture, expect_log: ExpectLog
) -> None:
    """The till says that it is offline, keeps its words out of the log, and asks again."""
    gateway = StumblingGateway(types=TYPES)
    async with open_window(gateway, is_offered=False) as till:
        # Only what the background work uses of an open till.
        catalogue = Catalogue(till.journal, {"moment": gateway}, till.clock)
        engine = SimpleNamespace(
            catalogue=catalogue,
            resolver=Resolver(
                journal=till.journal,
                redeemer=till.redeemer,
                clock=till.clock,
                chance=SeededChance(),
                owner=till.owner,
                tokens=TokenBuckets(till.clock),
            ),
            forwarder=Forwarder(
                journal=till.journal,
                gateways={},
                clock=till.clock,
                chance=SeededChance(),
                notices=Notices(),
                owner=till.owner,
                tokens=TokenBuckets(till.clock),
            ),
        )
        parts = SimpleNamespace(
            engine=engine,
            catalogue=catalogue,
            clock=till.clock,
            owner=till.owner,
            check=JournalCheck(till.journal, till.clock, SeededChance(1)),
            backups=None,
            papers=None,
            retention_days=SimpleNamespace(run=_never),
        )
        begin(
            Face(
                till=cast(Till, parts),
                window=till.window,
                pages=till.pages,
            )
        )
        await till.until(lambda: till.shell.screen().chips[0].text == "Offline")
        expect_log("counterfoil.till", "a pass failed")
        (record,) = [one for one in caplog.records if one.name == "counterfoil.till"]
        assert record.__dict__["failure"] == "RuntimeError"
        assert "a mistake of ours" not in str(record.__dict__)
        await till.pass_time(OFFLINE_RETRY_S + 1)
        await till.until(lambda: till.shell.screen().chips[0].text == "Online")
        assert till.counter.screen().chosen == TYPES[0].id
