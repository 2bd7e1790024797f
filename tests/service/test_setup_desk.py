"""Setting a till up: the key first, then the file, and neither where there is one already."""

from pathlib import Path

import pytest

from counterfoil.adapters.settings.settings_editor import SettingsEditor
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.domain.rows import SettingChanged
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import SettingChange
from counterfoil.domain.staff import NOBODY
from counterfoil.service.settings_desk import SettingsDesk
from counterfoil.service.setup_desk import SetupDesk
from support.canary import CANARY_API_KEY
from support.clocks import SteppedClock
from support.first_start import MemoryFirstStart
from support.till import WatchedJournal

CHANGES = (SettingChange("training", False), SettingChange("shop.trading_name", "Naledi's"))  # noqa: FBT003
KEY = Secret(CANARY_API_KEY)


def desk_of(path: Path, journal: WatchedJournal, system: MemoryFirstStart) -> SetupDesk:
    """Return the desk of a till that has no settings file yet."""
    editor = SettingsEditor(path, is_new=True)
    settings = SettingsDesk(file=editor, journal=journal, clock=SteppedClock())
    return SetupDesk(settings=settings, system=system)


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
    desk = desk_of(path, WatchedJournal(), MemoryFirstStart())
    with pytest.raises(SettingsError):
        await desk.set_up(CHANGES, None, NOBODY)
    assert path.read_text(encoding="utf-8") == "training = false\n"


async def test_a_key_is_shown_to_no_address_that_a_till_would_refuse(tmp_path: Path) -> None:
    """Such as one without https."""
    system = MemoryFirstStart()
    desk = desk_of(tmp_path / "settings.toml", WatchedJournal(), system)
    with pytest.raises(SettingsError):
        await desk.contact("http://provider.test", KEY)
    assert system.asked == []
    await desk.contact("https://provider.test", KEY)
    assert system.asked == [("https://provider.test", CANARY_API_KEY)]
