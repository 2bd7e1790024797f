"""Finds the redemption that somebody names on the command line."""

from counterfoil.bootstrap import Till
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.domain.redemption import Redemption
from counterfoil.presentation.words import command_line

_HALF_REFERENCE = 3


async def find(till: Till, key: str) -> Redemption:
    """Return the redemption with this id or reference.

    Raises:
        OptionError: the journal has none.

    """
    found = await till.journal.redemption(key) if key.isascii() else None
    if found is None:
        found = await till.journal.redemption_by_reference(_with_dash(key))
    if found is None:
        raise refused(OptionProblem.NO_SUCH_REDEMPTION, command_line.NO_SUCH_REDEMPTION)
    return found


def refused(problem: OptionProblem, said: str) -> OptionError:
    """Return the error for the argument ``redemption``: ``said`` is what people read of it."""
    return OptionError("redemption", problem, said)


def _with_dash(typed: str) -> str:
    """Write a reference as the journal does, however it was typed: ``k7q 42f`` is ``K7Q-42F``."""
    letters = "".join(filter(str.isalnum, typed.upper()))
    return f"{letters[:_HALF_REFERENCE]}-{letters[_HALF_REFERENCE:]}"
