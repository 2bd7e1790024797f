"""Why a file or folder may not be this user's alone."""

from enum import StrEnum

from counterfoil.declaring import dataclass


class AccessProblem(StrEnum):
    """What somebody else could do."""

    OF_ANOTHER_USER = "of_another_user"
    OTHERS_MAY_WRITE = "others_may_write"


@dataclass(frozen=True, slots=True)
class NotOwn:
    """Whose ``path`` is; with ``below`` it is a folder in which that lies."""

    problem: AccessProblem
    path: str
    below: str = ""


class PlaceProblem(StrEnum):
    """Why no journal can be kept in the till's folder."""

    LINK = "link"
    SYNCHRONISED = "synchronised"
    """Another program copies it away."""
    NETWORK_DISK = "network_disk"
    OPEN_TO_OTHERS = "open_to_others"
    """Others may have put there what lies in it."""
    HOLDS_FOLDERS_OF_OTHERS = "holds_folders_of_others"
    FILE_OF_ANOTHER_USER = "file_of_another_user"
    FILE_NOT_PLAIN = "file_not_plain"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """What is wrong with the till's folder, or with the ``file`` in it."""

    problem: PlaceProblem
    file: str = ""


PlaceCause = NotOwn | Misplaced
