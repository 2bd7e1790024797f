"""Hostile words at every place without a window: boundary, paper, log, command line, file names."""

import json
import logging
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from counterfoil.__main__ import read_window_options
from counterfoil.adapters.printing.folder_printer import FolderPrinter, file_name
from counterfoil.adapters.printing.print_jobs import job_title
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.system.logs import LineFormatter, opened_logs
from counterfoil.adapters.upstream.electrum.slips import read_slip_lines
from counterfoil.adapters.upstream.moment.change import read_change
from counterfoil.adapters.upstream.moment.lookups import read_lookup
from counterfoil.cli.commands import main
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Band, Pair, Slip, SlipKind, Text
from counterfoil.domain.slip_layout import lay_out
from counterfoil.domain.text import clean_text, humanise
from counterfoil.domain.voucher_type import ChangeManner
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.documents import balance_document, redemption_document, type_document
from counterfoil.presentation.words.redemptions import redemption_lines, type_line
from support import hostile
from support.canary import PAPER
from support.hostile import HOSTILE, KINDS, is_one_clean_line, is_steering
from support.hostile_types import hostile_types
from support.log_witness import ExpectLog
from support.moment_bodies import answered
from support.samples import Samples
from support.slips import pending_slip
from support.tills import CommandLine

pytestmark = [pytest.mark.fault("X7"), pytest.mark.many_runs]
TITLE = "Slip 03-000001"
REQUEST = Secret('{"tenders": []}')
PRINTABLE = re.compile(
    r"[\x20-\x7e\n\u00a1-\u00ff\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a"
    r"\u20ac\u2122\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc]*"
)
"""What a receipt's typeface has: no control, no direction mark, nothing that steers."""


@pytest.fixture(scope="module")
def paper() -> SlipPdf:
    """Return what draws slips."""
    return SlipPdf(ZxingSymbols())


# ---------------------------------------------------------------------------------- the boundary


def test_there_are_enough_of_them() -> None:
    """The list is the yardstick, so it may not shrink unseen."""
    assert len(HOSTILE) >= 300
    assert all(KINDS.values())


@pytest.mark.parametrize("limit", [1, 40, 200])
def test_the_boundary_lets_one_clean_line_through(limit: int) -> None:
    """Nothing that steers, no second line, no third mark too many, and not too long."""
    for word in HOSTILE:
        for line in (clean_text(word, limit), humanise(word, limit)):
            assert is_one_clean_line(line), ascii(word)[:80]
            assert len(line) <= limit


def test_a_text_of_ten_megabytes_is_cut_like_any_other() -> None:
    """What can never be shown is not worked on."""
    for word in hostile.huge():
        assert is_one_clean_line(clean_text(word, 200))


def test_every_word_of_a_type_is_clean() -> None:
    """Name, category, labels, hints and choices, whatever discovery told."""
    for one in hostile_types():
        words = [one.name, one.category, one.description, one.website, one.colour, one.currency]
        for spec in one.fields:
            words += [spec.name, spec.label, spec.hint, spec.example]
            words += [word for one in spec.choices for word in (one.value, one.label)]
        assert all(is_one_clean_line(word) for word in words), ascii(one.name)
        assert one.name
        assert one.category


def test_every_word_of_a_balance_is_clean() -> None:
    """Labels come from the provider's own keys, so they are as foreign as the values."""
    for word in HOSTILE:
        told = read_lookup(
            answered(200, {"balance": 100, "provider_metadata": {word: word, "expires": word}}),
            "vouchers.blu",
            is_offered=True,
        )
        assert isinstance(told, Balance)
        assert all(is_one_clean_line(str(part)) for fact in told.facts for part in fact)
        json.dumps(balance_document(told)).encode("ascii")


def test_every_word_of_a_change_voucher_is_clean() -> None:
    """Its PIN is only taken when it can be printed; the rest is one line each."""
    for word in HOSTILE:
        keys = ("pin", "barcode", "serial_number", "expires", "instructions")
        change = read_change(dict.fromkeys(keys, word), ChangeManner.INLINE)
        assert change is not None
        assert all(one.text.reveal().isprintable() for one in change.codes)
        for text in (change.serial_number, change.expires, change.instructions):
            assert text is None or is_one_clean_line(text)
        answer = json.dumps({"slipData": {"messageLines": [{"text": word}]}})
        assert all(is_one_clean_line(line) for line in read_slip_lines(REQUEST, Secret(answer)))


# ----------------------------------------------------------------------------------------- paper


def slip_of(words: tuple[str, ...]) -> Slip:
    """Return a slip that says these words in every way that a slip has for words."""
    lines = [line for word in words for line in (Text(word), Pair(word, word[:200]), Band(word))]
    return Slip(kind=SlipKind.ORIGINAL, lines=tuple(lines), number="03-000001")


@pytest.mark.parametrize("columns", [32, 42])
def test_no_row_of_a_slip_can_steer_a_printer(columns: int) -> None:
    """The screen's slip and the paper's are the same rows, and these hold letters alone."""
    for word in HOSTILE:
        for row in lay_out(slip_of((word[:600],)), columns):
            for text in (getattr(row, name, "") for name in ("text", "label", "value")):
                assert PRINTABLE.fullmatch(text), ascii(word)[:80]
                assert len(text) <= columns


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "long"])
def test_no_control_byte_is_on_the_paper(paper: SlipPdf, kind: str) -> None:
    """Read back from the document, there are letters and line ends and nothing else."""
    words = tuple(word[:300] for word in KINDS[kind])
    pdf = paper.draw(slip_of(words), title=TITLE).pdf
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            text = page.get_textpage()
            said = text.get_text_range()
            assert not [ascii(letter) for letter in said if is_steering(letter)]
            text.close()
            page.close()
    finally:
        document.close()
    # What could act when the document is opened.
    for deed in (b"/JavaScript", b"/JS", b"/URI", b"/Launch", b"/OpenAction", b"/EmbeddedFile"):
        assert deed not in pdf


