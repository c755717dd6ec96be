"""``python -m docs.figures [NAME ...]``: all that need no other files, or those that are named.

``docs.figures.paper``, ``docs.figures.training``, ``docs.figures.dcgan``,
``docs.figures.translation`` and ``docs.figures.seasons`` need weights and the folders of trainings,
and are programs of their own.
"""

from __future__ import annotations

import argparse
import importlib

FIGURES = (
    "before_and_after",
    "dream",
    "gallery",
    "gan",
    "palettes",
    "statistics",
    "tables",
    "targets",
)
IN_A_BROWSER = ("studio", "study")  # these need Playwright and a Chromium, and are made when named


def main() -> None:
    known = (*FIGURES, *IN_A_BROWSER)
    parser = argparse.ArgumentParser(prog="python -m docs.figures")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    for name in parser.parse_args().names or FIGURES:
        if name not in known:
            parser.error(f"there is no {name!r}; there are {', '.join(known)}")
        importlib.import_module(f"{__package__}.{name}").main()


if __name__ == "__main__":
    main()
