"""The commands that keep the journal safe: backup, restore check, restore, accept, and the key."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from counterfoil import safekeeping
from counterfoil.adapters.files import make_file
from counterfoil.adapters.journal.backups import ListedBackup
from counterfoil.adapters.journal.restore_check import RestoreCheck
from counterfoil.adapters.system.vault import KEY_FILE_NAME, KeyPlace
from counterfoil.bootstrap import Places
from counterfoil.cli.acting import As, Who, read_proofs
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import Alone, AsJson, DataDir, SettingsFile, alone
from counterfoil.cli.speaker import Speaker
from counterfoil.cli.terminal import read_secret
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.presentation.documents import Document, cause_document, finding_document
from counterfoil.presentation.words import backups, command_line, commands, findings, keys, options

_RECOVERY_BYTES_MAX = 64 * 1024

Folder = Annotated[
    Path | None,
    typer.Option("--to", help=options.BACKUP_FOLDER, show_default=False),
]


def add_to(app: typer.Typer, journal_app: typer.Typer) -> None:
    """Add the commands of this module to the program; those about a journal under ``journal``."""
    key_app = typer.Typer(help=options.KEY, no_args_is_help=True)
    app.command("backup", help=commands.BACKUP)(back_up)
    app.command("backups", help=commands.BACKUPS)(list_backups)
    app.command("restore", help=commands.RESTORE)(restore)
    app.add_typer(key_app, name="key")
    key_app.command("export", help=commands.KEY_EXPORT)(export_key)
    key_app.command("import", help=commands.KEY_IMPORT)(import_key)
    journal_app.command("accept", help=commands.JOURNAL_ACCEPT)(accept)


def back_up(
    to: Folder = None,
    check: Annotated[bool, typer.Option("--check", help=options.BACKUP_CHECK)] = False,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Make a sealed backup of the journal now."""
    places = Places(data_dir, settings)

    async def work(speaker: Speaker) -> Exit:
        path = await safekeeping.back_up(places, to)
        if check:
            outcome = await asyncio.to_thread(safekeeping.try_backup, places, path)
            return _say_check(speaker, path, outcome)
        speaker.say(
            {"path": str(path), "size_bytes": path.stat().st_size}, [command_line.wrote(path)]
        )
        return Exit.DONE

    return alone(as_json, work)


