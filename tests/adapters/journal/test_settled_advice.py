"""An advice is settled as it was seen, and not while it is being sent."""

from dataclasses import replace

import pytest

from counterfoil.adapters.journal.storage.rules import check_advice_fresh
from counterfoil.domain.advice import AdviceKind
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.rows import AdviceSettled
from support.advised import owed
from support.samples import NOON


def test_an_advice_that_moved_on_is_not_settled_as_it_was() -> None:
    """Another attempt was counted since a person looked at it."""
    seen = owed(AdviceKind.REVERSAL, redemption_id="r", upstream="suv", fingerprint="f")
    now = replace(seen, attempts=1, attempts_ended=1)
    check_advice_fresh(AdviceSettled(seen, seen, NOON), seen)
    with pytest.raises(StaleChangeError):
        check_advice_fresh(AdviceSettled(seen, seen, NOON), now)
