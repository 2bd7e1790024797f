"""Print what the till costs, each figure beside a floor of the same run: ``packaging/bench``."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench import draining, starting, window
from bench.measuring import HEAD, Row
from counterfoil.ui import theme
from counterfoil.ui.application import make_application


def _window_rows() -> list[Row]:
    from qasync import QEventLoop

    app = make_application()
    theme.apply_theme(app, "light")
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(window.rows())


def _drain_rows() -> list[Row]:
    return asyncio.run(draining.rows())


PARTS: dict[str, Callable[[], Iterable[Row]]] = {
    "start": starting.rows,
    "window": _window_rows,
    "drain": _drain_rows,
}


def main(wanted: list[str]) -> None:
    """Measure the named parts, or all of them."""
    print(HEAD)
    for name in wanted or PARTS:
        for row in PARTS[name]():
            print(row.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
