"""The menu has what somebody may do now, and is found by what people call it."""

import pytest

from counterfoil.domain.staff import CASHIER, EVERYTHING, NOBODY, OWN_ROLES, Actor, Permission
from counterfoil.presentation.command_menu import MenuRow, found, menu_rows
from counterfoil.presentation.key_map import KEYS, Front, Wish
from counterfoil.presentation.rooms import Room
from counterfoil.presentation.screens import Act, Button
from counterfoil.presentation.words import help_text, menu

THANDI = Actor("Thandi M.", OWN_ROLES[CASHIER], "17")
PRINT_COPY = Button("Print a copy", Act.PRINT_AGAIN, "F9")


def wishes(front: Front, actor: Actor, *, is_training: bool = False) -> set[object]:
    """Return what is offered."""
    return {one.wish for one in menu_rows(front, actor, (), is_training=is_training)}


def test_everything_that_a_key_does_is_in_the_menu_with_that_key() -> None:
    """But for the menu itself and the way out of it; a row says each thing once."""
    manager = Actor("Lindiwe K.", EVERYTHING, "31")
    rows = menu_rows(Front.COUNTER, manager, (), is_training=True)
    offered = [(one.wish, one.key) for one in rows]
    table = [(one.wish, one.key) for one in KEYS if Front.COUNTER in one.fronts]
    assert offered == [one for one in table if one[0] not in {Wish.MENU, Wish.BACK}]
    assert len({one.caption for one in rows}) == len(rows)
    assert all(one.icon for one in rows)


def test_every_page_and_wish_has_words() -> None:
    """A new one is shown as soon as it is in the table."""
    assert {one.wish for one in KEYS} - set(menu.COMMANDS) == {Wish.MENU, Wish.BACK}
    assert {room for room in Room if room is not Room.HISTORY} <= set(menu.COMMANDS)


def test_who_may_not_do_something_is_not_offered_it() -> None:
    """Nor the way out to who has not come in, nor training on a real till."""
    assert Room.SHIFT in wishes(Front.COUNTER, THANDI)
    without = Actor("Sipho K.", EVERYTHING - {Permission.RUN_SHIFT}, "18")
    assert Room.SHIFT not in wishes(Front.COUNTER, without)
    assert Wish.LOCK not in wishes(Front.COUNTER, Actor("Operator", EVERYTHING))
    assert Wish.TOUR not in wishes(Front.COUNTER, THANDI)
    assert {Wish.TOUR, Wish.GO_LIVE} <= wishes(Front.COUNTER, THANDI, is_training=True)


@pytest.mark.parametrize("front", [Front.SIGN_IN, Front.CLOSED])
def test_where_there_are_no_pages_help_health_and_the_way_out_are_left(front: Front) -> None:
    """Support is called most of all when nothing can be sold."""
    offered = wishes(front, NOBODY, is_training=True)
    of_window = {Wish.PREVIEW, Wish.SOUNDS, Wish.MOTION, Wish.FULL_SCREEN}
    assert offered == {Wish.HELP, Wish.HEALTH, *of_window, Wish.ABOUT, Wish.CLOSE_TILL}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bal", Room.BALANCE),
        ("SLIPS fin", Room.SLIPS),
        ("settle", Room.IN_DOUBT),
        ("printer", Wish.HEALTH),
        ("F7", Room.SHIFT),
        ("shift+f1", Wish.HEALTH),
        ("copy", Act.PRINT_AGAIN),
        ("reprint", Wish.LISTS),
        ("void", Wish.LISTS),
    ],
)
def test_what_people_call_it_finds_it(text: str, first: object) -> None:
    """The name first, then the key, then what else people say; the page in front before all."""
    rows = menu_rows(Front.LIST, THANDI, (PRINT_COPY,), is_training=False)
    assert found(rows, text)[0].wish is first


def test_what_nobody_calls_anything_finds_nothing() -> None:
    """Each word must be there."""
    rows = (MenuRow("Slips to finish", "", "printer", Room.SLIPS),)
    assert found(rows, "slips moon") == ()
    assert found(rows, "x") == ()


def test_the_help_has_each_key_that_works() -> None:
    """On each kind of screen, and none that does nothing there."""
    for front in Front:
        working = {one.key for one in KEYS if front in one.fronts and one.key}
        said = {key for key, _ in help_text.keys(front, is_training=True)}
        assert working <= said
        assert said - working <= {"F9", "F11", "F12"}
    assert "Shift+F2" not in {key for key, _ in help_text.keys(Front.COUNTER, is_training=False)}


@pytest.mark.parametrize("room", Room)
def test_each_screen_has_its_own_questions(room: Room) -> None:
    """Three at least, each with an answer; a result, a sign-in and a closed till have theirs."""
    front = Front.COUNTER if room in {Room.REDEEM, Room.BALANCE} else Front.LIST
    told = help_text.when(front, room, is_result=False)
    assert len(told) >= 3
    assert all(question and answer for question, answer in told)
    for other in (Front.SIGN_IN, Front.CLOSED):
        assert help_text.when(other, room, is_result=False) != told
    at_result = help_text.when(front, room, is_result=True)
    assert (at_result == told) is (front is Front.LIST)
