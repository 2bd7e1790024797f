"""Redemptions at an advised upstream to be killed in, and what must hold after every kill."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.domain.advice import UNACKNOWLEDGED, Advice, AdviceState
from counterfoil.domain.forwarding import RESEND_AFTER_S, UNKNOWN_AFTER_S
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import Evidence, SettledAs
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.faults import Drop, Rule, Status
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.ledger import NewSuvVoucher
from counterfoil_sandbox.suv.vouchers import SuvSituation
from support.canary import CANARY_PIN
from support.flows import (
    GIVE,
    NO_KILL,
    RECOVER,
    SEND,
    SETTLE,
    VOID,
    Kill,
    doubled_unless,
    journal_of,
    line_of,
    lost_unless,
    window_line,
)
from support.killing import AT_ONCE, LATER, SHOWN_ID, Cashier, Job, Life, Nursery
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
REDEEM = "redeem"
SENT = 10
"""The boundary after the first request: what comes before is the same in each flow."""
CONFIRMED = 20
"""The boundary after which a confirmation is delivered, and written as that."""
HOLD_S = 2
"""How long a window holds a confirmation back in a flow that voids before it leaves."""
_ORDER = (S.PREPARED, S.INFLIGHT, S.APPROVED, S.FINAL)
_PAST = {
    S.ABANDONED: 0,
    S.DECLINED: 1,
    S.ATTENTION: 3,
    S.REVERSING: 3,
    S.REVERSED: 3,
    S.REVERSED_UNVERIFIED: 3,
    S.RESOLVED: 3,
}
"""How far along the order a redemption may have come before it left it."""
LATER_S = (0.0, UNKNOWN_AFTER_S + 30, RESEND_AFTER_S + UNKNOWN_AFTER_S + 60)
"""How long after a kill the till is started again until nothing is owed: at once, when a request
can be nowhere on its way any more, and for the safety resend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisedFlow:
    """One redemption of one voucher, and what the cashier does about it, command by command."""

    name: str
    boundaries: int
    """How many it passes in the command line when it is not killed."""
    type_id: str = DUAL
    situation: SuvSituation = SuvSituation.USABLE
    commands: tuple[str, ...] = (REDEEM, RECOVER)
    after_kill: tuple[str, ...] = ()
    """What the cashier does again after the restart and before recovery."""
    rules: tuple[Rule, ...] = ()
    evidence: Evidence | None = None
    """What the provider says of it, where it is settled."""
    ends: frozenset[str] = frozenset({"final"})
    """What the books say at the end, over all boundaries that the suite tries."""
    first: int = SENT
    every: int = 2
    """Of how many boundaries one is tried in the suite, from the first that is not another flow's.

    Until the first request has left all flows are alike. After that boundaries lie in pairs, after
    a call and before the next, with nothing written in between: every second one leaves no state
    of the books out.
    """

    @property
    def is_held(self) -> bool:
        """Whether a window holds the confirmation back, so that it can still be turned."""
        return self.commands == (REDEEM, VOID, RECOVER)

    def cashier(self) -> Cashier:
        """Return who redeems it in a window, and takes it back there."""
        voids = AT_ONCE if self.is_held else LATER if VOID in self.commands else ""
        return Cashier(
            type_id=self.type_id,
            typed={"code": CANARY_PIN},
            amount="19.00",
            voids=voids,
            gives=GIVE in self.commands,
            settles_as=self.evidence.value if self.evidence else "",
        )

    def lines(self, line: CommandLine, commands: tuple[str, ...]) -> list[list[str]]:
        """Return the command lines; the voucher's number comes by their input."""
        redeem = (REDEEM, "--type", self.type_id, "--field", "code=-", "--amount", "19.00")
        asked = [redeem if one == REDEEM else line_of(one, self.evidence) for one in commands]
        return [line.line(*words, as_json=True) for words in asked]


