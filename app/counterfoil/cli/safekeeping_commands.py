"""The commands that keep the journal safe: backup, restore check, restore, accept, and the key."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from counterfoil import safekeeping
from counterfoil.adapters.files import make_file
from counterfoil.adapters.journal.backups import Drill, ListedBackup
from counterfoil.adapters.system.vault import KEY_FILE_NAME, KeyPlace
from counterfoil.bootstrap import Places
from counterfoil.cli.exits import Exit
from counterfoil.cli.running import AsJson, DataDir, SettingsFile, leave
from counterfoil.cli.speaker import Speaker
from counterfoil.cli.typed_fields import read_secret
from counterfoil.domain.failures import EntryError, VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.presentation.documents import Document

_RECOVERY_BYTES_MAX = 64 * 1024
HELD_NEXT = "The next start is held until a supervisor accepts it: counterfoil journal accept"

Folder = Annotated[
    Path | None,
    typer.Option("--to", help="Another folder than the settings name.", show_default=False),
]


def add_to(app: typer.Typer, journal_app: typer.Typer) -> None:
    """Add these commands to the program's; those about a journal go under ``journal``."""
    key_app = typer.Typer(help="Take the till's key to another machine.", no_args_is_help=True)
    app.command("backup")(back_up)
    app.command("backups")(list_backups)
    app.command("restore")(restore)
    app.add_typer(key_app, name="key")
    key_app.command("export")(export_key)
    key_app.command("import")(import_key)
    journal_app.command("accept")(accept)


