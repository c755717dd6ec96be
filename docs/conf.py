"""Sphinx: ``sphinx-build -W docs docs/_build``. Needs neither a network nor training data."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

DOCS = Path(__file__).resolve().parent
PUBLIC = DOCS.parent / "tests" / "public_api.txt"
sys.path.insert(0, str(DOCS.parent))

from sphinx.util import logging  # noqa: E402

import colortransfer  # noqa: E402
from colortransfer.cli import tensorflow_log  # noqa: E402

tensorflow_log.silence()
logger = logging.getLogger(__name__)

project = "colortransfer"
author = "the colortransfer authors"
release = colortransfer.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
]
# References lead to the pages of others too where there is a network, which no other build needs.
if os.environ.get("DOCS_LINKS"):
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "scipy": ("https://docs.scipy.org/doc/scipy", None),
        "tensorflow": (  # whose own pages have no inventory
            "https://www.tensorflow.org/api_docs/python",
            "https://github.com/GPflow/tensorflow-intersphinx/raw/master/tf2_py_objects.inv",
        ),
    }
exclude_patterns = ["jupyter_execute", "_build", "tables", "generated/worst.md"]
html_theme = "furo"
html_title = f"colortransfer {release}"
default_role = "py:obj"

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "auto"  # notebooks that carry no outputs
nb_execution_timeout = 240  # seconds for a cell: fits and trainings, on a machine that may be busy

autosummary_generate = False  # see write_api_pages
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints = "none"  # the signatures are long enough; units and shapes are in the text
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True  # attributes of dataclasses are documented once
napoleon_use_rtype = False
napoleon_preprocess_types = False


def escape_formulas(
    app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Norms such as |C - C_T| in docstrings are no substitutions."""
    for index, line in enumerate(lines):
        pieces = re.split(r"(``.*?``)", line)
        pieces[::2] = [piece.replace("|", "\\|") for piece in pieces[::2]]
        lines[index] = "".join(pieces)


def public_names(module: ModuleType) -> list[str]:
    """What ``__all__`` lists, or else the functions and classes that the module itself defines."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__, key=str.lower)
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    ]


def documenter(thing: Any) -> str:
    """The directive that documents ``thing``."""
    if inspect.isclass(thing):
        return "autoexception" if issubclass(thing, Exception) else "autoclass"
    return "autofunction" if inspect.isroutine(thing) else "py:data"


def names_of_the_package() -> list[str]:
    """What can be had from the top level alone; all else is documented with its module."""
    modules = [importlib.import_module(f"colortransfer.{name}") for name in colortransfer._MODULES]
    elsewhere = {name for module in modules for name in public_names(module)}
    return [
        name
        for name in public_names(colortransfer)
        if name not in elsewhere and not inspect.ismodule(getattr(colortransfer, name))
    ]


def api_page(module: ModuleType, names: list[str]) -> str:
    """A module's docstring, a table of its names, and the documentation of each, as reST."""
    title = module.__name__.removeprefix("colortransfer.")
    kinds = {name: documenter(getattr(module, name)) for name in names}
    lines = [title, "=" * len(title), "", f".. automodule:: {module.__name__}", "   :no-members:"]
    lines += [
        "",
        f".. currentmodule:: {module.__name__}",
        "",
        ".. autosummary::",
        "   :nosignatures:",
        "",
    ]
    lines += [f"   {name}" for name, kind in kinds.items() if kind != "py:data"]
    for name, kind in kinds.items():
        lines += ["", f".. {kind}:: {name}"]
        if kind == "py:data":
            lines.append(f"   :value: {getattr(module, name)!r}")
    return "\n".join(lines) + "\n"


def write_api_pages(app: Any) -> None:
    """One page for each public module and the package: no list of names to keep by hand."""
    target = DOCS / "generated" / "api"
    target.mkdir(parents=True, exist_ok=True)
    pages = {"colortransfer": api_page(colortransfer, names_of_the_package())}
    for name in colortransfer._MODULES:
        module = importlib.import_module(f"colortransfer.{name}")
        pages[name] = api_page(module, public_names(module))
    for name, page in pages.items():
        (target / f"{name}.rst").write_text(page, encoding="utf-8")


def copy_notebooks(app: Any) -> None:
    """Sphinx reads only what lies below docs/."""
    target = DOCS / "generated" / "notebooks"
    target.mkdir(parents=True, exist_ok=True)
    for notebook in (DOCS.parent / "notebooks").glob("*.ipynb"):
        shutil.copyfile(notebook, target / notebook.name)


def write_worst_page(app: Any) -> None:
    """The sheet of the latest run of the quality benchmark, whose photographs are not ours to ship.

    Where the benchmark was not run, what is said of the sheet stands alone.
    """
    target = DOCS / "generated"
    target.mkdir(exist_ok=True)
    sheet = DOCS.parent / "benchmarks" / "results" / "worst.jpg"
    text = "(No sheet: the benchmark was not run before these pages were built.)\n"
    if sheet.exists():
        shutil.copyfile(sheet, target / "worst.jpg")
        text = "![Original, mean shift, result for five pairs](/generated/worst.jpg)\n"
    (target / "worst.md").write_text(text, encoding="utf-8")


def check_coverage(app: Any, env: Any) -> None:
    """A warning for each public name that no page documents.

    The names are those of the record in ``tests/public_api.txt``. Some can be had from the top
    level, too; they are documented with their module.
    """
    documented = set(env.get_domain("py").objects)
    ends = {".".join(name.split(".")[first:]) for name in documented for first in (1, 2)}
    for line in PUBLIC.read_text("utf-8").splitlines():
        name = line.split("(")[0]
        if not name.endswith(".__call__") and name not in ends:
            logger.warning("%s is public and not in the reference", name, type="coverage")


def setup(app: Any) -> None:
    app.connect("env-check-consistency", check_coverage)
    app.connect("autodoc-process-docstring", escape_formulas)
    app.connect("builder-inited", write_api_pages)
    app.connect("builder-inited", copy_notebooks)
    app.connect("builder-inited", write_worst_page)
