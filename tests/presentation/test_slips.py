"""What each slip says, at the 42 columns of the reference pictures."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.redemption import Redemption, short_reference
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Align, Band, Logo, PinBox, QrCode, Slip, SlipKind, Text
from counterfoil.domain.slip_facts import (
    DraftEntry,
    Heading,
    group_lengths,
    is_remainder_by_sms,
    masked_voucher,
)
from counterfoil.domain.slip_layout import (
    BandRow,
    BarcodeRow,
    GapRow,
    LogoRow,
    PairRow,
    PinRow,
    QrRow,
    RuleRow,
    SlipRow,
    TextRow,
    height_lines,
    lay_out,
)
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher, DeclineReason
from counterfoil.domain.voucher_type import ChangeManner
from counterfoil.presentation.words import printers
from counterfoil.presentation.words.slips import (
    MERCHANT_BAND,
    PROVIDER_LINES_MAX,
    draft_slip,
    paid_slip,
    pending_slip,
    refund_slip,
    refused_slip,
    sample_slip,
    void_slip,
)
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.outcomes import LOGO, SHOPS_OWN, all_outcomes
from support.till import in_state

S = RedemptionState
COLUMNS = 42

PROFILE = TillProfile(
    trading_name="Corner Shop",
    legal_name="Corner Shop Trading (Pty) Ltd",
    address="14 Long Street, Cape Town 8001",
    vat_number="4480123456",
    till_name="Till 3",
    till_number=3,
    helpline="0860 000 000",
)
HEADING = Heading(
    profile=PROFILE,
    cashier="Thandi M.",
    at=datetime(2026, 11, 20, 14, 5, tzinfo=UTC),
    slip_number=8841,
)
CHANGE = ChangeVoucher(
    codes=(ChangeCode("pin", Secret(CANARY_CHANGE_PIN)),),
    amount_cents=3100,
    expires="2029-11-20",
    serial_number="7721 0093 118",
)


def paid(**changes: object) -> Redemption:
    """Return the redemption of the pictures, as final."""
    plain = replace(
        in_state(S.FINAL),
        upstream_reference="1V-90077123",
        voucher_tail="9838",
        change=CHANGE.shape,
    )
    change = changes.get("change")
    if isinstance(change, ChangeVoucher):
        changes["change"] = change.shape
    return replace(plain, **changes)  # type: ignore[arg-type]  # mypy cannot see fields through a mapping


def on_paper(
    redemption: Redemption, opened: ChangeVoucher | None = CHANGE, copy_number: int = 0
) -> Slip:
    """Return the paid slip as it goes to a printer."""
    return paid_slip(HEADING, redemption, copy_number=copy_number, has_pin=True, opened=opened)


def on_screen(redemption: Redemption, copy_number: int = 0) -> Slip:
    """Return the paid slip as a screen shows it."""
    return paid_slip(HEADING, redemption, copy_number=copy_number)


def drawn(slip: Slip) -> str:
    """Draw a slip as plain text of 42 columns, as it lies on paper or screen."""
    return "\n".join(_drawn(one) for one in lay_out(slip, COLUMNS))


def _drawn(one: SlipRow) -> str:
    match one:
        case TextRow():
            places = {"start": one.text, "centre": one.text.center(COLUMNS)}
            return places.get(one.align.value, one.text.rjust(COLUMNS)).rstrip()
        case PairRow():
            return (one.label + one.value.rjust(COLUMNS - len(one.label))).rstrip()
        case RuleRow():
            return "-" * COLUMNS
        case GapRow() | LogoRow():
            return ""
        case BandRow():
            return f"[{one.text.center(COLUMNS - 2)}]"
        case PinRow() | BarcodeRow() | QrRow():
            return _drawn_code(one)


def _drawn_code(one: PinRow | BarcodeRow | QrRow) -> str:
    if isinstance(one, PinRow):
        blocks = [" ".join("#" * group.length for group in line) for line in one.lines]
        return "\n".join(f"|{line.center(COLUMNS - 2)}|" for line in blocks)
    words = f"|| {one.text} ||" if isinstance(one, BarcodeRow) else "[QR]"
    return words.center(COLUMNS).rstrip()


HEAD = """\
               CORNER SHOP
      Corner Shop Trading (Pty) Ltd
      14 Long Street, Cape Town 8001
              VAT 4480123456
