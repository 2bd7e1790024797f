"""The commands that say who works at the till. No PIN, passphrase, code or badge is an option."""

from typing import Annotated

import typer

from counterfoil.cli.acting import As, Hand, Who
from counterfoil.cli.exits import Exit
from counterfoil.cli.running import AsJson, DataDir, InTill, SettingsFile, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.language import Language
from counterfoil.domain.secret import Secret
from counterfoil.presentation.words import command_line, commands, options
from counterfoil.service.commands import (
    AcknowledgeRecovery,
    AddPerson,
    Command,
    LockPerson,
    MakeFirstManager,
    RecoverManager,
    SetBadge,
    SetPin,
    SetRole,
    UnlockPerson,
)

staff_app = typer.Typer(help=options.STAFF, no_args_is_help=True)

Number = Annotated[str, typer.Argument(help=options.NUMBER)]
Name = Annotated[str, typer.Option("--name", help=options.NAME)]


@staff_app.command("list", help=commands.STAFF_LIST)
def list_staff(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> InTill:
    """List who works here."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        staff = await hand.till.staff.staff()
        documents = [
            {
                "number": one.number,
                "name": one.name,
                "role": one.role,
                "is_locked": one.is_locked,
                "has_badge": one.has_badge,
                "failures": one.failures,
                "language": one.language,
            }
            for one in staff
        ]
        lines = [
            command_line.staff_line(
                one.number,
                one.name,
                one.role,
                is_locked=one.is_locked,
                has_badge=one.has_badge,
                language=one.language,
            )
            for one in staff
        ]
        speaker.say(documents, lines or [command_line.NOBODY_YET])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


@staff_app.command("begin", help=commands.STAFF_BEGIN)
def begin(
    number: Number,
    name: Name,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Make the first manager of a till without staff."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        passphrase = await _new_secret(speaker, command_line.NEW_PASSPHRASE)
        code = await hand.run(MakeFirstManager(number, name, passphrase))
        return _say_code(speaker, code)

    return in_till(data_dir, settings, as_json, command)


@staff_app.command("recover", help=commands.STAFF_RECOVER)
def recover_manager(
    number: Number,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Give a manager a new passphrase; the recovery code proves it."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        code = Secret(await speaker.ask(command_line.RECOVERY_CODE))
        passphrase = await _new_secret(speaker, command_line.NEW_PASSPHRASE)
        await hand.run(RecoverManager(code, number, passphrase))
        return _say_done(speaker, number)

    return in_till(data_dir, settings, as_json, command)


@staff_app.command("acknowledge", help=commands.STAFF_ACKNOWLEDGE)
def acknowledge(
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Say that a manager knows that the recovery code was used."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        return _say_code(speaker, await hand.run(AcknowledgeRecovery()))

    return in_till(data_dir, settings, as_json, command, Who(by))


@staff_app.command("add", help=commands.STAFF_ADD)
def add(  # noqa: PLR0917 - one parameter for each option
    number: Number,
    name: Name,
    role: Annotated[str, typer.Option("--role", help=options.ROLE)],
    language: Annotated[Language | None, typer.Option("--language", help=options.LANGUAGE)] = None,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Add a person to the staff."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        pin = await _new_secret(speaker, command_line.NEW_PIN)
        await hand.run(AddPerson(number, name, role, pin, language))
        return _say_done(speaker, number)

    return in_till(data_dir, settings, as_json, command, Who(by))


@staff_app.command("reset", help=commands.STAFF_RESET)
def reset(
    number: Number,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Give somebody a new PIN."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        await hand.run(SetPin(number, await _new_secret(speaker, command_line.NEW_PIN)))
        return _say_done(speaker, number)

    return in_till(data_dir, settings, as_json, command, Who(by))


@staff_app.command("badge", help=commands.STAFF_BADGE)
def set_badge(  # noqa: PLR0917 - one parameter for each option
    number: Number,
    remove: Annotated[bool, typer.Option("--remove", help=options.REMOVE_BADGE)] = False,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Give somebody a badge, or take theirs away."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        badge = None if remove else Secret(await speaker.ask(command_line.BADGE))
        await hand.run(SetBadge(number, badge))
        return _say_done(speaker, number)

    return in_till(data_dir, settings, as_json, command, Who(by))


@staff_app.command("role", help=commands.STAFF_ROLE)
def set_role(  # noqa: PLR0917 - one parameter for each option
    number: Number,
    role: Annotated[str, typer.Argument(help=options.ROLE)],
    new_pin: Annotated[bool, typer.Option("--new-pin", help=options.NEW_PIN)] = False,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Give somebody another role."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        pin = await _new_secret(speaker, command_line.NEW_PIN) if new_pin else None
        await hand.run(SetRole(number, role, pin))
        return _say_done(speaker, number)

    return in_till(data_dir, settings, as_json, command, Who(by))


@staff_app.command("lock", help=commands.STAFF_LOCK)
def lock(
    number: Number,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Lock somebody's entry, so that they cannot sign in."""
    return _change(LockPerson(number), number, Who(by), data_dir, settings, as_json)


@staff_app.command("unlock", help=commands.STAFF_UNLOCK)
def unlock(
    number: Number,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Let somebody who was locked sign in again."""
    return _change(UnlockPerson(number), number, Who(by), data_dir, settings, as_json)


def _change(  # noqa: PLR0917
    wanted: Command[None],
    number: str,
    who: Who,
    data_dir: DataDir,
    settings: SettingsFile,
    as_json: bool,
) -> InTill:
    async def command(hand: Hand, speaker: Speaker) -> Exit:
        await hand.run(wanted)
        return _say_done(speaker, number)

    return in_till(data_dir, settings, as_json, command, who)


async def _new_secret(speaker: Speaker, label: str) -> Secret:
    return Secret(await speaker.ask(label, is_new=True))


def _say_code(speaker: Speaker, code: Secret) -> Exit:
    """Say a recovery code, this once."""
    shown = code.reveal()
    speaker.say(
        {"recovery_code": shown}, [command_line.recovery_code(shown), command_line.CODE_ONCE]
    )
    return Exit.DONE


def _say_done(speaker: Speaker, number: str) -> Exit:
    speaker.say({"number": number}, [command_line.DONE])
    return Exit.DONE
