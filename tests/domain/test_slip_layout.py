"""A slip fits any paper without losing a value or breaking a PIN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import (
    Align,
    Band,
    Barcode,
    Pair,
    PinBox,
    QrCode,
    Slip,
    SlipKind,
    SlipLine,
    Text,
)
from counterfoil.domain.slip_layout import (
    COLUMNS,
    BandRow,
    BarcodeRow,
    Letters,
    PairRow,
    PinRow,
    QrRow,
    SlipRow,
    TextRow,
    grouped_by_four,
    height_lines,
    is_on_every_font,
    lay_out,
    printable,
)
from support.slips import CHANGE_PIN, all_slips, final_slip


def rows(
    line: SlipLine, columns: int = 42, letters: Letters = is_on_every_font
) -> tuple[SlipRow, ...]:
    """Lay out a slip of one line."""
    return lay_out(Slip(kind=SlipKind.ORIGINAL, lines=(line,)), columns, letters)


def width(row: SlipRow) -> int:
    """Return how many columns a row takes."""
    match row:
        case TextRow():
            return len(row.text) * (2 if row.is_double else 1)
        case PairRow():
            return len(row.label) + 1 + len(row.value)
        case BandRow():
            return len(row.text)
        case PinRow():
            return max(2 * (sum(g.length + 1 for g in line) - 1) for line in row.lines)
        case _:
            return 0


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("name", sorted(all_slips()))
def test_every_sample_fits_every_paper(name: str, columns: int) -> None:
    """No row is wider than the paper."""
    assert max(width(row) for row in lay_out(all_slips()[name], columns)) <= columns


@given(st.text(max_size=90), st.text(min_size=1, max_size=60), st.sampled_from(COLUMNS))
def test_a_pair_keeps_its_value_whatever_it_says(label: str, value: str, columns: int) -> None:
    """Every letter of the value is on the paper, and no row is too wide."""
    laid_out = rows(Pair(label, value), columns)
    shown = "".join(
        row.value if isinstance(row, PairRow) else row.text
        for row in laid_out
        if isinstance(row, PairRow | TextRow)
    )
    assert all(width(row) <= columns for row in laid_out)
    assert "".join(printable(value).split()) in "".join(shown.split())


def test_a_value_that_does_not_fit_beside_its_label_gets_its_own_line() -> None:
    """The label stays whole and the value moves below it, at the end."""
    laid_out = rows(Pair("Till 3  Thandi M. Mokoena", "2026-11-20 14:05"), 32)
    assert laid_out == (
        TextRow("Till 3  Thandi M. Mokoena"),
        TextRow("2026-11-20 14:05", Align.END),
    )


def test_a_long_label_wraps_and_its_value_stands_beside_the_last_part() -> None:
    """A provider's long name never pushes the amount off the paper."""
    assert rows(Pair("Redeemed at the Centre Gift Card desk upstairs", "R19.00"), 32) == (
        TextRow("Redeemed at the Centre Gift Card"),
        PairRow("desk upstairs", "R19.00"),
    )


@pytest.mark.fault("R4")
@given(st.text(max_size=200), st.sampled_from(COLUMNS), st.booleans())
def test_text_from_anywhere_fits_and_cannot_steer_a_printer(
    text: str, columns: int, is_double: bool
) -> None:
    """Whatever comes, rows are narrow enough and hold only characters a font has."""
    for row in rows(Text(text, is_double=is_double), columns):
        assert isinstance(row, TextRow)
        assert width(row) <= columns
        assert row.text.isprintable()
        row.text.encode("cp1252")


@pytest.mark.fault("R4")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b@b\x00c\x9bd", "a@bcd"),
        ("R1\u202e9.00\u202c", "R19.00"),
        ("Thand\u00ed \u1e13oto", "Thand\u00ed doto"),
        ("\u0141\u00f3d\u017a", "L\u00f3dz"),
        ("\u4e2d", "?"),
        ("a\tb\u00a0c\u2009d", "a b c d"),
        ("\ud800", "?"),
    ],
)
def test_what_no_font_has_is_written_plainly_or_marked(text: str, expected: str) -> None:
    """Controls go, letters lose their marks, and the rest shows that something stood there."""
    assert printable(text) == expected


@pytest.mark.fault("R4")
def test_a_printer_may_have_other_letters_than_the_fonts() -> None:
    """What it can print stays as it is, in any script; controls go whatever it says."""
    text = "\u0416\u4e2d\u0663 caf\u00e9\x1bp\u202e"
    assert (
        printable(text, lambda letter: letter == "\u0416" or letter.isascii()) == "\u0416?3 cafep"
    )
    assert printable(text, lambda _letter: True) == "\u0416\u4e2d3 caf\u00e9p"
    (row,) = rows(Text("\u0416"), 32, lambda _letter: True)
    assert row == TextRow("\u0416")


@pytest.mark.fault("X7")
@pytest.mark.parametrize("line", [Text("word " * 2000), Band("W" * 10_000)])
def test_no_words_run_over_yards_of_paper(line: Text | Band) -> None:
    """What is far too long ends in dots, and the slip goes on."""
    laid_out = rows(line, 32)
    assert len(laid_out) == 48
    assert getattr(laid_out[-1], "text", "") == "..."


