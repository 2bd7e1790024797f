"""Print what the till costs, each figure beside a floor of the same run: ``packaging/bench``."""

import asyncio
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench import (
    draining,
    idling,
    journals,
    lateness,
    memory,
    packaged,
    printers,
    printing,
    reconciling,
    redeeming,
    reporting,
    soaking,
    starting,
    window,
)
from bench.measuring import HEAD, Row
from counterfoil.ui import theme
from counterfoil.ui.application import make_application


def _window_rows(_: Namespace) -> list[Row]:
    return _in_window(window.rows())


def _printer_rows(_: Namespace) -> list[Row]:
    return _in_window(printers.rows())


def _in_window(rows: Coroutine[Any, Any, list[Row]]) -> list[Row]:
    from qasync import QEventLoop

    app = make_application()
    theme.apply_theme(app, "light")
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(rows)


def _drain_rows(_: Namespace) -> list[Row]:
    return asyncio.run(draining.rows())


def _reconcile_rows(_: Namespace) -> list[Row]:
    return asyncio.run(reconciling.rows())


def _report_rows(wanted: Namespace) -> Iterable[Row]:
    with asyncio.Runner() as runner:
        rows = reporting.rows(wanted.journals)
        while (row := runner.run(anext(rows, None))) is not None:
            yield row


def _start_rows(_: Namespace) -> Iterable[Row]:
    return starting.rows()


def _redeem_rows(_: Namespace) -> Iterable[Row]:
    return redeeming.rows()


def _print_rows(_: Namespace) -> Iterable[Row]:
    return printing.rows()


def _memory_rows(_: Namespace) -> Iterable[Row]:
    return memory.rows()


def _idle_rows(_: Namespace) -> Iterable[Row]:
    return idling.rows()


def _journal_rows(wanted: Namespace) -> Iterable[Row]:
    sizes = [int(size) for size in wanted.sales.split(",")]
    with asyncio.Runner() as runner:
        rows = journals.rows(sizes, wanted.journals)
        while (row := runner.run(anext(rows, None))) is not None:
            yield row


def _tick_rows(wanted: Namespace) -> Iterable[Row]:
    return lateness.rows(wanted.journals, int(wanted.sales.split(",")[-1]), wanted.redemptions)


def _packaged_rows(wanted: Namespace) -> Iterable[Row]:
    return packaged.rows(wanted.program)


def _soak_rows(wanted: Namespace) -> Iterable[Row]:
    if not soaking.soak(
        wanted.redemptions, every=wanted.every, minutes=wanted.minutes, leaks=wanted.leaks
    ):
        raise SystemExit(1)
    return ()


PARTS: dict[str, Callable[[Namespace], Iterable[Row]]] = {
    "start": _start_rows,
    "window": _window_rows,
    "redeem": _redeem_rows,
    "drain": _drain_rows,
    "print": _print_rows,
    "printers": _printer_rows,
    "memory": _memory_rows,
    "idle": _idle_rows,
    "reconcile": _reconcile_rows,
    "reports": _report_rows,
    "journals": _journal_rows,
    "ticks": _tick_rows,
    "soak": _soak_rows,
    "packaged": _packaged_rows,
}
_BY_NAME_ALONE = {"ticks", "soak", "packaged"}
"""What takes so long, or needs a program that is built first, is run only when it is named."""


def main() -> None:
    """Measure the named parts, or all of them."""
    parser = ArgumentParser(prog="packaging/bench", description=__doc__)
    _ = parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    _ = parser.add_argument(
        "--sales", default="0,1000", help="of how many sales a journal is measured, smallest first"
    )
    _ = parser.add_argument(
        "--journals", type=Path, help="a folder where built journals are kept for another run"
    )
    _ = parser.add_argument(
        "--redemptions", type=int, default=200, help="how many customers ticks and soak have"
    )
    _ = parser.add_argument(
        "--every", type=int, default=0, help="look at the window after so many; 0 is a twentieth"
    )
    _ = parser.add_argument(
        "--minutes", type=float, default=0.0, help="end the day of the soak after so long"
    )
    _ = parser.add_argument(
        "--program",
        type=Path,
        default=Path("/usr/lib/counterfoil/counterfoil"),
        help="the packaged program",
    )
    _ = parser.add_argument("--leaks", action="store_true", help="a control: the soak must fail")
    wanted = parser.parse_args()
    if unknown := set(wanted.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    print(HEAD)
    for name in wanted.parts or [one for one in PARTS if one not in _BY_NAME_ALONE]:
        for row in PARTS[name](wanted):
            print(row.line(), flush=True)


if __name__ == "__main__":
    main()
