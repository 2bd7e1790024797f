"""Reads a program over AT-SPI, as the screen readers of Linux do: from another process."""

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jeepney import DBusAddress, MatchRule, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

SHOWING: Final = 25
FOCUSABLE: Final = 11
"""The bits of these states."""
_ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
_TEXT: Final = "org.a11y.atspi.Text"
_REGISTRY: Final = "org.a11y.atspi.Registry"
_BUS_SERVICE: Final = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")

Node = tuple[str, str]
"""The name of the program on the bus, and the path of the object in it."""


def missing() -> str:
    """Return what a screen and a screen reader would need and this machine lacks; empty if all."""
    if sys.platform != "linux":
        return "AT-SPI is Linux's"
    lacking = [one for one in ("Xvfb", "dbus-daemon") if shutil.which(one) is None]
    if not _BUS_SERVICE.exists():
        lacking.append("at-spi2-core")
    if ctypes.util.find_library("xcb-cursor") is None:
        lacking.append("libxcb-cursor0")
    return f"this machine lacks {', '.join(lacking)}" if lacking else ""


@dataclass(frozen=True)
class Told:
    """What a screen reader is told of one object; ``lines`` is the text in a box."""

    role: str
    name: str
    description: str
    lines: str
    is_focusable: bool


class Reader:
    """Reads what the programs on an accessibility bus show and announce."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus
        said = MatchRule(
            type="signal", interface="org.a11y.atspi.Event.Object", member="Announcement"
        )
        self._said = said
        self._answer(message_bus.AddMatch(said))
        self._call((_REGISTRY, "/org/a11y/atspi/registry"), _REGISTRY, "RegisterEvent", "object:")

    def shown(self) -> tuple[Told, ...]:
        """Return all that is in sight, in the order in which it is told."""
        root = (_REGISTRY, "/org/a11y/atspi/accessible/root")
        return tuple(
            told
            for program in self._call(root, _ACCESSIBLE, "GetChildren")
            for window in self._call(program, _ACCESSIBLE, "GetChildren")
            for told in self._below(window)
        )

    def next_announcement(self, within_s: float) -> str:
        """Wait for a program to announce something, and return it."""
        with self._bus.filter(self._said) as queue:
            return str(self._bus.recv_until_filtered(queue, timeout=within_s).body[3][1])

    def _below(self, node: Node) -> Iterator[Told]:
        states = self._call(node, _ACCESSIBLE, "GetState")
        if not states[0] >> SHOWING & 1:
            return
        has_text = _TEXT in self._call(node, _ACCESSIBLE, "GetInterfaces")
        yield Told(
            role=self._call(node, _ACCESSIBLE, "GetRoleName"),
            name=self._property(node, "Name"),
            description=self._property(node, "Description"),
            lines=self._call(node, _TEXT, "GetText", 0, -1) if has_text else "",
            is_focusable=bool(states[0] >> FOCUSABLE & 1),
        )
        for child in self._call(node, _ACCESSIBLE, "GetChildren"):
            yield from self._below(child)

    def _call(self, node: Node, interface: str, method: str, *values: object) -> Any:
        signature = "".join("s" if isinstance(one, str) else "i" for one in values)
        at = DBusAddress(node[1], bus_name=node[0], interface=interface)
        return self._answer(new_method_call(at, method, signature or None, values))

    def _property(self, node: Node, name: str) -> str:
        at = DBusAddress(node[1], bus_name=node[0], interface=_ACCESSIBLE)
        return str(self._answer(Properties(at).get(name))[1])

    def _answer(self, asked: Any) -> Any:
        answer = self._bus.send_and_get_reply(asked, timeout=20)
        assert answer.header.message_type is MessageType.method_return, answer.body
        return answer.body[0] if answer.body else None


@contextmanager
def screen(folder: Path) -> Iterator[tuple[Mapping[str, str], Reader]]:
    """Give the environment of a program on a screen with a screen reader, and the reader.

    Screen and buses are its own, in a folder, and end with it.
    """
    with ExitStack() as ends:
        # Nothing of what this machine shows, says or keeps is used or changed.
        own = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        bare = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        own["DISPLAY"] = f":{ends.enter_context(_first_line_of(bare, own))}"
        bus = ["dbus-daemon", "--session", "--nofork", "--print-address"]
        own["DBUS_SESSION_BUS_ADDRESS"] = ends.enter_context(_first_line_of(bus, own))
        own |= {"QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        with open_dbus_connection(own["DBUS_SESSION_BUS_ADDRESS"]) as session:
            at = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
            address = session.send_and_get_reply(new_method_call(at, "GetAddress"), timeout=20)
        reading = ends.enter_context(open_dbus_connection(address.body[0]))
        yield own, Reader(reading)


@contextmanager
def _first_line_of(command: list[str], own: Mapping[str, str]) -> Iterator[str]:
    """Run a program, give the first line that it says, and end it."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=own
    ) as program:
        assert program.stdout is not None, "it was asked for"
        yield program.stdout.readline().strip()
        program.terminate()
