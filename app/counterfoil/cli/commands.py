"""The commands of the command line, each a use of the till's services."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from functools import cache, partial
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from counterfoil.adapters.settings.till_settings import api_key_reader, load_settings
from counterfoil.adapters.system.qt_libraries import missing_packages
from counterfoil.bootstrap import Places, Till, verify_journal
from counterfoil.cli.about_command import add_about_to
from counterfoil.cli.acting import ApprovedBy, As, Hand, Reason, Who
from counterfoil.cli.exits import Exit, exit_of
from counterfoil.cli.finding import find, refused
from counterfoil.cli.health_command import add_health_to
from counterfoil.cli.printer_commands import add_printing_to
from counterfoil.cli.reconcile_commands import reconcile_app
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.report_command import report
from counterfoil.cli.retention_commands import retention_app
from counterfoil.cli.running import (
    AS_JSON,
    Alone,
    AsJson,
    DataDir,
    InTill,
    SettingsFile,
    Wanted,
    alone,
    carry_out,
    in_till,
)
from counterfoil.cli.safekeeping_commands import add_to
from counterfoil.cli.settings_commands import settings_app
from counterfoil.cli.settle_command import settle
from counterfoil.cli.shift_commands import shift_app
from counterfoil.cli.speaker import Speaker
from counterfoil.cli.staff_commands import staff_app
from counterfoil.cli.terminal import finish_output
from counterfoil.cli.typed_fields import complete, read_pairs
from counterfoil.domain.advice import AdviceKind
from counterfoil.domain.causes.journal import ANCHOR, SLIP
from counterfoil.domain.chain_head import read_head
from counterfoil.domain.failures import (
    ApprovalRefusedError,
    CounterfoilError,
    EntryError,
    GatewayUnauthorisedError,
    GatewayUnavailableError,
    JournalUnavailableError,
    NotPermittedError,
    SettingsError,
    SignInRefusedError,
    VaultUnavailableError,
)
from counterfoil.domain.money import Amount, AmountError, FullValue, format_cents, parse_amount
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.search import Search
from counterfoil.domain.settlement import CustomerGot
from counterfoil.domain.staff import MACHINE
from counterfoil.domain.states import FOR_A_PERSON, Customer, RedemptionState, SaleState
from counterfoil.domain.verdict import ChangeVoucher, DeclineReason
from counterfoil.domain.voids import VoidWay
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.gateway import LookupRefusal, LookupRefused
from counterfoil.presentation.documents import (
    Document,
    balance_document,
    finding_document,
    redemption_document,
    settlement_document,
    type_document,
)
from counterfoil.presentation.needs import Needs, is_asked, needs_document, needs_of
from counterfoil.presentation.screens import Banner
from counterfoil.presentation.search_words import search_of
from counterfoil.presentation.words import (
    command_line,
    commands,
    counter,
    failures,
    findings,
    lists,
    options,
    outcomes,
    refunds,
    rows,
)
from counterfoil.presentation.words import owed as owed_words
from counterfoil.presentation.words.redemptions import needs_lines, redemption_lines, type_line
from counterfoil.service.commands import (
    AnswerForCustomer,
    CheckBalance,
    RedeemVoucher,
    RevealAnswer,
    RevealChange,
    RevealedAnswer,
    SetSaleAside,
    SettleAll,
    VoidRedemption,
    WaitForResult,
)
from counterfoil.upstreams import LEDGER_FILE

_HISTORY_MAX = 10_000
_PAGE = 500
_FOUND_MAX = 1_000
_ASKED_FOR = "-"
_ESCAPED = "backslashreplace"
_UsageError: Any = typer.BadParameter.__bases__[0]
"""What the library raises for a command it cannot read; where it lies differs between versions."""
_TAKEN_BACK = frozenset({VoidWay.REVERSED, VoidWay.REFUNDED})


app = typer.Typer(
    name="counterfoil",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
journal_app = typer.Typer(help=options.JOURNAL, no_args_is_help=True)
app.add_typer(journal_app, name="journal")
app.add_typer(staff_app, name="staff")
app.add_typer(shift_app, name="shift")
app.add_typer(retention_app, name="retention")
app.add_typer(reconcile_app, name="reconcile")
add_to(app, journal_app)
add_printing_to(app)
add_health_to(app)
add_about_to(app)
app.add_typer(settings_app, name="settings")


@app.callback(help=commands.PROGRAM)
def _begin(data_dir: DataDir = None, settings: SettingsFile = None) -> None:
    """Redeem prepaid vouchers. Without a command, and with these options, the window opens."""
    if data_dir is not None or settings is not None:
        message = command_line.OPTIONS_BEHIND
        raise typer.BadParameter(message)


Reveal = Annotated[bool, typer.Option("--reveal", help=options.REVEAL)]
TypeId = Annotated[str, typer.Option("--type", help=options.TYPE)]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        help=options.FIELD,
        show_default=False,
    ),
]


@app.command("types", help=commands.TYPES)
def list_types(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> InTill:
    """List the voucher types that can be redeemed, with their fields."""
    return in_till(data_dir, settings, as_json, _types)


async def _types(hand: Hand, speaker: Speaker) -> Exit:
    till = hand.till
    offer = await till.ask_for_types()
    _refuse_refused_key(offer)
    if not offer.types:
        await _require_key(till)
        raise offer.trouble or GatewayUnavailableError
    lines = [type_line(one) for one in offer.types]
    if not offer.is_fresh and offer.told_at:
        lines.append(command_line.types_told_at(offer.told_at))
    age = {
        "told_at": offer.told_at.isoformat() if offer.told_at else None,
        "is_fresh": offer.is_fresh,
    }
    speaker.say([type_document(one) | age for one in offer.types], lines)
    return Exit.DONE


@app.command("lookup", help=commands.LOOKUP)
def look_up(  # noqa: PLR0917 - one parameter for each option
    type_id: TypeId,
    field: Fields = None,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
) -> InTill:
    """Ask what is on a voucher; nothing is taken."""
    typed = read_pairs(field or [])

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        kind = await _find_type(till, type_id)
        texts = await complete(kind, typed, speaker, for_lookup=True)
        fields = await till.read_form(kind, texts, for_lookup=True)
        answer = await hand.run(CheckBalance(kind, fields))
        if isinstance(answer, LookupRefused):
            said = failures.lookup_refused(answer.reason, kind.name)
            _warn_of_real_number(till, speaker, answer.reason is LookupRefusal.NOT_FOUND)
            return speaker.fail(Exit.REFUSED, answer.reason.value, said)
        amount = answer.amount_cents
        told = command_line.NOT_TOLD if amount is None else format_cents(amount, answer.currency)
        facts = [f"{rows.fact_label(what)}: {rows.fact_value(one)}" for what, one in answer.facts]
        speaker.say(balance_document(answer), [command_line.balance(told), *facts])
        return Exit.DONE

    who = Who(number)
    return in_till(data_dir, settings, as_json, command, who)


@app.command("redeem", help=commands.REDEEM)
def redeem(  # noqa: PLR0917 - one parameter for each option
    type_id: TypeId,
    field: Fields = None,
    amount: Annotated[str, typer.Option("--amount", help=options.AMOUNT)] = "",
    whole: Annotated[bool, typer.Option("--whole", help=options.WHOLE)] = False,
    sale: Annotated[str, typer.Option("--sale", help=options.SALE)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    reveal: Reveal = False,
    number: As = "",
    approved_by: ApprovedBy = "",
    approval_reason: Reason = "",
) -> InTill:
    """Redeem a voucher: an amount of it, or the whole value."""
    _check_amount_chosen(amount, is_whole=whole)
    typed = read_pairs(field or [])

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        kind = await _find_type(till, type_id)
        chosen = _read_amount(amount, kind.currency)
        _check_capabilities(kind, chosen)
        await _check_sale(till, kind, sale)
        texts = await complete(kind, typed, speaker)
        wanted = RedeemVoucher(
            voucher_type=kind,
            fields=await till.read_form(kind, texts),
            amount=chosen,
            sale_id=sale or None,
        )
        prepared = await hand.run(wanted)
        try:
            redemption = await hand.run(WaitForResult(prepared.id))
            opened = await _opened(hand, speaker, redemption) if reveal else None
        except JournalUnavailableError as error:
            return speaker.fail_under_way(error, prepared)
        banner = await _banner_now(till, redemption)
        speaker.say(
            redemption_document(redemption, reveal=reveal, opened=opened),
            [
                *redemption_lines(redemption, opened=opened, banner=banner),
                *await _aside_lines(till, redemption),
            ],
        )
        _warn_of_real_number(till, speaker, redemption.decline is DeclineReason.NOT_FOUND)
        return exit_of(redemption)

    who = Who(number, approved_by, approval_reason)
    return in_till(data_dir, settings, as_json, command, who)


async def _opened(hand: Hand, speaker: Speaker, redemption: Redemption) -> ChangeVoucher | None:
    """Open the change of what was redeemed just now; money has moved, so a refusal ends nothing."""
    if redemption.change is None:
        return None
    try:
        return await hand.run(RevealChange(redemption.id))
    except (NotPermittedError, ApprovalRefusedError, SignInRefusedError) as error:
        speaker.warn(failures.failure(error))
        return None


@app.command("show", help=commands.SHOW)
def show(  # noqa: PLR0917 - one parameter for each option
    redemption: Annotated[str, typer.Argument(help=options.REDEMPTION)],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    reveal: Reveal = False,
    answer: Annotated[
        bool,
        typer.Option("--answer", help=options.ANSWER),
    ] = False,
    number: As = "",
    approved_by: ApprovedBy = "",
    approval_reason: Reason = "",
) -> InTill:
    """Show one redemption, by its id or reference."""
    if answer and not reveal:
        message = command_line.REVEAL_AS_WELL
        raise typer.BadParameter(message, param_hint="--answer")

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        found = await find(till, redemption)
        opened = await _revealed(hand, found, with_answer=answer) if reveal else _NOTHING
        document = redemption_document(found, reveal=reveal, opened=opened.change)
        lines = redemption_lines(found, opened=opened.change)
        if answer:
            said = opened.answer.reveal() if opened.answer else None
            document["answer"] = said
            lines += [command_line.PROVIDERS_ANSWER, f"  {said or command_line.NO_ANSWER}"]
        speaker.say(document, lines)
        return Exit.DONE

    who = Who(number, approved_by, approval_reason) if reveal else None
    return in_till(data_dir, settings, as_json, command, who)


_NOTHING = RevealedAnswer(answer=None, change=None)


async def _revealed(hand: Hand, redemption: Redemption, *, with_answer: bool) -> RevealedAnswer:
    """Open what is asked for: the change voucher, and the provider's last answer if it is wanted.

    The answer holds the codes of the change as well, so it is one thing that is revealed.
    """
    if with_answer:
        return await hand.run(RevealAnswer(redemption.id))
    return RevealedAnswer(answer=None, change=await hand.run(RevealChange(redemption.id)))


@app.command("history", help=commands.HISTORY)
def history(
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=_HISTORY_MAX, help=options.LIMIT)
    ] = 50,
    text: Annotated[str, typer.Option("--find", help=options.FIND)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """List redemptions, newest first; all of them, or what a text finds."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        if text:
            found_by = await _search(till, text, speaker)
            matching = await till.journal.find(found_by, min(limit, _FOUND_MAX))
            lines = [line for one in matching for line in redemption_lines(one)]
            documents = [redemption_document(one) for one in matching]
            speaker.say(documents, lines or [command_line.NOTHING_FOUND])
            return Exit.DONE
        found, count = await _newest(till, limit), await till.journal.count()
        lines = [line for one in found for line in redemption_lines(one)]
        speaker.say(
            [redemption_document(one) for one in found], lines or [command_line.NO_REDEMPTIONS]
        )
        if len(found) < count:
            limited = min(count, _HISTORY_MAX)
            speaker.warn(command_line.newest(len(found), count, limited))
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


