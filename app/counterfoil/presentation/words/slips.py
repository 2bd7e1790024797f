"""What each slip says: the words and their order, once for paper, PDF and screen."""

import re
from collections.abc import Iterable, Sequence

from counterfoil.domain.audit import VoidAsked
from counterfoil.domain.money import Amount, Exact, format_cents
from counterfoil.domain.printing import BEING_UNDONE
from counterfoil.domain.redemption import Redemption, short_reference
from counterfoil.domain.settlement import Evidence, SettledAs, Settlement
from counterfoil.domain.slip import (
    Align,
    Band,
    Barcode,
    Gap,
    Logo,
    Pair,
    PinBox,
    QrCode,
    Rule,
    Slip,
    SlipKind,
    SlipLine,
    Text,
)
from counterfoil.domain.slip_facts import (
    DraftEntry,
    Heading,
    SlipContent,
    group_lengths,
    is_remainder_by_sms,
    masked_voucher,
    number_text,
)
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.text import clean_text, humanise
from counterfoil.domain.till import TillProfile
from counterfoil.domain.verdict import ChangeShape, ChangeVoucher, CodeShape, DeclineReason
from counterfoil.presentation.words import outcomes, refunds, settlements
from counterfoil.presentation.words.settlements import GOT, SAID
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

PENDING_BAND = "PENDING: NOT CONFIRMED"
NOT_PAID_BAND = "NOT PAID"
TRAINING_BAND = "TRAINING"
REFUNDED_BAND = "REFUNDED"
VOID_BAND = "VOID"
VOID_TITLE = "VOUCHER SALE VOIDED"
SETTLED_BAND = "SETTLED"
MERCHANT_BAND = "MERCHANT COPY"
SAMPLE_BAND = "SAMPLE"
SAMPLE_REFERENCE = "AAA-AAA"
FIND_SALE = "To find this sale:"
FIND_REFUND = "To find this refund:"
_LINE_TO_SIGN = "_" * 24
PROVIDER_LINES_MAX = 20
"""How many lines a provider may put onto a slip: it must not bury what the till says."""
_PROVIDER_CHARACTERS_MAX = 120
_DIVIDERS = frozenset(" \t\N{NO-BREAK SPACE}:=")
_CODE_DIGITS = re.compile(r"\d(?:[ -]?\d){11,}")
"""So many digits together are a code, and no phone number, date or amount."""
NO_CODE = "No code could be read"
"""Where there is a change voucher, and nothing to spend it with came through."""
_WHOLE_WORDS = SpokenTable({"pin": "PIN", "sms": "SMS", "id": "ID"})
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def amount_text(amount: Amount, currency: str) -> str:
    """Write an amount for people: ``R19.00``, or ``whole value``."""
    return format_cents(amount.cents, currency) if isinstance(amount, Exact) else say("whole value")


_TAKEN_BACK = frozenset({RedemptionState.REVERSED, RedemptionState.REVERSED_UNVERIFIED})


def written(content: SlipContent) -> Slip:
    """Return the slip of a redemption: paid when final, void when taken back, else pending.

    What was declined has one that says why. There is none of what was abandoned: nothing was sent,
    so there is nothing to prove.
    """
    heading, redemption = content.heading, content.redemption
    if redemption.is_refund:
        assert redemption.state is RedemptionState.FINAL, "only a final refund has a slip"
        return refund_slip(
            heading,
            redemption,
            copy_number=content.copy_number,
            provider_lines=content.provider_lines,
            void=content.void,
        )
    if redemption.state is RedemptionState.FINAL:
        return paid_slip(
            heading,
            redemption,
            copy_number=content.copy_number,
            has_pin=content.has_pin,
            opened=content.opened,
            provider_lines=content.provider_lines,
        )
    is_undone = content.void is not None and redemption.state in BEING_UNDONE
    if redemption.state in _TAKEN_BACK or is_undone:
        return void_slip(heading, redemption, content.void, copy_number=content.copy_number)
    if redemption.settled_as is SettledAs.OUTSIDE:
        return given_slip(content)
    if redemption.state is RedemptionState.RESOLVED:
        return settled_slip(content)
    if redemption.state is RedemptionState.DECLINED:
        return refused_slip(heading, redemption)
    return pending_slip(heading, redemption)


