"""The pages with a list, each with its own presenter."""

from typing import Any

from counterfoil.presentation.doubt_presenter import DoubtPresenter
from counterfoil.presentation.history_presenter import HistoryPresenter
from counterfoil.presentation.list_presenter import ListPresenter
from counterfoil.presentation.screens import Room
from counterfoil.presentation.slips_presenter import SlipsPresenter
from counterfoil.service.services import Services

ListPages = dict[Room, ListPresenter[Any]]


def list_pages(services: Services) -> ListPages:
    """Return a presenter for each page that has a list."""
    pages: tuple[ListPresenter[Any], ...] = (
        DoubtPresenter(services),
        SlipsPresenter(services),
        HistoryPresenter(services),
    )
    return {page.room: page for page in pages}
