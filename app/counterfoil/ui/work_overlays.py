"""The overlays in which people do something in front of the page, each made at its first use."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from counterfoil.presentation.approval_screen import ApprovalScreen
from counterfoil.presentation.first_start_presenter import FirstStartScreen
from counterfoil.presentation.health_presenter import HealthScreen
from counterfoil.presentation.pages import Pages
from counterfoil.presentation.rest_presenter import RestScreen
from counterfoil.presentation.settings_presenter import SettingsScreen
from counterfoil.presentation.settle_presenter import SettleScreen
from counterfoil.presentation.staff_presenter import StaffScreen
from counterfoil.ui.approval_overlay import ApprovalOverlay
from counterfoil.ui.first_start_overlay import FirstStartOverlay
from counterfoil.ui.health_overlay import HealthOverlay
from counterfoil.ui.rest_overlay import RestOverlay
from counterfoil.ui.settings_overlay import SettingsOverlay
from counterfoil.ui.settle_overlay import SettleOverlay
from counterfoil.ui.staff_overlay import StaffOverlay
from counterfoil.ui.widgets.overlay import Overlay


class WorkOverlays(QObject):
    """Shows the overlays for approving, settling, a rest, staff and settings, and tells the pages.

    Signals: ``made(Overlay)`` before one is shown for the first time; ``opening(Overlay)`` before
        one
    comes in front.
    """

    made = Signal(object)
    opening = Signal(object)

    def __init__(self, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._pages = pages
        self._window = window
        self._approval: ApprovalOverlay | None = None
        self._settling: SettleOverlay | None = None
        self._rest: RestOverlay | None = None
        self._staff: StaffOverlay | None = None
        self._health: HealthOverlay | None = None
        self._settings: SettingsOverlay | None = None
        self._first_start: FirstStartOverlay | None = None
        pages.approvals.changed.connect(self._render_approval)
        pages.settler.changed.connect(self._render_settling)
        pages.counter.rests.changed.connect(self._render_rest)
        pages.staff_page.changed.connect(self._render_staff)
        pages.health_page.changed.connect(self._render_health)
        pages.settings_page.changed.connect(self._render_settings)
        pages.first_start_page.changed.connect(self._render_first_start)

    def forget_search(self) -> None:
        """Take back what was typed into a search: it was the first keys of a scan."""
        if self._settings is not None:
            self._settings.forget_search()

    def _render_approval(self, screen: ApprovalScreen | None) -> None:
        if screen is not None:
            self._approval = self._approval or self._made_approval()
            self._come_in_front(self._approval)
        if self._approval is not None:
            self._approval.render_screen(screen)

    def _render_settling(self, screen: SettleScreen | None) -> None:
        if screen is not None:
            self._settling = self._settling or self._made_settling()
            self._come_in_front(self._settling)
        if self._settling is not None:
            self._settling.render_screen(screen)

    def _render_rest(self, screen: RestScreen | None) -> None:
        if screen is not None:
            self._rest = self._rest or self._made_rest()
            self._come_in_front(self._rest)
        if self._rest is not None:
            self._rest.render_screen(screen)

    def _render_staff(self, screen: StaffScreen | None) -> None:
        if screen is not None:
            self._staff = self._staff or self._made_staff()
            self._come_in_front(self._staff)
        if self._staff is not None:
            self._staff.render_screen(screen)

    def _render_health(self, screen: HealthScreen | None) -> None:
        if screen is not None:
            self._health = self._health or self._made_health()
            self._come_in_front(self._health)
        if self._health is not None:
            self._health.render_screen(screen)

    def _render_settings(self, screen: SettingsScreen | None) -> None:
        if screen is not None:
            self._settings = self._settings or self._made_settings()
            self._come_in_front(self._settings)
        if self._settings is not None:
            self._settings.render_screen(screen)

    def _render_first_start(self, screen: FirstStartScreen | None) -> None:
        if screen is not None:
            self._first_start = self._first_start or self._made_first_start()
            self._come_in_front(self._first_start)
        if self._first_start is not None:
            self._first_start.render_screen(screen)

    def _come_in_front(self, overlay: Overlay) -> None:
        if not overlay.isVisible():
            self.opening.emit(overlay)

    def _made_approval(self) -> ApprovalOverlay:
        overlay, presenter = ApprovalOverlay(self._window), self._pages.approvals
        overlay.reason_chosen.connect(presenter.choose)
        overlay.way_chosen.connect(presenter.choose_way)
        overlay.edited.connect(presenter.edit)
        overlay.submitted.connect(presenter.submit)
        overlay.pressed.connect(presenter.press)
        overlay.withdrawn.connect(presenter.withdraw)
        self.made.emit(overlay)
        return overlay

    def _made_settling(self) -> SettleOverlay:
        overlay, presenter = SettleOverlay(self._window), self._pages.settler
        overlay.evidence_chosen.connect(presenter.choose_evidence)
        overlay.got_chosen.connect(presenter.choose_got)
        overlay.edited.connect(presenter.edit)
        overlay.submitted.connect(presenter.submit)
        overlay.pressed.connect(presenter.press)
        overlay.withdrawn.connect(presenter.withdraw)
        self.made.emit(overlay)
        return overlay

    def _made_rest(self) -> RestOverlay:
        overlay, presenter = RestOverlay(self._window), self._pages.counter.rests
        overlay.way_chosen.connect(presenter.choose)
        overlay.edited.connect(presenter.edit)
        overlay.pressed.connect(presenter.press)
        overlay.withdrawn.connect(presenter.withdraw)
        self.made.emit(overlay)
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
        self.made.emit(overlay)
        return overlay

    def _made_health(self) -> HealthOverlay:
        overlay, presenter = HealthOverlay(self._window), self._pages.health_page
        overlay.again_pressed.connect(presenter.check_again)
        overlay.support_pressed.connect(presenter.keep_support_file)
        overlay.left.connect(presenter.close)
        self.made.emit(overlay)
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
        self.made.emit(overlay)
        return overlay

    def _made_first_start(self) -> FirstStartOverlay:
        overlay, presenter = FirstStartOverlay(self._window), self._pages.first_start_page
        overlay.edited.connect(presenter.edit)
        overlay.found_pressed.connect(presenter.take_printer)
        overlay.trial_pressed.connect(presenter.try_it)
        overlay.pressed.connect(presenter.press)
        overlay.left.connect(presenter.back)
        self.made.emit(overlay)
        return overlay
