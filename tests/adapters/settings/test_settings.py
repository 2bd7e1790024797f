"""The settings file: every key checked, every mistake said in words, no secret in it."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.errors import KeyringError

from counterfoil.adapters import keyrings
from counterfoil.adapters.settings.look_memory import ThemeChoice
from counterfoil.adapters.settings.till_settings import (
    API_KEY_VARIABLE,
    CustomerDisplayChoice,
    Fallback,
    FolderChoice,
    KeySource,
    NetworkChoice,
    NoPrinter,
    QueueChoice,
    SerialChoice,
    TillSettings,
    UpstreamSettings,
    UsbChoice,
    api_key_reader,
    key_place,
    load_settings,
)
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.domain.message import MessageWay
from counterfoil.domain.paper import A4, ROLL_58, ROLL_80, Paper
from counterfoil.domain.printer_profile import GENERIC_58, GENERIC_80, PROFILES, PrinterProfile
from counterfoil.domain.reasons import Reasons
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.setting import FoundKey
from counterfoil.domain.staff import Permission
from counterfoil.domain.till import TillProfile
from counterfoil.presentation.words.keys import no_key
from counterfoil.presentation.words.settings import not_settings
from support.canary import CANARY_API_KEY
from support.keyrings import AnsweringKeyring

EXAMPLE = Path(__file__).parents[3] / "resources" / "settings.example.toml"


def write(folder: Path, text: str) -> Path:
    """Write a settings file."""
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def words_for(folder: Path, text: str) -> str:
    """Return what is said about a file that is refused."""
    with pytest.raises(SettingsError) as refused:
        load_settings(write(folder, text))
    return not_settings(refused.value.cause)


def test_without_a_file_the_till_is_in_training() -> None:
    """A first start asks for nothing and takes no money."""
    settings = load_settings(None)
    assert settings.is_training
    assert settings == TillSettings()


def test_an_empty_file_is_a_till_in_earnest(tmp_path: Path) -> None:
    """Who writes a settings file means it; everything else has a default."""
    settings = load_settings(write(tmp_path, ""))
    assert settings == TillSettings(profile=TillProfile())
    assert not settings.is_training


def test_the_example_shows_every_default(tmp_path: Path) -> None:
    """The example is the documentation, so it must not be wrong."""
    copied = write(tmp_path, EXAMPLE.read_text(encoding="utf-8"))
    assert load_settings(copied) == TillSettings(
        profile=TillProfile(), upstream=UpstreamSettings(is_named=True)
    )


def test_everything_can_be_set(tmp_path: Path) -> None:
    """Each section reaches the plain values, cleaned for people to read."""
    text = """
        training = true
        [shop]
        trading_name = "Spaza \\u202e 7"
        legal_name = "Spaza Seven (Pty) Ltd"
        address = "1 Long Street"
        vat_number = "4123"
        helpline = "021 000"
        currency = "NAD"
        country = "NA"
        change_message = "whatsapp"
        [till]
        name = "Till 3"
        number = 3
        operator = "Thandi M."
        [moment]
        base_url = "http://127.0.0.1:8080/"
        api_key_from = "keyring"
        types_path = "/t"
        create_path = "/c"
        retrieve_path = "/c/{id}"
        lookup_path = "/l"
        [slip]
        header = ["Since 1987"]
        footer = ["Thank  you", "Open 8:00 to 20:00"]
        [printer]
        kind = "queue"
        queue = "Star_TSP100"
        columns = 32
        [journal]
        key_in = "file"
        [window]
        theme = "dark"
        text_scale = 1.25
        motion = false
        [roles]
        stock-taker = ["check_balance", "ask_for_types"]
        [reasons]
        copy = ["Torn"]
        reveal = ["Unreadable", "  No paper "]
        settle = ["They called"]
        [reasons.void]
        wrong_amount = "Typed it wrong"
        goods_returned = "Back on the shelf"
    """
    assert load_settings(write(tmp_path, text)) == TillSettings(
        profile=TillProfile(
            trading_name="Spaza 7",
            legal_name="Spaza Seven (Pty) Ltd",
            address="1 Long Street",
            vat_number="4123",
            helpline="021 000",
            currency="NAD",
            country="NA",
            change_message=MessageWay.WHATSAPP,
            till_name="Till 3",
            till_number=3,
            slip_columns=32,
            slip_header=("Since 1987",),
            slip_footer=("Thank you", "Open 8:00 to 20:00"),
            is_training=True,
            reasons=Reasons(
                void=(
                    (VoidReason.WRONG_AMOUNT, "Typed it wrong"),
                    (VoidReason.GOODS_RETURNED, "Back on the shelf"),
                ),
                print_copy=("Torn",),
                reveal=("Unreadable", "No paper"),
                settle=("They called",),
            ),
        ),
        upstream=UpstreamSettings(
            is_named=True,
            base_url="http://127.0.0.1:8080",
            api_key_source=KeySource.KEYRING,
            types_path="/t",
            create_path="/c",
            retrieve_path="/c/{id}",
            lookup_path="/l",
        ),
        printer=QueueChoice("Star_TSP100", GENERIC_80.with_columns(32)),
        vault="file",
        theme=ThemeChoice.DARK,
        text_scale=1.25,
        has_motion=False,
        roles={"stock-taker": frozenset({Permission.CHECK_BALANCE, Permission.ASK_FOR_TYPES})},
    )


@pytest.mark.parametrize(
    ("more", "profile", "columns"),
    [
        ("", GENERIC_80, 42),
        ('profile = "TM-T20II"', PROFILES["TM-T20II"], 48),
        ("columns = 32", GENERIC_80.with_columns(32), 32),
    ],
)
def test_a_printer_on_the_network_has_its_models_columns(
    tmp_path: Path, more: str, profile: PrinterProfile, columns: int
) -> None:
    """Unless the settings name others, and the screen has the same."""
    text = f'[printer]\nkind = "network"\nhost = "10.0.0.9"\n{more}'
    settings = load_settings(write(tmp_path, text))
    assert settings.printer == NetworkChoice("10.0.0.9", 9100, profile)
    assert settings.profile.slip_columns == columns


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (
            'kind = "usb"\ndevice = "04b8:0e28:J4KF012345"',
            UsbChoice("04b8:0e28:J4KF012345", PROFILES["TM-T20II"]),
        ),
        (
            'kind = "serial"\ndevice = "/dev/ttyS0"',
            SerialChoice("/dev/ttyS0", 9600, PROFILES["TM-T20II"]),
        ),
        (
            'kind = "serial"\ndevice = "/dev/ttyS0"\nbaud = 115200',
            SerialChoice("/dev/ttyS0", 115200, PROFILES["TM-T20II"]),
        ),
    ],
)
def test_a_printer_at_a_port_has_its_models_columns(
    tmp_path: Path, text: str, chosen: UsbChoice | SerialChoice
) -> None:
    """As one on the network has."""
    settings = load_settings(write(tmp_path, f'[printer]\nprofile = "TM-T20II"\n{text}'))
    assert settings.printer == chosen
    assert settings.profile.slip_columns == 48


def test_another_printer_stands_in(tmp_path: Path) -> None:
    """With a model and a paper of its own; a till without has none."""
    assert load_settings(write(tmp_path, "")).fallback is None
    text = '[fallback_printer]\nkind = "network"\nhost = "10.0.0.9"\nprofile = "TM-T20II"'
    network = NetworkChoice("10.0.0.9", 9100, PROFILES["TM-T20II"])
    assert load_settings(write(tmp_path, text)).fallback == Fallback(
        network, replace(ROLL_80, columns=48)
    )
    text = '[fallback_printer]\nqueue = "Kitchen"\npaper = "58"'
    queue = QueueChoice("Kitchen", GENERIC_58)
    assert load_settings(write(tmp_path, text)).fallback == Fallback(queue, ROLL_58)


@pytest.mark.parametrize(
    ("more", "paper", "columns"),
    [("", ROLL_80, 42), ('paper = "58"', ROLL_58, 32), ('paper = "a4"\ncolumns = 48', A4, 48)],
)
def test_a_pdf_has_the_papers_columns(
    tmp_path: Path, more: str, paper: Paper, columns: int
) -> None:
    """Unless the settings name others."""
    settings = load_settings(write(tmp_path, f"[printer]\n{more}"))
    assert settings.paper == paper
    assert settings.profile.slip_columns == columns


def test_a_printer_is_a_folder_or_none(tmp_path: Path) -> None:
    """A folder is meant from where the settings file lies."""
    folder = load_settings(write(tmp_path, '[printer]\nfolder = "slips"'))
    assert folder.printer == FolderChoice(tmp_path / "slips")
    none = load_settings(write(tmp_path, '[printer]\nkind = "none"'))
    assert none.printer == NoPrinter()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense = 1", "nonsense is not a setting"),
        ("[till]\nnumbr = 1", "till.numbr is not a setting"),
        ("[till]\nnumber = 0", "till.number must be at least 1"),
        ('[till]\nnumber = "3"', "till.number must be a whole number without quotes"),
        ("[till]\nname = 3", "till.name must be text in quotes"),
        ("training = 1", "training must be true or false"),
        ("till = 3", "till must be a section of its own"),
        (
            '[window]\ntheme = "pink"',
            "window.theme must be 'system', 'light', 'dark' or 'contrast'",
        ),
        ("[window]\ntext_scale = 9", "window.text_scale must be at most 2.0"),
        ('[printer]\nkind = "queue"', 'printer needs a queue when its kind is "queue"'),
        ('[printer]\nkind = "network"', 'printer needs a host when its kind is "network"'),
        ('[printer]\nkind = "usb"', 'printer needs a device when its kind is "usb" or "serial"'),
        ('[printer]\nkind = "serial"', 'printer needs a device when its kind is "usb" or "serial"'),
        ("[printer]\nbaud = 300", "printer.baud must be"),
        ('[fallback_printer]\nkind = "folder"', "fallback_printer.kind must be"),
        ('[fallback_printer]\npaper = "58"', "fallback_printer needs a queue"),
        ('[printer]\nhost = "a b"', "printer.host"),
        ("[printer]\nport = 0", "printer.port must be at least 1"),
        ('[printer]\nprofile = "TM-U220"', "printer.profile"),
        ('[moment]\nretrieve_path = "/x"', "moment.retrieve_path must hold {id} once"),
        ("[till]\nnumber = 0\n[shop]\nx = 1", "shop.x is not a setting; till.number must"),
    ],
)
def test_a_mistake_is_said_by_its_key(tmp_path: Path, text: str, words: str) -> None:
    """What is wrong, where, and what is allowed."""
    assert words_for(tmp_path, text).startswith(f"settings.toml: {words}")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.org",
        "https://",
        "ftp://x",
        "https://user:word@api.example.org",
        "https://api.example.org/?key=1",
        "api.example.org",
        "http://127.0.0.1.example.org",
    ],
)
def test_an_address_must_be_safe(tmp_path: Path, url: str) -> None:
    """Only https, or http to this machine; and it is not repeated."""
    words = words_for(tmp_path, f'[moment]\nbase_url = "{url}"')
    assert "moment.base_url must be an https address" in words
    assert url not in words


@pytest.mark.fault("X12")
@pytest.mark.parametrize(
    "text",
    [
        f'[moment]\napi_key = "{CANARY_API_KEY}"',
        f'moment_api_key = "{CANARY_API_KEY}"',
        f'[moment]\napi_key_from = "{CANARY_API_KEY}"',
        f'[moment]\nbase_url = "{CANARY_API_KEY}"',
        f"[moment]\napi_key_from = {CANARY_API_KEY}",
        f'[moment]\n"{CANARY_API_KEY}"',
    ],
)
def test_a_key_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    """The words may end up in a log."""
    words = words_for(tmp_path, text)
    (tmp_path / "settings.toml").unlink()
    assert CANARY_API_KEY not in words


def test_a_key_in_the_file_is_told_to_be_none_of_its_business(tmp_path: Path) -> None:
    """The person hears where a secret belongs."""
    words = words_for(tmp_path, '[moment]\napi_key = "x"')
    assert words.endswith("moment.api_key is not a setting; a secret never stands in this file")


def test_a_file_that_is_no_toml_is_refused_with_its_place(tmp_path: Path) -> None:
    """The line is named, its content is not."""
    assert words_for(tmp_path, "a = 1\nb = what") == "settings.toml is no TOML at line 2, column 5"
    (tmp_path / "settings.toml").write_bytes(b'a = "\xff"')
    with pytest.raises(SettingsError, match="not_utf8"):
        load_settings(tmp_path / "settings.toml")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A missing file, a folder in its place, a huge file."""
    with pytest.raises(SettingsError, match="not_readable"):
        load_settings(tmp_path / "missing.toml")
    with pytest.raises(SettingsError, match="not_readable"):
        load_settings(tmp_path)
    with pytest.raises(SettingsError, match="too_large"):
        load_settings(write(tmp_path, "# " + "x" * 70_000))


