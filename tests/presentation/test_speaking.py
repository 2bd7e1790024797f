"""Words in a language: looked up when they are said."""

from counterfoil.presentation.words.speaking import say, speaking
from support.pseudo import longer, marked


def test_words_are_said_in_the_language_that_is_spoken_now() -> None:
    """English without one, and again once the other is no longer spoken."""
    assert say("Sent by SMS to {phone}", phone="082 *** 4567") == "Sent by SMS to 082 *** 4567"
    with speaking(marked):
        assert say("Ref {reference}", reference="K7Q-42F") == "[Řéf K7Q-42F~~~~~~]"
        with speaking(longer):
            assert say("Value") == "[Value~~]"
        assert say("Value") == "[Váĺúé~~]"
    assert say("Value") == "Value"


def test_what_a_provider_wrote_is_no_pattern() -> None:
    """Braces in a value stay, and so do braces in words without values."""
    assert say("Message from {provider}:", provider="{phone}") == "Message from {phone}:"
    assert say("{phone}") == "{phone}"