def draft_slip(heading: Heading, entry: DraftEntry | None) -> Slip:
    """Return the slip as it grows on the screen while the cashier types."""
    lines = [*_head(heading)]
    if entry is not None and entry.type_name:
        lines += [Rule(), Text(entry.type_name, is_bold=True)]
        if entry.voucher:
            lines.append(Pair(say("Voucher"), entry.voucher))
        if entry.amount is not None:
            lines.append(Pair(say("To pay"), amount_text(entry.amount, entry.currency)))
        if entry.mobile:
            lines.append(Pair(say("Mobile"), entry.mobile))
    return _slip(heading, SlipKind.DRAFT, lines)


def paid_slip(
    heading: Heading,
    redemption: Redemption,
    *,
    copy_number: int,
    has_pin: bool = False,
    opened: ChangeVoucher | None = None,
    provider_lines: Sequence[str] = (),
) -> Slip:
    """Return the slip of a final redemption; the PIN is in it only when it goes to a printer.

    ``opened`` is its change voucher with the codes, which a slip with the PIN needs, and no other
    has. ``provider_lines`` is what the upstream wants on it, in its own words.
    """
    has_open = has_pin and redemption.change is not None
    assert has_open == (opened is not None), "only a paper has the codes, and all of them"
    lines = [*_head(heading), _references(redemption), Rule()]
    lines += _what_was_redeemed(redemption)
    lines += _change_lines(redemption, opened)
    lines += _provider_lines(redemption, _news(provider_lines, lines), has_pin=has_pin)
    if not isinstance(lines[-1], Gap):
        lines.append(Gap())
    lines.append(Barcode(redemption.reference, say(FIND_SALE)))
    lines += shop_foot(heading.profile)
    return _handed_out(heading, redemption, lines, copy_number)


def refund_slip(
    heading: Heading,
    refund: Redemption,
    *,
    copy_number: int,
    provider_lines: Sequence[str] = (),
    void: VoidAsked | None = None,
) -> Slip:
    """Return the slip of a final refund: the amount, the voucher, and the redemption it is for."""
    assert refund.refund_of is not None, "a refund gives back a redemption"
    given_back = format_cents(refund.redeemed_cents or 0, refund.currency)
    lines: list[SlipLine] = [
        *_head(heading, say("REFUND")),
        _references(refund),
        Pair(say("Refund of"), short_reference(refund.refund_of)),
        Rule(),
        Text(refund.type_name, is_bold=True),
        Pair(say("Voucher"), masked_voucher(refund.voucher_tail)),
        Pair(say("Refunded"), given_back, is_bold=True),
        Gap(),
    ]
    foot: list[SlipLine] = [
        Text(say("Back on the voucher."), Align.CENTRE),
        Text(say("Keep the voucher."), Align.CENTRE),
        Gap(),
        Barcode(refund.reference, say(FIND_REFUND)),
    ]
    told = _news(provider_lines, [*lines, *foot])
    lines += [*_provider_lines(refund, told, has_pin=False), *foot]
    lines += shop_foot(heading.profile)
    lines += _to_sign(heading, refund, void=void)
    return _handed_out(heading, refund, lines, copy_number)


def _handed_out(
    heading: Heading, redemption: Redemption, lines: list[SlipLine], copy_number: int
) -> Slip:
    """Return an original or a copy; what was refunded since says so."""
    kind = SlipKind.COPY if copy_number else SlipKind.ORIGINAL
    said = [_copy(copy_number)] if copy_number else []
    if redemption.is_refunded:
        said.append(say(REFUNDED_BAND))
    return _slip(
        heading,
        kind,
        lines,
        band=", ".join(said) or None,
        reference=redemption.reference,
        copy_number=copy_number,
    )


