"""What is wrong with the folder that the till's files lie in."""

from collections.abc import Mapping

from counterfoil.domain.causes.access import (
    AccessProblem,
    NotOwn,
    PlaceCause,
    PlaceProblem,
)
from counterfoil.presentation.words.speaking import SpokenTable, say

_ACCESS: Mapping[AccessProblem, str] = SpokenTable(
    {
        AccessProblem.OF_ANOTHER_USER: "{cause.path}{below} belongs to another user",
        AccessProblem.OTHERS_MAY_WRITE: "others may write to {cause.path}{below}",
    }
)
_PLACE: Mapping[PlaceProblem, str] = SpokenTable(
    {
        PlaceProblem.LINK: "the till's folder is a link; name the folder itself",
        PlaceProblem.SYNCHRONISED: "another program copies the till's folder away (synchronised)",
        PlaceProblem.NETWORK_DISK: "the till's folder is on a network disk",
        PlaceProblem.OPEN_TO_OTHERS: "others may write to the till's folder; make it private",
        PlaceProblem.HOLDS_FOLDERS_OF_OTHERS: (
            "the till's folder holds folders that others use; give the till a folder of its own"
        ),
        PlaceProblem.FILE_OF_ANOTHER_USER: (
            "{cause.file} in the till's folder belongs to another user"
        ),
        PlaceProblem.FILE_NOT_PLAIN: "{cause.file} is a link or no plain file",
    }
)


def misplaced(cause: PlaceCause) -> str:
    """Return why no journal can be kept there, as the last part of a sentence."""
    if isinstance(cause, NotOwn):
        return not_own(cause)
    return _PLACE[cause.problem].format(cause=cause)


def not_own(cause: NotOwn) -> str:
    """Return what others could do with a file or folder, as the last part of a sentence."""
    below = say(", in which {below} lies", below=cause.below) if cause.below else ""
    return _ACCESS[cause.problem].format(cause=cause, below=below)
