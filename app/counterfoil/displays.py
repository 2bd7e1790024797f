"""The customer's displays, put together from the settings; loaded only where there is one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from counterfoil.adapters.settings.till_settings import CustomerDisplayChoice
from counterfoil.bootstrap import catalogue_of
from counterfoil.domain.till import TillProfile
from counterfoil.presentation.customer_presenter import CustomerPresenter
from counterfoil.presentation.customer_screen import CustomerScreen, line_texts
from counterfoil.presentation.pages import Pages
from counterfoil.presentation.words import customers
from counterfoil.ui.window import Window


@asynccontextmanager
async def open_displays(
    chosen: CustomerDisplayChoice, pages: Pages, window: Window, profile: TillProfile
) -> AsyncIterator[None]:
    """Show the customer what the counter does, for as long as the body runs."""
    tell = partial(pages.shell.toast, icon="alert")
    presenter = CustomerPresenter(pages, profile, catalogue_of(profile.slip_language))
    async with AsyncExitStack() as opened:
        if chosen.screen:
            from counterfoil.ui.customer_window import CustomerDisplay

            shown = CustomerDisplay(presenter, chosen.screen, taken=window.screen, tell=tell)
            opened.callback(shown.close)
            if (handle := window.windowHandle()) is not None:
                # Whoever moves the till to that screen must not lose it behind the customer's.
                handle.screenChanged.connect(shown.place)
        if chosen.device:
            from counterfoil.adapters.printing.line_display import SerialLineDisplay
            from counterfoil.adapters.printing.serial_line import SerialLine

            loop = asyncio.get_running_loop()
            why = customers.no_line_display(chosen.device)

            def tell_from_thread() -> None:
                _ = loop.call_soon_threadsafe(tell, why)

            line = SerialLine(chosen.device, chosen.baud)
            display = SerialLineDisplay(line, tell_from_thread)
            opened.push_async_callback(display.close)

            def show(screen: CustomerScreen) -> None:
                display.show(line_texts(screen))

            show(presenter.screen())
            presenter.changed.connect(show)
        yield
