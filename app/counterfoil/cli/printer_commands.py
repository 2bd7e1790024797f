"""The commands about printing: a slip as a file, the list of printers, and a test of one."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, assert_never

import typer

from counterfoil.adapters.printing.file_printer import FilePrinter
from counterfoil.adapters.printing.finding import find_printers
from counterfoil.adapters.printing.queues import resume_queue
from counterfoil.adapters.printing.slip_formats import Rendering, SlipFormat, rendering
from counterfoil.adapters.settings.till_settings import (
    FolderChoice,
    NetworkChoice,
    NoPrinter,
    PrinterChoice,
    QueueChoice,
    ReceiptChoice,
    SerialChoice,
    UsbChoice,
    load_settings,
)
from counterfoil.bootstrap import Places, Till, print_test_slip
from counterfoil.cli.acting import ApprovedBy, As, Hand, Reason, Who
from counterfoil.cli.exits import Exit
from counterfoil.cli.finding import find
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import Alone, AsJson, DataDir, InTill, SettingsFile, alone, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.paper import PAPERS
from counterfoil.domain.printer_profile import GENERIC_80, GENERICS, PrinterProfile
from counterfoil.domain.printing import has_slip
from counterfoil.ports.printer import NotSent, Sent, Uncertain
from counterfoil.presentation.documents import Document
from counterfoil.presentation.words import command_line, commands, failures, options, printers
from counterfoil.service.commands import PrintSlip


def add_printing_to(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    printer_app = typer.Typer(help=options.PRINTER, no_args_is_help=True)
    app.command("slip", help=commands.SLIP)(print_slip)
    app.command("printers", help=commands.PRINTERS)(list_printers)
    app.add_typer(printer_app, name="printer")
    printer_app.command("test", help=commands.PRINTER_TEST)(try_printer)
    printer_app.command("resume", help=commands.PRINTER_RESUME)(resume_printer)


def print_slip(  # noqa: PLR0917 - one parameter for each option
    redemption: Annotated[str, typer.Argument(help=options.REDEMPTION)],
    output: Annotated[Path, typer.Option("--output", help=options.SLIP_OUTPUT)],
    wanted: Annotated[
        SlipFormat, typer.Option("--format", help=options.SLIP_FORMAT)
    ] = SlipFormat.PDF,
    paper: Annotated[str, typer.Option("--paper", help=options.SLIP_PAPER)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
    approved_by: ApprovedBy = "",
    approval_reason: Reason = "",
) -> InTill:
    """Write a redemption's slip into a file. Every one after the first says COPY."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        found = await find(till, redemption)
        is_void = (await till.slips.details(found)).void is not None
        if not has_slip(found, is_void=is_void):
            return speaker.fail(Exit.REFUSED, "no_slip", command_line.NO_SLIP)
        drawing = _rendering(till, wanted, paper)
        path = speaker.folder / output if str(output) != "-" else output
        printer = FilePrinter(path, drawing, own_folder=till.directory)
        try:
            objection = printer.objection()
            if objection is not None:
                raise OptionError("--output", objection, command_line.slip_file(objection))
            job, outcome = await hand.run(PrintSlip(found.id, printer))
        finally:
            await printer.close()
        if isinstance(outcome, NotSent):
            said = failures.print_trouble(outcome.trouble)
            return speaker.fail(Exit.REFUSED, outcome.trouble.value, said)
        document: Document = {
            "output": str(output),
            "format": wanted.value,
            "reference": found.reference,
            "kind": job.kind.value,
            "copy_number": job.copy_number,
        }
        warned = [command_line.CODE_IS_SHOWN] if found.has_change_pin else []
        if isinstance(outcome, Uncertain):
            trouble = outcome.trouble
            said = command_line.may_be_written(output, failures.print_trouble(trouble), warned)
            return speaker.fail(Exit.UNKNOWN, trouble.value, said, beside=document)
        speaker.say(document, [command_line.wrote(output), *warned])
        return Exit.DONE

    who = Who(number, approved_by, approval_reason)
    return in_till(data_dir, settings, as_json, command, who)