async def _search(till: Till, text: str, speaker: Speaker) -> Search:
    """Read what is to be found; a voucher's number is never typed on the command line."""
    typed = await speaker.ask(command_line.TO_FIND) if text == _ASKED_FOR else text
    search = search_of(typed, till.clock.now().wall)
    if search.code is None:
        return search
    if text != _ASKED_FOR:
        said = command_line.NUMBER_IS_ASKED
        raise OptionError("--find", OptionProblem.NUMBER_TYPED, said)
    phone = None
    with suppress(ValueError):
        # The loop may log what it hands to a thread, so that is sealed.
        code = search.code
        phone = await asyncio.to_thread(lambda: till.phones.parse(code.reveal()))
    return replace(search, phone=phone)


async def _newest(till: Till, limit: int) -> list[Redemption]:
    """Read so many page by page: a sale at the window waits for no more than one of them."""
    found: list[Redemption] = []
    while len(found) < limit:
        before = found[-1].slip_number if found else None
        page = await till.journal.history(min(_PAGE, limit - len(found)), before)
        found += page
        if len(page) < _PAGE:
            break
    return found


@app.command("owed", help=commands.OWED)
def owed(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> InTill:
    """List what is not settled: in doubt, owed to a provider, or waiting for a person."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        left = await _unsettled(till)
        lines = await _owed_lines(till, left)
        documents = [await _needing(till, one) for one in left]
        speaker.say(documents, lines or [command_line.NOTHING_OWED])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


@app.command("slips", help=commands.SLIPS)
def slips(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> InTill:
    """List what was sold or settled, and has a slip that nobody has confirmed as whole."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        due = await till.journal.slips_to_finish()
        lines = [
            line
            for one in due
            for line in (*redemption_lines(one), f"  {command_line.slip_due(one.reference)}")
        ]
        documents = [await _needing(till, one) for one in due]
        speaker.say(documents, lines or [lists.ALL_SLIPS_OUT])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


@app.command("recover", help=commands.RECOVER)
def recover(
    for_s: Annotated[float | None, typer.Option("--for", min=0, help=options.FOR)] = None,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Recover after a stop, and ask on until nothing more can be settled."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        await till.gate.run(SettleAll(for_s), MACHINE)
        left = await _unsettled(till)
        changed = [await find(till, one.id) for one in till.recovered.changed]
        settled = await _settled(till, left)
        document = {
            "recovered": [redemption_document(one) for one in changed],
            "settled": [await _needing(till, one) for one in settled],
            "owed": [await _needing(till, one) for one in left],
        }
        lines = [
            line
            for one in settled
            for line in (*redemption_lines(one), *await _need_lines(till, one))
        ]
        lines += await _owed_lines(till, left)
        if not left:
            lines.append(command_line.NOTHING_ELSE_OWED if settled else command_line.NOTHING_OWED)
        speaker.say(document, lines)
        # What was altered is in no list, and is not settled.
        return Exit.UNKNOWN if left or await till.check.known() else Exit.DONE

    return in_till(data_dir, settings, as_json, command)


async def _settled(till: Till, left: tuple[Redemption, ...]) -> list[Redemption]:
    """Return what was open when the till started and is not any more, oldest first."""
    found = {one.id: one for one in (*till.recovered.changed, *till.recovered.open)}
    gone = found.keys() - {one.id for one in left}
    return [await find(till, one.id) for one in found.values() if one.id in gone]


async def _needs(till: Till, redemption: Redemption) -> Needs:
    sale = await till.journal.sale(redemption.sale_id)
    assert sale is not None, "a redemption has a sale"
    due = await till.journal.slip_ids_to_finish()
    return needs_of(redemption, sale, is_slip_due=redemption.id in due)


async def _needing(till: Till, redemption: Redemption) -> Document:
    """Return a redemption as JSON, with what it needs."""
    return redemption_document(redemption) | needs_document(await _needs(till, redemption))


async def _need_lines(till: Till, redemption: Redemption) -> list[str]:
    return needs_lines(redemption, await _needs(till, redemption))


class _Ending(StrEnum):
    """How an ending is typed."""

    PAID_OTHERWISE = "paid-otherwise"
    CANCELLED = "cancelled"
    CUSTOMER_LEFT = "customer-left"


_ENDINGS = {
    _Ending.PAID_OTHERWISE: SaleEnding.PAID_OTHERWISE,
    _Ending.CANCELLED: SaleEnding.CANCELLED,
    _Ending.CUSTOMER_LEFT: SaleEnding.CUSTOMER_LEFT,
}
_ANSWERS = {
    _Ending.PAID_OTHERWISE: Customer.PAID_OTHERWISE,
    _Ending.CUSTOMER_LEFT: Customer.GONE,
}
"""What an ending says where the customer is asked for."""


@app.command("set-aside", help=commands.SET_ASIDE)
def set_aside(  # noqa: PLR0917 - one parameter for each option
    redemption: Annotated[str, typer.Argument(help=options.REDEMPTION)],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    ending: Annotated[
        _Ending, typer.Option("--ending", help=options.ENDING)
    ] = _Ending.PAID_OTHERWISE,
    number: As = "",
    approved_by: ApprovedBy = "",
    approval_reason: Reason = "",
) -> InTill:
    """Close a sale without its voucher: paid otherwise, cancelled, or the customer left."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        found = await find(till, redemption)
        is_waiting = await _is_customer_asked(till, found)
        if not (found.may_pay_late or is_waiting):
            raise refused(OptionProblem.NO_LATE_APPROVAL, command_line.NO_LATE_APPROVAL)
        if not await _is_sale_open(till, found):
            raise refused(OptionProblem.SALE_CLOSED, command_line.SALE_CLOSED)
        said = _ANSWERS.get(ending)
        if is_waiting and said is not None:
            await hand.run(AnswerForCustomer(found.id, said))
        else:
            await hand.run(SetSaleAside(found.sale_id, _ENDINGS[ending]))
        document = redemption_document(found) | {
            "sale_state": SaleState.SET_ASIDE.value,
            "sale_ending": _ENDINGS[ending].value,
        }
        speaker.say(document, [counter.CLOSED_WITHOUT])
        return Exit.DONE

    who = Who(number, approved_by, approval_reason)
    return in_till(data_dir, settings, as_json, command, who)


class _Answer(StrEnum):
    """How an answer is typed."""

    HERE = "here"
    PAID_OTHERWISE = "paid-otherwise"
    GONE = "gone"


@app.command("answer", help=commands.ANSWER)
def answer(  # noqa: PLR0917 - one parameter for each option
    redemption: Annotated[str, typer.Argument(help=options.REDEMPTION)],
    customer: Annotated[_Answer, typer.Argument(help=options.CUSTOMER)],
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
) -> InTill:
    """Say whether the customer of an interrupted sale is still here."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        found = await find(till, redemption)
        if not await _is_customer_asked(till, found):
            raise refused(OptionProblem.NOBODY_ASKED, command_line.NOBODY_ASKED)
        said = Customer[customer.name]
        known = await hand.run(AnswerForCustomer(found.id, said))
        if said is Customer.HERE:
            known = await hand.run(WaitForResult(known.id))
        banner = await _banner_now(till, known)
        speaker.say(
            await _needing(till, known),
            [*redemption_lines(known, banner=banner), *await _answered_lines(till, known, said)],
        )
        return exit_of(known) if said is Customer.HERE else Exit.DONE

    who = Who(number)
    return in_till(data_dir, settings, as_json, command, who)


async def _answered_lines(till: Till, known: Redemption, said: Customer) -> list[str]:
    if said is not Customer.HERE:
        return [f"  {counter.CLOSED_WITHOUT}"]
    return (await _need_lines(till, known))[1:]


@app.command("void", help=commands.VOID)
def void(  # noqa: PLR0917 - one parameter for each option
    redemption: Annotated[str, typer.Argument(help=options.REDEMPTION)],
    reason: Annotated[VoidReason, typer.Option("--reason", help=options.VOID_REASON)],
    given: Annotated[CustomerGot | None, typer.Option("--given", help=options.GIVEN)] = None,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
    approved_by: ApprovedBy = "",
) -> InTill:
    """Take a redemption back by a reversal or a refund, or else say what is left to do."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        till = hand.till
        found = await find(till, redemption)
        outcome = await hand.run(VoidRedemption(found.id, reason, given))
        said = refunds.voided(outcome)
        settlement, refund = outcome.settlement, outcome.refund
        if outcome.way in _TAKEN_BACK or settlement is not None:
            document = redemption_document(outcome.redemption) | {
                "way": outcome.way.value,
                "refund": None if refund is None else redemption_document(refund),
                "settlement": None if settlement is None else settlement_document(settlement),
            }
            speaker.say(document, [said])
            return Exit.DONE
        code = outcome.why_not or outcome.way
        is_known = outcome.way is not VoidWay.REFUND_NOT_KNOWN
        return speaker.fail(Exit.REFUSED if is_known else Exit.UNKNOWN, code.value, said)

    who = Who(number, approved_by, reason.value)
    return in_till(data_dir, settings, as_json, command, who)


app.command("settle", help=commands.SETTLE)(settle)
app.command("report", help=commands.REPORT)(report)


@journal_app.command("verify", help=commands.JOURNAL_VERIFY)
def verify(
    head: Annotated[str, typer.Option("--head", help=options.HEAD, show_default=False)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Check that the journal holds what was written to it. Nothing in it is changed."""
    return alone(as_json, partial(_verify, Places(data_dir, settings), head))


async def _verify(places: Places, head: str, speaker: Speaker) -> Exit:
    printed = read_head(head)
    if head and printed is None:
        raise OptionError("--head", OptionProblem.NO_HEAD, command_line.NO_HEAD)
    found = await verify_journal(places, printed)
    document: Document = {
        "is_sound": not found,
        "findings": [finding_document(one) for one in found],
    }
    lines = [findings.line(one) for one in found]
    sound = [command_line.JOURNAL_SOUND]
    if printed is not None:
        sound.append(command_line.goes_on_from(printed))
    speaker.say(document, lines or sound)
    if not found:
        return Exit.DONE
    wrong = {one.where for one in found}
    if SLIP in wrong:
        speaker.warn(command_line.JOURNAL_CUT_BACK)
    if wrong - {ANCHOR, SLIP}:
        speaker.warn(command_line.JOURNAL_DAMAGED)
    elif ANCHOR in wrong:
        speaker.warn(command_line.JOURNAL_HELD)
        return Exit.HELD
    return Exit.JOURNAL


@app.command("sandbox", help=commands.SANDBOX)
def run_sandbox(  # noqa: PLR0917 - one parameter for each option
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help=options.PORT)] = 0,
    data_file: Annotated[
        Path | None, typer.Option("--data-file", help=options.DATA_FILE, show_default=False)
    ] = None,
    extra_types: Annotated[bool, typer.Option(help=options.EXTRA_TYPES)] = True,
    manner: Annotated[
        str,
        typer.Option(help=options.MANNER),
    ] = "as-specified",
    data_dir: Annotated[
        Path | None,
        typer.Option(
            "--data-dir",
            help=options.ledger_in(LEDGER_FILE),
            show_default=False,
        ),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            help=options.SANDBOX_SETTINGS,
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option(AS_JSON, help=options.SANDBOX_JSON)] = False,
) -> Alone:
    """Run the built-in provider on a port, until interrupted."""

    def work(speaker: Speaker) -> int:
        from counterfoil_sandbox.manner import Manner
        from counterfoil_sandbox.server import serve

        try:
            load_settings(settings)
            played = _one_of(Manner, "--manner", manner)
            ledger = data_file or (_ledger_in(data_dir) if data_dir else None)
            return serve(port=port, data_file=ledger, extra_types=extra_types, manner=played)
        except CounterfoilError as error:
            return speaker.fail_with(error)
        except OSError as error:
            said = command_line.sandbox_port(port, error.strerror)
            return speaker.fail(Exit.USAGE, "port", said)
        except Exception as error:  # noqa: BLE001 - its words may hold what is in the data file
            said = command_line.sandbox_stopped(type(error).__name__)
            return speaker.fail(Exit.USAGE, "sandbox", said)

    return Alone(as_json, work)


