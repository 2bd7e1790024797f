"""Who must wait for another PIN, as every page shows it."""

from counterfoil.domain.failures import SignInRefusal, SignInRefusedError
from counterfoil.presentation.pin_tries import PinTries
from support.clocks import SteppedClock


async def test_each_number_waits_for_itself_and_the_time_runs_down() -> None:
    """Until it is over, or a PIN may have been set anew."""
    clock = SteppedClock()
    tries = PinTries(clock)
    assert not tries.tick()
    assert not tries.refuse("17", SignInRefusedError(SignInRefusal.WRONG_PIN, 60.0))
    assert (tries.shakes, tries.wait("17"), tries.wait("21")) == (1, "1:00", "")
    await clock.advance(15.0)
    assert (tries.tick(), tries.wait("17")) == (True, "0:45")
    await clock.advance(45.0)
    assert (tries.tick(), tries.wait_s("17"), tries.tick()) == (True, 0.0, False)
    for number in ("17", "21"):
        tries.refuse(number, SignInRefusedError(SignInRefusal.MUST_WAIT, 60.0))
    assert tries.shakes == 1
    tries.forget("17")
    assert (tries.wait_s("17"), tries.wait_s("21")) == (0.0, 60.0)
    tries.forget()
    assert not tries.tick()


def test_a_number_that_nobody_has_is_said_at_the_number() -> None:
    """And shakes no dots."""
    tries = PinTries(SteppedClock())
    assert tries.refuse("99", SignInRefusedError(SignInRefusal.UNKNOWN_NUMBER))
    assert tries.shakes == 0