------------------------------------------
             VOUCHER PAYMENT
            NOT A TAX INVOICE

Till 3  Thandi M.         2026-11-20 14:05
Slip                             03-008841
"""

REFERENCE = paid().reference


def test_the_slip_of_an_idle_till_is_its_head() -> None:
    """As on the first screen of the day."""
    assert drawn(draft_slip(HEADING, None)) + "\n" == HEAD
    assert drawn(draft_slip(HEADING, DraftEntry())) + "\n" == HEAD
    assert draft_slip(HEADING, None).kind is SlipKind.DRAFT


def test_the_slip_grows_as_the_cashier_types() -> None:
    """As in the picture of a filled form."""
    entry = DraftEntry(
        type_name="1Voucher",
        voucher=masked_voucher("9838"),
        amount=Exact(1900),
        mobile="082 *** 4567",
    )
    assert (
        drawn(draft_slip(HEADING, entry))
        == HEAD
        + """\
------------------------------------------
1Voucher
Voucher                **** **** **** 9838
To pay                              R19.00
Mobile                        082 *** 4567"""
    )
    begun = DraftEntry(type_name="1Voucher", amount=FullValue())
    assert (
        drawn(draft_slip(HEADING, begun))
        == HEAD
        + """\
------------------------------------------
1Voucher
To pay                         whole value"""
    )
    assert drawn(draft_slip(HEADING, DraftEntry(type_name="1Voucher"))).endswith("\n1Voucher")


PAID = f"""\
Ref {REFERENCE}                    1V-90077123
------------------------------------------
1Voucher
Voucher                **** **** **** 9838
Paid                                R19.00
"""

FOOT = f"""\
              || {REFERENCE} ||
        To find this sale: {REFERENCE}
            Help 0860 000 000"""


def test_the_paid_slip_has_the_change_voucher_boxed() -> None:
    """As in the pictures of FINAL: the same rows, empty on the screen and filled on paper."""
    screen = on_screen(paid())
    text = (
        HEAD
        + PAID
        + """\

------------------------------------------
              CHANGE VOUCHER
|          #### #### #### ####           |

Value                               R31.00
Expires                         2029-11-20
Serial                       7721 0093 118
                   [QR]
         To spend the change: PIN
        Use it like any 1Voucher.
   Treat as cash. Keep away from heat.

"""
        + FOOT
    )
    paper = on_paper(paid())
    assert drawn(screen) == drawn(paper) == text
    assert (paper.kind, paper.number, paper.reference) == (
        SlipKind.ORIGINAL,
        "03-008841",
        REFERENCE,
    )


@pytest.mark.fault("H6")
def test_the_unknown_slip_says_so_at_both_ends() -> None:
    """As in the picture of a result that is not known."""
    slip = pending_slip(HEADING, replace(in_state(S.INFLIGHT), voucher_tail="9838"))
    band = "[         PENDING: NOT CONFIRMED         ]\n"
    assert (
        drawn(slip)
        == band
        + HEAD
        + f"""\
Ref {REFERENCE}
------------------------------------------
1Voucher
Voucher                **** **** **** 9838
Asked for                           R19.00

     We do not know yet whether this
     voucher was used. Keep it safe.
          Bring this slip back.

{FOOT}