def list_backups(
    to: Folder = None,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """List the backups, newest first; each was read and checked to its end."""
    places = Places(data_dir, settings)

    async def work(speaker: Speaker) -> Exit:
        found = await asyncio.to_thread(safekeeping.backups, places, to)
        lines = [_listed_line(one) for one in found]
        speaker.say([_listed_document(one) for one in found], lines or [command_line.NO_BACKUPS])
        return Exit.JOURNAL if any(one.trouble for one in found) else Exit.DONE

    return alone(as_json, work)


def restore(  # noqa: PLR0917 - one parameter for each option
    backup: Annotated[Path, typer.Argument(help=options.BACKUP_FILE)],
    to: Annotated[
        Path | None,
        typer.Option("--to", help=options.RESTORE_TO, show_default=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help=options.RESTORE_CHECK)] = False,
    set_aside: Annotated[bool, typer.Option("--set-aside", help=options.RESTORE_SET_ASIDE)] = False,
    number: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Put a backup back as a journal, or only check that it could be put back."""
    places = Places(data_dir, settings)

    async def work(speaker: Speaker) -> Exit:
        if check == (to is not None):
            raise OptionError("--to", OptionProblem.FOLDER_OR_CHECK, command_line.FOLDER_OR_CHECK)
        if to is None:
            outcome = await asyncio.to_thread(safekeeping.try_backup, places, backup)
            return _say_check(speaker, backup, outcome)
        return await _put_back(to, speaker)

    async def _put_back(target: Path, speaker: Speaker) -> Exit:
        by = read_proofs(Who(number)).actor
        outcome, restored = await safekeeping.restore(
            places, backup, target, by, is_set_aside=set_aside
        )
        aside = str(restored.moved_to) if restored.moved_to else None
        document: Document = {
            **_check_document(backup, outcome),
            "to": str(restored.directory),
            "set_aside": aside,
            "behind": [findings.clause(one) for one in restored.behind],
            "behind_findings": [finding_document(one) for one in restored.behind],
        }
        lines = [command_line.journal_is_in(restored.directory), command_line.HELD_NEXT]
        if aside:
            lines.insert(0, command_line.kept_in(aside))
        lines += [command_line.known_beyond(findings.clause(one)) for one in restored.behind]
        speaker.say(document, lines)
        if outcome.findings:
            speaker.warn(command_line.RESTORED_UNSOUND)
        return Exit.DONE

    return alone(as_json, work)


def accept(  # noqa: PLR0917 - one parameter for each option
    reason: Annotated[str, typer.Option("--reason", help=options.ACCEPT_REASON)],
    by: Annotated[str, typer.Option("--by", help=options.ACCEPT_BY)] = "",
    number: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Let the till use a journal again that was altered, or is not as the till left it."""
    places = Places(data_dir, settings)

    async def work(speaker: Speaker) -> Exit:
        proof = read_proofs(Who(number)).actor
        found = await safekeeping.accept(places, proof, name=by, reason=reason)
        said = [findings.clause(one) for one in found]
        lines = [
            *(command_line.accepted(one) for one in said),
            command_line.ACCEPTED_NEXT,
        ]
        document: Document = {
            "accepted": said,
            "findings": [finding_document(one) for one in found],
        }
        speaker.say(document, lines if found else [command_line.NOTHING_TO_ACCEPT])
        return Exit.DONE

    return alone(as_json, work)


def export_key(
    to: Annotated[Path, typer.Option("--to", help=options.EXPORT_TO)],
    number: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Write the till's key into a file under a passphrase, to be kept away from the till."""
    places = Places(data_dir, settings)

    async def write(speaker: Speaker) -> Exit:
        _refuse_to_replace(to)
        by = read_proofs(Who(number)).actor
        text = await safekeeping.export_key(places, _ask_passphrase(is_new=True), by)
        _write_new(to, text)
        speaker.say(
            {"path": str(to)},
            [command_line.wrote(to), command_line.KEEP_APART],
        )
        return Exit.DONE

    return alone(as_json, partial(_keyed, write))


def import_key(
    recovery: Annotated[Path, typer.Argument(help=options.IMPORT_FILE)],
    number: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Put a till's key into a folder that has none, so that its backups can be opened there."""
    places = Places(data_dir, settings)

    async def write(speaker: Speaker) -> Exit:
        try:
            with recovery.open("rb") as file:
                text = file.read(_RECOVERY_BYTES_MAX).decode("utf-8", "replace")
        except OSError as error:
            said = command_line.file_not_read(error.strerror)
            raise OptionError("recovery", OptionProblem.FILE_NOT_READ, said) from None
        by = read_proofs(Who(number)).actor
        passphrase = _ask_passphrase(is_new=False)
        place = await safekeeping.import_key(places, text, passphrase, by)
        name = KEY_FILE_NAME if place is KeyPlace.FILE else ""
        speaker.say({"key_in": place.value}, [command_line.key_is_in(name)])
        return Exit.DONE

    return alone(as_json, partial(_keyed, write))


async def _keyed(write: Callable[[Speaker], Awaitable[Exit]], speaker: Speaker) -> Exit:
    """Do what is about the key, and say in its own words why it cannot be done."""
    try:
        return await write(speaker)
    except VaultUnavailableError as error:
        said = command_line.sentence(keys.no_key(error.cause))
        return speaker.fail(Exit.JOURNAL, "key", said, error.cause)


def _refuse_to_replace(path: Path) -> None:
    if os.path.lexists(path):
        raise OptionError("--to", OptionProblem.FILE_IS_THERE, command_line.FILE_IS_THERE)


def _ask_passphrase(*, is_new: bool) -> Secret:
    return Secret(read_secret(command_line.PASSPHRASE, is_new=is_new))


def _write_new(path: Path, text: str) -> None:
    """Write a new file that only its owner may read."""
    try:
        make_file(path, text.encode("ascii"), is_own=False)
    except OSError as error:
        said = command_line.file_not_written(error.strerror)
        raise OptionError("--to", OptionProblem.FILE_NOT_WRITTEN, said) from None


def _check_document(path: Path, check: RestoreCheck) -> Document:
    return {
        "path": str(path),
        "is_good": not check.findings,
        "made_at": check.made_at or None,
        # Scripts of this major version read the old word.
        "counts": check.counts | {"happening": check.counts.get("event", 0)},
        "last_slip_number": check.last_slip_number,
        "findings": [finding_document(one) for one in check.findings],
    }


def _say_check(speaker: Speaker, path: Path, check: RestoreCheck) -> Exit:
    """Say whether a backup can be put back, and what is in it."""
    counts = command_line.counts(check.counts)
    lines = [command_line.checked_backup(path.name, check.made_at, counts, check.last_slip_number)]
    lines += [findings.line(one) for one in check.findings]
    if not check.findings:
        lines.append(command_line.BACKUP_GOOD)
    speaker.say(_check_document(path, check), lines)
    if not check.findings:
        return Exit.DONE
    speaker.warn(command_line.BACKUP_UNSOUND)
    return Exit.JOURNAL


def _listed_document(one: ListedBackup) -> Document:
    return {
        "path": str(one.path),
        "made_at": one.made_at.isoformat() if one.made_at else None,
        "size_bytes": one.size_bytes,
        "is_whole": not one.trouble,
        "trouble": backups.no_backup(one.trouble) if one.trouble else None,
        **cause_document(one.trouble),
    }


def _listed_line(one: ListedBackup) -> str:
    trouble = backups.no_backup(one.trouble) if one.trouble else ""
    return command_line.listed_backup(one.made_at, one.size_bytes, trouble, one.path)