@pytest.mark.parametrize(
    ("columns", "lines"), [(32, [2, 2]), (35, [2, 2]), (42, [4]), (44, [4]), (48, [4])]
)
def test_pin_groups_are_shared_evenly_over_the_lines(columns: int, lines: list[int]) -> None:
    """Sixteen digits in double size fit one line from 42 columns on, and two below."""
    (pin,) = rows(PinBox((4, 4, 4, 4), Secret(CHANGE_PIN)), columns)
    assert isinstance(pin, PinRow)
    assert [len(line) for line in pin.lines] == lines


@pytest.mark.fault("R4")
@given(st.integers(1, 60), st.sampled_from(COLUMNS))
def test_a_pin_of_any_length_is_whole_and_in_order(size: int, columns: int) -> None:
    """Joined again, the groups are the PIN."""
    text = "".join(str(n % 10) for n in range(size))
    (pin,) = rows(PinBox((size,), Secret(text)), columns)
    assert isinstance(pin, PinRow)
    groups = [group for line in pin.lines for group in line]
    assert "".join(g.text.reveal() for g in groups if g.text) == text
    assert width(pin) <= columns


def test_groups_that_do_not_match_the_pin_are_replaced_by_fours() -> None:
    """A wrong grouping in the metadata loses no digit."""
    (pin,) = rows(PinBox((3, 3), Secret("1234567890")))
    assert isinstance(pin, PinRow)
    assert [group.length for group in pin.lines[0]] == list(grouped_by_four(10)) == [4, 4, 2]


def test_a_box_without_a_pin_has_the_same_shape_as_with_one() -> None:
    """The screen's hatched blocks stand where the paper's digits will."""
    (hidden,) = rows(PinBox((4, 4, 4, 4)))
    (shown,) = rows(PinBox((4, 4, 4, 4), Secret(CHANGE_PIN)))
    assert isinstance(hidden, PinRow)
    assert isinstance(shown, PinRow)
    lengths = [[g.length for g in line] for line in hidden.lines]
    assert lengths == [[g.length for g in line] for line in shown.lines]
    assert all(g.text is None for line in hidden.lines for g in line)


def test_a_centred_sentence_is_divided_evenly() -> None:
    """On narrow paper no single word is left on a line of its own."""
    said = "Nothing was kept of this voucher."
    parts = [row.text for row in rows(Text(said, Align.CENTRE), 32) if isinstance(row, TextRow)]
    assert parts == ["Nothing was kept", "of this voucher."]
    two = [
        row.text
        for row in rows(Text("Treat as cash. Keep away from heat.", Align.CENTRE), 32)
        if isinstance(row, TextRow)
    ]
    assert two == ["Treat as cash.", "Keep away from heat."]
    plain = [row.text for row in rows(Text(said), 32) if isinstance(row, TextRow)]
    assert plain == ["Nothing was kept of this", "voucher."]
    (whole,) = rows(Text(said, Align.CENTRE), 42)
    assert isinstance(whole, TextRow)
    assert whole.text == said


def test_a_barcode_has_its_text_below_it() -> None:
    """Who has no scanner can read the reference."""
    assert rows(Barcode("K7Q-42F")) == (BarcodeRow("K7Q-42F"), TextRow("K7Q-42F", Align.CENTRE))


def test_each_code_has_what_it_is_for_below_it() -> None:
    """Nobody takes the wrong one of two; where there can be no code, none is named."""
    bars, said = rows(Barcode("K7Q-42F", "To find this sale:"))
    assert (bars, said) == (
        BarcodeRow("K7Q-42F"),
        TextRow("To find this sale: K7Q-42F", Align.CENTRE),
    )
    square = QrCode(Secret("8814"), "To spend the change: PIN")
    assert rows(square) == (
        QrRow(Secret("8814")),
        TextRow("To spend the change: PIN", Align.CENTRE),
    )
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(square,))
    assert lay_out(slip, 42, has_qr=False) == ()
    assert [type(one) for one in lay_out(slip.without_secrets(), 42)] == [QrRow, TextRow]


def test_a_long_band_becomes_several_bars() -> None:
    """No band is cut."""
    laid_out = rows(Band("PENDING: NOT CONFIRMED BY THE PROVIDER"), 32)
    assert laid_out == (BandRow("PENDING: NOT CONFIRMED BY THE"), BandRow("PROVIDER"))


def test_the_screen_s_slip_has_no_secret() -> None:
    """The places of digits and QR code are there, as high as on paper, and empty."""
    slip = final_slip()
    screen = slip.without_secrets()
    assert slip.has_secret
    assert not screen.has_secret
    shown, printed = lay_out(screen, 42), lay_out(slip, 42)
    assert [row.height_lines for row in shown] == [row.height_lines for row in printed]
    assert QrRow(None) in shown
    assert CHANGE_PIN not in repr(lay_out(screen, 42))


def test_rows_never_show_a_pin_when_written_to_a_log() -> None:
    """Rows of a paper slip mask the PIN in their own description."""
    text = repr(lay_out(final_slip(), 42))
    assert CHANGE_PIN not in text
    assert CHANGE_PIN[:4] not in text


def test_the_height_is_the_sum_of_the_rows() -> None:
    """A page is as long as its rows."""
    laid_out = rows(QrCode(Secret("1"))) + rows(Text("x", is_double=True)) + rows(Text(""))
    assert isinstance(laid_out[0], QrRow)
    assert height_lines(laid_out) == pytest.approx(laid_out[0].height_lines + 1.75 + 1.0)


def test_a_mark_that_no_font_has_is_left_out_and_not_asked_about() -> None:
    """Its letter says the same; a question mark would stand for a letter that nobody wrote."""
    assert printable("naive\u0363") == "naive"