{band}"""[:-1]
    )
    assert slip.kind is SlipKind.PENDING
    assert slip.reference == REFERENCE


@pytest.mark.fault("H7")
def test_the_slip_of_an_unclaimed_redemption_says_what_was_taken() -> None:
    """To say that nobody knows would be untrue."""
    text = drawn(pending_slip(HEADING, in_state(S.UNCLAIMED)))
    assert "R19.00 was taken from this voucher." in text
    assert "The sale was not closed with it." in text
    assert "do not know" not in text


def test_the_slip_of_what_is_being_restored_says_that_it_is_pending() -> None:
    """Nothing is promised: the upstream may not have heard of it yet."""
    slip = pending_slip(HEADING, replace(in_state(S.REVERSING), voucher_tail="9838"))
    text = drawn(slip)
    assert text.count("PENDING: NOT CONFIRMED") == 2
    assert "The money is going back on this voucher." in text
    assert "was taken" not in text
    assert slip.kind is SlipKind.PENDING


def test_the_slip_of_what_was_refused_says_why_and_that_nothing_was_taken() -> None:
    """The customer may need it to ask the provider; it never reads as paid or pending."""
    refused = replace(in_state(S.DECLINED), voucher_tail="9838", decline=DeclineReason.ALREADY_USED)
    slip = refused_slip(HEADING, refused)
    band = "[                NOT PAID                ]\n"
    assert (
        drawn(slip)
        == band
        + HEAD
        + f"""\
Ref {REFERENCE}
------------------------------------------
1Voucher
Voucher                **** **** **** 9838
Asked for                           R19.00

   This voucher has already been used.
            Nothing was taken.

{FOOT}

{band}"""[:-1]
    )
    assert (slip.kind, slip.has_secret) == (SlipKind.PENDING, False)


@pytest.mark.parametrize("reason", [*DeclineReason, None])
def test_the_slip_of_what_was_refused_speaks_to_the_customer(reason: DeclineReason | None) -> None:
    """What helps the cashier stands on the screen alone."""
    told = " ".join(
        drawn(refused_slip(HEADING, replace(in_state(S.DECLINED), decline=reason))).split()
    )
    assert "Nothing was taken." in told
    assert "{" not in told
    for for_cashier in ("you asked", "supervisor", "typed", "This till", "Try"):
        assert for_cashier not in told


@pytest.mark.parametrize(
    ("state", "said", "unsaid"),
    [
        (S.REVERSED, "Its value is back on it.", "may not work"),
        (S.REVERSED_UNVERIFIED, "It may not work until they confirm.", "is back"),
    ],
)
def test_the_slip_of_what_was_taken_back_is_void(
    state: RedemptionState, said: str, unsaid: str
) -> None:
    """It never reads as paid or pending, and promises no more than is known."""
    slip = void_slip(HEADING, replace(in_state(state), voucher_tail="9838"))
    text = drawn(slip)
    assert text.count(f"[{'VOID'.center(COLUMNS - 2)}]") == 2
    assert said in text
    assert unsaid not in text
    assert not {"PENDING", "Redeemed", "CHANGE VOUCHER"} & set(text.split())
    assert (slip.kind, slip.has_secret) == (SlipKind.VOID, False)


def provided(*lines: str, has_pin: bool = True) -> str:
    """Return the paid slip with lines of the provider."""
    told = paid(change=None)
    return drawn(paid_slip(HEADING, told, copy_number=0, has_pin=has_pin, provider_lines=lines))


def test_the_providers_words_stand_after_the_tills_own_and_are_marked() -> None:
    """Wrapped to the paper, below what was redeemed and above the reference."""
    text = provided(
        "Thank you for using us.",
        "Questions? Call 0860 123 456 and say that you paid at a till, any day of the week.",
    )
    wanted = (
        "Message from 1Voucher:",
        "Thank you for using us.",
        "Questions? Call 0860 123 456 and say that",
        "you paid at a till, any day of the week.",
    )
    assert "\n".join(("-" * COLUMNS, *wanted, "")) in text
    order = ("Paid  ", "Message from 1Voucher:", "any day of the week.", "||", "Help 0860")
    assert sorted(order, key=text.index) == list(order)


def test_what_the_till_said_already_is_not_said_twice() -> None:
    """However it is spaced; what differs in a digit or a decimal mark is the provider's own."""
    repeated = ("1VOUCHER", "Redeemed: R19.00", "Voucher ************9838", "Corner  Shop")
    assert text_lines(provided(*repeated, "Balance R31.00")) == ("Balance R31.00",)
    assert "Message from" not in provided(*repeated)
    assert "Message from" not in provided("-------", *repeated, "=======")
    different = ("Redeemed R1900", "Redeemed -R19.00", "Redeemed R19.01")
    assert text_lines(provided(*different)) == different


