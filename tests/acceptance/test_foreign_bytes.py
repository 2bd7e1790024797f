"""Every reader of bytes that are not ours gives a value or its documented failure, and no other.

What an upstream answers, what stands in a file, in the keyring and on the command line, and what a
scanner types. A failure that nobody documented would end a command or a loop in the wrong place.
"""

import json
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from counterfoil.adapters import keyrings
from counterfoil.adapters.journal.storage.records import read_types as read_kept
from counterfoil.adapters.journal.storage.records import types_text
from counterfoil.adapters.settings.electrum_settings import CREDENTIALS, credential_reader
from counterfoil.adapters.settings.keyring_entry import read_keyring
from counterfoil.adapters.settings.look_memory import LOOK_NAME, LookMemory
from counterfoil.adapters.settings.till_settings import (
    KeySource,
    TillSettings,
    api_key_reader,
    load_settings,
)
from counterfoil.adapters.system.phones import PhoneNumbers
from counterfoil.adapters.system.vault import KEY_FILE_NAME, TILL_ID_NAME, KeyPlace, open_vault
from counterfoil.adapters.upstream.answers import UnreadableError, parse_document, read_retry_after
from counterfoil.adapters.upstream.electrum import descriptors
from counterfoil.adapters.upstream.electrum.lookups import read_lookup as read_suv_lookup
from counterfoil.adapters.upstream.electrum.slips import read_reference, read_slip_lines
from counterfoil.adapters.upstream.electrum.wire import TransactionDocument
from counterfoil.adapters.upstream.exchange import Answered
from counterfoil.adapters.upstream.moment.change import read_change, read_upstream_reference
from counterfoil.adapters.upstream.moment.discovery import read_types
from counterfoil.adapters.upstream.moment.lookups import read_lookup
from counterfoil.domain.entry import clean_field
from counterfoil.domain.failures import (
    EntryError,
    GatewayUnavailableError,
    SettingsError,
    VaultUnavailableError,
)
from counterfoil.domain.money import AMOUNT_CENTS_MAX, AmountError, parse_amount
from counterfoil.domain.secret import Secret
from counterfoil.domain.voucher_type import ChangeManner, Choice, FieldKind, FieldSpec
from counterfoil.ports.gateway import Balance, LookupRefused
from counterfoil.presentation.words.settings import not_settings
from support.canary import CANARY_PIN
from support.keyrings import AnsweringKeyring
from support.samples import GIFT_CARD

