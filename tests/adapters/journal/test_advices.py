"""What every journal promises of advices: one for each request, and the same bytes for ever."""

# ruff: noqa: S608 - the names of tables and columns come from this file

import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.adapters.journal.integrity import audit as checks
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.domain import audit
from counterfoil.domain.advice import (
    ADVICE_MOVES,
    Advice,
    AdviceKind,
    AdviceState,
    ReversalReason,
)
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.forwarding import Tally
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AttemptStarted,
    ConfirmationReplaced,
    RedemptionChanged,
    Row,
    TypesKept,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.journal import Journal, Place
from counterfoil.presentation.words import findings
from support import samples as sample
from support.canary import CANARY_PIN, names_in_bytes
from support.journals import QUICK, opened, raw, tampering
from support.memory_vault import MemoryVault
from support.samples import NOON, Samples, attempt, commit, ended, later, moved, stored

A, S = AdviceState, RedemptionState
CONFIRMATION, REVERSAL = AdviceKind.CONFIRMATION, AdviceKind.REVERSAL
BODY = Secret(f'{{"requestId": "r", "echo": "{CANARY_PIN}"}}')
OTHER_BODY = Secret("{}")


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """Return an empty journal."""
    async with opened(tmp_path / "till") as file:
        yield file


@pytest.fixture
def samples() -> Samples:
    """Return a source of records that differ."""
    return Samples()


def advice_for(redemption: Redemption, kind: AdviceKind = REVERSAL, **changes: Any) -> Advice:
    """Return a new advice about a redemption."""
    plain = Advice(
        id=f"advice of {redemption.id}",
        redemption_id=redemption.id,
        upstream=redemption.upstream,
        fingerprint=redemption.fingerprint,
        kind=kind,
        reason=ReversalReason.TIMEOUT if kind is REVERSAL else None,
        created_at=later(5),
    )
    return replace(plain, **changes)


async def sent(journal: Journal, samples: Samples, *, has_confirmation: bool = True) -> Redemption:
    """Write a redemption of the second kind whose request has ended without a decision."""
    prepared = await samples.prepared(
        journal, kind=UpstreamKind.ADVISED, has_confirmation=has_confirmation
    )
    inflight = replace(prepared, state=S.INFLIGHT, attempts=1)
    await commit(
        journal,
        RedemptionChanged(S.PREPARED, inflight, later(1)),
        AttemptStarted(attempt(prepared)),
    )
    asked = replace(inflight, attempts_ended=1)
    await commit(journal, ended(prepared), RedemptionChanged(S.INFLIGHT, asked, later(2)))
    return asked


async def reversing(journal: Journal, samples: Samples) -> tuple[Redemption, Advice]:
    """Write a redemption that is being reversed, and its advice."""
    asked = await sent(journal, samples)
    advice = advice_for(asked)
    after = replace(asked, state=S.REVERSING)
    await commit(journal, AdviceOwed(advice, BODY), RedemptionChanged(S.INFLIGHT, after, later(3)))
    return after, advice


async def final(journal: Journal, samples: Samples) -> tuple[Redemption, Advice]:
    """Write a final redemption whose confirmation was never attempted."""
    approved = await moved(journal, await sent(journal, samples), S.APPROVED)
    advice = advice_for(approved, CONFIRMATION)
    after = replace(approved, state=S.FINAL)
    await commit(journal, AdviceOwed(advice, BODY), RedemptionChanged(S.APPROVED, after, later(4)))
    return after, advice


async def test_a_confirmation_is_held_back_until_the_time_it_was_written_with(
    journal: Journal, samples: Samples
) -> None:
    """The time is durable with the sale, and counting an attempt takes it away."""
    approved = await moved(journal, await sent(journal, samples), S.APPROVED)
    held = advice_for(approved, CONFIRMATION, next_due_at=later(30))
    after = replace(approved, state=S.FINAL)
    await commit(journal, AdviceOwed(held, BODY), RedemptionChanged(S.APPROVED, after, later(4)))
    assert await journal.advice(after.id) == held
    assert await journal.owed_advices() == (held,)
    counted = replace(held, attempts=1, next_due_at=None)
    await commit(journal, AdviceAttemptStarted(counted, later(31)))
    assert await journal.advice(after.id) == counted