def test_a_refunds_slip_does_not_repeat_itself_either() -> None:
    """The provider's other words stay on it."""
    refund = paid(refund_of="7d9c770e-62b4-451b-95ce-5f31b7845ea6", change=None)
    told = ("Refunded R19.00", "Back on the voucher", "Balance R50.00")
    text = drawn(refund_slip(HEADING, refund, copy_number=0, provider_lines=told))
    assert text_lines(text) == ("Balance R50.00",)


def text_lines(text: str) -> tuple[str, ...]:
    """Return the provider's lines of a drawn slip."""
    after = text.split("Message from 1Voucher:\n")[1]
    return tuple(after.split("\n\n")[0].splitlines())


def test_what_a_provider_says_cannot_steer_the_printer_or_bury_the_slip() -> None:
    """No control, no markup that means anything, no more lines than agreed."""
    text = provided("\x1b@\x1dV\x00cut", "\u202eevil\u2066", "<b>bold</b>", "", *["more"] * 500)
    assert "@ Vcut" in text
    assert "<b>bold</b>" in text
    assert text.isprintable() or all(one == "\n" or one.isprintable() for one in text)
    assert len(text_lines(text)) == PROVIDER_LINES_MAX
    assert "Message from" not in provided("\x1b", "  ")


def test_a_line_that_is_too_long_is_cut_and_says_so() -> None:
    """A kilometre of paper helps nobody."""
    (*_, last) = text_lines(provided("x" * 10_000))
    assert last.endswith("…")
    assert sum(map(len, text_lines(provided("x" * 10_000)))) == 120


def test_codes_in_a_providers_words_are_on_paper_only() -> None:
    """The screen is read by everybody at the counter; a telephone number is no code."""
    lines = ("New code 8814 0327 5519 6042.", "Call +27 82 123 4567", "Until 2029-11-20")
    assert all(line in provided(*lines) for line in lines)
    screen = provided(*lines, has_pin=False)
    assert "New code **** 6042." in screen
    assert "8814" not in screen
    assert lines[1] in screen
    assert lines[2] in screen


def test_training_is_on_both_ends_of_every_slip() -> None:
    """As in the picture of training, and inside the band of a copy or a pending slip."""
    training = replace(HEADING, profile=replace(PROFILE, is_training=True))
    band = "[                TRAINING                ]"
    lines = drawn(draft_slip(training, None)).split("\n")
    assert (lines[0], lines[-1]) == (band, band)
    lines = drawn(pending_slip(training, in_state(S.INFLIGHT))).split("\n")
    assert (lines[1], lines[-2]) == (band, band)
    lines = drawn(paid_slip(training, paid(), copy_number=2, has_pin=False)).split("\n")
    copy = "[                 COPY 2                 ]"
    assert (lines[:2], lines[-2:]) == ([copy, band], [band, copy])


def test_a_copy_says_which_one_it_is() -> None:
    """At both ends; all else is the original's."""
    copy = on_paper(paid(), copy_number=2)
    assert (copy.kind, copy.copy_number) == (SlipKind.COPY, 2)
    original = drawn(on_paper(paid()))
    band = "[                 COPY 2                 ]"
    assert drawn(copy) == f"{band}\n{original}\n\n{band}"


def test_what_was_redeemed_in_part_says_what_was_asked_for() -> None:
    """Only where the two differ."""
    part = drawn(on_screen(paid(redeemed_cents=1000)))
    assert (
        "Asked for                           R19.00\nPaid                                R10.00"
        in part
    )
    whole = paid(amount=FullValue(), redeemed_cents=1000)
    assert "Asked for" not in drawn(on_screen(whole))


