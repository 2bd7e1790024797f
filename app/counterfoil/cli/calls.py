"""What is sent through the local door: one JSON object a line, in both directions.

The window sends first, with its version; so nothing is sent to what is no window. The command line
then sends its arguments, the PINs that were typed for them and its folder. The window answers with
what the command prints, piece by piece, with each secret that it asks for, and last with the exit
code. While a command works in silence the window sends a sign that it is still there.

Each line has a longest length, and each has its time: whoever sends no whole line is not waited
for.
"""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from counterfoil.adapters.door import Streams
from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret

SPOKEN_S = 5.0
"""How long a whole line may take that needs nobody to think."""
BEAT_S = 5.0
"""After so long in silence the window says that it is still there."""
SILENCE_S = 30.0
"""After so long in silence the window is not waited for any more."""
ASKED_S = 300.0
"""How long a person may take to type a secret."""
TAKEN_S = 600.0
"""How long whoever reads may take for what was said last, such as a person who pages through it."""
ARGUMENTS_MAX = 200
_PIECE_CHARACTERS = 8_192
_PINS = 2

Said = dict[str, Any]

RAISE: Said = {"raise": True}
"""Somebody has started the till once more, and wants its window in front."""
RAISED: Said = {"raised": True}


@dataclass(frozen=True, slots=True)
class Call:
    """One command line, as it came through the door."""

    arguments: tuple[str, ...]
    folder: str
    """The folder that relative paths are of."""
    pins: tuple[Secret | None, Secret | None]
    """Of who acts, and of who approves; None for nobody."""

    def said(self) -> Said:
        """Return the call as the JSON object that is sent."""
        pins = [None if pin is None else pin.reveal() for pin in self.pins]
        return {"arguments": self.arguments, "folder": self.folder, "pins": pins}


def call_of(said: Said | None) -> Call | None:
    """Return the call that a JSON object is; None if it is not one."""
    match said:
        case {"arguments": list(arguments), "folder": str(folder), "pins": list(pins)} if (
            len(arguments) <= ARGUMENTS_MAX
            and len(pins) == _PINS
            and all(isinstance(one, str) for one in arguments)
            and all(one is None or isinstance(one, str) for one in pins)
        ):
            actor, approver = (None if pin is None else Secret(pin) for pin in pins)
            return Call(tuple(arguments), folder, (actor, approver))
        case _:
            return None


class Line:
    """One conversation through the door, from either side."""

    def __init__(self, streams: Streams) -> None:
        self._reader: StreamReader = streams[0]
        self._writer: StreamWriter = streams[1]

    def say(self, said: Said) -> None:
        """Send a line without waiting until it is read; if the other side has gone, it is lost."""
        if not self._writer.is_closing():
            self._writer.write(json.dumps(said).encode("ascii") + b"\n")

    def say_text(self, kind: str, text: str) -> None:
        """Send a text to be printed, in pieces that are each short enough for a line."""
        for piece in pieces(text):
            self.say({kind: piece})

    async def hear(self, limit_s: float) -> Said | None:
        """Return the next line; None if none came in time, or if it is no JSON object."""
        try:
            async with asyncio.timeout(limit_s):
                line = await self._reader.readline()
            said = json.loads(line)
        except (OSError, ValueError, RecursionError):
            return None
        return said if isinstance(said, dict) else None

    async def end(self, limit_s: float = TAKEN_S) -> None:
        """Close once the other side has all that was sent, or after ``limit_s`` seconds."""
        try:
            with suppress(OSError):
                async with asyncio.timeout(limit_s):
                    self._writer.close()
                    await self._writer.wait_closed()
        finally:
            self.break_off()

    def break_off(self) -> None:
        """Close at once; what the other side does not have yet is lost."""
        transport = self._writer.transport
        # One that has closed by itself cannot be closed any more.
        if not transport.is_closing() or transport.get_write_buffer_size():
            transport.abort()


def pieces(text: str) -> Sequence[str]:
    """Cut a text into pieces that are each short enough for a line."""
    return [text[at : at + _PIECE_CHARACTERS] for at in range(0, len(text), _PIECE_CHARACTERS)]
