"""Recolour a photograph that comes with the package, for a first look.

Writes one picture: the photograph, the same with every pixel shifted by one amount (the mean
shift, the plain way to a mean colour), and the result of `colortransfer transfer`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..methods import METHODS
from . import arguments, console

if TYPE_CHECKING:
    from ..edit import Edit

COLOR = "#4a5a80"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c",
        "--color",
        type=arguments.color,
        default=COLOR,
        help="the mean colour to reach (default: '%(default)s')",
    )
    parser.add_argument(
        "-o",
        "--output",
        default="colortransfer-demo.png",
        metavar="FILE",
        help="what to write (default: %(default)s in the current folder)",
    )


def run(options: argparse.Namespace) -> int:
    began = time.perf_counter()
    from .. import images
    from ..evaluation import contact_sheet

    photo = bundled_photograph()
    with console.progress("demo") as show:
        pictures, titles, edit = comparison(photo, options.color, callbacks=[show])
    images.save(options.output, contact_sheet(pictures, titles, columns=3, width=600))
    console.say(
        f"wrote {console.one_line(options.output)}: before, mean shift, after; "
        f"mean {_hex(edit.color)}, colour error {edit.color_error:.5f}, "
        f"{time.perf_counter() - began:.1f} s"
    )
    return console.SUCCESS


def bundled_photograph() -> Any:
    """The photograph that comes with the package: 900 x 506, public domain."""
    from .. import images

    return images.load((resources.files("colortransfer") / "data" / "demo.jpg").read_bytes())


def comparison(
    photo: Any, color: Any, *, callbacks: Sequence[Any] = ()
) -> tuple[list[Any], list[str], Edit]:
    """Before, mean shift and after, a title for each, and the edit that was fitted."""
    edit = METHODS["feature-matching"]().fit(photo, color, callbacks=callbacks)
    shifted = METHODS["shift"]().fit(photo, color)
    target = _hex(edit.color)
    titles = ["before", f"mean shift to {target}", f"colortransfer to {target}"]
    return [photo, shifted.image, edit.image], titles, edit


def _hex(color: Any) -> str:
    from ..colors import to_hex

    return to_hex(color)
