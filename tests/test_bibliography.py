"""Whatever a docstring cites by author and year is in the bibliography."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# "Levin et al. 2004", "Pitié and Kokaram 2007", "Gharbi et al. 2017", "Ottosson (2020)"
CITED = re.compile(
    r"([A-Z][a-zé]+)(?:(?:,| and) [A-Z][a-zé]+)*(?: et al\.)? \(?((?:19|20)\d\d)\)?(?=[\s,.;:)\"])"
)
NOT_AUTHORS = {"Dream", "Net", "Multimedia"}  # of DeepDream, GoogLeNet, "ACM Multimedia 2005"


def docstrings():
    for path in sorted((ROOT / "colortransfer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                yield path.name, " ".join((ast.get_docstring(node) or "").split())


def test_every_cited_work_is_listed():
    bibliography = (ROOT / "docs" / "bibliography.md").read_text("utf-8")
    missing, found = set(), 0
    for name, text in docstrings():
        for author, year in CITED.findall(text):
            if author in NOT_AUTHORS:
                continue
            found += 1
            if not re.search(rf"^\|[^|]*\b{author}\b[^|]*\b{year}\.", bibliography, re.M):
                missing.add(f"{author} {year} ({name})")
    assert found > 40
    assert not missing, f"not in docs/bibliography.md: {', '.join(sorted(missing))}"
