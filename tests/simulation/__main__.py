"""Start the simulation: ``python tests/simulation --help``."""

import sys
from pathlib import Path

_TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(_TESTS), str(_TESTS.parent / "app")]


def _main() -> int:
    from simulation.command import main

    return main()


if __name__ == "__main__":
    sys.exit(_main())
