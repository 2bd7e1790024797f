"""The barcodes of the live slip are drawn up beside the window, and few of them are kept."""

import asyncio

import pytest
from typing_extensions import override

from counterfoil.domain.secret import Secret
from counterfoil.ports.symbols import SymbolError, Symbols
from counterfoil.service.tasks import TaskOwner
from counterfoil.ui import code_book
from counterfoil.ui.code_book import CodeBook


class CountedSymbols(Symbols):
    """Draws one module for each letter, and remembers what it drew."""

    def __init__(self) -> None:
        self.drawn: list[str] = []

    @override
    def code128(self, text: str) -> tuple[bool, ...]:
        """Return as many modules as there are letters."""
        if not text.isascii():
            raise SymbolError("letters only")
        self.drawn.append(text)
        return (True,) * len(text)

    @override
    def qr(self, text: str) -> tuple[tuple[bool, ...], ...]:
        """Return one row of them."""
        return (self.code128(text),)


async def learn(book: CodeBook, text: str) -> tuple[bool, ...]:
    """Ask for a text until its modules are there."""
    learned = asyncio.Event()
    book.learned.connect(learned.set)
    if not book.modules(text):
        _ = await asyncio.wait_for(learned.wait(), 5)
    return book.modules(text)


async def test_a_code_is_drawn_once_and_the_oldest_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A till that runs for months keeps no barcode of last week."""
    monkeypatch.setattr(code_book, "KEPT_MAX", 2)
    symbols, failures = CountedSymbols(), list[tuple[str, Exception]]()
    async with TaskOwner(lambda name, error: failures.append((name, error))) as owner:
        book = CodeBook(symbols, owner.spawn)
        for text in ("a", "bb", "bb", "ccc", "a"):
            assert len(await learn(book, text)) == len(text)
        assert symbols.drawn == ["a", "bb", "ccc", "a"]
        assert book.modules("\N{SNOWMAN}") == ()
    assert failures == []


async def test_what_is_drawn_too_late_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many slips were looked at since that its place is gone."""
    monkeypatch.setattr(code_book, "KEPT_MAX", 1)
    learned: list[None] = []
    async with TaskOwner(lambda *_: None) as owner:
        book = CodeBook(CountedSymbols(), owner.spawn)
        book.learned.connect(lambda: learned.append(None))
        assert book.modules("a") == ()
        assert len(await learn(book, "bb")) == 2
        assert len(learned) == 1


async def test_of_a_code_that_is_secret_nothing_is_kept() -> None:
    """It is drawn anew each time; what cannot be drawn has no modules."""
    symbols = CountedSymbols()
    async with TaskOwner(lambda *_: None) as owner:
        book = CodeBook(symbols, owner.spawn)
        for _ in range(2):
            assert book.secret_qr(Secret("abc")) == ((True,) * 3,)
        assert symbols.drawn == ["abc"] * 2
        assert book.secret_qr(Secret("é")) == ()
