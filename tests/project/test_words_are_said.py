"""Every sentence of ``presentation/words`` goes through `say` when it is shown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.overriding import override
from support.sentences import sentences

TILL = Path(__file__).parents[2] / "app" / "counterfoil"
WORDS = TILL / "presentation" / "words"
PACKAGE = "counterfoil.presentation.words"
MODULES = {one.stem: one for one in WORDS.glob("*.py") if one.stem not in {"__init__", "speaking"}}
_SAYING = frozenset({"say", "say_number", "spoken", "dated"})
_AS_THEY_ARE = frozenset({"Redeemed"})
"""How a text begins that is no sentence of the till: what providers say."""
_NO_WORDS = frozenset(
    {
        "NO_ANSWER",
        "SAMPLE_REFERENCE",
        "TEST_CODE",
        "_LETTERS",
        "_NO_VALUE",
        "_OTHER_LETTERS",
        "_RULER",
    }
)
"""Constants that are the same in each language."""


def _called(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case _:
            return ""


class _WithoutSaid(ast.NodeTransformer):
    """Takes away what is said: the words themselves, not the values that are put into them."""

    @override
    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if _called(node) in _SAYING:
            node.args = [one for one in node.args if not isinstance(one, ast.Constant | ast.Name)]
        return node


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    without = _WithoutSaid().visit(tree)
    return [one for one in ast.walk(without) if isinstance(one, ast.FunctionDef)]


def _constants(tree: ast.Module) -> set[str]:
    """Return the names of a module's sentences."""
    found = set()
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                is_text = isinstance(value, ast.JoinedStr) or (
                    isinstance(value, ast.Constant) and isinstance(value.value, str)
                )
                found |= {name} if is_text and name.isupper() else set()
            case _:
                pass
    return found - _NO_WORDS


def unsaid(tree: ast.Module) -> Iterator[str]:
    """List what a module of words would show in English only: sentences and constants."""
    constants = _constants(tree)
    for function in _functions(tree):
        for line, text in sentences(ast.Module(body=function.body, type_ignores=[])):
            if text.split()[0] not in _AS_THEY_ARE:
                yield f"{line}: {text}"
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in constants:
                yield f"{node.lineno}: {node.id}"


def frozen(tree: ast.Module) -> Iterator[str]:
    """List the constants of words that a module reads when it is loaded: in one language for good.

    That is what stands outside of functions, in defaults, and in ``from … import``.
    """
    names = {
        (one.asname or one.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE
        for one in node.names
    }
    for node in _when_loaded(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in names:
                if name.isupper():
                    yield f"{node.lineno}: {module}.{name}"
            case ast.ImportFrom(module=str(module)) if module.startswith(f"{PACKAGE}."):
                there = MODULES.get(module.rpartition(".")[2])
                texts = _constants(ast.parse(there.read_text("utf-8"))) if there else set()
                yield from (f"{node.lineno}: {one.name}" for one in node.names if one.name in texts)
            case _:
                pass


def _when_loaded(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
                for default in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
                    yield from ast.walk(default)
            case ast.Lambda():
                pass
            case ast.With(items=[ast.withitem(context_expr=ast.Call(args=[ast.Name("ENGLISH")]))]):
                pass
            case _:
                yield child
                yield from _when_loaded(child)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_sentence_is_said(name: str) -> None:
    """What does not go through `say` has no other language."""
    assert list(unsaid(ast.parse(MODULES[name].read_text("utf-8")))) == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_the_constants_of_each_module_are_said_when_they_are_read(name: str) -> None:
    """Whoever reads one through its module gets it in the present language."""
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    has_constants = any(not one.startswith("_") for one in _constants(tree))
    assert not has_constants or any(
        isinstance(one, ast.Expr) and _called(one.value) == "speak_constants" for one in tree.body
    )


def test_no_module_keeps_words_in_the_language_of_its_loading() -> None:
    """The command line reads its helps when it is loaded: the language is chosen before."""
    found = {
        path.relative_to(TILL).as_posix(): list(frozen(ast.parse(path.read_text("utf-8"))))
        for path in sorted(TILL.rglob("*.py"))
        if path.parent.name != "cli"
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "def f(name: str) -> str:\n    return f'{name} is paid'",
        "def f() -> str:\n    return 'It is paid'",
        "def f(name: str) -> str:\n    return say('Paid: {name}', name='Nobody here')",
        "PAID = 'Paid'\ndef f() -> str:\n    return PAID",
        "PAID = 'It is paid'\ndef f(name: str) -> str:\n    return say('Of {paid}', paid=PAID)",
    ],
)
def test_a_planted_sentence_that_is_not_said_is_found(planted: str) -> None:
    """The control: a rule that overlooks one of these holds nothing."""
    assert len(list(unsaid(ast.parse(planted)))) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "PAID = 'It is paid'\ndef f() -> str:\n    return say(PAID)",
        "def f(name: str) -> str:\n    return say('It is paid by {name}', name=name)",
        "def f(count: int) -> str:\n    return say_number('1 slip', '{count} slips', count)",
        "STEPS = (Step('Keep it', 'It is paid'),)\ndef f() -> Steps:\n    return spoken(STEPS)",
        "def f(a: str, b: str) -> str:\n    return f'{a}, {b}'",
    ],
)
def test_what_is_said_is_let_pass(harmless: str) -> None:
    """The control of the control."""
    assert list(unsaid(ast.parse(harmless))) == []


@pytest.mark.parametrize(
    "planted",
    [
        f"from {PACKAGE} import window\nBACK = Button(window.BACK)",
        f"from {PACKAGE} import window\nclass Page:\n    back: str = window.BACK",
        f"from {PACKAGE} import window\ndef f(back: str = window.BACK) -> None: ...",
        f"from {PACKAGE}.window import BACK",
    ],
)
def test_a_planted_word_that_is_read_when_a_module_is_loaded_is_found(planted: str) -> None:
    """The control: each of these is in one language for good."""
    assert len(list(frozen(ast.parse(planted)))) == 1
