"""Kill tills at arbitrary moments for as long as you like; not part of the default test run.

``python tests/crash/random_kills.py SECONDS [SEED]`` redeems through the shipped till, with a flow
and a fault by chance, kills it after a random time or at a random boundary, kills some of its
recoveries as well, and checks what the crash tests check. It ends with 1 at the first failure and
leaves the till's folder for a look.
"""

import asyncio
import random  # noqa: TID251 - a run is repeated by its seed
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from counterfoil.sandbox.faults import Cut, Drop, DuplicateDelivery, RateLimit, Rule, Status
from counterfoil.sandbox.server import SandboxServer
from support.flows import FLOWS, Flow, Scene
from support.killing import Life, Nursery, open_nursery
from support.sandboxes import canary_sandbox

LIFE_S = 0.35
"""About how long an undisturbed till lives."""
BOUNDARIES = 24
FAULTS: tuple[Rule, ...] = (
    Rule(endpoint="create", times=1, action=Drop(kind="drop", reset=True)),
    Rule(endpoint="create", times=1, action=Drop(kind="drop"), after_effect=True),
    Rule(endpoint="create", times=2, action=Cut(kind="cut", cut_at=300)),
    Rule(endpoint="create", times=1, action=Status(kind="status", status=503)),
    Rule(endpoint="create", times=1, action=RateLimit(kind="rate_limit", retry_after=None)),
    Rule(endpoint="create", times=1, action=DuplicateDelivery(kind="duplicate_delivery")),
    Rule(endpoint="create", times=1, delay_s=0.1),
    Rule(endpoint="create", times=1, delay_s=0.1, after_effect=True),
)


async def run_once(scene: Scene, chance: random.Random) -> None:
    """Let one till live and die, and check its books."""
    by_time = chance.random() < 0.7
    life = (
        scene.live_for(chance.random() * LIFE_S)
        if by_time
        else scene.live(kill_at=chance.randint(1, BOUNDARIES))
    )
    shown = life.shown
    if life.passed:
        await scene.check_before_recovery(Life(shown=shown))
    while chance.random() < 0.5:
        shown = shown + scene.recover(kill_at=chance.randint(1, 8)).shown
        await scene.check_before_recovery(Life(shown=shown))
    scene.recover()
    await scene.check_after_recovery()


def run(seconds: float, seed: int) -> int:
    """Run until the time is up and return the exit code."""
    chance = random.Random(seed)  # noqa: S311 - a run is repeated by its seed
    begun_s = perf_counter()
    runs = 0
    with canary_sandbox() as server, open_nursery() as nursery:
        while perf_counter() - begun_s < seconds:
            folder = Path(tempfile.mkdtemp(prefix="random-kill-"))
            flow = chance.choice(FLOWS)
            if not _is_sound(server, nursery, folder, flow, chance):
                sys.stderr.write(f"run {runs} of seed {seed}, {flow.name}: see {folder}\n")
                return 1
            shutil.rmtree(folder)
            runs += 1
    sys.stdout.write(f"{runs} kills, journal and upstream always agreed\n")
    return 0


def _is_sound(
    server: SandboxServer, nursery: Nursery, folder: Path, flow: Flow, chance: random.Random
) -> bool:
    scene = Scene(server, nursery, folder / "scene", flow)
    if chance.random() < 0.5:
        server.add_rule(chance.choice(FAULTS))
    try:
        asyncio.run(run_once(scene, chance))
    except AssertionError as error:
        sys.stderr.write(f"{error}\n")
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