def test_the_environment_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What sets a variable does not move the till to another upstream."""
    monkeypatch.setenv("TRAINING", "true")
    monkeypatch.setenv("MOMENT", '{"base_url": "https://evil.example.org"}')
    assert load_settings(write(tmp_path, "")) == TillSettings(profile=TillProfile())


def test_the_key_is_read_from_the_environment_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """And again at each call, so that a new one needs no restart."""
    monkeypatch.setattr(
        keyrings, "system_keyring", lambda: AnsweringKeyring(lambda *_: "from keyring")
    )
    variables = {API_KEY_VARIABLE: f" {CANARY_API_KEY}\n"}
    read = api_key_reader(KeySource.AUTO, variables)
    assert read().reveal() == CANARY_API_KEY
    variables.clear()
    assert read().reveal() == "from keyring"


@pytest.mark.fault("X12")
def test_the_key_is_read_only_from_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring's entry is ``counterfoil``, ``moment``."""
    asked: list[tuple[str, str]] = []

    def get_password(service: str, name: str) -> str:
        asked.append((service, name))
        return "from keyring"

    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(get_password))
    variables = {API_KEY_VARIABLE: "from variable"}
    assert api_key_reader(KeySource.ENVIRONMENT, variables)().reveal() == "from variable"
    assert asked == []
    assert api_key_reader(KeySource.KEYRING, variables)().reveal() == "from keyring"
    assert asked == [("counterfoil", "moment")]


