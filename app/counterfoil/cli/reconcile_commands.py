"""The commands that reconcile a provider's statement, and resolve the differences found."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from counterfoil.adapters.files import make_file
from counterfoil.adapters.settings.till_folder import TRAINING_FOLDER, root_folder
from counterfoil.cli.acting import ApprovedBy, As, Hand, Reason, Who
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import (
    Alone,
    AsJson,
    DataDir,
    InTill,
    SettingsFile,
    alone,
    in_till,
)
from counterfoil.cli.speaker import Speaker
from counterfoil.cli.typed_fields import read_pairs
from counterfoil.domain.failures import StatementRefusedError
from counterfoil.domain.statement import (
    Period,
    Preview,
    StatementProblem,
    StatementTrouble,
)
from counterfoil.overriding import override
from counterfoil.presentation.documents import (
    Document,
    difference_document,
    preview_document,
    reconciliation_document,
    undecided_document,
)
from counterfoil.presentation.words import command_line, commands, options, statements
from counterfoil.service.commands import (
    Progress,
    ReconcileStatement,
    ResolveDifference,
    Stage,
    Told,
    Wanted,
)
from counterfoil.upstreams import LEDGER_FILE

_FILE = "file"
_RUNS_MAX = 1_000
_TOLD_EVERY = 5_000
"""So often the command line says how far it is."""


class _FileOrWord(TyperGroup):
    """Takes the word after ``reconcile`` for a file, unless it is the name of a command."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in {*self.commands, "--help"}:
            args = [_FILE, *args]
        return super().parse_args(ctx, args)


reconcile_app = typer.Typer(cls=_FileOrWord, help=options.RECONCILE, no_args_is_help=True)

Provider = Annotated[str, typer.Option("--provider", help=options.PROVIDER)]


@reconcile_app.command(_FILE, help=commands.RECONCILE_FILE)
def reconcile_file(  # noqa: PLR0917 - one parameter for each option
    statement: Annotated[Path, typer.Argument(help=options.STATEMENT)],
    provider: Provider,
    mapping: Annotated[
        list[str] | None, typer.Option("--mapping", help=options.MAPPING, show_default=False)
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help=options.PREVIEW)] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help=options.CONFIRM)] = False,
    since: Annotated[str, typer.Option("--from", help=options.SINCE)] = "",
    until: Annotated[str, typer.Option("--to", help=options.UNTIL)] = "",
    again: Annotated[bool, typer.Option("--again", help=options.AGAIN)] = False,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
    approved_by: ApprovedBy = "",
    reason: Reason = "",
) -> InTill:
    """Compare a provider's statement with the journal, or only show how it would be read."""
    changes = dict(read_pairs(mapping or [], "--mapping"))

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        path = speaker.folder / statement
        seen = await hand.till.statements.preview(path, provider, changes)
        if preview:
            speaker.say(preview_document(seen), statements.preview(seen))
            return Exit.DONE
        _require_confirmed(seen, is_confirmed=confirm or bool(changes))
        wanted = Wanted(
            path=path,
            upstream=provider,
            columns=seen.columns,
            period=_period(since, until),
            is_again=again,
            told=_teller(speaker),
        )
        done = await hand.run(ReconcileStatement(wanted))
        document = reconciliation_document(done.run) | {
            "found": [difference_document(one) for one in done.differences],
            "not_settled": [undecided_document(one) for one in done.undecided],
        }
        lines = [
            *statements.summary(done.run),
            *map(statements.difference, done.differences),
            *map(statements.undecided, done.undecided),
        ]
        speaker.say(document, lines)
        return Exit.UNKNOWN if done.differences else Exit.DONE

    who = None if preview else Who(number, approved_by, reason)
    return in_till(data_dir, settings, as_json, command, who)


