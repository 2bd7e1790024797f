"""Every text and every border can be read in every theme."""

import pytest

from counterfoil.ui.theme.tokens import (
    MONOGRAM_INKS,
    MONOGRAM_TEXT,
    TOKENS_BY_NAME,
    StateTone,
    ThemeName,
)

TEXT = 4.5
AMOUNT = 7.0
BORDER = 3.0
PAIRS = (
    ("ink", "paper", AMOUNT),
    ("ink", "field", AMOUNT),
    ("ink", "counter", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "key", TEXT),
    ("ink", "control", TEXT),
    ("ink", "selected", AMOUNT),
    ("ink", "hover", TEXT),
    ("ink", "pressed", TEXT),
    ("muted", "paper", TEXT),
    ("muted", "field", TEXT),
    ("muted", "counter", TEXT),
    ("muted", "selected", TEXT),
    ("muted", "hover", TEXT),
    ("muted", "pressed", TEXT),
    ("on-accent", "accent", AMOUNT),
    ("on-accent", "accent-hover", AMOUNT),
    ("on-accent", "accent-pressed", AMOUNT),
    ("on-disabled", "disabled", TEXT),
    ("slip-ink", "slip", AMOUNT),
    ("slip-muted", "slip", AMOUNT),
    ("on-approved", "approved", AMOUNT),
    ("on-declined", "declined", AMOUNT),
    ("on-unknown", "unknown", AMOUNT),
    ("on-info", "info", TEXT),
    ("on-training", "training", TEXT),
    ("approved-ink", "selected", TEXT),
    ("declined-ink", "selected", TEXT),
    ("unknown-ink", "selected", TEXT),
    ("declined-ink", "field", BORDER),
    ("ink", "training-counter", TEXT),
    ("muted", "training-counter", TEXT),
    ("paper", "ink", TEXT),
    ("edge", "paper", BORDER),
    ("edge", "field", BORDER),
    ("edge", "counter", BORDER),
    ("edge", "selected", BORDER),
    ("edge", "training-counter", BORDER),
    ("accent", "paper", BORDER),
    ("accent", "counter", BORDER),
)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB`` as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize(("text", "ground", "wanted"), PAIRS)
def test_text_and_borders_stand_out(name: ThemeName, text: str, ground: str, wanted: float) -> None:
    """Text has 4.5, amounts and PINs 7, borders of controls 3."""
    colours = TOKENS_BY_NAME[name].colours
    assert contrast(colours[text], colours[ground]) >= wanted


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize("tone", StateTone)
def test_states_can_be_read_on_pale_and_on_paper(name: ThemeName, tone: StateTone) -> None:
    """Ink on a pale fill and a state's own ink on both grounds have 4.5."""
    colours = TOKENS_BY_NAME[name].colours
    pale = colours[f"{tone.value}-pale"]
    state_ink = colours[f"{tone.value}-ink"]
    assert contrast(colours["ink"], pale) >= TEXT
    assert contrast(state_ink, pale) >= TEXT
    assert contrast(state_ink, colours["paper"]) >= TEXT


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize("tone", [StateTone.UNKNOWN, StateTone.DECLINED])
def test_stamps_can_be_read_on_every_slip(name: ThemeName, tone: StateTone) -> None:
    """A stamp has the light theme's ink, because the slip is paper in every theme."""
    stamp = TOKENS_BY_NAME[ThemeName.LIGHT].states[tone].ink
    assert contrast(stamp, TOKENS_BY_NAME[name].colours["slip"]) >= TEXT


@pytest.mark.parametrize("ink", MONOGRAM_INKS)
def test_monogram_letters_stand_out(ink: str) -> None:
    """White letters have 7 on each of the eight inks."""
    assert contrast(MONOGRAM_TEXT, ink) >= AMOUNT


def test_the_formula_gives_the_known_extremes() -> None:
    """Black on white is 21 and a colour on itself is 1."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)


def test_all_themes_have_the_same_tokens() -> None:
    """A token that one theme lacks would fail only when somebody switches."""
    names = {frozenset(tokens.colours) for tokens in TOKENS_BY_NAME.values()}
    assert len(names) == 1
