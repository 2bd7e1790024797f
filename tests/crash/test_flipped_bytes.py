"""A short form of ``python -m support.flipped_bytes``, which flips every byte of a journal."""

import random  # noqa: TID251 - a run is repeated by its seed
from pathlib import Path

import pytest

from support.flipped_bytes import FOUND, HARMLESS, MISSED, flips, make_journal

SEED = 20_261
FLIPPED = 120


@pytest.mark.fault("X4", "D5")
async def test_no_change_to_what_a_journal_says_is_missed(tmp_path: Path) -> None:
    """One bit at a time, in rows, guards and indexes; free space says nothing."""
    whole = await make_journal(tmp_path / "till")
    chance = random.Random(SEED)  # noqa: S311 - repeated by its seed
    written = [place for place, byte in enumerate(whole) if byte]
    outcomes = [outcome for _, outcome in flips(whole, chance.sample(written, FLIPPED))]
    assert outcomes.count(MISSED) == 0, f"SEED={SEED}"
    assert outcomes.count(FOUND) > FLIPPED // 2
    assert outcomes.count(FOUND) + outcomes.count(HARMLESS) == FLIPPED
