"""Every fault of the network at every request of the till: the outcome is the protocol's.

The table of outcomes is in ``support.network.expected`` and was written from the protocol. Here
each request meets its share of the faults, and each fault some of the requests. The long form, with
every fault at every request, every retry and every cut, is
``tests/adapters/upstream/network_matrix.py``.
"""

import itertools
import os
import re
import subprocess
import sys

import pytest

from support.network.cuts import cut_everywhere, cut_requests
from support.network.expected import TABLE, Column
from support.network.golden import Kind, Operation
from support.network.jumping_loop import run
from support.network.matrix import (
    IMPOSSIBLE,
    SCENARIOS,
    Report,
    Scenario,
    Step,
    open_stage,
    run_scenario,
)
from support.network.network_faults import FAULTS, Fault

pytestmark = pytest.mark.many_runs

BY_NUMBER = {
    number: tuple(fault for fault in FAULTS if number in fault.numbers)
    for number in sorted({number for fault in FAULTS for number in fault.numbers})
}
FIRST_TRIES = tuple(one for one in SCENARIOS if one.step is Step.FIRST)
LATER_TRIES = tuple(one for one in SCENARIOS if one.step is not Step.FIRST)
ONE_OF_EACH_ROW = tuple({fault.row: fault for fault in reversed(FAULTS)}.values())
SHARES = 3
"""Of so many faults that a request can meet, it meets one here; the request after it the next."""


def share_of(scenario: Scenario, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Return the faults that a scenario meets here: all of a few, and its share of many."""
    met = tuple(fault for fault in faults if scenario.meets(fault))
    return met if len(met) <= SHARES else met[SCENARIOS.index(scenario) % SHARES :: SHARES]


async def play(scenarios: tuple[Scenario, ...], faults: tuple[Fault, ...]) -> Report:
    """Run the cells of several scenarios on one stage."""
    report = Report()
    async with open_stage() as stage:
        for scenario in scenarios:
            report.add(await run_scenario(stage, scenario, faults))
    return report


@pytest.mark.parametrize("scenario", FIRST_TRIES, ids=lambda one: one.column)
@pytest.mark.parametrize(
    "number",
    [pytest.param(number, marks=pytest.mark.fault(number)) for number in BY_NUMBER],
)
def test_each_fault_of_the_network_comes_to_what_the_protocol_says(
    number: str, scenario: Scenario
) -> None:
    """At the first try of each request, at the gateway and in the books, and after it is over."""
    met = share_of(scenario, BY_NUMBER[number])
    report = run(play((scenario,), met))
    assert report.mismatches == []
    assert report.cells == len(met)


@pytest.mark.parametrize("scenario", LATER_TRIES, ids=lambda one: one.name)
def test_a_retry_and_a_start_come_to_what_the_protocol_says(scenario: Scenario) -> None:
    """One fault of each row of the table, after an exchange that was lost or a crash."""
    met = share_of(scenario, ONE_OF_EACH_ROW)
    report = run(play((scenario,), met))
    assert report.mismatches == []
    assert report.cells == len(met)


def test_the_matrix_is_complete() -> None:
    """Each request is tried at each step, or it is said why it cannot happen there."""
    tried = {(one.column, one.step) for one in SCENARIOS}
    assert tried | IMPOSSIBLE.keys() == set(itertools.product(Column, Step))
    assert not tried & IMPOSSIBLE.keys()


def test_each_fault_has_an_expectation_wherever_it_can_happen() -> None:
    """No cell is left out because nobody wrote down what must come of it."""
    missing = {
        f"{fault.name} at {scenario.column}"
        for fault, scenario in itertools.product(FAULTS, SCENARIOS)
        if scenario.meets(fault)
        and (fault.row not in TABLE or TABLE[fault.row].at(scenario.column) is None)
    }
    assert missing == set()
    assert {fault.row for fault in FAULTS} == set(TABLE)


def test_a_fault_without_an_expectation_fails_the_matrix() -> None:
    """The control: a row that nobody wrote, and a row that is wrong."""
    whole = next(fault for fault in FAULTS if fault.row == "approved")
    unknown = Fault(name="new", row="a row nobody wrote", numbers=("N1",), play=whole.play)
    wrong = Fault(name="wrong", row="redirected", numbers=("N1",), play=whole.play)
    report = run(play(FIRST_TRIES[:1], (unknown, wrong)))
    said = "\n".join(report.mismatches)
    assert "the table says nothing of 'a row nobody wrote' here" in said
    assert "expected 'unknown redirected resend', concluded 'approved 1900'" in said


@pytest.mark.fault("N5", "N6")
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("operation", [*Operation])
def test_an_answer_cut_anywhere_is_never_believed(kind: Kind, operation: Operation) -> None:
    """At its edges and at a sample of bytes, in each way to say how long it is."""
    report = run(cut_everywhere(kind, operation, every=29))
    assert report.mismatches == []
    can_be = (operation in {Operation.CONFIRM, Operation.REVERSE}) == (kind is Kind.ELECTRUM)
    assert report.cells or not can_be or operation is Operation.REPLAY


@pytest.mark.fault("N3")
@pytest.mark.parametrize("kind", Kind)
def test_a_request_cut_anywhere_may_have_arrived(kind: Kind) -> None:
    """However few bytes were read, the till does not say that nothing was sent."""
    report = run(cut_requests(kind, every=23))
    assert report.mismatches == []
    assert report.cells


def test_the_faults_have_names_of_their_own() -> None:
    """A mismatch names one fault and no other."""
    for kind in Kind:
        names = [f"{fault.name} {fault.part}" for fault in FAULTS if kind in fault.kinds]
        assert len(names) == len(set(names))
    assert all(re.fullmatch("N[0-9]+", number) for number in BY_NUMBER)


@pytest.mark.fault("N22")
def test_no_bomb_makes_the_process_large() -> None:
    """Bodies of 2 GB, headers and chunks without end, and zipped zeros: under 150 MB in all."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "support.network.bombs"]
    ended = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    cells, mismatches, before_mb, most_mb = map(int, ended.stdout.split())
    assert cells
    assert mismatches == 0
    assert most_mb < 150, f"from {before_mb} to {most_mb} MB"
