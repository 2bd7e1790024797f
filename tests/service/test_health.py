"""How the till is: which facts need a look, and which need somebody now."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from typing_extensions import override

from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.contact import Contact, LineState
from counterfoil.domain.failures import JournalFullError
from counterfoil.domain.forwarding import Backlog, BacklogLevel, Standing
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.documents import health_document
from counterfoil.presentation.words import frame, health
from counterfoil.service.commands import CheckHealth, KeepSupportFile
from counterfoil.service.health import (
    BackupLine,
    CertificateLine,
    ClockLine,
    DiskLine,
    DoubtLine,
    Health,
    HealthLine,
    JournalLine,
    Level,
    OwedLine,
    PrinterLine,
    ProviderLine,
    SlipsLine,
    Topic,
    VersionLine,
)
from service.test_services import open_services
from support.clocks import START, SteppedClock
from support.gateways import ScriptedGateway
from support.memory_machine import MemoryMachine
from support.till import TIME_OUT, WatchedJournal, intent

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GOOD, LOOK, ACT = Level.GOOD, Level.LOOK, Level.ACT


def owed(count: int, level: BacklogLevel = BacklogLevel.CALM, **more: bool) -> OwedLine:
    """Return a line about so many advices."""
    backlog = Backlog(count=count, oldest_s=60.0, suspended=0, tried=0, level=level)
    return OwedLine(Standing("electrum", backlog, more.pop("is_paused", False), **more))


def backup(**facts: Any) -> BackupLine:
    """Return a line about backups on another disk."""
    return BackupLine(is_wanted=True, place="/usb", **facts)


def days(count: int) -> dict[str, object]:
    """Return the facts of a backup that is so many days old."""
    return {"made_at": AT, "age": timedelta(days=count)}


LINES: list[tuple[HealthLine, Level]] = [
    *(
        (
            ProviderLine("moment", Contact(line=line, answered_at=AT)),
            {
                LineState.ANSWERS: GOOD,
                LineState.NOT_ASKED: LOOK,
                LineState.NO_ANSWER: LOOK,
                LineState.FAILS: LOOK,
            }.get(line, ACT),
        )
        for line in LineState
    ),
    (ClockLine("moment", -59), GOOD),
    (ClockLine("moment", 90), LOOK),
    (ClockLine("moment", -1_000), ACT),
    (CertificateLine("moment", AT, 21), GOOD),
    (CertificateLine("moment", AT, 20), LOOK),
    (CertificateLine("moment", AT, 6), ACT),
    (owed(0), GOOD),
    (owed(2), GOOD),
    (owed(1, is_set_up=False), LOOK),
    (owed(60, BacklogLevel.AMBER), LOOK),
    (owed(300, BacklogLevel.RED), ACT),
    (owed(1, is_paused=True), ACT),
    (DoubtLine(0, 0), GOOD),
    (DoubtLine(2, 0), LOOK),
    (DoubtLine(2, 1), ACT),
    (SlipsLine(0), GOOD),
    (SlipsLine(1), LOOK),
    (PrinterLine("Printer Till", None), GOOD),
    (PrinterLine("Printer Till", None, keeps_documents=True), LOOK),
    (PrinterLine("Printer Till", None, keeps_documents=None), LOOK),
    (PrinterLine("", PrintTrouble.NO_PRINTER), LOOK),
    (PrinterLine("Printer Till", PrintTrouble.PAPER_OUT), ACT),
    (DiskLine(2_000_000_000), GOOD),
    (DiskLine(900_000_000), LOOK),
    (DiskLine(1_000), ACT),
    (DiskLine(None), LOOK),
    (BackupLine(is_wanted=False), GOOD),
    (backup(), LOOK),
    (backup(**days(1)), GOOD),
    (backup(**days(2)), LOOK),
    (backup(**days(7)), ACT),
    (backup(is_on_own_disk=True, **days(1)), LOOK),
    (backup(trouble=NoBackup(BackupProblem.FOLDER_MISSING, "/usb")), ACT),
    (JournalLine(0, AT), GOOD),
    (JournalLine(1, AT), ACT),
    (JournalLine(0, None, is_closed=True), ACT),
    (VersionLine((("Counterfoil", "1"),)), GOOD),
]


@pytest.mark.parametrize(("line", "level"), LINES, ids=str)
def test_a_line_has_its_level_and_says_what_to_do_where_it_is_not_good(
    line: HealthLine, level: Level
) -> None:
    """Who reads that something is to be done is told what; a good line asks for nothing."""
    said = health.line(line)
    assert line.level is level
    assert said.title
    assert said.found
    assert bool(said.do) is (level is not GOOD)
    (document,) = json.loads(json.dumps(health_document(Health(AT, (line,)))))["lines"]
    assert (document["topic"], document["level"]) == (line.topic, level)


@pytest.mark.parametrize("line", [owed(300, BacklogLevel.RED), DoubtLine(2, 1)])
def test_a_page_is_called_as_its_tab_is(line: HealthLine) -> None:
    """Nobody finds a page by another name."""
    assert health.line(line).do.startswith(f"Open {frame.IN_DOUBT}")


def test_a_printer_that_writes_files_is_said_in_a_sentence() -> None:
    """Its name is no printer's."""
    said = health.line(PrinterLine("Slips are saved as files", None))
    assert said.found == "Slips are saved as files: ready."


