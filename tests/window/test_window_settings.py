"""The page Settings in the real window: by keys alone, by touch alone, and what it refuses."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.adapters.settings.settings_editor import SettingsEditor
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.domain.rows import SettingChanged
from counterfoil.domain.setting import MOMENT_KEY
from counterfoil.domain.staff import EVERYTHING, Actor, Permission
from counterfoil.presentation.words import settings_page
from counterfoil.presentation.words.setting_names import EACH_SETTING, SECTIONS
from counterfoil.presentation.words.speaking import speaking
from counterfoil.ui.widgets.label import PlainLabel
from support.canary import CANARY_API_KEY
from support.first_start import MemoryFirstStart
from support.plays_settings import settings_file
from support.pseudo import marked
from support.window import OPERATOR, PROFILE, WindowTill, open_window
from window.test_window_menu import words

SHIFT = Qt.KeyboardModifier.ShiftModifier


async def opened(till: WindowTill) -> None:
    """Open the page by its key."""
    QTest.keyClick(till.keyboard(), Qt.Key.Key_F8, SHIFT)
    await till.until(lambda: till.has("setting-shop.trading_name"))


def recorded(till: WindowTill) -> list[tuple[str, str, str, str]]:
    """Return what the journal says of changed settings."""
    rows = [row for commit in till.journal.commits for row in commit]
    kept = [row for row in rows if isinstance(row, SettingChanged)]
    return [(one.name, one.before, one.after, one.by) for one in kept]


async def test_by_keys_alone_a_setting_is_found_changed_and_holds_after_f12_twice() -> None:
    """Shift+F8, a few letters, Enter, the value, F12; then F12 opens the till again."""
    again: list[bool] = []
    with settings_file() as path:
        async with open_window(settings=path) as till:
            till.window.again_wished.connect(lambda: again.append(True))
            await opened(till)
            QTest.keyClicks(till.keyboard(), "helpl")
            till.press(Qt.Key.Key_Return)
            QTest.keyClicks(till.keyboard(), "0860 111 222")
            till.press(Qt.Key.Key_Return)
            assert till.keyboard().objectName() == "settings-find"
            await till.until(lambda: till.visible("settings-act").isEnabled())
            assert "1 change is not saved yet." in words(till, "settings-overlay")
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: settings_page.HOLD_LATER in words(till, "settings-overlay"))
            assert again == []
            till.press(Qt.Key.Key_F12)
            assert again == [True]
            till.press(Qt.Key.Key_Escape)
            assert not till.has("settings-overlay")
        assert load_settings(path).profile.helpline == "0860 111 222"
        assert recorded(till) == [("shop.helpline", "", "0860 111 222", OPERATOR)]


async def test_by_touch_alone_it_is_the_menu_the_row_and_its_value() -> None:
    """And its own buttons; a setting goes back to the till's own value as well."""
    with settings_file() as path:
        async with open_window(settings=path) as till:
            till.click("footer-menu")
            till.click("menu-settings")
            await till.until(lambda: till.has("setting-shop.change_message"))
            till.click("setting-shop.change_message")
            till.click("choice-whatsapp")
            till.click("setting-backup.keep")
            till.click("setting-reset")
            await till.until(lambda: till.visible("settings-act").isEnabled())
            till.click("settings-act")
            await till.until(lambda: settings_page.HOLD_LATER in words(till, "settings-overlay"))
            till.click("settings-back")
            assert not till.has("settings-overlay")
        assert [one[:3] for one in recorded(till)] == [
            ("shop.change_message", "sms", "whatsapp"),
            ("backup.keep", "7", ""),
        ]
        assert "keep = 7" not in path.read_text(encoding="utf-8")


async def test_what_is_typed_is_checked_as_it_is_typed() -> None:
    """By the rules of the file, beside the box; what another setting needs stands below."""
    with settings_file() as path:
        before = path.read_text(encoding="utf-8")
        async with open_window(settings=path) as till:
            await opened(till)
            till.click("setting-till.number")
            till.type_into("field-setting", "20")
            await till.until(lambda: "at most 99" in words(till, "settings-overlay"))
            till.press(Qt.Key.Key_F12)
            till.press(Qt.Key.Key_Backspace)
            await till.until(lambda: till.visible("settings-act").isEnabled())
            till.click("setting-printer.kind")
            till.click("choice-network")
            await till.until(
                lambda: "network printer needs its address" in words(till, "settings-overlay")
            )
            till.click("setting-printer.host")
            till.type_into("field-setting", "10.0.0.7")
            await till.until(lambda: till.visible("settings-act").isEnabled())
        assert path.read_text(encoding="utf-8") == before
        assert recorded(till) == []


