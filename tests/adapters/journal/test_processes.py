"""The journal between programs: held, killed, and on a disk that fails under it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

from counterfoil.domain.failures import JournalFullError, JournalReadOnlyError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from support.journals import child, opened
from support.samples import Samples, stored


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    """Return the first lines that a program prints."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def rest(process: subprocess.Popen[str]) -> list[str]:
    """Return what a program prints until it ends."""
    assert process.stdout is not None
    return process.stdout.read().splitlines()


@pytest.mark.fault("P3")
def test_a_second_till_says_so_within_two_seconds(tmp_path: Path) -> None:
    """The wait for the lock is short, and the words are clear (P3)."""
    folder = tmp_path / "till"
    with child("hold", folder) as first:
        assert lines(first, 1) == ["open"]
        begun_s = perf_counter()
        with child("hold", folder) as second:
            assert lines(second, 1) == ["JournalLockedError: another till is using this journal"]
        # The interpreter's own start is not the till's wait.
        assert perf_counter() - begun_s < 4


@pytest.mark.fault("P3")
def test_after_a_kill_the_next_till_opens(tmp_path: Path) -> None:
    """The system drops a dead till's lock; nobody has to remove a file (P3)."""
    folder = tmp_path / "till"
    for _ in range(2):
        with child("hold", folder) as till:
            assert lines(till, 1) == ["open"]
            till.kill()


@pytest.mark.fault("P1", "H8")
@pytest.mark.parametrize("acknowledged_min", [1, 7, 40])
async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, acknowledged_min: int) -> None:
    """A program is killed while it commits: each row it had an answer for is there (P1)."""
    folder = tmp_path / "till"
    with child("commit", folder) as till:
        acknowledged = lines(till, acknowledged_min)
        till.kill()
        acknowledged += [line for line in rest(till) if line]
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        for redemption_id in acknowledged:
            redemption = await stored(journal, redemption_id)
            assert redemption.state is RedemptionState.PREPARED
        assert await journal.next_slip_number() - 1 - len(acknowledged) in {0, 1}


# ------------------------------------------------------------------------------- a disk that fails


@pytest.mark.parametrize(
    ("call", "failure", "expected"),
    [
        ("fdatasync", "EIO", "JournalInputOutputError"),
        ("pwrite64", "ENOSPC", "JournalFullError"),
        ("pwrite64", "EIO", "JournalInputOutputError"),
    ],
)
async def test_a_failed_call_closes_the_journal(
    tmp_path: Path, call: str, failure: str, expected: str
) -> None:
    """One failing system call, and no row is written after it (D2, D4)."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    folder = tmp_path / "till"
    async with opened(folder) as journal:
        # The file is made in peace, so that the failure meets a commit.
        await Samples().prepared(journal)
    inject = f"inject={call}:error={failure}:when=60"
    tracing = (strace, "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"trace={call}")
    with child("commit-more", folder, *tracing, "-e", inject) as till:
        *acknowledged, failures = rest(till)
    if "ptrace" in failures:
        pytest.skip("programs may not be traced here")
    assert failures == f"{expected} {expected}"
    assert acknowledged
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        for redemption_id in acknowledged:
            await stored(journal, redemption_id)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of two megabytes in memory, where the system allows to mount one."""
    point = tmp_path / "disk"
    point.mkdir()
    if not _mount("-t", "tmpfs", "-o", "size=2m,mode=700", "counterfoil-test", str(point)):
        pytest.skip("this user may not mount a disk")
    yield point
    subprocess.run(["umount", str(point)], check=True)  # noqa: S607 - wherever the system has it


def _mount(*arguments: str) -> bool:
    """Mount something, and say whether that worked."""
    try:
        result = subprocess.run(
            ["mount", *arguments],  # noqa: S607 - wherever the system has it
            check=False,
            capture_output=True,
        )
    except OSError:
        return False
    return result.returncode == 0


async def test_a_disk_that_fills_up_keeps_what_it_acknowledged(small_disk: Path) -> None:
    """The first row that does not fit is refused, and every row before it is there (D1)."""
    folder, samples = small_disk / "till", Samples()
    acknowledged: list[Redemption] = []
    async with opened(folder) as journal:
        with pytest.raises(JournalFullError):
            await _fill(journal, samples, acknowledged)
        with pytest.raises(JournalFullError):
            await journal.next_slip_number()
    assert len(acknowledged) > 10
    assert _mount("-o", "remount,size=8m", str(small_disk))
    async with opened(folder) as journal:
        assert await journal.verify() == ()
        assert (await journal.history(999))[::-1] == tuple(acknowledged)


async def _fill(journal: Journal, samples: Samples, acknowledged: list[Redemption]) -> None:
    while True:
        acknowledged.append(await samples.prepared(journal))


async def test_a_read_only_disk_is_refused_at_the_start(small_disk: Path) -> None:
    """A till that cannot write is told so before a customer stands there (D3)."""
    folder = small_disk / "till"
    async with opened(folder) as journal:
        await Samples().prepared(journal)
    assert _mount("-o", "remount,ro", str(small_disk))
    with pytest.raises(JournalReadOnlyError):
        async with opened(folder):
            pytest.fail("it opened")
