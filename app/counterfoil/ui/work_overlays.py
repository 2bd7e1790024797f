"""The overlays in which people do something in front of the page, each made at its first use."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from counterfoil.presentation.pages import Pages
from counterfoil.ui.approval_overlay import ApprovalOverlay
from counterfoil.ui.first_start_overlay import FirstStartOverlay
from counterfoil.ui.health_overlay import HealthOverlay
from counterfoil.ui.rest_overlay import RestOverlay
from counterfoil.ui.settings_overlay import SettingsOverlay
from counterfoil.ui.settle_overlay import SettleOverlay
from counterfoil.ui.staff_overlay import StaffOverlay

_WorkOverlay = (
    ApprovalOverlay
    | SettleOverlay
    | RestOverlay
    | StaffOverlay
    | HealthOverlay
    | SettingsOverlay
    | FirstStartOverlay
)


class WorkOverlays(QObject):
    """Shows the overlays for approving, settling, a rest, staff and settings, and tells the pages.

    Signals: ``made(Overlay)`` before one is shown for the first time; ``opening(Overlay)`` before
    one comes in front.
    """

    made = Signal(object)
    opening = Signal(object)

    def __init__(self, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._pages = pages
        self._window = window
        self._settings: SettingsOverlay | None = None
        for presenter, make in (
            (pages.approvals, self._made_approval),
            (pages.settler, self._made_settling),
            (pages.counter.rests, self._made_rest),
            (pages.staff_page, self._made_staff),
            (pages.health_page, self._made_health),
            (pages.settings_page, self._made_settings),
            (pages.first_start_page, self._made_first_start),
        ):
            presenter.changed.connect(_MadeLater(make, self).render_screen)

    def forget_search(self) -> None:
        """Take back what was typed into a search: it was the first keys of a scan."""
        if self._settings is not None:
            self._settings.forget_search()

    def _made_approval(self) -> ApprovalOverlay:
        overlay, presenter = ApprovalOverlay(self._window), self._pages.approvals
        overlay.reason_chosen.connect(presenter.choose)
        overlay.way_chosen.connect(presenter.choose_way)
        overlay.edited.connect(presenter.edit)
        overlay.submitted.connect(presenter.submit)
        overlay.pressed.connect(presenter.press)
        overlay.left.connect(presenter.withdraw)
        return overlay

    def _made_settling(self) -> SettleOverlay:
        overlay, presenter = SettleOverlay(self._window), self._pages.settler
        overlay.evidence_chosen.connect(presenter.choose_evidence)
        overlay.got_chosen.connect(presenter.choose_got)
        overlay.edited.connect(presenter.edit)
        overlay.submitted.connect(presenter.submit)
        overlay.pressed.connect(presenter.press)
        overlay.left.connect(presenter.withdraw)
        return overlay

    def _made_rest(self) -> RestOverlay:
        overlay, presenter = RestOverlay(self._window), self._pages.counter.rests
        overlay.way_chosen.connect(presenter.choose)
        overlay.edited.connect(presenter.edit)
        overlay.pressed.connect(presenter.press)
        overlay.left.connect(presenter.withdraw)
        return overlay

    def _made_staff(self) -> StaffOverlay:
        overlay, presenter = StaffOverlay(self._window), self._pages.staff_page
        overlay.person_chosen.connect(presenter.choose)
        overlay.role_chosen.connect(presenter.choose_role)
        overlay.edited.connect(presenter.edit)
        overlay.pin_wished.connect(presenter.begin_pin)
        overlay.role_wished.connect(presenter.begin_role)
        overlay.badge_wished.connect(presenter.begin_badge)
        overlay.lock_turned.connect(presenter.turn_lock)
        overlay.person_wished.connect(presenter.begin_person)
        overlay.pressed.connect(presenter.press)
        overlay.left.connect(presenter.back)
        return overlay

    def _made_health(self) -> HealthOverlay:
        overlay, presenter = HealthOverlay(self._window), self._pages.health_page
        overlay.again_pressed.connect(presenter.check_again)
        overlay.support_pressed.connect(presenter.keep_support_file)
        overlay.left.connect(presenter.close)
        return overlay

    def _made_settings(self) -> SettingsOverlay:
        overlay, presenter = SettingsOverlay(self._window), self._pages.settings_page
        overlay.searched.connect(presenter.find)
        overlay.chosen.connect(presenter.choose)
        overlay.moved.connect(presenter.move)
        overlay.edited.connect(presenter.edit)
        overlay.reset_pressed.connect(presenter.reset)
        overlay.pressed.connect(presenter.press)
        overlay.left.connect(presenter.back)
        self._settings = overlay
        return overlay

    def _made_first_start(self) -> FirstStartOverlay:
        overlay, presenter = FirstStartOverlay(self._window), self._pages.first_start_page
        overlay.edited.connect(presenter.edit)
        overlay.found_pressed.connect(presenter.take_printer)
        overlay.trial_pressed.connect(presenter.try_it)
        overlay.pressed.connect(presenter.press)
        overlay.left.connect(presenter.back)
        return overlay


class _MadeLater(QObject):
    """One overlay, which is made when there is first something to show in it."""

    def __init__(self, make: Callable[[], _WorkOverlay], parent: WorkOverlays) -> None:
        super().__init__(parent)
        self._make = make
        self._parent = parent
        self._overlay: _WorkOverlay | None = None

    def render_screen(self, screen: Any) -> None:
        """Show a screen; None shows that there is nothing to do in it any more."""
        if self._overlay is None:
            if screen is None:
                return
            self._overlay = self._make()
            self._parent.made.emit(self._overlay)
        if screen is not None and not self._overlay.isVisible():
            self._parent.opening.emit(self._overlay)
        self._overlay.render_screen(screen)