async def test_esc_lets_nothing_go_that_was_typed_without_a_word() -> None:
    """The first says so, the second leaves; nothing of it is there the next time."""
    with settings_file() as path:
        async with open_window(settings=path) as till:
            await opened(till)
            till.click("setting-till.name")
            till.type_into("field-setting", "x")
            till.press(Qt.Key.Key_Escape)
            assert settings_page.LEAVE_ASKED in words(till, "settings-overlay")
            till.press(Qt.Key.Key_Escape)
            assert not till.has("settings-overlay")
            await opened(till)
            assert settings_page.NOTHING_CHANGED in words(till, "settings-overlay")


async def test_arrows_choose_and_a_word_of_the_meaning_finds() -> None:
    """What nobody calls so is said."""
    with settings_file() as path:
        async with open_window(settings=path) as till:
            await opened(till)
            till.press(Qt.Key.Key_Down)
            assert "shop.trading_name" in words(till, "settings-overlay")
            QTest.keyClicks(till.keyboard(), "usb disk")
            assert "backup.folder" in words(till, "settings-overlay")
            assert not till.has("setting-shop.trading_name")
            QTest.keyClicks(till.keyboard(), "zz")
            assert settings_page.NONE_FOUND in words(till, "settings-overlay")


async def test_training_shows_its_values_and_says_why_none_can_be_changed() -> None:
    """It has no file."""
    async with open_window() as till:
        await opened(till)
        assert settings_page.NO_FILE in words(till, "settings-overlay")
        assert not till.has("choice-true")
        value = till.visible("setting-value")
        assert isinstance(value, PlainLabel)
        assert value.text() == "Yes"
        till.press(Qt.Key.Key_Return)
        till.press(Qt.Key.Key_F12)
        assert recorded(till) == []


async def test_who_may_not_change_settings_is_told_so() -> None:
    """The menu does not offer it; its key says why not."""
    with settings_file() as path:
        async with open_window(settings=path) as till:
            till.session._be(Actor("Clerk", EVERYTHING - {Permission.CHANGE_SETTINGS}))
            till.press(Qt.Key.Key_F10)
            assert not till.has("menu-settings")
            till.press(Qt.Key.Key_Escape)
            QTest.keyClick(till.keyboard(), Qt.Key.Key_F8, SHIFT)
            await till.settle()
            assert not till.has("settings-overlay")
            assert "change the settings" in till.shell.screen().toast


async def test_a_new_key_goes_into_the_keyring_and_is_shown_nowhere() -> None:
    """Beside other changes; the record says that there is another, and nothing of it."""
    system = MemoryFirstStart()
    with settings_file() as path:
        async with open_window(settings=path, first_start=system) as till:
            await opened(till)
            till.click(f"setting-{MOMENT_KEY}")
            await till.until(lambda: "There is none" in words(till, "settings-overlay"))
            till.type_into("field-setting", CANARY_API_KEY)
            hidden = "•" * len(CANARY_API_KEY)
            assert till.box("field-setting").text_for_display() == hidden
            till.click("setting-till.number")
            till.type_into("field-setting", "2")
            await till.until(lambda: till.visible("settings-act").isEnabled())
            said = words(till, "settings-overlay")
            assert "2 changes are not saved yet." in said
            assert CANARY_API_KEY not in said
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: settings_page.HOLD_LATER in words(till, "settings-overlay"))
            till.click(f"setting-{MOMENT_KEY}")
            await till.until(lambda: "In the system's keyring" in words(till, "settings-overlay"))
            assert till.box("field-setting").value() == ""
        assert system.kept == [CANARY_API_KEY]
        assert recorded(till)[0] == (MOMENT_KEY, "", "", OPERATOR)
        assert CANARY_API_KEY not in path.read_text(encoding="utf-8") + repr(till.journal.commits)


async def key_and_number(till: WindowTill, number: str) -> None:
    """Type another key and another number of the till."""
    await opened(till)
    till.click(f"setting-{MOMENT_KEY}")
    till.type_into("field-setting", CANARY_API_KEY)
    till.click("setting-till.number")
    till.type_into("field-setting", number)


async def test_while_a_slow_keyring_is_asked_nothing_typed_is_lost() -> None:
    """Esc waits for it, and what is typed meanwhile is not taken; then all of it is saved."""
    system = MemoryFirstStart()
    system.answers.clear()
    with settings_file() as path:
        async with open_window(settings=path, first_start=system) as till:
            await key_and_number(till, "2")
            await till.until(lambda: till.visible("settings-act").isEnabled())
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: bool(recorded(till)))
            till.press(Qt.Key.Key_Escape)
            till.press(Qt.Key.Key_Escape)
            till.type_into("field-setting", "7")
            assert till.box("field-setting").value() == "12"
            assert settings_page.SAVING in words(till, "settings-overlay")
            system.answers.set()
            await till.until(lambda: settings_page.HOLD_LATER in words(till, "settings-overlay"))
        assert load_settings(path).profile.till_number == 12
        assert system.kept == [CANARY_API_KEY]


