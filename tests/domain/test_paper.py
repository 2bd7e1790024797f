"""What the print system is told of a paper."""

import pytest

from counterfoil.domain.paper import A4, PAPERS, ROLL_58, ROLL_80, Paper


@pytest.mark.parametrize(
    ("paper", "drawn_mm", "media"),
    [
        (ROLL_80, 152.3, "Custom.80x153mm"),
        (ROLL_58, 200.0, "Custom.58x200mm"),
        (A4, 297.0, "A4"),
    ],
)
def test_a_roll_is_as_long_as_its_slip(paper: Paper, drawn_mm: float, media: str) -> None:
    """In whole millimetres, of which none is missing; a sheet has a name."""
    assert paper.media(drawn_mm) == media


def test_words_fit_on_every_paper() -> None:
    """The settings name each of them."""
    assert all(paper.text_width_mm < paper.width_mm for paper in PAPERS.values())
