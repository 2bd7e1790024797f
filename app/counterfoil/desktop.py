"""The window's composition root: presenters, window and till on one qasync loop.

The only module that knows qasync, and of it only the event loop. There is no nested loop: the main
coroutine opens the till, shows the window, waits until it may close, and closes the till.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import field, replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from counterfoil import garbage
from counterfoil.adapters import keyrings
from counterfoil.adapters.door import Streams, door
from counterfoil.adapters.settings.look_memory import LookMemory
from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.adapters.system.logs import describe_failure
from counterfoil.adapters.system.loudspeaker import loudspeaker
from counterfoil.bootstrap import (
    FINISH_LIMIT_S,
    Places,
    Till,
    catalogue_of,
    data_directory,
    open_closed_till,
    open_till,
    till_language,
)
from counterfoil.declaring import dataclass
from counterfoil.domain.failures import (
    CounterfoilError,
    JournalHeldError,
    JournalLockedError,
    JournalUnavailableError,
    SettingsError,
    TillStoppedError,
)
from counterfoil.domain.language import Language
from counterfoil.domain.offer import Offer
from counterfoil.domain.slip_facts import Heading
from counterfoil.presentation.counter_presenter import CounterPresenter
from counterfoil.presentation.pages import ListPages, Pages
from counterfoil.presentation.shell_presenter import ShellPresenter
from counterfoil.presentation.words import settings_page
from counterfoil.presentation.words.opening import opening_words
from counterfoil.presentation.words.settings import no_preview
from counterfoil.presentation.words.slips import sample_slip
from counterfoil.presentation.words.speaking import on_screen, use, use_on_screen
from counterfoil.service.backing_up import BackupSchedule
from counterfoil.service.paper_keeping import PaperKeeping
from counterfoil.service.session import Session
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.visits import Visit, Visits
from counterfoil.ui import theme
from counterfoil.ui.ending import Ending
from counterfoil.ui.first_paint import FirstPaint
from counterfoil.ui.opening_window import OpeningWindow
from counterfoil.ui.placing import place, written_place
from counterfoil.ui.qt_words import QtWords
from counterfoil.ui.window import Window
from counterfoil.watchdog import watched

PATIENCE_S = 1.0
"""How long a till may take to open before the screen says what it waits for."""
FRESH_FOR_S = 300.0
"""How long voucher types are taken for fresh before they are asked for again."""
OFFLINE_RETRY_S = 15.0
ANSWER_LIMIT_S = 60.0
"""How long an answer is waited for where the system, and no person, closes the till."""
PREVIEW_EVERY_S = 0.5
"""How often the settings are read while somebody looks at how slips look."""

_log = logging.getLogger("counterfoil.till")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The window of an open till, and the presenters behind it."""

    till: Till
    window: Window
    pages: Pages
    again: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the window closes only to come again, with other settings."""

    @property
    def counter(self) -> CounterPresenter:
        """The pages Redeem and Balance."""
        return self.pages.counter

    @property
    def ledgers(self) -> ListPages:
        """The pages with a list."""
        return self.pages.lists

    @property
    def shell(self) -> ShellPresenter:
        """The frame around every page."""
        return self.pages.shell

    @property
    def visits(self) -> Visits:
        """Those who come by the local door."""
        return self.pages.visits


Receive = Callable[[Till, Streams, Callable[[], None]], Visit]
"""Makes a visit of a line through the local door; it may have the window come in front."""
RaiseOther = Callable[[Path], Awaitable[bool]]
"""Has the window of a folder's till come in front, if there is one."""


