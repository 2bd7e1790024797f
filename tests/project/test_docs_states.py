"""The page about states is written from the tables in the code."""

import os
from enum import StrEnum
from pathlib import Path

from counterfoil.domain import printing, states

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def _sentences(kind: type[StrEnum], module_file: str) -> dict[str, str]:
    """Return the sentence under each member, read from the source."""
    lines = Path(module_file).read_text(encoding="utf-8").splitlines()
    sentences = {}
    for number, line in enumerate(lines):
        name = line.strip().split(" = ")[0]
        if name in kind.__members__ and lines[number + 1].strip().startswith('"""'):
            sentences[name] = lines[number + 1].strip().strip('"')
    return sentences


def _table(
    kind: type[StrEnum], moves: frozenset[tuple[StrEnum, StrEnum]], module_file: str
) -> list[str]:
    sentences = _sentences(kind, module_file)
    rows = ["| State | What is known | Next |", "|---|---|---|"]
    for state in kind:
        following = ", ".join(f"`{after.value}`" for after in kind if (state, after) in moves)
        rows.append(f"| `{state.value}` | {sentences[state.name]} | {following or 'terminal'} |")
    return rows


def written() -> str:
    """Return the page as it has to be."""
    redemption = _table(states.RedemptionState, states.MOVES, str(states.__file__))
    paper = _table(printing.PrintState, printing.PRINT_MOVES, str(printing.__file__))
    parts = [
        "# States and moves",
        "",
        "Written from `domain/states.py` and `domain/printing.py` by a test that fails when this",
        "page is stale (`WRITE_DOCS=1` rewrites it). The journal's file enforces the same moves.",
        "",
        "## A redemption",
        "",
        *redemption,
        "",
        "## A paper",
        "",
        *paper,
        "",
    ]
    return "\n".join(parts)


def test_the_page_says_what_the_tables_say() -> None:
    """docs/states.md is exactly what the code's tables give."""
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(written(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written()