def started(advice: Advice) -> AdviceAttemptStarted:
    """Return the row that counts the next attempt."""
    return AdviceAttemptStarted(replace(advice, attempts=advice.attempts + 1), later(7))


def finished(advice: Advice, state: AdviceState = A.OWED, **changes: Any) -> AdviceAttemptEnded:
    """Return the row that ends the attempt under way."""
    known: dict[str, Any] = {"acknowledged_at": later(8)} if state is A.ACKNOWLEDGED else {}
    after = replace(
        advice, state=state, attempts_ended=advice.attempts, last_ended_at=later(8), **known
    )
    return AdviceAttemptEnded(
        before=advice.state,
        after=replace(after, **changes),
        at=later(8),
        outcome="repeat",
        cause="time_out",
        http_status=504,
    )


async def tried(
    journal: Journal, advice: Advice, state: AdviceState = A.OWED, **changes: Any
) -> Advice:
    """Write one whole attempt."""
    start = started(advice)
    await commit(journal, start)
    end = finished(start.advice, state, **changes)
    await commit(journal, end)
    return end.after


# ---------------------------------------------------------------------------------- round trips


async def test_an_advice_comes_back_with_every_part(journal: Journal, samples: Samples) -> None:
    """Each field, filled with something else than its default, is kept."""
    _, advice = await reversing(journal, samples)
    assert await journal.advice(advice.redemption_id) == advice
    full = await tried(
        journal,
        advice,
        A.ACKNOWLEDGED,
        next_due_at=later(99),
        last_cause="time_out",
        may_have_arrived=True,
    )
    kept = await journal.advice(advice.redemption_id)
    assert kept == full
    defaults = {field.name for field in fields(kept) if getattr(kept, field.name) == field.default}
    assert defaults == {"is_refund"}, "the sample leaves a field unproved"


async def test_a_confirmation_has_no_reason(journal: Journal, samples: Samples) -> None:
    """It says that the sale stands, and nothing more."""
    _, advice = await final(journal, samples)
    assert await journal.advice(advice.redemption_id) == advice


async def test_the_bytes_are_kept_to_the_letter(journal: Journal, samples: Samples) -> None:
    """What is repeated for days is what was written first."""
    _, advice = await reversing(journal, samples)
    await tried(journal, advice)
    assert (await journal.advice_body(advice.id)).reveal() == BODY.reveal()
    with pytest.raises(AssertionError):
        await journal.advice_body("nothing")


async def test_the_last_answer_is_kept_for_the_advice(journal: Journal, samples: Samples) -> None:
    """The identifiers of third parties are taken from it; attempts without one do not hide it."""
    asked = await sent(journal, samples)
    assert await journal.last_answer(asked.id) == sample.BODY
    await commit(journal, AttemptStarted(attempt(asked, 2)), ended(asked, 2, body=None))
    assert await journal.last_answer(asked.id) == sample.BODY
    silent = await samples.prepared(journal)
    assert await journal.last_answer(silent.id) is None
    assert await journal.last_answer("nobody") is None
    assert await journal.advice("nobody") is None


async def test_what_is_to_be_sent_is_listed_in_the_order_of_birth(
    journal: Journal, samples: Samples
) -> None:
    """Owed, suspended, and a reversal that goes once more; what is over is in no list."""
    assert await journal.owed_advices() == ()
    written = [(await reversing(journal, samples))[1] for _ in range(5)]
    owed, suspended, resent, over, disputed = written
    await tried(journal, suspended, A.SUSPENDED)
    await tried(journal, resent, A.ACKNOWLEDGED, next_due_at=later(99))
    await tried(journal, over, A.ACKNOWLEDGED)
    await tried(journal, disputed, A.DISPUTED)
    listed = await journal.owed_advices()
    assert [one.id for one in listed] == [owed.id, suspended.id, resent.id]
    assert await journal.owed_advices("moment") == listed
    assert await journal.owed_advices("electrum") == ()


_OF_ADVICES = (
    audit.AdviceOwed,
    audit.ConfirmationReplaced,
    audit.AdviceAttemptStarted,
    audit.AdviceAttemptEnded,
)


