"""The journal's SQL and the domain name the same states, and no statement lies idle."""

import re
from pathlib import Path

import pytest

from counterfoil.adapters import journal
from counterfoil.adapters.journal.storage.queries import migrations, queries
from counterfoil.domain.states import FOR_A_PERSON, OPEN, TERMINAL, VOUCHER_LOCKED

SCHEMA = "\n".join(migration.sql for migration in migrations())


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("INDEX redemption_open ", OPEN),
        ("INDEX redemption_for_a_person ", FOR_A_PERSON),
        ("INDEX redemption_one_open_per_sale ", OPEN),
        ("INDEX redemption_one_unsettled_per_voucher ", VOUCHER_LOCKED),
        ("TRIGGER redemption_is_over ", TERMINAL),
    ],
)
def test_the_file_groups_states_as_the_domain_does(name: str, states: frozenset[str]) -> None:
    """Each list of states in the schema is the domain's own set."""
    listed = re.search(r"state IN \(([^)]*)\)", SCHEMA[SCHEMA.index(name) :])
    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed[1])) == states


def test_every_statement_is_used() -> None:
    """Each named statement is asked for somewhere, and by its right name."""
    (folder,) = journal.__path__
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(folder).rglob("*.py"))
    assert {name for name in queries() if f'"{name}"' not in code} == set()


def test_migrations_rise() -> None:
    """Each migration leads to a newer version than the one before."""
    versions = [migration.version for migration in migrations()]
    assert versions == sorted(set(versions))
