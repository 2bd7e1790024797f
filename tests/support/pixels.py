"""Pictures of the main screens as a few coloured blocks, and what differs between two of them.

A block is the mean colour of some 21 px by 21 px. So another number on the slip changes it little;
a button that moved, a line that is missing or another colour change it much.
"""

from pathlib import Path
from typing import Final

from PIL import Image, ImageChops
from PySide6.QtGui import QImage, QPixmap

BLOCKS: Final = (64, 36)
"""How many blocks a picture has from left to right, and from top to bottom."""
MUCH: Final = 20
"""By how much of 255 the red, green or blue of one block may differ from the one that is kept."""
LITTLE: Final = 6
"""By how much many of them may: the signs of a slip's number change a few blocks by up to 10."""
MANY: Final = 12


def blocks_of(picture: QPixmap) -> Image.Image:
    """Return a picture as its blocks."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    size, bytes_a_line = image.size().toTuple(), image.bytesPerLine()
    whole = Image.frombytes("RGB", size, bytes(image.constBits()), "raw", "RGB", bytes_a_line)
    return whole.resize(BLOCKS, Image.Resampling.BOX)


def differences(seen: Image.Image, kept: Path) -> list[str]:
    """Return a sentence for each block that is not as it was kept; none if the two look alike.

    They do not if one block differs much, or many a little.
    """
    with Image.open(kept) as picture:
        before = picture.convert("RGB")
    red, green, blue = ImageChops.difference(seen, before).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    columns, rows = BLOCKS
    places = [(x, y) for y in range(rows) for x in range(columns)]
    off = dict(zip(places, most.tobytes(), strict=True))
    little = [at for at, much in off.items() if much > LITTLE]
    told = little if len(little) > MANY else [at for at in little if off[at] > MUCH]
    return [f"block {at}: {before.getpixel(at)} was kept, {seen.getpixel(at)} seen" for at in told]
