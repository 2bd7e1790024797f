"""What a redemption costs besides its provider's time: over HTTP, with a journal on the disk.

The provider runs in this process and says how long each answer took it; the till runs in another.
"""

import asyncio
import gc
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from typing_extensions import override

from bench.customers import ADVISED, USABLE, Customer
from bench.measuring import Row
from bench.soaking import issue, opened_world
from counterfoil import bootstrap
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.bootstrap import Places
from counterfoil.domain import forwarding
from counterfoil.domain.money import Exact
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.service.redeem import Intent
from counterfoil_sandbox.pins import ONE_VOUCHER
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_API_KEY
from support.killing import ELECTRUM_PASSWORD_VARIABLE
from support.tills import ROOT, CommandLine

_KINDS = {"keyed": ONE_VOUCHER, "advised": ADVISED}
_TIMES, _WARM_UP, _COUNTED = 150, 10, 40
_P50_MS, _P99_MS = 5, 10
_APPENDS = 300
_PAGE = bytes(4096)


class _Fine(Customer):
    """A customer with whose voucher nothing is wrong."""

    @property
    @override
    def situation(self) -> str:
        """Nothing special."""
        return USABLE


def rows() -> Iterator[Row]:
    """Measure redemptions of both kinds, their commits, and their syncs where these can be seen."""
    for kind, type_id in _KINDS.items():
        with TemporaryDirectory(prefix="redeeming-") as folder:
            yield from _rows_of(kind, type_id, Path(folder))


def _rows_of(kind: str, type_id: str, folder: Path) -> Iterator[Row]:
    with opened_world(folder, has_staff=False) as (world, till):
        answered = _timed(world.server)
        customers = _customers(type_id)
        codes = [_issued(world.server, next(customers)) for _ in range(_WARM_UP + _TIMES)]
        told = _lived(till, type_id, codes)
        taken_ms, theirs_ms = told["taken_ms"][_WARM_UP:], answered[-_TIMES:]
        ours_ms = [whole - theirs for whole, theirs in zip(taken_ms, theirs_ms, strict=True)]
        share = quantiles(ours_ms, n=100)
        yield Row(
            what=f"{kind}: own share of a payment, p50", floor=_P50_MS, ours=share[49], goal=1
        )
        yield Row(what=f"{kind}: own share, p99", floor=_P99_MS, ours=share[98], goal=1)
        floor_ms = _append_ms(folder)
        ours = median(told["commits_ms"])
        yield Row(what=f"{kind}: a commit, to append and sync", floor=floor_ms, ours=ours, goal=4)
        with _strace() as strace:
            if strace is None:
                print("strace is not there: syncs were not counted")
                return
            more = [_issued(world.server, next(customers)) for _ in range(2 * _COUNTED)]
            few, many = (_lived(till, type_id, part, strace) for part in (more[:1], more[1:]))
        commits = (len(many["commits_ms"]) - len(few["commits_ms"])) / (len(more) - 2)
        syncs = (many["syncs"] - few["syncs"]) / (len(more) - 2)
        what = f"{kind}: syncs of a payment, to its commits"
        # Besides one for each commit: the anchor's, now and then, and those of a checkpoint.
        yield Row(what=what, floor=commits, ours=syncs, goal=1.2, unit="")


def _customers(type_id: str) -> Iterator[Customer]:
    return (one for one in map(_Fine, range(1, 100_000)) if one.type_id == type_id)


def _issued(server: SandboxServer, customer: Customer) -> str:
    issue(server, customer)
    return customer.code


def _timed(server: SandboxServer) -> list[float]:
    """Return where it is noted how many milliseconds each answer to a payment took the provider."""
    taken_ms: list[float] = []
    serve = server.sandbox.asgi

    async def timed(scope: Any, receive: Any, send: Any) -> None:
        began = time.perf_counter()
        await serve(scope, receive, send)
        if scope.get("method") == "POST":
            taken_ms.append((time.perf_counter() - began) * 1000)

    server.stop()
    vars(server.sandbox)["asgi"] = timed
    server.start()
    return taken_ms


def _lived(
    till: CommandLine, type_id: str, codes: list[str], strace: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Redeem these vouchers at a till in a process of its own, and return what was measured."""
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("app", "tests"))
    done = subprocess.run(
        [*strace, sys.executable, "-m", "bench.redeeming"],
        input=json.dumps([str(till.data_dir), str(till.settings), type_id, codes]),
        env={
            **till.environment(),
            "PYTHONPATH": paths,
            ELECTRUM_PASSWORD_VARIABLE: CANARY_API_KEY,
        },
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    if strace:
        told["syncs"] = Path(strace[-1]).read_text(encoding="ascii").count("sync(")
    return told


@contextmanager
def _strace() -> Iterator[tuple[str, ...] | None]:
    """Give the words before a command that note its syncs in a file; the last is that file."""
    program = shutil.which("strace")
    with TemporaryDirectory() as folder:
        log = str(Path(folder) / "syncs")
        watched = ("-f", "-y", "-qq", "-e", "trace=fsync,fdatasync", "-o", log)
        yield None if program is None else (program, *watched)


def _append_ms(folder: Path) -> float:
    """Return how long the plainest commit takes: a page at the end of a file, and a sync."""
    taken = []
    with (folder / "appended").open("ab", buffering=0) as file:
        for _ in range(_APPENDS):
            began = time.perf_counter()
            _ = file.write(_PAGE)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


async def _redeem(data_dir: str, settings: str, type_id: str, codes: list[str]) -> dict[str, Any]:
    """Redeem these vouchers, and return how long each and each commit took, in milliseconds."""
    taken_ms: list[float] = []
    commits_ms: list[float] = []
    commit = SqliteJournal.commit
    # Nothing is told here of what is owed, and a till that owes this much would stop.
    vars(forwarding)["RED_COUNT"] = 10_000

    async def timed(journal: SqliteJournal, *arguments: Any) -> None:
        began = time.perf_counter()
        await commit(journal, *arguments)
        commits_ms.append((time.perf_counter() - began) * 1000)

    with patch.object(SqliteJournal, "commit", timed):
        async with bootstrap.open_till(Places(Path(data_dir), Path(settings))) as till:
            offer = await till.engine.catalogue.refresh()
            chosen = offer.find(type_id)
            assert chosen is not None, "the provider offers this type"
            name = "code" if type_id == ADVISED else "pin"
            gc.freeze()  # as the till does once it has loaded everything
            for code in codes:
                wanted = Intent(
                    voucher_type=chosen,
                    fields={name: Secret(code)},
                    amount=Exact(1900),
                    cashier="Thandi M.",
                )
                began = time.perf_counter()
                redeemed = await till.engine.redeemer.redeem(wanted)
                taken_ms.append((time.perf_counter() - began) * 1000)
                assert redeemed.state is RedemptionState.FINAL, redeemed.state
    return {"taken_ms": taken_ms, "commits_ms": commits_ms}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_redeem(*json.load(sys.stdin)))))
