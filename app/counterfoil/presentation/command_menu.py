"""The menu: every page and action that somebody may have now, found by typing.

Its rows come from the table of the keys, and from the buttons of the page in front.
"""

from collections.abc import Iterable, Iterator

from counterfoil.declaring import dataclass
from counterfoil.domain.staff import Actor
from counterfoil.domain.training import Lesson
from counterfoil.presentation.key_map import KEYS, Front, KeyRow, Wish
from counterfoil.presentation.rooms import Room
from counterfoil.presentation.screens import Act, Button, CardOfTest
from counterfoil.presentation.words import menu, training

_NOT_LISTED = frozenset({Wish.MENU, Wish.BACK})
"""The menu is open, and its own Esc leads back."""
_OF_SOMEBODY = frozenset({Wish.LOCK, Wish.SWITCH})
"""Who has not signed in cannot leave."""


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One page or action, with its key; ``also`` are further words by which it is found."""

    caption: str
    key: str
    icon: str
    wish: Wish | Room | Act | Lesson
    also: str = ""

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return self.wish.name.lower().replace("_", "-")


def menu_rows(
    front: Front, actor: Actor, buttons: Iterable[Button], *, is_training: bool
) -> tuple[MenuRow, ...]:
    """Return what can be done now; the buttons of the page in front come first."""
    rows = [MenuRow(one.text, one.key, one.icon, one.act, menu.ON_THIS_PAGE) for one in buttons]
    return (*rows, *_rows(front, actor, is_training=is_training))


def practice_row(card: CardOfTest) -> MenuRow:
    """Return a test voucher of training as a row."""
    caption, icon = menu.practice_voucher(card.caption), "voucher"
    return MenuRow(caption, "", icon, Lesson(card.name), training.TOUR)


def found(rows: tuple[MenuRow, ...], text: str) -> tuple[MenuRow, ...]:
    """Return the rows that have a word for each word of a text; by their captions first."""
    words = text.casefold().split()
    by_caption = [one for one in rows if has_all(words, one.caption)]
    by_key = [one for one in rows if one.key.casefold() == text.strip().casefold() and words]
    by_also = [one for one in rows if has_all(words, f"{one.caption} {one.also}")]
    return tuple(dict.fromkeys((*by_key, *by_caption, *by_also)))


def _rows(front: Front, actor: Actor, *, is_training: bool) -> Iterator[MenuRow]:
    for row in KEYS:
        if row.wish not in _NOT_LISTED and _is_offered(row, front, actor, is_training=is_training):
            said = menu.COMMANDS[row.wish]
            yield MenuRow(said.caption, row.key, said.icon, row.wish, said.also)


def _is_offered(row: KeyRow, front: Front, actor: Actor, *, is_training: bool) -> bool:
    is_allowed = row.needs is None or actor.may(row.needs)
    is_here = is_training or not row.is_for_training
    is_somebody = bool(actor.number) or row.wish not in _OF_SOMEBODY
    return front in row.fronts and is_allowed and is_here and is_somebody


def has_all(words: list[str], text: str) -> bool:
    """Whether each of some words begins a word of a text."""
    told = text.casefold().split()
    return all(any(one.startswith(word) for one in told) for word in words)