_Chosen = TypeVar("_Chosen", bound=StrEnum)


def _one_of(kind: type[_Chosen], option: str, value: str) -> _Chosen:
    try:
        return kind(value)
    except ValueError:
        raise OptionError(option, OptionProblem.NOT_ONE_OF, command_line.one_of(kind)) from None


def _ledger_in(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        said = command_line.folder_not_made(error.strerror)
        raise OptionError("--data-dir", OptionProblem.FOLDER_NOT_MADE, said) from None
    return folder / LEDGER_FILE


@app.command("demo", help=commands.DEMO)
def run_demo(
    output: Annotated[Path, typer.Option("--output", help=options.DEMO_OUTPUT)],
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help=options.DEMO_DATA_DIR, show_default=False),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option("--settings", help=options.DEMO_SETTINGS, show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option(AS_JSON, help=options.DEMO_JSON)] = False,
) -> Alone:
    """Drive the real window without a screen, against the sandbox; keep pictures and slips."""

    def work(speaker: Speaker) -> Exit:
        if missing := missing_packages(for_screen=False):
            said = command_line.libraries_missing(missing)
            return speaker.fail(Exit.USAGE, "libraries", said)
        from counterfoil.demo import DemoError, OutputError, run

        try:
            summary = run(output, Places(data_dir, settings))
        except OutputError as error:
            return speaker.fail(Exit.USAGE, "output", f"--output: {error}")
        except DemoError as error:
            return speaker.fail(Exit.REFUSED, "demo", command_line.demo_stopped(str(error)))
        except CounterfoilError as error:
            return speaker.fail_with(error)
        counts = {one: len(summary[one]) for one in ("redemptions", "screens", "slips")}
        speaker.say(summary, [command_line.demo_done(output.absolute(), **counts)])
        return Exit.DONE

    return Alone(as_json, work)


