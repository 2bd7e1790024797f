"""The one door: every command is in its table, and is refused to who may not give it."""

import inspect
import re
import sys
import tempfile
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from counterfoil import safekeeping
from counterfoil.cli.exits import Exit, exit_for
from counterfoil.domain.advice import Contradicted, NotAllowed
from counterfoil.domain.audit import CodeShown
from counterfoil.domain.failures import (
    CommandRefusedError,
    JournalUnavailableError,
    NoSlipError,
    NotPermittedError,
    StaleChangeError,
    StatementRefusedError,
    UnknownDifferenceError,
    UnknownRedemptionError,
    UnknownSaleError,
    UnknownUpstreamError,
)
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.money import Exact
from counterfoil.domain.printing import PrintState
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.report import Days, ReportKind
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import SettingChange
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.slip_facts import texts_of
from counterfoil.domain.staff import (
    CASHIER,
    EVERYTHING,
    SUPERVISOR,
    Actor,
    Permission,
)
from counterfoil.domain.statement import StatementColumns
from counterfoil.domain.states import Customer, SaleState
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.words import failures
from counterfoil.service import commands
from counterfoil.service.commands import (
    AbandonRedemption,
    AcknowledgeAlerts,
    AcknowledgeRecovery,
    AddPerson,
    AllowMoreTries,
    AnswerForCustomer,
    AskAgain,
    ChangeOwnPin,
    ChangeSettings,
    CheckBalance,
    CheckHealth,
    ChooseLanguage,
    CloseShift,
    Command,
    ConfirmSlip,
    CountDrawer,
    DropCash,
    ExportPhone,
    FindBadge,
    KeepKey,
    KeepSupportFile,
    LeaveSale,
    LockPerson,
    MakeFirstManager,
    OpenDrawer,
    OpenShift,
    PayIn,
    PayOut,
    PrintShift,
    PrintSlip,
    ReadReport,
    ReadShift,
    ReconcileStatement,
    RecoverManager,
    RedeemVoucher,
    RefreshTypes,
    ResolveDifference,
    ResumePrinter,
    ResumeUpstream,
    RevealAnswer,
    RevealChange,
    RevealedAnswer,
    SetBadge,
    SetPin,
    SetRole,
    SetSaleAside,
    SettleAll,
    SettleByHand,
    SetUpTill,
    ShredDue,
    SignIn,
    SignOut,
    TakeRest,
    TryNow,
    TryPrinter,
    TryProvider,
    UnlockPerson,
    VoidRedemption,
    WaitForResult,
    Wanted,
)
from counterfoil.service.engine import Engine
from counterfoil.service.gate import Gate, Use
from counterfoil.service.notices import Notices
from counterfoil.service.recovery import recover
from counterfoil.service.tasks import TaskOwner
from support.advised import ADVISED_VOUCHER, UPSTREAM, AdvisedScriptedGateway
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.clocks import START, SeededChance, SteppedClock
from support.people import SIPHO, THANDI
from support.plays_settings import settings_file
from support.printers import MemoryPrinter
from support.till import WatchedJournal, approved, intent
from support.window import PROFILE, made_engine

NALEDI = "Naledi P."
_OTHER_PIN = "4455667700000101"
PASSPHRASE, SUPERVISOR_PIN = Secret("a horse and a kite"), Secret("482057")
CASHIER_PIN, _OTHER_CASHIER_PIN = Secret("36925"), Secret("58203")
_ONLY_ASKS = {
    FindBadge,
    KeepSupportFile,
    ReadReport,
    ReadShift,
    TryPrinter,
    TryProvider,
}
"""What changes nothing, and is not seen to."""


