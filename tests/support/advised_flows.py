"""Redemptions at an upstream of kind B to be killed in, and what must hold after every kill."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.domain.advice import UNACKNOWLEDGED, Advice
from counterfoil.domain.forwarding import SWEEP_AFTER_S, UNKNOWN_AFTER_S
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.sandbox.faults import Drop, Rule, Status
from counterfoil.sandbox.server import SandboxServer
from counterfoil.sandbox.suv.ledger import NewSuvVoucher
from counterfoil.sandbox.suv.vouchers import SuvSituation
from support.canary import CANARY_PIN
from support.flows import NO_KILL, Kill, journal_of, window_line
from support.killing import SHOWN_ID, Cashier, Job, Life, Nursery
from support.tills import CommandLine, command_line

S = RedemptionState
DUAL, SINGLE, SWALLOWED = "electrum.voucher", "electrum.single_message", "electrum.stellr"
CENTS = 1900
_SETTINGS = """
[electrum]
base_url = "{url}"
terminal_id = "TILL0001"
credentials_from = "environment"
[electrum.client]
id = "22222222"
name = "Acquirer"
[electrum.originator]
id = "11111111"
name = "Corner Shop"
[electrum.receiver]
id = "50010003"
name = "Protea Prepaid"
[electrum.merchant]
type = "5411"
id = "CORNERSHOP00001"
name = "Corner Shop"
city = "Cape Town"
region = "WC"
country = "ZA"
"""
REDEEM, RECOVER, VOID = "redeem", "recover", "void"
_ORDER = (S.PREPARED, S.INFLIGHT, S.APPROVED, S.FINAL)
_PAST = {
    S.ABANDONED: 0,
    S.DECLINED: 1,
    S.ATTENTION: 3,
    S.REVERSING: 3,
    S.REVERSED: 3,
    S.REVERSED_UNVERIFIED: 3,
}
"""How far along the order a redemption may have come before it left it."""
LATER_S = (0.0, UNKNOWN_AFTER_S + 30, SWEEP_AFTER_S + UNKNOWN_AFTER_S + 60)
"""How long after a kill the till is started again until nothing is owed: at once, when a request
can be nowhere on its way any more, and for the sweep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisedFlow:
    """One redemption of one voucher, and what the cashier does about it, command by command."""

    name: str
    type_id: str = DUAL
    situation: SuvSituation = SuvSituation.USABLE
    commands: tuple[str, ...] = (REDEEM, RECOVER)
    after_kill: tuple[str, ...] = ()
    """What the cashier does again after the restart and before recovery."""
    rules: tuple[Rule, ...] = ()
    first: int = 1
    every: int = 1
    """Of how many boundaries one is tried, from the first, where a flow repeats those of another.

    Every second one, before or after each call, leaves no state of the books out.
    """

    def cashier(self) -> Cashier:
        """Return who redeems it in a window; what comes after that is for the command line."""
        return Cashier(type_id=self.type_id, typed={"code": CANARY_PIN}, amount="19.00")

    def lines(self, line: CommandLine, commands: tuple[str, ...]) -> list[list[str]]:
        """Return the command lines; the voucher's number comes by their input."""
        whole = {
            REDEEM: (REDEEM, "--type", self.type_id, "--field", "code=-", "--amount", "19.00"),
            RECOVER: (RECOVER,),
            VOID: (VOID, SHOWN_ID, "--reason", "goods_returned"),
        }
        return [line.line(*whole[command], as_json=True) for command in commands]