async def test_what_happened_to_an_advice_is_told_without_its_bytes(
    journal: Journal, samples: Samples
) -> None:
    """One line for the debt, one for each start and one for each end."""
    redemption, advice = await final(journal, samples)
    replaced = replace(advice, kind=REVERSAL, reason=ReversalReason.CANCELLED)
    await commit(journal, ConfirmationReplaced(replaced, OTHER_BODY, later(6)))
    await tried(journal, replaced)
    told = [
        one.event
        for one in await journal.events(redemption.id)
        if isinstance(one.event, _OF_ADVICES)
    ]
    assert told == [
        audit.AdviceOwed(id=advice.id, kind=AdviceKind.CONFIRMATION),
        audit.ConfirmationReplaced(id=advice.id, kind=REVERSAL, reason=ReversalReason.CANCELLED),
        audit.AdviceAttemptStarted(kind=REVERSAL, attempts=1),
        audit.AdviceAttemptEnded(
            kind=REVERSAL,
            attempts=1,
            outcome="repeat",
            cause="time_out",
            http_status=504,
            before=AdviceState.OWED,
            after=AdviceState.OWED,
        ),
    ]
    assert CANARY_PIN not in str(told)


async def test_kept_types_remember_their_kind(journal: Journal) -> None:
    """A type of the second kind does not come back as one of the first."""
    kinds = replace(
        sample.GIFT_CARD,
        kind=UpstreamKind.ADVISED,
        has_confirmation=True,
        is_advice_effective=False,
        can_refund=True,
    )
    await commit(journal, TypesKept("electrum", NOON, (kinds,)))
    kept = await journal.kept_types("electrum")
    assert kept is not None
    assert kept[1] == (kinds,)
    assert kept[1][0].kind is UpstreamKind.ADVISED


# -------------------------------------------------------------------------------------- refusals


async def refuses(journal: Journal, *rows: Row) -> None:
    """Check that our own mistake is stopped and that nothing of it is written."""
    before = await journal.owed_advices()
    with pytest.raises(AssertionError):
        await commit(journal, *rows)
    assert await journal.owed_advices() == before


async def test_a_request_has_one_advice(journal: Journal, samples: Samples) -> None:
    """Confirm and reverse are never both owed (I7)."""
    redemption, _ = await final(journal, samples)
    other = advice_for(redemption, id="another")
    await refuses(journal, AdviceOwed(other, BODY))


async def test_an_advice_never_precedes_the_end_of_its_request(
    journal: Journal, samples: Samples
) -> None:
    """Its request might arrive after it, and stand."""
    asked = await sent(journal, samples)
    await commit(journal, AttemptStarted(attempt(asked, 2)))
    await refuses(journal, AdviceOwed(advice_for(asked), BODY))


async def test_an_upstream_with_a_key_is_told_nothing(journal: Journal, samples: Samples) -> None:
    """There is no such message there."""
    keyed = await samples.in_state(journal, S.INFLIGHT)
    await refuses(journal, AdviceOwed(advice_for(keyed), BODY))


async def test_an_advice_is_about_something(journal: Journal, samples: Samples) -> None:
    """Nothing is owed for a redemption that was never written."""
    nobody = samples.redemption(samples.sale())
    await refuses(journal, AdviceOwed(advice_for(nobody), BODY))


@pytest.mark.parametrize(
    ("start", "state"),
    [(S.INFLIGHT, S.REVERSING), (S.APPROVED, S.REVERSING), (S.APPROVED, S.FINAL)],
)
async def test_what_owes_an_advice_is_not_written_without_it(
    journal: Journal, samples: Samples, start: RedemptionState, state: RedemptionState
) -> None:
    """A debt is in the same commit as what makes it one, or neither is."""
    before = await sent(journal, samples)
    if start is S.APPROVED:
        before = await moved(journal, before, S.APPROVED)
    with pytest.raises(AssertionError):
        await moved(journal, before, state)
    wrong = advice_for(before, CONFIRMATION if state is S.REVERSING else REVERSAL)
    after = replace(before, state=state)
    await refuses(journal, AdviceOwed(wrong, BODY), RedemptionChanged(start, after, later(3)))
    assert (await stored(journal, before.id)).state is start


async def test_single_messaging_owes_no_confirmation(journal: Journal, samples: Samples) -> None:
    """There the sale is final with the answer."""
    asked = await sent(journal, samples, has_confirmation=False)
    approved = await moved(journal, asked, S.APPROVED)
    assert (await moved(journal, approved, S.FINAL)).state is S.FINAL
    assert await journal.advice(asked.id) is None


