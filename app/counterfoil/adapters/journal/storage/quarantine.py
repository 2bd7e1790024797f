"""Keeps records apart that are not as they were written, and stops new sales where they belong."""

from collections.abc import Iterable

from counterfoil.domain.failures import RecordAlteredError
from counterfoil.domain.rows import RedemptionPrepared, Row
from counterfoil.ports.journal import Damage


class Quarantine:
    """What an open journal has found; the next start finds it again. For the journal's thread."""

    def __init__(self) -> None:
        self.is_watched = False
        """Whether somebody hears of what is found; a list is refused whole until then."""
        self._found: dict[str, Damage] = {}

    @property
    def damages(self) -> tuple[Damage, ...]:
        """All that was found, in the order in which it was."""
        return tuple(self._found.values())

    def add(self, where: str, upstream: str | None) -> None:
        """Keep a record apart; twice is once."""
        self._found.setdefault(where, Damage(where, upstream))

    def check(self, rows: Iterable[Row]) -> None:
        """Refuse a new redemption where something was found.

        Raises:
            RecordAlteredError: at its upstream, or at none.

        """
        stopped = {damage.upstream for damage in self._found.values()}
        for row in rows:
            if isinstance(row, RedemptionPrepared) and stopped & {None, row.redemption.upstream}:
                raise RecordAlteredError("a record was altered; see `counterfoil journal verify`")
