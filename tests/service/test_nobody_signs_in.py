"""What cannot be tried while nobody signs in to the till."""

import re
from pathlib import Path

import pytest

from counterfoil import adapters

MIGRATIONS = "journal/storage/migrations/*.sql"
OF_PEOPLE = re.compile(r"supervisor|manager|operator|password|login|argon", re.IGNORECASE)


@pytest.mark.fault("X10", "X11")
def test_there_is_no_secret_of_a_person_to_guess() -> None:
    """Neither at the till nor on a stolen journal: it keeps nothing that a person signs in with.

    So X10 and X11 cannot be tried. Whoever lets people sign in finds this failing, and tries them.
    """
    (folder,) = adapters.__path__
    files = sorted(Path(folder).glob(MIGRATIONS))
    schema = [re.sub(r"--.*", "", path.read_text(encoding="utf-8")) for path in files]
    assert schema
    assert [OF_PEOPLE.findall(text) for text in schema] == [[]] * len(schema)