@dataclass(slots=True, kw_only=True)
class Counter:
    """A till with all that a command could reach, and what each part of it has seen."""

    engine: Engine
    gate: Gate
    journal: WatchedJournal
    gateway: AdvisedScriptedGateway
    printer: MemoryPrinter
    clock: SteppedClock

    def seen(self) -> tuple[object, ...]:
        """Return what would be different if anything had been done."""
        return (
            len(self.journal.commits),
            len(self.gateway.asks),
            len(self.gateway.lookups),
            len(self.gateway.told),
            len(self.printer.slips),
            self.printer.resumed,
            self.engine.forwarder.paused,
        )

    async def prepared(self) -> Redemption:
        """Write a redemption that is not sent yet."""
        wanted = intent(pin=_OTHER_PIN, voucher_type=ADVISED_VOUCHER)
        return await self.engine.redeemer.prepare(wanted)

    async def hired(self) -> Secret:
        """Let a manager, a supervisor and a cashier work here; return the recovery code."""
        people, manager = self.engine.people, Actor("Lindiwe K.", EVERYTHING, "31")
        code = await people.begin("31", "Lindiwe K.", PASSPHRASE)
        await people.add("21", "Nomsa D.", SUPERVISOR, SUPERVISOR_PIN, manager)
        await people.add("17", NALEDI, CASHIER, CASHIER_PIN, manager)
        return code

    async def sold(self) -> Redemption:
        """Redeem a voucher in part; there is change."""
        self.gateway.script.append(approved())
        return await self.engine.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))

    async def shift(self) -> None:
        """Open a shift with R500.00 in the drawer."""
        await self.engine.shifts.open(50_000, Actor("Thandi M.", EVERYTHING))

    async def handed_over(self) -> Redemption:
        """Redeem a voucher in part; its customer takes the whole slip with the change voucher."""
        sold = await self.sold()
        await self.engine.slips.print_slip(sold.id, THANDI)
        await self.engine.slips.confirm(sold.id, THANDI.name, is_complete=True)
        return sold

    async def interrupted(self) -> Redemption:
        """Leave a redemption as a stop leaves it, with a customer to be asked for."""
        sold = await self.prepared()
        self.gateway.script.append(lambda _: (_ for _ in ()).throw(RuntimeError("stopped")))
        with pytest.raises(RuntimeError):
            await self.engine.redeemer.ask(sold.id)
        composer = self.engine.redeemer._composer
        await recover(self.journal, self.clock, composer)
        return sold


@asynccontextmanager
async def open_counter(*, is_fresh: bool = False) -> AsyncIterator[Counter]:
    """Open a till over fakes; one that ``is_fresh`` is for training and has no settings file."""
    gateway = AdvisedScriptedGateway(otherwise=approved())
    gateway.balances.append(Balance(amount_cents=5000, currency="ZAR"))
    journal, printer, clock = WatchedJournal(), MemoryPrinter(), SteppedClock(is_automatic=True)
    with settings_file() as settings:
        async with TaskOwner(lambda *_: None) as owner:
            engine = made_engine(
                gateway,
                journal=journal,
                printer=printer,
                clock=clock,
                notices=Notices(),
                owner=owner,
                profile=replace(PROFILE, is_training=is_fresh),
                settings=None if is_fresh else settings,
                new_settings=settings.with_name("new.toml"),
            )
            yield Counter(
                engine=engine,
                gate=Gate(engine, clock, SeededChance(6)),
                journal=journal,
                gateway=gateway,
                printer=printer,
                clock=clock,
            )


async def _redeem(_: Counter) -> RedeemVoucher:
    fields = {"pin": Secret(CANARY_PIN)}
    return RedeemVoucher(voucher_type=ADVISED_VOUCHER, fields=fields, amount=Exact(1900))


async def _wait(counter: Counter) -> WaitForResult:
    return WaitForResult((await counter.prepared()).id)


async def _abandon(counter: Counter) -> AbandonRedemption:
    return AbandonRedemption(await counter.prepared())


async def _check_balance(_: Counter) -> CheckBalance:
    return CheckBalance(ADVISED_VOUCHER, {"pin": Secret(CANARY_PIN)})


async def _refresh(_: Counter) -> RefreshTypes:
    return RefreshTypes()


async def _check_health(_: Counter) -> CheckHealth:
    return CheckHealth()


async def _keep_support_file(_: Counter) -> KeepSupportFile:
    return KeepSupportFile()


async def _leave(counter: Counter) -> LeaveSale:
    at_counter = await counter.gate.run(await _redeem(counter), Actor("Thandi M.", EVERYTHING))
    return LeaveSale(at_counter.sale_id)


async def _set_aside(counter: Counter) -> SetSaleAside:
    return SetSaleAside((await counter.prepared()).sale_id)


async def _answer(counter: Counter) -> AnswerForCustomer:
    return AnswerForCustomer((await counter.interrupted()).id, Customer.GONE)


async def _void(counter: Counter) -> VoidRedemption:
    return VoidRedemption((await counter.sold()).id, VoidReason.GOODS_RETURNED)


async def _print(counter: Counter) -> PrintSlip:
    return PrintSlip((await counter.sold()).id)


