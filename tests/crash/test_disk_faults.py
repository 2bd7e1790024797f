"""The shipped command line on disks that are full, read-only, broken, slow or held (D1 to D13).

Each till is a process of its own at a real sandbox. What it says is what a cashier reads; what its
journal holds and what the upstream took are compared after the disk is whole again. D7, D8 and D11
are tried with the anchors, and D6 with the crash images.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any

import pytest

from counterfoil.adapters.journal.storage.place import JOURNAL_NAME, WAL_NAME
from counterfoil.domain.failures import CounterfoilError, JournalCorruptError, JournalHeldError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import SaleOpened
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.vouchers import SuvSituation, codes_for
from support.canary import CANARY_PIN
from support.failing_disk import Fault, build
from support.flows import PART, Scene, books_of, journal_of
from support.killing import Job, Life, Nursery, open_nursery
from support.mounts import mounted, remount
from support.samples import Samples
from support.sandboxes import canary_sandbox
from support.syscall_faults import Bench, Matrix, check, some_cells
from support.tills import ELECTRUM, CommandLine, command_line, hire

S = RedemptionState
CLOSED = 74
HELD = 75
IN_DOUBT = 2
SEED = 7
CELLS = 20
_REDEEM = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
_SUV_PASSWORD = "COUNTERFOIL_ELECTRUM_PASSWORD"
NewScene = Callable[[], Scene]
Live = Callable[..., Life]
Run = Callable[..., Life]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """Return an upstream that outlives all tills."""
    with canary_sandbox() as opened:
        yield opened


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Return what starts tills whose disk can fail."""
    library = build(tmp_path_factory.mktemp("library"))
    if isinstance(library, str):
        pytest.skip(library)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_SUV_PASSWORD, "made-up")
        with open_nursery(library) as opened:
            yield opened


@pytest.fixture
def scene(server: SandboxServer, nursery: Nursery, tmp_path: Path) -> Scene:
    """Return a till that was opened once, and a voucher."""
    made = Scene(server, nursery, tmp_path / "scene", PART)
    assert made.recover().codes == [0]
    return made


@pytest.fixture
def live(scene: Scene, nursery: Nursery) -> Live:
    """Return what redeems while something is wrong with the disk from a boundary on."""

    def redeem(
        when: str,
        how: str,
        call: str = "",
        *,
        file: str = "",
        is_printing: bool = True,
        **more: Any,
    ) -> Life:
        below = str(scene.line.data_dir / file)
        fault = Fault(below=below, when=when, how=how, call=call, at=1, **more)
        flow = PART if is_printing else replace(PART, prints=False)
        return nursery.live(replace(flow.job(scene.line), fault=fault))

    return redeem


@pytest.fixture
def till(nursery: Nursery) -> Run:
    """Return what carries out one command of a till in a process of its own, on a whole disk."""

    def run(line: CommandLine, *arguments: str) -> Life:
        return nursery.live(Job(lines=(line.line(*arguments),), stdin=f"{CANARY_PIN}\n"))

    return run


async def recovered(scene: Scene, life: Life) -> Redemption | None:
    """Let a till recover on a whole disk, check it against the upstream, and return what it has."""
    await scene.check_before_recovery(life)
    assert scene.recover().codes in ([0], [2])
    return (await scene.check_after_recovery()).only


# ------------------------------------------------------------------------------ full and broken


@pytest.mark.fault("D1")
async def test_a_disk_that_is_full_before_sending_refuses_the_sale(
    scene: Scene, live: Live
) -> None:
    """The redemption cannot be written, so nothing is sent, and the words say what to do."""
    life = live("before commit SaleOpened", "ENOSPC")
    assert life.codes[0] == CLOSED
    assert "The disk is full, so nothing can be saved." in life.said
    assert life.shown == []
    assert scene.debits == []
    assert await recovered(scene, life) is None


@pytest.mark.fault("D1")
async def test_a_disk_that_fills_before_the_attempt_is_counted_sends_nothing(
    scene: Scene, live: Live
) -> None:
    """Between the redemption and its first attempt nothing leaves either."""
    life = live("AttemptStarted", "ENOSPC")
    assert life.codes[0] == IN_DOUBT
    assert scene.debits == []
    found = await recovered(scene, life)
    assert found is not None
    assert found.state is S.ABANDONED


