"""Every cause of a failure has words, and what it is about is in them."""

import pytest

from counterfoil.domain.causes.access import (
    AccessProblem,
    Misplaced,
    NotOwn,
    PlaceCause,
    PlaceProblem,
)
from counterfoil.domain.causes.backup import BackupProblem, NoBackup, NoRoom
from counterfoil.domain.causes.journal import Finding, HeldFault, RowFault, not_as_left
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.causes.settings import (
    FileProblem,
    NotSettings,
    SettingProblem,
    SettingsCause,
    WrongSetting,
)
from counterfoil.presentation.words import findings
from counterfoil.presentation.words.backups import no_backup
from counterfoil.presentation.words.keys import no_key
from counterfoil.presentation.words.places import misplaced
from counterfoil.presentation.words.settings import not_settings

ROOM = NoRoom(needed_mb=30, free_mb=2)
MISTAKE = WrongSetting(SettingProblem.AT_MOST, "till.number", "99")


def is_a_clause(said: str) -> bool:
    """Whether a text has several words, and goes on in a sentence."""
    return " " in said and said == said.strip(" .") and "{cause" not in said


@pytest.mark.parametrize("problem", KeyProblem)
def test_every_trouble_with_a_key_has_words(problem: KeyProblem) -> None:
    """Nobody reads the name of a cause."""
    assert is_a_clause(no_key(NoKey(problem)))


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            NoKey(KeyProblem.UPSTREAM_KEY_MISSING, variable="KEY", service="till", entry="moment"),
            (
                "there is no key for the provider: put it into the environment variable KEY or "
                "the keyring (service till, name moment)"
            ),
        ),
        (NoKey(KeyProblem.UPSTREAM_KEY_MISSING), "there is no key for the provider"),
        (
            NoKey(KeyProblem.KEYRING_FOREIGN, variable="BACKEND"),
            (
                "the variable BACKEND names a keyring that is not this system's own, and no "
                "foreign code is loaded"
            ),
        ),
        (
            NoKey(KeyProblem.PASSPHRASE_SHORT, wanted=12),
            "the passphrase must have at least 12 characters",
        ),
    ],
)
def test_where_a_key_belongs_is_in_the_words(cause: NoKey, said: str) -> None:
    """So that the person need not look it up."""
    assert no_key(cause) == said


@pytest.mark.parametrize(
    "cause",
    [
        *(NotSettings(one, "settings.toml", mistakes=(MISTAKE,)) for one in FileProblem),
        *(WrongSetting(one, "till.number", "3") for one in SettingProblem),
        NotOwn(AccessProblem.OTHERS_MAY_WRITE, "/shop"),
        NoKey(KeyProblem.UPSTREAM_KEY_MISSING),
    ],
)
def test_every_mistake_in_the_settings_has_words(cause: SettingsCause) -> None:
    """With the key, and what is allowed."""
    assert is_a_clause(not_settings(cause))


def test_several_mistakes_are_said_one_after_the_other() -> None:
    """They are all put right in one go."""
    unknown = WrongSetting(SettingProblem.UNKNOWN, "shop.x")
    cause = NotSettings(FileProblem.WRONG_SETTINGS, "settings.toml", mistakes=(unknown, MISTAKE))
    assert not_settings(cause) == (
        "settings.toml: shop.x is not a setting; till.number must be at most 99"
    )


@pytest.mark.parametrize(
    "cause",
    [
        *(Misplaced(one, "journal.db") for one in PlaceProblem),
        *(NotOwn(one, "/shop") for one in AccessProblem),
    ],
)
def test_every_wrong_place_has_words(cause: PlaceCause) -> None:
    """What can be put right is named."""
    assert is_a_clause(misplaced(cause))


def test_a_folder_above_is_named_with_what_lies_in_it() -> None:
    """Else nobody sees why it matters."""
    cause = NotOwn(AccessProblem.OTHERS_MAY_WRITE, "/shop", below="/shop/till")
    assert misplaced(cause) == "others may write to /shop, in which /shop/till lies"


@pytest.mark.parametrize("problem", BackupProblem)
def test_every_trouble_with_a_backup_has_words(problem: BackupProblem) -> None:
    """With the folder or the file that it is about."""
    assert is_a_clause(no_backup(NoBackup(problem, "usb", "input/output error")))


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            NoBackup(BackupProblem.NOT_WRITTEN, "/mnt/usb", "journal_full"),
            "no backup could be written into /mnt/usb: the disk is full",
        ),
        (
            NoBackup(BackupProblem.NOT_COPIED, why="journal_full", room=ROOM),
            (
                "the journal could not be copied: a copy needs 30 MB free on the till's disk for "
                "a while, and there are 2 MB"
            ),
        ),
        (
            NoBackup(BackupProblem.NOT_COPIED, why="journal_unavailable"),
            "the journal could not be copied: it cannot be used",
        ),
    ],
)
def test_a_backup_that_failed_says_what_the_disk_said(cause: NoBackup, said: str) -> None:
    """A full disk is made free by a person."""
    assert no_backup(cause) == said


@pytest.mark.parametrize("problem", [*RowFault, *HeldFault])
def test_everything_that_is_found_in_a_journal_has_words(problem: RowFault | HeldFault) -> None:
    """On a line of its own, and inside a sentence."""
    one = Finding("sale 1", problem, "keyring", found=2, had=3)
    assert findings.line(one) == f"sale 1: {findings.what(one)}"
    assert is_a_clause(findings.clause(one))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Finding("event 5", RowFault.ALTERED), "event 5 was altered"),
        (Finding("keeper", RowFault.ALTERED), "the count of openings was altered"),
        (
            not_as_left(HeldFault.ANCHOR_DAMAGED, "keyring"),
            "the anchor in the keyring is damaged or was altered",
        ),
    ],
)
def test_what_is_found_is_named_inside_a_sentence(one: Finding, said: str) -> None:
    """A supervisor reads which record, or which anchor."""
    assert findings.clause(one) == said