ADVISED_FLOWS: tuple[AdvisedFlow, ...] = (
    AdvisedFlow(name="dual: redeemed and confirmed"),
    AdvisedFlow(name="single: redeemed", type_id=SINGLE, first=2, every=2),
    AdvisedFlow(
        name="time-out upstream, value taken", situation=SuvSituation.UPSTREAM_TIMEOUT_TAKEN
    ),
    AdvisedFlow(
        name="time-out upstream, nothing taken",
        situation=SuvSituation.UPSTREAM_TIMEOUT,
        every=3,
    ),
    AdvisedFlow(
        name="answer lost, rescued by look-up",
        situation=SuvSituation.ANSWER_LOST,
        every=2,
    ),
    AdvisedFlow(name="refused", situation=SuvSituation.USED, first=2, every=2),
    AdvisedFlow(
        name="void before the confirmation",
        commands=(REDEEM, VOID, RECOVER),
        after_kill=(VOID,),
        every=2,
    ),
    AdvisedFlow(
        name="void after the confirmation: refunded and confirmed",
        commands=(REDEEM, RECOVER, VOID, RECOVER),
        after_kill=(VOID,),
        every=2,
    ),
    AdvisedFlow(
        name="refund not answered: reversed",
        commands=(REDEEM, RECOVER, VOID, RECOVER),
        after_kill=(VOID,),
        rules=(
            Rule(
                endpoint="suv_refund",
                action=Status(kind="status", status=504),
                times=1,
                after_effect=True,
            ),
        ),
        first=2,
        every=2,
    ),
    AdvisedFlow(
        name="confirmation lost, then repeated",
        rules=(
            Rule(
                endpoint="suv_confirm_redeem",
                action=Drop(kind="drop"),
                times=1,
                after_effect=True,
            ),
        ),
        first=2,
        every=2,
    ),
    AdvisedFlow(
        name="swallowed by its provider",
        type_id=SWALLOWED,
        situation=SuvSituation.UPSTREAM_TIMEOUT_TAKEN,
        every=3,
    ),
)


@dataclass(frozen=True, slots=True)
class AdvisedBooks:
    """What a till's journal holds of kind B."""

    redemptions: tuple[Redemption, ...]
    advices: tuple[Advice | None, ...]
    owed: tuple[Advice, ...]


