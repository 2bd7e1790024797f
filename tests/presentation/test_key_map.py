"""Each key means one thing over whatever is in front."""

import pytest

from counterfoil.presentation.key_map import KEYS, Front, Wish, wish_of
from counterfoil.presentation.rooms import PAGE_KEYS, Room
from counterfoil.presentation.words import help_text


@pytest.mark.parametrize(("room", "key"), PAGE_KEYS.items())
def test_the_key_on_a_tab_leads_to_its_page_from_every_list(room: Room, key: str) -> None:
    """At the counter F2 turns to the next customer instead; F6 goes through all lists."""
    led = Wish.LISTS if room is Room.HISTORY else room
    assert wish_of(key, Front.LIST, is_over_buttons=False) is led
    at_counter = wish_of(key, Front.COUNTER, is_over_buttons=False)
    assert at_counter is (Wish.BEGIN_ANEW if room is Room.REDEEM else led)


def test_a_closed_till_has_its_help_its_menu_and_its_health() -> None:
    """Nothing else can be done there, and these explain it."""
    wishes = {
        wish_of(one.key, Front.CLOSED, is_over_buttons=is_first)
        for one in KEYS
        if one.key
        for is_first in (True, False)
    }
    assert wishes == {Wish.HELP, Wish.MENU, Wish.HEALTH, None}


def test_who_signs_in_has_help_the_menu_and_the_way_back() -> None:
    """There is no page to go to; who reads what is told first may leave the till."""
    wishes = {
        wish_of(one.key, Front.SIGN_IN, is_over_buttons=is_first)
        for one in KEYS
        if one.key
        for is_first in (True, False)
    }
    assert wishes == {Wish.HELP, Wish.MENU, Wish.BACK, Wish.LOCK, Wish.HEALTH, None}


def test_esc_ends_a_search_in_a_list_and_goes_back_at_the_counter() -> None:
    """A list is left to what is in front there: its box takes the key."""
    assert wish_of("Esc", Front.COUNTER, is_over_buttons=True) is Wish.BACK
    assert wish_of("Esc", Front.LIST, is_over_buttons=True) is None
    assert wish_of("Esc", Front.LIST, is_over_buttons=False) is None


def test_every_tab_has_a_key_of_its_own_which_the_menu_and_the_help_name() -> None:
    """Waiting and Slips to finish are one key away, as every other page is."""
    tabs = set(Room) - {Room.OWNER}
    assert set(PAGE_KEYS) == tabs
    assert len(set(PAGE_KEYS.values())) == len(tabs)
    in_help = {key for key, _ in help_text.keys(Front.LIST, is_training=False)}
    assert set(PAGE_KEYS.values()) <= in_help
