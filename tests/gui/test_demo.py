"""The demonstration as a command: where it keeps its till, and whose names it shows."""

import json
import subprocess
import sys
from pathlib import Path

import pypdfium2

from counterfoil.adapters.journal.place import JOURNAL_NAME
from support.tills import CommandLine

SHORT = """
import sys
from counterfoil import demo
from counterfoil.cli.commands import main

demo.SCENES = demo.SCENES[:1]
demo._SETTLE_S = 0.05
raise SystemExit(main(sys.argv[1:]))
"""

SETTINGS = """
[shop]
trading_name = "Spaza 7"
[till]
name = "Till 9"
"""


def test_a_demonstration_keeps_its_till_and_shows_the_shops_names(tmp_path: Path) -> None:
    """It takes the options that every command takes, and its summary is JSON when asked for."""
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    till = CommandLine(tmp_path / "till", settings)
    output = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-c", SHORT, *till.line("demo", "--output", str(output), as_json=True)],
        capture_output=True,
        text=True,
        check=False,
        env=till.environment(),
        timeout=19,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert [one["state"] for one in summary["redemptions"]] == ["final"]
    assert summary == json.loads((output / "summary.json").read_text(encoding="utf-8"))
    (slip,) = summary["slips"]
    with pypdfium2.PdfDocument(output / "slips" / slip) as document:
        text = document[0].get_textpage().get_text_range()
    assert "SPAZA 7" in text
    assert (till.data_dir / "training" / JOURNAL_NAME).is_file()
    kept = CommandLine(till.data_dir).json("history")
    assert [one["id"] for one in kept] == [one["id"] for one in summary["redemptions"]]
