"""Each link of a page leads somewhere: to a file that is there, and to a heading of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_DROPPED = re.compile(r"[^\w\- ]")


def dead_links(page: Path, text: str) -> list[str]:
    """Return the links of a page that lead nowhere; those to other places are not followed."""
    return [one for one in _LINK.findall(text) if "://" not in one and not leads(page, one)]


def leads(page: Path, link: str) -> bool:
    """Whether a link leads to a file, and to a heading where it names one."""
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


def anchors(text: str) -> set[str]:
    """Return what headings are called in links, as GitHub and most others make it."""
    headings = (one.replace("`", "").replace("*", "") for one in _HEADING.findall(text))
    return {_DROPPED.sub("", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_leads_somewhere(page: Path) -> None:
    """A reader who follows one finds what it speaks of."""
    assert dead_links(page, page.read_text(encoding="utf-8")) == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    """A file that is not there, and a heading that is not."""
    text = "[a](nowhere.md) [b](README.md#no-such-heading) [c](README.md) [d](https://x.example/)"
    assert dead_links(ROOT / "README.md", text) == ["nowhere.md", "README.md#no-such-heading"]
