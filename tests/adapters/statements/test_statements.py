"""Statements in files of values: every way of writing one, and every way of spoiling one."""

import csv
import hashlib
import os
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterfoil.adapters.statements.csv_file import LINE_BYTES_MAX, BadLineError
from counterfoil.adapters.statements.lines import read_cents, read_time
from counterfoil.adapters.statements.statements import CsvStatements
from counterfoil.domain.failures import EntryError, StatementRefusedError
from counterfoil.domain.statement import (
    AmountForm,
    LineFault,
    LineKind,
    Preview,
    StatementColumns,
    StatementLine,
    StatementProblem,
    StatementTrouble,
    TimeForm,
    Zone,
)

F, K, P = LineFault, LineKind, StatementProblem
STATEMENTS = CsvStatements()
HEADINGS = "External reference,Redemption ID,Created,Status,Redeemed,Currency"
ROW = "K7Q-42F,RC-1042,2026-11-29T14:05:00Z,confirmed,19.00,ZAR"
LINE = StatementLine(
    2, "K7Q-42F", "RC-1042", 1_900, "ZAR", K.TAKEN, datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
)


def made(folder: Path, content: str | bytes) -> Path:
    """Write a file."""
    path = folder / "statement.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def previewed(folder: Path, content: str | bytes, **changes: str) -> Preview:
    """Look at a file whose columns nobody has said yet."""
    return STATEMENTS.preview(made(folder, content), None, changes)


def read(
    folder: Path, content: str | bytes, columns: StatementColumns | None = None
) -> tuple[StatementLine, ...]:
    """Read a file by the columns that are guessed, two lines at a time."""
    path = made(folder, content)
    chosen = columns or STATEMENTS.preview(path, None, {}).columns
    file = STATEMENTS.open(path, chosen)
    try:
        lines: list[StatementLine] = []
        while some := file.read_some(2):
            lines += some
        assert file.share == 1.0
        assert file.file_hash == hashlib.sha256(path.read_bytes()).hexdigest()
        return tuple(lines)
    finally:
        file.close()


def refused(
    folder: Path, content: str | bytes, columns: StatementColumns | None = None
) -> StatementTrouble:
    """Return why a file is refused."""
    with pytest.raises(StatementRefusedError) as raised:
        read(folder, content, columns)
    return raised.value.cause


def bad_lines(folder: Path, *rows: str) -> list[tuple[int, LineFault]]:
    """Return what is wrong with which line."""
    trouble = refused(folder, "\n".join((HEADINGS, *rows)))
    assert trouble.problem is P.BAD_LINES
    return [(one.number, one.fault) for one in trouble.bad_lines]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADINGS}\n{ROW}\n",
        f"{HEADINGS}\r\n{ROW}",
        f"\ufeff{HEADINGS}\n{ROW}",
        f"{HEADINGS}\n\n , \n{ROW}\n".replace("\n , ", ""),
        f"{HEADINGS}\n{ROW}".replace(",", ";"),
        f"{HEADINGS}\n{ROW}".replace(",", "\t"),
        f"{HEADINGS}\n{ROW}".replace(",", "|"),
        f"{HEADINGS},\n{ROW},\n",
        "\n".join(",".join(f'"{value}"' for value in row.split(",")) for row in (HEADINGS, ROW)),
        f"{HEADINGS}\n{ROW}".replace("K7Q-42F", '"=""K7Q-42F"""'),
    ],
    ids=str,
)
def test_a_statement_is_read_however_it_is_written(tmp_path: Path, content: str) -> None:
    """With any separator, ending of lines, mark at its beginning, and quotation marks."""
    (line,) = read(tmp_path, content)
    assert replace(line, number=2) == LINE