def test_a_shop_that_says_little_has_a_short_slip() -> None:
    """No empty lines for what the settings leave out, nor for references nobody gave."""
    heading = replace(HEADING, profile=TillProfile())
    text = drawn(paid_slip(heading, paid(change=None, upstream_reference=None), copy_number=0))
    assert (
        text
        == f"""\
               CORNER SHOP
------------------------------------------
             VOUCHER PAYMENT
            NOT A TAX INVOICE

Till 1  Thandi M.         2026-11-20 14:05
Slip                             01-008841
Ref {REFERENCE}
------------------------------------------
1Voucher
Voucher                **** **** **** 9838
Paid                                R19.00

              || {REFERENCE} ||
        To find this sale: {REFERENCE}"""
    )
    pending = drawn(pending_slip(heading, in_state(S.INFLIGHT)))
    assert "Help" not in pending


def change_part(redemption: Redemption, opened: ChangeVoucher | None = None) -> list[str]:
    """Return the lines between the redeemed amount and the barcode, without the title."""
    text = drawn(on_paper(redemption, opened))
    lines = [line.strip() for line in text.split("\n")]
    start = next(at for at, line in enumerate(lines) if line.startswith("Paid"))
    part = [line for line in lines[start + 1 : lines.index(f"|| {REFERENCE} ||")] if line]
    return part[2:] if "CHANGE VOUCHER" in part else part


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            ChangeVoucher(codes=(ChangeCode("pin", Secret("12345678901234567")),)),
            [
                "|             #### #### ####             |",
                "|                 #### #                 |",
                "Value                check the balance",
                "[QR]",
                "To spend the change: PIN",
            ],
        ),
        (
            ChangeVoucher(codes=(ChangeCode("barcode", Secret("123456789012")),), amount_cents=100),
            [
                "Barcode",
                "|             #### #### ####             |",
                "Value                            R1.00",
                "[QR]",
                "To spend the change: Barcode",
            ],
        ),
        (
            ChangeVoucher(codes=(ChangeCode("pin", Secret("12345678")),), is_sent_by_sms=True),
            [
                "|               #### ####                |",
                "Value                check the balance",
                "[QR]",
                "To spend the change: PIN",
            ],
        ),
    ],
    ids=["odd length, no amount", "barcode only", "PIN and SMS"],
)
def test_whatever_part_of_a_change_voucher_there_is_gets_onto_the_paper(
    change: ChangeVoucher, wanted: list[str]
) -> None:
    """It is the customer's only way to the rest of the money."""
    part = change_part(paid(change=change), change)
    joined = [" ".join(line.split()) for line in part]
    assert joined == [
        *[" ".join(line.split()) for line in wanted],
        "Use it like any 1Voucher.",
        *(["It came without a PIN."] if change.pin is None else []),
        "Treat as cash. Keep away from heat.",
    ]


def test_a_change_voucher_without_a_code_says_that_it_could_not_be_read() -> None:
    """What did come is on the paper, and a supervisor finds out how the rest is to be spent."""
    told = ChangeVoucher(
        serial_number="77-1", amount_cents=100, instructions="Dial *120*123#", unread=("a", "b.c")
    )
    part = change_part(paid(change=told), told)
    assert [" ".join(line.split()) for line in part] == [
        "Value R1.00",
        "Serial 77-1",
        "Dial *120*123#",
        "NO CODE COULD BE READ.",
        "What came: a, b.c.",
        "This value is still yours. Keep this slip.",
        f"Call a supervisor with {REFERENCE}.",
    ]


def test_each_of_two_change_vouchers_has_its_own_codes_and_value() -> None:
    """Neither is lost, and each code stands under the name that its provider gave it."""
    two = ChangeVoucher(
        codes=(ChangeCode("PIN", Secret("12345678")), ChangeCode("newToken", Secret("AB12"))),
        amount_cents=100,
        more=(ChangeVoucher(codes=(ChangeCode("pin", Secret("1234"), is_number=True),)),),
    )
    part = [" ".join(line.split()) for line in change_part(paid(change=two), two)]
    assert [line for line in part if "-" not in line and "like" not in line] == [
        "CHANGE VOUCHER 1 OF 2",
        "PIN",
        "| #### #### |",
        "New Token",
        "| #### |",
        "Value R1.00",
        "[QR]",
        "To spend the change: PIN",
        "Treat as cash. Keep away from heat.",
        "CHANGE VOUCHER 2 OF 2",
        "| #### |",
        "Value check the balance",
        "[QR]",
        "To spend the change: PIN",
        "It came as a number: zeros",
        "at its start may be missing.",
        "Treat as cash. Keep away from heat.",
    ]