@pytest.mark.parametrize("state", [S.REVERSED, S.REVERSED_UNVERIFIED])
async def test_a_reversal_is_over_when_it_is_acknowledged(
    journal: Journal, samples: Samples, state: RedemptionState
) -> None:
    """Not before: the value may still be with the provider (I6)."""
    redemption, advice = await reversing(journal, samples)
    with pytest.raises(AssertionError):
        await moved(journal, redemption, state)
    await tried(journal, advice, A.ACKNOWLEDGED)
    assert (await moved(journal, redemption, state)).state is state


async def test_a_person_may_be_called_at_any_time(journal: Journal, samples: Samples) -> None:
    """A final redemption whose approval is denied needs one."""
    redemption, _ = await final(journal, samples)
    assert (await moved(journal, redemption, S.ATTENTION)).state is S.ATTENTION


async def test_a_confirmation_is_replaced_while_it_was_never_attempted(
    journal: Journal, samples: Samples
) -> None:
    """The void: same id, same place in the queue, other bytes."""
    redemption, advice = await final(journal, samples)
    replaced = replace(advice, kind=REVERSAL, reason=ReversalReason.CANCELLED)
    after = replace(redemption, state=S.REVERSING)
    await commit(
        journal,
        ConfirmationReplaced(replaced, OTHER_BODY, later(6)),
        RedemptionChanged(S.FINAL, after, later(6)),
    )
    assert await journal.advice(redemption.id) == replaced
    assert await journal.advice_body(advice.id) == OTHER_BODY


async def test_a_confirmation_that_may_have_left_is_never_replaced(
    journal: Journal, samples: Samples
) -> None:
    """Whether it is under way, or has ended without an answer (I8)."""
    redemption, advice = await final(journal, samples)
    replaced = replace(advice, kind=REVERSAL, reason=ReversalReason.CANCELLED)
    await commit(journal, started(advice))
    with pytest.raises(StaleChangeError):
        await commit(journal, ConfirmationReplaced(replaced, OTHER_BODY, later(6)))
    await commit(journal, finished(replace(advice, attempts=1)))
    with pytest.raises(StaleChangeError):
        await commit(journal, ConfirmationReplaced(replaced, OTHER_BODY, later(6)))
    assert await journal.advice_body(advice.id) == BODY
    assert (await stored(journal, redemption.id)).state is S.FINAL


async def test_an_attempt_to_send_what_was_replaced_is_refused(
    journal: Journal, samples: Samples
) -> None:
    """A forwarder that read the confirmation before the void must not send it."""
    _, advice = await final(journal, samples)
    replaced = replace(advice, kind=REVERSAL, reason=ReversalReason.CANCELLED)
    await commit(journal, ConfirmationReplaced(replaced, OTHER_BODY, later(6)))
    with pytest.raises(StaleChangeError):
        await commit(journal, started(advice))
    with pytest.raises(StaleChangeError):
        await commit(journal, ConfirmationReplaced(replaced, BODY, later(6)))


async def test_attempts_are_counted_one_at_a_time(journal: Journal, samples: Samples) -> None:
    """A second start, a second end, and an end without a start are refused."""
    _, advice = await reversing(journal, samples)
    counted = started(advice)
    with pytest.raises(StaleChangeError):
        await commit(journal, finished(counted.advice))
    await commit(journal, counted)
    with pytest.raises(StaleChangeError):
        await commit(journal, counted)
    await commit(journal, finished(counted.advice))
    with pytest.raises(StaleChangeError):
        await commit(journal, finished(counted.advice))
    with pytest.raises(StaleChangeError):
        await commit(journal, started(replace(advice, attempts=5, attempts_ended=5)))


