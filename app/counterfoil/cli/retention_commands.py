"""The commands about personal data: what is kept, removing it now, and an export."""

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.adapters.files import make_file
from counterfoil.cli.acting import ApprovedBy, As, Hand, Reason, Who
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import AsJson, DataDir, InTill, SettingsFile, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.causes.entry import EntryProblem
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.retention import WhyKept, kinds_of
from counterfoil.presentation.csv_table import csv_text
from counterfoil.presentation.documents import Document
from counterfoil.presentation.words import command_line, commands, entries, options, retention
from counterfoil.service.commands import ExportPhone, ShredDue

retention_app = typer.Typer(help=options.RETENTION, invoke_without_command=True)


@retention_app.callback(help=commands.RETENTION)
def table(
    context: typer.Context,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill | None:
    """Show which personal data is kept for how long, and what is due to be removed."""
    if context.invoked_subcommand is not None:
        return None

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        kept, backup = hand.till.retention.retention, hand.till.settings.backup
        state = await hand.till.retention.state()
        document: Document = {
            "days": {kind.value: days for kind, days in kept.days.items()},
            "backup": {"keep": backup.keep, "keep_days": backup.keep_days},
            "due": state.due,
            "held": {why.value: state.held.get(why, 0) for why in WhyKept},
        }
        table_said = retention.table_lines(kept, backup.keep, backup.keep_days)
        speaker.say(document, [*table_said, *retention.state_lines(state)])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


@retention_app.command("run", help=commands.RETENTION_RUN)
def run(  # noqa: PLR0917 - one parameter for each option
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
    approved_by: ApprovedBy = "",
    approval_reason: Reason = "",
) -> InTill:
    """Remove what is due now; the till does so by itself once a day."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        done, backup = await hand.run(ShredDue()), hand.till.settings.backup
        document: Document = {"shredded": done.shredded, "kept": done.kept}
        lines = [retention.done_line(done.shredded, done.kept)]
        if done.shredded:
            lines.append(retention.backups_line(backup.keep, backup.keep_days))
        speaker.say(document, lines)
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(number, approved_by, approval_reason))


@retention_app.command("export", help=commands.RETENTION_EXPORT)
def export(  # noqa: PLR0917 - one parameter for each option
    phone: Annotated[str, typer.Option("--phone", help=options.PHONE)],
    to: Annotated[
        Path | None, typer.Option("--to", help=options.PHONE_TO, show_default=False)
    ] = None,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
    approved_by: ApprovedBy = "",
    approval_reason: Reason = "",
) -> InTill:
    """Give all that is stored about one phone number."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        try:
            sought = hand.till.phones.parse(phone)
        except ValueError:
            said = entries.NOT_A_PHONE
            raise OptionError("--phone", EntryProblem.NOT_A_PHONE, said) from None
        found = await hand.run(ExportPhone(sought))
        backup = hand.till.settings.backup
        lines = [retention.found_line(found), *map(retention.export_line, found)]
        lines = lines if found else [retention.NOTHING_STORED]
        if to is not None:
            _write(to, csv_text(_HEADS, map(_cells, found)))
            lines.append(command_line.wrote(to))
        lines.append(retention.backups_line(backup.keep, backup.keep_days))
        speaker.say([_document(one) for one in found], lines)
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(number, approved_by, approval_reason))


def _write(path: Path, text: str) -> None:
    try:
        make_file(path, text.encode(), is_own=False)
    except FileExistsError:
        raise OptionError("--to", OptionProblem.FILE_IS_THERE, command_line.FILE_IS_THERE) from None
    except OSError as error:
        said = command_line.file_not_written(error.strerror)
        raise OptionError("--to", OptionProblem.FILE_NOT_WRITTEN, said) from None


def _document(one: Redemption) -> Document:
    """Return what is stored of a redemption; of the number only what a slip shows of it."""
    is_there = one.shredded_at is None
    return {
        "reference": one.reference,
        "slip_number": one.slip_number,
        "created_at": one.created_at.isoformat(),
        "state": one.state.value,
        "type": one.type_id,
        "name": one.type_name,
        "upstream": one.upstream,
        "voucher_tail": one.voucher_tail,
        "redeemed_cents": one.redeemed_cents,
        "currency": one.currency,
        "phone": one.sms_to,
        "holds": [kind.value for kind in kinds_of(one)] if is_there else [],
        "removed_at": one.shredded_at.isoformat() if one.shredded_at else None,
    }


_HEADS = (
    *("reference", "slip_number", "created_at", "state", "type", "name", "upstream"),
    *("voucher_tail", "redeemed_cents", "currency", "phone", "holds", "removed_at"),
)


def _cells(one: Redemption) -> list[object]:
    document = _document(one)
    holds = " ".join(kind.value for kind in kinds_of(one)) if one.shredded_at is None else ""
    return [holds if head == "holds" else document[head] for head in _HEADS]