def run_window(
    app: QApplication,
    frame: OpeningWindow,
    places: Places,
    load_visits: Callable[[], Receive] | None = None,
    load_raising: Callable[[], RaiseOther] | None = None,
    *,
    started_with: Sequence[str] | None = None,
) -> int:
    """Put the till's window in the place of its frame, and return when it has closed.

    ``load_visits`` loads what carries out the commands of those who come by the local door; without
    it there is no door. ``load_raising`` loads what has a window that is there come in front.
    ``started_with`` are the arguments of a program that a second process watches.
    """

    async def live() -> int:
        shown = frame
        try:
            while (code := await _live(app, shown, places, load_visits, started_with)) is None:
                shown = _framed_again()
            return code
        except JournalLockedError as failure:
            if load_raising is not None and await _is_raised(places, load_raising):
                return 0
            return await _show_closed(app, shown, places, failure)

    return run_on_qt_loop(app, live)


async def _is_raised(places: Places, load_raising: Callable[[], RaiseOther]) -> bool:
    """Have the window that is open already come in front; return whether there is one."""
    raise_other = await asyncio.to_thread(load_raising)
    settings = await asyncio.to_thread(load_settings, places.file)
    return await raise_other(data_directory(places, settings))


def run_on_qt_loop(app: QApplication, main: Callable[[], Awaitable[int]]) -> int:
    """Run a coroutine on Qt's own loop to its end."""
    # The library logs the arguments of what runs in a thread, and a form that was typed is one.
    logging.getLogger("qasync").setLevel(logging.WARNING)

    async def run() -> int:
        with garbage.collected_by_nobody():
            async with TaskOwner(_note_failure) as owner:
                _ = owner.spawn(garbage.collect(), "garbage")
                return await main()

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(run())


async def _live(
    app: QApplication,
    frame: OpeningWindow,
    places: Places,
    load_visits: Callable[[], Receive] | None,
    started_with: Sequence[str] | None,
) -> int | None:
    """Return the exit code, or None where the till is to be opened again at once."""
    frame.refused.connect(keyrings.give_up)
    try:
        async with AsyncExitStack() as opened:
            async with _saying_what_is_waited_for(frame):
                till = await opened.enter_async_context(open_till(places))
            # Who closes the frame breaks nothing off that was begun.
            if frame.is_refused:
                return 0
            memory = LookMemory(till.directory)
            async with (
                open_face(app, till, memory) as face,
                open_door(face, load_visits),
            ):
                offer_preview(face, places.file)
                await _show_until_closed(face, memory, frame, started_with)
            return None if face.again.is_set() else 0
    except JournalLockedError:
        raise
    except CounterfoilError as error:
        # Only opening raises here: what fails later is told to the shell.
        failure = error
    return await _show_closed(app, frame, places, failure)


async def _show_closed(
    app: QApplication, frame: OpeningWindow, places: Places, failure: CounterfoilError
) -> int:
    """Show why the till cannot open, until its window is closed."""
    if frame.is_refused:
        return 0
    # A till that could not open writes nothing, whatever is chosen in its window.
    memory = LookMemory(None)
    async with open_closed_till(failure, places) as till, open_face(app, till, memory) as face:
        face.shell.fail(failure)
        await _show_until_closed(face, memory, frame)
        return 75 if isinstance(failure, JournalHeldError) else 74


def _framed_again() -> OpeningWindow:
    frame = OpeningWindow()
    frame.show()
    return frame


@asynccontextmanager
async def _saying_what_is_waited_for(frame: OpeningWindow) -> AsyncIterator[None]:
    """Say in the frame what a till waits for that is slow to open, for as long as the body runs."""

    async def say() -> None:
        while True:
            await asyncio.sleep(PATIENCE_S)
            frame.show_wait(opening_words(for_keyring=keyrings.is_waited_for()))

    async with TaskOwner(_note_failure) as owner:
        _ = owner.spawn(say(), "opening")
        yield


