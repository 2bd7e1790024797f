"""The till's sounds: small, short, each its own, and made by the program that is here."""

import wave
from itertools import pairwise
from pathlib import Path

import pytest

import make_sounds
from counterfoil.assets import resource_path
from counterfoil.presentation.screens import Cue


def sound(cue: Cue) -> Path:
    """Return the file of a cue's sound."""
    return resource_path("sounds", f"{cue}.wav")


@pytest.mark.parametrize("cue", list(Cue))
def test_a_sound_is_small_and_ends_before_the_next_key(cue: Cue) -> None:
    """Half a second at most; whoever works fast is not followed by what was before."""
    assert sound(cue).stat().st_size < 50_000
    with wave.open(str(sound(cue)), "rb") as file:
        assert file.getnframes() / file.getframerate() <= 0.5


def test_the_sounds_are_those_that_the_program_makes() -> None:
    """Nobody changes one by hand, and none is left over."""
    made = {name: make_sounds.wav(notes) for name, notes in make_sounds.SOUNDS.items()}
    kept = {one.stem: one.read_bytes() for one in make_sounds.FOLDER.iterdir()}
    assert kept == made
    assert set(made) == set(Cue)


def test_no_two_sounds_have_the_same_rhythm_and_pitch() -> None:
    """Each is known without looking: by how many notes there are, and which way they go."""

    def shape(cue: Cue) -> tuple[int, tuple[int, ...]]:
        pitches = [pitch for _, _, pitch in make_sounds.SOUNDS[cue]]
        steps = pairwise(pitches)
        return len(pitches), tuple((after > before) - (after < before) for before, after in steps)

    assert len({shape(cue) for cue in Cue}) == len(Cue)
