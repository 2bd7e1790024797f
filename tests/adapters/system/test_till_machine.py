"""What the machine tells whoever helps, and where a support file lies."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.adapters.system.logs import LOG_NAME
from counterfoil.adapters.system.till_machine import TillMachine
from counterfoil.domain.failures import SupportFileError, SupportFileProblem
from support.clocks import SteppedClock
from support.written_files import surprises_below

LINE = {
    "at": "2026-11-20T12:00:00.000+00:00",
    "level": "info",
    "logger": "counterfoil.gateway",
    "event": "attempt classified",
    "reference": "K7Q-42F",
    "took_ms": 12,
    "weather": "rain",
}


async def test_a_support_file_lies_in_a_folder_of_its_own_and_none_is_replaced(
    tmp_path: Path,
) -> None:
    """For this user's eyes alone; the next second has another name."""
    before = os.umask(0o077)
    clock = SteppedClock()
    machine = TillMachine(tmp_path, (), clock)
    first = await machine.keep("one", None)
    with pytest.raises(SupportFileError) as refused:
        await machine.keep("two", None)
    clock._wall += timedelta(seconds=1)
    second = await machine.keep("two", None)
    os.umask(before)
    assert refused.value.cause is SupportFileProblem.FILE_IS_THERE
    assert (first.read_text(), second.read_text()) == ("one", "two")
    assert list(surprises_below(tmp_path)) == []


async def test_a_folder_whose_name_is_no_utf_8_keeps_no_support_file_from_being_written(
    tmp_path: Path,
) -> None:
    """Its name is in the settings, which are in the file."""
    machine = TillMachine(tmp_path, (), SteppedClock())
    kept = await machine.keep("/media/\udcfcsb", tmp_path / "support.txt")
    assert kept.read_text() == "/media/?sb"


async def test_the_end_of_the_log_is_read_field_by_field(tmp_path: Path) -> None:
    """The last lines, without a field that the log does not know, and none of another file."""
    machine = TillMachine(tmp_path, (), SteppedClock())
    assert await machine.last_log() == ()
    written = [LINE | {"took_ms": number} for number in range(1_000)]
    lines = [json.dumps(line) for line in written] + ["[]", "no line"]
    (tmp_path / LOG_NAME).write_text("\n".join(lines) + "\n")
    read = await machine.last_log()
    assert len(read) == 398
    assert read[-1] == (
        "2026-11-20T12:00:00.000+00:00  info  counterfoil.gateway  attempt classified  "
        "reference=K7Q-42F  took_ms=999"
    )


async def test_a_folder_that_is_gone_has_no_free_room(tmp_path: Path) -> None:
    """As a disk that was pulled out."""
    machine = TillMachine(tmp_path / "gone", ("helpline = 0821234567",), SteppedClock())
    assert await machine.free_bytes() is None
    assert machine.settings() == ("helpline = […]",)
    assert machine.versions()[0][0] == "Counterfoil"
    assert (await TillMachine(tmp_path, (), SteppedClock()).free_bytes() or 0) > 0