# ---------------------------------------------------------------------------------------- reading


def _check_amount_chosen(amount: str, *, is_whole: bool) -> None:
    """Refuse to go on without the choice between an amount and everything."""
    if is_whole == bool(amount):
        message = command_line.AMOUNT_OR_WHOLE
        raise typer.BadParameter(message)


def _read_amount(amount: str, currency: str) -> Amount:
    """Read an amount as its currency is written; none is everything, as was chosen."""
    if not amount:
        return FullValue()
    try:
        return parse_amount(amount, currency=currency)
    except AmountError as error:
        raise EntryError("--amount", error.cause) from None


async def _find_type(till: Till, type_id: str) -> VoucherType:
    offer = await till.ask_for_types()
    _refuse_refused_key(offer)
    kind = offer.find(type_id)
    if not offer.is_fresh:
        await _require_key(till)
    if kind is not None:
        return kind
    if not offer.types:
        raise offer.trouble or GatewayUnavailableError
    known = [one.id for one in offer.types]
    raise OptionError("--type", OptionProblem.NO_SUCH_TYPE, command_line.no_such_type(known))


def _warn_of_real_number(till: Till, speaker: Speaker, is_not_found: bool) -> None:
    """Say in training that the sandbox has no such voucher: the number may be a real one's."""
    if is_not_found and till.profile.is_training:
        speaker.warn(counter.NOT_OF_SANDBOX)


