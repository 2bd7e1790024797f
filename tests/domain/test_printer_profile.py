"""What is known of printers can be true."""

import pytest

from counterfoil.domain.printer_profile import GENERIC_58, PROFILES, PrinterProfile


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda one: one.name)
def test_the_letters_of_a_line_fit_the_paper(profile: PrinterProfile) -> None:
    """Each is at least twelve dots wide, and none of these prints on wide paper."""
    assert 12 <= profile.dots / profile.columns < 14
    assert 32 <= profile.columns <= 48


def test_a_printer_can_be_set_to_other_columns() -> None:
    """Its dots follow, so that a picture is as wide as the letters."""
    profile = GENERIC_58.with_columns(42)
    assert (profile.columns, profile.dots, profile.cut) == (42, 504, GENERIC_58.cut)
