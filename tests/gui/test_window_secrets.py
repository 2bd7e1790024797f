"""What the window says and notes when somebody's secret is in it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from counterfoil.domain.verdict import Declined, DeclineReason
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.window import PROFILE, TYPES, WindowTill, open_window

NOT_FOUND = Declined(reason=DeclineReason.NOT_FOUND)


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


async def redeem(till: WindowTill) -> None:
    """Redeem a voucher."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()


@pytest.mark.parametrize("is_training", [True, False])
async def test_in_training_an_unknown_number_is_said_to_be_no_sandbox_number(
    is_training: bool,
) -> None:
    """Whoever typed a real voucher's learns it; a real till does not speak of a sandbox."""
    profile = replace(PROFILE, is_training=is_training)
    gateway = ScriptedGateway([NOT_FOUND], types=TYPES)
    async with open_window(gateway, profile=profile) as till:
        await redeem(till)
        assert ("none of the sandbox's" in words(till)) is is_training
