"""The code in the documentation runs, and the tables know every method that is measured."""

from __future__ import annotations

import importlib.util
import json
import pkgutil
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest

import colortransfer
from colortransfer import images
from colortransfer.cli.demo import bundled_photograph
from colortransfer.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(python|bash)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = sorted(path for path in DOCS.rglob("*.md") if FENCE.search(path.read_text("utf-8")))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the photographs that the pages speak of, small."""
    photo = bundled_photograph()[::6, ::6]
    for name, picture in (
        ("photo.jpg", photo),
        ("other.jpg", photo[:, ::-1]),
        ("reference.jpg", photo[::-1, :, ::-1]),
    ):
        images.save(tmp_path / name, picture)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_code_of_the_page_runs(page: Path, folder: Path) -> None:
    """Blocks of a page run in order, in one namespace, as a reader would type them."""
    text = page.read_text("utf-8")
    namespace: dict[str, object] = {"__name__": page.stem}
    for block in FENCE.finditer(text):
        language, code = block.groups()
        if language == "bash":
            for line in code.replace("\\\n", "").strip().splitlines():
                run_command(line)
            continue
        # Line numbers of a failure are those of the page.
        lines = text[: block.start()].count("\n") + 1
        program = compile("\n" * lines + code, str(page), "exec", dont_inherit=True)
        exec(program, namespace)


def run_command(line: str) -> None:
    """Run a ``colortransfer`` command; of a ``python`` command, whether its program exists."""
    program, *arguments = shlex.split(line)
    if program == "colortransfer":
        assert main(arguments) == 0, line
        return
    assert program == "python", line
    if arguments[0] == "-m":
        sys.path.insert(0, str(ROOT))
        try:
            assert importlib.util.find_spec(arguments[1]) is not None, line
        finally:
            sys.path.remove(str(ROOT))
    else:
        assert (ROOT / arguments[0]).is_file(), line


# Modules without a page: the shell, what only the package itself uses, and what stands on the
# package's own page (Edit, FitResult). May only shrink.
WITHOUT_PAGE = {
    "cli",
    "core",
    "defaults",
    "edit",
    "fit_result",
    "fine_detail",
    "interpolation",
    "names",
    "published",
    "shapes",
    "typing",
    "weights",
}


def test_every_public_module_has_a_page() -> None:
    """conf.py writes a page for each of ``_MODULES``."""
    modules = {module.name for module in pkgutil.iter_modules(colortransfer.__path__)}
    public = {name for name in modules if not name.startswith("_")}
    assert public - set(colortransfer._MODULES) == WITHOUT_PAGE


def test_links_to_modules_have_a_page() -> None:
    linked = {
        name
        for path in DOCS.rglob("*.md")
        for name in re.findall(r"generated/api/(\w+)\.rst", path.read_text("utf-8"))
    }
    assert linked <= set(colortransfer._MODULES)


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program that makes the tables."""
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("docs.figures.tables")


def test_tables_list_every_method_that_is_measured(tables: ModuleType) -> None:
    """No ablation is measured and then not shown, and none is shown that nobody measures."""
    from benchmarks import quality

    assert set(tables.ABLATIONS) == set(quality.COMPARED) - {"mean_shift"}


def test_tables_show_what_was_recorded(tables: ModuleType) -> None:
    """Every figure of a table can be traced to a file of benchmarks/results."""
    for path, text in tables.made().items():
        assert path.read_text("utf-8") == text, f"{path}: run python -m docs.figures tables"
    assert {path.parent.name for path in tables.made()} == {"docs", "tables"}
    assert set((DOCS / "tables").glob("*.md")) <= set(tables.made())


def test_records_say_what_was_measured() -> None:
    """Which commit a benchmark's figures are of."""
    for path in (ROOT / "benchmarks" / "results").glob("*.json"):
        record = json.loads(path.read_text("utf-8"))
        commit = record.get("measured_on") or record.get("machine", {}).get("commit")
        assert commit or path.stem == "same_bytes", path