@pytest.mark.fault("D2", "D4")
@pytest.mark.parametrize(
    ("how", "call", "words"),
    [
        ("ENOSPC", "", "The disk is full, so nothing can be saved."),
        ("EIO", "write", "The disk failed while the journal was being saved."),
        ("EIO", "sync", "The disk failed while the journal was being saved."),
    ],
)
async def test_an_approval_that_cannot_be_saved_is_not_shown(
    scene: Scene, live: Live, how: str, call: str, words: str
) -> None:
    """No yes and no PIN without a row; once the disk is back, recover brings both."""
    life = live("before commit AttemptEnded", how, call)
    assert life.codes[0] == IN_DOUBT
    assert words in life.said
    assert "Money may have been taken. Do not try the voucher again." in life.said
    assert "HAND OVER" not in life.said
    assert {shown["state"] for shown in life.shown} <= {"prepared", "inflight"}
    assert not any(shown["has_change_pin"] for shown in life.shown)
    assert len(scene.debits) == 1
    found = await recovered(scene, life)
    assert found is not None
    assert found.state in {S.FINAL, S.UNCLAIMED}
    assert (await books_of(scene.line)).change_pin == scene.voucher["replaced_by"]


@pytest.mark.fault("D2")
def test_an_approval_of_kind_b_that_cannot_be_saved_is_reversed(
    server: SandboxServer, nursery: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not written did not happen: the value is back on the voucher."""
    monkeypatch.setenv(_SUV_PASSWORD, "made-up")
    line = command_line(tmp_path / "both", server.url, ELECTRUM.format(url=server.url))
    assert line.run("history").code == 0
    code = codes_for("karoo", SuvSituation.USABLE)[5]
    redeem = ("redeem", "--type", "electrum.voucher", "--field", "code=-", "--amount", "19.00")
    fault = Fault(below=str(line.data_dir), when="before commit AttemptEnded", at=1, how="ENOSPC")
    life = nursery.live(Job(lines=(line.line(*redeem),), stdin=f"{code}\n", fault=fault))
    assert life.codes == [IN_DOUBT]
    assert "HAND OVER" not in life.said
    assert _balance(server, code) == 3100
    line.json("recover")
    (one,) = line.json("history")
    assert one["state"] == "reversed"
    assert line.json("owed") == []
    assert _balance(server, code) == 5000


def _balance(server: SandboxServer, code: str) -> int:
    (voucher,) = server.suv_ledger.report(code=code)["vouchers"]
    return int(voucher["balance_cents"])


@pytest.mark.fault("D4")
@pytest.mark.parametrize("call", ["write", "sync"])
@pytest.mark.parametrize(
    "boundary",
    ["SaleOpened", "AttemptStarted", "AttemptEnded", "SaleClosed", "PrintQueued"],
)
async def test_a_call_that_fails_once_ends_the_till(
    scene: Scene, live: Live, boundary: str, call: str
) -> None:
    """Whichever commit fails, nothing more is sold; what was acknowledged is there afterwards."""
    life = live(boundary, "EIO", call)
    assert set(life.codes) & {CLOSED, IN_DOUBT}
    assert "The disk failed while the journal was being saved." in life.said
    await check(scene, life)


@pytest.mark.fault("D4")
def test_nothing_is_written_after_a_sync_that_failed(
    scene: Scene, live: Live, tmp_path: Path
) -> None:
    """A sync that failed says nothing of what it lost, so no later commit rests on it."""
    log = tmp_path / "calls"
    live("before commit AttemptEnded", "EIO", "sync", log=str(log), is_printing=False)
    calls = log.read_text(encoding="utf-8").splitlines()
    # When SQLite closes the file it writes back what was acknowledged before, and only that.
    log_name = f"sync /{JOURNAL_NAME}-wal"
    assert calls == [log_name, log_name, f"sync /{JOURNAL_NAME}"]


@pytest.mark.fault("D4", "D1", "D2", "P1")
async def test_any_call_may_fail_in_any_way(
    server: SandboxServer, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A short form of ``python tests/crash/syscall_faults.py``: refused, in doubt, or right."""
    bench = Bench(server, nursery, lambda: tmp_path_factory.mktemp("cell"))
    calls = bench.calls()
    assert len(calls) > 200
    matrix = Matrix()
    for cell in some_cells(calls, CELLS, SEED):
        await bench.try_cell(cell, matrix)
    assert matrix.violations == [], f"SEED={SEED}"
    assert matrix.cells.total() >= CELLS


@pytest.mark.fault("D2")
@pytest.mark.parametrize("mutant", ["shows first", "acknowledges first"])
async def test_a_till_that_says_yes_too_early_is_caught(
    server: SandboxServer, nursery: Nursery, tmp_path: Path, mutant: str
) -> None:
    """The control: the same checks fail for a till that shows what it could not save."""
    scene = Scene(server, nursery, tmp_path / "mutant", PART)
    assert scene.recover().codes == [0]
    below = str(scene.line.data_dir)
    when = "before commit AttemptEnded" if mutant == "shows first" else "put off"
    fault = Fault(below=below, when=when, at=1, how="ENOSPC")
    life = nursery.live(replace(PART.job(scene.line), fault=fault, mutant=mutant))
    with pytest.raises(AssertionError):
        await check(scene, life)


# ------------------------------------------------------------------------- small and read-only


@pytest.mark.fault("D1")
def test_a_disk_without_room_closes_the_till(scene: Scene, till: Run, tmp_path: Path) -> None:
    """A real disk of 64 MB: the till does not begin, and says what to do."""
    with mounted(tmp_path / "small", "size=64m") as point:
        line = replace(scene.line, data_dir=point / "till")
        life = till(line, *_REDEEM)
        assert life.codes == [CLOSED]
        assert life.said.strip() == "The disk is full, so nothing can be saved."
        assert not (point / "till" / JOURNAL_NAME).exists()
    assert scene.debits == []


def _hired_in(line: CommandLine, folder: Path) -> CommandLine:
    """Return the same till with its folder elsewhere, and its staff there."""
    assert line.settings is not None, "a till that sells has settings"
    hire(folder, line.settings)
    return replace(line, data_dir=folder)


@pytest.mark.fault("D3")
def test_a_read_only_disk_closes_the_till(scene: Scene, till: Run, tmp_path: Path) -> None:
    """A real disk, remounted read-only as after an error: no sale; writable again, all is there."""
    with mounted(tmp_path / "disk", "size=300m") as point:
        line = _hired_in(scene.line, point / "till")
        assert till(line, *_REDEEM).codes == [0]
        remount(point, "ro")
        said = line.program(*_REDEEM, "--json", stdin=f"{CANARY_PIN}\n")
        assert said.code == CLOSED
        assert said.document["error"] == {
            "code": "journal_read_only",
            "message": "The journal cannot be written.",
        }
        remount(point, "rw")
        assert [one["state"] for one in line.json("history")] == ["final"]
    assert len(scene.debits) == 1


@pytest.mark.fault("D3")
def test_a_folder_that_was_made_read_only_closes_the_till(scene: Scene, till: Run) -> None:
    """It says so, and leaves the rights as they are."""
    scene.line.data_dir.chmod(0o500)
    life = till(scene.line, *_REDEEM)
    assert (life.codes, life.said.strip()) == ([CLOSED], "The journal cannot be written.")
    assert scene.line.data_dir.stat().st_mode & 0o777 == 0o500
    assert scene.debits == []
    scene.line.data_dir.chmod(0o700)


# ------------------------------------------------------------------------------------- bit rot


@pytest.mark.fault("D5")
async def test_a_byte_that_changed_is_never_read_as_another_value(scene: Scene, live: Live) -> None:
    """Wherever the disk changed a byte, the till refuses, or it reads what was written."""
    assert live("never", "EIO").codes == [0, 0]
    async with journal_of(scene.line) as journal:
        written = await journal.history(9)
    path = scene.line.data_dir / JOURNAL_NAME
    whole = path.read_bytes()
    refused = 0
    for place in range(SEED, len(whole), len(whole) // 97):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            async with journal_of(scene.line) as journal:
                assert await journal.history(9) == written, f"the byte at {place} was flipped"
        except CounterfoilError as error:
            refused += isinstance(error, JournalCorruptError | JournalHeldError)
    assert refused > 5


@pytest.mark.fault("D5")
def test_a_damaged_journal_closes_the_till_and_is_named(scene: Scene, live: Live) -> None:
    """The cashier reads that it is kept as it is; ``journal verify`` says which row."""
    assert live("never", "EIO").codes == [0, 0]
    path = scene.line.data_dir / JOURNAL_NAME
    whole = path.read_bytes()
    damaged = whole.replace(b"1Voucher", b"1Vouchee")
    path.write_bytes(damaged)
    verified = scene.line.json("journal", "verify", code=CLOSED)
    places = [one["where"].split(" ") for one in verified["findings"]]
    assert len({words[1] for words in places if words[0] == "redemption"}) == 1
    (event,) = {words[1] for words in places if words[0] == "event"}
    history = scene.line.run("history")
    assert history.code == HELD
    assert f"Event {event} was altered." in history.err
    assert b"1Vouchee" in path.read_bytes()


# --------------------------------------------------------------------------------- slow and held


@pytest.mark.fault("D9")
async def test_a_slow_disk_makes_a_sale_slow_and_nothing_else(scene: Scene, live: Live) -> None:
    """Each sync takes its time; the exchange has its whole time all the same, and approves."""
    begun_s = perf_counter()
    life = live("before commit SaleOpened", "SLOW", "sync", wait_ms=120, is_lasting=True)
    assert perf_counter() - begun_s > 4 * 0.12
    assert life.codes == [0, 0]
    found = await recovered(scene, life)
    assert found is not None
    assert (found.state, found.attempts) == (S.FINAL, 1)


@pytest.mark.fault("D9")
async def test_the_loop_is_free_while_a_row_is_saved(scene: Scene) -> None:
    """The window goes on living on it, and says that it is saving."""
    async with journal_of(scene.line) as journal, asyncio.TaskGroup() as group:
        gate = Event()
        held = journal._thread.submit(gate.wait)
        saving = group.create_task(journal.commit((SaleOpened(Samples().sale()),)))
        for _ in range(200):
            await asyncio.sleep(0)
        assert not saving.done()
        gate.set()
        await saving
    assert held.result()


@pytest.mark.fault("D9")
def test_a_disk_that_is_too_slow_closes_the_till_at_its_start(scene: Scene, live: Live) -> None:
    """Before a customer stands there, and not with the first one; once is no reason yet."""
    life = live("start", "SLOW", "sync", file=WAL_NAME, wait_ms=2_200, is_lasting=True)
    assert life.codes[0] == CLOSED
    assert "The disk failed" in life.said
    assert scene.debits == []


@pytest.mark.fault("D10")
def test_a_journal_that_another_program_holds_closes_the_till(scene: Scene, till: Run) -> None:
    """A backup or a scanner that holds the file: the till waits some seconds, then refuses."""
    path = scene.line.data_dir / JOURNAL_NAME
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun_s = perf_counter()
        life = till(scene.line, *_REDEEM)
        assert 4 < perf_counter() - begun_s < 14
    assert life.codes == [CLOSED]
    assert life.said.strip() == "Another program is using the journal's file."
    assert scene.debits == []
    assert till(scene.line, *_REDEEM).codes == [0]


@pytest.mark.fault("D10")
def test_a_folder_that_is_a_link_closes_the_till(scene: Scene, till: Run, tmp_path: Path) -> None:
    """It says what is wrong with the folder, so that somebody can give the till another."""
    link = tmp_path / "link"
    link.symlink_to(scene.line.data_dir)
    life = till(replace(scene.line, data_dir=link), "history")
    assert life.codes == [CLOSED]
    assert life.said.strip() == (
        "No journal can be kept here: the till's folder is a link; name the folder itself."
    )


@pytest.mark.fault("D13")
def test_a_path_may_have_spaces_and_any_letters(scene: Scene, till: Run, tmp_path: Path) -> None:
    """A shop names its folders in its own language."""
    line = _hired_in(scene.line, tmp_path / "Kasse Nº 1 – Zürich? #%20 ’日本’" / "till")
    assert till(line, *_REDEEM).codes == [0]
    assert _sound(line.json("journal", "verify"))
    assert [one["state"] for one in line.json("history")] == ["final"]


def _sound(document: Mapping[str, Any]) -> bool:
    return bool(document["is_sound"])


@pytest.mark.fault("D12")
async def test_the_till_opens_its_file_once(scene: Scene) -> None:
    """Closing a second descriptor of the file would drop the locks of the first."""
    async with journal_of(scene.line) as journal:
        await journal.history(9)
        assert await journal.verify() == ()
        assert _open_count(scene.line) == 1


def _open_count(line: CommandLine) -> int:
    """Count how often this process has the journal's file open."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("this system does not say which files are open")
    path = str(line.data_dir / JOURNAL_NAME)
    links = [one for one in descriptors.iterdir() if one.is_symlink()]
    return sum(1 for one in links if one.exists() and str(one.readlink()) == path)
