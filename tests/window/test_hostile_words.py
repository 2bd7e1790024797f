"""Hostile words in every widget that shows a provider's or a person's words: shown, never obeyed.

The words come through discovery, as they do in a shop, and once more raw, as if the boundary had a
hole.
"""

import html
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, ChangeCode, ChangeVoucher, Declined, DeclineReason
from counterfoil.domain.voucher_type import FieldSpec, VoucherType
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.screens import (
    Banner,
    CardRow,
    ChipRow,
    Fact,
    NumberedStep,
    Room,
    Tone,
)
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.banner import FinalHead, StateBanner
from counterfoil.ui.widgets.button import PrimaryButton, QuietButton, SecondaryButton
from counterfoil.ui.widgets.card import Card
from counterfoil.ui.widgets.chip import Chip
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.label import PlainLabel, doubled_ampersands, set_plain_tooltip
from counterfoil.ui.widgets.steps import NumberedSteps, SentenceBlock
from counterfoil.ui.widgets.tab import Tab
from counterfoil.ui.widgets.tile import FindField, RailHeading, Tile
from counterfoil.ui.widgets.toast import Toast
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.gateways import ScriptedGateway
from support.hostile import HOSTILE, KINDS, is_steering
from support.hostile_types import hostile_forms, hostile_types
from support.window import open_window

pytestmark = pytest.mark.fault("X7")
RICH = (QTextEdit, QPlainTextEdit, QMessageBox)
SHORT = 400
"""Longer ones are given to each widget, and not painted one by one: nothing so long comes in."""


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def obeyed(root: QWidget) -> Iterator[str]:
    """Name each widget below one that would take its words for more than words."""
    for one in (root, *root.findChildren(QWidget)):
        for what in _obeyed_by(one):
            yield f"{type(one).__name__} {one.objectName()!r} {what}"


def _obeyed_by(one: QWidget) -> Iterator[str]:
    if isinstance(one, RICH):
        yield "guesses at markup"
    if isinstance(one, QLabel):
        if one.textFormat() is not Qt.TextFormat.PlainText:
            yield f"is {one.textFormat().name}"
        if one.openExternalLinks() or not _is_inert(one):
            yield "can be pressed"
    if isinstance(one, QAbstractButton) and not one.shortcut().isEmpty():
        yield f"has the shortcut {one.shortcut().toString()}"
    if QtGui.Qt.mightBeRichText(one.toolTip()) and not _is_escaped(one.toolTip()):
        yield "has a tooltip with markup"
    if one.statusTip() or one.whatsThis():
        yield "says something that nobody looks after"


def _is_inert(label: QLabel) -> bool:
    return label.textInteractionFlags() is Qt.TextInteractionFlag.NoTextInteraction


def _is_escaped(tooltip: str) -> bool:
    inside = tooltip.removeprefix("<qt>").removesuffix("</qt>")
    return inside == html.escape(html.unescape(inside))


def steered(root: QWidget) -> Iterator[str]:
    """Name each widget whose words, title or spoken name hold what steers."""
    for one in (root, *root.findChildren(QWidget)):
        told = [one.accessibleName(), one.accessibleDescription(), one.toolTip(), one.windowTitle()]
        if isinstance(one, QLabel | QAbstractButton):
            told.append(one.text())
        for text in told:
            if any(is_steering(letter) for letter in text):
                yield f"{type(one).__name__} {one.objectName()!r}: {ascii(text)[:80]}"


# ------------------------------------------------------------------------------ the whole window


async def test_a_rail_full_of_hostile_names_only_shows_them() -> None:
    """Names and categories on tiles and headings, found and hovered, whatever they are."""
    for types in (hostile_types()[:150], hostile_types()[150:]):
        async with open_window(ScriptedGateway(types=types)) as till:
            assert len(till.window.findChildren(Tile)) == len(types)
            assert list(obeyed(till.window)) == []
            assert list(steered(till.window)) == []
            assert till.window.windowTitle() == "Counterfoil"
            till.window.grab()


async def test_a_form_full_of_hostile_words_only_shows_them() -> None:
    """Labels, hints, examples, placeholders and choices; each form is opened and painted."""
    types = hostile_forms()
    async with open_window(ScriptedGateway(types=types)) as till:
        for one in types:
            till.counter.choose(one.id)
            await till.settle()
            assert list(obeyed(till.window)) == []
            assert list(steered(till.window)) == []
            till.window.grab()


WORST = tuple(max(KINDS[kind], key=lambda word: len(word[:SHORT])) for kind in KINDS)
ONE_FIELD = (FieldSpec(name="pin", label="Voucher PIN", is_sensitive=True),)


def called(word: str) -> VoucherType:
    """Return a type with one field and a hostile name, raw."""
    raw = word[:SHORT]
    return VoucherType(
        id="a.b", upstream="moment", category=raw, name=raw, description=raw, fields=ONE_FIELD,
        can_look_up=True,
    )  # fmt: skip


IN_ROOMS = ("markup", "direction", "controls", "formats", "mnemonics", "letters", "long")