def test_a_file_that_names_its_separator_is_read(tmp_path: Path) -> None:
    """As spreadsheets write and read it; the lines are counted as a person sees them."""
    content = "sep=;\n" + f"{HEADINGS}\n{ROW}".replace(",", ";")
    assert read(tmp_path, content) == (replace(LINE, number=3),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_of_both_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """Whether or not the file says which it is."""
    content = f"{HEADINGS}\n{ROW}".replace("RC-1042", "Café–7").encode(encoding)
    assert read(tmp_path, content)[0].their_reference == "Café–7"


def test_headings_are_known_however_they_are_written(tmp_path: Path) -> None:
    """The letters count: neither their size nor what stands between them."""
    content = f"EXTERNAL_REFERENCE,redemptionId,created at,STATUS,redeemed,Currency\n{ROW}"
    assert read(tmp_path, content) == (LINE,)


def test_a_preview_guesses_the_columns_and_shows_the_first_lines(tmp_path: Path) -> None:
    """For a person to look at, before anything is kept."""
    seen = previewed(tmp_path, "\n".join([HEADINGS, *[ROW] * 9]))
    assert (seen.columns.reference, seen.columns.their_reference) == (
        "External reference",
        "Redemption ID",
    )
    assert (seen.columns.time, seen.columns.kind, seen.columns.amount) == (
        *("Created", "Status"),
        "Redeemed",
    )
    assert len(seen.lines) == 5
    assert (seen.lines[0], seen.is_saved, seen.bad_lines) == (LINE, False, ())


def test_a_preview_says_what_it_cannot_read(tmp_path: Path) -> None:
    """Which lines, and which words nobody has given a meaning."""
    rows = [ROW, ROW.replace("confirmed", "odd"), ROW.replace("19.00", "much"), "a,b"]
    seen = previewed(tmp_path, "\n".join((HEADINGS, *rows)))
    assert [(one.number, one.fault) for one in seen.bad_lines] == [
        (3, F.UNKNOWN_KIND),
        (4, F.NOT_AN_AMOUNT),
        (5, F.COLUMNS),
    ]
    assert seen.kinds == ("odd",)
    better = previewed(tmp_path, "\n".join((HEADINGS, *rows[:2])), given_back="odd, other")
    assert [line.kind for line in better.lines] == [K.TAKEN, K.GIVEN_BACK]


def test_what_nobody_can_guess_is_left_open(tmp_path: Path) -> None:
    """Then there are no lines, and it cannot be opened."""
    seen = previewed(tmp_path, "a,b\n1,2")
    assert (seen.columns.is_whole, seen.lines, seen.headings) == (False, (), ("a", "b"))
    assert refused(tmp_path, "a,b\n1,2").problem is P.COLUMNS_NOT_WHOLE


def test_a_person_says_which_column_it_is(tmp_path: Path) -> None:
    """By its heading, however it is written; each part can be said."""
    seen = previewed(
        tmp_path,
        "A,B,C,D\nK7Q-42F,1900,x,30/11/26 08:00",
        reference="a",
        amount="b",
        amount_form="cents",
        kind="C",
        given_back="x,y",
        time="D",
        time_form="day_first",
        zone="utc",
        only_currency="UGX",
    )
    (line,) = seen.lines
    assert (line.cents, line.kind, line.currency) == (1_900, K.GIVEN_BACK, "UGX")
    assert line.at == datetime(2026, 11, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"), [("amount", "nowhere"), ("amount_form", "odd"), ("colour", "red")]
)
def test_what_cannot_be_said_is_refused(tmp_path: Path, name: str, value: str) -> None:
    """No such heading, no such choice, no such part."""
    with pytest.raises(EntryError) as raised:
        previewed(tmp_path, f"{HEADINGS}\n{ROW}", **{name: value})
    assert raised.value.field == name


def test_saved_columns_are_taken_where_they_fit(tmp_path: Path) -> None:
    """Kept as text; where a heading is another one they are guessed anew."""
    path = made(tmp_path, f"{HEADINGS}\n{ROW}")
    first = STATEMENTS.preview(path, None, {"zone": "utc"}).columns
    saved = STATEMENTS.read_columns(STATEMENTS.columns_text(first))
    assert saved == first
    assert STATEMENTS.preview(path, saved, {}).is_saved
    assert not STATEMENTS.preview(path, saved, {"only_currency": "USD"}).is_saved
    other = made(tmp_path, f"{HEADINGS}\n{ROW}".replace("Created", "Time"))
    assert STATEMENTS.preview(other, saved, {}).columns.time == "Time"
    assert not STATEMENTS.preview(other, saved, {}).is_saved


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reference": 1}', "null"])
def test_columns_of_a_newer_till_are_passed_over(text: str) -> None:
    """They are guessed again then."""
    assert STATEMENTS.read_columns(text) is None


def test_lines_of_other_tills_are_passed_over(tmp_path: Path) -> None:
    """A statement of the whole shop."""
    content = f"{HEADINGS},Terminal\n{ROW},Till 1\n{ROW},TILL-3\n{ROW},Till 2"
    columns = previewed(tmp_path, content, till="Terminal", till_is="Till 3").columns
    assert [line.number for line in read(tmp_path, content, columns)] == [3]


@pytest.mark.parametrize(
    ("text", "form", "cents"),
    [
        *[("19.00", AmountForm.POINT, 1_900), ("19", AmountForm.POINT, 1_900)],
        *[("1,234.5", AmountForm.POINT, 123_450), ("R 1 234.50", AmountForm.POINT, 123_450)],
        *[("-19.00", AmountForm.POINT, -1_900), ("(19.00)", AmountForm.POINT, -1_900)],
        *[("19.00-", AmountForm.POINT, -1_900), ("\u221219.00", AmountForm.POINT, -1_900)],
        *[("+19.00", AmountForm.POINT, 1_900), ("ZAR19.0000", AmountForm.POINT, 1_900)],
        *[("19,00", AmountForm.COMMA, 1_900), ("1.234,50", AmountForm.COMMA, 123_450)],
        *[("1\xa0234,50", AmountForm.COMMA, 123_450), ("-1'234,50", AmountForm.COMMA, -123_450)],
        *[("1900", AmountForm.CENTS, 1_900), ("0", AmountForm.CENTS, 0)],
    ],
)
def test_an_amount_is_read_as_the_columns_say(text: str, form: AmountForm, cents: int) -> None:
    """With marks for thousands, signs in any place, and a currency before it."""
    assert read_cents(text, form, "ZAR") == cents


@pytest.mark.parametrize("form", AmountForm)
@pytest.mark.parametrize(
    "text",
    [
        *("", "-", ".", ",", "()", "R", "much", "1e5", "0x10", "1_000", "NaN", "inf"),
        *("19.0005", "19,005.5.5", "1,23.00", "1.2.3", "--19", "19-00", "(19", "19)", "1 9"),
        *("=19+1", "=cmd|' /C calc'!A0", "19.00 OR 1=1", "9" * 5_000, "19.0\u0661"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, form: AmountForm) -> None:
    """Nothing is guessed about money."""
    with pytest.raises(BadLineError):
        read_cents(text, form, "ZAR")


def test_no_digit_of_another_script_is_read_as_an_amount_or_a_time() -> None:
    """All of them: who writes them means no statement of ours."""
    digits = [chr(at) for at in range(sys.maxunicode + 1) if chr(at).isdigit()]
    others = [one for one in digits if one not in "0123456789"]
    assert len(others) > 500
    for digit in others:
        assert unicodedata.category(digit)[0] in "NLS"
        for form in AmountForm:
            with pytest.raises(BadLineError):
                read_cents(f"1{digit}", form, "ZAR")
        for time_form in TimeForm:
            with pytest.raises(BadLineError):
                read_time(f"{digit}1/11/2026 10:00", time_form, Zone.UTC)


def test_an_amount_above_all_vouchers_is_refused() -> None:
    """It is cents that were taken for rands, or no amount."""
    assert read_cents("999999.99", AmountForm.POINT, "ZAR") == 99_999_999
    with pytest.raises(BadLineError) as raised:
        read_cents("1000000.00", AmountForm.POINT, "ZAR")
    assert raised.value.fault is F.TOO_LARGE


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *[("2026-11-29T14:05:00Z", TimeForm.ISO), ("2026-11-29 16:05+02:00", TimeForm.ISO)],
        *[("2026-11-29 14:05:00.000", TimeForm.ISO), ("20261129T140500", TimeForm.ISO)],
        *[("29/11/2026 14:05", TimeForm.DAY_FIRST), ("29.11.26 14:05:00", TimeForm.DAY_FIRST)],
        *[("11/29/2026 14:05", TimeForm.MONTH_FIRST), ("2026/11/29 14:05", TimeForm.YEAR_FIRST)],
    ],
)
def test_a_time_is_read_as_the_columns_say(text: str, form: TimeForm) -> None:
    """In UTC, where it names no zone and the columns say so."""
    assert read_time(text, form, Zone.UTC) == LINE.at


@pytest.mark.parametrize("form", TimeForm)
@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-45", "0001-01-01", "9999-12-31T23:59:59-12:00", "1/1", "=1"]
)
def test_what_is_no_time_is_refused(text: str, form: TimeForm) -> None:
    """Nor is one before the first voucher or long after the last."""
    with pytest.raises(BadLineError):
        read_time(text, form, Zone.LOCAL)


