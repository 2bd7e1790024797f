"""The journal of a till that could not open its own."""

import inspect

import pytest

from counterfoil.adapters.journal.closed_journal import ClosedJournal
from counterfoil.domain.failures import JournalFullError
from counterfoil.ports.journal import Journal

METHODS = sorted(name for name, _ in inspect.getmembers(Journal, inspect.iscoroutinefunction))
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "commit": ((),),
    "find": ("x", 1),
    "forget": (),
    "history": (1,),
    "next_slip_number": (),
    "open_redemptions": (),
    "open_shift": (),
    "owed_tallies": (),
    "papers_under_way": (),
    "redemptions_for_a_person": (),
    "redemptions_left_open": (),
    "slip_ids_to_finish": (),
    "slips_to_finish": (),
    "has_staff": (),
    "last_retention": (),
    "alike": ("x", None, None),
    "some_with_mask": ("x", 0),
    "staff": (),
    "verify": (),
    "bookings": ("moment", 0, 1),
    "bookings_named": ("moment", ()),
    "differences_resolved": (0, 1),
    "open_differences": (),
    "reconciliation_of_file": ("moment", "5a"),
    "slip_numbers_of": (None, None),
}


@pytest.mark.parametrize("method", METHODS)
async def test_every_use_says_why_the_till_is_closed(method: str) -> None:
    """No method of a closed journal answers; each raises what kept the real one shut."""
    failure = JournalFullError()
    journal = ClosedJournal(failure)
    with pytest.raises(JournalFullError) as raised:
        await getattr(journal, method)(*ARGUMENTS.get(method, ("x",)))
    assert raised.value is failure
