"""The shipped window, killed while a slip is on its way to a receipt printer (R2, R5, P1).

``python tests/crash/random_kills.py --face "window with a receipt printer"`` does it for as long as
one likes, and at every boundary with ``--all``.
"""

from pathlib import Path

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.flows import DoubledError, Kill, doubled_unless
from support.kill_plans import PRINTER, Plan, random_plan
from support.kill_runs import DOUBLED, Killer
from support.killing import BEFORE_PAPER, PRINTED_MUTANTS, Nursery
from support.printed_flows import PRINTED_FLOWS, Printed, check_papers, printed

PART, _LOST, OUTSIDE = PRINTED_FLOWS
HALF = 24
"""The boundary after the first at which a slip has about half left: the till first clears what an
unfinished picture would take."""
PIECES = Kill(since=BEFORE_PAPER, at=HALF)


@pytest.fixture
def killer(ledger_server: SandboxServer, window_nursery: Nursery) -> Killer:
    """Return what kills at the upstream that all tests share."""
    return Killer(ledger_server, {PRINTER: window_nursery}.__getitem__)


@pytest.mark.fault("R2", "R5", "P1", "P2")
@pytest.mark.parametrize(
    "plan",
    [
        Plan(face=PRINTER, flow=PART, kill=PIECES, again=(PIECES,), later_s=(0.0,)),
        Plan(face=PRINTER, flow=OUTSIDE, kill=Kill(since=BEFORE_PAPER, at=1)),
        random_plan(20_268, 3, (PRINTER,)),
    ],
    ids=["half of a slip, twice", "before the first byte, then voided", "by chance"],
)
async def test_a_till_that_dies_while_it_prints_makes_one_original(
    killer: Killer, tmp_path: Path, plan: Plan
) -> None:
    """Each later paper says which copy it is, what waits is listed, and the code comes out."""
    record = await killer.carry_out(plan, tmp_path / "till")
    assert record.finding == ""
    assert len(record.deaths) == 1 + len(plan.again)


@pytest.mark.fault("R5")
@pytest.mark.parametrize("mutant", PRINTED_MUTANTS)
async def test_a_till_that_prints_two_originals_is_caught(
    killer: Killer, tmp_path: Path, mutant: str
) -> None:
    """The control: what is looked at is the paper, not what the till believes of it."""
    plan = Plan(face=PRINTER, flow=PART, kill=PIECES, mutant=mutant)
    record = await killer.carry_out(plan, tmp_path / "till")
    assert record.sort == DOUBLED or "nobody counted" in record.finding, record.finding


def slip(band: str, code: str = "1234") -> str:
    """Return what is read of one paper."""
    return f"{band}\nCORNER SHOP\nVOUCHER PAYMENT\nPIN {code}\n{band}\n"


def test_papers_are_told_apart_by_what_they_say() -> None:
    """Also where one was torn off in the middle, and the next hangs on it."""
    torn = slip("COPY 1").removesuffix("COPY 1\n")
    text = slip("") + torn + slip("COPY 2") + slip("PENDING: NOT CONFIRMED")
    found = printed(text)
    assert found == [Printed("VOUCHER PAYMENT", number) for number in (0, 1, 2)]
    check_papers(found)


@pytest.mark.parametrize(("first", "second"), [("", ""), ("COPY 1", "COPY 1")])
def test_two_papers_that_say_the_same_are_found(first: str, second: str) -> None:
    """Two originals, or one number twice."""
    with pytest.raises(DoubledError):
        check_papers(printed(slip(first) + slip(second)))
    doubled_unless(len(printed(slip(first))) == 1, "one paper is one")