def test_every_bad_line_is_named_by_its_number(tmp_path: Path) -> None:
    """And nothing of the file is taken."""

    def spoilt(**parts: str) -> str:
        names = ("reference", "theirs", "time", "kind", "amount", "currency")
        values = dict(zip(names, ROW.split(","), strict=True)) | parts
        return ",".join(values.values())

    assert bad_lines(
        tmp_path,
        ROW,
        spoilt(reference="", theirs=""),
        spoilt(time="soon"),
        spoilt(kind="odd"),
        spoilt(amount="much"),
        spoilt(currency="rand"),
        spoilt(amount="9999999.00"),
        "a,b,c",
        f"{ROW},more",
        ROW,
    ) == [
        *((3, F.NO_REFERENCE), (4, F.NOT_A_TIME), (5, F.UNKNOWN_KIND), (6, F.NOT_AN_AMOUNT)),
        *((7, F.NOT_A_CURRENCY), (8, F.TOO_LARGE), (9, F.COLUMNS), (10, F.COLUMNS)),
    ]


def test_of_many_bad_lines_the_first_are_named_and_all_are_counted(tmp_path: Path) -> None:
    """After a thousand it is given up: nobody reads more."""
    trouble = refused(tmp_path, "\n".join([HEADINGS, *["a,b"] * 300]))
    assert (len(trouble.bad_lines), trouble.bad_count) == (20, 300)
    assert refused(tmp_path, "\n".join([HEADINGS, *["a,b"] * 5_000])).bad_count == 1_000


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        (b"x" * (10 * 1024 * 1024), F.TOO_LONG),
        (b'"' + b"x," * LINE_BYTES_MAX, F.TOO_LONG),
        (ROW.encode().replace(b"K7Q", b"K\0Q"), F.NOT_TEXT),
        (ROW.encode().replace(b"K7Q", b"K\x81\xffQ"), F.NOT_TEXT),
        (ROW.encode().replace(b"K7Q", b'"K7"Q'), F.QUOTES),
        (ROW.encode().replace(b"K7Q", b"K\rQ"), F.QUOTES),
    ],
    ids=["ten megabytes", "an open quote", "a zero byte", "no encoding", "quotes", "a bare return"],
)
def test_a_hostile_line_is_named_and_the_next_ones_are_read(
    tmp_path: Path, spoilt: bytes, fault: LineFault
) -> None:
    """It ends neither the reading nor the till."""
    content = b"\n".join((HEADINGS.encode(), ROW.encode(), spoilt, b"a,b"))
    trouble = refused(tmp_path, content)
    assert [(one.number, one.fault) for one in trouble.bad_lines] == [(3, fault), (4, F.COLUMNS)]