def pending_slip(heading: Heading, redemption: Redemption) -> Slip:
    """Return the slip a customer takes away while the redemption is not settled."""
    told = (_what_is_pending(redemption), say("Bring this slip back."))
    return _without_value(heading, redemption, say(PENDING_BAND), told)


def refused_slip(heading: Heading, redemption: Redemption) -> Slip:
    """Return the slip of what was declined: why, in our words, and that nothing was taken."""
    told = (_why_refused(redemption), say("Nothing was taken."))
    return _without_value(heading, redemption, say(NOT_PAID_BAND), told)


_REFUSED_ON_PAPER = SpokenTable(
    {
        DeclineReason.NOT_AUTHORISED: "This shop may not take vouchers of {name} now.",
        DeclineReason.INSUFFICIENT: "There is less on this voucher than was asked for.",
        DeclineReason.USED_OR_TOO_LITTLE: (
            "This voucher was used already, or there is less on it than was asked for."
        ),
        DeclineReason.BAD_REQUEST: "{name} could not read the details of this voucher.",
    }
)
"""Why nothing was taken, where the screen speaks to the cashier; paper speaks to the customer."""


def _why_refused(redemption: Redemption) -> str:
    reason, name = redemption.decline, redemption.type_name
    if reason is not None and reason in _REFUSED_ON_PAPER:
        return _REFUSED_ON_PAPER[reason].replace("{name}", name)
    return outcomes.declined(reason, name)


def _without_value(
    heading: Heading, redemption: Redemption, band: str, told: Sequence[str]
) -> Slip:
    lines = [
        *_head(heading),
        Text(say("Ref {reference}", reference=redemption.reference)),
        Rule(),
        Text(redemption.type_name, is_bold=True),
        Pair(say("Voucher"), masked_voucher(redemption.voucher_tail)),
        Pair(say("Asked for"), amount_text(redemption.amount, redemption.currency)),
        Gap(),
        *(Text(line, Align.CENTRE) for line in told),
        Gap(),
        Barcode(redemption.reference, say(FIND_SALE)),
    ]
    lines += shop_foot(heading.profile)
    return _slip(heading, SlipKind.PENDING, lines, band=band, reference=redemption.reference)


def void_slip(
    heading: Heading,
    redemption: Redemption,
    void: VoidAsked | None = None,
    *,
    copy_number: int = 0,
) -> Slip:
    """Return the slip of a redemption that was taken back: VOID, and whether its value is back.

    Of a sale that somebody had voided there is a part for the shop, to be signed.
    """
    is_sure = redemption.state is RedemptionState.REVERSED
    said = (
        say("Nothing was kept of this voucher.\nIts value is back on it.")
        if is_sure
        else say("The provider was told to restore it.\nIt may not work until they confirm.")
    )
    lines: list[SlipLine] = [
        *_head(heading),
        _references(redemption),
        Rule(),
        Text(redemption.type_name, is_bold=True),
        Pair(say("Voucher"), masked_voucher(redemption.voucher_tail)),
        Pair(say("Asked for"), amount_text(redemption.amount, redemption.currency)),
        Gap(),
        Text(said, Align.CENTRE),
        Gap(),
        Barcode(redemption.reference, say(FIND_SALE)),
    ]
    lines += shop_foot(heading.profile)
    lines += _to_sign(heading, redemption, void=void)
    return _void(heading, redemption, lines, copy_number)


def _copy(number: int) -> str:
    return say("COPY {number}", number=number)


def _copied(band: str, copy_number: int) -> str:
    return f"{say(band)}, {_copy(copy_number)}" if copy_number else say(band)


def shop_head(profile: TillProfile) -> list[SlipLine]:
    """Return what stands at the top of every slip: the shop's picture, names and lines."""
    lines: list[SlipLine] = [Logo(profile.logo), Gap()] if profile.logo else []
    lines.append(Text(profile.trading_name.upper(), Align.CENTRE, is_bold=True))
    lines += [Text(text, Align.CENTRE) for text in (profile.legal_name, profile.address) if text]
    if profile.vat_number:
        lines.append(Text(say("VAT {number}", number=profile.vat_number), Align.CENTRE))
    return lines + [Text(text, Align.CENTRE) for text in profile.slip_header]


