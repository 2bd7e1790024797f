"""The one application object of Qt."""

from PySide6.QtWidgets import QApplication


def make_application() -> QApplication:
    """Make the application object; closing a window does not end its loop."""
    app = QApplication.instance() or QApplication(["counterfoil"])
    assert isinstance(app, QApplication), "the till is a program with windows"
    app.setApplicationName("Counterfoil")
    app.setQuitOnLastWindowClosed(False)
    return app
