"""A second user of this machine, who does what a test says in a shell of his own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NUMBER = 54_321
"""The user's number. No user of a machine has it, so nothing but what a test made is his."""

_CAN_CHANGE_USER = sys.platform != "win32" and os.geteuid() == 0


class SecondUser:
    """Somebody who may do what the rights of the files allow to everybody, and nothing more."""

    def __init__(self, street: Path) -> None:
        self.street = street
        """A folder that everybody may pass through, and nobody else may write to."""

    def does(self, command: str, *values: object) -> None:
        """Carry out a line of shell, in which ``$1`` is the first value; it must succeed."""
        subprocess.run(
            ["/bin/sh", "-c", command, "sh", *map(str, values)],
            check=True,
            user=NUMBER,
            group=NUMBER,
            extra_groups=(),
            cwd=self.street,
        )


@contextmanager
def second_user() -> Iterator[SecondUser]:
    """Give a second user and a place where both are; skip where none can be had."""
    if not _CAN_CHANGE_USER:
        pytest.skip("only root can act as a second user of this machine")
    # The folders of the tests are closed to everybody else.
    with tempfile.TemporaryDirectory(prefix="counterfoil-street-", dir="/tmp") as street:
        Path(street).chmod(0o755)
        yield SecondUser(Path(street))
