"""The customer's displays, put together from the settings; loaded only where there is one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from counterfoil.adapters.settings.till_settings import CustomerDisplayChoice
from counterfoil.presentation.customer_presenter import CustomerPresenter
from counterfoil.presentation.pages import Pages
from counterfoil.ui.customer_window import CustomerDisplay
from counterfoil.ui.window import Window


@asynccontextmanager
async def open_displays(
    chosen: CustomerDisplayChoice, pages: Pages, window: Window, shop: str
) -> AsyncIterator[None]:
    """Show the customer what the counter does, for as long as the body runs."""

    def tell(why: str) -> None:
        pages.shell.toast(why, "alert")

    presenter = CustomerPresenter(pages, shop)
    display = CustomerDisplay(presenter, chosen.screen, taken=window.screen, tell=tell)
    try:
        yield
    finally:
        display.close()
