"""Theme, fonts, labels and icons as Qt really renders them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from counterfoil.ui import theme
from counterfoil.ui.theme import Role, SizeClass, StateTone, ThemeName, UnknownTokenError
from counterfoil.ui.theme.faces import MONO, SANS
from counterfoil.ui.theme.type_roles import FACES, POINTS_MIN
from counterfoil.ui.widgets.icon import UnknownIconError, icon_names, icon_pixmap
from counterfoil.ui.widgets.label import PlainLabel, set_plain_tooltip
from counterfoil.ui.widgets.tile import Tile

NEEDED_ICONS = frozenset(
    {
        "check",
        "cross",
        "ok",
        "stop",
        "question",
        "alert",
        "hourglass",
        "person",
        "void",
        "printer",
        "paper-out",
        "network",
        "network-off",
        "drawer",
        "barcode",
        "eye",
        "eye-off",
        "backspace",
        "search",
        "lock",
        "phone",
        "tear",
        "reprint",
        "arrow-left",
        "arrow-right",
        "chevron-down",
        "plus",
        "sliders",
        "pulse",
        "help",
        "chart",
        "calendar",
        "cap",
        "export",
        "gift",
        "star",
        "voucher",
        "cash",
        "key",
        "clock",
        "list",
    }
)
BOLD_TAG = "<b>x</b>"


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Start and end each test in the light theme at the ordinary size."""
    theme.apply_theme(qapp, ThemeName.LIGHT)
    yield
    theme.set_size_class(SizeClass.NORMAL)
    theme.apply_theme(qapp, ThemeName.LIGHT)


@pytest.mark.parametrize("name", ThemeName)
def test_a_label_follows_each_theme(qapp: QApplication, qtbot: QtBot, name: ThemeName) -> None:
    """A switch at run time changes the colour of text that is already shown."""
    label = PlainLabel("text", Role.BODY, "declined-ink")
    qtbot.addWidget(label)
    label.show()
    theme.apply_theme(qapp, name)
    wanted = theme.current().colour("declined-ink")
    assert label.palette().color(label.foregroundRole()) == wanted


def test_text_size_multiplies_points_and_heights(qapp: QApplication, qtbot: QtBot) -> None:
    """The setting reaches fonts and control heights of what is already shown."""
    label, tile = PlainLabel("text", Role.BANNER), Tile("OTT", "OT", "#5D4A5F")
    for widget in (label, tile):
        qtbot.addWidget(widget)
        widget.show()
    theme.apply_theme(qapp, ThemeName.DARK, scale=1.25)
    assert label.font().pointSizeF() == pytest.approx(26 * 1.25)
    assert tile.height() == 62


def test_a_new_colour_keeps_the_font(qtbot: QtBot) -> None:
    """Looking at the style sheet again does not bring back the font from before."""
    label = PlainLabel("text", Role.BANNER)
    qtbot.addWidget(label)
    label.show()
    label.set_tone("declined-ink")
    label.set_tone("ink")
    assert label.font().pointSizeF() == pytest.approx(26)


def test_the_first_line_of_final_has_three_sizes() -> None:
    """It is smaller in a small window and larger in a large one."""
    sizes = []
    for size_class in (SizeClass.SMALL, SizeClass.NORMAL, SizeClass.LARGE):
        theme.set_size_class(size_class)
        sizes.append(theme.current().font(Role.HAND_OVER).pointSizeF())
    assert sizes == [30, 34, 42]


def test_training_tints_the_counter(qapp: QApplication) -> None:
    """The window's ground is another one in training, so nobody takes it for real."""
    plain = theme.current().colour("counter")
    theme.apply_theme(qapp, ThemeName.LIGHT, training=True)
    assert theme.current().colour("counter") == QColor("#E3DBEE") != plain


def test_a_colour_nobody_defined_is_our_mistake() -> None:
    """It fails where it is asked for."""
    with pytest.raises(UnknownTokenError):
        theme.current().colour("pink")


