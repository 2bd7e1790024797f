"""The first thing that a cashier sees: the frame of the window, before anything else is loaded.

Qt and the frame's own few modules are all that is needed for it. The till itself is loaded in a
thread, while Qt shows the frame on a loop of its own; that loop has ended when the till's begins.
"""

import gc
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal

from counterfoil.adapters.settings.look_memory import Look, LookMemory, ThemeChoice
from counterfoil.adapters.settings.till_folder import TRAINING_FOLDER, has_own_settings, root_folder
from counterfoil.adapters.system.memory import give_large_pieces_back
from counterfoil.ui import theme
from counterfoil.ui.application import make_application
from counterfoil.ui.ending import listening
from counterfoil.ui.first_paint import FirstPaint
from counterfoil.ui.opening_window import OpeningWindow
from counterfoil.ui.placing import place

if TYPE_CHECKING:
    from counterfoil.desktop import RaiseOther, Receive

PAINT_LIMIT_MS = 200
"""How long a paint is waited for: a window that is covered may never be painted."""


def open_window(
    data_dir: Path | None,
    settings: Path | None,
    load_visits: "Callable[[], Receive] | None" = None,
    load_raising: "Callable[[], RaiseOther] | None" = None,
    *,
    started_with: Sequence[str] | None = None,
) -> int:
    """Open the till's window and return when it has closed.

    ``load_visits`` loads what carries out the commands that come by the local door, and
    ``load_raising`` what has the window that is open already come in front. ``started_with`` are
    the arguments of a program that a second process watches; None where nobody watches.
    """
    give_large_pieces_back()
    app = make_application()
    # A file may say so too, but it is not read yet.
    is_training = settings is None and not has_own_settings(data_dir)
    look = _last_look(root_folder(data_dir), is_training=is_training)
    scale = look.text_scale or 1.0
    theme.apply_theme(app, look.theme or ThemeChoice.SYSTEM, scale=scale, training=is_training)
    with listening(app) as ending:
        frame = OpeningWindow()
        ending.wished.connect(frame.close)
        place(frame, look.window)
        _show_while_loading(frame)
        if frame.is_refused:
            return 0
        from counterfoil.bootstrap import Places
        from counterfoil.desktop import run_window

        places = Places(data_dir, settings)
        return run_window(app, frame, places, load_visits, load_raising, started_with=started_with)


class _Loading(QObject):
    """Loads the till in a thread.

    Signals: ``ended()`` when it is loaded, or cannot be.
    """

    ended = Signal()
    _has_begun = False

    def begin(self) -> None:
        """Begin, unless it has begun."""
        if not self._has_begun:
            self._has_begun = True
            Thread(target=self._load, name="loading").start()

    def _load(self) -> None:
        # What fails here fails again, and is said, where the till is used.
        with suppress(Exception):
            import counterfoil.desktop  # noqa: F401
        gc.freeze()  # Nothing of it is garbage, so looking there later only takes time.
        self.ended.emit()


def _show_while_loading(frame: OpeningWindow) -> None:
    """Show the frame until the till is loaded, or somebody has closed it."""
    loop, loading = QEventLoop(), _Loading()
    patience = QTimer(singleShot=True, interval=PAINT_LIMIT_MS)
    # Queued, so that it is painted first.
    FirstPaint(frame).happened.connect(loading.begin, Qt.ConnectionType.QueuedConnection)
    patience.timeout.connect(loading.begin)
    loading.ended.connect(loop.quit)
    frame.refused.connect(loop.quit)
    patience.start()
    frame.show()
    loop.exec()  # not nested: it has ended before the loop of the tasks begins


def _last_look(root: Path, *, is_training: bool) -> Look:
    """Return the look that was chosen last; what the settings say of it is not read yet."""
    return LookMemory(root / TRAINING_FOLDER if is_training else root).recall()
