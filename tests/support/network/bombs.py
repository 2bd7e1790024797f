"""A child process that takes every bomb, and says how much memory it held at most, in megabytes.

``python -m support.network.bombs`` prints the peak before the first bomb and after the last. The
server is in the same process, so that what the till holds is less.
"""

import sys

from support.network.jumping_loop import run
from support.network.matrix import SCENARIOS, Report, Step, open_stage, run_scenario
from support.network.memory import peak_mb
from support.network.network_faults import FAULTS


async def _explode() -> Report:
    report = Report()
    async with open_stage() as stage:
        for scenario in SCENARIOS:
            if scenario.step is Step.FIRST:
                bombs = [fault for fault in FAULTS if "N22" in fault.numbers]
                report.add(await run_scenario(stage, scenario, bombs))
    return report


if __name__ == "__main__":
    before_mb = peak_mb()
    bombs = run(_explode())
    sys.stdout.write(f"{bombs.cells} {len(bombs.mismatches)} {before_mb:.0f} {peak_mb():.0f}\n")