def test_the_providers_own_instructions_win() -> None:
    """It knows best where its voucher can be spent."""
    told = replace(CHANGE, instructions="Dial *120*123#")
    assert "Dial *120*123#" in change_part(paid(change=told), told)
    assert "Use it like any 1Voucher." not in change_part(paid(change=told), told)


@pytest.mark.parametrize(
    "code",
    [
        ChangeCode("pin", Secret("8814 0327 5519 6042")),
        ChangeCode("barcode", Secret("AB-77-12-90")),
    ],
)
def test_instructions_that_repeat_the_code_are_on_paper_only(code: ChangeCode) -> None:
    """Providers write the PIN into their instructions; the screen and its reader never show it."""
    told = f"Dial *120*{code.text.reveal().replace('-', ' ')}# within a year."
    change = ChangeVoucher(codes=(code,), instructions=told)
    redemption = paid(change=change)
    screen = on_screen(redemption)
    assert Text(told, Align.CENTRE) in on_paper(redemption, change).lines
    assert "Dial" not in repr(screen)
    assert Text("Use it like any 1Voucher.", Align.CENTRE) in screen.lines
    assert "Dial" not in repr(redemption)


SMS = ChangeVoucher(is_sent_by_sms=True)


@pytest.mark.parametrize(
    ("redemption", "wanted"),
    [
        (paid(change=SMS, sms_to="082 *** 4567"), ["Sent by SMS to 082 *** 4567"]),
        (paid(change=SMS), ["Sent by SMS"]),
        (
            paid(change=None, change_manner=ChangeManner.SMS, sms_to="082 *** 4567"),
            ["Sent by SMS to 082 *** 4567"],
        ),
        (paid(change=None, change_manner=ChangeManner.SMS, amount=FullValue()), None),
        (paid(change=None, change_manner=ChangeManner.INLINE), None),
        (paid(change=None, change_manner=ChangeManner.NOT_SAID), None),
    ],
    ids=["told", "told, no number", "known from discovery", "all was taken", "inline", "not said"],
)
def test_a_remainder_that_comes_by_sms_is_said_so(
    redemption: Redemption, wanted: list[str] | None
) -> None:
    """Only where something may be left and the provider sends it so."""
    assert is_remainder_by_sms(redemption) is (wanted is not None)
    words = [] if wanted is None else [*wanted, "It holds what is left of the voucher."]
    assert change_part(redemption, SMS if redemption.change else None) == words


def test_the_used_pin_is_on_no_slip() -> None:
    """Only its last four digits, and the change PIN only where paper will carry it."""
    full = paid(voucher_tail=CANARY_PIN[-4:])
    slips = [
        draft_slip(HEADING, DraftEntry(type_name="1Voucher", voucher=masked_voucher("0937"))),
        on_screen(full, copy_number=1),
        pending_slip(HEADING, full),
    ]
    for slip in slips:
        assert not slip.has_secret
        assert CANARY_PIN not in repr(slip)
    paper = on_paper(full)
    secrets = [line.pin for line in paper.lines if isinstance(line, PinBox)]
    secrets += [line.content for line in paper.lines if isinstance(line, QrCode)]
    assert [secret.reveal() for secret in secrets if secret] == [CANARY_CHANGE_PIN] * 2


@pytest.mark.parametrize(
    ("digits", "groups"),
    [(16, (4, 4, 4, 4)), (17, (4, 4, 4, 4, 1)), (12, (4, 4, 4)), (3, (3,)), (0, ())],
)
def test_a_pin_is_read_in_groups_of_four(digits: int, groups: tuple[int, ...]) -> None:
    """What is over stands at the end."""
    assert group_lengths(digits) == groups


def test_a_voucher_without_a_tail_is_all_stars() -> None:
    """A code too short to show the end of shows nothing."""
    assert masked_voucher("") == "**** **** **** ****"


