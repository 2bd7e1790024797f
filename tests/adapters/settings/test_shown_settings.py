"""The settings as lines that may be given away."""

from counterfoil.adapters.settings.shown_settings import settings_lines
from counterfoil.adapters.settings.till_settings import (
    NoPrinter,
    QueueChoice,
    TillSettings,
    UpstreamSettings,
)
from counterfoil.domain.staff import Permission


def test_each_setting_with_a_value_is_a_line() -> None:
    """Under its place, a kind without values by its name; sets in one order."""
    roles = {"owner": frozenset({Permission.VOID, Permission.BACK_UP})}
    lines = settings_lines(TillSettings(printer=QueueChoice("Kitchen"), roles=roles))
    assert "printer.name = Kitchen" in lines
    assert "roles.owner = back_up, void" in lines
    assert "backup.every_hours = 24" in lines
    assert not [line for line in lines if line.endswith("= ")]
    assert "printer = NoPrinter" in settings_lines(TillSettings(printer=NoPrinter()))


def test_what_an_address_may_hold_beside_the_place_is_left_out() -> None:
    """Somebody may have put a key there, although none is read from it."""
    address = "https://till:sk_x@api.example.org/v1?key=sk_x#sk_x"
    lines = settings_lines(TillSettings(upstream=UpstreamSettings(base_url=address)))
    assert "upstream.base_url = https://api.example.org/v1" in lines
    assert not [line for line in lines if "sk_x" in line]