def shop_foot(profile: TillProfile) -> list[SlipLine]:
    """Return what stands at the end of a slip: where help is, and the shop's own lines."""
    lines: list[SlipLine] = []
    if profile.helpline:
        lines.append(Text(say("Help {phone}", phone=profile.helpline), Align.CENTRE))
    return lines + [Text(text, Align.CENTRE) for text in profile.slip_footer]


def _void(
    heading: Heading, redemption: Redemption, lines: list[SlipLine], copy_number: int
) -> Slip:
    return _slip(
        heading,
        SlipKind.VOID,
        lines,
        band=_copied(say(VOID_BAND), copy_number),
        reference=redemption.reference,
        copy_number=copy_number,
    )


def given_slip(content: SlipContent) -> Slip:
    """Return the slip of a void outside the voucher, for the customer and, signed, for the shop."""
    heading, redemption, settlement = content.heading, content.redemption, content.settlement
    lines: list[SlipLine] = [
        *_head(heading, say(VOID_TITLE)),
        _references(redemption),
        Rule(),
        *_what_was_redeemed(redemption),
    ]
    lines += _agreed(settlement)
    lines += [Gap(), Text(settlements.NOT_ON_VOUCHER, Align.CENTRE), Gap()]
    lines.append(Barcode(redemption.reference, say(FIND_SALE)))
    lines += shop_foot(heading.profile)
    lines += _to_sign(heading, redemption, settlement, content.void)
    return _void(heading, redemption, lines, content.copy_number)


def settled_slip(content: SlipContent) -> Slip:
    """Return the slip of what was settled by hand.

    Where the value was taken, the change voucher is on it: the customer may never have had it.
    """
    redemption, settlement = content.redemption, content.settlement
    lines: list[SlipLine] = [
        *_head(content.heading),
        _references(redemption),
        Rule(),
        Text(redemption.type_name, is_bold=True),
        Pair(say("Voucher"), masked_voucher(redemption.voucher_tail)),
        Pair(say("Asked for"), amount_text(redemption.amount, redemption.currency)),
    ]
    is_taken = settlement is not None and settlement.evidence is Evidence.TAKEN
    if is_taken and redemption.redeemed_cents is not None:
        redeemed = format_cents(redemption.redeemed_cents, redemption.currency)
        lines.append(Pair(say("Paid"), redeemed, is_bold=True))
    lines += _agreed(settlement)
    if is_taken and redemption.change:
        lines += _change_lines(redemption, content.opened)
    lines += [
        Gap(),
        Barcode(redemption.reference, say(FIND_SALE)),
        *shop_foot(content.heading.profile),
        *_to_sign(content.heading, redemption, settlement),
    ]
    kind = SlipKind.COPY if content.copy_number else SlipKind.ORIGINAL
    return _slip(
        content.heading,
        kind,
        lines,
        band=_copied(say(SETTLED_BAND), content.copy_number),
        reference=redemption.reference,
        copy_number=content.copy_number,
    )


def _agreed(settlement: Settlement | None) -> list[SlipLine]:
    """Say what the provider said, and what the customer got."""
    if settlement is None:
        return []
    lines: list[SlipLine] = []
    if settlement.evidence is not None:
        lines += [
            Pair(say("Provider says"), SAID[settlement.evidence]),
        ]
        if settlement.provider_reference:
            lines.append(Pair(say("Their reference"), settlement.provider_reference))
    return [*lines, Pair(say("Customer got"), GOT[settlement.got], is_bold=True)]


