"""Every link of the documentation that leads to a file or a heading of this repository ends there.

Links to other places are followed by Sphinx's linkcheck, in the hosted workflow.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"^(```+|~~~+).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
MADE_BY_THE_BUILD = "generated/"


def pages() -> list[Path]:
    """Markdown that belongs to the repository, with or without git."""
    found = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return [page for page in found if not {"generated", "_build"} & set(page.parts)]


def anchors(page: Path) -> set[str]:
    """Headings as GitHub and MyST name them, and labels."""
    text = page.read_text("utf-8")
    named = set(LABEL.findall(text))
    for heading in HEADING.findall(BLOCK.sub("", text)):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = sum(re.fullmatch(rf"{slug}(-\d+)?", name) is not None for name in named)
        named.add(f"{slug}-{count}" if count else slug)
    return named


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for link in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        if name.lstrip("/").startswith(MADE_BY_THE_BUILD):
            continue
        # A leading slash is the documentation's folder.
        target = ROOT / "docs" / name[1:] if name.startswith("/") else page.parent / name
        target = page if not name else target
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        ):
            found.append(link)
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_the_page_end_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """The test above can fail."""
    page = tmp_path / "page.md"
    page.write_text(
        "# One `name`: two\n\n[a](page.md#one-name-two) [b](page.md#three) [c](none.md) [d](#one)\n"
        "`[e](code.md)` [f](https://example.org/none)\n"
    )
    assert broken(page) == ["page.md#three", "none.md", "#one"]