def back_up(
    to: Folder = None,
    check: Annotated[bool, typer.Option("--check", help="Then try to open it.")] = False,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a sealed backup of the journal now."""
    places, speaker = Places(data_dir, settings), Speaker(as_json=as_json)

    async def work() -> Exit:
        path = await safekeeping.back_up(places, to)
        if check:
            drill = await asyncio.to_thread(safekeeping.try_backup, places, path)
            return _say_drill(speaker, path, drill)
        speaker.say({"path": str(path), "size_bytes": path.stat().st_size}, [f"Wrote {path}"])
        return Exit.DONE

    leave(speaker, work())


def list_backups(
    to: Folder = None,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """List the backups, newest first, each read to its end."""
    places, speaker = Places(data_dir, settings), Speaker(as_json=as_json)

    async def work() -> Exit:
        found = await asyncio.to_thread(safekeeping.backups, places, to)
        lines = [_listed_line(one) for one in found]
        speaker.say([_listed_document(one) for one in found], lines or ["No backups yet."])
        return Exit.JOURNAL if any(one.trouble for one in found) else Exit.DONE

    leave(speaker, work())


def restore(  # noqa: PLR0917 - one parameter for each option
    backup: Annotated[Path, typer.Argument(help="The file of a backup.")],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="The till's folder that gets the journal.", show_default=False),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only try it: write nothing anywhere.")
    ] = False,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Move a journal that is there aside; it is kept.")
    ] = False,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup back as a journal, or only try it."""
    places, speaker = Places(data_dir, settings), Speaker(as_json=as_json)

    async def work() -> Exit:
        if check == (to is not None):
            raise EntryError("--to", "give either the folder that gets the journal, or --check")
        if to is None:
            drill = await asyncio.to_thread(safekeeping.try_backup, places, backup)
            return _say_drill(speaker, backup, drill)
        return await asyncio.to_thread(_put_back, to)

    def _put_back(target: Path) -> Exit:
        drill, restored = safekeeping.restore(places, backup, target, is_set_aside=set_aside)
        aside = str(restored.moved_to) if restored.moved_to else None
        document: Document = {
            **_drill_document(backup, drill),
            "to": str(restored.directory),
            "set_aside": aside,
            "behind": list(restored.behind),
        }
        lines = [f"The journal is in {restored.directory}.", HELD_NEXT]
        if aside:
            lines.insert(0, f"The journal that was there is kept in {aside}.")
        lines += [f"What is known beyond the backup: {one}." for one in restored.behind]
        speaker.say(document, lines)
        if drill.findings:
            speaker.warn("The journal in the backup is not sound: counterfoil journal verify")
        return Exit.DONE

    leave(speaker, work())


def accept(
    by: Annotated[str, typer.Option("--by", help="Who accepts it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is as it is.")],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Let a journal go on that is held, or has altered records: it is not as the till left it."""
    places, speaker = Places(data_dir, settings), Speaker(as_json=as_json)

    async def work() -> Exit:
        found = await asyncio.to_thread(safekeeping.accept, places, by=by, reason=reason)
        lines = [
            *(f"Accepted: {one}." for one in found),
            "It is written in the journal. Next: counterfoil recover, or open the till.",
        ]
        speaker.say({"accepted": list(found)}, lines if found else ["There is nothing to accept."])
        return Exit.DONE

    leave(speaker, work())


def export_key(
    to: Annotated[Path, typer.Option("--to", help="The file to write; it must not be there.")],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the till's key into a file under a passphrase. Keep it away from the till."""
    places, speaker = Places(data_dir, settings), Speaker(as_json=as_json)

    def write() -> Exit:
        if os.path.lexists(to):
            raise EntryError("--to", "there is a file of this name; it is not written over")
        text = safekeeping.export_key(places, _ask_passphrase(is_new=True))
        _write_new(to, text)
        speaker.say(
            {"path": str(to)},
            [f"Wrote {to}", "Keep it and its passphrase apart, and both away from the till."],
        )
        return Exit.DONE

    leave(speaker, _keyed(speaker, write))


def import_key(
    recovery: Annotated[Path, typer.Argument(help="The file that `key export` wrote.")],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a till's key into a folder that has none. Then its backups open there."""
    places, speaker = Places(data_dir, settings), Speaker(as_json=as_json)

    def write() -> Exit:
        try:
            with recovery.open("rb") as file:
                text = file.read(_RECOVERY_BYTES_MAX).decode("utf-8", "replace")
        except OSError as error:
            raise EntryError("recovery", f"cannot be read: {error.strerror}") from None
        place = safekeeping.import_key(places, text, _ask_passphrase(is_new=False))
        in_file = f"in {KEY_FILE_NAME} in the till's folder"
        where = in_file if place is KeyPlace.FILE else "in this system's keyring"
        speaker.say({"key_in": place.value}, [f"The key is now {where}."])
        return Exit.DONE

    leave(speaker, _keyed(speaker, write))


async def _keyed(speaker: Speaker, write: Callable[[], Exit]) -> Exit:
    """Do what is about the key, and say in its own words why it cannot be done."""
    try:
        return write()
    except VaultUnavailableError as error:
        text = str(error)
        return speaker.fail(Exit.JOURNAL, "key", f"{text[:1].upper()}{text[1:]}.")


def _ask_passphrase(*, is_new: bool) -> Secret:
    return Secret(read_secret("Passphrase", is_new=is_new))


def _write_new(path: Path, text: str) -> None:
    """Write a new file that only its owner may read."""
    try:
        make_file(path, text.encode("ascii"), is_own=False)
    except OSError as error:
        raise EntryError("--to", f"cannot be written: {error.strerror}") from None


def _drill_document(path: Path, drill: Drill) -> Document:
    return {
        "path": str(path),
        "is_good": not drill.findings,
        "made_at": drill.made_at or None,
        # Scripts of this major version read the old word.
        "counts": drill.counts | {"happening": drill.counts.get("event", 0)},
        "last_slip_number": drill.last_slip_number,
        "findings": [{"where": one.where, "what": one.what} for one in drill.findings],
    }


def _say_drill(speaker: Speaker, path: Path, drill: Drill) -> Exit:
    """Say whether a backup can be put back, and what is in it."""
    counts = ", ".join(f"{count} {table}s" for table, count in drill.counts.items())
    made = f"made {drill.made_at}" if drill.made_at else "made before an update"
    lines = [f"{path.name}, {made}: {counts}, last slip {drill.last_slip_number}."]
    lines += [f"{one.where}: {one.what}" for one in drill.findings]
    if not drill.findings:
        lines.append("The backup is good: it opens, and everything in it is as it was written.")
    speaker.say(_drill_document(path, drill), lines)
    if not drill.findings:
        return Exit.DONE
    speaker.warn("The backup opens, but the journal in it is not sound.")
    return Exit.JOURNAL


def _listed_document(one: ListedBackup) -> Document:
    return {
        "path": str(one.path),
        "made_at": one.made_at.isoformat() if one.made_at else None,
        "size_bytes": one.size_bytes,
        "is_whole": not one.trouble,
        "trouble": one.trouble or None,
    }


def _listed_line(one: ListedBackup) -> str:
    made = f"{one.made_at.astimezone():%Y-%m-%d %H:%M}" if one.made_at else "before an update"
    return f"{made:<16}  {one.size_bytes:>12}  {one.trouble or 'whole'}  {one.path}"