async def test_an_advice_that_was_never_written_is_not_tried(
    journal: Journal, samples: Samples
) -> None:
    """There are no bytes that could be sent."""
    asked = await sent(journal, samples)
    advice = advice_for(asked)
    for row in (
        started(advice),
        finished(replace(advice, attempts=1)),
        ConfirmationReplaced(advice, BODY, NOON),
    ):
        with pytest.raises(StaleChangeError):
            await commit(journal, row)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "new"},
        {"upstream": "new"},
        {"fingerprint": "new"},
        {"created_at": NOON},
        {"reason": ReversalReason.CANCELLED},
        {"kind": CONFIRMATION, "reason": None},
        {"acknowledged_at": NOON},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_an_advice_keeps_what_it_was_written_with(
    journal: Journal, samples: Samples, changes: dict[str, Any]
) -> None:
    """The same id and the same meaning for ever (I7)."""
    _, advice = await reversing(journal, samples)
    resent = await tried(journal, advice, A.ACKNOWLEDGED, next_due_at=later(99))
    counted = started(resent)
    await commit(journal, counted)
    await refuses(journal, replace(finished(counted.advice), after=replace(
        finished(counted.advice, A.ACKNOWLEDGED).after, **changes
    )))  # fmt: skip


_BY_SENDING = [state for state in A if state is not A.SETTLED]


@pytest.mark.parametrize(("before", "after"), list(product(_BY_SENDING, _BY_SENDING)))
async def test_an_advice_moves_by_its_table(
    journal: Journal, samples: Samples, before: AdviceState, after: AdviceState
) -> None:
    """Every pair of states is tried; what is over never changes (I14)."""
    _, advice = await reversing(journal, samples)
    if before is not A.OWED:
        advice = await tried(journal, advice, before, next_due_at=later(99))
    counted = started(advice)
    is_over = before is A.DISPUTED
    if is_over:
        await refuses(journal, counted)
        return
    await commit(journal, counted)
    end = finished(counted.advice, after)
    if before is after or (before, after) in ADVICE_MOVES:
        await commit(journal, end)
        assert await journal.advice(advice.redemption_id) == end.after
    else:
        await refuses(journal, end)


@pytest.mark.parametrize("number", range(8))
async def test_rows_that_no_journal_may_hold_are_stopped(
    journal: Journal, samples: Samples, number: int
) -> None:
    """Our own mistakes, before anything is written."""
    asked = await sent(journal, samples)
    advice = advice_for(asked)
    wrong = (
        AdviceOwed(replace(advice, state=A.SUSPENDED), BODY),
        AdviceOwed(replace(advice, attempts=1, attempts_ended=1), BODY),
        AdviceOwed(replace(advice, reason=None), BODY),
        ConfirmationReplaced(replace(advice, attempts=1), BODY, NOON),
        ConfirmationReplaced(advice_for(asked, CONFIRMATION), BODY, NOON),
        AdviceAttemptStarted(advice, NOON),
        AdviceAttemptEnded(
            before=A.OWED, after=replace(advice, attempts=1), at=NOON, outcome="repeat"
        ),
        finished(advice, A.SETTLED),
    )[number]
    await refuses(journal, wrong)


async def test_a_start_moves_nothing(journal: Journal, samples: Samples) -> None:
    """What becomes of an advice is known at the end of an attempt."""
    _, advice = await reversing(journal, samples)
    await refuses(
        journal, AdviceAttemptStarted(replace(advice, attempts=1, state=A.SUSPENDED), NOON)
    )


# ---------------------------------------------------------------------------- the file by itself


@pytest.fixture
async def folder(tmp_path: Path, samples: Samples) -> Path:
    """Return a closed journal: a reversal of 200-000 and its attempt, a confirmation."""
    async with opened(tmp_path / "till") as file:
        _, advice = await reversing(file, samples)
        await tried(file, advice)
        await final(file, samples)
    return tmp_path / "till"


@pytest.fixture
def connection(folder: Path) -> Iterator[sqlite3.Connection]:
    """Return that journal's file as anybody could open it."""
    with raw(folder) as file:
        yield file


def refusal(connection: sqlite3.Connection, statement: str) -> str | None:
    """Return why the file refuses a statement, which is undone."""
    connection.execute("BEGIN")
    try:
        connection.execute(statement)
    except sqlite3.IntegrityError as error:
        return str(error)
    finally:
        connection.execute("ROLLBACK")
    return None