async def _show_until_closed(
    face: Face,
    memory: LookMemory,
    frame: OpeningWindow,
    started_with: Sequence[str] | None = None,
) -> None:
    closing, painted = asyncio.Event(), asyncio.Event()
    # A window that is covered may never be painted, and is closed all the same.
    for wanted in (closing, painted):
        face.window.close_requested.connect(wanted.set)
    frame.refused.connect(painted.set)
    FirstPaint(face.window).happened.connect(painted.set)
    # Before it is painted, so that the first that is seen of it is a form to type in.
    kept = await _kept_at_first(face)
    place(face.window, memory.recall().window)
    face.window.show()
    await painted.wait()
    frame.hide()
    frame.deleteLater()
    # Who closed the frame behind which the window came up did not mean the window.
    if not frame.is_refused:
        begin(face, kept)
        if _is_first_start(face, memory):
            face.pages.first_start_page.welcome()
        till = face.till
        async with _displays(face), watched(started_with, till.directory, till.owner):
            await closing.wait()
        memory.keep_window(written_place(face.window))
        face.counter.stop()
        limit_s = ANSWER_LIMIT_S if face.window.is_ending else FINISH_LIMIT_S
        await face.visits.finish(limit_s)
        await face.till.engine.redeemer.finish(limit_s)
    face.window.allow_close()


def _is_first_start(face: Face, memory: LookMemory) -> bool:
    """Whether nobody has closed this till's window before, and it has no settings of its own."""
    return face.till.first_start.can_set_up and memory.recall().window is None


@asynccontextmanager
async def _displays(face: Face) -> AsyncIterator[None]:
    """Show the customer what the counter does, where the settings name a display for that."""
    chosen = face.till.settings.customer_display
    if not chosen.is_set_up:
        yield
        return
    from counterfoil.displays import open_displays

    async with open_displays(chosen, face.pages, face.window, face.till.profile):
        yield


@asynccontextmanager
async def open_face(app: QApplication, till: Till, memory: LookMemory) -> AsyncIterator[Face]:
    """Put a window on an open till, where nobody is signed in yet.

    `begin` starts what goes on in the background.
    """
    _choose_theme(app, till, memory)
    speech = Speech(app, till.session, memory, till.settings.language)
    visits = Visits(till.owner, till.clock)
    pages = Pages(till, till.printer_name, visits, till.lessons)
    await asyncio.sleep(0)  # Both at once would let the frame stand still for twice as long.
    window = Window(
        pages,
        symbols=till.symbols,
        spawn=till.owner.spawn,
        loudspeaker=loudspeaker(),
        columns=till.profile.slip_columns,
        has_sounds=memory.recall().sounds is not False,
    )
    face = Face(
        till=till,
        window=window,
        pages=pages,
    )
    if (ending := app.findChild(Ending)) is not None:
        ending.wished.connect(window.close_once_answered)
    face.window.theme_chosen.connect(memory.keep_theme)
    face.window.sounds_chosen.connect(memory.keep_sounds)
    face.window.motion_chosen.connect(memory.keep_motion)
    face.window.text_scale_chosen.connect(memory.keep_text_scale)
    speech.follow(window, pages)
    window.again_wished.connect(partial(_open_again, face, lambda: settings_page.LATER))
    notices, notice_advice = till.notices, on_screen(pages.notice_advice)
    with notices.listening(on_screen(pages.notice)), notices.listening_to_advices(notice_advice):
        yield face


@asynccontextmanager
async def open_door(face: Face, load_visits: Callable[[], Receive] | None) -> AsyncIterator[None]:
    """Let command lines of the same user work in this till, for as long as the body runs.

    A till without a door sells all the same.
    """
    if load_visits is None:
        yield
        return

    receive: Receive | None = None
    loading = asyncio.Lock()

    async def serve(streams: Streams) -> None:
        nonlocal receive
        async with loading:
            if receive is None:
                # In a thread: its library takes longer to load than a window may stand still.
                receive = await asyncio.to_thread(load_visits)
        await face.visits.attend(receive(face.till, streams, face.window.come_to_front))

    def admit(*streams: *Streams) -> None:
        _ = face.till.owner.spawn(serve(streams), "door")

    async with AsyncExitStack() as opened:
        try:
            await opened.enter_async_context(door().opened(face.till.directory, admit))
        except OSError as error:
            _log.warning("there is no door for the command line", extra=describe_failure(error))
        yield


