"""Where a till's own settings are, and whether there are any."""

from pathlib import Path
from typing import NoReturn

import pytest

from counterfoil.adapters.settings.till_folder import has_own_settings, own_settings


def test_without_a_file_or_its_folder_a_till_has_none(tmp_path: Path) -> None:
    """Then it is one for training."""
    assert not has_own_settings(tmp_path)
    assert not has_own_settings(tmp_path / "gone")
    own_settings(tmp_path).touch()
    assert has_own_settings(tmp_path)
    assert not has_own_settings(own_settings(tmp_path))


def test_in_a_folder_that_may_not_be_read_there_may_be_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading them then says why not."""

    def refuse(_: object) -> NoReturn:
        raise PermissionError("not yours")

    monkeypatch.setattr(Path, "lstat", refuse)
    assert has_own_settings(tmp_path)
