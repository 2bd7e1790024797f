"""The power is cut at the writes of the journal's own transactions (D6, P1, H8).

A short form of ``python tests/crash/crash_images.py``, which looks at every boundary.
"""

from pathlib import Path

import pytest

from support.crash_flows import CRASH_FLOWS
from support.crash_study import CONTROLS, study
from support.disk_images import SOUND

IMAGES = 2_000
SEED = 20_261


@pytest.mark.fault("D6", "P1", "H8")
def test_no_power_cut_loses_an_acknowledged_row(tmp_path: Path) -> None:
    """Each image holds what was acknowledged, whole, with its chain: nothing less, no half."""
    tally = study(tmp_path, IMAGES, SEED).tally
    assert tally.verdicts == {SOUND: tally.images}, f"SEED={SEED} {tally.first}"
    assert tally.flows == len(CRASH_FLOWS) >= 12
    assert tally.images > IMAGES * 0.8
    assert tally.opened > 50


@pytest.mark.fault("D6")
@pytest.mark.parametrize("control", CONTROLS)
def test_a_journal_that_is_opened_wrongly_loses_rows(tmp_path: Path, control: str) -> None:
    """The same images find what a wrong setting loses: they can fail."""
    tally = study(tmp_path, IMAGES // 4, SEED, CONTROLS[control]).tally
    assert tally.harmed > 0
