"""A provider's answer as somebody may see it: whole, but for what the request was made with."""

import json

from counterfoil.domain.secret import MASK, Secret
from counterfoil.domain.slip_facts import masked_phone
from counterfoil.service.revealing import stored_answer
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.till import prepared

PHONE = "+27821234567"


def test_what_a_provider_repeats_of_the_request_is_masked_and_nothing_else() -> None:
    """The voucher's number and the customer's; what cannot be read may be the customer's money."""
    redemption = prepared(sms_to=masked_phone(PHONE))
    asked = {"source": {"pin": CANARY_PIN}, "to": [PHONE, None, 1.5], "amount": 1900}
    answer = f'{{"was": "{CANARY_PIN}", "sms": "{PHONE}", "pin": "{CANARY_CHANGE_PIN}"\x07}}\n'
    said = stored_answer(redemption, Secret(json.dumps(asked)), Secret(answer))
    masked = f"{MASK}{CANARY_PIN[-4:]}"
    assert said == (
        f'{{"was": "{masked}", "sms": "{masked_phone(PHONE)}", "pin": "{CANARY_CHANGE_PIN}"}}\n'
    )
