"""Where a module holds words for people, found by its syntax tree."""

import ast
import re
from collections.abc import Iterator

_SQL = re.compile(
    r"\s*(?:ALTER|ATTACH|BEGIN|COMMIT|CREATE|DELETE|DROP|INSERT|PRAGMA|ROLLBACK|SELECT|UPDATE|VACUUM"
    r"|WITH)\b"
)
_LETTERS = re.compile(r"[^\W\d_]")
_DATES = re.compile(r"%-?[A-Za-z]")
_VALUE = "\0"
"""What stands for a value in a text that is put together."""
_LOGGERS = frozenset({"_log", "log", "logger", "logging"})
_PATTERNS = frozenset({"re"})
_NOT_SAID = frozenset({"spawn", "cast", "AssertionError", "getLogger"})
"""Calls whose words nobody is shown: names of tasks and loggers, types, and our own mistakes."""


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """List each literal of two words or more, with its line, that may be shown to a person.

    A text that is put together is one literal, and each value in it a word. Left out are
    docstrings, annotations, SQL, regular expressions, and what is only logged or asserted.
    """
    silent = _silent(tree)
    for node in ast.walk(tree):
        text = _text(node)
        if node not in silent and text is not None and _is_sentence(text):
            yield getattr(node, "lineno", 0), text.replace(_VALUE, "…")


def _is_sentence(text: str) -> bool:
    if _SQL.match(text):
        return False
    parts = _DATES.sub("", text).split()
    words = sum(bool(_LETTERS.search(part)) for part in parts)
    values = sum(_VALUE in part and not _LETTERS.search(part) for part in parts)
    return bool(words) and words + values > 1


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else _VALUE for part in node.values
        )
    return None


def _silent(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes of what no person is shown, and the parts of texts that are put together."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        for silent in _silent_parts(node):
            found.update(ast.walk(silent))
        if isinstance(node, ast.JoinedStr):
            found.update(part for part in node.values if isinstance(part, ast.Constant))
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            found.update(ast.walk(node.format_spec))
    return found


def _silent_parts(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.Expr(value=ast.Constant()):
            return [node]  # a docstring
        case ast.Assert(msg=ast.expr() as message):
            return [message]
        case ast.AnnAssign(annotation=written) | ast.arg(annotation=ast.expr() as written):
            return _types(written)
        case ast.FunctionDef(returns=ast.expr() as written):
            return _types(written)
        case ast.AsyncFunctionDef(returns=ast.expr() as written):
            return _types(written)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner))) if owner in (
            _LOGGERS | _PATTERNS
        ):
            return [*node.args, *node.keywords]
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _NOT_SAID:
            return [
                one
                for one in (*node.args, *(keyword.value for keyword in node.keywords))
                if isinstance(one, ast.Constant | ast.JoinedStr)
            ]
        case _:
            return []


def _types(annotation: ast.AST) -> list[ast.AST]:
    """Return the names of types in an annotation; what is called there may hold words."""
    if isinstance(annotation, ast.Call):
        return []
    inner = [part for child in ast.iter_child_nodes(annotation) for part in _types(child)]
    return [annotation, *inner] if isinstance(annotation, ast.Constant) else inner