def test_the_title_of_a_print_job_is_plain_words() -> None:
    """A print system shows it to everybody, and its command line takes it as one argument."""
    for word in HOSTILE:
        title = job_title(pending_slip(), word)
        assert re.fullmatch(r"[A-Za-z0-9._][A-Za-z0-9 ._-]{0,59}", title), ascii(title)


# ------------------------------------------------------------------------------------ file names


@pytest.mark.fault("X17")
async def test_no_slip_is_written_outside_its_folder(
    paper: SlipPdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are made of our own numbers; whatever else could be one is no name."""
    folder = tmp_path / PAPER
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    printer = FolderPrinter(folder, paper)
    try:
        for word in HOSTILE:
            slip = replace(pending_slip(), number=word, reference=word)
            name = file_name(slip)
            assert name is None or re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name)
            if name is None:
                await printer.print_slip(slip, title=TITLE)
                assert list(folder.iterdir()) == []
    finally:
        await printer.close()
    assert list(tmp_path.iterdir()) == [folder]


# ------------------------------------------------------------------------------------------- log


def test_the_log_stays_one_line_of_plain_json_for_each_record(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    """No line can be forged, no terminal steered, and nothing a record carries ends the till."""
    ours, theirs = logging.getLogger("counterfoil.hostile"), logging.getLogger("hostile.library")
    expect_log("hostile.library")
    with opened_logs(tmp_path):
        for word in HOSTILE:
            ours.info("said %s", word, extra={"cause": word, "stage": word, "reference": word})
            theirs.warning(word.replace("%", "%%"))
    written = (tmp_path / "till.log").read_bytes()
    assert all(32 <= byte < 127 or byte == 10 for byte in written)
    lines = written.decode("ascii").splitlines()
    assert len(lines) == 2 * len(HOSTILE)
    for line in lines:
        record = json.loads(line)
        assert all(is_one_clean_line(text) for text in record.values() if isinstance(text, str))


def test_a_record_of_ten_megabytes_becomes_a_short_line() -> None:
    """The log's file has an end, and the loop waits for the line."""
    for word in hostile.huge():
        record = logging.LogRecord("counterfoil.x", 20, "x.py", 1, word, (), None)
        record.cause = word
        assert len(LineFormatter().format(record)) < 8_000


# ---------------------------------------------------------------------------------- command line


def is_shown_plainly(text: str) -> bool:
    """Whether a terminal shows a text and does nothing else."""
    return not any(is_steering(letter) for letter in text) and "\r" not in text


def test_no_line_of_a_command_can_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Types and redemptions are printed as lines and as JSON, whatever they are called."""
    samples = Samples()
    redemption = samples.redemption(samples.sale())
    for one in hostile_types():
        found = replace(redemption, type_name=one.name, upstream_reference=one.description)
        for as_json in (False, True):
            speaker = Speaker(as_json=as_json)
            speaker.say(type_document(one), [type_line(one)])
            speaker.say(redemption_document(found), redemption_lines(found))
    said = capsys.readouterr()
    assert is_shown_plainly(said.out + said.err)


def test_what_was_typed_is_never_repeated_raw(tmp_path: Path) -> None:
    """A file name or a field that somebody pasted may hold anything, and comes back as words."""
    till = CommandLine(tmp_path / "till")
    words = [word for word in HOSTILE if "\x00" not in word and 0 < len(word) < 500][::12]
    for word in words:
        for arguments in (
            ("show", word),
            ("redeem", "--type", word, "--field", f"{word}=1", "--amount", word),
            ("redeem", "--type", "vouchers.blu", "--field", "token=1", "--sale", word),
            ("lookup", "--type", "vouchers.blu", "--field", word),
            (word,),
        ):
            said = till.run(*arguments)
            assert said.code == 64, (ascii(word), ascii(said.err))
            assert is_shown_plainly(said.out + said.err), (ascii(word), ascii(said.err))


def test_the_windows_own_arguments_are_not_repeated_raw(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is no option of the window is the command line's to refuse, in its own words."""
    words = [word for word in HOSTILE if word not in {"", "-h", "--help"} and len(word) < 500]
    assert [word for word in words if read_window_options([word])] == []
    for word in words[::12]:
        assert main([word]) == 64
    said = capsys.readouterr()
    assert is_shown_plainly(said.out + said.err)


def test_standard_input_may_hold_anything(tmp_path: Path) -> None:
    """A PIN that is piped in comes from a scanner or a file, and is refused in words."""
    till = CommandLine(tmp_path / "till")
    line = ("redeem", "--type", "vouchers.one_voucher", "--field", "pin=-", "--amount", "1.00")
    for word in HOSTILE[::48]:
        said = till.run(*line, stdin=word)
        assert is_shown_plainly(said.out + said.err)
        assert said.code in {1, 2, 64}


def test_the_control_would_be_seen() -> None:
    """The look for steering characters finds them."""
    assert not is_shown_plainly("\x1b[31m")
    assert not is_shown_plainly("\u202e")
    assert not PRINTABLE.fullmatch("\x1b@")
    assert not is_one_clean_line("a\nb")
