"""A till that reconciles a statement and is killed on the way: ``FOLDER STATEMENT STEP``.

It ends by itself, as by a power cut, at its so many-th step, a use of the journal or a progress
that is told. It prints the step's name before. A run that comes to its end prints ``done``.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from counterfoil.adapters.statements.statements import CsvStatements
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.domain.staff import EVERYTHING, Actor
from counterfoil.service.commands import Wanted
from counterfoil.service.statement_desk import StatementDesk
from support.journals import opened

KILLED = 9


class _Steps:
    """Ends the process at one of its steps."""

    def __init__(self, last: int) -> None:
        self._left = last

    def step(self, name: str) -> None:
        self._left -= 1
        if not self._left:
            sys.stdout.write(name)
            sys.stdout.flush()
            os._exit(KILLED)


class _Journal:
    """A journal each use of which is a step before and a step after."""

    def __init__(self, journal: Any, steps: _Steps) -> None:
        self._journal = journal
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._journal, name)

        async def use(*arguments: Any) -> Any:
            self._steps.step(f"before {name}")
            answer = await found(*arguments)
            self._steps.step(f"after {name}")
            return answer

        return use


async def _live(folder: Path, statement: Path, last: int) -> None:
    steps = _Steps(last)
    async with opened(folder) as journal:
        desk = StatementDesk(
            journal=_Journal(journal, steps),
            statements=CsvStatements(),
            upstreams={"moment"},
            clock=SystemClock(),
        )
        columns = CsvStatements().preview(statement, None, {}).columns
        asked = Wanted(
            path=statement,
            upstream="moment",
            columns=columns,
            is_again=True,
            told=lambda told: steps.step(told.stage.value),
        )
        await desk.reconcile(asked, Actor("Lindiwe K.", EVERYTHING))
    sys.stdout.write("done")


if __name__ == "__main__":
    asyncio.run(_live(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
