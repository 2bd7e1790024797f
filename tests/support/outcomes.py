"""The slip of every outcome that a redemption can have, as it goes to a printer."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from counterfoil.domain.chain_head import head_of
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs, Settlement
from counterfoil.domain.slip import Dots, Slip
from counterfoil.domain.slip_facts import Heading, SlipContent
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.domain.verdict import ChangeVoucher, DeclineReason
from counterfoil.domain.voucher_type import ChangeManner
from counterfoil.presentation.words.slips import written
from support.shift_reports import x_slip, z_slip
from support.till import CHANGE, in_state

S = RedemptionState
HEAD = head_of(1207, bytes(range(65, 73)))
AT = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
PROFILE = TillProfile(
    trading_name="Corner Shop",
    legal_name="Corner Shop Trading (Pty) Ltd",
    address="14 Long Street, Cape Town 8001",
    vat_number="4480123456",
    till_name="Till 3",
    till_number=3,
    helpline="0860 000 000",
)
LOGO = Dots(12, 40, bytes((0xF0,) * 12 + (0x0F,) * 12) * 20)
SHOPS_OWN = replace(
    PROFILE,
    logo=LOGO,
    slip_header=("Open every day from 8:00",),
    slip_footer=("Thank you for shopping with us", "Follow the corner shop"),
)
LONG = ("Visit our web site to see what is left on it and where it can be spent",) * 3
FINAL = replace(in_state(S.FINAL), upstream_reference="1V-90077123", voucher_tail="9838")
GIVEN = Settlement(
    redemption_id=FINAL.id,
    settled_as=SettledAs.OUTSIDE,
    got=CustomerGot.CASH,
    at=AT,
    by="Thandi M.",
    approved_by="Sipho K.",
)
TAKEN = replace(
    GIVEN,
    settled_as=SettledAs.BY_HAND,
    got=CustomerGot.GOODS,
    evidence=Evidence.TAKEN,
    said_by="Nomsa",
    provider_reference="T-4471",
)


def slip_of(
    redemption: Redemption,
    opened: ChangeVoucher | None = None,
    *,
    copy_number: int = 0,
    is_training: bool = False,
    profile: TillProfile = PROFILE,
    settlement: Settlement | None = None,
    provider_lines: tuple[str, ...] = (),
    is_on_screen: bool = False,
) -> Slip:
    """Return the slip of a redemption, whose change voucher is opened for a paper."""
    heading = Heading(
        profile=replace(profile, is_training=is_training),
        cashier="Thandi M.",
        at=AT,
        slip_number=8841,
        head=HEAD,
    )
    shown = replace(redemption, change=opened.shape if opened else None)
    return written(
        SlipContent(
            heading=heading,
            redemption=shown,
            copy_number=copy_number,
            has_pin=not is_on_screen,
            opened=None if is_on_screen else opened,
            settlement=settlement,
            provider_lines=provider_lines,
        )
    )


def all_outcomes(profile: TillProfile = PROFILE, *, is_on_screen: bool = False) -> dict[str, Slip]:
    """Return every slip by what became of the voucher, as it is printed or on the screen."""
    content = partial(slip_of, profile=profile, is_on_screen=is_on_screen)
    resolved = replace(FINAL, state=S.RESOLVED)
    refund_of = "7d9c770e-62b4-451b-95ce-5f31b7845ea6"
    return {
        "approved whole": content(FINAL),
        "approved in part": content(FINAL, CHANGE),
        "change without amount": content(FINAL, replace(CHANGE, amount_cents=None)),
        "less than asked for": content(replace(FINAL, amount=Exact(2500)), CHANGE),
        "change by SMS": content(
            replace(FINAL, sms_to="082 *** 4567", change_manner=ChangeManner.SMS)
        ),
        "provider's words": content(FINAL, CHANGE, provider_lines=LONG),
        "copy": content(FINAL, CHANGE, copy_number=2),
        "training": content(FINAL, CHANGE, is_training=True),
        "pending": content(in_state(S.INFLIGHT)),
        "being restored": content(in_state(S.REVERSING)),
        "refused": content(replace(in_state(S.DECLINED), decline=DeclineReason.ALREADY_USED)),
        "void": content(in_state(S.REVERSED)),
        "void outside": content(replace(resolved, settled_as=SettledAs.OUTSIDE), settlement=GIVEN),
        "settled": content(resolved, CHANGE, settlement=TAKEN),
        "shop's own": slip_of(FINAL, CHANGE, profile=SHOPS_OWN, is_on_screen=is_on_screen),
        "refund": content(replace(FINAL, refund_of=refund_of)),
        "X": x_slip(profile),
        "Z": z_slip(profile),
        "copy of a Z": z_slip(replace(profile, is_training=True), copy_number=2),
    }
