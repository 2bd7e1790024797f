"""Make the till's sounds, the same bytes each time.

    .venv/bin/python packaging/make_sounds.py

Each ``resources/sounds/*.wav`` is a few soft notes, told from the others by pitch and by rhythm.
"""

import math
import struct
import wave
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "sounds"
RATE = 22_050
LOUDNESS = 0.45
RISE_S = 0.006
"""How long a note takes to its full loudness: at once would click."""
OVERTONES = ((1, 1.0), (2, 0.22), (3, 0.08))
"""Multiples of a pitch, and how strong each is: small loudspeakers swallow the pitch itself."""

Note = tuple[float, float, float]
"""When it begins (s), how long it is (s), its pitch (Hz)."""

SOUNDS: dict[str, tuple[Note, ...]] = {
    # Short and high, going up.
    "approved": ((0.0, 0.12, 880.0), (0.09, 0.26, 1318.5)),
    # Long and low, going down.
    "declined": ((0.0, 0.22, 392.0), (0.21, 0.28, 293.7)),
    # Up and back again, as a question.
    "in_doubt": ((0.0, 0.12, 587.3), (0.14, 0.12, 698.5), (0.28, 0.2, 587.3)),
    # Twice the same, quick.
    "not_taken": ((0.0, 0.08, 440.0), (0.12, 0.12, 440.0)),
    # One note, and nothing that says that a voucher is good.
    "sounds_on": ((0.0, 0.22, 659.3),),
}


def main() -> None:
    """Write all sounds."""
    FOLDER.mkdir(exist_ok=True)
    for name, notes in SOUNDS.items():
        FOLDER.joinpath(f"{name}.wav").write_bytes(wav(notes))


def wav(notes: tuple[Note, ...]) -> bytes:
    """Return notes as a WAV file: one channel, 16 bits a sample."""
    samples = [0.0] * round(max(start + length for start, length, _ in notes) * RATE)
    for start, length, pitch in notes:
        first = round(start * RATE)
        for at in range(min(round(length * RATE), len(samples) - first)):
            samples[first + at] += _sample(at / RATE, length, pitch)
    whole = [round(LOUDNESS * 32_767 * max(-1.0, min(1.0, one))) for one in samples]
    made = BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(whole)}h", *whole))
    return made.getvalue()


def _sample(second: float, length: float, pitch: float) -> float:
    """Return a note at one moment: a quick rise, then an even fall to nothing."""
    swing = sum(
        strength * math.sin(2 * math.pi * pitch * times * second) for times, strength in OVERTONES
    )
    rise = min(1.0, second / RISE_S)
    fall = math.pow(1 - second / length, 1.5)
    return swing * rise * fall / sum(strength for _, strength in OVERTONES)


if __name__ == "__main__":
    main()
