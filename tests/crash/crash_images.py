"""Cut the power at each write of the journal's own transactions; a long form of the crash tests.

``python tests/crash/crash_images.py [--images 60000] [--seed 1]`` records the lives of a journal,
makes that many images of what a power cut may leave, and opens each. Acknowledged rows must be in
all of them. Then it does the same to two journals that are opened wrongly, which must lose rows: if
they do not, the images prove nothing. It ends with 1 when anything is not so.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2] / folder) for folder in ("app", "tests")]

from support.crash_study import CONTROLS, Outcome, study  # noqa: E402 - found by the line above
from support.disk_images import HARMS  # noqa: E402 - found by the line above

CONTROL_SHARE = 10
"""A control gets this part of the images, which is far more than it needs to be caught."""


def _tell(name: str, outcome: Outcome) -> None:
    tally = outcome.tally
    rate = tally.images / outcome.seconds
    found = ", ".join(f"{tally.verdicts[kind]} {kind}" for kind in HARMS)
    sys.stdout.write(
        f"{name}: {tally.flows} flows, {tally.boundaries} boundaries, {tally.images} images "
        f"({tally.distinct} distinct, {tally.opened} opened by the till itself), "
        f"{rate:.0f} images/s\n  {found}\n"
    )
    for kind in HARMS:
        if kind in tally.first:
            sys.stdout.write(f"  first {kind}: {tally.first[kind]}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Run the shipped journal and the controls, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="crash-images-") as made:
        shipped = study(Path(made) / "shipped", chosen.images, chosen.seed)
        _tell(f"SEED={chosen.seed} as shipped", shipped)
        is_proved = shipped.tally.harmed == 0
        for number, (name, record) in enumerate(CONTROLS.items()):
            folder = Path(made) / f"control-{number}"
            outcome = study(folder, chosen.images // CONTROL_SHARE, chosen.seed, record)
            _tell(f"control: {name}", outcome)
            is_red = outcome.tally.harmed > 0
            sys.stdout.write(f"  {'red, as it must be' if is_red else 'GREEN: IT MUST BE RED'}\n")
            is_proved = is_proved and is_red
    return 0 if is_proved else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