async def test_a_till_that_locks_while_it_saves_saves_no_second_time() -> None:
    """The page that is opened again meanwhile waits for the end of it as well."""
    system = MemoryFirstStart()
    system.answers.clear()
    with settings_file() as path:
        async with open_window(settings=path, first_start=system) as till:
            await key_and_number(till, "2")
            await till.until(lambda: till.visible("settings-act").isEnabled())
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: bool(recorded(till)))
            till.pages.settings_page.close()
            await opened(till)
            till.click("setting-till.number")
            till.type_into("field-setting", "7")
            await till.settle()
            assert not till.visible("settings-act").isEnabled()
            system.answers.set()
            await till.until(lambda: settings_page.HOLD_LATER in words(till, "settings-overlay"))
        assert load_settings(path).profile.till_number == 12


async def test_no_key_is_kept_beside_a_setting_that_is_wrong() -> None:
    """F12 saves all or nothing, also where it is pressed before what was typed is checked."""
    system = MemoryFirstStart()
    with settings_file() as path:
        async with open_window(settings=path, first_start=system) as till:
            await key_and_number(till, "20")
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: "at most 99" in words(till, "settings-overlay"))
            await till.settle()
            assert system.kept == []
            assert recorded(till) == []


async def test_a_key_that_is_kept_is_not_kept_again_where_the_file_fails() -> None:
    """What is left to be saved is the setting; the box of the key is empty."""
    system = MemoryFirstStart()
    system.answers.clear()
    with settings_file() as path:
        before = path.read_text(encoding="utf-8")
        async with open_window(settings=path, first_start=system) as till:
            await key_and_number(till, "2")
            await till.until(lambda: till.visible("settings-act").isEnabled())
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: bool(recorded(till)))
            path.unlink()
            system.answers.set()
            await till.until(
                lambda: "1 change is not saved yet." in words(till, "settings-overlay")
            )
            path.write_text(before, encoding="utf-8")
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: settings_page.HOLD_LATER in words(till, "settings-overlay"))
        assert system.kept == [CANARY_API_KEY]
        assert [one[0] for one in recorded(till)] == [MOMENT_KEY, "till.number"]


async def test_a_keyring_that_does_not_answer_is_said_and_nothing_is_saved() -> None:
    """Of the journal's key, which is another, nothing is said; F12 tries it once more."""
    system = MemoryFirstStart(is_locked=True)
    with settings_file() as path:
        before = path.read_text(encoding="utf-8")
        async with open_window(settings=path, first_start=system) as till:
            await key_and_number(till, "2")
            await till.until(lambda: till.visible("settings-act").isEnabled())
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: "keyring does not answer" in till.shell.screen().toast)
            assert "2 changes are not saved yet." in words(till, "settings-overlay")
            assert path.read_text(encoding="utf-8") == before
            system.is_locked = False
            till.press(Qt.Key.Key_F12)
            await till.until(lambda: settings_page.HOLD_LATER in words(till, "settings-overlay"))
        assert system.kept == [CANARY_API_KEY]


async def test_every_setting_has_a_name_a_meaning_and_a_heading(tmp_path: Path) -> None:
    """Of those that a till reads, and no others."""
    path = tmp_path / "settings.toml"
    path.write_text("", encoding="utf-8")
    declared = [one.name for one in await SettingsEditor(path).settings()]
    assert sorted((*declared, MOMENT_KEY)) == sorted(EACH_SETTING)
    assert {one.partition(".")[0] for one in declared} == set(SECTIONS)
    assert all(EACH_SETTING[one].caption and EACH_SETTING[one].meaning for one in declared)


async def test_what_may_be_chosen_is_in_the_words_of_the_language() -> None:
    """No word of the file, such as queue; languages, models and numbers are as everywhere."""
    with settings_file() as path, speaking(marked):
        found = await SettingsEditor(path).settings()
        raw = {
            (one.name, value)
            for one in found
            for value in one.choices
            if str(value).isalpha() and settings_page.shown(one, value) == value
        }
    assert raw == set()


async def test_a_training_till_with_a_file_goes_live_by_its_settings() -> None:
    """The guided start would make a file that is there already."""
    with settings_file() as path:
        async with open_window(profile=replace(PROFILE, is_training=True), settings=path) as till:
            till.click("go-live")
            till.click("go-live-set-up")
            await till.until(lambda: till.has("settings-overlay"))
            assert not till.has("first-start-overlay")
