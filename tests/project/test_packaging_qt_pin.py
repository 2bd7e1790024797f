"""The Qt binding in use does not eat the interpreter: why its version is pinned."""

import subprocess
import sys

_COUNT = """
import sys
from PySide6.QtCore import QObject
thing = QObject()
thing.setObjectName("warm")
before = sys.getrefcount(None)
for _ in range(2000):
    thing.setObjectName("again")
print(before - sys.getrefcount(None))
"""


def test_a_call_into_qt_keeps_the_references_to_none() -> None:
    """PySide6 6.12.0 lost one per call on Python 3.11, until the interpreter aborted."""
    run = subprocess.run([sys.executable, "-c", _COUNT], capture_output=True, text=True, check=True)
    assert abs(int(run.stdout)) < 100