def _refuse_refused_key(offer: Offer) -> None:
    """Tell a key that the upstream does not accept from an upstream that does not answer."""
    if isinstance(offer.trouble, GatewayUnauthorisedError):
        raise offer.trouble


async def _require_key(till: Till) -> None:
    """Tell a till without the upstream's key from an upstream that does not answer."""
    if till.settings.is_training:
        return
    try:
        # In a thread: a keyring may ask somebody first.
        await asyncio.to_thread(api_key_reader(till.settings.upstream.api_key_source))
    except VaultUnavailableError as error:
        raise SettingsError(error.cause) from None


def _check_capabilities(kind: VoucherType, amount: Amount) -> None:
    """Refuse what discovery says cannot be asked."""
    if not kind.can_redeem:
        said = command_line.not_redeemed_here(kind.name)
        raise OptionError("--type", OptionProblem.NOT_REDEEMED_HERE, said)
    if not kind.can_redeem_part and not isinstance(amount, FullValue):
        raise OptionError("--amount", OptionProblem.NO_PART, command_line.no_part(kind.name))
    try:
        kind.limits.check(amount)
    except AmountError as error:
        raise EntryError("--amount", error.cause) from None


async def _check_sale(till: Till, kind: VoucherType, sale_id: str) -> None:
    """Refuse to go on with a sale that is not there, or is in another currency."""
    if not sale_id:
        return
    # Half a letter, as a terminal hands on bytes it cannot read, is in no id and no query.
    sale = await till.journal.sale(sale_id) if sale_id.isascii() else None
    if sale is None or sale.currency != kind.currency:
        raise OptionError("--sale", OptionProblem.NO_SUCH_SALE, command_line.NO_SUCH_SALE)


