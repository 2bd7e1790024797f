"""Why something failed, as keys and values; ``presentation/words`` makes the sentences of them."""

from enum import StrEnum

from counterfoil.domain.causes.access import PlaceCause
from counterfoil.domain.causes.backup import NoBackup
from counterfoil.domain.causes.entry import EntryCause
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.causes.settings import SettingsCause
from counterfoil.domain.statement import StatementTrouble

Cause = EntryCause | Finding | NoBackup | PlaceCause | SettingsCause | StatementTrouble | StrEnum
"""Why something failed: a record with a ``problem`` and the values that belong to it.

A problem without such values stands alone, as a member of its enumeration.
"""