@pytest.mark.parametrize(
    ("source", "variable", "kept", "place"),
    [
        (KeySource.AUTO, "a key", "another", FoundKey.ENVIRONMENT),
        (KeySource.AUTO, "", "another", FoundKey.KEYRING),
        (KeySource.KEYRING, "a key", "another", FoundKey.KEYRING),
        (KeySource.KEYRING, "a key", "", FoundKey.NOWHERE),
        (KeySource.ENVIRONMENT, "", "another", FoundKey.NOWHERE),
    ],
)
def test_a_key_is_found_where_the_till_reads_it(
    source: KeySource, variable: str, kept: str, place: FoundKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key in the other place is none: the till would not use it."""
    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(lambda *_: kept))
    assert key_place(source, {API_KEY_VARIABLE: variable}) is place


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (KeySource.AUTO, f"variable {API_KEY_VARIABLE} or the keyring"),
        (KeySource.ENVIRONMENT, f"variable {API_KEY_VARIABLE}"),
        (KeySource.KEYRING, "service counterfoil, name moment"),
    ],
)
def test_a_missing_key_says_where_it_belongs(
    source: KeySource, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the person need not look it up."""
    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(lambda *_: None))
    with pytest.raises(VaultUnavailableError, match="upstream_key_missing") as missing:
        api_key_reader(source, {})()
    assert words in no_key(missing.value.cause)


