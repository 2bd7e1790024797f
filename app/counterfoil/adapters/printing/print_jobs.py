"""The title of a print job, which holds no secret, and which jobs print the same paper again."""

import re

from counterfoil.domain.slip import PinBox, QrCode, Slip, SlipKind

_UNSAFE_IN_TITLE = re.compile(r"[^A-Za-z0-9 ._-]+")
_TITLE_MAX = 60


def paper_of(slip: Slip) -> tuple[bool, str]:
    """Return what a slip and those that stand for it later have in common: its copies, say.

    The void of a sale stands for no slip of the sale: each is to come out.
    """
    return slip.kind is SlipKind.VOID, slip.reference


def job_title(slip: Slip, title: str) -> str:
    """Return a title that print systems show safely, and that holds no secret of the slip."""
    safe = " ".join(_UNSAFE_IN_TITLE.sub(" ", title).split()).lstrip("- ")[:_TITLE_MAX]
    digits = re.sub(r"[ ._-]", "", safe)
    is_leaking = any(secret and secret in digits for secret in _secrets(slip))
    return safe if safe and not is_leaking else "Counterfoil slip"


def _secrets(slip: Slip) -> list[str]:
    pins = [line.pin for line in slip.lines if isinstance(line, PinBox) and line.pin is not None]
    contents = [line.content for line in slip.lines if isinstance(line, QrCode)]
    secrets = filter(None, (*pins, *contents))
    return [re.sub(r"[ ._-]", "", secret.reveal()) for secret in secrets]
