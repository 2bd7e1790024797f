"""The head of the chain of audit events, in short: it stands on slips, and people type it.

Every event rests on all before it, so a head stands for all that had happened until then. A journal
that holds the same event under the same number goes on from there; one that was cut back does not.
"""

import re

from counterfoil.declaring import dataclass

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5
_GROUP = 4
_LENGTH = 3 * _GROUP
"""60 bits, which nobody without the till's key can aim at."""
_LOOK_ALIKE = str.maketrans("OIL", "011")
_GROUPS = r"[\s-]*".join([f"([{_ALPHABET}]{{{_GROUP}}})"] * 3)
_TYPED = re.compile(rf"\s*([0-9]{{1,18}})[\s-]+{_GROUPS}\s*")


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The chain of audit events up to one event, in short: the event's number and its link.

    ``check`` is the beginning of the link, in letters that people can type.
    """

    sequence: int
    check: str

    @property
    def text(self) -> str:
        """As people read it: ``1207-K7Q4-2FXX-93PM``."""
        groups = (self.check[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
        return "-".join((str(self.sequence), *groups))


def head_of(sequence: int, link: bytes) -> ChainHead:
    """Return the head that an event is; ``link`` has at least 8 bytes."""
    number = int.from_bytes(link[:8], "big") >> (8 * 8 - _BITS * _LENGTH)
    letters = []
    for _ in range(_LENGTH):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return ChainHead(sequence, "".join(reversed(letters)))


def read_head(typed: str) -> ChainHead | None:
    """Read a head as somebody copied it from a slip; None where it is none.

    Case does not matter, nor whether spaces or dashes part it, and letters that a head has not are
    read as the digits that they look like.
    """
    found = _TYPED.fullmatch(typed.upper().translate(_LOOK_ALIKE))
    return ChainHead(int(found[1]), "".join(found.groups()[1:])) if found else None
