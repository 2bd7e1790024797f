"""A till whose journal cannot be opened: what the window then says instead of showing a form."""

from collections.abc import Callable
from pathlib import Path

import pytest

from counterfoil.bootstrap import Places, open_closed_till, open_till
from counterfoil.domain.failures import (
    CounterfoilError,
    JournalCorruptError,
    JournalFullError,
    JournalMisplacedError,
    JournalReadOnlyError,
)
from counterfoil.presentation.words import failures


def make_read_only(folder: Path) -> None:
    """Take the right to write from the folder."""
    folder.chmod(0o500)


def make_a_link(folder: Path) -> None:
    """Put a link in place of the folder."""
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def make_rubbish(folder: Path) -> None:
    """Put something else in place of the journal."""
    (folder / "journal.db").write_bytes(b"Dear diary, " * 500)
    (folder / "key.file").write_text("00" * 32, encoding="ascii")
    (folder / "key.file").chmod(0o600)


@pytest.mark.fault("D3", "D5", "D10")
@pytest.mark.parametrize(
    ("spoil", "kind", "line", "step"),
    [
        (make_read_only, JournalReadOnlyError, "The journal cannot be written.", "Check the disk"),
        (make_a_link, JournalMisplacedError, "the till's folder is a link", "Give the till"),
        (make_rubbish, JournalCorruptError, "The journal is damaged.", "Do not delete anything"),
    ],
)
async def test_a_closed_till_names_the_cause_and_a_step_to_take(
    tmp_path: Path,
    spoil: Callable[[Path], None],
    kind: type[CounterfoilError],
    line: str,
    step: str,
) -> None:
    """The sentence and the first step are for whoever stands at the till."""
    folder = tmp_path / "till" / "training"
    folder.mkdir(parents=True, mode=0o700)
    spoil(folder)
    with pytest.raises(kind) as caught:
        async with open_till(Places(data_dir=tmp_path / "till")):
            pytest.fail("it opened")
    title, said, steps = failures.closed(caught.value)
    assert title == "The till is closed"
    assert line in said
    assert steps[0].title.startswith(step)
    folder.chmod(0o700)


@pytest.mark.parametrize("is_named", [True, False])
async def test_a_closed_till_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_named: bool
) -> None:
    """Neither in a folder that is no place for a till, nor in the one it was started from."""
    monkeypatch.chdir(tmp_path)
    places = Places(data_dir=tmp_path if is_named else None)
    async with open_closed_till(JournalFullError("the disk is full"), places):
        pass
    assert list(tmp_path.iterdir()) == []