def sample_slip(heading: Heading) -> Slip:
    """Return a made-up slip that shows how a shop's slips look, with a place for each code."""
    currency = heading.profile.currency
    lines: list[SlipLine] = [
        *_head(heading),
        Rule(),
        Pair(say("Voucher"), masked_voucher("")),
        Pair(say("Paid"), format_cents(1900, currency), is_bold=True),
        Gap(),
        Rule(),
        Text(say("CHANGE VOUCHER"), Align.CENTRE, is_bold=True),
        PinBox(group_lengths(16)),
        Gap(),
        Pair(say("Value"), format_cents(3100, currency)),
        QrCode(label=say("To spend the change: {code}", code=say("PIN"))),
        Text(say("Treat as cash. Keep away from heat."), Align.CENTRE),
        Gap(),
        Barcode(say(SAMPLE_REFERENCE), say(FIND_SALE)),
        *shop_foot(heading.profile),
    ]
    return _slip(heading, SlipKind.ORIGINAL, lines, band=say(SAMPLE_BAND))


def _to_sign(
    heading: Heading,
    redemption: Redemption,
    settlement: Settlement | None = None,
    void: VoidAsked | None = None,
) -> list[SlipLine]:
    """Return the shop's part of a paper, which all who were there sign; nothing of what was no act.

    Who settled it also voided it, where both are there.
    """
    acted = settlement or void
    if acted is None:
        return []
    lines: list[SlipLine] = [
        Gap(),
        Rule(),
        Band(say(MERCHANT_BAND)),
        Gap(),
        _references(redemption),
        *_journal(heading),
        Pair(say("Amount"), _amount_moved(redemption), is_bold=True),
        *_agreed(settlement),
    ]
    if void is not None:
        lines.append(Pair(say("Reason"), refunds.reason(void.reason, heading.profile.reasons)))
    if settlement is not None:
        lines.append(Pair(say("Settled"), f"{settlement.at.astimezone():%Y-%m-%d %H:%M}"))
    for who in dict.fromkeys((say("Customer"), acted.by, acted.approved_by or acted.by)):
        lines += [Gap(), Gap(), Text(_LINE_TO_SIGN), Text(who)]
    return lines


def _amount_moved(redemption: Redemption) -> str:
    """Write what was taken or given back, else what was asked for."""
    moved = redemption.redeemed_cents
    if moved is None:
        return amount_text(redemption.amount, redemption.currency)
    return format_cents(moved, redemption.currency)


def _what_is_pending(redemption: Redemption) -> str:
    if redemption.state is RedemptionState.REVERSING:
        return say(
            "The money is going back on this voucher.\nIt may not work until then. Keep it safe."
        )
    taken_cents = redemption.redeemed_cents
    if taken_cents is None:
        return say("We do not know yet whether this\nvoucher was used. Keep it safe.")
    taken = format_cents(taken_cents, redemption.currency)
    return say(
        "{amount} was taken from this voucher.\nThe sale was not closed with it.", amount=taken
    )


def _slip(
    heading: Heading,
    kind: SlipKind,
    lines: list[SlipLine],
    *,
    band: str | None = None,
    reference: str = "",
    copy_number: int = 0,
) -> Slip:
    bands = [Band(band)] if band else []
    if heading.profile.is_training:
        bands.append(Band(say(TRAINING_BAND)))
    foot: list[SlipLine] = [Gap(), *reversed(bands)] if bands else []
    return Slip(
        kind=kind,
        lines=(*bands, *lines, *foot),
        number=number_text(heading.profile, heading.slip_number),
        title=say(
            "Slip {number_text}", number_text=number_text(heading.profile, heading.slip_number)
        ),
        reference=reference,
        copy_number=copy_number,
        page_foot=page_foot(
            bands, f"{number_text(heading.profile, heading.slip_number)}  {reference}".strip()
        ),
    )


def page_foot(bands: Iterable[Band], name: str) -> str:
    """Return the foot of the pages of a slip that is longer than one, with the words of its bands.

    The renderer puts the numbers in.
    """
    what = ", ".join((*(band.text for band in bands), name))
    return say("{what}, page {page} of {pages}", what=what, page="{page}", pages="{pages}")