DUAL_FLOW = AdvisedFlow(
    name="dual: redeemed and confirmed",
    boundaries=20,
    ends=frozenset({"nothing", "abandoned", "reversed", "final"}),
    first=1,
    every=1,
)
TAKEN_FLOW = AdvisedFlow(
    name="time-out upstream, value taken",
    boundaries=38,
    situation=SuvSituation.UPSTREAM_TIMEOUT_TAKEN,
    ends=frozenset({"reversed"}),
)
HELD_FLOW = AdvisedFlow(
    name="void before the confirmation",
    boundaries=24,
    commands=(REDEEM, VOID, RECOVER),
    after_kill=(VOID,),
    ends=frozenset({"reversed"}),
    first=14,
)
REFUND_FLOW = AdvisedFlow(
    name="void after the confirmation: refunded and confirmed",
    boundaries=38,
    commands=(REDEEM, RECOVER, VOID, RECOVER),
    after_kill=(VOID,),
    ends=frozenset(
        {
            "final, refund final",
            "final, refund reversed",
            "final, refund abandoned, refund final",
            "final, refund reversed, refund final",
        }
    ),
    first=CONFIRMED,
)
ADVISED_FLOWS: tuple[AdvisedFlow, ...] = (
    DUAL_FLOW,
    AdvisedFlow(
        name="single: redeemed",
        boundaries=14,
        type_id=SINGLE,
        ends=frozenset({"reversed", "final"}),
    ),
    TAKEN_FLOW,
    AdvisedFlow(
        name="time-out upstream, nothing taken",
        boundaries=38,
        situation=SuvSituation.UPSTREAM_TIMEOUT,
        ends=frozenset({"reversed"}),
        every=4,
    ),
    AdvisedFlow(
        name="answer lost, rescued by look-up",
        boundaries=26,
        situation=SuvSituation.ANSWER_LOST,
        ends=frozenset({"reversed", "final"}),
    ),
    AdvisedFlow(
        name="refused",
        boundaries=12,
        situation=SuvSituation.USED,
        ends=frozenset({"reversed", "declined"}),
    ),
    HELD_FLOW,
    REFUND_FLOW,
    AdvisedFlow(
        name="refund not answered: reversed",
        boundaries=36,
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
        ends=frozenset({"final, refund reversed", "final, refund reversed, refund final"}),
        first=CONFIRMED + 8,
    ),
    AdvisedFlow(
        name="confirmation lost, then repeated",
        boundaries=26,
        rules=(
            Rule(
                endpoint="suv_confirm_redeem",
                action=Drop(kind="drop"),
                times=1,
                after_effect=True,
            ),
        ),
        first=CONFIRMED - 2,
    ),
    AdvisedFlow(
        name="swallowed by its provider",
        boundaries=38,
        type_id=SWALLOWED,
        situation=SuvSituation.UPSTREAM_TIMEOUT_TAKEN,
        ends=frozenset({"reversed_unverified"}),
        every=4,
    ),
    AdvisedFlow(
        name="confirmation not read: settled by hand, then void outside the voucher",
        boundaries=26,
        commands=(REDEEM, SEND, SETTLE, GIVE),
        after_kill=(SEND, SETTLE, GIVE),
        rules=(Rule(endpoint="suv_confirm_redeem", action=Status(kind="status", status=501)),),
        evidence=Evidence.TAKEN,
        ends=frozenset({"resolved"}),
        first=CONFIRMED + 2,
        every=4,
    ),
)


