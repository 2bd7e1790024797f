"""Setting a till up: the key first, then the file, and neither where there is one already."""

from pathlib import Path

import pytest

from counterfoil.adapters.settings.settings_editor import SettingsEditor
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.domain.causes.settings import FileProblem, NotSettings
from counterfoil.domain.contact import ProviderKind
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.domain.rows import SettingChanged
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import KEY_NOT_KEPT, MOMENT_KEY, SettingChange
from counterfoil.domain.staff import NOBODY
from counterfoil.presentation.words import failures
from counterfoil.service.settings_desk import SettingsDesk
from counterfoil.service.setup_desk import SetupDesk
from support.canary import CANARY_API_KEY
from support.clocks import SteppedClock
from support.first_start import MemoryFirstStart
from support.people import THANDI
from support.till import WatchedJournal

CHANGES = (SettingChange("training", False), SettingChange("shop.trading_name", "Naledi's"))  # noqa: FBT003
KEY = Secret(CANARY_API_KEY)


def desk_of(
    path: Path,
    journal: WatchedJournal,
    system: MemoryFirstStart,
    *,
    is_training: bool = True,
    has_file: bool = False,
) -> SetupDesk:
    """Return the desk of a till that has no settings file yet."""
    editor = SettingsEditor(path, is_new=True)
    settings = SettingsDesk(file=editor, journal=journal, clock=SteppedClock())
    return SetupDesk(settings=settings, system=system, is_training=is_training, has_file=has_file)


async def test_the_key_is_in_the_keyring_and_nowhere_else(tmp_path: Path) -> None:
    """Neither in the file nor in the record of what was set."""
    journal, system = WatchedJournal(), MemoryFirstStart()
    path = tmp_path / "till" / "settings.toml"
    await desk_of(path, journal, system).set_up(CHANGES, KEY, NOBODY)
    assert system.kept == [CANARY_API_KEY]
    assert load_settings(path).profile.trading_name == "Naledi's"
    assert not load_settings(path).is_training
    (commit,) = journal.commits
    assert [row.name for row in commit if isinstance(row, SettingChanged)] == [
        "training",
        "shop.trading_name",
    ]
    assert CANARY_API_KEY not in path.read_text(encoding="utf-8") + repr(journal.commits)


async def test_a_key_that_cannot_be_kept_leaves_the_till_as_it_is(tmp_path: Path) -> None:
    """A till that opens and sells nothing would be no help."""
    journal, path = WatchedJournal(), tmp_path / "settings.toml"
    desk = desk_of(path, journal, MemoryFirstStart(has_keyring=False))
    with pytest.raises(VaultUnavailableError):
        await desk.set_up(CHANGES, KEY, NOBODY)
    assert not path.exists()
    assert journal.commits == []


async def test_a_till_that_has_settings_is_not_set_up_once_more(tmp_path: Path) -> None:
    """Whoever is at it: what the file says is changed on the page Settings."""
    path = tmp_path / "settings.toml"
    path.write_text("training = false\n", encoding="utf-8")
    journal, system = WatchedJournal(), MemoryFirstStart()
    desk = desk_of(path, journal, system)
    (why,) = await desk.faults(CHANGES)
    assert isinstance(why, NotSettings)
    assert why.problem is FileProblem.FILE_IS_THERE
    with pytest.raises(SettingsError):
        await desk.set_up(CHANGES, KEY, NOBODY)
    assert path.read_text(encoding="utf-8") == "training = false\n"
    assert (journal.commits, system.kept) == ([], [])


async def test_a_link_that_leads_nowhere_is_a_file_that_is_there(tmp_path: Path) -> None:
    """Whoever made it meant a file; nothing is written where it leads."""
    path, journal, system = tmp_path / "settings.toml", WatchedJournal(), MemoryFirstStart()
    path.symlink_to(tmp_path / "gone.toml")
    with pytest.raises(SettingsError):
        await desk_of(path, journal, system).set_up(CHANGES, KEY, NOBODY)
    assert (journal.commits, system.kept) == ([], [])
    assert not path.exists()


