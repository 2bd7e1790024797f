"""Run the whole network matrix; not part of the default test run.

``just network [CUT_EVERY]`` tries every fault at every request of the
till, at the first try, at a retry and at a start, for both kinds of upstream; then it cuts each
right answer, and each request, at every byte (or every so many). It prints what it did, and how
much memory the bombs took, and ends with 1 if anything is not as the table wants it.
"""

import sys
from time import perf_counter

from support.network.cuts import COLUMNS, cut_everywhere, cut_requests
from support.network.golden import Kind
from support.network.jumping_loop import run
from support.network.matrix import SCENARIOS, Report, open_stage, run_scenario
from support.network.memory import peak_mb
from support.network.network_faults import FAULTS

MEMORY_MAX_MB = 150.0


async def _run_cells() -> Report:
    report = Report()
    async with open_stage() as stage:
        for scenario in SCENARIOS:
            report.add(await run_scenario(stage, scenario, FAULTS))
    return report


def main(every: int) -> int:
    """Run it and return the exit code."""
    begun_s, before_mb = perf_counter(), peak_mb()
    cells = run(_run_cells())
    after_mb = peak_mb()
    cuts = Report()
    for kind, operation in COLUMNS:
        cuts.add(run(cut_everywhere(kind, operation, every=every)))
    for kind in Kind:
        cuts.add(run(cut_requests(kind, every=every)))
    wrongs = [*cells.mismatches, *cuts.mismatches]
    for wrong in wrongs:
        sys.stderr.write(f"{wrong}\n")
    sys.stdout.write(
        f"{len(FAULTS)} faults, {cells.cells} cells, {cuts.cells} cuts, {len(wrongs)} mismatches; "
        f"memory {before_mb:.0f} MB before, {after_mb:.0f} MB at most, "
        f"{perf_counter() - begun_s:.0f} s\n"
    )
    return 1 if wrongs or after_mb > MEMORY_MAX_MB else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