async def _confirm(counter: Counter) -> ConfirmSlip:
    sold = await counter.sold()
    await counter.engine.slips.print_slip(sold.id, THANDI)
    return ConfirmSlip(redemption_id=sold.id, is_complete=True)


async def _resume_printer(_: Counter) -> ResumePrinter:
    return ResumePrinter()


async def _reveal(counter: Counter) -> RevealChange:
    return RevealChange((await counter.sold()).id)


async def _reveal_answer(counter: Counter) -> RevealAnswer:
    return RevealAnswer((await counter.sold()).id)


async def _ask_again(counter: Counter) -> AskAgain:
    return AskAgain((await counter.prepared()).id)


async def _try_now(counter: Counter) -> TryNow:
    return TryNow((await counter.sold()).id)


async def _settle(counter: Counter) -> SettleAll:
    await counter.sold()
    return SettleAll()


async def settle_by_hand(counter: Counter, sold: Redemption) -> SettleByHand:
    """Leave a sale to a person, and return what one writes down after a call."""
    counter.gateway.advices.append(Contradicted(400))
    await counter.engine.forwarder.forward_due(is_everything_due=True)
    return SettleByHand(
        redemption_id=sold.id,
        evidence=Evidence.NOT_TAKEN,
        said_by="Lindiwe at the desk",
        provider_reference="RC 1042",
        got=CustomerGot.NOTHING,
        reason="their books were wrong",
    )


async def _settle_by_hand(counter: Counter) -> SettleByHand:
    return await settle_by_hand(counter, await counter.sold())


async def _statement_about(counter: Counter, sold: Redemption) -> ReconcileStatement:
    path = Path(tempfile.mkdtemp(), "statement.csv")
    path.write_text(f"Reference,Amount\n{sold.reference},1.00\n", encoding="utf-8")
    columns = (await counter.engine.statement_desk.preview(path, UPSTREAM, {})).columns
    return ReconcileStatement(Wanted(path=path, upstream=UPSTREAM, columns=columns))


async def difference_about(counter: Counter, sold: Redemption) -> ResolveDifference:
    """Reconcile a statement that differs about a sale, and return what one says of it."""
    wanted = (await _statement_about(counter, sold)).wanted
    found = await counter.engine.statement_desk.reconcile(wanted, Actor("Lindiwe K.", EVERYTHING))
    (difference,) = found.differences
    return ResolveDifference(difference.number, "they will correct it")


async def _reconcile(counter: Counter) -> ReconcileStatement:
    return await _statement_about(counter, await counter.sold())


async def _resolve_difference(counter: Counter) -> ResolveDifference:
    return await difference_about(counter, await counter.sold())


async def _allow_more(counter: Counter) -> AllowMoreTries:
    await counter.hired()
    return AllowMoreTries()


async def _resume(counter: Counter) -> ResumeUpstream:
    await counter.sold()
    counter.gateway.advices.append(NotAllowed(401))
    await counter.engine.forwarder.forward_due(is_everything_due=True)
    assert counter.engine.forwarder.paused == {UPSTREAM}
    return ResumeUpstream(UPSTREAM)


async def _sign_in(counter: Counter) -> SignIn:
    await counter.hired()
    return SignIn("17", CASHIER_PIN)


async def _open_shift(_: Counter) -> OpenShift:
    return OpenShift(50_000)


async def _pay_in(counter: Counter) -> PayIn:
    await counter.shift()
    return PayIn(10_000, "more change")


async def _pay_out(counter: Counter) -> PayOut:
    await counter.shift()
    return PayOut(4_500, "milk")


async def _drop_cash(counter: Counter) -> DropCash:
    await counter.shift()
    return DropCash(20_000, "to the safe")


async def _open_drawer(counter: Counter) -> OpenDrawer:
    await counter.shift()
    return OpenDrawer("coin stuck")


async def _take_rest(counter: Counter) -> TakeRest:
    await counter.shift()
    sale_id = (await counter.prepared()).sale_id
    return TakeRest(sale_id, (Tender(TenderKind.CASH, 1_900, given_cents=2_000),))


async def _count_drawer(counter: Counter) -> CountDrawer:
    await counter.shift()
    return CountDrawer({10_000: 5})


async def _read_shift(counter: Counter) -> ReadShift:
    await counter.shift()
    return ReadShift()


async def _read_report(_: Counter) -> ReadReport:
    return ReadReport(kind=ReportKind.DAY, days=Days(START.date(), START.date()))