def offer_preview(face: Face, settings: Path | None) -> None:
    """Let the window show how slips look by the settings file as it is, while somebody wants it."""
    following: asyncio.Task[None] | None = None

    def follow() -> None:
        nonlocal following
        if following is None or following.done():
            following = face.till.owner.spawn(_follow_settings(face, settings), "preview")

    face.window.preview_opened.connect(follow)


async def _follow_settings(face: Face, settings: Path | None) -> None:
    # Asked for each time: with another language there is another one.
    while face.window.preview().isVisible():
        try:
            read = await asyncio.to_thread(load_settings, settings)
        except SettingsError as error:
            face.window.preview().say_wrong(no_preview(error.cause))
        else:
            at = face.till.clock.now().wall.astimezone()
            heading = Heading(profile=read.profile, cashier="", at=at, slip_number=0)
            face.window.preview().show_preview(sample_slip(heading), read.profile.slip_columns)
        await face.till.clock.sleep(PREVIEW_EVERY_S)


def begin(face: Face, kept: Offer | None = None) -> None:
    """Start what goes on while the window is open; it loads what the first paint was spared.

    ``kept`` is what the window shows already: the types of the last discovery.
    """
    for name, work in (
        ("clock", face.shell.run_clock()),
        ("types", _keep_types_fresh(face, kept)),
        ("resolver", _work(face, face.till.engine.resolver.run)),
        ("forwarder", _work(face, face.till.engine.forwarder.run)),
        ("lists", face.window.make_lists_ready()),
    ):
        _ = face.till.owner.spawn(work, name)
    _ = face.till.owner.spawn(_check(face), "check")
    _ = face.till.owner.spawn(_shred(face), "retention")
    if face.till.backups is not None:
        _ = face.till.owner.spawn(_back_up(face, face.till.backups), "backups")
    if face.till.papers is not None:
        _ = face.till.owner.spawn(_keep_papers(face, face.till.papers), "papers")


async def _back_up(face: Face, schedule: BackupSchedule) -> None:
    """Make backups in the background; one that cannot be made is shown, and closes nothing."""
    await schedule.run(face.shell.backup)


async def _check(face: Face) -> None:
    """Prove the journal's records in the background, and show what was altered."""
    try:
        await face.till.check.run(face.shell.damage)
    except JournalUnavailableError as error:
        face.shell.fail(error)


async def _shred(face: Face) -> None:
    """Remove once a day what is kept about customers; what fails is noted, and stops no sale."""
    try:
        await face.till.retention_days.run(partial(_note_failure, "retention"))
    except JournalUnavailableError as error:
        face.shell.fail(error)


async def _keep_papers(face: Face, papers: PaperKeeping) -> None:
    """Remove slips that have lain for long enough; one that stays stops nothing."""
    try:
        await papers.run()
    except JournalUnavailableError as error:
        face.shell.fail(error)


async def _kept_at_first(face: Face) -> Offer | None:
    """Show what the journal holds; None where it cannot be read, which `begin` then tries again."""
    try:
        return await _show_kept(face)
    except JournalUnavailableError as error:
        face.shell.fail(error)
    except Exception as error:  # noqa: BLE001 - the fence: the window is shown whatever happens
        _note_failure("discovery", error)
    return None


async def _keep_types_fresh(face: Face, offer: Offer | None) -> None:
    """Show the types of the last discovery, then ask for them, and again from time to time."""
    while True:
        try:
            if offer is None:
                offer = await _show_kept(face)
            offer = await face.till.engine.catalogue.refresh()
            face.counter.offer(offer)
        except JournalUnavailableError as error:
            face.shell.fail(error)
            return
        except Exception as error:  # noqa: BLE001 - the fence: one bad answer must not end discovery
            _note_failure("discovery", error)
            offer = replace(offer or Offer((), None, is_fresh=False), is_fresh=False)
        face.shell.offer(offer)
        await face.till.clock.sleep(FRESH_FOR_S if offer.is_fresh else OFFLINE_RETRY_S)


