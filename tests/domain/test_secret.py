"""A secret shows itself only when asked."""

import copy
import json
import logging
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest

from counterfoil.domain.secret import MASK, Secret
from support.canary import CANARY_PIN


@dataclass(frozen=True)
class Holder:
    """Something that has a secret in it."""

    pin: Secret


def test_only_asking_reveals_the_text() -> None:
    """The one way in is by name."""
    assert Secret(CANARY_PIN).reveal() == CANARY_PIN


def test_every_way_of_writing_it_gives_the_mask() -> None:
    """Neither text nor length nor tail slips into words."""
    secret = Secret(CANARY_PIN)
    for shown in (
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:>40}",
        "%s %r" % (secret, secret),  # noqa: UP031 - logging formats so
        "{}".format(secret),  # noqa: UP032 - as a translation would
        repr(Holder(secret)),
        repr([secret]),
    ):
        assert MASK in shown
        assert not any(character.isdigit() for character in shown)


def test_a_log_line_has_the_mask(caplog: pytest.LogCaptureFixture) -> None:
    """A careless log call gives nothing away."""
    logging.getLogger("test").info("sent %s", Secret(CANARY_PIN))
    assert caplog.messages == [f"sent {MASK}"]


@pytest.mark.parametrize(
    "act",
    [pickle.dumps, copy.copy, copy.deepcopy, json.dumps],
    ids=["pickle", "copy", "deepcopy", "json"],
)
def test_it_is_neither_pickled_nor_copied_nor_turned_into_json(act: object) -> None:
    """What would carry it out of sight is refused, without the text in the refusal."""
    assert callable(act)
    with pytest.raises(TypeError) as refused:
        act(Secret(CANARY_PIN))
    assert CANARY_PIN not in str(refused.value)


def test_a_record_with_a_secret_does_not_become_a_dictionary() -> None:
    """A lazy way to write a record down fails."""
    with pytest.raises(TypeError):
        asdict(Holder(Secret(CANARY_PIN)))


def test_it_has_no_other_attribute_to_look_into() -> None:
    """There is no dictionary of attributes for a debugger to print."""
    assert not hasattr(Secret(CANARY_PIN), "__dict__")


@pytest.mark.parametrize(
    ("text", "digits", "tail"),
    [
        (CANARY_PIN, 4, CANARY_PIN[-4:]),
        ("12345678", 4, "5678"),
        ("1234567", 4, ""),
        ("", 4, ""),
        (CANARY_PIN, 0, ""),
        ("", 0, ""),
    ],
)
def test_the_tail_never_gives_most_of_it_away(text: str, digits: int, tail: str) -> None:
    """At most the last half is shown; no digits means none."""
    assert Secret(text).tail(digits) == tail


def test_equal_texts_are_equal_secrets() -> None:
    """They can be compared and kept in sets without being shown."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert len(Secret("abc")) == 3


def test_text_that_is_no_text_compares_like_any_other() -> None:
    """A lone surrogate from a damaged answer raises nothing that would repeat the secret."""
    assert Secret("\ud800" + CANARY_PIN) != Secret(CANARY_PIN)
    assert Secret("\ud800") == Secret("\ud800")


def test_a_traceback_over_it_shows_the_mask() -> None:
    """Not even the line that failed tells the text."""
    with pytest.raises(TypeError) as failed:
        int(Secret(CANARY_PIN))  # type: ignore[call-overload]  # the point of the test
    shown = "".join(traceback.format_exception(failed.value))
    assert CANARY_PIN not in shown