async def _close_shift(counter: Counter) -> CloseShift:
    await counter.shift()
    await counter.engine.shifts.count({10_000: 5}, Actor("Thandi M.", EVERYTHING))
    return CloseShift()


async def _print_shift(counter: Counter) -> PrintShift:
    command = await _close_shift(counter)
    await counter.engine.shifts.close(command.explanation, Actor("Thandi M.", EVERYTHING))
    return PrintShift(1)


async def _sign_out(counter: Counter) -> SignOut:
    await counter.hired()
    return SignOut()


async def _find_badge(counter: Counter) -> FindBadge:
    await counter.hired()
    return FindBadge(Secret("BADGE"))


async def _make_manager(_: Counter) -> MakeFirstManager:
    return MakeFirstManager("31", "Lindiwe K.", PASSPHRASE)


async def _recover(counter: Counter) -> RecoverManager:
    code = await counter.hired()
    return RecoverManager(code, "31", Secret("another kite and horse"))


async def _change_own(counter: Counter) -> ChangeOwnPin:
    await counter.hired()
    return ChangeOwnPin(CASHIER_PIN, _OTHER_CASHIER_PIN)


async def _choose_language(counter: Counter) -> ChooseLanguage:
    await counter.hired()
    return ChooseLanguage(Language.ISIZULU)


async def _set_pin(counter: Counter) -> SetPin:
    await counter.hired()
    return SetPin("17", _OTHER_CASHIER_PIN)


async def _add(counter: Counter) -> AddPerson:
    await counter.hired()
    return AddPerson("18", "Zinhle N.", CASHIER, CASHIER_PIN)


async def _set_role(counter: Counter) -> SetRole:
    await counter.hired()
    return SetRole("17", CASHIER)


async def _set_badge(counter: Counter) -> SetBadge:
    await counter.hired()
    return SetBadge("17", Secret("BADGE"))


async def _lock(counter: Counter) -> LockPerson:
    await counter.hired()
    return LockPerson("17")


async def _unlock(counter: Counter) -> UnlockPerson:
    await counter.hired()
    return UnlockPerson("17")


async def _seen(counter: Counter) -> AcknowledgeAlerts:
    await counter.hired()
    return AcknowledgeAlerts()


async def _acknowledge(counter: Counter) -> AcknowledgeRecovery:
    code = await counter.hired()
    fresh = Secret("another kite and horse")
    await counter.engine.people.recover(code, "31", fresh)
    return AcknowledgeRecovery()


Given = Callable[[Counter], Awaitable[Command[Any]]]


async def _shred_due(_: Counter) -> Command[Any]:
    return ShredDue()


async def _export_phone(_: Counter) -> Command[Any]:
    return ExportPhone(Secret("+27821234567"))


async def _change_settings(_: Counter) -> Command[Any]:
    return ChangeSettings((SettingChange("till.number", 7),))


async def _set_up(_: Counter) -> Command[Any]:
    return SetUpTill((SettingChange("till.number", 7),))


async def _try_provider(_: Counter) -> Command[Any]:
    return TryProvider("https://provider.test", Secret("key"))


async def _try_printer(_: Counter) -> Command[Any]:
    return TryPrinter(())


async def _keep_key(_: Counter) -> Command[Any]:
    return KeepKey(Secret("key"))


