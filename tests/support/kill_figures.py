"""The figures of a campaign of kills."""

import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from counterfoil.domain.voucher_type import UpstreamKind
from support.flows import DoubledError, LostError
from support.kill_plans import FACES, LINE, flows_of
from support.kill_runs import DOUBLED, LOST, WRONG, Record

_ROOT = Path(__file__).parents[2]


def commit() -> str:
    """Return the commit that is checked out."""
    command = ("git", "-C", str(_ROOT), "describe", "--always", "--dirty")
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"


@dataclass(slots=True, kw_only=True)
class Figures:
    """What was done so far."""

    seed: int
    commit: str = field(default_factory=commit)
    """What is checked out when it begins."""
    first: int = 0
    took_s: float = 0.0
    runs: int = 0
    random_runs: int = 0
    """How many of them were made by chance."""
    deaths: Counter[tuple[str, UpstreamKind]] = field(default_factory=Counter)
    """Kills by face and kind of upstream."""
    moments: Counter[str] = field(default_factory=Counter)
    flows: set[tuple[str, str]] = field(default_factory=set)
    boundaries: set[tuple[str, str, str]] = field(default_factory=set)
    """By face and flow, where somebody died."""
    change_pins: int = 0
    ready_s: dict[tuple[str, bool], list[float]] = field(default_factory=dict)
    """How long the last starts took, by face and by whether they inherited nothing."""
    findings: list[Record] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return self.deaths.total()

    def add(self, record: Record, *, is_random: bool = True) -> None:
        """Count what became of one plan."""
        self.runs += 1
        self.random_runs += is_random
        self.deaths[record.face, record.kind] += len(record.deaths)
        self.moments.update(record.moments)
        self.boundaries.update((record.face, record.flow, death) for death in record.deaths)
        if record.deaths:
            self.flows.add((record.face, record.flow))
        self.change_pins += record.has_change_pin
        if record.finding:
            self.findings.append(record)
        elif record.deaths:
            self.ready_s.setdefault((record.face, record.is_cold), []).append(record.ready_s)

    def say(self) -> str:
        """Put the figures into lines."""
        sorts = Counter(one.sort for one in self.findings)
        found = ", ".join(f"{sort}: {sorts[sort]}" for sort in (LOST, DOUBLED, WRONG))
        died = ", ".join(f"{number} {moment}" for moment, number in self.moments.most_common())
        rate = self.kills / max(self.took_s, 0.001)
        plans = f"{self.runs} plans, {self.random_runs} of them by chance from {self.first} on"
        lines = [
            f"SEED={self.seed} COMMIT={self.commit}, {plans}",
            f"kills: {self.kills}; {found}",
            *(self._say_face(face) for face in FACES),
            f"died: {died or 'nobody'}",
            f"change voucher PINs that were there again: {self.change_pins}",
            *self._say_starts(),
            f"{self.took_s:.0f} s, {rate:.2f} kills a second",
        ]
        return "\n".join(lines) + "\n"

    def _say_face(self, face: str) -> str:
        by_kind = ", ".join(f"{self.deaths[face, kind]} {kind}" for kind in UpstreamKind)
        flows = sum(one[0] == face for one in self.flows)
        places = sum(one[0] == face for one in self.boundaries)
        return f"{face}: {by_kind}; {flows} of {len(flows_of(face))} flows, {places} places"

    def _say_starts(self) -> list[str]:
        lines = []
        for (face, is_cold), times_s in sorted(self.ready_s.items()):
            what = "restart, recovery and its end" if face == LINE else "restart to ready"
            how = "from nothing" if is_cold else "with all loaded"
            middle, late = (f"{percentile(times_s, part) * 1000:.0f} ms" for part in (50, 99))
            lines.append(f"{face}, {what}, {how}: p50 {middle}, p99 {late} of {len(times_s)}")
        return lines


@dataclass(slots=True, kw_only=True)
class ShiftFigures:
    """What was done so far, where shifts are killed."""

    seed: int
    first: int = 0
    commit: str = field(default_factory=commit)
    runs: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    """Kills by kind of shift."""
    places: set[tuple[str, str]] = field(default_factory=set)
    sorts: Counter[str] = field(default_factory=Counter)
    """Findings, by what they are."""
    _begun_s: float = field(default_factory=perf_counter)

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return self.deaths.total()

    @property
    def findings(self) -> int:
        """How many plans found something wrong."""
        return self.sorts.total()

    @property
    def took_s(self) -> float:
        """How long it has taken so far."""
        return perf_counter() - self._begun_s

    def add(self, kind: str, deaths: Sequence[str]) -> None:
        """Count one plan in which nothing was wrong."""
        self.runs += 1
        self.deaths[kind] += len(deaths)
        self.places.update((kind, death) for death in deaths)

    def add_finding(self, error: AssertionError) -> None:
        """Count one in which something was."""
        self.runs += 1
        sort = {LostError: LOST, DoubledError: DOUBLED}.get(type(error), WRONG)
        self.sorts[sort] += 1

    def say(self) -> str:
        """Put the figures into lines."""
        found = ", ".join(f"{sort}: {self.sorts[sort]}" for sort in (LOST, DOUBLED, WRONG))
        died = ", ".join(f"{number} {kind}" for kind, number in self.deaths.most_common())
        lines = [
            f"SEED={self.seed} COMMIT={self.commit}, {self.runs} plans from {self.first} on",
            f"shifts killed: {self.kills}; {found}",
            f"{died or 'nobody died'}; {len(self.places)} places; {self.took_s:.0f} s",
        ]
        return "\n".join(lines) + "\n"


def percentile(times_s: Sequence[float], part: int) -> float:
    """Return the time that so many of a hundred do not exceed, in seconds."""
    ordered = sorted(times_s)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]
