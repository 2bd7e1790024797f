"""The one application object of Qt."""

from PySide6.QtWidgets import QApplication

from counterfoil.ui.theme import STYLE, STYLE_PROPERTY


def make_application() -> QApplication:
    """Make the application object; closing a window does not end its loop."""
    app = QApplication.instance()
    if app is None:
        # Set later, the style would load a class whose enumerations alone take 6 ms.
        app = QApplication(["counterfoil", "-style", STYLE])
        app.setProperty(STYLE_PROPERTY, STYLE)
    assert isinstance(app, QApplication), "the till is a program with windows"
    app.setApplicationName("Counterfoil")
    app.setQuitOnLastWindowClosed(False)
    return app