@pytest.mark.parametrize(("before", "after"), list(product(A, A)))
def test_the_file_knows_the_same_moves_of_an_advice(
    connection: sqlite3.Connection, before: AdviceState, after: AdviceState
) -> None:
    """Every pair of states is tried against the file."""
    connection.execute("DROP TRIGGER advice_ends_by_a_settlement")
    for trigger in ("advice_moves_by_the_table", "advice_learns_once"):
        ((sql,),) = connection.execute(
            "SELECT sql FROM sqlite_schema WHERE name = ?", (trigger,)
        ).fetchall()
        connection.execute(f"DROP TRIGGER {trigger}")
        if trigger == "advice_moves_by_the_table":
            connection.execute(
                f"UPDATE advice SET state = '{before}', acknowledged_at = 'x', "
                "next_due_at = 'x' WHERE sequence = 1"
            )
        connection.execute(sql)
    why = refusal(connection, f"UPDATE advice SET state = '{after}' WHERE sequence = 1")
    if before in {A.DISPUTED, A.SETTLED} and (before, after) not in ADVICE_MOVES:
        assert why is not None
    elif before is after or (before, after) in ADVICE_MOVES:
        assert why is None
    else:
        assert why == "an advice moves by the table of moves"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("id = 'x'", "keeps what"),
        ("slip_number = 2", "keeps what"),
        ("sequence = 9", "keeps what"),
        ("upstream = 'x'", "keeps what"),
        ("fingerprint = 'x'", "keeps what"),
        ("created_at = 'x'", "keeps what"),
        ("body_sealed = x'00'", "kind and bytes"),
        ("kind = 'confirmation', reason = NULL", "kind and bytes"),
        ("reason = 'cancelled'", "kind and bytes"),
        ("attempts = 0, attempts_ended = 0", "never go back"),
        ("attempts = 3", "CHECK"),
        ("state = 'lost'", "CHECK|table of moves"),
    ],
)
def test_the_file_keeps_an_advice_as_it_was(
    connection: sqlite3.Connection, change: str, words: str
) -> None:
    """Whoever writes to it: a reversal that was attempted stays what it is."""
    why = refusal(connection, f"UPDATE advice SET {change} WHERE sequence = 1")
    assert why is not None
    assert any(word in why for word in words.split("|"))


def test_the_file_turns_only_what_was_never_attempted(connection: sqlite3.Connection) -> None:
    """The one change of kind that is allowed, and only before the first attempt."""
    turn = "UPDATE advice SET kind = 'reversal', reason = 'cancelled', body_sealed = x'00'"
    assert refusal(connection, f"{turn} WHERE sequence = 2") is None
    assert "kind and bytes" in str(refusal(connection, f"{turn}, attempts = 1 WHERE sequence = 2"))
    connection.execute("UPDATE advice SET attempts = 1 WHERE sequence = 2")
    assert "kind and bytes" in str(refusal(connection, f"{turn} WHERE sequence = 2"))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM advice", "never deleted"),
        ("UPDATE redemption SET state = 'reversed' WHERE slip_number = 1", "acknowledged"),
        ("UPDATE redemption SET upstream_kind = NULL", "keeps what"),
        ("UPDATE redemption SET has_confirmation = 0", "keeps what"),
        ("UPDATE redemption SET is_advice_effective = 0", "keeps what"),
        ("UPDATE redemption SET state = 'reversing' WHERE slip_number = 2", "owes its reversal"),
    ],
)
def test_the_file_refuses_what_must_never_happen(
    connection: sqlite3.Connection, statement: str, words: str
) -> None:
    """Deleted debts, other kinds, and states without what they owe."""
    assert words in str(refusal(connection, statement))


