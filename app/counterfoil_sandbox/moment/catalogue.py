"""The types of stored value on offer, as ``GET /collect/redemptions/types`` describes them."""

from typing import Any

from counterfoil_sandbox.pins import BLU, BRANCHES, CARD_BRANDS, CENTRE, KOPANO, ONE_VOUCHER, OTT

_LOGOS = "https://cdn.momentpay.net/redemptions"

_PHONE_FIELD = {
    "name": "phone_number",
    "type": "string",
    "sensitive": False,
    "description": "Subscriber phone number.",
    "example": "+27821234567",
}

_DOCUMENTED: list[dict[str, Any]] = [
    {
        "type": ONE_VOUCHER,
        "category": "vouchers",
        "name": "1Voucher",
        "description": "South African cash voucher, redeemed with its PIN in one confirm step.",
        "logo": f"{_LOGOS}/one_voucher.svg",
        "website": "https://www.1voucher.co.za",
        "capabilities": {
            "reserve": True,
            "redeem": True,
            "refund": False,
            "lookup": False,
            "change_voucher": "INLINE",
        },
        "required_fields": [
            {
                "name": "pin",
                "type": "string",
                "required": True,
                "sensitive": True,
                "description": "16 digit voucher PIN.",
                "example": "1115684091419838",
            },
            {
                **_PHONE_FIELD,
                "required": False,
                "description": "Phone number that gets the change voucher by SMS too.",
            },
        ],
    },
    {
        "type": OTT,
        "category": "vouchers",
        "name": "OTT",
        "description": "One Time Token voucher, redeemed with its PIN and a phone number.",
        "logo": f"{_LOGOS}/ott.svg",
        "website": "https://www.ott.co.za",
        "capabilities": {
            "reserve": True,
            "redeem": True,
            "refund": False,
            "lookup": True,
            "change_voucher": "SMS",
        },
        "required_fields": [
            {
                "name": "pin",
                "type": "string",
                "required": True,
                "sensitive": True,
                "description": "Voucher PIN or token.",
                "example": "9988776655443322",
            },
            {**_PHONE_FIELD, "required": True},
        ],
    },
    {
        "type": BLU,
        "category": "vouchers",
        "name": "Blu",
        "description": "Redeemed with a token; a lookup takes its serial number too.",
        "logo": f"{_LOGOS}/blu.svg",
        "website": "https://www.bluvoucher.co.za",
        "capabilities": {
            "reserve": True,
            "redeem": True,
            "refund": False,
            "lookup": True,
            "change_voucher": "INLINE",
        },
        "required_fields": [
            {
                "name": "token",
                "type": "string",
                "required": True,
                "sensitive": True,
                "description": "16 digit voucher token.",
                "example": "4455667700000101",
            },
            {
                "name": "serial_number",
                "type": "string",
                "required": False,
                "sensitive": False,
                "description": "Voucher serial number, for a lookup.",
                "example": "BL0A0B0C0D0E0101",
            },
        ],
    },
]

_EXTRA: list[dict[str, Any]] = [
    {
        "type": CENTRE,
        "category": "gift_cards",
        "name": "Centre Gift Card",
        "description": "Gift card of a shopping centre. What is not spent stays on the card.",
        "logo": f"{_LOGOS}/centre.svg",
        "website": "https://gifts.example.org",
        "brand_colour": "#7A1F5C",
        "capabilities": {
            "reserve": True,
            "redeem": True,
            "refund": False,
            "lookup": True,
            "change_voucher": "NONE",
        },
        "required_fields": [
            {
                "name": "card_brand",
                "type": "enum",
                "required": True,
                "sensitive": False,
                "description": "Which card it is.",
                "example": CARD_BRANDS[0],
                "choices": list(CARD_BRANDS),
            },
            {
                "name": "card_number",
                "type": "string",
                "required": True,
                "sensitive": True,
                "description": "19 digit number on the front.",
                "example": "6035710000000000101",
            },
            {
                "name": "security_code",
                "type": "string",
                "required": True,
                "sensitive": True,
                "description": "3 digit code under the scratch panel.",
                "example": "101",
            },
            {
                "name": "face_value",
                "type": "money",
                "required": False,
                "sensitive": False,
                "description": "Value the card was sold for, in cents.",
                "example": "5000",
            },
        ],
    },
    {
        "type": KOPANO,
        "category": "loyalty_points",
        "name": "Kopano Points",
        "description": "Points of a loyalty programme, spent as rand.",
        "logo": f"{_LOGOS}/kopano.svg",
        "website": "https://points.example.org",
        "brand_colour": "#0B6E4F",
        "capabilities": {
            "reserve": True,
            "redeem": True,
            "refund": False,
            "lookup": True,
            "change_voucher": "NONE",
        },
        "required_fields": [
            {
                "name": "member_number",
                "type": "string",
                "required": True,
                "sensitive": False,
                "description": "10 digit member number.",
                "example": "7000000101",
            },
            {
                "name": "birth_year",
                "type": "integer",
                "required": True,
                "sensitive": True,
                "description": "Year in which the member was born.",
                "example": "1981",
            },
            {
                "name": "branch",
                "type": "enum",
                "required": False,
                "sensitive": False,
                "description": "Where the points were earned.",
                "example": "",
                "choices": [
                    {"value": number, "label": f"Branch {number:02}"}
                    for number in range(1, BRANCHES + 1)
                ],
            },
            {
                "name": "household",
                "type": "integer",
                "required": False,
                "sensitive": False,
                "description": "People in the household.",
                "example": "4",
                "minimum": 1,
                "maximum": 12,
            },
            {
                "name": "rate",
                "type": "number",
                "required": False,
                "sensitive": False,
                "description": "Rand for each point.",
                "example": "0.5",
                "minimum": 0.1,
                "maximum": 2,
            },
            {
                "name": "has_card",
                "type": "boolean",
                "required": False,
                "sensitive": False,
                "description": "Whether the member showed the card.",
                "example": "",
            },
            {
                "name": "joined_on",
                "type": "string",
                "format": "date",
                "required": False,
                "sensitive": False,
                "description": "Day on which the member joined.",
                "example": "2024-03-01",
                "minimum": "2015-01-01",
            },
            {
                "name": "email",
                "type": "string",
                "format": "email",
                "required": False,
                "sensitive": False,
                "description": "Where the statement goes.",
                "example": "member@example.org",
            },
            {
                "name": "promotion",
                "type": "string",
                "required": False,
                "sensitive": False,
                "description": "Word of the day, in capitals.",
                "example": "SUN24",
                "pattern": "^[A-Z]{3}[0-9]{2}$",
            },
        ],
    },
]


def types_on_offer(*, extra_types: bool) -> list[dict[str, Any]]:
    """Return the types in the documented order, then the two extra ones."""
    return [*_DOCUMENTED, *(_EXTRA if extra_types else [])]
