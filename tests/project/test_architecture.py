"""Rules of the program that no linter knows, each with a snippet that it must catch.

A check is a function from a module's syntax tree to the sentences about what is wrong in it.
"""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.table import ROW_MAC

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"

_SQL = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|PRAGMA|ALTER|ATTACH|VACUUM)\b")

Check = Callable[[ast.Module], Iterator[str]]

# Each of these runs a loop inside the loop, which stops every other task for good.
_STATIC_DIALOGS = frozenset(
    {
        "about", "aboutQt", "critical", "getDouble", "getExistingDirectory", "getInt", "getItem",
        "getMultiLineText", "getOpenFileName", "getOpenFileNames", "getSaveFileName", "getText",
        "information", "question", "warning",
    }
)  # fmt: skip
_DIALOGS = frozenset({"QMessageBox", "QInputDialog", "QFileDialog", "QColorDialog"})
_LOOPS = frozenset({"exec", "exec_", "processEvents"})
_RICH_TEXT = frozenset({"QToolTip", "QWhatsThis", "QTextDocument", "QTextBrowser", "QTextEdit"})


@cache
def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return all of a module; each rule looks through it."""
    return tuple(ast.walk(tree))


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """List every imported module by its full name, wherever the import stands."""
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from PySide6 import QtCore` names a module too.
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _is_of(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str, str]]:
    """List every call with the name that is called and the name it is called on."""
    for node in _nodes(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                owner = node.func.value
                yield node, node.func.attr, owner.id if isinstance(owner, ast.Name) else ""
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id, ""


def nested_loops(tree: ast.Module) -> Iterator[str]:
    """Find what would run a Qt loop inside the Qt loop, and tasks that nobody owns."""
    for call, name, owner in _calls(tree):
        if (isinstance(call.func, ast.Attribute) and name in _LOOPS) or (
            owner in _DIALOGS and name in _STATIC_DIALOGS
        ):
            yield f"line {call.lineno}: {name} runs a nested loop"
    for node in _nodes(tree):
        name = getattr(node, "attr", None) or getattr(node, "id", None) or ""
        if name in {"asyncSlot", "asyncClose"}:
            yield f"line {getattr(node, 'lineno', 0)}: {name} makes tasks that nobody owns"


def more_qt_than_core(tree: ast.Module) -> Iterator[str]:
    """Find imports of Qt beyond QtCore."""
    for module, line in _imports(tree):
        if _is_of(module, "PySide6") and module != "PySide6":
            if not _is_of(module, "PySide6.QtCore"):
                yield f"line {line}: {module}"
        elif _is_of(module, "shiboken6"):
            yield f"line {line}: {module}"


def strangers_to_the_core(tree: ast.Module) -> Iterator[str]:
    """Find imports of anything but the standard library, the program and typing_extensions."""
    for module, line in _imports(tree):
        top = module.partition(".")[0]
        if top not in sys.stdlib_module_names | {"counterfoil", "typing_extensions"}:
            yield f"line {line}: {module}"


def impure_imports(tree: ast.Module) -> Iterator[str]:
    """Find what pure rules have no use for: the world, and waiting for it."""
    world = ("asyncio", "os", "pathlib", "random", "socket", "sqlite3", "subprocess", "threading")
    for module, line in _imports(tree):
        if any(_is_of(module, name) for name in world):
            yield f"line {line}: {module}"


def floats(tree: ast.Module) -> Iterator[str]:
    """Find conversions to floating point, which money never makes."""
    for call, name, owner in _calls(tree):
        if name == "float" and not owner:
            yield f"line {call.lineno}: float()"


def built_sql(tree: ast.Module) -> Iterator[str]:
    """Find SQL that is put together where it is executed."""
    for call, name, _ in _calls(tree):
        if name not in {"execute", "executemany", "executescript"} or not call.args:
            continue
        statement = call.args[0]
        is_formatted = isinstance(statement, ast.Call) and getattr(
            statement.func, "attr", ""
        ) in {"format", "format_map", "join", "replace"}  # fmt: skip
        if isinstance(statement, ast.JoinedStr | ast.BinOp) or is_formatted:
            yield f"line {call.lineno}: built SQL"


def assembled_sql(tree: ast.Module) -> Iterator[str]:
    """Find SQL that is put together anywhere, to be executed later under another name."""
    for node in _nodes(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.JoinedStr):
            parts = node.values
        elif isinstance(node, ast.BinOp):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            parts = [node.func.value] if node.func.attr in {"format", "format_map"} else []
        texts = [one.value for one in parts if isinstance(one, ast.Constant)]
        if any(isinstance(text, str) and _SQL.search(text) for text in texts):
            yield f"line {getattr(node, 'lineno', 0)}: assembled SQL"


def named_columns(tree: ast.Module) -> Iterator[str]:
    """Find columns of the journal that are named where a row is read, written or asked for."""
    for node in _nodes(tree):
        if isinstance(node, ast.Constant) and _SQL.search(str(node.value)):
            words = set(re.findall(r"\w+", str(node.value)))
            yield from (f"line {node.lineno}: SQL of {word}" for word in _COLUMNS & words)
        for name in _keys(node):
            if isinstance(name, ast.Constant) and name.value in _COLUMNS:
                yield f"line {name.lineno}: {name.value}"


def _keys(node: ast.AST) -> Iterable[ast.expr | None]:
    """Return what may name the columns of a row in a piece of code."""
    match node:
        case ast.Subscript():
            return [node.slice]
        case ast.Dict():
            return node.keys
        case ast.Call(func=ast.Attribute(attr="get" | "pop")):
            return node.args[:1]
        case ast.Tuple() | ast.List() | ast.Set():
            return node.elts
        case _:
            return []


_COLUMNS = {name for table in (*spec.TABLES, spec.EVENT) for name in (*table.columns, ROW_MAC)}


def opened_files(tree: ast.Module) -> Iterator[str]:
    """Find databases that are opened: closing one drops the locks of whoever else has it (D12)."""
    for call, name, owner in _calls(tree):
        if name != "connect" or owner != "sqlite3":
            continue
        target = call.args[0] if call.args else None
        if not (isinstance(target, ast.Constant) and target.value == ":memory:"):
            yield f"line {call.lineno}: sqlite3.connect"


_MAKING = frozenset(
    {
        "write_text", "write_bytes", "touch", "symlink_to", "hardlink_to", "mkstemp", "mkdtemp",
        "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "TemporaryDirectory",
        "copyfile", "copy2", "copytree", "copy_file", "QSaveFile", "QSettings", "QFile",
        "QTemporaryFile", "FileHandler", "RotatingFileHandler", "QPdfWriter", "mkfifo", "mknod",
    }
)  # fmt: skip
_MAKING_IN_OS = frozenset({"open", "link", "symlink", "mkfifo", "mknod", "truncate"})


def made_files(tree: ast.Module) -> Iterator[str]:
    """Find files that are made or written otherwise than in the one way."""
    for call, name, owner in _calls(tree):
        texts = [
            argument.value
            for argument in (*call.args, *(keyword.value for keyword in call.keywords))
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        is_writing = name in {"open", "fdopen"} and any(
            re.fullmatch(r"[rbt]*[wax+][rbt+]*", text) for text in texts
        )
        if is_writing or name in _MAKING or (owner == "os" and name in _MAKING_IN_OS):
            yield f"line {call.lineno}: {name}"
    for node in _nodes(tree):
        if isinstance(node, ast.ClassDef):
            for parent in node.bases:
                parent_name = getattr(parent, "attr", None) or getattr(parent, "id", "")
                if parent_name in _MAKING:
                    yield f"line {node.lineno}: class {node.name}({parent_name})"


_MADE_OTHERWISE = {
    "adapters/files.py": "the one way itself",
    "adapters/door.py": "holds the till's folder, whose path may be too long for a socket",
    "adapters/journal/storage/place.py": "the journal's empty file, exclusively, for the database",
    "adapters/journal/integrity/anchor.py": "the anchor, written over in place once it was made",
    "adapters/journal/storage/till_lock.py": "the lock, which must stay the same file",
    "adapters/statements/csv_file.py": "reads a statement, without waiting for a pipe",
    "adapters/system/logs.py": "the log, which is appended to",
    "adapters/system/vault.py": "reads the key file, following no link",
    "adapters/printing/device_line.py": "opens the port of a printer, and makes nothing",
    "adapters/printing/file_printer.py": "looks at what is there, without waiting for a pipe",
    "adapters/printing/slip_files.py": "reads slips, following no link and waiting for no pipe",
    "cli/terminal.py": "lets go an output that cannot be written",
    "demo.py": "a folder that is gone afterwards, for a till of its own",
}
"""Who opens a file for itself, and why."""


def raw_text(tree: ast.Module) -> Iterator[str]:
    """Find widgets that guess at markup in a text: markup can hang the till or read files."""
    for call, name, owner in _calls(tree):
        if name == "QLabel" or owner in _RICH_TEXT or name in _RICH_TEXT | {"setHtml"}:
            yield f"line {call.lineno}: {owner or name}"
    for node in _nodes(tree):
        if isinstance(node, ast.ClassDef):
            for parent in node.bases:
                parent_name = getattr(parent, "attr", None) or getattr(parent, "id", "")
                if parent_name == "QLabel" or parent_name in _RICH_TEXT:
                    yield f"line {node.lineno}: class {node.name}({parent_name})"


def kept_focus(tree: ast.Module) -> Iterator[str]:
    """Find what has the cursor now and is kept for later, when it may be gone."""
    for node in _nodes(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_kept = any(isinstance(target, ast.Attribute) for target in targets)
        asked = {name for _, name, _ in _calls(ast.Module([ast.Expr(node.value)], []))}
        if is_kept and asked & {"focusWidget", "focusObject", "sender", "childAt"}:
            yield f"line {node.lineno}: a widget is kept"


def taken_for_parents(tree: ast.Module) -> Iterator[str]:
    """Find what asks a widget for another that is none of its children.

    PySide then takes the widget for the parent of the other, and what hangs on it may be deleted
    with the next garbage, the window with it.
    """
    for call, name, _ in _calls(tree):
        if name in _NO_CHILDREN:
            yield f"line {call.lineno}: {name}"


def items_left_in_layouts(tree: ast.Module) -> Iterator[str]:
    """Find what asks a layout for an item and leaves it there: docs/decisions/0013.

    An item that is taken out is ours.
    """
    for call, name, _ in _calls(tree):
        if name in {"itemAt", "itemAtPosition"}:
            yield f"line {call.lineno}: {name}"


_NO_CHILDREN = frozenset(
    {"buddy", "focusProxy", "nextInFocusChain", "previousInFocusChain", "topLevelWidget"}
)
_NO_DISPLAY = frozenset(
    {
        "amount", "chosen", "currency_sign", "error", "example", "icon", "key", "name",
        "paused_upstream", "place", "primary_key", "redemption_id", "state", "status_icon", "tail",
        "text", "time", "toast_icon", "type_id", "value",
    }
)  # fmt: skip
"""Fields of a screen that are no words for people, or share their name with such a one."""
_CUTS = frozenset(
    {
        "casefold", "endswith", "find", "index", "lower", "lstrip", "partition", "removeprefix",
        "removesuffix", "replace", "rpartition", "rsplit", "rstrip", "split", "startswith", "strip",
        "upper",
    }
)  # fmt: skip


@cache
def _display_fields() -> frozenset[str]:
    """Return the names of what a screen says, from the screens' own records."""
    screens = (APP / "counterfoil" / "presentation" / "screens.py").read_text(encoding="utf-8")
    return (
        frozenset(
            node.target.id
            for node in ast.walk(ast.parse(screens))
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            if "str" in ast.unparse(node.annotation)
        )
        - _NO_DISPLAY
    )


