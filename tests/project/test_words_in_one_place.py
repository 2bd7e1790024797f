"""Every sentence for people stands in ``presentation/words``, and what does not yet is counted.

``words_elsewhere.toml`` says for each module how many literals of two words or more it holds, and
why they are there. The numbers may only fall: who moves one lowers its number.
"""

import ast
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from support.sentences import sentences

TILL = Path(__file__).parents[2] / "app" / "counterfoil"
ELSEWHERE = Path(__file__).with_name("words_elsewhere.toml")
WORDS = "presentation/words/"


@cache
def _found() -> dict[str, list[str]]:
    """Return what looks like words for people outside of their package, by module."""
    found: dict[str, list[str]] = {}
    for path in sorted(TILL.rglob("*.py")):
        name = path.relative_to(TILL).as_posix()
        if not name.startswith(WORDS):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found[name] = [f"{line}: {text}" for line, text in sentences(tree)]
    return found


@cache
def _told() -> Counter[str]:
    told: Counter[str] = Counter()
    for group in tomllib.loads(ELSEWHERE.read_text(encoding="utf-8"))["because"]:
        assert group["why"].strip()
        told.update(group["modules"])
    return told


def test_no_sentence_is_added_outside_of_the_words() -> None:
    """A new one belongs to ``presentation/words``, where it is made when it is shown."""
    more = {name: texts for name, texts in _found().items() if len(texts) > _told().get(name, 0)}
    assert more == {}, f"move what is new to {WORDS}, or give its reason in {ELSEWHERE.name}"


def test_the_count_of_sentences_elsewhere_only_falls() -> None:
    """A number that is too high would let somebody add a sentence again."""
    less = {
        name: f"{count} are told, {len(_found().get(name, []))} are there: lower the number"
        for name, count in _told().items()
        if len(_found().get(name, [])) < count
    }
    assert less == {}


@pytest.mark.parametrize(
    "planted",
    [
        "TITLE = 'The till is closed'",
        "said = f'{count} owed'",
        "said = f'Reference {reference}'",
        "raise SettingsError('the key is missing')",
        "WORDS = {State.PAID: 'Paid otherwise'}",
        "def f(title: str = 'No slip'): ...",
        "said = 'Not taken. {name} does not answer.'.format(name=name)",
        "button.setText('Hold ' 'to show')",
        "to: Annotated[str, typer.Option('--to', help='The file to write.')]",
        "def f(to: Annotated[str, typer.Option('--to', help='The file to write.')]): ...",
        "match state:\n    case State.PAID:\n        return 'It is paid'",
        "says = lambda: 'It is paid'",
        "said = f'{at:%H:%M} on {day}'",
        "_log_to_people('It is paid')",
    ],
)
def test_a_planted_sentence_is_found(planted: str) -> None:
    """The control: a rule that overlooks one of these holds nothing."""
    assert len(list(sentences(ast.parse(planted)))) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "def f() -> None:\n    '''Say what is owed.'''",
        "LIMIT = 3\n'''How many there may be.'''",
        "_log.warning('the line was cut', extra={'why': 'no answer'})",
        "connection.execute('SELECT count(*) FROM sale')",
        "connection.execute(f'PRAGMA user_version = {version}')",
        "assert sale, 'a redemption has a sale'",
        "raise AssertionError('a redemption has a sale')",
        "found = re.compile('not found|no such voucher').search(text)",
        "one: 'Iterator[str | None]' = two",
        "def f(one: 'str | None') -> 'str | None': ...",
        "one: list['str | None'] = two",
        "one = cast('str | None', two)",
        "owner.spawn(work, 'ask on')",
        "at = f'{day:%d %b %Y}'",
        "at = datetime.strptime(text, '%d %b %Y')",
        "both = f'{one} {two}: {three}'",
        "name = 'not_known'",
        "said = words.not_known(name)",
    ],
)
def test_what_no_person_is_shown_is_let_pass(harmless: str) -> None:
    """The control of the control: a rule that cries at these would be switched off."""
    assert list(sentences(ast.parse(harmless))) == []