PATIENT = settings(deadline=None)
"""How long a reader takes on a busy machine is no fault of its."""
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PIN_FIELDS = {"pin": Secret(CANARY_PIN)}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["", "\x00", "\ud800", "integer", "enum", "ZAR", "710", "9999-12-31T23:59Z"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
STATUSES = st.sampled_from([200, 201, 202, 204, 400, 402, 404, 422, 500, 501]) | st.integers(
    100, 999
)
JSON_HEADERS: Mapping[str, str] = {"content-type": "application/json"}


def bent(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Build objects that have some of these keys, with anything at all behind them."""
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=6), VALUES, max_size=8)


def answer(status: int, document: Any) -> Answered:
    """Build an answer that says that it is JSON."""
    return Answered(status, JSON_HEADERS, json.dumps(document).encode())


# -------------------------------------------------------------------------- what upstreams answer


@pytest.mark.fault("X9")
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 200_000, id="nested without end"),
        pytest.param(b'{"a":' * 40_000 + b"1" + b"}" * 40_000, id="objects in objects"),
        pytest.param(b'{"amount": 1' + b"0" * 200_000 + b"}", id="a number without end"),
        pytest.param(b'{"amount": NaN}', id="no number"),
        pytest.param(b'{"amount": -Infinity}', id="less than everything"),
        pytest.param(b'{"amount": -1e999}', id="so little that it is less than everything"),
        pytest.param(b'{"status": "failed", "status": "confirmed"}', id="a key twice"),
        pytest.param(b"\xff\xfe{\x00}\x00", id="another encoding"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', id="half a letter"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_json_that_no_honest_answer_is_is_refused(body: bytes) -> None:
    """X9: bombs, endless numbers, no numbers and double keys end in one failure."""
    with pytest.raises(UnreadableError) as refused:
        parse_document(body)
    assert str(refused.value) == "no JSON document"


@pytest.mark.fault("X9")
@PATIENT
@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_unreadable(body: bytes) -> None:
    """Only one failure tells that a body is no JSON."""
    with suppress(UnreadableError):
        parse_document(body)


@pytest.mark.fault("N18")
@PATIENT
@given(st.text(max_size=60), st.text(max_size=60))
@example("Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 +2359")
def test_any_wait_is_clamped_or_left_out(wait: str, date: str) -> None:
    """N18: what makes no sense is no wish; what does is between a second and 15 minutes."""
    told = read_retry_after(Answered(429, {"retry-after": wait, "date": date}, b""))
    assert told is None or 1 <= told <= 900


FIELDS = st.lists(
    bent("name", "type", "format", "label", "example", "description", "length", "choices", "enum")
    | VALUES,
    max_size=4,
)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "type": VALUES | st.just("vouchers.made"),
        "required_fields": FIELDS | VALUES,
        "capabilities": bent("redeem", "lookup", "partial", "change_voucher") | VALUES,
        "name": VALUES,
        "category": VALUES,
        "colour": VALUES,
        "currency": VALUES,
        "website": VALUES,
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ENTRIES | VALUES, max_size=3) | VALUES)
@example([{"type": "a.b", "required_fields": [{"name": "pin", "type": ["integer"]}]}])
def test_any_discovery_gives_forms_or_nothing(entries: Any) -> None:
    """A type either has a form that can be sent, or is not on offer."""
    document = {"data": entries}
    for one in read_types(document, "moment") or ():
        assert one.fields
        assert one.name.isprintable()
        assert one.category.isprintable()
        assert all(spec.label.isprintable() for spec in one.fields)


@settings(max_examples=300, deadline=None)
@given(
    STATUSES,
    bent("type", "balance", "currency", "error", "provider_metadata", "title", "detail", "status"),
    st.booleans(),
)
@example(200, {"type": ["vouchers.blu"], "balance": 100}, True)  # noqa: FBT003 - a value to try
def test_any_answer_to_a_look_up_is_a_balance_a_refusal_or_no_answer(
    status: int, document: dict[str, Any], is_offered: bool
) -> None:
    """A balance is a whole number of cents in range, or none is told."""
    try:
        told = read_lookup(answer(status, document), "vouchers.blu", is_offered=is_offered)
    except GatewayUnavailableError:
        return
    assert isinstance(told, LookupRefused) or _is_sane(told)


@settings(max_examples=300, deadline=None)
@given(STATUSES, bent("voucher", "amounts", "product", "errorType", "errorMessage", "id"), VALUES)
@example(200, {"voucher": {"expiryDate": "0001-01-01T00:00:00+23:59"}}, None)
def test_any_answer_to_the_other_look_up_is_one_too(
    status: int, document: dict[str, Any], expires: Any
) -> None:
    """The second upstream's look-up has another shape and the same promise."""
    voucher = {"expiryDate": expires, "redeemInstructions": expires, "serialNumber": expires}
    for one in (document, {"voucher": voucher} | document):
        with suppress(GatewayUnavailableError):
            told = read_suv_lookup(answer(status, one), PIN_FIELDS, "ZAR", NOW)
            assert isinstance(told, LookupRefused) or _is_sane(told)


def _is_sane(balance: Balance) -> bool:
    is_amount = balance.amount_cents is None or 0 <= balance.amount_cents <= AMOUNT_CENTS_MAX
    return is_amount and all(str(part).isprintable() for fact in balance.facts for part in fact)


@PATIENT
@given(VALUES | bent("pin", "token", "amount", "serial", "expires", "instructions", "barcode"))
def test_any_change_voucher_keeps_what_can_be_read(part: Any) -> None:
    """Its odd parts are left out one by one, and its PIN can be printed."""
    change = read_change(part, ChangeManner.INLINE)
    if change is not None:
        assert all(one.text.reveal().isprintable() and one.name for one in change.all_codes)
        assert all(name.isprintable() for one in change.vouchers for name in one.unread)
    reference = read_upstream_reference(part)
    assert reference is None or reference.isprintable()


@PATIENT
@given(VALUES | bent("slipData", "messageLines"), VALUES, VALUES)
def test_any_slip_of_an_upstream_gives_clean_lines(told: Any, lines: Any, rrn: Any) -> None:
    """What the second upstream wants on paper is text, however it comes."""
    for one in (told, {"slipData": {"messageLines": lines}}, {"slipData": told}):
        for line in read_slip_lines(Secret(json.dumps(rrn)), Secret(json.dumps(one))):
            assert line.isprintable()
    document = TransactionDocument.model_construct(
        id="a",
        time="b",
        originator={},
        client={},
        slip_data={"issuerReference": told},
        rrn=rrn,
        third_parties=[{}, {"transactionIdentifier": rrn}],
    )
    reference = read_reference(document)
    assert reference is None or reference.isprintable()


@PATIENT
@given(STATUSES, VALUES | st.lists(bent("productId", "name", "description", "amount"), max_size=3))
def test_any_catalogue_of_products_leaves_usable_types(status: int, listed: Any) -> None:
    """A catalogue may refine a type, and can never take its name or its form."""
    folder = Path(__file__).parents[2] / "resources" / "descriptors"
    types = descriptors.read_descriptors(folder, "electrum", None)
    products = {one.id: "None" for one in types}
    for body in (listed, {"products": listed}):
        refined = descriptors.refine(types, answer(status, body), products)
        assert [one.id for one in refined] == [one.id for one in types]
        assert all(one.name.isprintable() and one.fields for one in refined)


# ------------------------------------------------------------------------------- what is in files


@PATIENT
@given(
    bent("new_part", "newer") | st.just({}),
    bent("new_part", "newer") | st.just({}),
    st.sampled_from(["", "fields.kind", "change", "kind"]),
    st.text(min_size=1, max_size=8).map(lambda word: f"new {word}"),
)
def test_types_that_a_newer_till_kept_are_read_as_far_as_they_are_known(
    more: dict[str, Any], in_field: dict[str, Any], place: str, word: str
) -> None:
    """More parts are passed over; a type with a word that is not known here is not on offer."""
    (kept,) = json.loads(types_text([GIFT_CARD]))
    one = more | kept | {"id": "vouchers.other"}
    one["fields"] = [in_field | field for field in one["fields"]]
    if place == "fields.kind":
        one["fields"][0]["kind"] = word
    elif place:
        one[place] = word
    assert read_kept(json.dumps([kept, one])) == (
        (GIFT_CARD,) if place else (GIFT_CARD, replace(GIFT_CARD, id="vouchers.other"))
    )


def write(name: str, content: bytes) -> Path:
    """Write a file into a folder of its own."""
    path = Path(tempfile.mkdtemp()) / name
    path.write_bytes(content)
    return path


TOML_LINES = st.sampled_from(
    [
        "training = true",
        "[shop]",
        "[till]",
        "[printer]",
        "[window]",
        "[moment]",
        "[electrum]",
        "[electrum.client]",
        "number = 99999999999999999999999",
        "text_scale = nan",
        "text_scale = inf",
        "at = 9999-99-99",
        'trading_name = "\\u0000\\u202e"',
        'folder = "\\u0000"',
        'folder = "~nobody-has-this-name/slips"',
        'base_url = "https://[::1"',
        'base_url = "https://a:99999999"',
        "types = [[], {}]",
        'queue = "\\u0007"',
        "columns = 42.0",
    ]
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.binary(max_size=120)
    | st.text(max_size=120).map(lambda text: text.encode(errors="surrogatepass"))
    | st.lists(TOML_LINES, max_size=6).map(lambda lines: "\n".join(lines).encode())
)
@example(b"a = " + b"[" * 50_000)
@example(b'[printer]\nfolder = "~nobody-has-this-name/slips"')
@example(b'[printer]\nfolder = "a\\u0000b"')
def test_any_settings_file_is_settings_or_a_sentence(content: bytes) -> None:
    """Nobody sees a stack of calls because of a comma, and no text in it can steer a screen."""
    said = ""
    try:
        found = load_settings(write("settings.toml", content))
    except SettingsError as error:
        said = not_settings(error.cause)
        found = TillSettings()
    assert said.isprintable()
    assert found.profile.trading_name.isprintable()
    folder = getattr(found.printer, "folder", None)
    assert folder is None or str(folder).isprintable()


@PATIENT
@given(st.binary(max_size=200) | bent("data").map(lambda one: json.dumps(one).encode()))
def test_any_descriptor_is_types_or_refused(content: bytes) -> None:
    """The files are ours, and a damaged one is still said and not believed."""
    with suppress(GatewayUnavailableError):
        descriptors.read_descriptors(write("some.json", content).parent, "electrum", None)


@PATIENT
@given(
    st.binary(max_size=100)
    | st.tuples(VALUES, VALUES).map(
        lambda pair: json.dumps({"theme": pair[0], "text_scale": pair[1]}).encode()
    )
)
@example(b'{"theme": "dark", "text_scale": 1' + b"0" * 400 + b"}")
def test_any_memory_of_a_look_is_a_look(content: bytes) -> None:
    """A till opens whatever stands in the file of its theme."""
    look = LookMemory(write(LOOK_NAME, content).parent).recall()
    assert look.text_scale is None or 0.8 <= look.text_scale <= 2.0


@settings(deadline=None)
@given(st.binary(max_size=80), st.text(max_size=80) | st.none())
@example(b"\xff\xff", "00")
def test_any_key_file_and_keyring_entry_is_a_key_or_refused(
    content: bytes, entry: str | None
) -> None:
    """A key that was damaged is said to be, wherever it is kept."""
    kept = AnsweringKeyring(lambda *_: entry)
    for name, place in ((KEY_FILE_NAME, KeyPlace.FILE), (TILL_ID_NAME, KeyPlace.KEYRING)):
        path = write(name, content)
        path.chmod(0o600)
        with suppress(VaultUnavailableError):
            open_vault(place, path.parent, kept)


# --------------------------------------------------------------- keyring, environment, argv, keys


@PATIENT
@given(st.text(max_size=60) | st.none(), st.sampled_from([*CREDENTIALS]))
def test_any_credential_is_a_text_or_missing(text: str | None, name: str) -> None:
    """What stands in the keyring is handed on, or said to be missing; nothing else happens."""
    with patch.object(keyrings, "system_keyring", lambda: AnsweringKeyring(lambda *_: text)):
        assert read_keyring("moment") == (text or "").strip()
        credential = partial(credential_reader("auto", {}), name)
        for read in (api_key_reader(KeySource.AUTO, {}), credential):
            with suppress(VaultUnavailableError):
                assert read().reveal() == (text or "").strip()


@pytest.mark.fault("H10")
@PATIENT
@given(
    st.sampled_from(FieldKind),
    st.text(max_size=600),
    st.none() | st.integers(1, 64),
    st.lists(st.text(max_size=5), max_size=3),
)
def test_any_typed_text_is_a_field_or_an_entry_error(
    kind: FieldKind, text: str, length: int | None, choices: list[str]
) -> None:
    """A scanner may type anything: it is sent as one clean line, or refused without a repeat."""
    spec = FieldSpec(
        name="pin",
        label="Voucher PIN",
        kind=kind,
        length=length,
        choices=tuple(Choice(value=one, label=one) for one in choices),
    )
    try:
        value = clean_field(spec, text)
    except EntryError:
        return
    assert value.isprintable() or value in choices
    if kind is FieldKind.DIGITS:
        assert value.isascii()
        assert value.isdigit()


@settings(deadline=None)  # the numbering plans are loaded once
@given(st.text(max_size=60))
def test_any_text_is_a_phone_number_or_a_value_error(text: str) -> None:
    """A number that comes back is plain E.164."""
    with suppress(ValueError):
        number = PhoneNumbers().parse(text).reveal()
        assert number.startswith("+")
        assert number[1:].isdigit()


@PATIENT
@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_an_amount_error(text: str) -> None:
    """The amount box can be scanned into as well."""
    with suppress(AmountError):
        assert 0 < parse_amount(text).cents <= AMOUNT_CENTS_MAX