async def _unsettled(till: Till) -> tuple[Redemption, ...]:
    """Return what a person must decide, what is not decided, and what is not acknowledged."""
    found = [
        *await till.journal.redemptions_for_a_person(),
        *await till.journal.open_redemptions(),
    ]
    for advice in await till.journal.owed_advices():
        told = await till.journal.redemption(advice.redemption_id)
        is_listed = advice.kind is AdviceKind.CONFIRMATION or advice.is_contradicted
        if is_listed and told is not None and told not in found:
            found.append(told)
    return tuple(found)


async def _is_customer_asked(till: Till, redemption: Redemption) -> bool:
    sale = await till.journal.sale(redemption.sale_id)
    return sale is not None and is_asked(sale)


async def _is_sale_open(till: Till, redemption: Redemption) -> bool:
    sale = await till.journal.sale(redemption.sale_id)
    return sale is not None and sale.state is SaleState.OPEN


async def _owed_lines(till: Till, left: tuple[Redemption, ...]) -> list[str]:
    """Return what is not settled as lines, with what can be done about it."""
    lines: list[str] = []
    for one in left:
        lines += [
            *redemption_lines(one, is_owed=True),
            *await _need_lines(till, one),
            *await _aside_lines(till, one),
        ]
        if one.state not in FOR_A_PERSON and not till.asking.can_move(one):
            lines.append(f"  {owed_words.NOT_SET_UP}")
    return lines