def _head(heading: Heading, title: str = "") -> list[SlipLine]:
    profile = heading.profile
    return [
        *shop_head(profile),
        Rule(),
        Text(title or say("VOUCHER PAYMENT"), Align.CENTRE, is_bold=True),
        Text(say("NOT A TAX INVOICE"), Align.CENTRE),
        Gap(),
        Pair(f"{profile.till_name}  {heading.cashier}", f"{heading.at:%Y-%m-%d %H:%M}"),
        Pair(say("Slip"), number_text(profile, heading.slip_number)),
        *_journal(heading),
    ]


def _journal(heading: Heading) -> list[SlipLine]:
    return [] if heading.head is None else [Pair(say("Journal"), heading.head.text)]


def _references(redemption: Redemption) -> SlipLine:
    said = say("Ref {reference}", reference=redemption.reference)
    return Pair(said, redemption.upstream_reference or "")


def _what_was_redeemed(redemption: Redemption) -> list[SlipLine]:
    redeemed = redemption.redeemed_cents or 0
    lines: list[SlipLine] = [
        Text(redemption.type_name, is_bold=True),
        Pair(say("Voucher"), masked_voucher(redemption.voucher_tail)),
    ]
    if isinstance(redemption.amount, Exact) and redemption.amount.cents != redeemed:
        lines.append(Pair(say("Asked for"), amount_text(redemption.amount, redemption.currency)))
    return [
        *lines,
        Pair(say("Paid"), format_cents(redeemed, redemption.currency), is_bold=True),
    ]


def _change_lines(redemption: Redemption, opened: ChangeVoucher | None) -> list[SlipLine]:
    title: list[SlipLine] = [Gap(), Rule(), Text(say("CHANGE VOUCHER"), Align.CENTRE, is_bold=True)]
    change = redemption.change
    if change is not None and (change.all_codes or not change.is_sent_by_sms):
        return _change_vouchers(redemption, change, opened)
    if is_remainder_by_sms(redemption):
        sent = (
            say("Sent by SMS to {phone}", phone=redemption.sms_to)
            if redemption.sms_to
            else say("Sent by SMS")
        )
        words = say("It holds what is left of the voucher.")
        return [*title, Text(sent, Align.CENTRE), Text(words, Align.CENTRE), Gap()]
    return [Gap()]


def _change_vouchers(
    redemption: Redemption, change: ChangeShape, opened: ChangeVoucher | None
) -> list[SlipLine]:
    lines: list[SlipLine] = []
    count = len(change.vouchers)
    codes = opened.vouchers if opened else (None,) * count
    for number, (one, open_one) in enumerate(zip(change.vouchers, codes, strict=True), 1):
        title = (
            say("CHANGE VOUCHER")
            if count == 1
            else say("CHANGE VOUCHER {number} OF {count}", number=number, count=count)
        )
        lines += [Gap(), Rule(), Text(title, Align.CENTRE, is_bold=True)]
        lines += _change_voucher(redemption, one, open_one)
    return lines


def _news(told: Sequence[str], said: Sequence[SlipLine]) -> list[str]:
    """Return what a provider wants on a slip and the till has not said there already.

    Only spaces and what divides a label from its value are passed over: a line that differs in
    any digit, letter or decimal mark stays.
    """
    known = {_as_compared(text) for line in said for text in (_plain(line), *_in_their_words(line))}
    news = [line for line in told if _as_compared(line) not in known]
    return news if any(letter.isalnum() for line in news for letter in line) else []


def _in_their_words(line: SlipLine) -> tuple[str, ...]:
    """Return what providers say where the till says that an amount was paid."""
    is_paid = isinstance(line, Pair) and line.label == say("Paid")
    return (f"Redeemed {line.value}",) if isinstance(line, Pair) and is_paid else ()


def _plain(line: SlipLine) -> str:
    match line:
        case Text(text=text):
            return text
        case Pair(label=label, value=value):
            return label + value
        case _:
            return ""


def _as_compared(line: str) -> str:
    return "".join(letter for letter in line.casefold() if letter not in _DIVIDERS).rstrip(".")


