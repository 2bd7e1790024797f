"""Hardens the program before anything else: no memory dumps, and no foreign code by variables.

A PIN is in memory while it is typed and sent, and Python cannot wipe a text. So at least nothing
may write that memory to a disk when the program breaks down, and nobody of the same user may look
into it. The variables below would load foreign code or certificates, or write down the keys of TLS
connections; they are removed before Qt and the client library are loaded, and no program that the
till starts sees them. Nor are modules loaded from where one of them points, or from the folder that
the program was started in: so this module itself imports nothing but what the interpreter has
loaded by then.

Whoever sets the variables of the interpreter's own start can still run code before the till does (a
``sitecustomize``); ``packaging/start`` starts it with ``-I``, which closes that as well.
"""

import os
import sys

LEADING_ASTRAY = (
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "QT_QPA_PLATFORMTHEME",
    "QT_STYLE_OVERRIDE",
    "QML_IMPORT_PATH",
    "QML2_IMPORT_PATH",
    "QTWEBENGINE_REMOTE_DEBUGGING",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PYTHONDEVMODE",
    "PYTHONASYNCIODEBUG",
    "SSLKEYLOGFILE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "OPENSSL_ENGINES",
)
"""Variables that lead a program to parts that are not its own."""

PLUGINS_OFF = {"PYDANTIC_DISABLE_PLUGINS": "1"}
"""Variables that keep a library from looking through all packages for what they would add to it."""

_PR_SET_DUMPABLE = 4


def shield_process() -> tuple[str, ...]:
    """Harden the process; return the names of the environment variables that were removed.

    A step that the system does not support is skipped, and the till opens.
    """
    _forget_foreign_folders()
    taken = tuple(name for name in LEADING_ASTRAY if os.environ.pop(name, None) is not None)
    os.environ.update(PLUGINS_OFF)
    _forbid_dumps()
    return taken


def _forget_foreign_folders() -> None:
    """Look for modules only where the till itself, the interpreter and its packages lie."""
    here = os.path.abspath("")  # noqa: PTH100 - pathlib is not loaded yet, and may be planted
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    foreign = {here, *(os.path.abspath(one) for one in named)}  # noqa: PTH100
    site = sys.modules.get("site")
    program = os.path.dirname(os.path.dirname(sys.modules["counterfoil"].__file__ or ""))  # noqa: PTH120
    own = {program, os.path.dirname(os.__file__), *(site.getsitepackages() if site else ())}  # noqa: PTH120
    sys.path[:] = [
        one
        for one in sys.path
        if one in own or (one and os.path.abspath(one) not in foreign)  # noqa: PTH100
    ]


def _forbid_dumps() -> None:
    """Let no core file be written, and no other program of this user look into the memory."""
    if sys.platform == "win32":  # pragma: no cover - whoever sets the machine up excludes it there
        return
    import resource
    from contextlib import suppress

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
