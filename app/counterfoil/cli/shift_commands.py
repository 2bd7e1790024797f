"""The commands of the drawer: open a shift, move its cash, count it, and close it with the Z."""

from typing import Annotated

import typer

from counterfoil.adapters.printing.slip_text import SlipText
from counterfoil.cli.acting import ApprovedBy, As, Hand, Who
from counterfoil.cli.exits import Exit
from counterfoil.cli.finding import find
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import AsJson, Command, DataDir, InTill, SettingsFile, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.drawer import CashMove
from counterfoil.domain.failures import EntryError
from counterfoil.domain.money import AmountError, parse_amount
from counterfoil.domain.shift import Shift, ShiftReport
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.ports.printer import Sent
from counterfoil.presentation.documents import Document, report_document, shift_document
from counterfoil.presentation.words import commands, lists, options, shifts
from counterfoil.presentation.words.shift_slips import shift_slip
from counterfoil.service import commands as wishes

shift_app = typer.Typer(help=options.SHIFT, no_args_is_help=True)

Amount = Annotated[str, typer.Argument(help=options.CASH)]
Why = Annotated[str, typer.Option("--reason", help=options.CASH_REASON)]
OnPaper = Annotated[bool, typer.Option("--print", help=options.ON_PAPER)]


@shift_app.command("open", help=commands.SHIFT_OPEN)
def open_shift(
    amount: Annotated[str, typer.Argument(help=options.FLOAT)],
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Open a shift with this much cash in the drawer."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        cents = _cents("float", amount, hand.till.profile.currency)
        return _say_shift(speaker, await hand.run(wishes.OpenShift(cents)))

    return in_till(data_dir, settings, as_json, command, Who(by))


@shift_app.command("pay-in", help=commands.SHIFT_PAY_IN)
def pay_in(  # noqa: PLR0917 - one parameter for each option
    amount: Amount,
    reason: Why,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Put cash into the drawer."""
    return in_till(data_dir, settings, as_json, _moving(wishes.PayIn, amount, reason), Who(by))


@shift_app.command("pay-out", help=commands.SHIFT_PAY_OUT)
def pay_out(  # noqa: PLR0917 - one parameter for each option
    amount: Amount,
    reason: Why,
    by: As = "",
    approved_by: ApprovedBy = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Take cash out of the drawer and spend it."""
    who = Who(by, approved_by, reason)
    return in_till(data_dir, settings, as_json, _moving(wishes.PayOut, amount, reason), who)


@shift_app.command("drop", help=commands.SHIFT_DROP)
def drop(  # noqa: PLR0917 - one parameter for each option
    amount: Amount,
    reason: Why,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Take cash out of the drawer and keep it in the safe."""
    return in_till(data_dir, settings, as_json, _moving(wishes.DropCash, amount, reason), Who(by))


@shift_app.command("no-sale", help=commands.SHIFT_NO_SALE)
def no_sale(  # noqa: PLR0917 - one parameter for each option
    reason: Why,
    by: As = "",
    approved_by: ApprovedBy = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Record that the drawer is opened without a sale."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        return _say_move(hand, speaker, await hand.run(wishes.OpenDrawer(reason)))

    return in_till(data_dir, settings, as_json, command, Who(by, approved_by, reason))


@shift_app.command("rest", help=commands.SHIFT_REST)
def rest(  # noqa: PLR0917 - one parameter for each option
    redemption: Annotated[str, typer.Argument(help=options.REDEMPTION)],
    cash: Annotated[str, typer.Option("--cash", help=options.REST_CASH)] = "",
    given: Annotated[str, typer.Option("--given", help=options.REST_GIVEN)] = "",
    card: Annotated[str, typer.Option("--card", help=options.REST_CARD)] = "",
    other: Annotated[str, typer.Option("--other", help=options.REST_OTHER)] = "",
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Take another payment for what a sale's vouchers did not cover."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        found, currency = await find(hand.till, redemption), hand.till.profile.currency
        handed = _cents("--given", given, currency) if given else None
        tenders = tuple(
            Tender(
                kind, _cents(option, text, currency), handed if kind is TenderKind.CASH else None
            )
            for kind, option, text in (
                (TenderKind.CASH, "--cash", cash),
                (TenderKind.CARD, "--card", card),
                (TenderKind.OTHER, "--other", other),
            )
            if text
        )
        sale = await hand.run(wishes.TakeRest(found.sale_id, tenders))
        change_cents = sum(one.change_cents for one in tenders)
        document: Document = {
            "reference": found.reference,
            "sale_state": sale.state.value,
            "paid": [{"tender": one.kind.value, "cents": one.cents} for one in tenders],
            "change_due_cents": change_cents,
        }
        speaker.say(document, [shifts.rest_taken(tenders, change_cents, currency)])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(by))


@shift_app.command("x", help=commands.SHIFT_X)
def read_x(  # noqa: PLR0917 - one parameter for each option
    on_paper: OnPaper = False,
    by: As = "",
    approved_by: ApprovedBy = "",
    reason: Annotated[str, typer.Option("--reason", help=options.REASON)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Show the X report of the open shift; nothing is changed."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        report = await hand.run(wishes.ReadShift())
        _say_report(hand, speaker, report)
        return await _printed(hand, speaker, None) if on_paper else Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(by, approved_by, reason))


@shift_app.command("count", help=commands.SHIFT_COUNT)
def count(
    pieces: Annotated[list[str], typer.Option("--pieces", help=options.PIECES)],
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Record the notes and coins in the drawer; what should be there is not said."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        currency = hand.till.profile.currency
        found = await hand.run(wishes.CountDrawer(dict(_pieces(one, currency) for one in pieces)))
        document: Document = {"shift": found.shift, "counted_cents": found.counted_cents}
        speaker.say(document, [shifts.counted(found.counted_cents, currency)])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(by))


@shift_app.command("z", help=commands.SHIFT_Z)
def close_with_z(  # noqa: PLR0917 - one parameter for each option
    explanation: Annotated[str, typer.Option("--explanation", help=options.EXPLANATION)] = "",
    on_paper: OnPaper = False,
    by: As = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Close the shift with its Z."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        shift = await hand.run(wishes.CloseShift(explanation))
        assert shift.books is not None, "what is closed has its books"
        _say_report(hand, speaker, ShiftReport(shift, shift.books))
        return await _printed(hand, speaker, shift.number) if on_paper else Exit.DONE

    return in_till(data_dir, settings, as_json, command, Who(by))


@shift_app.command("print", help=commands.SHIFT_PRINT)
def print_again(  # noqa: PLR0917 - one parameter for each option
    number: Annotated[int, typer.Argument(help=options.Z_NUMBER)],
    by: As = "",
    approved_by: ApprovedBy = "",
    reason: Annotated[str, typer.Option("--reason", help=options.REASON)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Print a Z; each paper after the first says COPY."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        paper = await hand.run(wishes.PrintShift(number))
        document: Document = {
            "z_number": number,
            "copy_number": paper.copy_number,
            "print": "sent" if isinstance(paper.outcome, Sent) else paper.outcome.trouble.value,
        }
        speaker.say(document, [lists.print_said(paper.copy_number, paper.outcome)])
        return Exit.DONE if isinstance(paper.outcome, Sent) else Exit.UNKNOWN

    return in_till(data_dir, settings, as_json, command, Who(by, approved_by, reason))


@shift_app.command("list", help=commands.SHIFT_LIST)
def list_shifts(
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help=options.LIMIT)] = 20,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """List the shifts, newest first, without their takings."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        found = await hand.till.journal.shifts(limit)
        lines = [shifts.line(one) for one in found]
        speaker.say([shift_document(one) for one in found], lines or [shifts.NONE_YET])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


def _moving(
    kind: type[wishes.PayIn] | type[wishes.PayOut] | type[wishes.DropCash], amount: str, reason: str
) -> Command:
    async def command(hand: Hand, speaker: Speaker) -> Exit:
        cents = _cents("amount", amount, hand.till.profile.currency)
        return _say_move(hand, speaker, await hand.run(kind(cents, reason)))

    return command


def _cents(option: str, text: str, currency: str) -> int:
    """Read an amount of cash; nothing at all is written as 0."""
    if text.strip() in {"0", "0.00"}:
        return 0
    try:
        return parse_amount(text, currency=currency).cents
    except AmountError as error:
        raise EntryError(option, error.cause) from None


def _pieces(text: str, currency: str) -> tuple[int, int]:
    """Read how many there are of one note or coin, such as ``200=3``."""
    value, sign, count = text.partition("=")
    if not sign or not (count.isascii() and count.isdecimal()):
        raise OptionError("--pieces", OptionProblem.NOT_PIECES, shifts.PIECES_WANTED)
    return _cents("--pieces", value, currency), int(count[:7])


def _say_shift(speaker: Speaker, shift: Shift) -> Exit:
    speaker.say(shift_document(shift), [shifts.line(shift)])
    return Exit.DONE


def _say_move(hand: Hand, speaker: Speaker, move: CashMove) -> Exit:
    document: Document = {"shift": move.shift, "kind": move.kind.value, "cents": move.cents}
    speaker.say(document, [shifts.moved(move, hand.till.profile.currency)])
    return Exit.DONE


def _say_report(hand: Hand, speaker: Speaker, report: ShiftReport) -> None:
    profile, at = hand.till.profile, hand.till.clock.now().wall.astimezone()
    text = SlipText(profile.slip_columns).write(shift_slip(profile, report, at))
    speaker.say(report_document(report), text.splitlines())


async def _printed(hand: Hand, speaker: Speaker, number: int | None) -> Exit:
    """Print what was just said. A closed shift stays closed, whatever becomes of its paper."""
    paper = await hand.run(wishes.PrintShift(number))
    speaker.warn(lists.print_said(paper.copy_number, paper.outcome))
    return Exit.DONE
