"""The catalogues of the languages: whole, of now, and with the same values in their places."""

import re
from datetime import date
from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import languages
from counterfoil.adapters.languages import compiled, translations
from counterfoil.domain.language import Language
from counterfoil.presentation.words import counter, window
from counterfoil.presentation.words.languages import NAMES, of_qt
from counterfoil.presentation.words.shifts import TENDERS
from counterfoil.presentation.words.speaking import dated, say, say_number, speaking

OTHERS = [one for one in Language if one is not Language.ENGLISH]
_PLACES = re.compile(r"\{[^}]*\}")


def _read(language: Language) -> Catalog:
    return read_po(BytesIO((languages.FOLDER / f"{language}.po").read_bytes()))


def _texts(words: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())


_NAMED = re.compile(r"counterfoil [a-z][a-z-]+|--[a-z][a-z-]+|\bF[0-9]+\b|\bEsc\b")


def wrong_places(message: Message) -> bool:
    """Whether a translation has not the values of its English, so that saying it would fail."""
    wanted = {place for text in _texts(message.id) for place in _PLACES.findall(text)}
    said = [set(_PLACES.findall(text)) for text in _texts(message.string) if text]
    return any(found - wanted or wanted - found - {"{count}", "{number}"} for found in said)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_english(language: Language) -> None:
    """A name that nobody gives would end what a cashier is doing."""
    assert [one.id for one in _read(language) if one.id and wrong_places(one)] == []


@pytest.mark.parametrize(
    ("english", "said"),
    [("{name} is paid", "betaal"), ("{name} is paid", "{naam} is betaal"), ("Paid", "{name}")],
)
def test_a_planted_translation_with_other_values_is_found(english: str, said: str) -> None:
    """The control."""
    assert wrong_places(Message(english, said))


def changed_commands(message: Message) -> list[str]:
    """Return the commands, options and keys of the English that a translation has not."""
    said = " ".join(_texts(message.string))
    named = {name for text in _texts(message.id) for name in _NAMED.findall(text)}
    return sorted(name for name in named if name not in said)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_names_the_commands_and_keys_as_they_are(language: Language) -> None:
    """Whoever types a command that was translated is refused."""
    assert [lost for one in _read(language) if one.id and (lost := changed_commands(one))] == []


def test_a_planted_translation_of_a_command_is_found() -> None:
    """The control."""
    message = Message("F9, then counterfoil journal accept --by NAME", "F9: boek aanvaar --deur")
    assert changed_commands(message) == ["--by", "counterfoil journal"]


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_what_the_till_says_now(language: Language) -> None:
    """``packaging/languages.py`` brings it up to that; a message that changed is lost otherwise."""
    told = {tuple(_texts(one.id)) for one in _read(language) if one.id}
    said = {tuple(_texts(one)) for one in languages.messages()}
    assert (told - said, said - told) == (set(), set()), "run packaging/languages.py"


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_says_that_it_wants_a_native_speaker(language: Language) -> None:
    """Until one has read it; whoever takes the mark away has."""
    assert "WANTS A NATIVE SPEAKER" in _read(language).header_comment


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_compiled_as_others_compile_it(language: Language) -> None:
    """Babel reads the same file in its own way, and the library then says the same."""
    ours = GNUTranslations(
        BytesIO(compiled((languages.FOLDER / f"{language}.po").read_text("utf-8")))
    )
    for one in _read(language):
        if not one.id or not all(_texts(one.string)):
            continue
        if isinstance(one.id, str):
            assert ours.gettext(one.id) == one.string
        else:
            forms = [ours.ngettext(one.id[0], one.id[1], count) for count in (1, 2)]
            assert forms == _texts(one.string)


def test_words_are_collected_from_sentences_constants_and_tables() -> None:
    """Each kind of place where a module keeps words."""
    said = languages.messages()
    assert {"Saving…", "Whole value", "New voucher", "{amount} is on it.", "Vouchers"} <= set(said)
    assert ("1 minute", "{count} minutes") in said
    assert not {"hourglass", "F12", "TEST-TEST", "English"} & set(said)


def test_a_catalogue_is_spoken_wherever_words_are_read() -> None:
    """Sentence, constant, table, number, day and Qt's own; what it lacks comes in English."""
    afrikaans = translations(Language.AFRIKAANS)
    with speaking(afrikaans):
        assert counter.SAVING == "Stoor…"
        assert counter.still_owed(1900, "ZAR") == "R19.00 moet nog betaal word."
        assert [*TENDERS.values()][:2] == ["Koepons", "Kontant"]
        assert say_number("1 minute", "{count} minutes", 2) == "2 minute"
        assert dated(date(2026, 10, 1), "%A %d %b %Y") == "Donderdag 01 Okt 2026"
        assert of_qt("Select All") == "Kies alles"
        assert say("Nobody has said this yet") == "Nobody has said this yet"
    assert (counter.SAVING, window.STAY) == ("Saving…", "Stay")


def test_each_language_calls_itself_by_its_own_name() -> None:
    """Who does not read the present language finds theirs."""
    assert set(NAMES) == set(Language)
    with speaking(translations(Language.ISIZULU)):
        assert NAMES[Language.ENGLISH] == "English"


@pytest.mark.parametrize("language", OTHERS)
def test_the_file_is_written_as_the_script_writes_it(language: Language) -> None:
    """So that a change of one message is a change of few lines."""
    written = (languages.FOLDER / f"{language}.po").read_bytes()
    assert languages.updated(written) == written


@pytest.mark.parametrize("language", OTHERS)
def test_no_words_stay_no_words(language: Language) -> None:
    """A catalogue answers them with what it tells about itself."""
    with speaking(translations(language)):
        assert say("") == ""


@pytest.mark.fault("X1")
def test_a_paper_after_the_first_has_one_name() -> None:
    """It is a copy, on paper, screen and command line; other words only find it in the menu."""
    told = [text for one in languages.messages() for text in _texts(one)]
    other = [text for text in told if re.search(r"reprint|duplicat", text, re.IGNORECASE)]
    assert other == ["sales find reprint void slip copy search old"]