def test_a_quotation_that_never_ends_is_one_bad_line(tmp_path: Path) -> None:
    """All that follows belongs to it."""
    rows = [ROW, f'"{ROW}', *[ROW] * 3]
    assert bad_lines(tmp_path, *rows)[0] == (3, F.QUOTES)
    assert bad_lines(tmp_path, rows[0], rows[1], *[ROW] * 5_000)[0][0] == 3


def test_a_formula_is_a_reference_like_any_other(tmp_path: Path) -> None:
    """It is kept as text, cleaned and cut short; nothing here calculates."""
    rows = [ROW.replace("K7Q-42F", one) for one in ("=1+1", "@SUM(A1)", "+27", "\u202eevil")]
    lines = read(tmp_path, "\n".join((HEADINGS, *rows)))
    assert [line.reference for line in lines] == ["=1+1", "@SUM(A1)", "+27", "evil"]
    long = read(tmp_path, f"{HEADINGS}\n" + ROW.replace("K7Q-42F", "y" * 900))
    assert len(long[0].reference) == 60


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", P.EMPTY),
        (HEADINGS, P.EMPTY),
        (f"{HEADINGS}\n\n\n", P.EMPTY),
        (",,,\n1,2,3,4", P.HEADINGS),
        (",".join(["a"] * 500), P.HEADINGS),
        (f"{HEADINGS},Redeemed\n{ROW},1", P.HEADINGS),
        (f"{HEADINGS}\n{ROW}".encode("utf-16"), P.NOT_TEXT),
        (b"\x89PNG\0\0\n\0", P.NOT_TEXT),
        (b"x" * 1024 * 1024, P.NOT_TEXT),
        ('"' + HEADINGS, P.NOT_TEXT),
    ],
    ids=repr,
)
def test_what_is_no_statement_is_refused(
    tmp_path: Path, content: str | bytes, problem: StatementProblem
) -> None:
    """With the reason."""
    assert refused(tmp_path, content).problem is problem


