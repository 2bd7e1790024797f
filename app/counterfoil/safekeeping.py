"""What is done for a journal beside selling: backups, trying them, restoring, accepting, keys.

Each function opens only what it needs, takes the till's lock where it touches the journal, and
closes all of it again. No till is open, so there is no gate: what changes something or copies a
secret asks for its permission first, and raises NotPermittedError where that is missing.

Who acts is known by the journal. Where there is none, or it is held, damaged or without its key,
nobody can be asked, and whoever may use the till's folder may do this. They could read the key that
lies there all the same, so refusing them would only keep a shop from its own till.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from counterfoil.adapters.files import taken_back
from counterfoil.adapters.journal.accepting import accept_journal
from counterfoil.adapters.journal.backup.backup_file import opened_backup
from counterfoil.adapters.journal.backups import (
    BackupChoice,
    ListedBackup,
    SealedBackups,
    list_backups,
)
from counterfoil.adapters.journal.integrity.watch import Acceptance
from counterfoil.adapters.journal.restore_check import RestoreCheck, check_restore
from counterfoil.adapters.journal.restoring import Restored, restore_backup
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, prepare_place
from counterfoil.adapters.settings.till_settings import TillSettings, load_settings
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.adapters.system.recovery_key import unwrap_key, wrap_key
from counterfoil.adapters.system.vault import (
    KeyPlace,
    SealingVault,
    carry_key,
    has_key,
    install_key,
    read_key,
)
from counterfoil.bootstrap import (
    Places,
    backup_choice,
    data_directory,
    marker_of,
    people_of,
    second_place,
    vault_of,
)
from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.failures import (
    EntryError,
    JournalCorruptError,
    JournalHeldError,
    NobodyActsError,
    NotPermittedError,
    VaultUnavailableError,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import MACHINE, Actor, Permission, Proof
from counterfoil.domain.text import clean_text
from counterfoil.domain.training import TRAINEE_MANAGER, TRAINEES
from counterfoil.ports.vault import Vault

_WORDS_MAX = 200


async def back_up(places: Places, folder: Path | None = None) -> Path:
    """Make a backup now, into another folder where one is given, and return its path.

    Raises:
        BackupError: it could not be made.
        CounterfoilError: what opening a till raises.

    """
    _check(MACHINE, Permission.BACK_UP)
    directory, settings = _found(places)
    choice = _choice(directory, settings, folder)
    async with SqliteJournal.open(
        directory,
        partial(vault_of, directory, settings),
        second=second_place(directory, settings),
        marker=marker_of(directory, settings),
    ) as journal:
        return await SealedBackups(journal, choice).make_file(SystemClock().now().wall)


def backups(places: Places, folder: Path | None = None) -> tuple[ListedBackup, ...]:
    """List the backups that there are, newest first.

    Raises:
        BackupError: their folder is not there.
        VaultUnavailableError: the key that opens them is not here.

    """
    directory, settings = _found(places)
    return list_backups(_choice(directory, settings, folder), _existing_vault(directory, settings))


def try_backup(places: Places, path: Path) -> RestoreCheck:
    """Check everything in a backup; what it is opened in is gone afterwards.

    It is opened in the till's own folder, where the journal is as plain.

    Raises:
        BackupError: it is not whole, or belongs to another key.
        JournalUnavailableError: the till's folder cannot be used, or has no room.
        VaultUnavailableError: the key that opens it is not here.

    """
    directory, settings = _found(places)
    vault = _existing_vault(directory, settings)
    with _made_for(directory), opened_backup(path, vault, directory) as backup:
        return check_restore(backup, vault)


async def restore(
    places: Places, path: Path, target: Path, by: Proof | None, *, is_set_aside: bool = False
) -> tuple[RestoreCheck, Restored]:
    """Make a backup the journal of the till's folder ``target``, whose next opening is held.

    The key is the one in that folder; where there is none, that of the till's own folder is copied
    there. ``by`` may do so at both tills.

    Raises:
        BackupError: it is not whole, belongs to another key, or would be written over a journal.
        CounterfoilError: what opening a till raises.

    """
    own, settings = _found(places)
    directory = data_directory(replace(places, data_dir=target), settings)
    for one in dict.fromkeys((own, directory)):
        await _admit(one, settings, Permission.RESTORE, by)
    return await asyncio.to_thread(
        _restore, own, settings, path, directory, is_set_aside=is_set_aside
    )


def _restore(
    own: Path, settings: TillSettings, path: Path, directory: Path, *, is_set_aside: bool
) -> tuple[RestoreCheck, Restored]:
    vault = _existing_vault(directory if has_key(directory) else own, settings)
    stamp = f"{SystemClock().now().wall:%Y%m%dT%H%M%SZ}"
    # No key is brought to a folder that is not fit for it, and none stays in one that was refused.
    with (
        _made_for(directory),
        opened_backup(path, vault, directory) as backup,
        ExitStack() as undone,
    ):
        check = check_restore(backup, vault)
        if not has_key(directory):
            undone.enter_context(taken_back(carry_key(own, directory)))
        restored = restore_backup(
            backup,
            directory,
            vault,
            aside=f"set-aside-{stamp}" if is_set_aside else "",
            second=second_place(directory, settings),
            marker=marker_of(directory, settings),
        )
    return check, restored


async def accept(
    places: Places, by: Proof | None, *, name: str, reason: str
) -> tuple[Finding, ...]:
    """Write into a held or altered journal that a supervisor accepts it; return what was found.

    ``name`` is written where the journal cannot say who it is.

    Raises:
        EntryError: there is no name or no reason.
        CounterfoilError: what opening a till raises.

    """
    directory, settings = _found(places)
    actor = await _admit(directory, settings, Permission.ACCEPT_JOURNAL, by)
    known = name if actor is None else actor.name
    cleaned = {"name": clean_text(known, 40), "reason": clean_text(reason, _WORDS_MAX)}
    for label, text in cleaned.items():
        if not text:
            raise EntryError(label, NotAValue(EntryProblem.MISSING, label=label))
    acceptance = Acceptance(
        by=cleaned["name"], reason=cleaned["reason"], at=SystemClock().now().wall
    )
    return await asyncio.to_thread(
        accept_journal,
        directory,
        partial(vault_of, directory, settings),
        acceptance,
        second=second_place(directory, settings),
        marker=marker_of(directory, settings),
    )


async def export_key(places: Places, passphrase: Secret, by: Proof | None) -> str:
    """Return the till's key under a passphrase, as the text of a file.

    Raises:
        VaultUnavailableError: there is no key here, or the passphrase is too short.

    """
    directory, settings = _found(places)
    await _admit(directory, settings, Permission.EXPORT_KEY, by)
    return wrap_key(read_key(KeyPlace(settings.vault), directory), passphrase)


async def import_key(places: Places, text: str, passphrase: Secret, by: Proof | None) -> KeyPlace:
    """Put the key of a recovery file into a till's folder that has none; say where it is now.

    Raises:
        JournalUnavailableError: the folder is not one that a key can lie in.
        VaultUnavailableError: it does not open, or there is a key here already.

    """
    directory, settings = _found(places)
    await _admit(directory, settings, Permission.IMPORT_KEY, by)
    key = unwrap_key(text, passphrase)
    with _made_for(directory):
        return install_key(key, KeyPlace(settings.vault), directory)


@contextmanager
def _made_for(directory: Path) -> Iterator[None]:
    """Make a till's folder, and take it back when what it is for is refused."""
    missing = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    try:
        prepare_place(directory, free_bytes_min=0)
        yield
    except BaseException:
        for folder in missing:
            with suppress(OSError):  # it has something in it
                folder.rmdir()
        raise


