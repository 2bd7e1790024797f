"""The installed program at a terminal, with a person who types what it asks for."""

import subprocess
import sys
from pathlib import Path

from support.tills import CommandLine, Said, checked, typed_for

_PERSON = """
import os, pty, select, sys
program, pins, *line = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execv(program, [program, *line])
shown = b""
for pin in pins.splitlines():
    while not shown.endswith(b": "):  # the blank comes once nothing is shown any more
        shown += os.read(terminal, 1024)
    os.write(terminal, pin.encode() + b"\\n")
    shown += b"\\n"
try:
    while piece := os.read(terminal, 1024):
        shown += piece
except OSError:
    pass
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def at_terminal(till: CommandLine, *arguments: str, typed: str) -> Said:
    """Carry out a command at a terminal; what is ``typed`` comes after the PINs of the people."""
    program = Path(sys.executable).with_name("counterfoil")
    line = till.line(*arguments)
    done = subprocess.run(
        [sys.executable, "-c", _PERSON, program, typed_for(line) + typed, *line],
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
        env=till.environment(),
    )
    return checked(Said(done.returncode, done.stdout, done.stderr), arguments)