async def _show_kept(face: Face) -> Offer:
    """Show what the journal holds, without asking anyone."""
    kept = await face.till.catalogue.kept()
    # First, so that nobody begins to type where it then comes.
    await face.pages.welcome()
    face.counter.offer(kept)
    await face.counter.refresh_journal()
    await face.shell.count()
    return kept


async def _work(
    face: Face, run: Callable[[Callable[[Exception], None]], Coroutine[None, None, None]]
) -> None:
    """Work on in the background; when that ends, whatever the reason, the till closes."""
    try:
        await run(partial(_note_failure, "background"))
    except JournalUnavailableError as error:
        face.shell.fail(error)
    except Exception as error:  # noqa: BLE001 - a till whose queue stands still must not sell on
        _note_failure("background", error)
        face.shell.fail(TillStoppedError("the work in the background has ended"))


def _note_failure(stage: str, error: Exception) -> None:
    """Note what kind of failure a pass ended with and where, never its words."""
    _log.error("a pass failed", extra={"stage": stage, **describe_failure(error)})


class Speech:
    """Has the window speak the language of who is at the till; to nobody it speaks the till's.

    Anybody can choose the till's at its page to sign in, so it is for the screen alone: records and
    files are in the language of the settings.
    """

    def __init__(
        self, app: QApplication, session: Session, memory: LookMemory, language: Language
    ) -> None:
        """Take the ``language`` of the settings."""
        self._app = app
        self._session = session
        self._memory = memory
        self._language = language
        self._for_now: Language | None = None
        """What somebody who is signed in chose at a closed till, where nothing is kept for them."""
        self._spoken = self._wanted()
        use(catalogue_of(language))
        self._speak()

    def follow(self, window: Window, pages: Pages) -> None:
        """Speak another language whenever another one is wanted in this window."""
        self._mark(window)

        def change() -> None:
            if (wanted := self._wanted()) is not self._spoken:
                self._spoken = wanted
                self._speak()
                pages.say_anew()
                window.say_anew()
            self._mark(window)

        def keep(language: Language) -> None:
            if self._session.is_signed_in:
                self._for_now = language
            else:
                self._memory.keep_language(language)
            change()

        self._session.on_change.append(change)
        pages.till_language_chosen.connect(keep)

    def _mark(self, window: Window) -> None:
        """Mark what was chosen, or else what is spoken."""
        window.mark_language(self._for_now or self._session.actor.language or "", self._spoken)

    def _wanted(self) -> Language:
        """Return the language of the person, or else the till's."""
        return self._for_now or self._session.actor.language or self._of_till()

    def _of_till(self) -> Language:
        return till_language(self._memory.recall().language, self._language)

    def _speak(self) -> None:
        """Have everything say its words in this language; Qt does so too."""
        use_on_screen(catalogue_of(self._spoken))
        if self._spoken is not Language.ENGLISH and self._app.findChild(QtWords) is None:
            self._app.installTranslator(QtWords(self._app))


def _open_again(face: Face, later: Callable[[], str]) -> None:
    """Close the till and open it again at once; where something is under way, say ``later``."""
    if face.pages.left_open or face.pages.is_mid_answer:
        face.shell.toast(later(), "hourglass")
        return
    face.again.set()
    face.window.close()


def _choose_theme(app: QApplication, till: Till, memory: LookMemory) -> None:
    """Take the look that was chosen in the window last, or else the one in the settings."""
    kept, settings = memory.recall(), till.settings
    chosen = kept.theme or settings.theme
    scale = kept.text_scale or settings.text_scale
    motion = settings.has_motion if kept.motion is None else kept.motion
    training = till.profile.is_training
    theme.apply_theme(app, chosen, scale=scale, training=training, motion=motion)