_GIVEN: Mapping[type[Command[Any]], tuple[Permission, Given]] = {
    RedeemVoucher: (Permission.REDEEM, _redeem),
    WaitForResult: (Permission.REDEEM, _wait),
    AbandonRedemption: (Permission.REDEEM, _abandon),
    LeaveSale: (Permission.REDEEM, _leave),
    CheckBalance: (Permission.CHECK_BALANCE, _check_balance),
    RefreshTypes: (Permission.ASK_FOR_TYPES, _refresh),
    CheckHealth: (Permission.ASK_FOR_TYPES, _check_health),
    KeepSupportFile: (Permission.ASK_FOR_TYPES, _keep_support_file),
    SetSaleAside: (Permission.SET_SALE_ASIDE, _set_aside),
    AnswerForCustomer: (Permission.ANSWER_FOR_CUSTOMER, _answer),
    VoidRedemption: (Permission.VOID, _void),
    PrintSlip: (Permission.PRINT_SLIP, _print),
    ConfirmSlip: (Permission.PRINT_SLIP, _confirm),
    ResumePrinter: (Permission.PRINT_SLIP, _resume_printer),
    RevealChange: (Permission.REVEAL_CHANGE, _reveal),
    RevealAnswer: (Permission.REVEAL_CHANGE, _reveal_answer),
    AskAgain: (Permission.SETTLE, _ask_again),
    TryNow: (Permission.SETTLE, _try_now),
    SettleAll: (Permission.SETTLE, _settle),
    ReconcileStatement: (Permission.RECONCILE, _reconcile),
    ResolveDifference: (Permission.RESOLVE_DIFFERENCE, _resolve_difference),
    SettleByHand: (Permission.SETTLE_BY_HAND, _settle_by_hand),
    ShredDue: (Permission.SHRED, _shred_due),
    ExportPhone: (Permission.EXPORT_PHONE, _export_phone),
    ChangeSettings: (Permission.CHANGE_SETTINGS, _change_settings),
    KeepKey: (Permission.CHANGE_SETTINGS, _keep_key),
    SetUpTill: (Permission.SIGN_IN, _set_up),
    TryProvider: (Permission.SIGN_IN, _try_provider),
    TryPrinter: (Permission.SIGN_IN, _try_printer),
    AllowMoreTries: (Permission.ALLOW_MORE_TRIES, _allow_more),
    ResumeUpstream: (Permission.RESUME_UPSTREAM, _resume),
    SignIn: (Permission.SIGN_IN, _sign_in),
    OpenShift: (Permission.RUN_SHIFT, _open_shift),
    PayIn: (Permission.RUN_SHIFT, _pay_in),
    DropCash: (Permission.RUN_SHIFT, _drop_cash),
    PayOut: (Permission.OPEN_DRAWER, _pay_out),
    OpenDrawer: (Permission.OPEN_DRAWER, _open_drawer),
    TakeRest: (Permission.REDEEM, _take_rest),
    CountDrawer: (Permission.RUN_SHIFT, _count_drawer),
    ReadShift: (Permission.READ_BOOKS, _read_shift),
    ReadReport: (Permission.READ_BOOKS, _read_report),
    CloseShift: (Permission.RUN_SHIFT, _close_shift),
    PrintShift: (Permission.RUN_SHIFT, _print_shift),
    SignOut: (Permission.SIGN_IN, _sign_out),
    FindBadge: (Permission.SIGN_IN, _find_badge),
    MakeFirstManager: (Permission.SIGN_IN, _make_manager),
    RecoverManager: (Permission.SIGN_IN, _recover),
    ChangeOwnPin: (Permission.SIGN_IN, _change_own),
    ChooseLanguage: (Permission.SIGN_IN, _choose_language),
    SetPin: (Permission.RESET_PIN, _set_pin),
    AddPerson: (Permission.MANAGE_STAFF, _add),
    SetRole: (Permission.MANAGE_STAFF, _set_role),
    SetBadge: (Permission.MANAGE_STAFF, _set_badge),
    LockPerson: (Permission.MANAGE_STAFF, _lock),
    UnlockPerson: (Permission.MANAGE_STAFF, _unlock),
    AcknowledgeRecovery: (Permission.MANAGE_STAFF, _acknowledge),
    AcknowledgeAlerts: (Permission.RESET_PIN, _seen),
}
"""Every command with what it needs, and a till at which it does something."""
_NAMED = [
    OpenShift,
    PayIn,
    PayOut,
    DropCash,
    OpenDrawer,
    TakeRest,
    CountDrawer,
    CloseShift,
    PrintShift,
    ReconcileStatement,
    ResolveDifference,
    SettleByHand,
    RedeemVoucher,
    LeaveSale,
    SetSaleAside,
    AnswerForCustomer,
    VoidRedemption,
    PrintSlip,
    ConfirmSlip,
    RevealChange,
    RevealAnswer,
    SetPin,
    AddPerson,
    SetRole,
    SetBadge,
    LockPerson,
    UnlockPerson,
    AcknowledgeRecovery,
    ShredDue,
    ExportPhone,
    ChangeSettings,
    KeepKey,
    SetUpTill,
]
"""The journal says who gave these."""


def _kinds() -> list[type[Command[Any]]]:
    """Return every command that a module defines, wherever it is."""
    found, left = [], [*Command.__subclasses__()]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        # A record with slots is made twice, and the first one stands nowhere.
        if getattr(sys.modules[kind.__module__], kind.__name__, None) is kind:
            found.append(kind)
    return found