async def test_the_file_refuses_advices_that_must_not_be(tmp_path: Path, samples: Samples) -> None:
    """Born in the middle, out of order, for the wrong kind, before the end of the request."""
    async with opened(tmp_path / "till") as file:
        keyed = await samples.prepared(file)
        await sent(file, samples)
        under_way = await sent(file, samples)
        await commit(file, AttemptStarted(attempt(under_way, 2)))
        assert keyed.slip_number == 1

    def insert(slip_number: int, sequence: int = 1, state: str = "owed", tries: int = 0) -> str:
        return (
            "INSERT INTO advice VALUES "
            f"({sequence}, {slip_number}, 'a', 'u', 'f', 'reversal', 'timeout', x'00', 'now', "
            f"'{state}', {tries}, 0, NULL, NULL, NULL, 'now', NULL, x'00')"
        )

    with raw(tmp_path / "till") as connection:
        assert refusal(connection, insert(2)) is None
        assert "with a key" in str(refusal(connection, insert(1)))
        assert "never overtakes" in str(refusal(connection, insert(3)))
        assert "the next one" in str(refusal(connection, insert(2, sequence=7)))
        assert "born owed" in str(refusal(connection, insert(2, state="parked")))
        assert "born owed" in str(refusal(connection, insert(2, tries=1)))
        final_without = "UPDATE redemption SET state = 'approved' WHERE slip_number = 2"
        connection.execute(final_without)
        assert "owes its confirmation" in str(
            refusal(
                connection,
                "UPDATE redemption SET state = 'final', redeemed_cents = 1 WHERE slip_number = 2",
            )
        )


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE advice SET attempts = 9, attempts_ended = 9 WHERE sequence = 1", "was altered"),
        ("UPDATE advice SET body_sealed = x'00' WHERE sequence = 1", "was altered"),
        ("UPDATE advice SET row_mac = zeroblob(32) WHERE sequence = 1", "was altered"),
        ("DELETE FROM advice WHERE sequence = 1", "is missing"),
    ],
)
async def test_an_altered_advice_is_found_and_named(
    folder: Path, statement: str, expected: str
) -> None:
    """By the audit, whatever was done behind the till's back (X4)."""
    with tampering(folder) as file:
        file.execute(statement)
    async with opened(folder) as journal:
        found = {(finding.where, findings.what(finding)) for finding in await journal.verify()}
        assert found == {("advice of 200-000", expected)}
        if expected == "was altered":
            assert len(await journal.owed_advices()) == 1
            (damage,) = (await journal.check_some(Place())).damages
            assert damage.where == "advice of 200-000"