def list_printers(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> Alone:
    """Say where slips go, and which printers this machine knows."""

    async def work(speaker: Speaker) -> Exit:
        chosen = load_settings(Places(data_dir, settings).file)
        kind, name = _named(chosen.printer)
        columns = chosen.profile.slip_columns
        document: dict[str, object] = {
            "chosen": {"kind": kind, "name": name, "columns": columns},
            "fallback": None,
        }
        is_none = isinstance(chosen.printer, NoPrinter)
        lines = [printers.NO_PRINTER if is_none else printers.chosen_line(kind, name, columns)]
        if chosen.fallback is not None:
            kind, name = _named(chosen.fallback.printer)
            document["fallback"] = {"kind": kind, "name": name}
            lines.append(printers.fallback_line(kind, name))
        found = await asyncio.to_thread(find_printers)
        document["found"] = [asdict(one) for one in found]
        lines += [printers.printer_line(one.kind, one.name, one.model) for one in found]
        speaker.say(document, lines if found else [*lines, printers.NONE_FOUND])
        return Exit.DONE

    return alone(as_json, work)


def try_printer(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> Alone:
    """Print a test slip on the printer of the settings, whether the till is open or not."""

    async def work(speaker: Speaker) -> Exit:
        printer, outcome = await print_test_slip(Places(data_dir, settings))
        if not isinstance(outcome, Sent):
            code = Exit.REFUSED if isinstance(outcome, NotSent) else Exit.UNKNOWN
            said = printers.trouble(outcome.trouble)
            return speaker.fail(code, outcome.trouble.value, said)
        document = {"printer": printer.describe(), "where": outcome.where}
        speaker.say(document, [printers.test_sent(outcome.where), printers.LOOK_AT_PAPER])
        return Exit.DONE

    return alone(as_json, work)


def resume_printer(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> Alone:
    """Start the paused print queue of the settings again; what waits in it is printed."""

    async def work(speaker: Speaker) -> Exit:
        chosen = load_settings(Places(data_dir, settings).file).printer
        if not isinstance(chosen, QueueChoice):
            return speaker.fail(Exit.REFUSED, "no_queue", printers.NO_QUEUE)
        if not await asyncio.to_thread(resume_queue, chosen.name):
            return speaker.fail(Exit.REFUSED, "not_resumed", printers.NOT_RESUMED)
        speaker.say({"queue": chosen.name}, [printers.resumed(chosen.name)])
        return Exit.DONE

    return alone(as_json, work)


def _named(chosen: PrinterChoice) -> tuple[str, str]:
    """Return a printer's kind as the settings say it, and its name."""
    match chosen:
        case QueueChoice(name):
            return "queue", name
        case NetworkChoice(host, port):
            return "network", f"{host}:{port}"
        case UsbChoice(device):
            return "usb", device
        case SerialChoice(device):
            return "serial", device
        case FolderChoice(folder):
            return "folder", str(folder or "")
        case NoPrinter():
            return "none", ""
        case _:
            assert_never(chosen)


def _rendering(till: Till, wanted: SlipFormat, named: str) -> Rendering:
    """Return how the till writes a slip for the paper that was named, else for its own."""
    if named not in {"", *PAPERS}:
        raise _no_paper(PAPERS)
    if wanted is SlipFormat.ESCPOS and named not in {"", *GENERICS}:
        raise _no_paper(GENERICS)
    paper = PAPERS[named] if named else till.drawing.paper
    profile = GENERICS[named] if named in GENERICS else _profile(till)
    return rendering(wanted, till.symbols, paper=paper, profile=profile)


def _profile(till: Till) -> PrinterProfile:
    """Return the model of the till's printer; a till that draws its slips has any model."""
    chosen = till.settings.printer
    if isinstance(chosen, ReceiptChoice | QueueChoice):
        return chosen.profile
    columns = till.profile.slip_columns
    fitting = (one for one in GENERICS.values() if one.columns == columns)
    return next(fitting, GENERIC_80.with_columns(columns))


def _no_paper(papers: Iterable[str]) -> OptionError:
    return OptionError("--paper", OptionProblem.NOT_ONE_OF, command_line.one_of(papers))