def _provider_lines(
    redemption: Redemption, told: Sequence[str], *, has_pin: bool
) -> list[SlipLine]:
    """Return the provider's own words, marked as theirs; without codes where many can read them."""
    cleaned = (clean_text(line, _PROVIDER_CHARACTERS_MAX) for line in told)
    lines = [line for line in cleaned if line][:PROVIDER_LINES_MAX]
    if not has_pin:
        lines = [_CODE_DIGITS.sub(_hide_code, line) for line in lines]
    if not lines:
        return []
    title = Text(say("Message from {provider}:", provider=redemption.type_name), is_bold=True)
    return [Rule(), title, *(Text(line) for line in lines), Gap()]


def _hide_code(found: re.Match[str]) -> str:
    return f"**** {''.join(filter(str.isdecimal, found.group()))[-4:]}"


def code_label(code: CodeShape) -> str:
    """Turn the provider's name of a code into words: ``voucherPin`` is ``Voucher PIN``."""
    words = humanise(_HUMP.sub(" ", code.name)).split()
    return " ".join(_WHOLE_WORDS.get(word.casefold(), word) for word in words)


def value_text(change: ChangeShape, currency: str) -> str | None:
    """Write what one change voucher is worth, or None where its provider does not say."""
    return None if change.amount_cents is None else format_cents(change.amount_cents, currency)


def what_came(change: ChangeShape) -> str:
    """Name the parts of a change voucher in which no code could be read, without their values."""
    if not change.unread:
        return say("Nothing else came.")
    return say("What came: {parts}.", parts=", ".join(change.unread))


def _change_voucher(
    redemption: Redemption, change: ChangeShape, opened: ChangeVoucher | None
) -> list[SlipLine]:
    lines: list[SlipLine] = []
    texts = [code.text for code in opened.codes] if opened else [None] * len(change.codes)
    for code, text in zip(change.codes, texts, strict=True):
        label = code_label(code)
        if change.codes != (code,) or label != "PIN":
            lines.append(Text(label, Align.CENTRE, is_bold=True))
        lines += [PinBox(group_lengths(code.length), text), Gap()]
    lines.append(
        Pair(say("Value"), value_text(change, redemption.currency) or say("check the balance"))
    )
    if change.expires:
        lines.append(Pair(say("Expires"), change.expires))
    if change.serial_number:
        lines.append(Pair(say("Serial"), change.serial_number))
    if not change.codes:
        return [*lines, *_no_code(redemption, change)]
    content = opened.codes[0].text if opened else None
    lines.append(
        QrCode(content, say("To spend the change: {code}", code=code_label(change.codes[0])))
    )
    told = opened.instructions if opened else change.instructions
    words = told or say("Use it like any {type}.", type=redemption.type_name)
    return [
        *lines,
        Text(words, Align.CENTRE),
        *(Text(note, Align.CENTRE) for note in code_notes(change)),
        Text(say("Treat as cash. Keep away from heat."), Align.CENTRE),
    ]


def _no_code(redemption: Redemption, change: ChangeShape) -> list[SlipLine]:
    told = [Text(change.instructions, Align.CENTRE)] if change.instructions else []
    return [
        *told,
        Text(f"{say(NO_CODE).upper()}.", Align.CENTRE, is_bold=True),
        Text(what_came(change), Align.CENTRE),
        Text(say("This value is still yours. Keep this slip."), Align.CENTRE),
        Text(
            say("Call a supervisor with {reference}.", reference=redemption.reference),
            Align.CENTRE,
            is_bold=True,
        ),
    ]


def code_notes(change: ChangeShape) -> tuple[str, ...]:
    """Say what a customer must know about the codes of one change voucher."""
    notes = []
    if change.codes and all(one.is_scanned for one in change.codes):
        notes.append(say("It came without a PIN."))
    if any(one.is_number for one in change.codes):
        notes.append(say("It came as a number: zeros at its start may be missing."))
    return tuple(notes)


speak_constants(__name__)
