"""What lies on the disk after everything that the till can do is what is in the list."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.adapters.settings.look_memory import LookMemory
from counterfoil_sandbox.pins import ONE_VOUCHER
from support.canary import CANARY_PIN
from support.journals import lay_first_version, opened
from support.samples import Samples
from support.tills import CommandLine
from support.written_files import surprises_below

PASSPHRASE = "seven small goats jump\n"
PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
ACCEPT = ("journal", "accept", "--by", "Thandi", "--reason", "a test")


@pytest.fixture(autouse=True)
def _umask_of_the_program() -> Iterator[None]:
    """Write as the program does."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_every_file_of_every_command_is_in_the_list(till: CommandLine, tmp_path: Path) -> None:
    """With its mode and its owner; what is named on the command line as well."""
    mine = tmp_path / "mine"
    (mine / "usb").mkdir(parents=True)
    paid = till.json(*PART, stdin=CANARY_PIN)
    till.json("slip", paid["reference"], "--output", str(mine / "slip.pdf"))
    backup = till.json("backup")["path"]
    till.json("backup", "--to", str(mine / "usb"))
    till.json("key", "export", "--to", str(mine / "recovery.txt"), stdin=PASSPHRASE)
    till.json("journal", "verify")
    new = replace(till, data_dir=tmp_path / "new")
    new.json("key", "import", str(mine / "recovery.txt"), stdin=PASSPHRASE)
    new.json("restore", backup, "--to", str(new.data_dir))
    new.json(*ACCEPT)
    new.json("restore", backup, "--to", str(new.data_dir), "--set-aside")
    LookMemory(till.data_dir).keep_theme("dark")
    training = CommandLine(tmp_path / "play")
    training.json("types")
    for root in (till.data_dir, mine, new.data_dir, training.data_dir):
        assert any(root.iterdir())
        assert list(surprises_below(root)) == []


async def test_every_file_of_an_open_till_is_in_the_list(tmp_path: Path) -> None:
    """Also what is only there while it is open, and what an update leaves."""
    folder = tmp_path / "till"
    folder.mkdir()
    lay_first_version(folder)
    async with opened(folder) as journal:
        await Samples(iter(range(1_000, 2_000))).prepared(journal)
        names = {path.name for path in folder.iterdir()}
        assert {"journal.db-wal", "till.lock", "journal-1.0-1.backup"} <= names
        assert list(surprises_below(folder)) == []


def test_the_list_notices_what_is_not_in_it(tmp_path: Path) -> None:
    """The control: another name, another mode, a second name."""
    for name in ("journal.db", "till.lock", "key.file", "unknown"):
        (tmp_path / name).touch(mode=0o600)
    (tmp_path / "journal.db").chmod(0o644)
    (tmp_path / "till.log").hardlink_to(tmp_path / "till.lock")
    (tmp_path / "look.json").mkdir(mode=0o700)
    said = [one.partition(":")[0] for one in surprises_below(tmp_path)]
    assert said == ["journal.db", "look.json", "till.lock", "till.log", "unknown"]
