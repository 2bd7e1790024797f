"""A settings file is changed in its place: what is not changed stays to the letter."""

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from counterfoil.adapters.settings.settings_editor import SettingsEditor, changed_text
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.domain.causes.settings import FileProblem, NotSettings, SettingProblem
from counterfoil.domain.failures import SettingsError
from counterfoil.domain.setting import SettingChange, SettingKind, SettingValue
from support.tills import ROOT

EXAMPLE = (ROOT / "resources" / "settings.example.toml").read_text(encoding="utf-8")


def changes(**of: SettingValue) -> tuple[SettingChange, ...]:
    """Return changes by the names of settings, with two lines for the dot."""
    return tuple(SettingChange(name.replace("__", "."), value) for name, value in of.items())


def different(before: str, after: str) -> Iterable[str]:
    """Return the lines that only one of two texts has."""
    lines = before.splitlines()
    return [one for one in after.splitlines() if one not in lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a settings file that has every setting."""
    made = tmp_path / "settings.toml"
    made.write_text(EXAMPLE, encoding="utf-8")
    return made


def test_only_what_was_changed_is_another_text() -> None:
    """The comments of the file are the work of whoever rolls tills out."""
    wanted = changes(till__number=7, shop__trading_name="Naledi's", slip__footer=("a", "b"))
    after = changed_text(EXAMPLE, wanted)
    footer = 'footer = ["a", "b"]                   # up to six lines at the end'
    *rest, last = different(EXAMPLE, after)
    assert rest == [
        'trading_name = "Naledi\'s"',
        "number = 7                    # 1 to 99, the first part of each slip's number",
    ]
    assert last.startswith(footer)
    assert len(after.splitlines()) == len(EXAMPLE.splitlines())


def test_a_section_comes_with_its_first_setting_and_goes_with_its_last() -> None:
    """A setting of the whole till stands before all sections."""
    short = "[shop]\ncountry = 'ZA'  # here\n"
    wanted = changes(training=True, fallback_printer__kind="queue", fallback_printer__queue="A")
    after = changed_text(short, wanted)
    assert after.startswith("training = true\n")
    assert "country = 'ZA'  # here" in after
    assert '[fallback_printer]\nkind = "queue"\nqueue = "A"' in after
    gone = changes(fallback_printer__kind=None, fallback_printer__queue=None, moment__x=None)
    assert "fallback" not in changed_text(after, gone)
    assert "moment" not in changed_text(after, gone)


async def test_what_is_written_is_what_the_till_then_reads(path: Path) -> None:
    """Each setting says on which line it stands."""
    editor = SettingsEditor(path)
    await editor.write(
        changes(printer__kind="network", printer__host="10.0.0.7", backup__keep=None)
    )
    read = {one.name: one for one in await editor.settings()}
    assert read["printer.host"].value == "10.0.0.7"
    assert (
        path.read_text(encoding="utf-8")
        .splitlines()[read["printer.host"].line - 1]
        .startswith("host =")
    )
    assert (read["backup.keep"].value, read["backup.keep"].line) == (7, 0)
    assert load_settings(path).profile.trading_name == "Corner Shop"


async def test_a_wrong_value_is_found_before_anything_is_written(path: Path) -> None:
    """By the same rules as the file, and by what one setting needs of another."""
    editor = SettingsEditor(path)
    found = await editor.faults(changes(till__number=100, till__name=""))
    problems = {getattr(one, "key", ""): getattr(one, "problem", None) for one in found}
    assert problems == {
        "till.number": SettingProblem.AT_MOST,
        "till.name": SettingProblem.TOO_SHORT,
    }
    (needs_host,) = await editor.faults(changes(printer__kind="network"))
    assert getattr(needs_host, "problem", None) is SettingProblem.NO_HOST
    (no_logo,) = await editor.faults(changes(slip__logo="not-there.png"))
    assert getattr(no_logo, "problem", None) is SettingProblem.NO_PICTURE
    with pytest.raises(SettingsError):
        await editor.write(changes(till__number=100))
    assert path.read_text(encoding="utf-8") == EXAMPLE


async def test_where_a_link_leads_is_what_is_written(path: Path, tmp_path: Path) -> None:
    """In its own place the file would be another one than the shop looks after."""
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    await SettingsEditor(link).write(changes(till__number=7))
    assert link.is_symlink()
    assert "number = 7 " in path.read_text(encoding="utf-8")


async def test_a_till_without_a_file_shows_its_values_and_takes_no_change() -> None:
    """It is one for training."""
    editor = SettingsEditor(None)
    read = {one.name: one for one in await editor.settings()}
    assert editor.name == ""
    assert read["training"].value is True
    assert {one.line for one in read.values()} == {0}
    (why,) = await editor.faults(changes(training=False))
    assert isinstance(why, NotSettings)
    assert why.problem is FileProblem.NO_FILE


@pytest.mark.parametrize(
    ("spoilt", "problem"),
    [(b"[", FileProblem.NO_TOML), (b"\xff", FileProblem.NOT_READABLE)],
    ids=["no toml", "no text"],
)
async def test_a_file_that_was_spoilt_meanwhile_is_left_alone(
    path: Path, spoilt: bytes, problem: FileProblem
) -> None:
    """Whoever is at it has not finished."""
    path.write_bytes(spoilt)
    (why,) = await SettingsEditor(path).faults(changes(till__number=7))
    assert isinstance(why, NotSettings)
    assert why.problem is problem


async def test_a_file_that_cannot_be_written_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one that only root may change; the disk is the one that refuses."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read only")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(SettingsError) as refused:
        await SettingsEditor(path).write(changes(till__number=7))
    assert isinstance(refused.value.cause, NotSettings)
    assert refused.value.cause.problem is FileProblem.NOT_WRITABLE
    assert path.read_text(encoding="utf-8") == EXAMPLE


async def test_what_a_shop_names_itself_is_shown_and_left_to_the_file(tmp_path: Path) -> None:
    """Roles, and the place of the journal's key."""
    path = tmp_path / "settings.toml"
    path.write_text('[roles]\nstock-taker = ["redeem"]\n', encoding="utf-8")
    read = {one.name: one for one in await SettingsEditor(path).settings()}
    roles = read["roles"]
    assert (roles.kind, roles.value, roles.line) == (SettingKind.IN_FILE, ("stock-taker",), 2)
    assert read["journal.key_in"].kind is SettingKind.IN_FILE
    assert "till.operator" not in read


def problem_of(found: Iterable[object]) -> object:
    """Return the problem of the only thing that is wrong."""
    (why,) = found
    return getattr(why, "problem", None)


@pytest.mark.parametrize("name", ["journal.key_in", "roles", "roles.stock-taker"])
async def test_what_is_left_to_the_file_is_not_changed_from_the_till(path: Path, name: str) -> None:
    """Whoever gives the command: a role is a list of rights."""
    wanted = (SettingChange(name, ("redeem",)),)
    assert problem_of(await SettingsEditor(path).faults(wanted)) is SettingProblem.ONLY_IN_FILE
    with pytest.raises(SettingsError):
        await SettingsEditor(path).write(wanted)
    assert path.read_text(encoding="utf-8") == EXAMPLE


@pytest.mark.skipif(sys.platform == "win32", reason="files have other rights there")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
async def test_a_changed_file_is_open_to_the_same_people(path: Path, mode: int) -> None:
    """Whoever rolls tills out may read it by its group."""
    path.chmod(mode)
    await SettingsEditor(path).write(changes(till__number=7))
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.name == "nt", reason="only root can give a file to another group")
async def test_a_changed_file_keeps_its_group(path: Path) -> None:
    """Else its rights would be those of other people."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to another group")
    os.chown(path, -1, 54_321)
    path.chmod(0o640)
    await SettingsEditor(path).write(changes(till__number=7))
    assert path.stat().st_gid == 54_321


async def test_what_may_not_be_written_is_known_before(path: Path) -> None:
    """A file that was made read-only, and a folder in which nothing can be made."""
    path.chmod(0o444)
    found = await SettingsEditor(path).faults(changes(till__number=7))
    assert problem_of(found) is FileProblem.NOT_WRITABLE
    path.chmod(0o644)
    path.parent.chmod(0o500)
    try:
        found = await SettingsEditor(path).faults(changes(till__number=7))
        fresh = SettingsEditor(path.parent / "till" / "new.toml", is_new=True)
        assert problem_of(found) is FileProblem.NOT_WRITABLE
        assert problem_of(await fresh.faults(changes(till__number=7))) is FileProblem.NOT_WRITABLE
    finally:
        path.parent.chmod(0o700)


def test_a_section_stays_with_what_a_shop_has_written_in_it() -> None:
    """Its comments say why, and a setting that comes back stands below them."""
    written = "[backup]\n# ask Naledi before you change this\nkeep = 9\n\n[till]\nnumber = 1\n"
    after = changed_text(written, changes(backup__keep=None))
    assert after == "[backup]\n# ask Naledi before you change this\n\n[till]\nnumber = 1\n"


async def test_the_lines_of_a_file_end_as_they_did(path: Path) -> None:
    """Files from Windows too, also where a line is new."""
    path.write_bytes(b"[till]\r\nnumber = 1\r\n# kept\r\n")
    await SettingsEditor(path).write(changes(till__number=7, shop__helpline="0860"))
    content = path.read_bytes()
    assert content.startswith(b"[till]\r\nnumber = 7\r\n# kept\r\n")
    assert b'[shop]\r\nhelpline = "0860"\r\n' in content
    assert content.count(b"\n") == content.count(b"\r\n")
