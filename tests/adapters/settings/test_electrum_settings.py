"""The section about Electrum: widths checked at the start, every mistake said in words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from counterfoil.adapters import keyrings
from counterfoil.adapters.settings.electrum_settings import (
    CREDENTIALS,
    AuthChoice,
    ElectrumSettings,
    InstitutionSettings,
    MerchantSettings,
    credential_reader,
)
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.presentation.words.settings import not_settings
from support.canary import CANARY_API_KEY
from support.keyrings import AnsweringKeyring

EXAMPLE = Path(__file__).parents[3] / "resources" / "settings.example.toml"
SECTION: dict[str, Mapping[str, str]] = {
    "electrum": {"base_url": "https://suv.example.org/", "terminal_id": "TILL0001"},
    "electrum.client": {"id": "22222222", "name": "Acquirer"},
    "electrum.originator": {"id": "11111111", "name": "Corner Shop"},
    "electrum.merchant": {
        "type": "5411",
        "id": "CORNERSHOP00001",
        "name": "Corner Shop",
        "city": "Cape Town",
        "region": "WC",
        "country": "ZA",
    },
}
SETTINGS = ElectrumSettings(
    base_url="https://suv.example.org",
    client=InstitutionSettings(id="22222222", name="Acquirer"),
    originator=InstitutionSettings(id="11111111", name="Corner Shop"),
    merchant=MerchantSettings(
        type="5411",
        id="CORNERSHOP00001",
        name="Corner Shop",
        city="Cape Town",
        region="WC",
        country="ZA",
    ),
    terminal_id="TILL0001",
)


def load(folder: Path, text: str) -> ElectrumSettings | None:
    """Load a settings file and return what it says about Electrum."""
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path).electrum


def written(changes: Mapping[str, Any] | None = None, more: str = "") -> str:
    """Write the section; a change is named by its key, and None leaves the key out."""
    lines = []
    for section, keys in SECTION.items():
        lines.append(f"[{section}]")
        bent = {
            name.rpartition(".")[2]: value
            for name, value in (changes or {}).items()
            if name.rpartition(".")[0] == section
        }
        told = {name: value for name, value in ({**keys, **bent}).items() if value is not None}
        lines += [f"{name} = {value!r}" for name, value in told.items()]
    return "\n".join([*lines, more])


def test_without_the_section_there_is_no_such_upstream(tmp_path: Path) -> None:
    """A till that never heard of Electrum asks for nothing about it."""
    assert load(tmp_path, "") is None
    assert load_settings(None).electrum is None


def test_the_section_becomes_plain_values(tmp_path: Path) -> None:
    """With the defaults of what may be left out."""
    assert load(tmp_path, written()) == SETTINGS
    assert SETTINGS.auth is AuthChoice.BASIC


def test_the_examples_section_is_right_when_its_comment_signs_are_taken_away(
    tmp_path: Path,
) -> None:
    """The example is the documentation, so it must not be wrong."""
    _, begin, rest = EXAMPLE.read_text(encoding="utf-8").partition("# [electrum]\n")
    commented, _, _ = rest.partition("\n\n")
    lines = [line.removeprefix("# ") for line in (begin + commented).splitlines()]
    told = load(tmp_path, "\n".join(lines))
    assert told is not None
    assert told.merchant == SETTINGS.merchant
    assert told.receivers == {"electrum.stellr": InstitutionSettings(id="55555555", name="Stellr")}
    assert told.receiver == InstitutionSettings(id="44444444", name="Issuer")
    assert told.settlement_entity == InstitutionSettings(id="33333333", name="Settler")
    assert told.types == ("electrum.voucher",)
    assert told.products == {"electrum.voucher": "P1"}
    assert told.token_url == "https://login.example.org/token"
    assert told.confirmation_hold_s == SETTINGS.confirmation_hold_s == 0


def test_a_hold_of_up_to_a_minute_can_be_set(tmp_path: Path) -> None:
    """So long a sale can be voided before its confirmation leaves."""
    told = load(tmp_path, written({"electrum.confirmation_hold_s": 25}))
    assert told is not None
    assert told.confirmation_hold_s == 25


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("electrum.terminal_id", "TILL001", "must have exactly 8 characters"),
        ("electrum.terminal_id", "TILL00001", "must have exactly 8 characters"),
        ("electrum.terminal_id", None, "is missing"),
        ("electrum.base_url", "http://suv.example.org", "must be an https address"),
        ("electrum.confirmation_hold_s", 61, "must be from 0 to 60 seconds"),
        ("electrum.confirmation_hold_s", -1, "must be from 0 to 60 seconds"),
        ("electrum.confirmation_hold_s", "25", "must be a whole number without quotes"),
        ("electrum.auth", "digest", "must be 'basic' or 'oauth2'"),
        ("electrum.client.id", "", "must have 1 to 64 characters"),
        ("electrum.client.name", "x" * 41, "must have 1 to 40 characters"),
        ("electrum.originator.id", None, "is missing"),
        ("electrum.merchant.type", "541", "must have exactly 4 digits"),
        ("electrum.merchant.type", "54a1", "must have exactly 4 digits"),
        ("electrum.merchant.type", "٥٤١١", "must have exactly 4 digits"),
        ("electrum.merchant.type", 5411, "must be text in quotes"),
        ("electrum.merchant.id", "CORNERSHOP0001", "must have exactly 15 characters"),
        ("electrum.merchant.id", "CORNERSHOP000001", "must have exactly 15 characters"),
        ("electrum.merchant.name", "x" * 24, "must have 1 to 23 characters"),
        ("electrum.merchant.city", "x" * 14, "must have 1 to 13 characters"),
        ("electrum.merchant.region", "WCP", "must have 1 to 2 characters"),
        ("electrum.merchant.country", "ZAF", "must have 1 to 2 characters"),
        ("electrum.merchant.street", "1 Long Street", "is not a setting"),
        ("electrum.password", CANARY_API_KEY, "is not a setting"),
    ],
    ids=range(23),
)
def test_a_field_of_the_wrong_width_is_said_by_its_key(
    tmp_path: Path, key: str, value: object, words: str
) -> None:
    """At the start, and not by the upstream at the first sale; nothing written is repeated."""
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, written({key: value}))
    (tmp_path / "settings.toml").unlink()
    assert f"{key} {words}" in not_settings(refused.value.cause)
    assert CANARY_API_KEY not in str(refused.value)


def test_oauth2_needs_an_address_for_its_token(tmp_path: Path) -> None:
    """And an empty list of types would offer nothing."""
    with pytest.raises(SettingsError, match="no_token_url"):
        load(tmp_path, written({"electrum.auth": "oauth2"}))
    with pytest.raises(SettingsError, match="no_types"):
        load(tmp_path, written({"electrum.types": []}))


@pytest.mark.parametrize("name", list(CREDENTIALS))
def test_each_credential_is_read_from_its_own_place(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable first, then the keyring's entry; and again at each call."""
    variable, entry = CREDENTIALS[name]
    asked: list[tuple[str, str]] = []

    def get_password(service: str, told: str) -> str:
        asked.append((service, told))
        return "from keyring"

    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(get_password))
    variables = {variable: f" {CANARY_API_KEY}\n"}
    read = credential_reader("auto", variables)
    assert read(name).reveal() == CANARY_API_KEY
    assert asked == []
    variables.clear()
    assert read(name).reveal() == "from keyring"
    assert asked == [("counterfoil", entry)]
    assert credential_reader("keyring", {variable: "x"})(name).reveal() == "from keyring"


def test_a_missing_credential_is_said_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the person knows which of the four it is."""
    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(lambda *_: None))
    for source in ("auto", "environment", "keyring"):
        with pytest.raises(VaultUnavailableError, match="COUNTERFOIL_ELECTRUM_CLIENT_SECRET"):
            credential_reader(source, {})("client_secret")