async def _aside_lines(till: Till, redemption: Redemption) -> list[str]:
    """Say how a sale is closed that a late approval would pay."""
    is_late = redemption.may_pay_late and not await _is_customer_asked(till, redemption)
    if not is_late or not await _is_sale_open(till, redemption):
        return []
    return [command_line.paid_otherwise(redemption.reference)]


async def _banner_now(till: Till, redemption: Redemption) -> Banner:
    """Say the result of a redemption that ended just now: whether the goods may be handed over."""
    sale = await till.journal.sale(redemption.sale_id)
    rest_cents = sale.remaining_cents or 0 if sale is not None else 0
    if redemption.state is RedemptionState.FINAL and rest_cents > 0:
        return outcomes.short_paid(redemption, rest_cents)
    return outcomes.banner(redemption, outcomes.NOT_KNOWN_FROM_S)


def main(arguments: list[str]) -> int:
    """Carry out one command and return its exit code."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, _ESCAPED), (sys.stderr, _ESCAPED)):
        if isinstance(stream, TextIOWrapper):
            # A character that a terminal lacks must not end a command that has moved money.
            stream.reconfigure(errors=errors)
    try:
        return _read_and_run(arguments)
    finally:
        finish_output()


def _read_and_run(arguments: list[str]) -> int:
    try:
        wanted = read(arguments)
    except _UsageError as error:
        if AS_JSON in arguments:
            document = {"error": {"code": "usage", "message": error.format_message()}}
            print(json.dumps(document), flush=True)
        error.show()
        return Exit.USAGE
    except typer.Abort:
        return Exit.USAGE
    if isinstance(wanted, int):
        # The library leaves by itself only after its help, or when it could not read the command.
        return Exit.USAGE if wanted else Exit.DONE
    return carry_out(arguments, wanted)


def read(arguments: list[str]) -> Wanted | int:
    """Return what a command line asks for; or an exit code if it is done, as after its help."""
    wanted: Wanted | int = _program().main(
        args=arguments, prog_name="counterfoil", standalone_mode=False
    )
    return wanted


@cache
def _program() -> Any:
    """Return what reads a command line; making it takes longer than to read one.

    To call ``app`` itself would make it anew, and put the library's hook for failures in the place
    of the one that a window has.
    """
    return typer.main.get_command(app)


def read_quietly(arguments: list[str]) -> Wanted | None:
    """Return what a command line asks for; None if it cannot be read, or asks for its help."""
    try:
        wanted = read(arguments)
    except (_UsageError, typer.Abort):
        return None
    return None if isinstance(wanted, int) else wanted