class AdvisedScene:
    """A sandbox, a till of its own and one flow."""

    def __init__(
        self, server: SandboxServer, nursery: Nursery, folder: Path, flow: AdvisedFlow
    ) -> None:
        server.reset()
        starts = "baobab" if flow.type_id == SWALLOWED else "protea"
        server.sandbox.suv.issue(
            NewSuvVoucher(
                code=CANARY_PIN,
                serial_number="CANARY",
                provider=starts,
                value_cents=CENTS if starts == "baobab" else 5_000,
                expires_at="2031-01-01T00:00:00.000Z",
                situation=flow.situation.value,
            )
        )
        for rule in flow.rules:
            server.add_rule(rule)
        self.flow = flow
        self.line = command_line(folder, server.url, _SETTINGS.format(url=server.url))
        self._server = server
        self._nursery = nursery
        self._shown_id = ""
        self._ahead_s = 0.0

    def live(
        self,
        *,
        kill_at: int | None = None,
        kill_after_s: float | None = None,
        mutant: str = "",
    ) -> Life:
        """Carry out the flow's commands, up to the boundary or the time."""
        job = Job(
            lines=self.flow.lines(self.line, self.flow.commands),
            stdin=CANARY_PIN + "\n",
            kill_at=kill_at,
            kill_after_s=kill_after_s,
            mutant=mutant,
        )
        return self._heard(self._nursery.live(job))

    def restart(self, *, after_s: float = 0.0, kill_at: int | None = None) -> Life:
        """Start again so much later, do what the cashier would do again, and recover."""
        self._ahead_s += after_s
        again = self.flow.after_kill if self._shown_id else ()
        lines = [
            [part.replace(SHOWN_ID, self._shown_id) for part in line]
            for line in self.flow.lines(self.line, (*again, RECOVER))
        ]
        job = Job(lines=lines, kill_at=kill_at, ahead_s=self._ahead_s)
        return self._heard(self._nursery.live(job))

    def live_in_window(self, cashier: Cashier, kill: Kill = NO_KILL) -> Life:
        """Let a cashier work in the window, up to the boundary or the time."""
        job = Job(lines=(window_line(self.line),), cashier=cashier, ahead_s=self._ahead_s)
        return self._heard(self._nursery.live(kill.of(job)))

    def _heard(self, life: Life) -> Life:
        if life.shown and not self._shown_id:
            self._shown_id = life.shown[0]["id"]
        return life

    async def settle(self) -> AdvisedBooks:
        """Start the till again and again, later and later, until nothing is owed."""
        self.restart(after_s=LATER_S[0])
        books = await self.books()
        for after_s in LATER_S[1:]:
            if books.owed:
                self.restart(after_s=after_s)
                books = await self.books()
        return books

    async def books(self) -> AdvisedBooks:
        """Read a journal that must be sound."""
        async with journal_of(self.line) as journal:
            assert await journal.verify() == ()
            redemptions = await journal.history(99)
            advices = [await journal.advice(one.id) for one in redemptions]
            return AdvisedBooks(redemptions, tuple(advices), await journal.owed_advices())

    async def check_before(self, life: Life) -> AdvisedBooks:
        """Check that what a dead till showed is in its journal."""
        books = await self.books()
        stored = {one.id: one.state for one in books.redemptions}
        for shown in life.shown:
            assert shown["id"] in stored, f"shown but not written: {shown}"
            state, told = stored[shown["id"]], S(shown["state"])
            is_reached = told not in _ORDER or _rank(state) >= _ORDER.index(told)
            assert state is told or is_reached, f"shown early: {shown}"
            assert told in _ORDER or state not in _ORDER, f"shown early: {shown}"
        return books

    def check_after(self, books: AdvisedBooks) -> None:
        """Check that nothing is owed, and that both books agree to the cent."""
        report = self._server.suv_ledger.report()
        assert books.owed == (), "an advice is owed"
        taken = _taken(report)
        for redemption, advice in zip(books.redemptions, books.advices, strict=True):
            self._check(redemption, advice, taken.pop(redemption.id, 0), report)
        assert taken == {}, "something was taken that no row tells of"

    async def check_again(self, books: AdvisedBooks) -> None:
        """Check that starting once more changes nothing."""
        recover = self.flow.lines(self.line, (RECOVER,))
        again = self._nursery.live(Job(lines=recover, ahead_s=self._ahead_s))
        assert again.codes == [0]
        assert await self.books() == books, "recovering twice is recovering once"

    def _check(
        self, found: Redemption, advice: Advice | None, cents: int, report: dict[str, Any]
    ) -> None:
        told = [one for one in report["advices"] if one["request_id"] == found.id]
        assert len({one["kind"] for one in told}) <= 1, "confirmed and reversed"
        assert len({one["id"] for one in told}) <= 1, "two advices for one request"
        assert advice is None or advice.state not in UNACKNOWLEDGED
        if found.state is S.FINAL:
            sign = -1 if found.is_refund else 1
            assert cents == sign * (found.redeemed_cents or 0), "sold on what was not taken"
            assert any(one["had_effect"] for one in told) is found.has_confirmation
        elif found.state is S.REVERSED_UNVERIFIED:
            assert self.flow.type_id == SWALLOWED
        else:
            assert found.state in {S.ABANDONED, S.DECLINED, S.REVERSED}, found.state
            assert cents == 0, f"{found.state.value}, and something was taken"


def _rank(state: RedemptionState) -> int:
    return _PAST[state] if state in _PAST else _ORDER.index(state)


def _taken(report: dict[str, Any]) -> dict[str, int]:
    taken: dict[str, int] = {}
    for voucher in report["vouchers"]:
        for debit in voucher["debits"]:
            known = taken.get(debit["request_id"], 0)
            taken[debit["request_id"]] = known + debit["amount_cents"]
    taken.pop("before-the-sandbox", None)
    return {request_id: cents for request_id, cents in taken.items() if cents}


NewAdvisedScene = Callable[[AdvisedFlow], AdvisedScene]