@pytest.mark.parametrize("tone", StateTone)
def test_the_style_sheet_colours_labels_in_every_state(qtbot: QtBot, tone: StateTone) -> None:
    """Each state has a rule for words on paper and for words on its solid fill."""
    for token in (f"{tone.value}-ink", f"on-{tone.value}"):
        label = PlainLabel("text", Role.BODY, token)
        qtbot.addWidget(label)
        label.ensurePolished()
        assert label.palette().color(label.foregroundRole()) == theme.current().colour(token)


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_face_that_is_shipped(role: Role) -> None:
    """The family really chosen is ours, whatever the machine has, and no text is under 9 points."""
    font = theme.current().font(role)
    assert QFontInfo(font).family() == (MONO if FACES[role].mono else SANS)
    assert font.pointSizeF() >= POINTS_MIN


@pytest.mark.parametrize("role", [Role.AMOUNT, Role.FACT, Role.PIN, Role.CHANGE_PIN])
def test_digits_of_money_and_pins_have_one_width(role: Role) -> None:
    """Amounts stand in columns and a PIN does not move while it is typed."""
    metrics = QFontMetricsF(theme.current().font(role))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_mono_text_has_one_width_for_bullets_too() -> None:
    """Hiding a PIN moves nothing, because a bullet is as wide as a digit."""
    metrics = QFontMetricsF(theme.current().font(Role.PIN))
    assert metrics.horizontalAdvance("•") == pytest.approx(metrics.horizontalAdvance("0"))


def test_markup_in_a_label_is_shown_as_it_is(qtbot: QtBot) -> None:
    """A name from a server loads nothing and is never bold by itself."""
    label = PlainLabel(BOLD_TAG)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.sizeHint().width() >= QFontMetricsF(label.font()).horizontalAdvance(BOLD_TAG)


def test_markup_in_a_tooltip_is_shown_as_it_is(qtbot: QtBot) -> None:
    """What looks like markup is escaped; what does not is left alone."""
    label = PlainLabel("x")
    qtbot.addWidget(label)
    set_plain_tooltip(label, BOLD_TAG)
    assert label.toolTip() == "<qt>&lt;b&gt;x&lt;/b&gt;</qt>"
    set_plain_tooltip(label, "Mall & Beyond")
    assert label.toolTip() == "Mall & Beyond"


def test_ampersands_show_and_make_no_shortcut(qtbot: QtBot) -> None:
    """A provider may have one in its name."""
    tile = Tile("Mall & Beyond", "MB", "#5A4E73")
    qtbot.addWidget(tile)
    assert tile.shortcut().isEmpty()
    assert tile.accessibleName() == "Mall & Beyond"


def test_all_needed_icons_are_there() -> None:
    """Every outline the screens need has a file."""
    assert set(icon_names()) >= NEEDED_ICONS


@pytest.mark.parametrize("name", sorted(NEEDED_ICONS))
def test_an_icon_has_ink_inside_its_quiet_zone(name: str) -> None:
    """It is drawn in the colour asked for, and nothing touches the edge."""
    image = icon_pixmap(name, 48, QColor("#981B1B")).toImage()
    drawn = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 200]
    assert len(drawn) > 60
    assert all(0 < x < 47 and 0 < y < 47 for x, y in drawn)
    full = next(spot for spot in drawn if image.pixelColor(*spot).alpha() == 255)
    assert image.pixelColor(*full).name() == "#981b1b"


def test_icons_are_drawn_once_and_sharp() -> None:
    """The same look is the same picture; a dense screen gets more pixels."""
    ink = QColor("#18202F")
    assert icon_pixmap("ok", 24, ink).cacheKey() == icon_pixmap("ok", 24, ink).cacheKey()
    assert icon_pixmap("ok", 24, ink, 2.0).width() == 48


def test_arrows_turn_round_in_right_to_left(qapp: QApplication) -> None:
    """An arrow back points along the line of reading."""
    ink = QColor("#18202F")
    before = icon_pixmap("arrow-left", 24, ink).toImage()
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        after = icon_pixmap("arrow-left", 24, ink).toImage()
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert after == before.flipped(Qt.Orientation.Horizontal)


def test_an_unknown_icon_is_our_mistake() -> None:
    """It fails where it is asked for."""
    with pytest.raises(UnknownIconError):
        icon_pixmap("unicorn", 24, QColor("#000000"))
