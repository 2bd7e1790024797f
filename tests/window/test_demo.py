"""The demonstration as a command: where it keeps its till, and whose names it shows."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from support.tills import CommandLine
from support.written_files import surprises_below

pytestmark = pytest.mark.timeout(150)  # one of them gives the whole demonstration first
ALWAYS = (
    *("sign-in", "idle", "balance", "history", "in-doubt", "slips", "idle-dark"),
    *("shift-float", "shift-open", "shift-pay-in", "shift-count", "shift-z"),
)
SHORT = """
import sys
from counterfoil import demo
from counterfoil.cli.commands import main

demo.SCENES = tuple(one for one in demo.SCENES if one.name in {SCENES!r})
demo._SETTLE_S = 0.05
demo._ANSWERABLE_S = 0.65
raise SystemExit(main(sys.argv[1:]))
"""

SETTINGS = """
[shop]
trading_name = "Spaza 7"
[till]
name = "Till 9"
"""


SCENES = ("full", "owed", "refunded", "turned", "outside", "settled")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a demonstration left."""

    till: CommandLine
    output: Path
    summary: Any

    def told(self, command: str) -> Any:
        """Return what a command says of its till, which is found without the shop's settings."""
        return CommandLine(self.till.data_dir).json(command)

    def id_of(self, scene: str) -> str:
        """Return the redemption of a scene."""
        return str(self.redemption(scene)["id"])

    def redemption(self, scene: str) -> Any:
        """Return what the summary says of the redemption of a scene."""
        (found,) = (one for one in self.summary["redemptions"] if one["scene"] == scene)
        return found


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Give one demonstration of all scenes that are asked about here."""
    folder = tmp_path_factory.mktemp("demo")
    settings, output = folder / "settings.toml", folder / "demo"
    settings.write_text(SETTINGS, encoding="utf-8")
    till = CommandLine(folder / "till", settings)
    line = till.line("demo", "--output", str(output), as_json=True)
    done = subprocess.run(
        [sys.executable, "-c", SHORT.replace("{SCENES!r}", repr(SCENES)), *line],
        capture_output=True,
        text=True,
        check=False,
        env=till.environment(),
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return Shown(till, output, json.loads(done.stdout))


def test_a_demonstration_keeps_its_till_and_shows_the_shops_names(shown: Shown) -> None:
    """It takes the options that every command takes, and its summary is JSON when asked for."""
    summary, till, output = shown.summary, shown.till, shown.output
    assert [one["scene"] for one in summary["redemptions"]] == list(SCENES)
    assert shown.redemption("full")["state"] == "final"
    assert summary == json.loads((output / "summary.json").read_text(encoding="utf-8"))
    assert [*surprises_below(output), *surprises_below(till.data_dir)] == []
    assert "Z-000001.pdf" in summary["slips"]
    with pypdfium2.PdfDocument(output / "slips" / summary["slips"][0]) as document:
        text = document[0].get_textpage().get_text_range()
    assert "SPAZA 7" in text
    assert (till.data_dir / "training" / JOURNAL_NAME).is_file()
    kept = [one["id"] for one in reversed(shown.told("history"))]
    ids = [one["id"] for one in summary["redemptions"]]
    assert [one for one in kept if one in ids] == ids


def test_a_demonstration_settles_one_by_hand(shown: Shown) -> None:
    """A supervisor does, and the summary says what the provider said."""
    (settled,) = shown.summary["settlements"]
    assert shown.redemption("settled")["state"] == "resolved"
    told = ("id", "provider_says", "got", "by", "approved_by")
    assert [settled[one] for one in told] == [
        *(shown.id_of("settled"), "not_taken", "nothing"),
        *("Thandi M.", "Nomsa D."),
    ]


def test_a_demonstration_closes_its_shift(shown: Shown) -> None:
    """It counts more than there should be after a voucher was paid back in cash, and says why."""
    assert shown.summary["shift"] == {
        "z_number": 1,
        "expected_cents": 58_100,
        "counted_cents": 60_000,
    }


def test_a_demonstration_shows_what_is_owed_and_a_refund(shown: Shown) -> None:
    """What was owed is delivered, and what was voided is back on the voucher."""
    owed, refunded = shown.redemption("owed"), shown.redemption("refunded")
    assert [one["state"] for one in (owed, refunded)] == ["final", "final"]
    assert [one["is_refunded"] for one in (owed, refunded)] == [False, True]
    names = [one.removesuffix(".png").split("-", 1)[1] for one in shown.summary["screens"]]
    of_scenes = [one for one in names if one.startswith(("owed", "refund"))]
    assert of_scenes == [
        *("owed-filled", "owed", "owed-in-doubt", "owed-delivered"),
        *("refunded-filled", "refunded", "refunded-paid-in-history", "refunded-approval"),
        *("refunded-voided", "refund-in-history", "refunded-in-history"),
    ]
    assert set(ALWAYS) <= set(names)
    slips = [one for one in shown.summary["slips"] if one.startswith("01-")]
    assert len(slips) == 8, "five sales, the refund and two that take a sale back"
    (refund,) = [one for one in shown.told("history") if one["refund_of"]]
    assert (refund["state"], refund["refund_of"]) == ("final", refunded["id"])
    assert shown.told("owed") == []


def test_a_demonstration_voids_by_reversal_and_outside_the_voucher(shown: Shown) -> None:
    """Each with a supervisor, and the summary says which way it went, why, and who did it."""
    who = {"reason": "goods_returned", "asked_by": "Thandi M.", "approved_by": "Nomsa D."}
    assert shown.summary["voids"] == [
        {"id": shown.id_of("refunded"), "way": "refunded", **who},
        {"id": shown.id_of("turned"), "way": "reversed", **who},
        {"id": shown.id_of("outside"), "way": "outside", **who},
    ]
    states = [shown.redemption(one)["state"] for one in ("turned", "outside")]
    assert states == ["reversed", "resolved"]
