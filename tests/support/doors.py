"""An open till that has a door, without a window: commands of its folder go through it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from counterfoil.adapters.door import Streams, door
from counterfoil.adapters.settings.till_settings import API_KEY_VARIABLE, load_settings
from counterfoil.bootstrap import Till, open_till_in
from counterfoil.cli.answering import Visit
from counterfoil.service.visits import Visits
from support.tills import CommandLine, EagerChance, Said


@dataclass(frozen=True, slots=True)
class OpenTill:
    """An open till, and the command line of its folder."""

    till: Till
    visits: Visits
    line: CommandLine

    async def run(self, *arguments: str, stdin: str = "", as_json: bool = False) -> Said:
        """Carry out a command, as another program would, while the till is open."""
        return await asyncio.to_thread(self.line.run, *arguments, stdin=stdin, as_json=as_json)

    async def json(self, *arguments: str, stdin: str = "", code: int = 0) -> Any:
        """Carry out a command that must end with ``code``, and return its JSON."""
        return await asyncio.to_thread(self.line.json, *arguments, stdin=stdin, code=code)


@asynccontextmanager
async def open_with_door(line: CommandLine) -> AsyncIterator[OpenTill]:
    """Keep the till of a command line open, with its door."""
    with (
        patch.dict(os.environ, {API_KEY_VARIABLE: line.api_key}),
        patch("counterfoil.bootstrap.SystemChance", EagerChance),
    ):
        async with open_till_in(line.data_dir, load_settings(line.settings)) as till:
            visits = Visits(till.owner, till.clock)

            def admit(*streams: *Streams) -> None:
                _ = till.owner.spawn(visits.attend(Visit(till, streams)), "door")

            async with door().opened(till.directory, admit):
                yield OpenTill(till, visits, line)