def _unknown_to(table: Mapping[Any, Use], kinds: Iterable[type]) -> list[str]:
    return sorted(kind.__name__ for kind in kinds if kind not in table)


def _misfits(table: Mapping[type[Command[Any]], Use]) -> Iterator[str]:
    """Name each row whose use case takes another command, or gives another answer."""
    for kind, use in table.items():
        hints = typing.get_type_hints(use.case)
        taken = hints[next(iter(inspect.signature(use.case).parameters))]
        (answer,) = typing.get_args(kind.__orig_bases__[0])  # type: ignore[attr-defined]  # every generic base has them
        given = hints["return"]
        if taken is not kind or (given is not answer and given != answer):
            yield kind.__name__


async def test_every_command_is_in_the_table() -> None:
    """One that is missing could be given by nobody; one that is planted is found missing."""
    in_module = [
        one
        for _, one in inspect.getmembers(commands, inspect.isclass)
        if issubclass(one, Command) and one is not Command
    ]

    class Planted(Command[None]):
        """Stands in no table."""

    async with open_counter() as counter:
        table = counter.gate._table
        assert set(table) == set(in_module) == set(_kinds()) == set(_GIVEN)
        assert _unknown_to(table, [*_kinds(), Planted]) == ["Planted"]


async def test_a_use_case_takes_its_command_and_gives_its_answer() -> None:
    """What the type of a command promises to whoever gives it; two rows exchanged are found."""
    async with open_counter() as counter:
        table = counter.gate._table
        assert list(_misfits(table)) == []
        exchanged = {**table, TryNow: table[AskAgain]}
        assert list(_misfits(exchanged)) == ["TryNow"]


@pytest.mark.parametrize("kind", _GIVEN, ids=lambda kind: kind.__name__)
async def test_who_lacks_the_permission_is_refused_before_anything_is_done(
    kind: type[Command[Any]],
) -> None:
    """However much else they may do: nothing is written, asked, told or printed."""
    permission, given = _GIVEN[kind]
    async with open_counter(is_fresh=kind is SetUpTill) as counter:
        command = await given(counter)
        before = counter.seen()
        with pytest.raises(NotPermittedError) as refused:
            await counter.gate.run(command, Actor(NALEDI, EVERYTHING - {permission}))
        assert refused.value.permission is permission
        assert counter.seen() == before


@pytest.mark.parametrize("kind", _GIVEN, ids=lambda kind: kind.__name__)
async def test_the_one_permission_is_enough(kind: type[Command[Any]]) -> None:
    """Who has nothing else gets it done."""
    permission, given = _GIVEN[kind]
    async with open_counter(is_fresh=kind is SetUpTill) as counter:
        command = await given(counter)
        before = counter.seen()
        await counter.gate.run(command, Actor(NALEDI, frozenset({permission}), "17"))
        assert (counter.seen() == before) is (kind in _ONLY_ASKS)


async def test_an_x_is_printed_for_who_may_read_the_books_and_a_copy_for_who_may_copy() -> None:
    """Beside the permission to print reports at all; nothing is counted for an X."""
    cashier = Actor(NALEDI, frozenset({Permission.RUN_SHIFT}), "17")
    async with open_counter() as counter:
        await counter.shift()
        with pytest.raises(NotPermittedError) as refused:
            await counter.gate.run(PrintShift(), cashier)
        assert refused.value.permission is Permission.READ_BOOKS
        reader = replace(cashier, permissions=cashier.permissions | {Permission.READ_BOOKS})
        assert (await counter.gate.run(PrintShift(), reader)).copy_number == 0
        await counter.engine.shifts.count({10_000: 5}, cashier)
        await counter.gate.run(CloseShift(), cashier)
        assert (await counter.gate.run(PrintShift(1), cashier)).copy_number == 0
        before = counter.seen()
        with pytest.raises(NotPermittedError) as refused:
            await counter.gate.run(PrintShift(1), cashier)
        assert refused.value.permission is Permission.PRINT_COPY
        assert counter.seen() == before


@pytest.mark.parametrize("kind", _NAMED, ids=lambda kind: kind.__name__)
async def test_the_journal_names_who_acted(kind: type[Command[Any]]) -> None:
    """In what the command itself writes."""
    _, given = _GIVEN[kind]
    async with open_counter(is_fresh=kind is SetUpTill) as counter:
        command = await given(counter)
        before = len(counter.journal.commits)
        assert SIPHO.name not in repr(counter.journal.commits)
        await counter.gate.run(command, SIPHO)
        assert SIPHO.name in repr(counter.journal.commits[before:])


