"""A window without vouchers says what it is: asked just now, no key, a login, or no answer."""

import pytest
from PySide6.QtWidgets import QLabel

from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.failures import (
    GatewayEmptyError,
    GatewayKeyMissingError,
    GatewayPageError,
    GatewayUnavailableError,
    GatewayUnreadableError,
)
from counterfoil.domain.offer import Offer
from support.window import WindowTill, open_window


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


async def test_the_first_second_is_no_failure() -> None:
    """Before anybody answered nothing is said to have failed, and nothing is to be pressed."""
    async with open_window() as till:
        till.counter.offer(Offer((), None, is_fresh=False))
        assert "The till is asking which vouchers there are." in words(till)
        assert "No vouchers to choose" not in words(till)
        assert till.counter.screen().buttons == ()


NO_KEY = NoKey(KeyProblem.UPSTREAM_KEY_MISSING, variable="KEY")


@pytest.mark.parametrize(
    ("trouble", "said", "chip"),
    [
        (GatewayKeyMissingError(NO_KEY), "put it into the environment variable KEY.", "No key"),
        (GatewayPageError("status 200"), "the network may want a login", "Network login?"),
        (GatewayUnreadableError("status 200"), "cannot be read", "Answer unreadable"),
        (GatewayEmptyError("none"), "offers no vouchers to this till", "No vouchers"),
        (GatewayUnavailableError("dns"), "does not answer", "Offline"),
    ],
)
async def test_a_window_without_vouchers_says_why(
    trouble: GatewayUnavailableError, said: str, chip: str
) -> None:
    """In the sheet and in the bar above, in the same words as the command line."""
    async with open_window() as till:
        offer = Offer((), None, is_fresh=False, trouble=trouble)
        till.counter.offer(offer)
        till.shell.offer(offer)
        assert said in words(till)
        assert "status 200" not in words(till)
        assert chip in [one.text for one in till.shell.screen().chips]
        assert till.counter.screen().buttons
