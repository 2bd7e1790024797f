"""Let every call to the disk of one redemption fail in every way; a long form of the disk tests.

``python tests/crash/syscall_faults.py [--cells N] [--seed S]`` lets each open, write, sync,
truncation, deletion, link and renaming of one redemption end in EIO, in a disk that stays full, and
in a kill, and after each checks what the till said, what its journal holds after it recovered, and
what the upstream took. It prints the matrix, and ends with 1 when anything was wrong.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

sys.path[:0] = [str(Path(__file__).parents[2] / folder) for folder in ("app", "tests")]

from support.failing_disk import HOWS, build  # noqa: E402 - found by the line above
from support.killing import open_nursery  # noqa: E402 - found by the line above
from support.sandboxes import canary_sandbox  # noqa: E402 - found by the line above
from support.syscall_faults import Bench, Cell, Matrix, cells_of, some_cells  # noqa: E402 - as above


def main(arguments: Sequence[str]) -> int:
    """Try the cells, tell what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=0, help="so many by chance; 0 is all")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="syscall-faults-") as made:
        folder = Path(made)
        library = build(folder)
        if isinstance(library, str):
            sys.stdout.write(f"not tried: {library}\n")
            return 1
        with canary_sandbox() as server, open_nursery(library) as nursery:
            bench = Bench(server, nursery, lambda: Path(tempfile.mkdtemp(dir=folder)))
            calls = bench.calls()
            cells = list(cells_of(calls))
            if chosen.cells:
                cells = some_cells(calls, chosen.cells, chosen.seed)
            begun_s = perf_counter()
            matrix = asyncio.run(_try_all(bench, cells, folder))
            _tell(matrix, len(calls), perf_counter() - begun_s)
    return 1 if matrix.violations else 0


async def _try_all(bench: Bench, cells: Sequence[Cell], folder: Path) -> Matrix:
    matrix = Matrix()
    for number, cell in enumerate(cells, 1):
        await bench.try_cell(cell, matrix)
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        if number % 100 == 0:
            sys.stdout.write(f"{number} of {len(cells)}, {len(matrix.violations)} violations\n")
            sys.stdout.flush()
    return matrix


def _tell(matrix: Matrix, calls: int, seconds: float) -> None:
    kinds = sorted({kind for kind, _ in matrix.cells})
    sys.stdout.write(f"{'call':10}" + "".join(f"{how:>9}" for how in HOWS) + "\n")
    for kind in kinds:
        counts = "".join(f"{matrix.cells[kind, how]:>9}" for how in HOWS)
        sys.stdout.write(f"{kind:10}{counts}\n")
    ends = ", ".join(f"{end}: {count}" for end, count in sorted(matrix.ends.items()))
    sys.stdout.write(f"exit codes of redeem and slip: {ends}\n")
    sys.stdout.write("".join(f"VIOLATION {one}\n" for one in matrix.violations))
    total = matrix.cells.total()
    sys.stdout.write(
        f"{calls} calls, {total} cells, {len(matrix.violations)} violations, {seconds:.0f} s\n"
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
