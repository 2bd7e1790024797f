"""The demonstration as a command: where it keeps its till, and whose names it shows."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2

from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from support.tills import CommandLine
from support.written_files import surprises_below

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


def shown(till: CommandLine, output: Path, *scenes: str) -> Any:
    """Give a demonstration of these scenes and return its summary."""
    line = till.line("demo", "--output", str(output), as_json=True)
    done = subprocess.run(
        [sys.executable, "-c", SHORT.replace("{SCENES!r}", repr(set(scenes))), *line],
        capture_output=True,
        text=True,
        check=False,
        env=till.environment(),
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_demonstration_keeps_its_till_and_shows_the_shops_names(tmp_path: Path) -> None:
    """It takes the options that every command takes, and its summary is JSON when asked for.

    A supervisor settles one by hand in it.
    """
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    till = CommandLine(tmp_path / "till", settings)
    output = tmp_path / "demo"
    summary = shown(till, output, "full", "settled")
    assert [one["state"] for one in summary["redemptions"]] == ["final", "resolved"]
    (settled,) = summary["settlements"]
    told = ("id", "provider_says", "got", "by", "approved_by")
    assert [settled[one] for one in told] == [
        *(summary["redemptions"][1]["id"], "not_taken", "nothing"),
        *("Thandi M.", "Nomsa D."),
    ]
    assert summary == json.loads((output / "summary.json").read_text(encoding="utf-8"))
    assert [*surprises_below(output), *surprises_below(till.data_dir)] == []
    assert summary["shift"] == {
        "z_number": 1,
        "expected_cents": 60_000,
        "counted_cents": 60_000,
    }
    slip, report = sorted(summary["slips"])
    assert "Z-000001" in report
    with pypdfium2.PdfDocument(output / "slips" / slip) as document:
        text = document[0].get_textpage().get_text_range()
    assert "SPAZA 7" in text
    assert (till.data_dir / "training" / JOURNAL_NAME).is_file()
    kept = CommandLine(till.data_dir).json("history")
    assert [one["id"] for one in reversed(kept)] == [one["id"] for one in summary["redemptions"]]


def test_a_demonstration_shows_what_is_owed_and_a_refund(tmp_path: Path) -> None:
    """What was owed is delivered, and what was voided is back on the voucher."""
    till, output = CommandLine(tmp_path / "till"), tmp_path / "demo"
    summary = shown(till, output, "owed", "refunded")
    owed, refunded = summary["redemptions"]
    assert [one["state"] for one in (owed, refunded)] == ["final", "final"]
    assert [one["is_refunded"] for one in (owed, refunded)] == [False, True]
    names = [one.removesuffix(".png").split("-", 1)[1] for one in summary["screens"]]
    of_scenes = [one for one in names if one not in ALWAYS]
    assert of_scenes == [
        *("owed-filled", "owed", "owed-in-doubt", "owed-delivered"),
        *("refunded-filled", "refunded", "refunded-paid-in-history", "refunded-approval"),
        *("refunded-voided", "refund-in-history", "refunded-in-history"),
    ]
    assert len(summary["slips"]) == 4, "two sales, the refund and the Z"
    (refund,) = [one for one in till.json("history") if one["refund_of"]]
    assert (refund["state"], refund["refund_of"]) == ("final", refunded["id"])
    assert till.json("owed") == []


def test_a_demonstration_voids_by_reversal_and_outside_the_voucher(tmp_path: Path) -> None:
    """Each with a supervisor, and the summary says which way it went, why, and who did it."""
    till, output = CommandLine(tmp_path / "till"), tmp_path / "demo"
    summary = shown(till, output, "turned", "outside")
    who = {"reason": "goods_returned", "asked_by": "Thandi M.", "approved_by": "Nomsa D."}
    ids = [one["id"] for one in summary["redemptions"]]
    assert summary["voids"] == [
        {"id": ids[0], "way": "reversed", **who},
        {"id": ids[1], "way": "outside", **who},
    ]
    assert [one["state"] for one in summary["redemptions"]] == ["reversed", "resolved"]
    assert till.json("owed") == []
