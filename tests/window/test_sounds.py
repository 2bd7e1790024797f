"""Sounds: every one says what is to be seen as well, and who wants none hears none."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, Declined, DeclineReason
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.screens import Cue, Room, Tone
from counterfoil.ui import sounds
from counterfoil.ui.widgets.banner import FinalHead, StateBanner
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.loudspeakers import MemoryLoudspeaker
from support.till import approved
from support.window import TYPES, WindowTill, open_window

REFUSED = Declined(reason=DeclineReason.NOT_FOUND)


def is_said_to_hand_over(till: WindowTill) -> bool:
    """Whether the green head is in sight."""
    return any(one.isVisible() for one in till.window.findChildren(FinalHead))


def banner_is(tone: Tone) -> Callable[[WindowTill], bool]:
    """Return whether a banner of this tone is in sight."""

    def is_so(till: WindowTill) -> bool:
        shown = till.window.findChildren(StateBanner)
        return any(one.isVisible() and one.banner().tone is tone for one in shown)

    return is_so


@pytest.mark.parametrize(
    ("answer", "cue", "is_seen"),
    [
        (approved(), Cue.APPROVED, is_said_to_hand_over),
        (REFUSED, Cue.DECLINED, banner_is(Tone.DECLINED)),
    ],
)
async def test_a_result_is_heard_and_seen(
    answer: Approved | Declined, cue: Cue, is_seen: Callable[[WindowTill], bool]
) -> None:
    """Nobody has to hear what became of a voucher."""
    heard: list[Cue] = []
    async with open_window(ScriptedGateway([answer], types=TYPES)) as till:
        till.pages.heard.connect(heard.append)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert heard == [cue]
        assert is_seen(till)


class Beeper:
    """Stands where Qt has the one that beeps."""

    beeps = 0

    def beep(self) -> None:
        """Count a beep."""
        self.beeps += 1


@pytest.fixture
def beeper(monkeypatch: pytest.MonkeyPatch) -> Beeper:
    """Return what beeps for the window."""
    made = Beeper()
    monkeypatch.setattr(sounds, "QApplication", made)
    return made


async def test_the_menu_turns_sounds_on_and_off_again(beeper: Beeper) -> None:
    """The window says so, and what is chosen is told, to be kept for the next start.

    One hears that they are on, and nothing that says that a voucher is good.
    """
    loudspeaker = MemoryLoudspeaker()
    chosen: list[bool] = []
    async with open_window(loudspeaker=loudspeaker) as till:
        till.window.sounds_chosen.connect(chosen.append)
        till.pages.carry_out(Wish.SOUNDS)
        assert till.shell.screen().toast == "Sounds are on"
        await till.until(lambda: loudspeaker.heard == ["sounds_on.wav"])
        till.pages.carry_out(Wish.SOUNDS)
        assert till.shell.screen().toast.startswith("No more sounds")
        till.pages.heard.emit(Cue.DECLINED)
        await till.settle()
    assert chosen == [True, False]
    assert loudspeaker.heard == ["sounds_on.wav"]
    assert beeper.beeps == 0


@pytest.mark.parametrize("cue", list(Cue))
async def test_each_has_a_sound_of_its_own(cue: Cue, beeper: Beeper) -> None:
    """The file has the name of what happened."""
    loudspeaker = MemoryLoudspeaker()
    async with open_window(loudspeaker=loudspeaker) as till:
        till.pages.carry_out(Wish.SOUNDS)
        till.pages.heard.emit(cue)
        await till.until(lambda: f"{cue}.wav" in loudspeaker.heard)
    assert beeper.beeps == 0


async def test_where_nothing_can_play_it_beeps(beeper: Beeper) -> None:
    """In a pattern that is known as well; the next one takes its place."""
    async with open_window(loudspeaker=MemoryLoudspeaker(has_device=False)) as till:
        till.pages.carry_out(Wish.SOUNDS)
        till.pages.heard.emit(Cue.NOT_TAKEN)
        await till.until(lambda: beeper.beeps == 3)


async def test_a_scan_that_is_not_taken_is_heard_and_said() -> None:
    """In the red of what was refused, with its icon."""
    heard: list[Cue] = []
    async with open_window() as till:
        till.pages.heard.connect(heard.append)
        till.pages.go_to(Room.HISTORY)
        till.pages.take_scan(Secret("1"), into="", is_asked=True)
        assert heard == [Cue.NOT_TAKEN]
        assert till.shell.screen().toast_tone is Tone.DECLINED
        assert till.shell.screen().toast


async def test_the_menu_fills_the_screen_and_gives_the_frame_back(qapp: QApplication) -> None:
    """It is kept with the place of the window."""
    async with open_window() as till:
        till.pages.carry_out(Wish.FULL_SCREEN)
        assert till.window.isFullScreen()
        till.pages.carry_out(Wish.FULL_SCREEN)
        assert not till.window.isFullScreen()
