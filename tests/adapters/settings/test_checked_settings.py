"""What is wrong with a settings file and on which line, and what is set by it."""

import os
from pathlib import Path

import pytest

from counterfoil.adapters.settings.checked_settings import settings_faults, told_settings
from counterfoil.adapters.settings.file import SettingsFile
from counterfoil.domain.causes.settings import NotSettings, WrongSetting
from counterfoil.domain.failures import SettingsError
from support.tills import ROOT

WRONG = """\
training = true
[shop]
adress = "x"   # line 3
[printer]
kind = "queue"

[slip]
header = [
  "one",
  2,
]
footer = [\"\"\"
[no section
\"\"\"]
[window]
theme.dark = true

api_key = "sk"
[roles]
"till boss" = ["redeem"]
[electrum]
base_url = "https://e.example.org"
client = { id = "1" }
"""
EXAMPLE = ROOT / "resources" / "settings.example.toml"


def written(folder: Path, text: str) -> Path:
    """Write a settings file that nobody else may change."""
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[tuple[int, str]]:
    """Return each fault as its line, and its key or what is wrong with the file."""
    found: list[tuple[int, str]] = []
    for one in settings_faults(path):
        assert isinstance(one.cause, WrongSetting | NotSettings)
        key = one.cause.key if isinstance(one.cause, WrongSetting) else one.cause.problem.value
        found.append((one.line, key))
    return found


def test_each_fault_has_the_line_on_which_its_key_or_section_begins(tmp_path: Path) -> None:
    """However it is written: over several lines, dotted, in braces, or missing altogether."""
    assert faults(written(tmp_path, WRONG)) == [
        (3, "shop.adress"),
        (4, "printer"),
        (8, "slip.header.1"),
        (12, "slip.footer.0"),
        (16, "window.theme"),
        (18, "window.api_key"),
        (20, "roles.till boss.[key]"),
        (21, "electrum.terminal_id"),
        (21, "electrum.originator"),
        (21, "electrum.merchant"),
        (23, "electrum.client.name"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training = true\nshop = [\n", [(0, "no_toml")]),
        ("training = true\nb =\n", [(2, "no_toml")]),
        ('[backup]\nkeep = 3\nfolder = "~root/x"\n', [(3, "backup.folder")]),
        ('[slip]\nlogo = "no.png"\r\n', [(2, "slip.logo")]),
        ("training = true\n", []),
    ],
)
def test_what_the_till_finds_after_the_keys_has_its_line_too(
    tmp_path: Path, text: str, expected: list[tuple[int, str]]
) -> None:
    """No TOML, a home that is another's, a picture that is not there; and nothing."""
    assert faults(written(tmp_path, text)) == expected


def test_a_file_that_others_may_change_is_a_fault_without_a_line(tmp_path: Path) -> None:
    """As it is where a till would be opened with it."""
    path = written(tmp_path, "training = true\n")
    path.chmod(0o666)
    (only,) = settings_faults(path)
    assert only.line == 0
    assert faults(tmp_path / "none.toml") == [(0, "not_readable")]


def test_every_setting_is_told_with_where_it_is_from(tmp_path: Path) -> None:
    """Under its name in the file; an empty section too, and no address with a key in it."""
    text = '[till]\nname = "Till \\u0007 2"\n[shop]\naddress = "see https://me:sk_x@example.org"\n'
    told = {one.name: (one.value, one.line) for one in told_settings(written(tmp_path, text))}
    assert told["till.name"] == ("Till 2", 2)
    assert told["shop.address"] == ("see https://example.org", 4)
    assert told["backup.keep"] == (7, 0)
    assert told["roles"] == told["electrum"] == (None, 0)
    assert told["training"] == (False, 0)
    assert {name.partition(".")[0] for name in told} == set(SettingsFile.__dataclass_fields__)
    assert {one.name: one.value for one in told_settings(None)}["training"] is True


def test_the_example_sets_what_a_till_has_by_itself() -> None:
    """Each of its lines is told with the value that stands there."""
    lines = EXAMPLE.read_text(encoding="utf-8").split(os.linesep)
    told = [one for one in told_settings(EXAMPLE) if one.line]
    assert len(told) > 40
    assert all(one.name.rpartition(".")[2] in lines[one.line - 1] for one in told)


def test_a_file_that_is_wrong_shows_nothing(tmp_path: Path) -> None:
    """It is refused with all that is wrong, as by the till."""
    with pytest.raises(SettingsError):
        told_settings(written(tmp_path, WRONG))