def test_a_column_that_is_gone_is_named(tmp_path: Path) -> None:
    """The provider has changed its file."""
    columns = previewed(tmp_path, f"{HEADINGS}\n{ROW}").columns
    trouble = refused(tmp_path, f"{HEADINGS}\n{ROW}".replace("Redeemed", "Net"), columns)
    assert (trouble.problem, trouble.heading) == (P.COLUMN_MISSING, "Redeemed")


def test_only_a_plain_file_is_opened(tmp_path: Path) -> None:
    """A pipe would be waited for, and a device has no end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    places: Sequence[tuple[Path, StatementProblem]] = (
        (tmp_path / "nowhere.csv", P.NOT_THERE),
        (Path("with\0zero"), P.NOT_THERE),
        (tmp_path, P.NOT_A_FILE),
        (pipe, P.NOT_A_FILE),
        (Path("/dev/zero"), P.NOT_A_FILE),
    )
    for path, problem in places:
        with pytest.raises(StatementRefusedError) as raised:
            STATEMENTS.preview(path, None, {})
        assert raised.value.cause.problem is problem


def test_what_the_library_writes_is_read(tmp_path: Path) -> None:
    """With a separator and the end of a line inside of a value."""
    path = tmp_path / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS.split(","))
        writer.writerow(['a "b", c', "two\nlines", *ROW.split(",")[2:]])
        writer.writerow(ROW.split(","))
    one, other = read(tmp_path, path.read_bytes())
    assert (one.number, one.reference, one.their_reference) == (2, 'a "b", c', "two lines")
    assert other.number == 4


def test_what_may_be_a_statement_is_found_where_people_save_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest first, and no folder, nothing else and nothing that is gone meanwhile."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in ("Downloads", "Documents/deeper"):
        (tmp_path / folder).mkdir(parents=True)
    names = ("Downloads/old.csv", "Documents/new.TSV", "Downloads/sheet.xlsx")
    for age, name in enumerate(reversed(names)):
        (tmp_path / name).write_text(HEADINGS)
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "Downloads/folder.csv").mkdir()
    (tmp_path / "Downloads/gone.csv").symlink_to(tmp_path / "nowhere.csv")
    found = STATEMENTS.found()
    assert [one.path.name for one in found] == ["new.TSV", "old.csv"]
    assert found[0].changed_at > found[1].changed_at
