"""Reads a shop's logo from a PNG file and turns it into the dots of a receipt printer."""

import io
import stat
import struct
import zlib
from pathlib import Path

from counterfoil.domain.causes.settings import SettingProblem, WrongSetting
from counterfoil.domain.failures import SettingsError
from counterfoil.domain.slip import LOGO_DOTS_MAX, Dots

LOGO_BYTES_MAX = 256 * 1024
_SIDE_MAX = 2_000
"""In dots: no printer prints so many, and a small file may say that it has millions."""
_WHITE = 255


def read_logo(path: Path, setting: str) -> Dots:
    """Return a picture as dots of a receipt printer, no larger than a slip has room for.

    Greys become patterns of dots. ``setting`` is the key that named the file, for the error.

    Raises:
        SettingsError: there is no such file, or it is no PNG picture, or too large.

    """
    from PIL import Image, ImageOps

    try:
        content = _content(path)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if max(picture.size) > _SIDE_MAX:
                raise ValueError(picture.size)
            seen = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error) as error:
        raise SettingsError(WrongSetting(SettingProblem.NO_PICTURE, setting)) from error
    ground = Image.new("RGBA", seen.size, (_WHITE,) * 4)
    grey = Image.alpha_composite(ground, seen).convert("L")
    grey.thumbnail(LOGO_DOTS_MAX)
    row_bytes = -(-grey.width // 8)
    padded = Image.new("L", (8 * row_bytes, grey.height), _WHITE)
    padded.paste(grey, ((padded.width - grey.width) // 2, 0))
    return Dots(row_bytes, padded.height, ImageOps.invert(padded).convert("1").tobytes())


def _content(path: Path) -> bytes:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > LOGO_BYTES_MAX:
        raise ValueError(status.st_size)
    return path.read_bytes()