async def _admit(
    directory: Path, settings: TillSettings, permission: Permission, by: Proof | None
) -> Actor | None:
    """Let in who may do this at a till, and say who it is; None where its journal cannot say.

    In training it is the training manager unless somebody else says who they are.

    Raises:
        NobodyActsError: the journal knows who works here, and nobody has said who they are.
        NotPermittedError, SignInRefusedError: they may not do this, or are not let in.
        JournalUnavailableError: another has the journal, or it can be neither read nor written.

    """
    if not (directory / JOURNAL_NAME).exists():
        return None
    try:
        async with SqliteJournal.open(
            directory,
            partial(_existing_vault, directory, settings),
            second=second_place(directory, settings),
            marker=marker_of(directory, settings),
        ) as journal:
            people = people_of(settings, journal, journal.vault, SystemClock())
            if settings.is_training:
                await people.begin_training(TRAINEES)
                by = by or Proof(TRAINEE_MANAGER.number, TRAINEE_MANAGER.pin)
            if by is None:
                raise NobodyActsError(has_staff=await people.has_staff())
            actor = await people.proven(by.number, by.pin)
    except (JournalHeldError, JournalCorruptError, VaultUnavailableError):
        return None
    _check(actor, permission)
    return actor


def _check(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        raise NotPermittedError(permission)


def _found(places: Places) -> tuple[Path, TillSettings]:
    settings = load_settings(places.file)
    return data_directory(places, settings), settings


def _choice(directory: Path, settings: TillSettings, folder: Path | None) -> BackupChoice:
    chosen = backup_choice(directory, settings)
    return chosen if folder is None else replace(chosen, folder=folder, is_own=False)


def _existing_vault(directory: Path, settings: TillSettings) -> Vault:
    """Open a folder's vault without ever making a key."""
    return SealingVault(read_key(KeyPlace(settings.vault), directory))
