"""Every table model keeps what Qt asks of one, empty, filled and after other rows came."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module

import pytest
from PySide6.QtCore import QAbstractItemModel
from pytestqt.modeltest import ModelTester

from counterfoil import ui
from counterfoil.domain.report_sheet import ReportSheet, SheetRow
from counterfoil.presentation.monogram import Monogram
from counterfoil.presentation.screens import LastRow, Tone
from counterfoil.ui.history_table import HistoryModel
from counterfoil.ui.sheet_table import SheetModel

Kind = type[QAbstractItemModel]

ROW = LastRow(
    redemption_id="a",
    time="14:02",
    monogram=Monogram("1V", "#4A5568"),
    name="1Voucher",
    tail="9838",
    amount="R19.00",
    icon="check",
    tone=Tone.APPROVED,
    word="Paid",
)
SHEET = ReportSheet(
    title="Day",
    heading="Corner Shop",
    heads=("Voucher", "Sales"),
    rows=(SheetRow(("1Voucher", "2")), SheetRow(("OTT", "1"))),
    totals=(SheetRow(("All", "3")),),
)


def history() -> Iterator[QAbstractItemModel]:
    """Give History's rows: none, some, one that changed, fewer."""
    model = HistoryModel()
    yield model
    for rows in ((ROW, replace(ROW, redemption_id="b")), (ROW,), (replace(ROW, word="?"),), ()):
        model.replace(rows)
        yield model


def sheet() -> Iterator[QAbstractItemModel]:
    """Give a report: none, one with totals, one with more columns, one where nothing happened."""
    model = SheetModel()
    yield model
    wider = replace(SHEET, heads=("Voucher", "", "Sales"), rows=(), totals=())
    for shown in (SHEET, wider, replace(SHEET, rows=(), totals=())):
        model.replace(shown)
        yield model


LIVES: dict[Kind, Callable[[], Iterator[QAbstractItemModel]]] = {
    HistoryModel: history,
    SheetModel: sheet,
}
"""How each model comes to its rows; after each step it is looked at."""


def models_below(kind: Kind) -> set[Kind]:
    """Return the till's own classes that are of a kind."""
    found: set[Kind] = set()
    below: list[Kind] = kind.__subclasses__()
    for one in below:
        found |= {one} | models_below(one)
    return {one for one in found if one.__module__.startswith("counterfoil.")}


def test_every_model_of_the_window_has_a_life_here() -> None:
    """A new model is one that this test does not know."""
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        import_module(module.name)
    assert models_below(QAbstractItemModel) == set(LIVES)


@pytest.mark.parametrize("kind", LIVES, ids=lambda kind: kind.__name__)
def test_a_model_keeps_the_rules_of_qt(qtmodeltester: ModelTester, kind: Kind) -> None:
    """Qt's own tester looks at it after each step of its life."""
    for model in LIVES[kind]():
        assert isinstance(model, kind)
        qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt gives it no types