@pytest.mark.parametrize(
    ("is_training", "has_file", "problem"),
    [
        (False, False, FileProblem.NOT_IN_TRAINING),
        (False, True, FileProblem.FILE_IS_THERE),
        (True, True, FileProblem.FILE_IS_THERE),
    ],
    ids=["closed", "live", "training with a file"],
)
async def test_only_a_till_for_training_without_a_file_is_set_up(
    tmp_path: Path, *, is_training: bool, has_file: bool, problem: FileProblem
) -> None:
    """Nobody need be signed in for it, so it must not reach the key of a real till."""
    path, journal, system = tmp_path / "settings.toml", WatchedJournal(), MemoryFirstStart()
    desk = desk_of(path, journal, system, is_training=is_training, has_file=has_file)
    assert not desk.can_set_up
    with pytest.raises(SettingsError) as refused:
        await desk.set_up(CHANGES, KEY, NOBODY)
    assert isinstance(refused.value.cause, NotSettings)
    assert refused.value.cause.problem is problem
    assert (journal.commits, system.kept) == ([], [])
    assert not path.exists()


async def test_a_key_that_is_kept_here_stays_when_a_till_is_set_up(tmp_path: Path) -> None:
    """It may be the real one, and nobody need be signed in; without another it is used."""
    path, journal = tmp_path / "settings.toml", WatchedJournal()
    system = MemoryFirstStart(kept=["the shop's"])
    desk = desk_of(path, journal, system)
    with pytest.raises(SettingsError) as refused:
        await desk.set_up(CHANGES, KEY, NOBODY)
    assert "leave it empty" in failures.failure(refused.value)
    assert (journal.commits, system.kept) == ([], ["the shop's"])
    assert not path.exists()
    await desk.set_up(CHANGES, None, NOBODY)
    assert (path.exists(), system.kept) == (True, ["the shop's"])


async def test_nothing_is_kept_where_a_setting_is_wrong(tmp_path: Path) -> None:
    """The key least of all."""
    journal, system = WatchedJournal(), MemoryFirstStart()
    wrong = (*CHANGES, SettingChange("till.number", 100))
    with pytest.raises(SettingsError):
        await desk_of(tmp_path / "settings.toml", journal, system).set_up(wrong, KEY, NOBODY)
    assert (journal.commits, system.kept) == ([], [])


async def test_in_training_no_other_key_is_kept(tmp_path: Path) -> None:
    """It would be the key of the real till, and everybody knows who the trainees are."""
    journal, system = WatchedJournal(), MemoryFirstStart()
    for has_file in (True, False):
        desk = desk_of(tmp_path / "settings.toml", journal, system, has_file=has_file)
        with pytest.raises(SettingsError) as refused:
            await desk.keep_key(KEY, NOBODY)
        assert "training" in failures.failure(refused.value)
    assert (journal.commits, system.kept) == ([], [])


async def test_a_key_is_shown_to_no_address_that_a_till_would_refuse(tmp_path: Path) -> None:
    """Such as one without https."""
    system = MemoryFirstStart()
    desk = desk_of(tmp_path / "settings.toml", WatchedJournal(), system)
    with pytest.raises(SettingsError):
        await desk.contact("http://provider.test", KEY)
    assert system.asked == []
    await desk.contact("https://provider.test", KEY)
    assert system.asked == [("https://provider.test", CANARY_API_KEY)]


async def test_a_key_that_could_not_be_kept_is_on_record_as_such(tmp_path: Path) -> None:
    """Without a word of the key."""
    journal, system = WatchedJournal(), MemoryFirstStart(has_keyring=False)
    desk = desk_of(tmp_path / "settings.toml", journal, system, is_training=False, has_file=True)
    with pytest.raises(VaultUnavailableError):
        await desk.keep_key(KEY, THANDI)
    kept = [row for one in journal.commits for row in one if isinstance(row, SettingChanged)]
    assert [(one.name, one.before, one.after) for one in kept] == [
        (MOMENT_KEY, "", ""),
        (MOMENT_KEY, "", KEY_NOT_KEPT),
    ]


async def test_what_the_machine_knows_is_asked_of_it(tmp_path: Path) -> None:
    """Its printers, where the key is, and a provider."""
    system = MemoryFirstStart()
    desk = desk_of(tmp_path / "settings.toml", WatchedJournal(), system)
    assert await desk.printers() == await system.printers()
    assert await desk.key_place() == await system.key_place()
    address = "https://api.example.test"
    kind = ProviderKind.MOMENT
    assert await desk.contact(address, KEY) == await system.contact(address, KEY, kind, "")


@pytest.mark.parametrize("address", ["no address", "http://api.example.test"])
async def test_nothing_is_sent_where_no_provider_can_be(tmp_path: Path, address: str) -> None:
    """An address that is none, or one where anybody could read along."""
    desk = desk_of(tmp_path / "settings.toml", WatchedJournal(), MemoryFirstStart())
    with pytest.raises(SettingsError):
        await desk.contact(address, KEY)