async def test_sealed_bytes_from_elsewhere_are_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where a mark were forged, the bytes open only in their own place."""
    with tampering(folder) as file:
        file.execute("UPDATE advice SET body_sealed = x'00' WHERE sequence = 1")
    monkeypatch.setattr(checks, "is_mac_right", lambda *_: True)
    async with opened(folder) as journal:
        found = {(finding.where, findings.what(finding)) for finding in await journal.verify()}
    assert found == {("advice of 200-000", "its advice does not open")}


async def test_advices_survive_a_restart_and_keep_their_secrets(folder: Path) -> None:
    """What is owed is owed after a start; the bytes are nowhere in the clear."""
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        first, second = await journal.owed_advices()
        assert (first.attempts, second.kind) == (1, CONFIRMATION)
        assert await journal.advice_body(first.id) == BODY
    for path in folder.iterdir():
        assert names_in_bytes(path.read_bytes()) == frozenset()


class CountingVault(MemoryVault):
    """Counts how often something is proven."""

    def __init__(self) -> None:
        super().__init__()
        self.proofs = 0

    @override
    def authenticate(self, message: bytes) -> bytes:
        """Count, and return a keyed hash."""
        self.proofs += 1
        return super().authenticate(message)


async def test_what_is_owed_is_proven_once_until_it_changes(
    samples: Samples, tmp_path: Path
) -> None:
    """A thousand advices are read around each exchange; a row that was altered is still found."""
    vault = CountingVault()
    async with SqliteJournal.open(tmp_path / "till", lambda: vault, QUICK) as journal:
        _, first = await reversing(journal, samples)
        _, second = await reversing(journal, samples)
        assert await journal.owed_advices() == (first, second)
        before = vault.proofs
        assert await journal.owed_advices("moment") == (first, second)
        assert vault.proofs == before
        await commit(journal, counted := started(first))
        before = vault.proofs
        assert await journal.owed_advices() == (counted.advice, second)
        assert vault.proofs == before + 1
        # Nobody else may write while the journal is open, so its own connection plays the intruder.
        connection = journal._connection
        assert connection is not None
        await journal._finish(
            lambda: connection.execute("UPDATE advice SET row_mac = x'00' WHERE sequence = 2")
        )
        assert await journal.owed_advices() == (counted.advice,)
        damages = (await journal.check_some(Place())).damages
        assert [one.upstream for one in damages] == [second.upstream]


# ----------------------------------------------------------------------------------------- counts


async def suspended(journal: Journal, advice: Advice) -> Advice:
    """Let an advice step aside after one attempt."""
    begun = replace(advice, attempts=1)
    after = replace(begun, state=A.SUSPENDED, attempts_ended=1, last_ended_at=later(7))
    end = AdviceAttemptEnded(
        before=A.OWED, after=after, at=later(7), outcome="unreadable", http_status=400
    )
    await commit(journal, AdviceAttemptStarted(begun, later(6)), end)
    return after


async def test_what_is_owed_is_counted_for_each_upstream(
    journal: Journal, samples: Samples
) -> None:
    """The owed and the suspended; the oldest gives the age."""
    assert await journal.owed_tallies() == ()
    _, oldest = await final(journal, samples)
    _, other = await reversing(journal, samples)
    await suspended(journal, other)
    assert await journal.owed_tallies() == (
        Tally(
            upstream="moment",
            count=2,
            oldest_at=oldest.created_at.replace(microsecond=0),
            suspended=1,
            tried=1,
        ),
    )


async def test_a_confirmation_and_what_stepped_aside_are_no_reversal_that_is_owed(
    journal: Journal, samples: Samples
) -> None:
    """Only a reversal that may still go lets a new request wait."""
    await final(journal, samples)
    assert not await journal.is_reversal_owed("moment")
    _, advice = await reversing(journal, samples)
    assert await journal.is_reversal_owed("moment")
    assert not await journal.is_reversal_owed("electrum")
    await suspended(journal, advice)
    assert not await journal.is_reversal_owed("moment")


async def test_who_is_to_be_called_about_an_advice(journal: Journal, samples: Samples) -> None:
    """What stepped aside, and everything owed to an upstream that nothing can be sent to."""
    one, advice = await reversing(journal, samples)
    other, _ = await final(journal, samples)
    assert await journal.ids_for_a_call(["moment"]) == frozenset()
    assert await journal.ids_for_a_call(["electrum"]) == {one.id, other.id}
    await suspended(journal, advice)
    assert await journal.ids_for_a_call(["moment"]) == {one.id}


async def test_whose_acknowledgement_was_taken_back_is_to_be_called(
    journal: Journal, samples: Samples
) -> None:
    """It goes again each day; the same without a contradiction is only sent once more."""
    one, advice = await reversing(journal, samples)
    begun = replace(advice, attempts=1)
    resent = replace(
        begun,
        state=A.ACKNOWLEDGED,
        attempts_ended=1,
        last_ended_at=later(7),
        acknowledged_at=later(7),
        next_due_at=later(99),
    )
    end = AdviceAttemptEnded(
        before=A.OWED, after=resent, at=later(7), outcome="not_known_there", http_status=404
    )
    await commit(journal, AdviceAttemptStarted(begun, later(6)), end)
    assert await journal.ids_for_a_call([]) == frozenset()
    again = replace(resent, attempts=2)
    contradicted = replace(
        again, attempts_ended=2, last_ended_at=later(9), last_cause=AttentionCause.CONTRADICTED
    )
    end = AdviceAttemptEnded(
        before=A.ACKNOWLEDGED,
        after=contradicted,
        at=later(9),
        outcome="contradicted",
        http_status=409,
    )
    await commit(journal, AdviceAttemptStarted(again, later(8)), end)
    assert contradicted.needs_a_person
    assert await journal.ids_for_a_call(["moment"]) == {one.id}


@pytest.mark.parametrize("time", ["", "yesterday", "9e99", "-4712-01-01"])
async def test_a_time_that_was_altered_stops_no_count(folder: Path, time: str) -> None:
    """What nobody can read counts as owed for ever, so that nothing new is sold on it."""
    with tampering(folder) as file:
        file.execute("UPDATE advice SET created_at = ? WHERE sequence = 1", (time,))
    async with opened(folder) as journal:
        (tally,) = await journal.owed_tallies()
    assert (tally.count, tally.oldest_at.year) == (2, 1970)


@pytest.mark.parametrize("query", ["tally_owed", "find_owed_reversal", "read_ids_for_a_call"])
async def test_what_is_counted_is_found_by_the_index_of_what_is_owed(
    tmp_path: Path, query: str
) -> None:
    """A journal of a million told advices has few that are owed."""
    async with opened(tmp_path / "till"):
        pass
    with raw(tmp_path / "till") as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN {queries()[query]}", {"upstream": "moment", "reachable": "[]"}
        ).fetchall()
    assert any("advice USING INDEX advice_to_be_sent" in str(tuple(step)) for step in plan), plan
