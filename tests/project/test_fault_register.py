"""The register of faults: each has a test that names it.

``docs/reliability.md`` is the register. The tests are read and not run.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from support.network.network_faults import FAULTS as NETWORK_FAULTS

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "reliability.md"
GROUPS = {"N": 26, "P": 11, "D": 13, "R": 7, "H": 10, "X": 21}
FAULTS = tuple(f"{letter}{one}" for letter, last in GROUPS.items() for one in range(1, last + 1))
_ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+) \|$", re.MULTILINE)
COMPUTED = "computed"
"""What stands for a mark whose number is in a table and not in the source."""
BY_TABLE = {
    "adapters/upstream/test_network_matrix.py": tuple(
        sorted({number for fault in NETWORK_FAULTS for number in fault.numbers})
    )
}
"""The modules that have such marks, with the numbers of their tables."""


@cache
def sections() -> dict[str, str]:
    """Return the text below each second-level heading."""
    parts = re.split(r"^## (.+)$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def listed(heading: str) -> list[str]:
    """Return the faults of the table below a heading, in its order."""
    return [number for number, _ in _ROW.findall(sections()[heading])]


def marks_in(tree: ast.AST) -> Iterator[str]:
    """Return every number that a mark names: on a test, on a module, or in a parameter."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "fault"
            and ast.unparse(node.func.value) == "pytest.mark"
        ):
            for argument in node.args:
                yield str(argument.value) if isinstance(argument, ast.Constant) else COMPUTED


@cache
def marked() -> dict[str, tuple[str, ...]]:
    """Return the modules that name each fault."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.fault" in text and path != Path(__file__):
            name = path.relative_to(TESTS).as_posix()
            for number in marks_in(ast.parse(text)):
                numbers = BY_TABLE[name] if number == COMPUTED else (number,)
                for one in numbers:
                    found.setdefault(one, []).append(name)
    return {number: tuple(dict.fromkeys(paths)) for number, paths in found.items()}


def test_the_table_has_every_fault_once() -> None:
    """Eighty-eight, in order, each with what happens and what the till does."""
    rows = _ROW.findall(sections()["The faults"])
    assert tuple(number for number, _ in rows) == FAULTS
    assert len(FAULTS) == 88
    for number, rest in rows:
        what, behaviour = rest.split(" | ")
        assert what.strip(), number
        assert behaviour.strip(), number


def test_every_fault_is_named_by_a_test() -> None:
    """A fault without a test is not met, whatever the table says of it."""
    assert [one for one in FAULTS if one not in marked()] == []


def test_every_mark_names_a_fault_of_the_table() -> None:
    """A slip of the pen would count for nothing."""
    assert {number: paths for number, paths in marked().items() if number not in FAULTS} == {}


def test_the_table_says_what_is_met_in_part_or_not_tried() -> None:
    """Nobody who reads only the table believes that all of it is met."""
    lacking = [*listed("What is met in part"), *listed("What cannot be tried here")]
    assert len(lacking) == len(set(lacking))
    rows = dict(_ROW.findall(sections()["The faults"]))
    assert {one for one in FAULTS if "(below)" in rows[one]} == set(lacking)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@pytest.mark.fault("N1", "N2")\ndef test_a(): ...', ["N1", "N2"]),
        ('pytestmark = [pytest.mark.fault("X7"), pytest.mark.window]', ["X7"]),
        ('CASES = [pytest.param(1, marks=pytest.mark.fault("D4"))]', ["D4"]),
        ('class TestAll:\n    @pytest.mark.fault("P1")\n    async def test_b(self): ...', ["P1"]),
        ("CASES = [pytest.param(n, marks=pytest.mark.fault(n)) for n in TABLE]", [COMPUTED]),
        ('"""@pytest.mark.fault("N9")"""', []),
        ("@pytest.mark.faults\ndef test_c(): ...", []),
    ],
)
def test_marks_are_found_wherever_they_stand(source: str, expected: list[str]) -> None:
    """The control: what counts as a mark, and what does not."""
    assert list(marks_in(ast.parse(source))) == expected