@reconcile_app.command("list", help=commands.RECONCILE_LIST)
def list_differences(
    run: Annotated[int, typer.Option("--run", help=options.RUN, show_default=False)] = 0,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """List the differences that nobody has resolved, or all of one run."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        journal = hand.till.journal
        found = await journal.differences(run) if run else await journal.open_differences()
        lines = []
        for one in found:
            lines.append(statements.difference(one))
            if one.is_resolved:
                lines.append(f"  {statements.resolution(one)}")
        documents: list[Document] = [difference_document(one) for one in found]
        speaker.say(documents, lines or [statements.NO_DIFFERENCES])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


@reconcile_app.command("runs", help=commands.RECONCILE_RUNS)
def list_runs(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> InTill:
    """List which statements were reconciled, newest first."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        runs = await hand.till.journal.reconciliations(_RUNS_MAX)
        documents: list[Document] = [reconciliation_document(one) for one in runs]
        speaker.say(documents, [statements.run(one) for one in runs] or [statements.NO_RUNS])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


@reconcile_app.command("resolve", help=commands.RECONCILE_RESOLVE)
def resolve(  # noqa: PLR0917 - one parameter for each option
    difference: Annotated[int, typer.Argument(help=options.DIFFERENCE)],
    reason: Annotated[str, typer.Option("--reason", help=options.RESOLVE_REASON)],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
    approved_by: ApprovedBy = "",
) -> InTill:
    """Write down how a difference was explained."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        done = await hand.run(ResolveDifference(difference, reason))
        lines = [statements.difference(done), f"  {statements.resolution(done)}"]
        speaker.say(difference_document(done), lines)
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(number, approved_by, reason))


@reconcile_app.command("sample", help=commands.RECONCILE_SAMPLE)
def write_sample(
    provider: Provider,
    output: Annotated[Path, typer.Option("--output", help=options.SAMPLE_OUTPUT)],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Write the statement that a provider of the sandbox would send."""
    del settings  # a training till has none

    async def work(speaker: Speaker) -> Exit:
        from counterfoil_sandbox.statements import STATEMENTS, statement_of

        if provider not in STATEMENTS:
            said = command_line.one_of(sorted(STATEMENTS))
            raise OptionError("--provider", OptionProblem.NOT_ONE_OF, said)
        ledger = root_folder(data_dir) / TRAINING_FOLDER / LEDGER_FILE
        content = statement_of(provider, ledger)
        if content is None:
            said = command_line.NO_SANDBOX
            raise OptionError("--data-dir", OptionProblem.FILE_NOT_READ, said)
        path = speaker.folder / output
        try:
            make_file(path, content, is_own=False)
        except FileExistsError:
            said = command_line.FILE_IS_THERE
            raise OptionError("--output", OptionProblem.FILE_IS_THERE, said) from None
        except OSError as error:
            said = command_line.file_not_written(error.strerror)
            raise OptionError("--output", OptionProblem.FILE_NOT_WRITTEN, said) from None
        lines = content.count(b"\n") - 1
        speaker.say({"path": str(path), "lines": lines}, [command_line.wrote(path)])
        return Exit.DONE

    return alone(as_json, work)


def _require_confirmed(seen: Preview, *, is_confirmed: bool) -> None:
    """Refuse columns that nobody has looked at: what was saved was confirmed once."""
    if not seen.is_saved and not is_confirmed:
        raise StatementRefusedError(StatementTrouble(StatementProblem.COLUMNS_UNKNOWN))


def _period(since: str, until: str) -> Period | None:
    """Return the days to look at, of the till's own clock; both are in it."""
    if not since and not until:
        return None
    first, last = _day("--from", since or until), _day("--to", until or since)
    if last < first:
        raise OptionError("--to", OptionProblem.NOT_ONE_OF, options.UNTIL)
    ends = (first, last + timedelta(days=1))
    begin, end = (datetime.combine(day, time()).astimezone(UTC) for day in ends)
    return Period(begin, end - timedelta(microseconds=1))


def _day(option: str, typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise OptionError(option, OptionProblem.NOT_ONE_OF, command_line.DAY) from None


def _teller(speaker: Speaker) -> Told:
    """Return what says on standard error how far a run is, now and then."""
    said: list[int] = []

    def tell(progress: Progress) -> None:
        step = progress.done // _TOLD_EVERY
        key = step if progress.stage is Stage.READING else -step
        if step and key not in said:
            said.append(key)
            is_reading = progress.stage is Stage.READING
            speaker.warn(statements.progress(progress.done, progress.share, is_reading=is_reading))

    return tell