NOWHERE = "00000000-0000-4000-8000-00000000dead"
_ELSEWHERE = replace(ADVISED_VOUCHER, upstream="nowhere")
_FIELDS = {"pin": Secret(CANARY_PIN)}
_WRONG: Mapping[str, tuple[Command[Any], type[CommandRefusedError]]] = {
    "sale": (
        RedeemVoucher(
            voucher_type=ADVISED_VOUCHER, fields=_FIELDS, amount=Exact(1900), sale_id=NOWHERE
        ),
        UnknownSaleError,
    ),
    "type": (
        RedeemVoucher(voucher_type=_ELSEWHERE, fields=_FIELDS, amount=Exact(1900)),
        UnknownUpstreamError,
    ),
    "wait": (WaitForResult(NOWHERE), UnknownRedemptionError),
    "leave": (LeaveSale(NOWHERE), UnknownSaleError),
    "set aside": (SetSaleAside(NOWHERE), UnknownSaleError),
    "balance": (CheckBalance(_ELSEWHERE, _FIELDS), UnknownUpstreamError),
    "answer": (AnswerForCustomer(NOWHERE, Customer.HERE), UnknownRedemptionError),
    "void": (VoidRedemption(NOWHERE, VoidReason.GOODS_RETURNED), UnknownRedemptionError),
    "print": (PrintSlip(NOWHERE), UnknownRedemptionError),
    "reveal": (RevealChange(NOWHERE), UnknownRedemptionError),
    "reveal answer": (RevealAnswer(NOWHERE), UnknownRedemptionError),
    "ask again": (AskAgain(NOWHERE), UnknownRedemptionError),
    "resume": (ResumeUpstream("nowhere"), UnknownUpstreamError),
    "reconcile": (
        ReconcileStatement(
            Wanted(path=Path("nowhere"), upstream="nowhere", columns=StatementColumns())
        ),
        UnknownUpstreamError,
    ),
    "no statement": (
        ReconcileStatement(
            Wanted(
                path=Path("nowhere"),
                upstream=UPSTREAM,
                columns=StatementColumns(reference="a", amount="b"),
            )
        ),
        StatementRefusedError,
    ),
    "resolve": (ResolveDifference(99, "they paid"), UnknownDifferenceError),
}


@pytest.mark.parametrize("name", _WRONG)
async def test_what_a_command_names_and_is_not_there_is_refused(name: str) -> None:
    """A wrong id is somebody's mistake, not the till's: it is said, and nothing is done."""
    command, refusal = _WRONG[name]
    async with open_counter() as counter:
        before = counter.seen()
        with pytest.raises(refusal) as refused:
            await counter.gate.run(command, Actor(NALEDI, EVERYTHING))
        assert exit_for(refused.value) is Exit.REFUSED
        assert "Nothing was done" in failures.failure(refused.value)
        assert counter.seen() == before


async def test_an_old_screen_gives_up_nothing_that_was_sent() -> None:
    """The redemption may have moved on since it was shown."""
    async with open_counter() as counter:
        sold = await counter.sold()
        before = counter.seen()
        with pytest.raises(StaleChangeError):
            await counter.gate.run(AbandonRedemption(sold), Actor(NALEDI, EVERYTHING))
        assert counter.seen() == before


async def test_an_old_screen_prints_no_slip_of_what_was_given_up() -> None:
    """Nothing was sent, so there is nothing to prove."""
    async with open_counter() as counter:
        given_up = await counter.engine.redeemer.abandon(await counter.prepared())
        before = counter.seen()
        with pytest.raises(NoSlipError) as told:
            await counter.gate.run(PrintSlip(given_up.id), Actor(NALEDI, EVERYTHING))
        assert "no slip" in failures.failure(told.value)
        assert counter.seen() == before


async def test_who_serves_customers_leaves_the_sale_at_the_counter_and_no_other() -> None:
    """Closing somebody else's would let the voucher that pays it be taken for nothing."""
    cashier = Actor(NALEDI, frozenset({Permission.REDEEM}))
    async with open_counter() as counter:
        first = await counter.prepared()
        own = await counter.gate.run(await _redeem(counter), cashier)
        before = counter.seen()
        with pytest.raises(NotPermittedError) as refused:
            await counter.gate.run(LeaveSale(first.sale_id), cashier)
        assert refused.value.permission is Permission.SET_SALE_ASIDE
        assert counter.seen() == before
        await counter.gate.run(LeaveSale(own.sale_id), cashier)
        sale = await counter.journal.sale(own.sale_id)
        assert sale is not None
        assert sale.ending is SaleEnding.CUSTOMER_LEFT