@dataclass(frozen=True, slots=True)
class AdvisedBooks:
    """What a till's journal holds of an advised upstream."""

    redemptions: tuple[Redemption, ...]
    advices: tuple[Advice | None, ...]
    owed: tuple[Advice, ...]
    settled_as: Mapping[str, Sequence[SettledAs]]
    """How each redemption was settled, one by one."""

    @property
    def words(self) -> str:
        """What became of each redemption, from the first to the last."""
        ends = [
            f"{'refund ' if one.is_refund else ''}{one.state.value}"
            for one in reversed(self.redemptions)
        ]
        return ", ".join(ends) or "nothing"


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

    def live(self, *, kill_at: int | None = None, mutant: str = "") -> Life:
        """Carry out the flow's commands, up to the boundary."""
        return self.live_until(Kill(at=kill_at, mutant=mutant))

    def live_until(self, kill: Kill) -> Life:
        """Carry out the flow's commands, up to the boundary or the time."""
        lines = self.flow.lines(self.line, self.flow.commands)
        return self._heard(self._nursery.live(kill.of(Job(lines=lines, stdin=CANARY_PIN + "\n"))))

    def restart(self, kill: Kill = NO_KILL, *, after_s: float = 0.0) -> Life:
        """Start again so much later, do what the cashier would do again, and recover."""
        self._ahead_s += after_s
        return self._heard(self._nursery.live(kill.of(self.recovery())))

    def start_again(self, kill: Kill, *, after_s: float, is_window: bool) -> Life:
        """Start again so much later, up to the boundary or the time."""
        if is_window:
            return self.live_in_window(Cashier(), kill, after_s=after_s)
        return self.restart(kill, after_s=after_s)

    def recovery(self) -> Job:
        """Return the process that does so."""
        again = self.flow.after_kill if self._shown_id else ()
        lines = [
            [part.replace(SHOWN_ID, self._shown_id) for part in line]
            for line in self.flow.lines(self.line, (*again, RECOVER))
        ]
        return Job(lines=lines, ahead_s=self._ahead_s)

    def live_as(self, job: Job) -> Life:
        """Let one process of this till live to its end."""
        return self._heard(self._nursery.live(job))

    def window(self, cashier: Cashier) -> Job:
        """Return the process that opens a window for a cashier."""
        line = window_line(self.line, hold_s=HOLD_S if self.flow.is_held else 0)
        return Job(lines=(line,), cashier=cashier, ahead_s=self._ahead_s)

    def live_in_window(
        self, cashier: Cashier, kill: Kill = NO_KILL, *, after_s: float = 0.0
    ) -> Life:
        """Let a cashier work in the window so much later, up to the boundary or the time."""
        self._ahead_s += after_s
        return self._heard(self._nursery.live(kill.of(self.window(cashier))))

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
            settled_as = {
                one.id: [kept.settled_as for kept in await journal.settlements(one.id)]
                for one in redemptions
            }
            owed = await journal.owed_advices()
            return AdvisedBooks(redemptions, tuple(advices), owed, settled_as)

    async def check_before(self, life: Life) -> AdvisedBooks:
        """Check that what a dead till showed is in its journal."""
        books = await self.books()
        stored = {one.id: one.state for one in books.redemptions}
        for shown in life.shown:
            lost_unless(shown["id"] in stored, f"shown but not written: {shown}")
            state, told = stored[shown["id"]], S(shown["state"])
            is_reached = told not in _ORDER or _rank(state) >= _ORDER.index(told)
            lost_unless(state is told or is_reached, f"shown early: {shown}")
            lost_unless(told in _ORDER or state not in _ORDER, f"shown early: {shown}")
        return books

    def check_after(self, books: AdvisedBooks) -> None:
        """Check that nothing is owed, and that both books agree to the cent."""
        report = self._server.suv_ledger.report()
        lost_unless(books.owed == (), "an advice is owed and is not delivered")
        taken = _taken(report)
        for redemption, advice in zip(books.redemptions, books.advices, strict=True):
            self._check(redemption, advice, taken.pop(redemption.id, 0), report)
            _check_settled(redemption, advice, books.settled_as[redemption.id])
        lost_unless(taken == {}, "something was taken that no row tells of")

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
        doubled_unless(len({one["kind"] for one in told}) <= 1, "confirmed and reversed")
        doubled_unless(len({one["id"] for one in told}) <= 1, "two advices for one request")
        assert advice is None or advice.state not in UNACKNOWLEDGED
        if found.state in {S.FINAL, S.RESOLVED}:
            sign = -1 if found.is_refund else 1
            wanted = sign * (found.redeemed_cents or 0)
            doubled_unless(abs(cents) <= abs(wanted), f"{cents} cents for {wanted}")
            lost_unless(cents == wanted, "sold on what was not taken")
            is_told = any(one["had_effect"] for one in told)
            is_due = found.has_confirmation and not _is_left_to_people(advice)
            lost_unless(is_told is is_due, "a confirmation without effect")
        elif found.state is S.REVERSED_UNVERIFIED:
            assert self.flow.type_id == SWALLOWED
        else:
            assert found.state in {S.ABANDONED, S.DECLINED, S.REVERSED}, found.state
            lost_unless(cents == 0, f"{found.state.value}, and {cents} cents were taken")


def _rank(state: RedemptionState) -> int:
    return _PAST[state] if state in _PAST else _ORDER.index(state)


def _is_left_to_people(advice: Advice | None) -> bool:
    return advice is not None and advice.state is AdviceState.SETTLED


def _check_settled(found: Redemption, advice: Advice | None, kept: Sequence[SettledAs]) -> None:
    """Check that what people settled is settled once in each way, and nothing else is."""
    wanted = [SettledAs.BY_HAND] if _is_left_to_people(advice) else []
    wanted += [found.settled_as] if found.settled_as else []
    lost_unless(set(wanted) <= set(kept), f"{found.state.value} without its settlement")
    doubled_unless(sorted(kept) == sorted(wanted), f"{found.state.value}, settled as {kept}")


def _taken(report: dict[str, Any]) -> dict[str, int]:
    taken: dict[str, int] = {}
    for voucher in report["vouchers"]:
        for debit in voucher["debits"]:
            known = taken.get(debit["request_id"], 0)
            taken[debit["request_id"]] = known + debit["amount_cents"]
    taken.pop("before-the-sandbox", None)
    return {request_id: cents for request_id, cents in taken.items() if cents}


NewAdvisedScene = Callable[[AdvisedFlow], AdvisedScene]
