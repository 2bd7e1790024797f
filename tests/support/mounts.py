"""Small disks that a test mounts for itself and takes away again, where it is permitted to."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(point: Path, *options: str) -> Iterator[Path]:
    """Mount a disk in memory on a new folder, and take it away; skip where nobody may do so."""
    point.mkdir()
    if not _mount("-t", "tmpfs", "-o", ",".join((*options, "mode=700")), "test-disk", str(point)):
        pytest.skip("this user may not mount a disk")
    try:
        yield point
    finally:
        subprocess.run(["umount", str(point)], check=True)  # noqa: S607 - wherever the system has it


def remount(point: Path, *options: str) -> None:
    """Change a mounted disk."""
    assert _mount("-o", ",".join(("remount", *options)), str(point))


def _mount(*arguments: str) -> bool:
    """Mount something, and say whether that worked."""
    try:
        result = subprocess.run(
            ["mount", *arguments],  # noqa: S607 - wherever the system has it
            check=False,
            capture_output=True,
        )
    except OSError:
        return False
    return result.returncode == 0