async def test_a_sale_that_came_back_after_a_stop_is_at_the_counter() -> None:
    """Its voucher may have been refused meanwhile, and then it is left as any other."""
    cashier = Actor(NALEDI, frozenset({Permission.REDEEM}))
    async with open_counter() as counter:
        left = await counter.interrupted()
        await counter.gate.run(LeaveSale(left.sale_id), cashier)
        sale = await counter.journal.sale(left.sale_id)
        assert sale is not None
        assert sale.state is SaleState.SET_ASIDE


async def test_a_copy_needs_a_permission_of_its_own() -> None:
    """It is as good as the change voucher on it; what is known to have failed is no paper."""
    cashier = Actor(NALEDI, frozenset({Permission.PRINT_SLIP}))
    async with open_counter() as counter:
        sold = await counter.sold()
        first, _ = await counter.gate.run(PrintSlip(sold.id), cashier)
        assert (first.kind, first.state) == (SlipKind.ORIGINAL, PrintState.SENT)
        before = counter.seen()
        with pytest.raises(NotPermittedError) as refused:
            await counter.gate.run(PrintSlip(sold.id), cashier)
        assert refused.value.permission is Permission.PRINT_COPY
        assert counter.seen() == before
        copy, _ = await counter.gate.run(PrintSlip(sold.id), Actor(NALEDI, EVERYTHING))
        assert copy.kind is SlipKind.COPY


@pytest.mark.parametrize("wanted", [RevealChange, RevealAnswer])
async def test_a_reveal_names_who_sees_it_before_they_do(
    wanted: Callable[[str], Command[Any]],
) -> None:
    """Each time; and where that cannot be written, nobody sees anything."""
    supervisor = Actor(NALEDI, frozenset({Permission.REVEAL_CHANGE}))
    async with open_counter() as counter:
        sold = await counter.sold()
        for times in (1, 2):
            assert await counter.gate.run(wanted(sold.id), supervisor) is not None
            told = [one.event for one in await counter.journal.events(sold.id)]
            assert told.count(CodeShown(by=NALEDI)) == times

        def fail(_: object) -> None:
            raise JournalUnavailableError("full")

        counter.journal.before_commit = fail
        with pytest.raises(JournalUnavailableError):
            await counter.gate.run(wanted(sold.id), supervisor)


async def test_what_is_revealed_is_the_code_and_where_there_is_none_nobody_saw_one() -> None:
    """The answer, too, is what was stored; before any came there is none."""
    supervisor = Actor(NALEDI, frozenset({Permission.REVEAL_CHANGE}))
    async with open_counter() as counter:
        sold, prepared = await counter.sold(), await counter.prepared()
        change = await counter.gate.run(RevealChange(sold.id), supervisor)
        assert [code.reveal() for code in texts_of(change)] == [CANARY_CHANGE_PIN]
        sent = await counter.gate.run(RevealChange(sold.id, MessageWay.SMS), supervisor)
        assert sent == change
        last = (await counter.journal.events(sold.id))[-1]
        assert last.event == CodeShown(by=NALEDI, way=MessageWay.SMS)
        said = await counter.gate.run(RevealAnswer(sold.id), supervisor)
        assert said == RevealedAnswer(Secret('{"status":"confirmed"}'), change)
        before = counter.seen()
        assert await counter.gate.run(RevealChange(prepared.id), supervisor) is None
        assert counter.seen() == before
        nothing = RevealedAnswer(answer=None, change=None)
        assert await counter.gate.run(RevealAnswer(prepared.id), supervisor) == nothing


async def test_no_permission_is_idle() -> None:
    """Each one is asked for at the gate, at the slip desk, or before the journal is looked after.

    One that nothing asks for would be given and taken for nothing.
    """
    async with open_counter() as counter:
        at_the_gate = {use.permission for use in counter.gate._table.values()}
    asked = set(re.findall(r"Permission\.(\w+)", inspect.getsource(safekeeping)))
    elsewhere = {Permission[name] for name in asked}
    elsewhere |= {Permission.PRINT_COPY, Permission.REOPEN_CHANGE}
    assert at_the_gate | elsewhere == EVERYTHING
    assert not at_the_gate & elsewhere
