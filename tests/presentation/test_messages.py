"""What a customer reads on the phone when there is no paper."""

from counterfoil.domain.message import MessageWay
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher
from counterfoil.presentation.words.messages import change_message, shown_to
from counterfoil.presentation.words.speaking import speaking
from support.pseudo import longer
from support.till import prepared


def test_a_message_has_the_code_in_one_piece_and_what_belongs_to_it() -> None:
    """A phone copies it as it stands."""
    sold = prepared()
    change = ChangeVoucher(
        codes=(ChangeCode("pin", Secret("8814032755196042")),),
        amount_cents=3100,
        expires="2029-11-20",
        instructions="never in it",
    )
    assert change_message("Corner Shop", sold, change) == (
        f"Corner Shop: your change voucher, {sold.type_name}\n"
        "PIN 8814032755196042\n"
        "Value R31.00\n"
        "Expires 2029-11-20\n"
        f"Treat it as cash. Ref {sold.reference}"
    )


def test_every_code_of_every_voucher_is_in_it_under_its_name() -> None:
    """What the provider did not tell is left out."""
    second = ChangeVoucher(codes=(ChangeCode("token", Secret("AB12CD34")),), amount_cents=1100)
    change = ChangeVoucher(codes=(ChangeCode("barcode", Secret("60012345")),), more=(second,))
    lines = change_message("Corner Shop", prepared(), change).splitlines()
    assert lines[1:-1] == ["Barcode 60012345", "Token AB12CD34", "Value R11.00"]


def test_the_story_says_which_way_a_code_may_have_gone() -> None:
    """Someone who looks into it later must know whether it left on a phone."""
    assert shown_to("Naledi P.", None) == "to Naledi P."
    assert shown_to("Naledi P.", MessageWay.SMS) == "to Naledi P., for an SMS"
    assert shown_to("Naledi P.", MessageWay.WHATSAPP) == "to Naledi P., for WhatsApp"


def test_a_message_may_be_in_another_language() -> None:
    """Only the code itself is no word."""
    change = ChangeVoucher(
        codes=(ChangeCode("pin", Secret("8814032755196042")),), amount_cents=3100, expires="2029"
    )
    with speaking(longer):
        first, pin, *rest = change_message("Shop", prepared(), change).splitlines()
    assert pin.endswith(" 8814032755196042")
    assert all(one.startswith("[") for one in (first, *rest))