def test_a_certificate_that_never_ends_is_said_east_of_utc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such a one ends with the year 9999 (RFC 5280, 4.1.2.5), after which Python has no day."""
    monkeypatch.setenv("TZ", "Africa/Johannesburg")
    time.tzset()
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    try:
        said = health.line(CertificateLine("moment", never, 2_900_000))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert said.found.startswith("Good until 31 Dec 9999")


def test_every_kind_of_line_is_tried_and_has_a_topic() -> None:
    """A new one belongs into the list above."""
    assert {type(line) for line, _ in LINES} == set(get_args(HealthLine))
    assert {line.topic for line, _ in LINES} == set(Topic)


def test_the_till_is_as_its_worst_line() -> None:
    """And the one sentence about all of them says so."""
    good, look, act = DiskLine(2_000_000_000), DiskLine(900_000_000), DiskLine(1_000)
    for lines, level, said in (
        ((good,), GOOD, "All is well."),
        ((good, look), LOOK, "The till works. 1 thing to look at."),
        ((act, look, act), ACT, "2 things to do now."),
    ):
        found = Health(AT, lines)
        assert (found.level, health.status(found)) == (level, said)


class Answering(ScriptedGateway):
    """Tells something of its line from the first question on."""

    @override
    async def fetch_types(self) -> tuple[()]:
        """Be asked."""
        self.heard = Contact(
            line=LineState.ANSWERS,
            answered_at=START,
            ahead_s=2.0,
            certificate_until=START + timedelta(days=3, hours=1),
        )
        return ()


async def test_whoever_asks_how_the_till_is_asks_its_providers_first() -> None:
    """The lines come in their order; what a provider does not tell has no line."""
    clock = SteppedClock(START)
    gateway = Answering([TIME_OUT])
    async with open_services(gateway, clock) as (engine, services):
        before = await services.health.health()
        written = await engine.redeemer.prepare(intent())
        found = await services.run(CheckHealth())
        assert written.id
        by_topic = {one.topic: one for one in found.lines}
        assert list(by_topic) == sorted(by_topic, key=list(Topic).index)
        assert Topic.CLOCK not in {one.topic for one in before.lines}
        assert by_topic[Topic.CERTIFICATE] == CertificateLine(
            "moment", START + timedelta(days=3, hours=1), 3
        )
        assert by_topic[Topic.IN_DOUBT] == DoubtLine(1, 0)
        assert by_topic[Topic.JOURNAL] == JournalLine(0, START)
        document = health_document(found)
        assert document["level"] == "act"
        clock_line = next(one for one in document["lines"] if one["topic"] == "clock")
        assert clock_line["values"] == {"upstream": "moment", "ahead_s": 2.0}


async def test_of_a_journal_that_is_closed_the_rest_is_told_all_the_same() -> None:
    """Support is called most of all when nothing can be sold."""
    clock = SteppedClock(START)
    async with open_services(ScriptedGateway(), clock) as (engine, services):
        journal = engine.journal
        assert isinstance(journal, WatchedJournal)
        journal._failure = JournalFullError("no space left")
        found = await services.run(CheckHealth())
        topics = [one.topic for one in found.lines]
        assert JournalLine(0, None, is_closed=True) in found.lines
        assert Topic.DISK in topics
        assert Topic.IN_DOUBT not in topics


async def test_a_support_file_has_everything_in_words() -> None:
    """One text: how the till is, its settings, the end of its log."""
    clock = SteppedClock(START)
    async with open_services(ScriptedGateway(), clock) as (engine, services):
        path = await services.run(KeepSupportFile(Path("x.txt")))
        machine = engine.health._machine
        assert isinstance(machine, MemoryMachine)
        text = machine.kept[path]
        assert "Look at it" in text
        assert "profile.till_name = Till 3" in text
        assert "one line of the log" in text


def test_a_file_without_a_log_says_so() -> None:
    """Nothing would look as if it had been cut away."""
    assert health.NO_LOG in health.support_text(Health(AT, ()), (), ())


def test_a_span_of_the_clock_is_said_in_minutes_once_it_is_long() -> None:
    """And on which side the till's clock is."""
    assert "90 seconds ahead of" in health.line(ClockLine("moment", 90.2)).found
    assert "16 minutes behind" in health.line(replace(ClockLine("moment", 0), ahead_s=-1_000)).found
