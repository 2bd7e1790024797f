"""The settings on the command line: what is wrong in a file, and what is set."""

from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.domain.rows import SettingChanged
from support.canary import CANARY_API_KEY
from support.doors import open_with_door
from support.people import SIPHO, THANDI
from support.tills import CommandLine


async def test_settings_are_checked_and_shown_while_the_till_is_open(till: CommandLine) -> None:
    """Nobody signs in, the till is not asked, and its key is in none of it."""
    async with open_with_door(till) as opened:
        checked = await opened.run("settings", "check")
        shown = await opened.run("settings", "show")
    assert (checked.code, checked.err) == (0, "")
    assert "nothing is wrong" in checked.out
    assert 'moment.api_key_from = "environment"  (settings.toml, line' in shown.out
    assert "backup.keep = 7  (default)" in shown.out
    assert "fallback_printer = not set  (default)" in shown.out
    assert CANARY_API_KEY not in shown.out


def test_each_fault_is_said_with_its_line(till: CommandLine, tmp_path: Path) -> None:
    """All of them, with 64; nothing of what was written is repeated, and nothing is begun."""
    path = tmp_path / "rollout.toml"
    path.write_text('[window]\ntheme = "sk_x"\n\n[till]\nnumber = 100\n', encoding="utf-8")
    wrong = replace(till, settings=path, data_dir=tmp_path / "new")
    said = wrong.run("settings", "check")
    assert (said.code, said.out) == (64, "")
    first, second = said.err.splitlines()
    assert first.startswith("rollout.toml, line 2: window.theme must be ")
    assert second == "rollout.toml, line 5: till.number must be at most 99"
    assert "sk_x" not in said.err
    document = wrong.json("settings", "check", code=64)
    assert document["error"]["code"] == "settings"
    assert [one["line"] for one in document["faults"]] == [2, 5]
    assert [one["cause"] for one in document["faults"]] == ["not_one_of", "at_most"]
    assert wrong.json("settings", "show", code=64)["error"]["code"] == "settings"
    assert not (tmp_path / "new").exists()


def test_without_a_file_there_is_nothing_to_check_and_the_defaults_to_show(
    till: CommandLine,
) -> None:
    """A till without settings is one for training."""
    bare = replace(till, settings=None)
    assert bare.json("settings", "check", code=64)["error"]["cause"] == "file_needed"
    shown = bare.json("settings", "show")
    assert shown["file"] is None
    assert shown["settings"][0] == {
        "name": "training",
        "value": True,
        "from": "default",
        "line": None,
    }


def test_a_file_in_the_tills_own_folder_is_used_where_none_is_named(
    till: CommandLine, tmp_path: Path
) -> None:
    """The window has made it there; a file that is named goes before it."""
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    (folder / "settings.toml").write_text("[till]\nnumber = 8\n", encoding="utf-8")
    own = replace(till, settings=None, data_dir=folder)
    shown = {one["name"]: one["value"] for one in own.json("settings", "show")["settings"]}
    assert (shown["till.number"], shown["training"]) == (8, False)
    assert own.json("settings", "check")["file"] == str(folder / "settings.toml")
    named = replace(till, data_dir=folder).json("settings", "show")
    assert named["file"] == str(till.settings)


@pytest.mark.parametrize("leads_to", ["gone.toml", "settings.toml"], ids=["nowhere", "itself"])
def test_a_file_that_cannot_be_looked_at_opens_no_till_for_training(
    till: CommandLine, tmp_path: Path, leads_to: str
) -> None:
    """Whoever put it there meant a real till, and nobody should practise on it by mistake."""
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    (folder / "settings.toml").symlink_to(leads_to)
    own = replace(till, settings=None, data_dir=folder)
    for words in (("settings", "check"), ("settings", "show"), ("types",)):
        said = own.run(*words)
        assert said.code == 64
        assert f"{folder / 'settings.toml'} cannot be read" in said.err
    assert [one.name for one in folder.iterdir()] == ["settings.toml"]


async def test_what_was_changed_is_read_with_who_changed_it(till: CommandLine) -> None:
    """Newest first; a till whose settings nobody has changed says so, and no key is in it."""
    async with open_with_door(till) as opened:
        assert "Nobody has changed" in (await opened.run("settings", "log")).out
        changed = SettingChanged(
            at=opened.till.clock.now().wall,
            by=THANDI.name,
            approved_by="Naledi P.",
            name="till.number",
            before="",
            after="7",
        )
        await opened.till.engine.journal.commit((changed,))
        await opened.till.engine.settings.record_key(SIPHO, is_kept=False)
        said = await opened.run("settings", "log")
        newest = await opened.run("settings", "log", "--limit", "1")
    key, number = said.out.splitlines()
    assert key.endswith(f"{SIPHO.name}  moment.api_key: could not be kept")
    assert f"  {THANDI.name}, approved by Naledi P.  " in number
    assert number.endswith("till.number: from not set to 7")
    assert newest.out.splitlines() == [key]
