"""Recolour photographs by looking: a page in the browser.

Serves the page on this machine alone and opens it. Photographs are dropped on it, or chosen from
FOLDER; nothing is sent anywhere, and what was uploaded goes when the page is closed. Needs
pip install 'colortransfer[studio]'.
"""

from __future__ import annotations

import argparse

from . import arguments, console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="photographs to choose from")
    parser.add_argument(
        "--port",
        type=arguments.count,
        default=7860,
        metavar="N",
        help="of the loopback address; 0 takes a free one (default: %(default)s)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="serve, and open nothing; print the address"
    )


def run(options: argparse.Namespace) -> int:
    from .. import studio

    def ready(address: str) -> None:
        console.say(f"{address} (Ctrl-C ends it)")

    studio.serve(options.folder, port=options.port, browser=not options.no_browser, ready=ready)
    return console.SUCCESS
