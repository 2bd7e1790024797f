"""The one application object of Qt."""

import builtins
import linecache

from PySide6.QtWidgets import QApplication

from counterfoil.ui.theme import STYLE, STYLE_PROPERTY, follow_system


def make_application() -> QApplication:
    """Make the application object; closing a window does not end its loop."""
    app = QApplication.instance()
    if app is None:
        _import_as_python_does()
        # Set later, the style would load a class whose enumerations alone take 6 ms.
        app = QApplication(["counterfoil", "-style", STYLE])
        app.setProperty(STYLE_PROPERTY, STYLE)
        follow_system(app)
    assert isinstance(app, QApplication), "the till is a program with windows"
    app.setApplicationName("Counterfoil")
    # By it a desktop finds the name and icon of the program; else it takes those of Python.
    app.setDesktopFileName("counterfoil")
    app.setQuitOnLastWindowClosed(False)
    return app


def _import_as_python_does() -> None:
    """Take back the way of importing that Qt's binding put in the place of Python's.

    It reads the source of every module that is loaded, and keeps it: a module may ask for other
    names of Qt's functions. No module of the till does, and there are six hundred.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
    linecache.clearcache()