@pytest.mark.parametrize("kind", IN_ROOMS)
async def test_raw_hostile_words_change_nothing_in_any_room(kind: str) -> None:
    """Balance, result, history and slips to finish, as if the boundary had let everything pass."""
    word = max(KINDS[kind], key=lambda one: len(one[:SHORT]))
    raw = word[:SHORT]
    change = ChangeVoucher(
        codes=(ChangeCode("pin", Secret(CANARY_CHANGE_PIN)),),
        amount_cents=3100,
        serial_number=raw,
        expires=raw,
        instructions=raw,
    )
    yes = Approved(
        redeemed_cents=1900,
        upstream_id="rdm_1",
        upstream_version=1,
        upstream_reference=raw,
        change=change,
    )
    no = Declined(reason=DeclineReason.NOT_FOUND)
    balance = Balance(amount_cents=100, currency="ZAR", facts=((raw, raw),))
    upstream = ScriptedGateway([no, yes], types=(called(word),), balances=[balance])
    async with open_window(upstream) as till:
        till.fill(pin=CANARY_PIN, amount="19.00")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert list(obeyed(till.window)) == []
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.counter.shown is None)
        till.fill(pin=CANARY_PIN, amount="19.00")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert list(obeyed(till.window)) == []
        till.window.grab()
        for room in (Room.HISTORY, Room.SLIPS, Room.IN_DOUBT):
            till.shell.enter(room)
            await till.settle()
            assert list(obeyed(till.window)) == []
            till.window.grab()
        till.shell.toast(raw, "check")
        await till.settle()
        assert list(obeyed(till.window)) == []
        assert till.window.windowTitle() == "Counterfoil"


# -------------------------------------------------------------------------------- every component

CARD = CardRow(
    redemption_id="x", amount="x", voucher="x", state="x", age="x", icon="person",
    tone=Tone.UNKNOWN, tail="x", next_step="x", owner="x",
)  # fmt: skip
MAKERS: dict[str, Callable[[str], QWidget]] = {
    "label": PlainLabel,
    "elided label": lambda word: PlainLabel(word, elided=True),
    "wrapped label": lambda word: PlainLabel(word, wrapped=True),
    "primary button": lambda word: PrimaryButton(word, key="F12"),
    "secondary button": SecondaryButton,
    "quiet button": QuietButton,
    "chip": lambda word: Chip(ChipRow(name="operator", icon="person", text=word)),
    "choice": Choice,
    "tab": Tab,
    "tile": lambda word: Tile(word, "1V", "#4A5568"),
    "heading": RailHeading,
    "find field": FindField,
    "banner": lambda word: StateBanner(
        Banner(tone=Tone.NONE, icon="stop", first=word, lines=(word, word))
    ),
    "steps": lambda word: NumberedSteps((NumberedStep(word, word),)),
    "card": lambda word: Card(replace(CARD, voucher=word, state=word, age=word, next_step=word)),
}


def facts_row(word: str) -> QWidget:
    """Return a row of facts that says a word everywhere."""
    row = FactsRow()
    row.show_facts((Fact(word, word),))
    return row


def toast(word: str) -> QWidget:
    """Return a toast that says a word."""
    shown = Toast()
    shown.show_sentence(word)
    shown.dismiss()
    return shown


def final_head(word: str) -> QWidget:
    """Return the head of a paid slip that says a word."""
    head = FinalHead()
    head.show_words(word, word)
    return head


def sentences(word: str) -> QWidget:
    """Return a block of sentences."""
    block = SentenceBlock()
    block.show_sentences(word, word)
    return block


MAKERS |= {"facts": facts_row, "toast": toast, "head": final_head, "sentences": sentences}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_component_shows_raw_hostile_words_as_they_are(kind: str) -> None:
    """Each of the list goes into each component; each kind of the list is painted as well."""
    painted = set(WORST)
    for word in HOSTILE:
        widget = MAKERS[kind](word)
        assert list(obeyed(widget)) == [], ascii(word)[:80]
        if word in painted:
            widget.resize(300, 80)
            widget.grab()
        Shiboken.delete(widget)  # thousands that wait for their end would slow what comes after


def test_a_tooltip_shows_what_was_written(qtbot: QtBot) -> None:
    """Qt guesses at markup in tooltips as well, and finds none of the provider's."""
    widget = QWidget()
    qtbot.addWidget(widget)
    for word in HOSTILE:
        set_plain_tooltip(widget, word)
        assert list(obeyed(widget)) == []
        tip = widget.toolTip()
        is_rich = QtGui.Qt.mightBeRichText(tip)
        shown = html.unescape(tip.removeprefix("<qt>").removesuffix("</qt>")) if is_rich else tip
        if word.isprintable():  # Qt itself drops letters that are none
            assert shown == word


def test_no_ampersand_makes_a_shortcut(qtbot: QtBot) -> None:
    """Alt and a letter of a provider's name press nothing."""
    for word in KINDS["mnemonics"]:
        button = PrimaryButton(word, key="F12")
        qtbot.addWidget(button)
        assert button.shortcut().isEmpty()
        assert doubled_ampersands(word).count("&") == 2 * word.count("&")
        assert button.caption() == word


def test_the_walk_finds_what_it_looks_for(qtbot: QtBot) -> None:
    """The control: a label, a tooltip and a button that would obey are each named."""
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    guessing = QLabel("<b>x</b>")
    column.addWidget(guessing)
    column.addWidget(QTextEdit())
    root.setToolTip("<b>x</b>")
    root.setAccessibleName("\x1b[31m")
    found = "\n".join(obeyed(root))
    assert "is AutoText" in found
    assert "guesses at markup" in found
    assert "tooltip with markup" in found
    assert len(list(steered(root))) == 1
