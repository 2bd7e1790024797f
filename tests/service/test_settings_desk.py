"""The settings desk: what is changed is on record before the file says it."""

import os
from pathlib import Path

import pytest

from counterfoil.adapters.settings.settings_editor import SettingsEditor
from counterfoil.domain import audit
from counterfoil.domain.causes.settings import FileProblem, NotSettings
from counterfoil.domain.failures import JournalUnavailableError, SettingsError
from counterfoil.domain.rows import SettingChanged
from counterfoil.domain.setting import SettingChange
from counterfoil.service.settings_desk import SettingsDesk
from support.clocks import SteppedClock
from support.people import THANDI
from support.till import WatchedJournal


def desk_of(path: Path, journal: WatchedJournal, *, is_training: bool = False) -> SettingsDesk:
    """Return the desk of a till with a small settings file."""
    path.write_text("[till]\nnumber = 1\n", encoding="utf-8")
    return SettingsDesk(
        file=SettingsEditor(path), journal=journal, clock=SteppedClock(), is_training=is_training
    )


CHANGES = (SettingChange("till.number", 7), SettingChange("shop.helpline", "0860 111 222"))


async def test_each_change_is_on_record_with_who_made_it(tmp_path: Path) -> None:
    """What it was and what it is, in one commit; what was not in the file is empty before."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    await desk_of(path, journal).change(CHANGES, THANDI)
    (commit,) = journal.commits
    kept = [row for row in commit if isinstance(row, SettingChanged)]
    assert [(one.name, one.before, one.after, one.by) for one in kept] == [
        ("till.number", "1", "7", THANDI.name),
        ("shop.helpline", "", "0860 111 222", THANDI.name),
    ]
    assert "number = 7" in path.read_text(encoding="utf-8")


async def test_without_its_record_nothing_is_changed(tmp_path: Path) -> None:
    """A journal that cannot be written leaves the file as it is."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    desk = desk_of(path, journal)
    journal._failure = JournalUnavailableError("full")
    with pytest.raises(JournalUnavailableError):
        await desk.change(CHANGES, THANDI)
    assert path.read_text(encoding="utf-8") == "[till]\nnumber = 1\n"


async def test_one_wrong_change_leaves_all_undone_and_unrecorded(tmp_path: Path) -> None:
    """Nothing happened, so nothing is told."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    desk = desk_of(path, journal)
    with pytest.raises(SettingsError):
        await desk.change((*CHANGES, SettingChange("till.name", "")), THANDI)
    assert journal.commits == []
    assert path.read_text(encoding="utf-8") == "[till]\nnumber = 1\n"


async def test_in_training_a_real_file_is_only_told_that_training_is_over(tmp_path: Path) -> None:
    """Everybody knows who the trainees are; what they may write must give nothing away."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    desk = desk_of(path, journal, is_training=True)
    is_over = SettingChange("training", False)  # noqa: FBT003 - a value
    elsewhere = SettingChange("moment.base_url", "https://elsewhere.test")
    for wanted in ((elsewhere,), (is_over, elsewhere)):
        (why,) = await desk.faults(wanted)
        assert isinstance(why, NotSettings)
        assert why.problem is FileProblem.IN_TRAINING
        with pytest.raises(SettingsError):
            await desk.change(wanted, THANDI)
    assert journal.commits == []
    assert path.read_text(encoding="utf-8") == "[till]\nnumber = 1\n"
    await desk.change((is_over,), THANDI)
    assert path.read_text(encoding="utf-8").startswith("training = false\n")


async def test_what_could_not_be_written_is_taken_back_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk refuses after the record was made; the last word of it is what the file says."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    desk = desk_of(path, journal)

    def refuse(*_: object, **__: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(SettingsError):
        await desk.change(CHANGES, THANDI)
    kept = [row for one in journal.commits for row in one if isinstance(row, SettingChanged)]
    assert [(one.name, one.before, one.after, one.by) for one in kept] == [
        ("till.number", "1", "7", THANDI.name),
        ("shop.helpline", "", "0860 111 222", THANDI.name),
        ("till.number", "7", "1", THANDI.name),
        ("shop.helpline", "0860 111 222", "", THANDI.name),
    ]


async def test_a_file_that_may_not_be_written_leaves_no_record(tmp_path: Path) -> None:
    """It is found out before."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    desk = desk_of(path, journal)
    path.chmod(0o444)
    with pytest.raises(SettingsError):
        await desk.change(CHANGES, THANDI)
    assert journal.commits == []


async def test_the_newest_change_is_told_first_and_the_file_as_it_is(tmp_path: Path) -> None:
    """Whoever asks later what was changed finds each change once, with who made it."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    desk = desk_of(path, journal)
    await desk.change(CHANGES, THANDI)
    events = [one.event for one in await journal.setting_changes(9)]
    told = [(one.name, one.by) for one in events if isinstance(one, audit.SettingChanged)]
    assert told == [("shop.helpline", THANDI.name), ("till.number", THANDI.name)]
    assert len(await journal.setting_changes(1)) == 1
    values = {one.name: one.value for one in await desk.settings()}
    assert values["till.number"] == 7