def test_a_keyring_that_fails_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an environment's failure, not a crash."""

    def fail(*_: str) -> str:
        raise KeyringError("locked")

    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(fail))
    with pytest.raises(VaultUnavailableError, match="upstream_keyring_unusable"):
        api_key_reader(KeySource.KEYRING, {})()


def test_an_unusable_keyring_counts_as_none_where_the_variable_would_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A machine without a keyring is told of the variable, not of the keyring."""

    def fail(*_: str) -> str:
        raise KeyringError("there is none")

    monkeypatch.setattr(keyrings, "system_keyring", lambda: AnsweringKeyring(fail))
    with pytest.raises(VaultUnavailableError, match=f"upstream_key_missing.*{API_KEY_VARIABLE}"):
        api_key_reader(KeySource.AUTO, {})()


def plant_link(path: Path) -> Path:
    """Return a link to a file in a folder that everybody may write to."""
    folder = path.parent / "open"
    folder.mkdir()
    folder.chmod(0o777)
    link = folder / "settings.toml"
    link.symlink_to(path)
    return link


def open_folder(path: Path) -> Path:
    """Let everybody put another file in its place."""
    path.parent.chmod(0o777)
    return path


def give_away(path: Path) -> Path:
    """Give the file to another user."""
    try:
        os.chown(path, 65_534, -1)
    except PermissionError:
        pytest.skip("only root can give a file to another user")
    return path


def with_mode(mode: int) -> Callable[[Path], Path]:
    """Return what gives a file a mode."""

    def change(path: Path) -> Path:
        path.chmod(mode)
        return path

    return change


@pytest.mark.skipif(sys.platform == "win32", reason="the rights of a file there are its own")
@pytest.mark.parametrize(
    "spoil",
    [with_mode(0o606), plant_link, open_folder, give_away],
    ids=lambda spoil: spoil.__name__,
)
def test_a_settings_file_that_others_can_write_is_refused(
    tmp_path: Path, spoil: Callable[[Path], Path]
) -> None:
    """It says where vouchers are sent, so another user of the machine could take them all."""
    (tmp_path / "own").mkdir()
    path = spoil(write(tmp_path / "own", "training = true\n"))
    with pytest.raises(SettingsError, match=r"of_another_user|others_may_write"):
        load_settings(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the rights of a file there are its own")
def test_a_settings_file_that_others_may_read_is_fine(tmp_path: Path) -> None:
    """It holds no secret; also by a link, as configuration is often kept."""
    path = with_mode(0o644)(write(tmp_path, "training = true\n"))
    (tmp_path / "link.toml").symlink_to(path)
    assert load_settings(tmp_path / "link.toml").is_training


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ('cashier = ["redeem"]', "is a role that every till has"),
        ('recovery = ["redeem"]', "is a role that every till has"),
        ('helper = ["redeme"]', "must be 'sign_in', 'redeem'"),
        ("helper = []", "must name at least one"),
        ('"Big Boss" = ["redeem"]', "must be in the form"),
        ('helper = "redeem"', "must be a list"),
    ],
)
def test_a_role_that_cannot_be_is_refused(tmp_path: Path, role: str, said: str) -> None:
    """The till's own roles mean the same in every shop, and a misspelt permission is noticed."""
    assert said in words_for(tmp_path, f"[roles]\n{role}\n")


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ("[reasons]\ncopy = []", "reasons.copy must name at least one"),
        (f"[reasons]\ncopy = {['a', 'b', 'c', 'd', 'e', 'f', 'g']}", "names too many"),
        ('[reasons]\nreveal = [" "]', "must not be empty"),
        ('[reasons]\nsettle = ["A reason that is too long for a button"]', "at most 28"),
        ('[reasons]\nsettle = ["two\\nlines"]', "no control character"),
        ('[reasons.void]\nno_reason = "None"', "must be 'goods_returned'"),
        ("[reasons]\nvoid = {}", "must name at least one"),
    ],
)
def test_a_reason_that_cannot_be_chosen_is_refused(tmp_path: Path, reasons: str, said: str) -> None:
    """A button without words, and a void that the journal has no name for."""
    assert said in words_for(tmp_path, f"{reasons}\n")


