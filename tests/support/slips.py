"""Slips as the till would make them, for tests of paper and screen."""

from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import (
    Align,
    Band,
    Barcode,
    Gap,
    Pair,
    PinBox,
    QrCode,
    Rule,
    Slip,
    SlipKind,
    SlipLine,
    Text,
)

REFERENCE = "K7Q-42F"
NUMBER = "03-008841"
USED_PIN = "1115684091419838"
CHANGE_PIN = "8814032755196042"

HEADER: tuple[SlipLine, ...] = (
    Text("CORNER SHOP", Align.CENTRE, is_bold=True),
    Text("Corner Shop Trading (Pty) Ltd", Align.CENTRE),
    Text("14 Long Street, Cape Town 8001", Align.CENTRE),
    Text("VAT 4480123456", Align.CENTRE),
    Rule(),
    Text("VOUCHER PAYMENT", Align.CENTRE, is_bold=True),
    Text("NOT A TAX INVOICE", Align.CENTRE),
    Gap(),
    Pair("Till 3  Thandi M.", "2026-11-20 14:05"),
    Pair("Shift 214", f"Slip {NUMBER}"),
)

PAID: tuple[SlipLine, ...] = (
    Pair(f"Ref {REFERENCE}", "1V-90077123"),
    Rule(),
    Text("1Voucher", is_bold=True),
    Pair("Voucher", "**** **** **** 9838"),
    Pair("Paid", "R19.00"),
)

FOOT: tuple[SlipLine, ...] = (
    Barcode(REFERENCE, "To find this sale:"),
    Text("Help 0860 000 000", Align.CENTRE),
)


def change_voucher(value: str = "R31.00", *, pin: str = CHANGE_PIN) -> tuple[SlipLine, ...]:
    """Return the lines of a change voucher, digits included."""
    return (
        Gap(),
        Rule(),
        Text("CHANGE VOUCHER", Align.CENTRE, is_bold=True),
        PinBox((4, 4, 4, 4), Secret(pin)),
        Gap(),
        Pair("Value", value),
        Pair("Expires", "2029-11-20"),
        Pair("Serial", "7721 0093 118"),
        QrCode(Secret(pin), "To spend the change: PIN"),
        Text("Use it like any 1Voucher.", Align.CENTRE),
        Text("Treat as cash. Keep away from heat.", Align.CENTRE),
    )


def _slip(*lines: SlipLine, kind: SlipKind = SlipKind.ORIGINAL, copy_number: int = 0) -> Slip:
    return Slip(kind=kind, lines=lines, number=NUMBER, reference=REFERENCE, copy_number=copy_number)


def final_slip(pin: str = CHANGE_PIN) -> Slip:
    """Return a paid slip with a change voucher."""
    return _slip(*HEADER, *PAID, *change_voucher(pin=pin), *FOOT)


def draft_slip() -> Slip:
    """Return the slip as it grows while the cashier types."""
    return _slip(
        *HEADER,
        Rule(),
        Text("1Voucher", is_bold=True),
        Pair("Voucher", "**** **** **** 9838"),
        Pair("To pay", "R19.00"),
        Pair("Mobile", "082 *** 4567"),
        kind=SlipKind.DRAFT,
    )


def declined_slip() -> Slip:
    """Return what is left on the screen of a refused redemption."""
    return _slip(*HEADER, kind=SlipKind.DRAFT)


def pending_slip() -> Slip:
    """Return the slip of a redemption whose result is not known."""
    band = Band("PENDING: NOT CONFIRMED")
    return _slip(
        band,
        *HEADER,
        Text(f"Ref {REFERENCE}"),
        Rule(),
        Text("1Voucher", is_bold=True),
        Pair("Voucher", "**** **** **** 9838"),
        Pair("Asked for", "R19.00"),
        Gap(),
        Text("We do not know yet whether this", Align.CENTRE),
        Text("voucher was used. Keep it safe.", Align.CENTRE),
        Text("Bring this slip back.", Align.CENTRE),
        Gap(),
        Barcode(REFERENCE, "To find this sale:"),
        band,
        kind=SlipKind.PENDING,
    )


def training_slip() -> Slip:
    """Return a draft made in training."""
    band = Band("TRAINING")
    return _slip(band, *draft_slip().lines, Gap(), band, kind=SlipKind.DRAFT)


def copy_slip() -> Slip:
    """Return the second reprint of a paid slip."""
    band = Band("COPY 2")
    return _slip(band, *final_slip().lines, Gap(), band, kind=SlipKind.COPY, copy_number=2)


def sms_slip() -> Slip:
    """Return a paid slip whose change voucher went to a phone."""
    return _slip(
        *HEADER,
        *PAID,
        Gap(),
        Rule(),
        Text("CHANGE VOUCHER", Align.CENTRE, is_bold=True),
        Text("Sent by SMS to 082 *** 4567", Align.CENTRE),
        Text(
            "It holds the rest of the money. If it does not come, call the number below.",
            Align.CENTRE,
        ),
        *FOOT,
    )


def no_amount_slip() -> Slip:
    """Return a paid slip whose change voucher came without an amount."""
    return _slip(*HEADER, *PAID, *change_voucher("check the balance"), *FOOT)


def all_slips() -> dict[str, Slip]:
    """Return every sample by its name."""
    return {
        "final": final_slip(),
        "draft": draft_slip(),
        "declined": declined_slip(),
        "pending": pending_slip(),
        "training": training_slip(),
        "copy": copy_slip(),
        "sms": sms_slip(),
        "no_amount": no_amount_slip(),
    }
