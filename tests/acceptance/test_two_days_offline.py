"""Two days without a line and many redemptions in every state: then all settles.

Over real HTTP against the sandbox's ledger, with the shipped till; only the clock is the test's.
"""

import os
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from counterfoil.domain.advice import AdviceKind
from counterfoil.domain.forwarding import BacklogLevel
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.service.redeem import Redeemer
from counterfoil.service.token_bucket import TOKENS_MAX, TOKENS_PER_S
from counterfoil.service.voiding import Voided
from counterfoil_sandbox.faults import Dials, Drop, Rule, Status
from counterfoil_sandbox.server import SandboxServer
from support.shop import DAY_S, KAROO, Shop, open_shop

pytestmark = pytest.mark.many_runs

S = RedemptionState
REDEMPTIONS = int(os.environ.get("COUNTERFOIL_OFFLINE", "240"))
"""So many are made here; ``packaging/prove offline`` makes five hundred."""
EACH_CENTS = 300
SHARED = 25
"""So many vouchers pay for several sales each, and keep the order of their confirmations."""
OFFLINE_S = 2 * DAY_S
PAUSE_S = 4 * 3600.0
"""How often the till tries in vain while the line is down, so that the test stays short."""

_LOST = Drop(kind="drop")
_FAULTS: dict[str, list[Rule]] = {
    "sold": [],
    "refused": [],
    "voided": [],
    "taken, answer lost": [Rule(endpoint="suv_redeem", action=_LOST, times=1, after_effect=True)],
    "never arrived": [Rule(endpoint="suv_redeem", action=_LOST, times=1)],
    "provider silent": [
        Rule(endpoint="suv_redeem", action=Status(kind="status", status=504), times=1)
    ],
    "silent, but taken": [
        Rule(
            endpoint="suv_redeem",
            action=Status(kind="status", status=504),
            times=1,
            after_effect=True,
        )
    ],
}
KINDS = tuple(_FAULTS)
ENDS = {
    "sold": S.FINAL,
    "refused": S.DECLINED,
    "voided": S.REVERSED,
    "taken, answer lost": S.REVERSED,
    "never arrived": S.REVERSED,
    "provider silent": S.REVERSED,
    "silent, but taken": S.REVERSED,
}


async def redeem_one(shop: Shop, kind: str, code: str) -> Redemption:
    """Redeem a part of a voucher in one of the ways in which that can go."""
    if kind == "refused":
        code = "6501900000000000"
    shop.server.set_dials(Dials(rules=_FAULTS[kind]))
    prepared = await shop.till.engine.redeemer.prepare(shop.intent(code, KAROO, Exact(EACH_CENTS)))
    # Nobody waits at the counter, so what is in doubt is reversed and not looked up first.
    done = await shop.till.engine.redeemer.ask(prepared.id)
    if kind == "voided":
        voided = await shop.till.engine.void_desk._voider.void(done.id)
        assert isinstance(voided, Voided)
        return voided.redemption
    return done


@pytest.mark.fault("N24", "N25")
@pytest.mark.timeout(120)
async def test_after_two_days_offline_both_books_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All settles, in order for each voucher and within the agreed rate, to the cent."""
    # So many are not written in a moment: they were owed before the limit was reached.
    monkeypatch.setattr(Redeemer, "_check_backlog", _unlimited)
    with SandboxServer() as server:
        async with open_shop(server, tmp_path / "till", is_synced=False) as shop:
            shop.till.engine.redeemer._flush_reversals = None
            shared = [shop.issue(cents=100_000) for _ in range(SHARED)]
            written: list[tuple[str, Redemption]] = []
            for number in range(REDEMPTIONS):
                kind = KINDS[number % len(KINDS)]
                # A voucher that is in doubt takes no second redemption; one that paid does.
                is_shared = kind == "sold"
                code = shared[number % SHARED] if is_shared else shop.issue()
                written.append((kind, await redeem_one(shop, kind, code)))
            owed = len(await shop.till.journal.owed_advices())
            assert owed == sum(kind != "refused" for kind, _ in written)

            server.stop()
            begun_s = shop.clock.now().monotonic_s
            while shop.clock.now().monotonic_s - begun_s < OFFLINE_S:
                await shop.forward()
                await shop.clock.sleep(PAUSE_S)
            assert len(await shop.till.journal.owed_advices()) == owed
            measured = await shop.till.engine.forwarder.backlog("electrum")
            assert measured.level is BacklogLevel.RED

            server.start()
            server.set_dials(Dials())
            shop.sent.clear()
            back_s = shop.clock.now().monotonic_s
            shop.till.engine.forwarder.nudge()
            await shop.settle()

            await shop.agree()
            states = {(kind, (await shop.stored(one)).state) for kind, one in written}
            assert states == set(ENDS.items())
            check_rate([at_s for at_s, _ in shop.sent])
            settled_s = max(at_s for at_s, _ in shop.sent if at_s < back_s + DAY_S / 2) - back_s
            assert settled_s <= (owed + TOKENS_MAX) / TOKENS_PER_S + 60
            check_order(shop, [redemption for _, redemption in written])


async def _unlimited(self: Redeemer, upstream: str) -> None:
    """Let the test owe as much as it likes."""


def check_rate(began_s: list[float]) -> None:
    """Check that no stretch of time saw more calls than the bucket gives."""
    began_s = sorted(began_s)
    burst = int(TOKENS_MAX)
    for number, first_s in enumerate(began_s):
        for later in range(number + burst, min(number + 120, len(began_s))):
            calls = later - number + 1
            allowed = TOKENS_MAX + (began_s[later] - first_s) * TOKENS_PER_S + 1e-3
            assert calls <= allowed, f"{calls} calls in {began_s[later] - first_s:.1f} s"


def check_order(shop: Shop, written: list[Redemption]) -> None:
    """Check that what is about one voucher came in the order of its redemptions."""
    ranks = {redemption.id: rank for rank, redemption in enumerate(written)}
    vouchers = {redemption.id: redemption.fingerprint for redemption in written}
    first: dict[str, int] = {}
    for place, advice in enumerate(shop.report()["advices"]):
        first.setdefault(advice["request_id"], place)
    by_voucher: dict[str, list[int]] = defaultdict(list)
    for request_id in sorted(first, key=first.__getitem__):
        by_voucher[vouchers[request_id]].append(ranks[request_id])
    assert any(len(order) > 1 for order in by_voucher.values()), "no voucher was used twice"
    for order in by_voucher.values():
        assert all(before < after for before, after in pairwise(order))
    kinds = {advice["kind"] for advice in shop.report()["advices"]}
    assert kinds == {kind.value for kind in AdviceKind}
