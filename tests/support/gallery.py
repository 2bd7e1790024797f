"""Draw every component in every theme into pictures, for a person to look at.

Run it as ``python tests/support/gallery.py FOLDER``; it writes two pictures a theme.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from counterfoil.presentation.screens import Banner, CardRow, ChipRow, Fact, NumberedStep, Tone
from counterfoil.ui import theme
from counterfoil.ui.theme import MONOGRAM_INKS, Role, StateTone, ThemeName
from counterfoil.ui.widgets.amount_field import AmountField
from counterfoil.ui.widgets.banner import FinalHead, StateBanner
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.card import Card
from counterfoil.ui.widgets.chip import Chip
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.frame import ClockLabel, FooterBar, Mark, TrainingStrip
from counterfoil.ui.widgets.icon import Icon, icon_names
from counterfoil.ui.widgets.keypad import KeyButton, Keypad, KeypadMode
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.monogram import HEAD_SIZE, TILE_SIZE, Monogram
from counterfoil.ui.widgets.steps import NumberedSteps, SentenceBlock
from counterfoil.ui.widgets.tab import TabBar
from counterfoil.ui.widgets.tile import FindField, RailHeading, Tile
from counterfoil.ui.widgets.toast import Toast

PAGE = QSize(1366, 1260)
MARGIN = 32
PROVIDERS = (
    ("1Voucher", "1V"),
    ("OTT", "OT"),
    ("Blu Voucher", "BL"),
    ("HeroTill", "HT"),
    ("Centre Gift Card", "CG"),
    ("Mall & Beyond", "MB"),
    ("Kopano Points", "KP"),
)
CATEGORY_BEFORE = {0: "Vouchers", 4: "Gift cards", 6: "Loyalty"}
PIN_LOOK = FieldLook(
    "pin",
    "Voucher PIN",
    FieldKind.DIGITS,
    sensitive=True,
    example="1115 6840 9141 9838",
    digits_expected=16,
)
PHONE_LOOK = FieldLook(
    "mobile",
    "Mobile number",
    FieldKind.PHONE,
    optional=True,
    example="082 123 4567",
    hint="Change voucher is also sent here by SMS",
)


def banner(
    first: str,
    lines: tuple[str, ...] = (),
    icon: str = "hourglass",
    *,
    tone: Tone = Tone.NONE,
    is_solid: bool = False,
    seconds: int | None = None,
) -> Banner:
    """Return what a banner shows."""
    return Banner(
        tone=tone, icon=icon, first=first, lines=lines, is_solid=is_solid, seconds=seconds
    )


def chip(icon: str, text: str, tone: Tone = Tone.NONE) -> ChipRow:
    """Return what a chip shows."""
    return ChipRow(name=icon, icon=icon, text=text, tone=tone)


BANNERS = (
    banner("Approved, saving…", ("Do not hand over",), tone=Tone.INFO),
    banner("Voucher refused", ("Nothing was taken",), "stop", tone=Tone.DECLINED, is_solid=True),
    banner(
        "We do not know yet if it was paid",
        ("Keep the voucher. Do not hand over.",),
        "question",
        tone=Tone.UNKNOWN,
        is_solid=True,
    ),
    banner("Money is back on the voucher", ("Money sent back",), "void"),
    banner("Still checking", ("Keep the customer.",), tone=Tone.UNKNOWN),
    banner(
        "Supervisor needed",
        ("Reference K7Q-42F",),
        "person",
        tone=Tone.DECLINED,
        is_solid=True,
    ),
)
CHIPS = (
    chip("network", "Online"),
    chip("printer", "Printer ready"),
    chip("network-off", "Offline since 13:58", Tone.UNKNOWN),
    chip("printer", "Paper low", Tone.UNKNOWN),
    chip("paper-out", "Paper out", Tone.DECLINED),
    chip("hourglass", "Update of voucher types", Tone.INFO),
)
CARDS = (
    CardRow(
        redemption_id="1",
        icon="question",
        tone=Tone.UNKNOWN,
        state="We do not know yet if it was paid",
        amount="R19.00",
        voucher="1Voucher",
        tail="•••• 9838",
        age="6 min",
        next_step="Wait. The till keeps asking.",
        owner="Till",
    ),
    CardRow(
        redemption_id="1",
        icon="person",
        tone=Tone.DECLINED,
        state="Supervisor needed",
        amount="R80.00",
        voucher="HeroTill",
        tail="•••• 4410",
        age="1 h 12 min",
        next_step="Phone the provider, write down their answer",
        owner="Supervisor",
    ),
)


class Page(QWidget):
    """A page that components are put on at fixed places."""

    def __init__(self, token: str, size: QSize = PAGE) -> None:
        super().__init__()
        self._token = token
        self.resize(size)

    def put(self, widget: QWidget, x: int, y: int, width: int = 0) -> QWidget:
        """Put a component at a place, with a width or as wide as it wants to be."""
        widget.setParent(self)
        size = widget.sizeHint()
        wide = width or size.width()
        high = widget.heightForWidth(wide) if widget.hasHeightForWidth() else size.height()
        widget.setGeometry(x, y, wide, max(high, widget.minimumHeight()))
        widget.show()
        return widget

    def heading(self, text: str, y: int) -> None:
        """Put a heading at the left."""
        self.put(PlainLabel(text.upper(), Role.CAP, "muted"), MARGIN, y)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().colour(self._token))


class Focused(PrimaryButton):
    """A primary button that looks focused by keyboard."""

    @override
    def shows_focus(self) -> bool:
        return True


class FocusedSecondary(SecondaryButton):
    """A secondary button that looks focused by keyboard."""

    @override
    def shows_focus(self) -> bool:
        return True


def hovered(widget: QWidget) -> QWidget:
    """Make a widget look as if the pointer was over it."""
    widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    return widget


def build_components() -> Page:
    """Build the page that shows each component in its states."""
    page = Page("paper")
    _put_buttons(page)
    _put_fields(page)
    page.heading("State banner", 450)
    for number, look in enumerate(BANNERS):
        column, row = number % 2, number // 2
        page.put(StateBanner(look), MARGIN + 656 * column, 475 + 138 * row, 646)
    page.heading("Chips (quiet unless something is wrong)", 900)
    x = MARGIN
    for chip_look in CHIPS:
        chip = page.put(Chip(chip_look), x, 915)
        x += chip.width() + 12
    page.heading("Toasts", 975)
    x = MARGIN
    for sentence, icon in (
        ("Slip 03-008840 printed", "printer"),
        ("Online again. 2 advices sent.", "network"),
    ):
        toast = Toast(page)
        toast.show_sentence(sentence, icon)
        toast.set_corner(QPoint(x + toast.width(), 995 + toast.height()), 1000)
        x += toast.width() + 14
    page.heading("Icons, 24 grid, 2 stroke", 1065)
    for number, name in enumerate(icon_names()):
        page.put(Icon(name, 28), MARGIN + 60 * (number % 21), 1090 + 40 * (number // 21), 28)
    page.heading("Monograms", 1176)
    for number, ink in enumerate(MONOGRAM_INKS):
        letters = ("1V", "OT", "BL", "HT", "CG", "MB", "KP", "XY")[number]
        page.put(Monogram(letters, ink, TILE_SIZE), MARGIN + 72 * number, 1200, 44)
    return page


def _put_buttons(page: Page) -> None:
    page.heading("Primary button", 30)
    pressed = PrimaryButton("Use voucher for R19.00", key="F12", height=64)
    pressed.setDown(True)
    primaries: Sequence[QWidget] = (
        PrimaryButton("Use voucher for R19.00", key="F12", height=64),
        hovered(PrimaryButton("Use voucher for R19.00", key="F12", height=64)),
        pressed,
        Focused("Use voucher for R19.00", key="F12", height=64),
    )
    for number, button in enumerate(primaries):
        page.put(button, MARGIN + 304 * number, 58, 290)
    page.heading("Secondary, disabled, keypad", 158)
    down = SecondaryButton("Balance", key="F3")
    down.setDown(True)
    off = SecondaryButton("Balance", key="F3")
    off.setEnabled(False)
    whole = SecondaryButton("Whole value", height=60)
    whole.setCheckable(True)
    whole.setChecked(True)
    seconds: Sequence[QWidget] = (
        SecondaryButton("Balance", key="F3"),
        hovered(SecondaryButton("Balance", key="F3")),
        down,
        FocusedSecondary("Balance", key="F3"),
        off,
    )
    for number, button in enumerate(seconds):
        page.put(button, MARGIN + 177 * number, 186, 150)
    key_down = KeyButton("7")
    key_down.setDown(True)
    keys: Sequence[QWidget] = (KeyButton("7"), hovered(KeyButton("7")), key_down)
    for number, key in enumerate(keys):
        page.put(key, 915 + 90 * number, 186, 76)
        key.resize(76, 60)
    page.put(whole, 1190, 186)


def _put_fields(page: Page) -> None:
    page.heading("Field", 282)
    values = ("", "11156840", "1115684091419838", "1115684091")
    for number, value in enumerate(values):
        field = EntryField(PIN_LOOK)
        field.set_value(value)
        page.put(field, MARGIN + 326 * number, 308, 312)
        if number in {1, 3}:
            line = field.line()
            assert line is not None
            line.set_held_open(True)
        if number == 3:
            field.show_error("Too short: 10 of 16 digits")


def build_frame() -> Page:
    """Build the page that shows rail, bars, fields, facts, steps and cards together."""
    page = Page("counter")
    page.put(
        TrainingStrip("TRAINING  Nothing here is real money. The drawer stays shut."), 0, 0, 1366
    )
    _put_top_bar(page, 24)
    _put_rail(page, 76)
    paper = Page("paper", QSize(740, 640))
    page.put(paper, 216, 82, 740)
    paper.resize(740, 640)
    _put_form(paper)
    _put_side(page)
    footer = FooterBar()
    for name, key, caption in (
        ("help", "F1", "Help"),
        ("switch", "F4", "Switch"),
        ("lock", "F8", "Lock"),
        ("reprint", "F9", "Print a copy"),
        ("menu", "F10", "Menu"),
    ):
        footer.add_key(name, key, caption)
    footer.show_status("Checking with 1Voucher, 12 seconds.", "hourglass", "unknown-ink")
    footer.show_place("Corner Shop · Till 3")
    page.put(footer, 0, 1072, 1366)
    return page


def _put_top_bar(page: Page, y: int) -> None:
    page.put(Mark(), 16, y + 14, 30)
    page.put(PlainLabel("Counterfoil", Role.APP_NAME), 56, y + 14)
    tabs = TabBar()
    for name, caption, key in (
        ("redeem", "Redeem", "F2"),
        ("balance", "Balance", "F3"),
        ("history", "History", "F6"),
        ("shift", "Shift", "F7"),
        ("doubt", "In doubt", ""),
    ):
        tabs.add_tab(name, caption, key=key)
    tabs.tab("doubt").show_badge(1, StateTone.UNKNOWN)
    tabs.choose("redeem")
    page.put(tabs, 171, y)
    x = 973
    for look in (*CHIPS[:2], chip("person", "Thandi M.")):
        x += page.put(Chip(look), x, y + 2).width() + 8
    page.put(ClockLabel("14:05"), 1310, y + 14)


def _put_rail(page: Page, y: int) -> None:
    page.put(FindField("Find"), 14, y + 8, 188)
    y += 52
    for number, (name, letters) in enumerate(PROVIDERS):
        if number in CATEGORY_BEFORE:
            page.put(RailHeading(CATEGORY_BEFORE[number]), 8, y, 208)
            y += 33
        tile = Tile(name, letters, MONOGRAM_INKS[number])
        tile.setAutoExclusive(False)
        tile.setChecked(number == 0)
        page.put(tile if number != 2 else hovered(tile), 8, y, 208)
        y += 52 if number not in {3, 5} else 50
    for number, (name, letters) in enumerate(PROVIDERS[:3]):
        tile = Tile(name, letters, MONOGRAM_INKS[number], compact=True)
        tile.setChecked(number == 0)
        page.put(tile, 8, y + 14 + 64 * number, 100)


def _put_form(paper: Page) -> None:
    paper.put(Monogram("1V", MONOGRAM_INKS[0], HEAD_SIZE), 32, 28, 56)
    paper.put(PlainLabel("1Voucher", Role.TITLE), 102, 20)
    words = "Redeem all or part. The rest comes back as a change voucher."
    paper.put(PlainLabel(words, Role.HINT_LARGE, "muted", elided=True), 102, 54)
    paper.put(SecondaryButton("Balance", key="F3"), 580, 24, 128)
    pin, phone = EntryField(PIN_LOOK), EntryField(PHONE_LOOK)
    pin.set_value("1115684091419838")
    phone.set_value("0825554567")
    paper.put(pin, 32, 92, 408)
    paper.put(phone, 32, 207, 408)
    amount = AmountField("Amount", whole_caption="Whole value")
    amount.set_value("19.00")
    paper.put(amount, 32, 322, 408)
    keypad = Keypad()
    keypad.set_mode(KeypadMode.MONEY)
    keypad.show_target("Amount")
    paper.put(keypad, 464, 93)
    whole = AmountField("Amount", whole_caption="Whole value")
    whole.show_whole(chosen=True)
    paper.put(whole, 32, 440, 408)
    choice = EntryField(
        FieldLook("network", "Network", FieldKind.CHOICE, choices=(("mtn", "MTN"),))
    )
    paper.put(choice, 464, 440, 244)
    redeem = PrimaryButton("Use voucher for R19.00", key="F12", height=72)
    paper.put(redeem, 32, 545, 676)


def _put_side(page: Page) -> None:
    facts = FactsRow()
    facts.show_monogram("1V", MONOGRAM_INKS[0])
    facts.show_facts(
        (
            Fact("1Voucher", "•••• 9838", is_mono=True),
            Fact("Amount", "R19.00"),
            Fact("Reference", "K7Q-42F", is_mono=True),
        )
    )
    page.put(facts, 970, 90)
    ring = banner(
        "Still checking",
        ("Keep the customer.", "Do not hand over."),
        tone=Tone.UNKNOWN,
        seconds=12,
    )
    page.put(StateBanner(ring), 216, 735, 676)
    steps = NumberedSteps(
        (
            NumberedStep(
                "Keep the voucher", "It cannot be tried again here until this is settled."
            ),
            NumberedStep("Print the slip to bring back", "It carries the reference K7Q-42F."),
        )
    )
    page.put(steps, 970, 150, 380)
    block = SentenceBlock()
    block.show_sentences("The provider is slow.", "This till keeps asking with the same request.")
    page.put(block, 970, 275, 380)
    for number, look in enumerate(CARDS):
        card = Card(look)
        card.setAutoExclusive(False)
        card.setChecked(number == 1)
        page.put(card, 970, 355 + 109 * number, 380)
    for number, words in enumerate(("Wrong amount", "Wrong voucher")):
        choice = Choice(words)
        choice.setAutoExclusive(False)
        choice.setChecked(number == 0)
        page.put(choice, 970 + 192 * number, 570, 184)
    green = Page("approved", QSize(380, 141))
    page.put(green, 970, 640, 380)
    green.resize(480, 141)
    head = FinalHead()
    head.show_words("HAND OVER NOW", "R19.00 paid by voucher")
    green.put(head, 0, 0, 480)
    sentence = PrimaryButton(height=72)
    sentence.show_sentence("Nothing to press. The till is asking 1Voucher.")
    page.put(sentence, 216, 910, 676)
    page.put(PrimaryButton("Print slip to bring back", key="F11", height=64), 216, 995, 398)
    page.put(SecondaryButton("Next customer", key="F2", height=64), 626, 995, 266)
    page.put(SecondaryButton("Print", icon="printer", height=52), 910, 995, 161)


def picture_of(page: QWidget) -> QPixmap:
    """Return what a page looks like."""
    picture = QPixmap(page.size())
    picture.fill(QColor(0, 0, 0, 0))
    page.render(picture, QPoint(), QRect(QPoint(), page.size()))
    return picture


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ThemeName:
        theme.apply_theme(app, name)
        for title, build in (("components", build_components), ("frame", build_frame)):
            page = build()
            page.show()
            picture_of(page).save(str(folder / f"{title}-{name.value}.png"))
            page.close()
            page.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