def test_the_paper_is_as_long_as_its_rows_say() -> None:
    """Screen and printer cut it at the same place; boxes, codes and bands are higher."""
    rows = lay_out(on_paper(paid(), copy_number=1), COLUMNS)
    heights = {type(one): one.height_lines for one in rows}
    assert (heights[TextRow], heights[PairRow]) == (1.0, 1.0)
    assert 0 < heights[GapRow] < heights[RuleRow] < 1
    assert 1 < heights[BandRow] < heights[PinRow] < heights[BarcodeRow] < heights[QrRow]
    assert height_lines(rows) == pytest.approx(sum(one.height_lines for one in rows))


def test_a_reference_too_long_for_its_line_goes_on_below() -> None:
    """It is never cut: somebody may have to type it."""
    reference = " ".join(["1V-90077123"] * 6)
    slip = on_screen(paid(upstream_reference=reference))
    lines = drawn(slip).split("\n")
    at = lines.index(f"Ref {REFERENCE}")
    assert " ".join(" ".join(lines[at + 1 : at + 3]).split()) == reference


def test_a_box_without_a_pin_is_empty() -> None:
    """A provider's empty PIN breaks no slip."""
    assert lay_out(Slip(kind=SlipKind.ORIGINAL, lines=(PinBox(()),)), COLUMNS) == (PinRow(()),)


def test_a_refund_has_a_short_slip_of_its_own() -> None:
    """How much went back to which voucher, with the references of both; never a redemption's."""
    refund = paid(refund_of="7d9c770e-62b4-451b-95ce-5f31b7845ea6", change=None)
    slip = refund_slip(HEADING, refund, copy_number=0, provider_lines=("Back on the voucher",))
    text = drawn(slip)
    assert (slip.kind, slip.reference) == (SlipKind.ORIGINAL, refund.reference)
    assert "REFUND\n" in text
    assert "VOUCHER PAYMENT" not in text
    assert "Redeemed" not in text
    assert "R19.00" in text
    assert "**** **** **** 9838" in text
    assert f"Ref {refund.reference}" in text
    assert short_reference("7d9c770e-62b4-451b-95ce-5f31b7845ea6") in text
    assert not slip.has_secret
    shop = replace(HEADING, profile=replace(PROFILE, helpline=""))
    copy = drawn(refund_slip(shop, refund, copy_number=1))
    assert "COPY 1" in copy
    assert "Help" not in copy


def test_a_copy_of_what_was_refunded_says_so() -> None:
    """So that nobody takes the paper for a payment that still stands."""
    slip = on_screen(paid(is_refunded=True), copy_number=2)
    assert "COPY 2, REFUNDED" in drawn(slip)


@pytest.mark.parametrize("name", all_outcomes())
def test_the_shop_s_own_lines_are_on_what_every_customer_takes_away(name: str) -> None:
    """The logo first, the lines at both ends, and nothing of it on the part that the shop keeps."""
    lines = all_outcomes(SHOPS_OWN)[name].lines
    header, *footer = (
        Text(text, Align.CENTRE) for text in (*SHOPS_OWN.slip_header, *SHOPS_OWN.slip_footer)
    )
    assert next(line for line in lines if not isinstance(line, Band)) == Logo(LOGO)
    assert lines.count(header) == 1
    end = lines.index(footer[-1])
    assert list(lines[end - 1 : end + 1]) == footer
    kept = lines.index(Band(MERCHANT_BAND)) if Band(MERCHANT_BAND) in lines else len(lines)
    assert lines.index(header) < end < kept


def test_the_test_slip_and_the_sample_have_the_shop_s_own_lines() -> None:
    """So that a shop sees them before any customer does; neither shows a code that spends."""
    at = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
    heading = replace(HEADING, profile=SHOPS_OWN)
    for slip in (printers.test_slip(SHOPS_OWN, at), sample_slip(heading)):
        texts = [line.text for line in slip.lines if isinstance(line, Text)]
        assert {*SHOPS_OWN.slip_header, *SHOPS_OWN.slip_footer} <= set(texts)
        assert Logo(LOGO) in slip.lines
    assert not sample_slip(heading).has_secret