def cut_display_text(tree: ast.Module) -> Iterator[str]:
    """Find where something is decided by words for people, or such words are taken apart."""

    def is_said(node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in _display_fields()

    for call, name, _ in _calls(tree):
        if name in _CUTS and isinstance(call.func, ast.Attribute) and is_said(call.func.value):
            yield f"line {call.lineno}: {ast.unparse(call)}"
    for node in _nodes(tree):
        is_part = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
        if isinstance(node, ast.Subscript) and is_part and is_said(node.value):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            is_word = any(isinstance(side, ast.Constant) and side.value for side in sides)
            if is_word and any(map(is_said, sides)):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def eager_sandbox(tree: ast.Module) -> Iterator[str]:
    """Find imports of the sandbox outside of the function that needs it."""
    later = {
        inner
        for node in _nodes(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    now = [node for node in _nodes(tree) if isinstance(node, ast.stmt) and node not in later]
    for module, line in _imports(ast.Module(body=[*filter(_is_import, now)], type_ignores=[])):
        if _is_of(module, "counterfoil_sandbox"):
            yield f"line {line}: {module}"


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def unverified_tls(tree: ast.Module) -> Iterator[str]:
    """Find connections that would trust anybody."""
    for node in _nodes(tree):
        if (
            isinstance(node, ast.keyword)
            and node.arg in {"verify", "check_hostname"}
            and isinstance(node.value, ast.Constant)
            and node.value.value is False
        ):
            yield f"line {node.value.lineno}: {node.arg}=False"
        name = getattr(node, "attr", None) or getattr(node, "id", None) or ""
        if name in {"CERT_NONE", "_create_unverified_context"}:
            yield f"line {getattr(node, 'lineno', 0)}: {name}"


_FACES = ("presentation/", "ui/", "cli/", "demo.py")
"""What a person works with, or drives as a person would."""
_OPEN_TO_FACES = frozenset(
    {
        *("approvals", "commands", "form", "health", "services", "tasks", "views", "visits"),
        "waiting",
    }
)
"""The modules of the services that act on nothing; every other one is behind the gate."""


def imported_services(tree: ast.Module) -> Iterator[str]:
    """Find services imported by a face, which only gives commands and reads."""
    services = "counterfoil.service"
    for module, line in _imports(tree):
        inner = module.removeprefix(f"{services}.").partition(".")[0]
        if _is_of(module, services) and module != services and inner not in _OPEN_TO_FACES:
            yield f"line {line}: {module}"


_ACTING = frozenset(
    {"engine", "_engine", "commit", "print_slip", "look_up", "fetch_types", "advise"}
)
"""What holds the services that act, and the ports' own ways of acting."""


@cache
def _read_only() -> Mapping[str, frozenset[str]]:
    """Return what may be read of each view that `Services` holds, from the views themselves."""
    views = {
        node.name: frozenset(
            inner.name
            for inner in node.body
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        for module in ("service/views.py", "ports/journal.py")
        for node in ast.parse((APP / "counterfoil" / module).read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }
    services = (APP / "counterfoil" / "service" / "services.py").read_text(encoding="utf-8")
    return {
        node.target.id: views[ast.unparse(node.annotation)]
        for node in ast.walk(ast.parse(services))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if ast.unparse(node.annotation) in views
    }


def acts_around_the_gate(tree: ast.Module) -> Iterator[str]:
    """Find what a face reaches beyond what it may read: a service that acts, or a commit."""
    for node in _nodes(tree):
        if not isinstance(node, ast.Attribute):
            continue
        of = node.value.attr if isinstance(node.value, ast.Attribute) else ""
        if isinstance(node.value, ast.Name) and node.value.id == "journal":
            of = "journal"
        is_beyond = of in _read_only() and node.attr not in _read_only()[of]
        if node.attr in _ACTING or is_beyond:
            yield f"line {node.lineno}: {ast.unparse(node)}"


def commits(tree: ast.Module) -> Iterator[str]:
    """Find rows that are written."""
    for call, name, _ in _calls(tree):
        if name == "commit":
            yield f"line {call.lineno}: {ast.unparse(call.func)}"


def opened_change(tree: ast.Module) -> Iterator[str]:
    """Find where the codes of a change voucher are asked for."""
    for node in _nodes(tree):
        if isinstance(node, ast.Attribute) and node.attr == "change":
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner.endswith("journal"):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def slow_dataclasses(tree: ast.Module) -> Iterator[str]:
    """Find classes that are declared with the library's decorator, which compiles as they load."""
    for module, line in _imports(tree):
        if module == "dataclasses.dataclass":
            yield f"line {line}: {module}"
    for _, name, owner in _calls(tree):
        if owner == "dataclasses" and name in {"dataclass", "make_dataclass"}:
            yield f"{owner}.{name}"


def _imports_any(*packages: str) -> Check:
    def check(tree: ast.Module) -> Iterator[str]:
        for module, line in _imports(tree):
            if any(_is_of(module, package) for package in packages):
                yield f"line {line}: {module}"

    return check


def _everywhere(path: str) -> bool:
    return bool(path)


def _only(*places: str) -> Callable[[str], bool]:
    return lambda path: path.startswith(places)


def _outside(*places: str) -> Callable[[str], bool]:
    return lambda path: not path.startswith(places)


def _journal_outside(*files: str) -> Callable[[str], bool]:
    return lambda path: path.startswith("adapters/journal/") and not path.endswith(files)


_RULES: dict[str, tuple[Check, Callable[[str], bool], list[str], str]] = {
    # rule: the check, where it holds, snippets it must catch, and a snippet it must let pass
    "no nested loop": (
        nested_loops,
        _outside("opening.py", "watchdog.py"),  # neither loop runs inside another
        [
            "dialog.exec()",
            "QApplication.processEvents()",
            "QMessageBox.question(self, 'a', 'b')",
            "QFileDialog.getSaveFileName(self)",
            "@asyncSlot()\nasync def scan(self): ...",
            "import qasync\n@qasync.asyncClose\nasync def closeEvent(self): ...",
        ],
        "dialog.open()\nlogger.warning('x')",
    ),
    "presenters know only QtCore": (
        more_qt_than_core,
        _only("presentation/"),
        [
            "from PySide6.QtWidgets import QLabel",
            "from PySide6 import QtGui",
            "import PySide6.QtSvg",
            "def f():\n    from PySide6.QtGui import QColor",
        ],
        "from PySide6.QtCore import QObject\nfrom PySide6 import QtCore",
    ),
    "the core knows only the standard library": (
        strangers_to_the_core,
        _only("domain/", "ports/", "service/"),
        ["import pydantic", "from structlog.stdlib import get_logger"],
        "import asyncio\nfrom typing_extensions import override",
    ),
    "rules are pure": (
        impure_imports,
        _only("domain/"),
        ["import asyncio", "from pathlib import Path", "from os import environ"],
        "import re\nfrom enum import StrEnum",
    ),
    "money is never floating point": (
        floats,
        _only("domain/", "adapters/upstream/moment/", "adapters/upstream/electrum/"),
        ["cents = float(text) * 100"],
        "timeout_s: float = 2.5",
    ),
    "SQL is written down, not built": (
        built_sql,
        _everywhere,
        [
            "c.execute(f'SELECT {name}')",
            "c.execute('SELECT ' + name)",
            "c.execute('SELECT %s' % name)",
            "c.executescript('SELECT {}'.format(name))",
        ],
        "c.execute('SELECT ?', (name,))\nc.execute(QUERIES['find'])",
    ),
    "no SQL is assembled for later": (
        assembled_sql,
        # what the tables of columns are there for: their names come from no input
        _outside("counterfoil_sandbox/", "adapters/journal/storage/table.py"),
        [
            "query = f'SELECT {name}'\nc.execute(query)",
            "query = 'DELETE FROM ' + table",
            "query = 'PRAGMA %s' % name",
            "query = 'UPDATE {}'.format(table)",
        ],
        "c.execute('SELECT ?', (name,))\nwords = f'the {name} was updated'",
    ),
    "text on the screen is plain": (
        raw_text,
        _outside("ui/widgets/"),
        [
            "label = QLabel(text)",
            "label = QtWidgets.QLabel(text)",
            "QToolTip.showText(point, text)",
            "class Name(QLabel): ...",
            "view.setHtml(text)",
        ],
        "label = PlainLabel(text)",
    ),
    "no widget becomes the child of one that is not above it": (
        taken_for_parents,
        _only("ui/"),
        ["box = self.focusProxy()", "here = here.nextInFocusChain()"],
        "self.setFocusProxy(self._box)\nabove = self.parentWidget()",
    ),
    "no layout is asked for an item that stays in it": (
        items_left_in_layouts,
        _only("ui/"),
        ["item = layout.itemAt(0)", "self._grid.itemAtPosition(1, 2).widget()"],
        "item = layout.takeAt(0)\nitems = layout.count()",
    ),
    "no widget that has the cursor is kept": (
        kept_focus,
        _only("ui/"),
        [
            "self._came_from = QApplication.focusWidget()",
            "self._last: QWidget | None = self.window().focusWidget()",
            "self._pressed = self.sender()",
        ],
        "here = window.focusWidget()\nself._name = target.name()",
    ),
    "words for people decide nothing, and are not taken apart": (
        cut_display_text,
        _only("presentation/", "service/", "ui/", "cli/", "demo.py", "desktop.py", "displays.py"),
        [
            "said = banner.first.rstrip('…')",
            "is_ready = screen.primary_text.startswith('Redeem ')",
            "said = f'Ready to r{screen.primary_text[1:]}'",
            "if result.headline == 'Paid': ...",
            "is_asked = 'customer' in question.how",
        ],
        "said = ' '.join(banner.lines)\nif screen.notice or name == 'x': codes = text.split(' ')",
    ),
    "the sandbox is loaded for training alone": (
        eager_sandbox,
        _outside("counterfoil_sandbox/"),
        [
            "from counterfoil_sandbox.manner import Manner",
            "try:\n    import counterfoil_sandbox\nexcept ImportError: ...",
            "class A:\n    import counterfoil_sandbox.server",
        ],
        "if TYPE_CHECKING:\n    import counterfoil_sandbox\ndef f(): import counterfoil_sandbox",
    ),
    "a face imports no service that acts": (
        imported_services,
        _only(*_FACES),
        [
            "from counterfoil.service.redeem import Redeemer",
            "from counterfoil.service import void_desk",
            "def f():\n    import counterfoil.service.slip_desk",
            "from counterfoil.service.gate import Gate",
            "if TYPE_CHECKING:\n    from counterfoil.service.engine import Engine",
        ],
        "from counterfoil.service.commands import PrintSlip\nimport counterfoil.service.services",
    ),
    "a face acts only through the gate": (
        acts_around_the_gate,
        _only(*_FACES),
        [
            "await self._services.slips.print_slip(one, by)",
            "await till.engine.redeemer.prepare(intent)",
            "await services.gate._engine.forwarder.try_now(one)",
            "await till.asking.set_sale_aside(sale_id)",
            "await self._services.queues.resume(upstream)",
            "await till.catalogue.refresh()",
            "journal = self._services.journal\nawait journal.commit(rows)",
            "await till.journal.last_answer(one)",
            "forward = till.queues.try_now",
            "await FilePrinter(output, drawing).print_slip(slip, title=title)",
        ],
        "self._services.slips.compose(one)\nslips.iterdir()\nawait journal.history(9)\nf.emit(one)",
    ),
    "only a service commits": (
        commits,
        _outside("service/", "adapters/journal/", "counterfoil_sandbox/"),
        ["await till.engine.journal.commit(rows)", "await journal.commit((row,))"],
        "self.committed.emit(redemption)",
    ),
    "codes of change are opened where they are printed or revealed": (
        opened_change,
        _outside("service/slip_desk.py", "service/revealing.py", "adapters/journal/"),
        [
            "codes = await self._journal.change(one.id)",
            "opened = await till.engine.journal.change(one)",
            "journal = services.journal\nawait journal.change(one)",
            "open_it = self._services.journal.change",
        ],
        "shape = redemption.change\nawait self._engine.revealer.change(one, actor.name)",
    ),
    "a till is declared quickly": (
        slow_dataclasses,
        _outside("declaring.py", "counterfoil_sandbox/"),
        [
            "from dataclasses import dataclass, field",
            "import dataclasses\n@dataclasses.dataclass(slots=True)\nclass A: ...",
            "Made = dataclasses.make_dataclass('Made', ['one'])",
        ],
        "from dataclasses import field, replace\nfrom counterfoil.declaring import dataclass",
    ),
    "TLS is verified": (
        unverified_tls,
        _everywhere,
        [
            "httpx.AsyncClient(verify=False)",
            "context.verify_mode = ssl.CERT_NONE",
            "ssl._create_unverified_context()",
        ],
        "httpx.AsyncClient(verify=context)",
    ),
    "web server only in the sandbox": (
        _imports_any("fastapi", "uvicorn", "starlette"),
        _outside("counterfoil_sandbox/"),
        ["from fastapi import FastAPI", "import uvicorn"],
        "from counterfoil_sandbox import serve",
    ),
    "PDF only where slips are printed": (
        _imports_any("reportlab"),
        _outside("adapters/printing/"),
        ["def f():\n    from reportlab.pdfgen import canvas"],
        "from counterfoil.adapters.printing import paper",
    ),
    "the journal's file is opened in one place, and checked in another": (
        opened_files,
        _outside(
            "adapters/journal/opening.py",
            "adapters/journal/verifying.py",
            "adapters/journal/backup/plain_copy.py",  # another file, beside the journal
            "counterfoil_sandbox/",
        ),
        ["sqlite3.connect(path)", "sqlite3.connect(database=path)"],
        'sqlite3.connect(":memory:")',
    ),
    "a file is made in one way": (
        made_files,
        _outside(*_MADE_OTHERWISE),
        [
            "path.write_text('x')",
            "open(path, 'w')",
            "path.open('ab')",
            "open(path, mode='r+b')",
            "os.open(path, os.O_WRONLY | os.O_CREAT)",
            "os.fdopen(descriptor, 'wb')",
            "tempfile.mkstemp()",
            "class Log(RotatingFileHandler): ...",
        ],
        "make_file(path, b'x', is_own=True)\nwith path.open('rb') as file: file.read()",
    ),
    "a stored column is named in its table alone": (
        named_columns,
        _journal_outside(
            "spec.py",
            "table.py",
            "events.py",  # names the fields of events
            "records.py",  # names the parts of JSON
        ),
        [
            "row['row_key']",
            "columns.get('is_refunded')",
            "columns.pop('reference')",
            "values = {'state': 'open'}",
            "for name in ('id', 'row_key'): ...",
            "c.execute('SELECT attempts FROM redemption')",
        ],
        "row[spec.ROW_KEY]\nc.execute('PRAGMA user_version')\nfound('redemption', query)",
    ),
    "SQLite only in the journal": (
        _imports_any("sqlite3"),
        _outside("adapters/journal/", "counterfoil_sandbox/"),
        ["import sqlite3"],
        "import json",
    ),
    "httpx only in the guarded exchange": (
        _imports_any("httpx", "httpcore"),
        _outside("adapters/upstream/"),
        ["import httpx", "from httpx import AsyncClient"],
        "from counterfoil.adapters.upstream import exchange",
    ),
}


def _name(path: Path) -> str:
    """Name a module by its path in the till; one of the sandbox begins with that package."""
    return path.relative_to(APP).as_posix().removeprefix("counterfoil/")


@cache
def _modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (_name(path), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(APP.rglob("*.py"))
    )


@pytest.mark.fault("D12", "P8", "X7", "X18")
@pytest.mark.parametrize("rule", _RULES)
def test_the_program_keeps_the_rule(rule: str) -> None:
    """No module under the rule breaks it."""
    check, is_under, _, _ = _RULES[rule]
    broken = [
        f"{name}: {what}" for name, tree in _modules() if is_under(name) for what in check(tree)
    ]
    assert not broken


@pytest.mark.parametrize("rule", _RULES)
def test_the_rule_catches_what_breaks_it(rule: str) -> None:
    """The control: a rule that lets its own bad example pass checks nothing."""
    check, _, bad, good = _RULES[rule]
    assert [snippet for snippet in bad if not list(check(ast.parse(snippet)))] == []
    assert list(check(ast.parse(good))) == []


@pytest.mark.parametrize(
    ("package", "place"), [("httpx", "adapters/upstream/"), ("qasync", "")], ids=["httpx", "qasync"]
)
def test_a_library_that_may_be_replaced_is_imported_once(package: str, place: str) -> None:
    """Its successor is then one changed import away."""
    importers = [name for name, tree in _modules() if list(_imports_any(package)(tree))]
    assert len(importers) <= 1
    assert all(name.startswith(place) for name in importers)


def _lint_imports(folder: Path, app: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(app), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_one_way() -> None:
    """The contracts in pyproject.toml hold for the program as it is."""
    run = _lint_imports(ROOT, ROOT / "app")
    assert run.returncode == 0, run.stdout


_FORBIDDEN_IMPORTS = {
    "One direction": ("domain/rules.py", "import counterfoil.service"),
    "The core knows no toolkit": ("service/redeem.py", "import httpx"),
    "Adapters see only ports and domain": (
        "adapters/upstream/moment/client.py",
        "import PySide6.QtCore",
    ),
    "Adapters are strangers": (
        "adapters/journal/sqlite_journal.py",
        "import counterfoil.adapters.system",
    ),
    "Upstreams are strangers": (
        "adapters/upstream/moment/gateway.py",
        "import counterfoil.adapters.upstream.electrum",
    ),
    "The journal is built up from its file": (
        "adapters/journal/storage/rows.py",
        "import counterfoil.adapters.journal.opening",
    ),
    "The sandbox shares no code": ("../counterfoil_sandbox/ledger.py", "import counterfoil.domain"),
    "No cycles": ("domain/cycle.py", "import counterfoil.ports"),
}


def test_every_contract_catches_an_import_against_it(tmp_path: Path) -> None:
    """The control: a small tree that breaks every contract once, under the real configuration."""
    packages = {
        "__main__.py", "assets.py", "bootstrap.py", "cli.py", "declaring.py", "demo.py",
        "desktop.py", "displays.py", "garbage.py", "opening.py", "overriding.py", "safekeeping.py",
        "upstreams.py", "watchdog.py",
        "domain", "ports", "service", "presentation", "ui", "adapters", "../counterfoil_sandbox",
        *(f"adapters/{name}" for name in ("journal", "journal/storage", "upstream", "system")),
        *(f"adapters/upstream/{name}" for name in ("moment", "electrum")),
        "adapters/journal/opening.py", "adapters/upstream/exchange.py",
    }  # fmt: skip
    app = tmp_path / "app" / "counterfoil"
    for name in ("", *sorted(packages)):
        if not name.endswith(".py"):
            (app / name).mkdir(parents=True, exist_ok=True)
            (app / name / "__init__.py").touch()
    for name in sorted(packages):
        if name.endswith(".py"):
            (app / name).touch()
    (app / "ports" / "clock.py").write_text("import counterfoil.domain\n")
    for module, statement in _FORBIDDEN_IMPORTS.values():
        (app / module).write_text(f"{statement}\n")
    configuration = ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(configuration, encoding="utf-8")
    run = _lint_imports(tmp_path, tmp_path / "app")
    broken = set(re.findall(r"^(.+) BROKEN", run.stdout, re.MULTILINE))
    declared = set(re.findall(r"^(.+) (?:KEPT|BROKEN)", run.stdout, re.MULTILINE))
    assert run.returncode == 1
    assert broken == declared == set(_FORBIDDEN_IMPORTS), run.stdout
