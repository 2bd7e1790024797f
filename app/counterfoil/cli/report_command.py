"""The command ``report``: what was taken over some days, as a table, CSV, JSON or PDF."""

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.adapters.files import make_file
from counterfoil.adapters.printing.report_pdf import draw_report
from counterfoil.cli.acting import ApprovedBy, As, Hand, Who
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import AsJson, DataDir, InTill, SettingsFile, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.report import Days, Report, ReportKind, local_day
from counterfoil.presentation.report_output import csv_of, days_document, read_day
from counterfoil.presentation.words import command_line, options, reports
from counterfoil.service.commands import ReadReport


class ReportFormat(StrEnum):
    """How a report is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PDF = "pdf"


def report(  # noqa: PLR0917 - one parameter for each option
    kind: Annotated[ReportKind, typer.Argument(help=options.REPORT_KIND)],
    first: Annotated[str, typer.Option("--from", help=options.REPORT_FROM)] = "",
    last: Annotated[str, typer.Option("--to", help=options.REPORT_TO)] = "",
    written: Annotated[
        ReportFormat, typer.Option("--format", help=options.REPORT_FORMAT)
    ] = ReportFormat.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", help=options.REPORT_OUTPUT, show_default=False)
    ] = None,
    by: As = "",
    approved_by: ApprovedBy = "",
    reason: Annotated[str, typer.Option("--reason", help=options.REASON)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Add up what was taken over some days; nothing is changed."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        if written is ReportFormat.PDF and output is None:
            said = command_line.PDF_NEEDS_FILE
            raise OptionError("--output", OptionProblem.FILE_NEEDED, said)
        days = _days(hand, first, last)
        found = await hand.run(ReadReport(kind=kind, days=days))
        if output is None:
            _say(hand, speaker, found, written)
        else:
            path = speaker.folder / output
            # The window does this for the command line, and its sales wait for no drawing or disk.
            await asyncio.to_thread(lambda: _write(path, _content(hand, found, written)))
            document = days_document(found) | {"output": str(output)}
            speaker.say(document, [command_line.wrote(output)])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(by, approved_by, reason))


def _days(hand: Hand, first: str, last: str) -> Days:
    """Read the days: today without any, and one day where only one is typed."""
    today = local_day(hand.till.clock.now().wall)
    days = {}
    for option, text in (("--from", first), ("--to", last)):
        found = read_day(text) if text else None
        if text and found is None:
            raise OptionError(option, OptionProblem.NOT_ONE_OF, command_line.DAY)
        days[option] = found
    begins = days["--from"] or days["--to"] or today
    ends = days["--to"] or (max(today, begins) if days["--from"] else begins)
    if ends < begins:
        raise OptionError("--to", OptionProblem.NOT_ONE_OF, command_line.DAYS_TURNED)
    return Days(begins, ends)


def _say(hand: Hand, speaker: Speaker, found: Report, written: ReportFormat) -> None:
    document = days_document(found)
    match written:
        case ReportFormat.JSON:
            Speaker(as_json=True, terminal=speaker.terminal).say(document, [])
        case ReportFormat.CSV:
            speaker.say(document, csv_of(found).splitlines())
        case _:
            sheet = reports.sheet_of(found, hand.till.profile, is_wide=True)
            speaker.say(document, reports.lines_of(sheet))


def _content(hand: Hand, found: Report, written: ReportFormat) -> bytes:
    sheet = reports.sheet_of(found, hand.till.profile, is_wide=True)
    match written:
        case ReportFormat.PDF:
            return draw_report(sheet)
        case ReportFormat.CSV:
            return csv_of(found).encode()
        case ReportFormat.JSON:
            return json.dumps(days_document(found), indent=2).encode()
        case ReportFormat.TABLE:
            return "\n".join([*reports.lines_of(sheet), ""]).encode()


def _write(path: Path, content: bytes) -> None:
    try:
        make_file(path, content, is_own=False)
    except FileExistsError:
        said = command_line.FILE_IS_THERE
        raise OptionError("--output", OptionProblem.FILE_IS_THERE, said) from None
    except OSError as error:
        said = command_line.file_not_written(error.strerror)
        raise OptionError("--output", OptionProblem.FILE_NOT_WRITTEN, said) from None