def test_a_shop_may_want_no_change_voucher_on_its_phone(tmp_path: Path) -> None:
    """Then nothing offers it."""
    settings = load_settings(write(tmp_path, '[shop]\nchange_message = "none"'))
    assert settings.profile.change_message is None


def test_the_customers_screen_is_named_in_the_settings(tmp_path: Path) -> None:
    """Without it there is no display, and nothing of one is loaded."""
    assert not TillSettings().customer_display.is_set_up
    settings = load_settings(write(tmp_path, '[customer_display]\nscreen = "HDMI-2"'))
    assert settings.customer_display == CustomerDisplayChoice(screen="HDMI-2")
    assert settings.customer_display.is_set_up
    pole = '[customer_display]\ndevice = "/dev/ttyS1"\nbaud = 19200'
    chosen = load_settings(write(tmp_path, pole)).customer_display
    assert chosen == CustomerDisplayChoice(device="/dev/ttyS1", baud=19200)
    assert chosen.is_set_up


def test_a_drawer_hangs_at_a_receipt_printer_alone(tmp_path: Path) -> None:
    """At the socket that the settings name; a folder or a queue opens none, and that is said."""
    network = '[printer]\nkind = "network"\nhost = "till.example"\n'
    settings = load_settings(write(tmp_path, f"{network}drawer = 2\n"))
    assert settings.printer == NetworkChoice("till.example", 9100, replace(GENERIC_80, drawer=2))
    for wrong in ('[printer]\nkind = "folder"\ndrawer = 1\n', f"{network}drawer = 3\n"):
        with pytest.raises(SettingsError):
            load_settings(write(tmp_path, wrong))
